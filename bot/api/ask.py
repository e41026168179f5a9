"""``/api/ask``: a question answered as one JSON value, or as a stream of events."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import StreamingResponse

from bot.access import Visitor, require
from bot.answering import Claimed, Done, Event, answer_events
from bot.api.errors import DESCRIBED
from bot.api.models import AnswerBody, AskBody
from bot.api.turns import Given, past_turns
from bot.api.values import answer_to_json, plain
from bot.asked import Record, Way
from bot.engine import Engine
from bot.follow_up import Resolved
from bot.web.chat import log_failure
from kb.errors import KbError
from kb.models import Role
from kb.text import is_english, sendable

EVENT_STREAM = "text/event-stream"
FAILED = {
    "zh": "出现意外错误，回答中断。请再试一次。",
    "en": "Something unexpected failed and the answer broke off. Try again.",
}
_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": (
            "The answer. With `Accept: text/event-stream`, events: `resolved` (how a follow-up was "
            "understood), `claim` (a sentence with its citations, as soon as it is proven), `done` "
            "(the whole answer) or `error`."
        ),
        "content": {EVENT_STREAM: {"schema": {"type": "string"}}},
    }
}


def ask_router(engine: Engine, record: Record) -> APIRouter:
    """``POST /api/ask`` over an engine; ``record`` writes down what is asked."""
    api = APIRouter(tags=["ask"])
    anybody = Depends(require(Role.INVESTOR))

    @api.post("/ask", response_model=AnswerBody, responses=DESCRIBED | _STREAM)
    def ask(body: AskBody, request: Request, visitor: Visitor = anybody) -> Any:
        """Answer a question, every sentence with the clause it rests on; or refuse it.

        Earlier turns of the conversation may come with it: nothing of it is kept.
        """
        question = sendable(body.question)
        given = [
            Given(t.question, t.resolved, None if t.documents is None else tuple(t.documents))
            for t in body.turns
        ]
        turns = past_turns(engine, given, visitor.role, body.on)
        lang = body.lang or ("en" if is_english(question) else "zh")
        events = answer_events(engine, question, visitor.role, body.on, turns, lang)

        def written(done: Done) -> None:
            record(done.answer, visitor.role, Way.API, body.on)

        if EVENT_STREAM in request.headers.get("accept", ""):
            first = next(events)  # what cannot be asked is told by the status
            stream = _stream(chain([first], events), written)
            return StreamingResponse(
                stream, media_type=EVENT_STREAM, headers={"cache-control": "no-store"}
            )
        return _whole(events, written)

    return api


def _whole(events: Iterator[Event], written: Any) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for event in events:
        if isinstance(event, Resolved):
            made["resolved"] = plain(event)
        if isinstance(event, Done):
            written(event)
            made |= answer_to_json(event.answer)
    return made


def _stream(events: Iterator[Event], written: Any) -> Iterator[str]:
    """The events as server-sent ones."""
    resolved: dict[str, Any] = {}
    try:
        for event in events:
            if isinstance(event, Resolved):
                resolved["resolved"] = plain(event)
                yield server_sent(resolved["resolved"], "resolved")
            elif isinstance(event, Claimed):
                sources = [plain(c) for c in event.citations]
                yield server_sent({**plain(event.claim), "sources": sources}, "claim")
            elif isinstance(event, Done):
                written(event)
                yield server_sent(answer_to_json(event.answer) | resolved, "done")
    except KbError as error:
        yield server_sent({"error": {"zh": error.zh, "en": error.en}}, "error")
    except Exception as error:  # noqa: BLE001  (the status is sent; only an event can tell)
        log_failure("/api/ask", error)
        yield server_sent({"error": FAILED}, "error")


def server_sent(value: Any, event: str = "") -> str:
    """One server-sent event. JSON has no line breaks of its own."""
    named = f"event: {event}\n" if event else ""
    return f"{named}data: {json.dumps(value, ensure_ascii=False)}\n\n"
