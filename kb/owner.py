"""One process owns a data folder. A second one fails at once and is told who has it.

Chroma's folder breaks with two writers (measured: lost vectors in three runs of three), so this
is not a courtesy. The lock is the operating system's (``flock``): it goes with the process, so a
crash never leaves a stale one; the file's content only tells who holds it.
"""

from __future__ import annotations

import fcntl
import json
import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from kb.errors import BusyError, StoreError

_NAME = "owner.lock"


class Owner:
    """The held lock of a data folder."""

    def __init__(self, folder: Path) -> None:
        """Take the folder, or raise BusyError naming the owner and how to reach it."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file: IO[str] = open(folder / _NAME, "a+", encoding="utf-8")  # noqa: SIM115
        except OSError as error:
            raise StoreError(
                f"数据文件夹 {folder} 不能写入（{error.strerror}）。请检查权限和磁盘空间，"
                "或用 KB_DATA 换一个文件夹。",
                f"The data folder {folder} cannot be written ({error.strerror}). Check its "
                "permissions and the disk, or choose another with KB_DATA.",
            ) from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = self._read()
            self._file.close()
            raise _busy(folder, holder) from error
        self.crashed = bool(self._read())
        """Whether the owner before did not give the folder back: it was killed, or power went."""
        self.announce("")

    def _read(self) -> dict[str, object]:
        self._file.seek(0)
        try:
            found = json.loads(self._file.read() or "{}")
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def announce(self, url: str) -> None:
        """Write down who holds the folder, and the address it serves at (empty: none)."""
        since = datetime.now(UTC).isoformat(timespec="seconds")
        self._write(json.dumps({"pid": os.getpid(), "since": since, "url": url}))

    def _write(self, told: str) -> None:
        """Unbuffered, and on a full disk not at all: the text only tells, the lock is held."""
        with suppress(OSError):
            os.ftruncate(self._file.fileno(), 0)
            os.write(self._file.fileno(), told.encode())

    def release(self) -> None:
        """Give the folder back."""
        if not self._file.closed:
            self._write("")
            self._file.close()


class Held(BusyError):
    """Another process has the folder. ``url`` is where it serves, empty when it does not.

    ``instead`` says in Chinese and English how to have that server do what was wanted.
    """

    def __init__(
        self, folder: Path, pid: object, url: str, instead: tuple[str, str] | None = None
    ) -> None:
        self.folder, self.pid, self.url = folder, pid, url
        if not url:
            super().__init__(
                f"数据文件夹 {folder} 正由进程 {pid} 使用。请等它结束后再试，"
                "或用 KB_DATA 换一个文件夹。",
                f"The data folder {folder} is in use by process {pid}. Wait until it has finished, "
                "or choose another folder with KB_DATA.",
            )
            return
        zh, en = instead or ("用 KB_DATA 换一个文件夹", "Choose another folder with KB_DATA")
        super().__init__(
            f"数据文件夹 {folder} 正由进程 {pid} 使用，它在 {url} 提供服务。"
            f"请{zh}，或先停止该进程（Ctrl-C）。",
            f"The data folder {folder} is in use by process {pid}, which serves at {url}. "
            f"{en}, or stop that process first (Ctrl-C).",
        )


def _busy(folder: Path, holder: dict[str, object]) -> Held:
    return Held(folder, holder.get("pid", "?"), str(holder.get("url") or ""))
