"""The backups that lie in a data folder: made, listed, verified and deleted by name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kb import restore
from kb.backup import back_up
from kb.durable import PARTIAL
from kb.errors import NotFound
from kb.knowledge_base import KnowledgeBase
from kb.manifest import Manifest
from kb.stores import Progress

FOLDER = "backups"
"""Where in a data folder; a restore leaves it as it is."""
_NAME = re.compile(r"kb-\d{8}T\d{6}Z(-\d+)?\.zip")


@dataclass(frozen=True, slots=True)
class Held:
    """A backup that is there: its name, its bytes, and when its file was written."""

    name: str
    bytes: int
    made_at: datetime


def make(kb: KnowledgeBase, progress: Progress | None = None) -> tuple[Held, Manifest]:
    """Make a backup, named for the moment. Raises BackupError."""
    folder = kb.folder / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    with kb.writing:
        for left in folder.glob(f"*{PARTIAL}"):
            left.unlink()  # of a backup that was cut short
        stem = f"kb-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        names = (f"{stem}{f'-{n}' if n else ''}.zip" for n in range(1_000))
        file = next(path for name in names if not (path := folder / name).exists())
        made = back_up(kb, file, progress)
    return _held(file), made


def held(folder: Path) -> list[Held]:
    """The backups of a data folder, newest first."""
    files = (folder / FOLDER).glob("*.zip")
    return sorted(
        (_held(file) for file in files if _NAME.fullmatch(file.name)),
        key=lambda one: (one.made_at, one.name),
        reverse=True,
    )


def verify(folder: Path, name: str, progress: Progress | None = None) -> Manifest:
    """Compare every hash of a backup. Raises NotFound, BackupError that says what is wrong."""
    return restore.verify(path(folder, name), progress)


def delete(folder: Path, name: str) -> None:
    """Delete a backup. Raises NotFound."""
    path(folder, name).unlink(missing_ok=True)


def path(folder: Path, name: str) -> Path:
    """The file of a backup, by a name that leads nowhere else. Raises NotFound."""
    file = folder / FOLDER / name
    if not _NAME.fullmatch(name) or not file.is_file():
        raise NotFound(
            "没有这个备份，可能刚被删除。请刷新备份列表。",
            "There is no such backup; it may just have been deleted. Look at the list again.",
        )
    return file


def _held(file: Path) -> Held:
    told = file.stat()
    return Held(file.name, told.st_size, datetime.fromtimestamp(told.st_mtime, UTC))
