"""One document's record: its header, where each value comes from, and its relatives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from pathlib import PurePath
from typing import Any

from ingest.front_matter import KEYS, field_of
from kb.family import Relative, relatives
from kb.header_json import header_to_json
from kb.knowledge_base import KnowledgeBase
from kb.models import Audience, DocumentInfo, Header, Note, Page
from kb.validity import validity

_LONGEST_QUOTE = 80
_KEY_OF = {field_of(key): key for key in KEYS}
_INFERRED = ("superseded_by", "superseded_on")


class Origin(StrEnum):
    """Where a value of a header comes from."""

    CORRECTION = "correction"
    INFERRED = "inferred"
    TEXT = "text"
    FILE_NAME = "file_name"
    GIVEN = "given"


@dataclass(frozen=True, slots=True)
class Field:
    """One value: the key of front matter it belongs to, and for ``TEXT`` the place it was found."""

    key: str
    value: Any
    origin: Origin
    page: str = ""
    quote: str = ""
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """All that ``kb show`` tells of a document besides its text."""

    info: DocumentInfo
    fields: tuple[Field, ...]
    relatives: tuple[Relative, ...]
    notes: tuple[Note, ...]


def record(kb: KnowledgeBase, document_id: str, audiences: Sequence[Audience]) -> Record:
    """The record of a document, with the relatives its reader may see.

    Raises NotFound also for a document of another audience.
    """
    info = kb.document(document_id, audiences)
    found, notes = kb.catalog.found(info.version_id)
    text, pages = kb.text(info), kb.catalog.pages(info.version_id)
    made = header_fields(
        info.header, info.corrected, found, text, pages, info.source_name, info.inferred
    )
    hidden = hides_successor(kb, info.header, audiences)
    shown = tuple(f for f in made if not (hidden and f.key in _INFERRED))
    return Record(info, shown, tuple(relatives(info, kb.documents(audiences))), notes)


def hides_successor(kb: KnowledgeBase, header: Header, audiences: Sequence[Audience]) -> bool:
    """Whether what replaced a document is one that its reader may not know of."""
    successor = kb.snapshot.by_id.get(header.superseded_by)
    return successor is not None and successor.header.audience not in audiences


def header_fields(
    header: Header,
    corrected: Sequence[str],
    found: Mapping[str, tuple[int, int]],
    text: str,
    pages: Sequence[Page],
    source_name: str,
    inferred: bool = False,
) -> tuple[Field, ...]:
    """The values of a header with their origins.

    ``corrected`` names the fields a person put right, ``found`` the places of those found in the
    text, ``source_name`` is the file's; ``inferred``: what replaced it is told from others.
    """
    values = header_to_json(header)
    made = []
    for name in (field.name for field in fields(Header)):
        if name not in values and name not in corrected:
            continue
        key, value = _KEY_OF[name], values.get(name)
        if name in corrected:
            made.append(Field(key, value, Origin.CORRECTION))
        elif inferred and name in _INFERRED:
            made.append(Field(key, value, Origin.INFERRED))
        elif name in found:
            start, end = found[name]
            page = next((p.label for p in pages if p.start <= start < p.end), "")
            quote = text[start:end].replace("\n", " ")
            quote = quote if len(quote) <= _LONGEST_QUOTE else quote[:_LONGEST_QUOTE] + "…"
            made.append(Field(key, value, Origin.TEXT, page, quote, (start, end)))
        elif name == "title" and value == PurePath(source_name).stem:
            made.append(Field(key, value, Origin.FILE_NAME))
        else:
            made.append(Field(key, value, Origin.GIVEN))
    return tuple(made)


def fields_to_json(made: Sequence[Field]) -> dict[str, Any]:
    """Key -> value and origin, with the place for what was found in the text."""
    return {
        f.key: {"value": f.value, "from": f.origin.value}
        | (
            {"page": f.page, "quote": f.quote, "start": f.span[0], "end": f.span[1]}
            if f.span
            else {}
        )
        for f in made
    }


def relatives_to_json(found: Sequence[Relative], on: date) -> list[dict[str, Any]]:
    """The relatives with their dates and their validity on a day."""
    shown = ("title", "doc_number", "published", "effective", "expires", "superseded_on")
    return [
        {
            "document_id": r.info.document_id,
            "relation": r.relation.value,
            "validity": validity(r.info.header, on).value,
            **{k: v for k, v in header_to_json(r.info.header).items() if k in shown},
        }
        for r in found
    ]
