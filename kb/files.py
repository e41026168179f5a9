"""The source files as they came in: content-addressed, so the same file is kept once."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path


class SourceFiles:
    """``files/ab/abcd…``: the bytes of each source under their SHA-256."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def path(self, content_hash: str) -> Path:
        """Where a source lies, or would lie."""
        return self.folder / content_hash[:2] / content_hash

    def keep(self, content: bytes) -> str:
        """Store the bytes (whole or not at all) and return their hash."""
        content_hash = hashlib.sha256(content).hexdigest()
        target = self.path(content_hash)
        if not target.exists():
            target.parent.mkdir(exist_ok=True)
            partial = target.with_suffix(".part")
            with open(partial, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(target)
        return content_hash

    def read(self, content_hash: str) -> bytes:
        """The bytes of a source."""
        return self.path(content_hash).read_bytes()

    def hashes(self) -> Iterator[str]:
        """Every hash held (half-written files are not)."""
        for path in self.folder.glob("??/*"):
            if path.suffix != ".part":
                yield path.name

    def sweep(self, needed: set[str]) -> int:
        """Delete what no version needs, and half-written files; return how many."""
        extra = [p for p in self.folder.glob("??/*") if p.suffix == ".part" or p.name not in needed]
        for path in extra:
            path.unlink()
        return len(extra)
