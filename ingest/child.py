"""One reading process, seen from the parent: started, given a file, watched, stopped.

Whatever the file does to it, ``read`` comes back with a document or an error: the process and all
that it started are killed when it is silent, takes too long, or takes too much memory.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import selectors
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import CancelledError
from dataclasses import dataclass
from pathlib import Path

import ingest
from ingest import wire
from ingest.limits import MEGABYTE
from kb.errors import ReadError
from kb.models import ParsedDocument

_ROOT = Path(ingest.__file__).resolve().parents[1]
_TICK = 0.2  # seconds between looks at memory, time and the wish to stop
_CHUNK = 1 << 20
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far one file may go. Seconds without a sign of life, seconds in all, bytes of memory of
    the process and all it starts, bytes of its answer; files one process reads before another
    takes its place (libraries leak).
    """

    silent: float = 120.0
    total: float = 3600.0
    memory: int = 2_500 * MEGABYTE
    answer: int = 1_000 * MEGABYTE
    files: int = 200


class Child:
    """A reading process with a scratch folder of its own. Broken once ``read`` was cut short."""

    def __init__(self, scratch: Path, bounds: Bounds) -> None:
        self.scratch = scratch
        self.bounds = bounds
        self.broken = False
        self.files = 0
        scratch.mkdir(parents=True, exist_ok=True, mode=0o700)
        kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        self._process = subprocess.Popen(  # noqa: S603  (our own module)
            [sys.executable, "-P", "-m", "ingest.worker", str(os.getpid()), str(bounds.memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=scratch,
            env=kept | {"PYTHONPATH": str(_ROOT), "HOME": str(scratch), "TMPDIR": str(scratch)},
            start_new_session=True,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._to, self._from = self._process.stdin.fileno(), self._process.stdout.fileno()
        os.set_blocking(self._to, False)
        os.set_blocking(self._from, False)

    @property
    def pid(self) -> int:
        """The process id, which is that of its group too."""
        return self._process.pid

    @property
    def usable(self) -> bool:
        """Whether it can be given another file."""
        return not self.broken and self.files < self.bounds.files and not self._ended()

    def read(
        self,
        job: wire.Job,
        on_page: Callable[[int, int], None],
        stopping: Callable[[], bool],
    ) -> ParsedDocument:
        """Have it read a file.

        Raises:
            KbError: what the reader says; ReadError too when it had to be stopped or died.
            CancelledError: ``stopping`` came true.
        """
        self.files += 1
        self.broken = True  # until it has answered
        try:
            line = self._exchange(job, on_page, stopping)
            if line[:1] == wire.DOCUMENT:
                document = wire.document_of(line, job, hashlib.sha256(job.data).hexdigest())
                self.broken = False
                return document
            if line[:1] == wire.ERROR:
                error = wire.error_of(line)
                self.broken = False
                raise error
            if line[:1] == wire.CRASH:
                name = wire.crash_of(line)
                raise _too_big(self.bounds) if name == "MemoryError" else crashed(name)
            raise wire.Garbled
        except wire.Garbled as error:
            raise crashed("garbled answer") from error
        finally:
            if self.broken:
                self.close()
            else:
                _empty(self.scratch)

    def _exchange(
        self,
        job: wire.Job,
        on_page: Callable[[int, int], None],
        stopping: Callable[[], bool],
    ) -> bytes:
        """Send the job, pass signs of life on, and return the line that ends it."""
        started = heard = looked = time.monotonic()
        waiting = [memoryview(job.data), memoryview(wire.request(job))]
        got = bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(self._from, selectors.EVENT_READ)
            selector.register(self._to, selectors.EVENT_WRITE)
            while True:
                ready = selector.select(_TICK)
                now = time.monotonic()
                for key, _ in ready:
                    if key.fd == self._to:
                        heard = now
                        if not self._send(waiting):
                            selector.unregister(self._to)
                        continue
                    piece = os.read(self._from, _CHUNK)
                    if not piece:
                        raise self._died()
                    searched = len(got)
                    got += piece
                    if len(got) > self.bounds.answer:
                        raise crashed("endless answer")
                    while (at := got.find(b"\n", searched)) >= 0:
                        line, searched = bytes(got[:at]), 0
                        del got[: at + 1]
                        if line[:1] != wire.PAGE:
                            return line
                        heard = now
                        on_page(*wire.page_of(line))
                if stopping():
                    raise CancelledError
                if now - heard > self.bounds.silent or now - started > self.bounds.total:
                    raise _too_slow(now - started)
                if now - looked >= _TICK:
                    looked = now
                    if resident(self.pid) > self.bounds.memory:
                        raise _too_big(self.bounds)
                    if not ready and self._ended():
                        raise self._died()

    def _send(self, waiting: list[memoryview]) -> bool:
        """Write what the pipe takes, the last of the list first; whether there is more to send."""
        try:
            sent = os.write(self._to, waiting[-1][:_CHUNK])
        except BrokenPipeError:  # its end is told by the other pipe
            waiting.clear()
            return False
        waiting[-1] = waiting[-1][sent:]
        if not waiting[-1]:
            waiting.pop()
        return bool(waiting)

    def _ended(self) -> bool:
        """Whether the process is over; it is not reaped yet, so that its group can be killed."""
        told = os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        return told is not None

    def _died(self) -> ReadError:
        """What to tell when its pipe closed, which is usually because it ended."""
        until = time.monotonic() + _TICK
        while not self._ended() and time.monotonic() < until:
            time.sleep(_TICK / 20)
        told = os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if told is None:
            return crashed("closed its pipe")
        ended_itself = told.si_code == os.CLD_EXITED
        code = told.si_status
        return crashed(f"exit {code}" if ended_itself else signal.Signals(code).name)

    def close(self) -> None:
        """Kill it with all it started, and delete its scratch folder."""
        self.broken = True
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        shutil.rmtree(self.scratch, ignore_errors=True)


def resident(pid: int) -> int:
    """Bytes of memory that a process and all its descendants hold (0 once it is gone)."""
    total = 0
    waiting = [pid]
    while waiting:
        folder = Path("/proc") / str(waiting.pop())
        try:
            total += int((folder / "statm").read_text().split()[1]) * _PAGE_BYTES
            for thread in (folder / "task").iterdir():
                waiting += map(int, (thread / "children").read_text().split())
        except (OSError, IndexError, ValueError):  # it has just ended
            continue
    return total


def _empty(folder: Path) -> None:
    """Delete what a reader left in its scratch folder."""
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _too_slow(seconds: float) -> ReadError:
    return ReadError(
        f"读取超时：{seconds:.0f} 秒还没有读完，已停止。请拆成几个文件，或用原来的软件打开、"
        "另存后再导入。",
        f"Reading took too long and was stopped after {seconds:.0f} seconds. Split the file, or "
        "open it in its own program, save it anew and try again.",
    )


def _too_big(bounds: Bounds) -> ReadError:
    share = bounds.memory / 1_000 / MEGABYTE
    return ReadError(
        f"内存超限：读取这个文件需要的内存超过 {share:.1f} GB，已停止。请拆成几个文件，"
        "或缩小里面的图片后再导入。",
        f"Reading this file took more than {share:.1f} GB of memory and was stopped. Split it, or "
        "shrink its pictures, and try again.",
    )


def crashed(why: str) -> ReadError:
    """What to tell when a reader ended in a way nobody foresaw."""
    return ReadError(
        f"读取程序异常（{why}），这个文件可能已损坏。请用原来的软件打开、另存后再导入。",
        f"The reader failed ({why}); the file may be damaged. Open it in its own program, save it "
        "anew and try again.",
    )
