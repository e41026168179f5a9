"""The JSON interface: ask, search, health. As an investor, unless somebody is logged in; what a
request says of itself changes nothing.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from bot.access import Visitor, require
from bot.answering import answer_events, last
from bot.asked import Record, Way
from bot.engine import Engine
from bot.explain import Explanation
from kb.errors import KbError, NotFound, QuestionError
from kb.models import Answer, Hit, Query, Role
from kb.text import sendable

if TYPE_CHECKING:  # the command line needs the JSON of an answer, not the web framework
    from fastapi import APIRouter, FastAPI, Request
    from fastapi.exceptions import RequestValidationError
    from fastapi.responses import JSONResponse

MAX_HITS = 50
"""Most hits one search returns."""


class AskBody(BaseModel):
    """What ``POST /api/ask`` takes."""

    model_config = ConfigDict(extra="forbid")

    question: str = Field(description="the question, Chinese or English")
    on: date | None = Field(None, description="answer by the rules of this day; default today")


def answer_to_json(answer: Answer, why: Explanation | None = None) -> dict[str, Any]:
    """An answer as plain JSON values: dates ISO, enums as their values.

    With ``why``, the hits and the scores of every stage follow.
    """
    made: dict[str, Any] = {
        f.name: _plain(getattr(answer, f.name)) for f in fields(answer) if f.name != "hits"
    }
    if why:
        made["hits"] = [hit_to_json(hit) for hit in answer.hits]
        made["explanation"] = _plain(why)
    return made


def hit_to_json(hit: Hit) -> dict[str, Any]:
    """A found window as plain JSON values."""
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


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


def router(engine: Engine, record: Record | None = None) -> APIRouter:
    """The routes under ``/api`` over an engine; ``record`` writes down what is asked."""
    from fastapi import APIRouter, Depends
    from fastapi import Query as Param

    api = APIRouter(prefix="/api")
    anybody = Depends(require(Role.INVESTOR))

    @api.post("/ask")
    def ask(body: AskBody, visitor: Visitor = anybody) -> dict[str, Any]:
        """Answer a question: the Answer as JSON."""
        done = last(answer_events(engine, sendable(body.question), visitor.role, body.on))
        if record is not None:
            record(done.answer, visitor.role, Way.API, body.on)
        return answer_to_json(done.answer)

    @api.get("/search")
    def search(
        q: str,
        limit: int = Param(10, ge=1, le=MAX_HITS),
        on: date | None = None,
        visitor: Visitor = anybody,
    ) -> dict[str, Any]:
        """The passages nearest to a query, best first."""
        words = sendable(q).strip()
        if not words:
            raise QuestionError("请输入要查找的词。", "Please enter what to search for.")
        limits = engine.kb.settings.max_question_chars
        if len(words) > limits:
            raise QuestionError(
                f"查找的词超过 {limits} 字。请缩短后重试。",
                f"The query is longer than {limits} characters. Shorten it and try again.",
            )
        found = engine.kb.search(
            Query(text=words, on=on or date.today(), audiences=visitor.role.audiences, limit=limit)
        )
        return {"hits": [hit_to_json(hit) for hit in found]}

    @api.get("/health")
    def health(visitor: Visitor = anybody) -> dict[str, Any]:
        """Whether the base answers, and what the visitor may read of it."""
        documents = engine.kb.documents(visitor.role.audiences)
        return {
            "status": "ok",
            "documents": len(documents),
            "passages": sum(info.passage_count for info in documents),
        }

    return api


def add_error_answers(app: FastAPI) -> None:
    """Make the errors of routes speak as ``{error: {zh, en}}``."""
    from fastapi.exceptions import RequestValidationError

    @app.exception_handler(KbError)
    def known(_request: Request, error: KbError) -> JSONResponse:
        status = 404 if isinstance(error, NotFound) else 503
        return _error(400 if isinstance(error, QuestionError) else status, error.zh, error.en)

    @app.exception_handler(RequestValidationError)
    def malformed(_request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"] if part not in ("body", "query"))
        what = place or "JSON"
        return _error(
            422,
            f"请求中的 {what} 有误：{first['msg']}。请按接口说明改正后重试。",
            f"{what} in the request is wrong: {first['msg']}. Mend it and try again.",
        )


def _error(status: int, zh: str, en: str) -> JSONResponse:
    from fastapi.responses import JSONResponse

    return JSONResponse({"error": {"zh": zh, "en": en}}, status_code=status)
