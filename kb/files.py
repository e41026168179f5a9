"""The source files as they came in: content-addressed, so the same file is kept once."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Iterator
from pathlib import Path

from kb.durable import PARTIAL, sync, write_whole


class SourceFiles:
    """``files/ab/abcd…``: the bytes of each source under their SHA-256."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def path(self, content_hash: str) -> Path:
        """Where a source lies, or would lie."""
        return self.folder / content_hash[:2] / content_hash

    def keep(self, content: bytes) -> str:
        """Store the bytes (whole or not at all, and for good) and return their hash."""
        content_hash = hashlib.sha256(content).hexdigest()
        target = self.path(content_hash)
        if not self.is_whole(content_hash):
            if not target.parent.exists():
                target.parent.mkdir()
                sync(self.folder)
            write_whole(target, content)
        return content_hash

    def read(self, content_hash: str) -> bytes:
        """The bytes of a source."""
        return self.path(content_hash).read_bytes()

    def hashes(self) -> Iterator[str]:
        """Every hash held (half-written files are not)."""
        for path in self.folder.glob("??/*"):
            if path.suffix != PARTIAL:
                yield path.name

    def is_whole(self, content_hash: str) -> bool:
        """Whether a source is there, byte for byte as it came in."""
        path = self.path(content_hash)
        if not path.is_file():
            return False
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == content_hash

    def drop(self, content_hashes: Iterable[str]) -> None:
        """Delete those sources."""
        for content_hash in content_hashes:
            self.path(content_hash).unlink(missing_ok=True)

    def sweep(self, needed: Container[str]) -> int:
        """Delete what no version needs, and half-written files; return how many."""
        extra = [p for p in self.folder.glob("??/*") if p.suffix == PARTIAL or p.name not in needed]
        for path in extra:
            path.unlink()
        return len(extra)
