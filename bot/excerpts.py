"""Passages picked by a reader: what a list of references means today, behind the reader's door."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from kb.errors import NotFound
from kb.knowledge_base import KnowledgeBase
from kb.models import Audience, DocumentInfo, Passage, Validity
from kb.validity import validity

MOST = 100
"""Passages of one list; more make no document anyone reads."""
LONGEST = 5_000
"""Characters of one passage."""

_REFERENCE = re.compile(r"(\d{1,12}):(\d{1,12}):(\d{1,12}):(.{1,200})", re.S)


@dataclass(frozen=True, slots=True)
class Reference:
    """A place in one version of a document."""

    document_id: str
    version_id: int
    start: int
    end: int

    @property
    def text(self) -> str:
        """The form it has in an address or a form field."""
        return f"{self.version_id}:{self.start}:{self.end}:{self.document_id}"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A passage with all that is needed to cite it."""

    info: DocumentInfo
    validity: Validity
    path: tuple[str, ...]
    page: int | None
    start: int
    end: int
    text: str


def read_references(raw: Iterable[str]) -> list[Reference]:
    """References of form fields, each once, in order; what is none is left out."""
    found: dict[Reference, None] = {}
    for text in raw:
        match = _REFERENCE.fullmatch(text)
        if match is not None:
            version, start, end = (int(match[i]) for i in (1, 2, 3))
            found.setdefault(Reference(match[4], version, start, end))
    return list(found)[:MOST]


def look_up(
    kb: KnowledgeBase, references: Sequence[Reference], audiences: Sequence[Audience], on: date
) -> tuple[list[Excerpt], int]:
    """The passages those audiences may read, in order, and how many are no longer there.

    A passage of a document that was replaced since counts as gone: its place may say something
    else now.
    """
    found: list[Excerpt] = []
    for reference in references:
        excerpt = _excerpt(kb, reference, audiences, on)
        if excerpt is not None:
            found.append(excerpt)
    return found, len(references) - len(found)


def _excerpt(
    kb: KnowledgeBase, reference: Reference, audiences: Sequence[Audience], on: date
) -> Excerpt | None:
    try:
        info = kb.document(reference.document_id, audiences)
        text = kb.text(info)
    except NotFound:
        return None
    start, end = reference.start, min(reference.end, reference.start + LONGEST)
    if info.version_id != reference.version_id or not 0 <= start < end <= len(text):
        return None
    first = _passage_at(kb.catalog.passages(info.version_id), start)
    return Excerpt(
        info=info,
        validity=validity(info.header, on),
        path=first.path if first else (),
        page=first.page if first else None,
        start=start,
        end=end,
        text=text[start:end].strip(),
    )


def _passage_at(passages: Sequence[Passage], offset: int) -> Passage | None:
    return next((p for p in passages if p.start <= offset < p.end), None)
