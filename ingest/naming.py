"""What a document that was just read is called: its id and its source's name, no two alike."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ingest import ids
from ingest.files import File
from ingest.shelf import Shelf
from kb.editions import base_id
from kb.errors import ReadError
from kb.knowledge_base import KnowledgeBase
from kb.models import ParsedDocument


class Names:
    """The ids and names that are taken, in the base and by the files of a run so far."""

    def __init__(self, kb: KnowledgeBase, shelf: Shelf) -> None:
        self._held = dict(kb.snapshot.by_id)
        self._shelf = shelf
        self._owners: dict[str, Path] = {}
        self._sources = {info.source_name: i for i, info in self._held.items() if base_id(i) == i}

    def claim(self, document_id: str, file: File) -> None:
        """A document is that file, unchanged."""
        self._owners.setdefault(document_id, file.path)

    def name(self, file: File, own: str, document: ParsedDocument) -> ParsedDocument:
        """The document with its id and its source's name; ``own`` is the one it is to replace.

        An id from front matter stays; one made from the file's name is extended when another file
        has it. Raises ReadError when another file of the run has an id that front matter gives:
        which of them would win?
        """
        if document.id_given:
            document_id = document.document_id
            other = self._owners.get(document_id, file.path)
            if other != file.path:
                raise _claimed_twice(document_id, file.path, other)
        elif own and own not in self._owners:
            document_id = own
        else:
            document_id = ids.new_id(file, lambda i: i in self._owners or i in self._held)
        self._owners[document_id] = file.path
        name = self.source_name(file, document_id)
        self._sources[name] = document_id
        return replace(document, document_id=document_id, source_name=name)

    def source_name(self, file: File, document_id: str) -> str:
        """What a document's source is called: as it was, or so that it is told from others."""
        info = self._held.get(document_id)
        if info is not None and info.source_name in set(ids.names(file)):
            return info.source_name

        def is_taken(name: str) -> bool:
            other = self._sources.get(name, document_id) != document_id
            return other or self._shelf.is_taken(name, file)

        return ids.new_name(file, is_taken)


def _claimed_twice(document_id: str, file: Path, other: Path) -> ReadError:
    one, two = (str(file), str(other)) if file.name == other.name else (file.name, other.name)
    return ReadError(
        f"{one} 与 {two} 的资料编号同为 {document_id}。请在其中一份的文首 id 一项改用别的编号。",
        f"{one} and {two} have the same document id {document_id}. Give one of them another id in "
        "its front matter.",
    )
