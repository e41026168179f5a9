"""``/api/documents``: the list, one document, its passages, text and outline; for every reader what
that reader may see. A document of another audience is missing exactly as one that never was.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from bot.access import Visitor, require
from bot.api.errors import DESCRIBED
from bot.api.models import DocumentsBody, OutlineBody, PassagesBody, RecordBody, TextBody
from bot.api.values import plain
from bot.lessons import facet_values
from bot.record import fields_to_json, hides_successor, record, relatives_to_json
from bot.web.source import lines
from kb.header_json import header_to_json
from kb.knowledge_base import KnowledgeBase
from kb.models import DocumentInfo, Kind, Passage, Role, Validity
from kb.text import normalise, sendable
from kb.validity import validity

Offset = Annotated[int, Query(ge=0, le=100_000_000, description="how many to skip")]
On = Annotated[date | None, Query(description="validity on this day; default today")]
Id = str


def document_to_json(kb: KnowledgeBase, info: DocumentInfo, role: Role, on: date) -> dict[str, Any]:
    """A document and its header, as a role may know it; what is not known is left out."""
    header = header_to_json(info.header)
    if hides_successor(kb, info.header, role.audiences):
        header.pop("superseded_by", None)
        header.pop("superseded_on", None)
    return {
        "document_id": info.document_id,
        "version_id": info.version_id,
        "validity": validity(info.header, on).value,
        "passages": info.passage_count,
        "characters": info.characters,
        "source_name": info.source_name,
        "added_at": info.added_at,
        **header,
    }


def documents_router(kb: KnowledgeBase) -> APIRouter:
    """The routes over a base."""
    api = APIRouter(prefix="/documents", tags=["documents"], responses=DESCRIBED)
    anybody = Depends(require(Role.INVESTOR))

    @api.get("", response_model=DocumentsBody, response_model_exclude_unset=True)
    def every(
        q: Annotated[str, Query(description="part of a title, number or id")] = "",
        kind: Annotated[Kind | None, Query(description="policy, experience or glossary")] = None,
        region: Annotated[str, Query(description="a place it is about")] = "",
        chain: Annotated[str, Query(description="an industry chain")] = "",
        topic: Annotated[str, Query(description="a topic")] = "",
        year: Annotated[int | None, Query(description="a year it is about")] = None,
        state: Annotated[
            Validity | None, Query(alias="validity", description="where it stands on the day")
        ] = None,
        on: On = None,
        limit: Annotated[int, Query(ge=1, le=500, description="most documents")] = 100,
        offset: Offset = 0,
        visitor: Visitor = anybody,
    ) -> Any:
        """All documents the reader may see, by id."""
        day = on or date.today()
        chosen = {
            "kind": kind.value if kind else "", "region": region, "chain": chain, "topic": topic,
            "year": "" if year is None else str(year),
        }  # fmt: skip
        wanted = normalise(sendable(q)).strip()
        found = [
            info
            for info in sorted(kb.documents(visitor.role.audiences), key=lambda i: i.document_id)
            if (state is None or validity(info.header, day) is state)
            and all(not v or v in facet_values(info.header, f) for f, v in chosen.items())
            and (not wanted or wanted in _names(info))
        ]
        return {
            "documents": [
                document_to_json(kb, info, visitor.role, day)
                for info in found[offset : offset + limit]
            ],
            "total": len(found),
        }

    @api.get("/{document_id}", response_model=RecordBody, response_model_exclude_unset=True)
    def one(document_id: Id, on: On = None, visitor: Visitor = anybody) -> Any:
        """A document: where each value of its header is from, its other editions and copies."""
        made = record(kb, document_id, visitor.role.audiences)
        day = on or date.today()
        return document_to_json(kb, made.info, visitor.role, day) | {
            "fields": fields_to_json(made.fields),
            "relatives": relatives_to_json(made.relatives, day),
            "notes": plain(made.notes),
        }

    @api.get("/{document_id}/passages", response_model=PassagesBody)
    def passages(
        document_id: Id,
        limit: Annotated[int, Query(ge=1, le=1000, description="most passages")] = 200,
        offset: Offset = 0,
        visitor: Visitor = anybody,
    ) -> Any:
        """Its clauses, items, paragraphs and rows."""
        info = kb.document(document_id, visitor.role.audiences)
        text, found = kb.text(info), kb.catalog.passages(info.version_id)
        return _named(info) | {
            "passages": [passage_to_json(p, text) for p in found[offset : offset + limit]],
            "total": len(found),
        }

    @api.get("/{document_id}/text", response_model=TextBody)
    def text(
        document_id: Id,
        start: Annotated[int, Query(ge=0, le=100_000_000, description="from here")] = 0,
        end: Annotated[int | None, Query(ge=0, le=100_000_000, description="up to here")] = None,
        visitor: Visitor = anybody,
    ) -> Any:
        """Its text, or a stretch of it: what the offsets of citations refer to."""
        info = kb.document(document_id, visitor.role.audiences)
        whole = kb.text(info)
        begin = min(start, len(whole))
        stop = len(whole) if end is None else max(begin, min(end, len(whole)))
        return _named(info) | {
            "text": whole[begin:stop], "start": begin, "end": stop, "characters": len(whole),
        }  # fmt: skip

    @api.get("/{document_id}/outline", response_model=OutlineBody)
    def outline(document_id: Id, visitor: Visitor = anybody) -> Any:
        """Its headings."""
        info = kb.document(document_id, visitor.role.audiences)
        whole = kb.text(info)
        return _named(info) | {
            "headings": [
                {
                    "level": line.level, "text": whole[line.start : line.end].strip(),
                    "start": line.start, "end": line.end,
                }
                for line in lines(whole, kb.catalog.passages(info.version_id))
                if line.level
            ]
        }  # fmt: skip

    return api


def passage_to_json(passage: Passage, text: str) -> dict[str, Any]:
    """A passage with its text as plain JSON values."""
    return {
        "ordinal": passage.ordinal,
        "path": list(passage.path),
        "start": passage.start,
        "end": passage.end,
        "page": passage.page,
        "kind": passage.kind.value,
        "text": text[passage.start : passage.end],
    }


def _names(info: DocumentInfo) -> str:
    header = info.header
    return normalise(f"{info.document_id} {header.title} {header.doc_number}")


def _named(info: DocumentInfo) -> dict[str, Any]:
    return {"document_id": info.document_id, "version_id": info.version_id}
