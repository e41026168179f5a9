"""Writes that survive a power cut: bytes reach the disk before their name does.

A name in a folder is as volatile as a file's bytes until the folder itself is synced, so both are.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

PARTIAL = ".part"
"""The suffix of a file that is being written; after a crash it is worth nothing."""


def write_whole(target: Path, content: bytes) -> None:
    """Write a file whole or not at all, and for good. Its folder must exist."""
    partial = target.with_suffix(PARTIAL)
    with open(partial, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(target)
    sync(target.parent)


def sync(path: Path) -> None:
    """Have the disk hold what a file, or the list of names of a folder, is now."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """Have the disk hold every file below a folder, and the folders."""
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):  # a store's own scratch files come and go
            sync(path)
    sync(folder)
