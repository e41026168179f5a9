"""The files set aside, as a run knows them: found again by bytes and by name, added, let go."""

from __future__ import annotations

from collections.abc import Iterable

from ingest import ids
from ingest.files import File
from ingest.outcome import Outcome, Result
from kb import quarantine
from kb.errors import KbError, QuarantineError
from kb.knowledge_base import KnowledgeBase
from kb.quarantine import SetAside


class Shelf:
    """``kb.quarantine`` with the entries at hand, and the hashes of the run's own files."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self._kb = kb
        with kb.catalog.begin() as connection:
            self._entries = {e.content_hash: e for e in quarantine.entries(connection)}
        self._by_name = {e.source_name: h for h, e in self._entries.items()}
        self._here: set[str] = set()

    def expect(self, files: Iterable[File]) -> None:
        """These are the files of the run: what was set aside of one is not an older version of
        another.
        """
        self._here |= {file.content_hash for file in files}

    def known(self, file: File) -> SetAside | None:
        """The entry of the same bytes, read in the same way."""
        entry = self._entries.get(file.content_hash)
        return entry if entry is not None and entry.parse_hash == file.version else None

    def is_taken(self, name: str, file: File) -> bool:
        """Whether another file of this run was set aside under that name."""
        other = self._by_name.get(name, file.content_hash)
        return other != file.content_hash and other in self._here

    def put(
        self, file: File, source_name: str, data: bytes, error: KbError, can_accept: bool
    ) -> SetAside:
        """Keep a file with the reason, in place of what was kept of it before."""
        self.let_go([file])
        with self._kb.catalog.begin() as connection:
            quarantine_id = quarantine.new_id(connection, file.content_hash)
        entry = SetAside(
            quarantine_id=quarantine_id,
            content_hash=file.content_hash,
            parse_hash=file.version,
            source_name=source_name,
            kind=file.kind,
            audience=file.audience,
            size=len(data),
            zh=error.zh,
            en=error.en,
            can_accept=can_accept and isinstance(error, QuarantineError),
        )
        quarantine.set_aside(self._kb, entry, data)
        self._entries[entry.content_hash] = entry
        self._by_name[entry.source_name] = entry.content_hash
        return entry

    def let_go(self, files: Iterable[File]) -> None:
        """Delete what was kept of these files: the entries of the same bytes or name, unless the
        bytes are those of another file of the run.
        """
        over: set[str] = set()
        for file in files:
            named = {self._by_name.get(name, "") for name in ids.names(file)}
            over |= {file.content_hash} | (named - self._here)
        entries = [self._entries.pop(h) for h in over if h in self._entries]
        for entry in entries:
            self._by_name.pop(entry.source_name, None)
        if entries:
            with self._kb.catalog.begin() as connection:
                quarantine.drop(connection, [e.quarantine_id for e in entries])
            self._kb.sweep()


def set_aside(file: File, entry: SetAside, own: str) -> Outcome:
    """The outcome of a file set aside; ``own`` is the document that still answers in its place."""
    return Outcome(
        file.path, file.name, Result.QUARANTINED, own, quarantine_id=entry.quarantine_id,
        can_accept=entry.can_accept, zh=entry.zh, en=entry.en,
    )  # fmt: skip
