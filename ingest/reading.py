"""Reading files beside the main work: a small pool of reading processes, watched and replaceable.

Plain text is read at once, without a process: nothing in that path can be broken into or hang, and
an ingest of Markdown must not wait for one to start.
"""

from __future__ import annotations

import hashlib
import shutil
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import replace
from itertools import count
from pathlib import Path
from types import TracebackType

from ingest.child import Bounds, Child, crashed
from ingest.formats import Format
from ingest.limits import quiet
from ingest.sniff import sniff
from ingest.wire import Job, parse_job
from kb.encoder import cores
from kb.errors import KbError, ReadError
from kb.models import ParsedDocument

PROCESSES = 2
"""Reading processes at most: readers keep ahead of the encoder with two, and memory adds up."""
_AT_ONCE_BYTES = 500_000


class Reading:
    """A pool of reading processes. Use as a context manager; none is left when it ends.

    ``folder`` is for the processes' temporary files: made when needed, deleted in the end, and
    emptied first, because a killed run may have left something in it.
    """

    def __init__(self, folder: Path, processes: int = 0, bounds: Bounds | None = None) -> None:
        self._folder = folder
        self._bounds = bounds or Bounds()
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._idle: list[Child] = []
        self._numbers = count()
        self._threads = ThreadPoolExecutor(
            processes or min(PROCESSES, cores()), thread_name_prefix="reading"
        )

    def __enter__(self) -> Reading:
        shutil.rmtree(self._folder, ignore_errors=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop what is being read and end every process."""
        self._stop.set()
        self._threads.shutdown(cancel_futures=True)
        for child in self._idle:
            child.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def submit(
        self, job: Job, on_page: Callable[[int, int], None] = quiet
    ) -> Future[ParsedDocument]:
        """Read a file as soon as a place is free. The future raises KbError, and nothing else but
        CancelledError; ``on_page(done, total)`` is called in another thread.
        """
        return self._threads.submit(self._read, job, on_page)

    def _read(self, job: Job, on_page: Callable[[int, int], None]) -> ParsedDocument:
        if self._stop.is_set():
            raise CancelledError
        try:
            if is_plain(job.data):
                return read_here(replace(job, limits=replace(job.limits, on_page=on_page)))
            child = self._take()
            try:
                return child.read(job, on_page, self._stop.is_set)
            finally:
                self._give(child)
        except (KbError, CancelledError):
            raise
        except OSError as error:  # no process, no pipe, no disk
            raise ReadError(
                f"读取程序无法启动（{error.strerror}）。请检查内存和磁盘空间后重试。",
                f"The reading process cannot work ({error.strerror}). Check memory and disk space, "
                "then try again.",
            ) from error

    def _take(self) -> Child:
        """An idle process, or a new one."""
        while True:
            with self._lock:
                child = self._idle.pop() if self._idle else None
                number = next(self._numbers)
            if child is None:
                return Child(self._folder / str(number), self._bounds)
            if child.usable:
                return child
            child.close()

    def _give(self, child: Child) -> None:
        if child.broken:
            return
        with self._lock:
            self._idle.append(child)


def is_plain(data: bytes) -> bool:
    """Whether a file is text of a size that is read at once, safely, in this process."""
    if len(data) > _AT_ONCE_BYTES or b"\x00" in data or b"%PDF-" in data[:1024]:
        return False
    try:
        return sniff(data) is Format.TEXT
    except ReadError:
        return True  # refused at once


def read_here(job: Job) -> ParsedDocument:
    """Read a file in this process. Raises KbError and nothing else."""
    try:
        document = parse_job(job)
    except KbError:
        raise
    except Exception as error:  # bad input must not end in a traceback, whatever we overlooked
        raise crashed(type(error).__name__) from error
    return replace(document, content_hash=hashlib.sha256(job.data).hexdigest())
