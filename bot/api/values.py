"""Answers and hits as plain JSON values: dates ISO, enums as their values."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any

from bot.explain import Explanation
from kb.models import Answer, Hit


def answer_to_json(answer: Answer, why: Explanation | None = None) -> dict[str, Any]:
    """An answer; with ``why``, the hits and the scores of every stage follow."""
    made: dict[str, Any] = {
        f.name: plain(getattr(answer, f.name)) for f in fields(answer) if f.name != "hits"
    }
    if why:
        made["hits"] = [hit_to_json(hit) for hit in answer.hits]
        made["explanation"] = plain(why)
    return made


def hit_to_json(hit: Hit) -> dict[str, Any]:
    """A found window."""
    header = hit.document.header
    return {
        "document_id": hit.document.document_id,
        "version_id": hit.document.version_id,
        "title": header.title,
        "doc_number": header.doc_number,
        "path": list(hit.passages[0].path) if hit.passages else [],
        "page": hit.passages[0].page if hit.passages else None,
        "text": hit.text,
        "start": hit.start,
        "end": hit.end,
        "score": hit.score,
        "validity": hit.validity.value,
    }


def plain(value: Any) -> Any:
    """Any value of ours."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value
