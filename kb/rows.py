"""Values of ``kb.models`` to rows of the catalog's tables, and back. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple
from typing import Any

from sqlalchemy import Row

from kb.corrections import corrected
from kb.header_json import header_from_json
from kb.models import Box, DocumentInfo, Page, Passage, PassageKind, Term
from kb.paths import article_of


def passage_row(version_id: int, passage: Passage) -> dict[str, Any]:
    """A passage as a row of its table."""
    lead_start, lead_end = passage.lead or (None, None)
    wide_start, wide_end = passage.wide or (None, None)
    return {
        "version_id": version_id,
        "ordinal": passage.ordinal,
        "path": list(passage.path),
        "start": passage.start,
        "end": passage.end,
        "window_end": passage.window_end,
        "page": passage.page,
        "lead_start": lead_start,
        "lead_end": lead_end,
        "kind": passage.kind.value,
        "article": article_of(passage.path),
        "wide_start": wide_start,
        "wide_end": wide_end,
    }


def passage_of(row: Row[Any]) -> Passage:
    """A row back to a passage."""
    lead = None if row.lead_start is None else (row.lead_start, row.lead_end)
    wide = None if row.wide_start is None else (row.wide_start, row.wide_end)
    return Passage(
        ordinal=row.ordinal,
        path=tuple(row.path),
        start=row.start,
        end=row.end,
        window_end=row.window_end,
        page=row.page,
        lead=lead,
        kind=PassageKind(row.kind),
        wide=wide,
    )


def page_row(version_id: int, page: Page) -> dict[str, Any]:
    """A page as a row; its boxes as plain lists."""
    return {
        "version_id": version_id,
        "number": page.number,
        "label": page.label,
        "start": page.start,
        "end": page.end,
        "boxes": [list(astuple(box)) for box in page.boxes] or None,
        "confidence": page.confidence,
    }


def page_of(row: Row[Any]) -> Page:
    """A row back to a page."""
    boxes = tuple(Box(*box) for box in row.boxes or ())
    return Page(row.number, row.label, row.start, row.end, boxes, row.confidence)


def term_of(row: Row[Any]) -> Term:
    """A row back to a term."""
    return Term(
        name=row.name,
        definition=row.definition,
        aliases=tuple(row.aliases),
        english=tuple(row.english),
        related=tuple(row.related),
        start=row.start,
        end=row.end,
    )


def info_of(row: Row[Any], put_right: Mapping[str, Any]) -> DocumentInfo:
    """A row of a version, its heavy columns left out, to what is known of the document.

    ``put_right``: what a person corrected, of ``kb.corrections``.
    """
    return DocumentInfo(
        document_id=row.document_id,
        version_id=row.version_id,
        header=corrected(header_from_json(row.header), put_right),
        source_name=row.source_name,
        content_hash=row.content_hash,
        characters=row.characters,
        passage_count=row.passage_count,
        added_at=row.added_at,
        corrected=tuple(sorted(put_right)),
        sketch=row.sketch or b"",
    )
