"""``/v1``: the base as a model of OpenAI's interface, for chats and libraries that speak it.

The last message of the user is the question, those before are its conversation. What the system or
a tool says is not read: no instruction changes what a document says. Nothing is kept.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any
from urllib.parse import unquote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import StreamingResponse

from bot.access import Visitor, require
from bot.answering import Claimed, Done, Event, answer_events
from bot.api.ask import EVENT_STREAM, FAILED, server_sent
from bot.api.chat_models import (
    MODEL,
    ChatBody,
    ChatErrorBody,
    Chunk,
    CompletionBody,
    MessageBody,
    ModelBody,
    ModelsBody,
)
from bot.api.errors import DESCRIBED, error_body
from bot.api.turns import Given, past_turns
from bot.api.values import plain
from bot.asked import Record, Way
from bot.engine import Engine
from bot.follow_up import Resolved
from bot.spoken import closing, link_of, opening, sentence, spoken, table
from bot.web.chat import log_failure
from bot.web.origin import base_url
from kb.errors import KbError, NotFound, QuestionError
from kb.models import Answer, Role
from kb.text import is_english, sendable

_SOURCE = re.compile(r"/source/([^\s?#)]+)\?")
_ERRORS = {s: told | {"model": ChatErrorBody} for s, told in DESCRIBED.items()}


def chat_router(engine: Engine, record: Record) -> APIRouter:
    """The routes over an engine; ``record`` writes down what is asked."""
    api = APIRouter(prefix="/v1", tags=["OpenAI's interface"], responses=_ERRORS)
    anybody = Depends(require(Role.INVESTOR))

    @api.get("/models", response_model=ModelsBody)
    def models(visitor: Visitor = anybody) -> Any:
        """The one model."""
        return {"data": [{}]}

    @api.get("/models/{model}", response_model=ModelBody)
    def model(model: str, visitor: Visitor = anybody) -> Any:
        """The model by its name."""
        return {"id": _known(model)}

    @api.post("/chat/completions", response_model=CompletionBody)
    def complete(body: ChatBody, request: Request, visitor: Visitor = anybody) -> Any:
        """Answer the last question of a conversation, with the clause behind every sentence."""
        _known(body.model)
        question, given = conversation(body.messages)
        turns = past_turns(engine, given, visitor.role, None)
        lang = "en" if is_english(question) else "zh"
        site = base_url(request.scope, engine.kb.settings.behind_proxy)
        events = answer_events(engine, question, visitor.role, None, turns, lang)

        def written(answer: Answer) -> None:
            record(answer, visitor.role, Way.OPENAI, None)

        if body.stream:
            first = next(events)  # what cannot be asked is told by the status
            stream = _stream(chain([first], events), lang, site, written)
            headers = {"cache-control": "no-store"}
            return StreamingResponse(stream, media_type=EVENT_STREAM, headers=headers)
        return _whole(events, lang, site, written)

    return api


def conversation(messages: Sequence[MessageBody]) -> tuple[str, list[Given]]:
    """The question, and what was asked before it with the documents our answers cited.

    Raises QuestionError when the last word is not the user's, or is not text.
    """
    spoken_by = [m for m in messages if m.role in ("user", "assistant")]
    if not spoken_by or spoken_by[-1].role != "user":
        raise QuestionError(
            "最后一条消息应是用户的提问。",
            "The last message must be a question of the user.",
        )
    given: list[Given] = []
    for message, after in zip(spoken_by, [*spoken_by[1:], None], strict=True):
        if message.role == "user" and after is not None:
            said = text_of(after) if after.role == "assistant" else ""
            cited = tuple(dict.fromkeys(unquote(i) for i in _SOURCE.findall(said)))
            given.append(Given(text_of(message), documents=cited or None))
    return text_of(spoken_by[-1]), given


def text_of(message: MessageBody) -> str:
    """What a message says. Raises QuestionError for pictures and other things that are no text."""
    if isinstance(message.content, list):
        if any(part.type != "text" for part in message.content):
            raise QuestionError("只能用文字提问。", "Questions can be asked in words only.")
        return sendable("\n".join(part.text for part in message.content))
    return sendable(message.content or "")


def _known(model: str) -> str:
    if model != MODEL:
        raise NotFound(
            f"没有模型 {model}。请用 {MODEL}。", f"There is no model {model}. Use {MODEL}."
        )
    return model


def _sources(answer: Answer, lang: str, site: str) -> list[dict[str, Any]]:
    return [{**plain(c), "url": link_of(c, lang, site)} for c in answer.citations]


def _extras(answer: Answer, lang: str, site: str) -> dict[str, Any]:
    """What an answer holds beyond OpenAI's form."""
    return {
        "citations": _sources(answer, lang, site),
        "status": answer.status.value,
        "confidence": answer.confidence,
    }


def _whole(
    events: Iterator[Event], lang: str, site: str, written: Callable[[Answer], None]
) -> dict[str, Any]:
    made: dict[str, Any] = _head("chat.completion")
    before = ""
    for event in events:
        if isinstance(event, Resolved):
            made["resolved"] = event.text
            before = _understood(event, lang)
        elif isinstance(event, Done):
            written(event.answer)
            content = before + spoken(event.answer, lang, site)
            made["choices"] = [{"message": {"content": content}}]
            made |= _extras(event.answer, lang, site)
    return made


def _stream(
    events: Iterator[Event], lang: str, site: str, written: Callable[[Answer], None]
) -> Iterator[str]:
    """The completion as OpenAI's chunks, ended by ``[DONE]``."""
    head = _head("chat.completion.chunk")
    said: list[str] = []
    try:
        yield server_sent(_chunk(head, {"role": "assistant", "content": ""}))
        for event in events:
            if isinstance(event, Resolved):
                yield server_sent(_chunk(head, {"content": _understood(event, lang)}))
            elif isinstance(event, Claimed):
                said.append(sentence(event.claim))
                yield server_sent(_chunk(head, {"content": said[-1]}))
            elif isinstance(event, Done):
                written(event.answer)
                rest = _rest(event.answer, said, lang, site)
                yield server_sent(_chunk(head, {"content": rest}))
                last = _chunk(head, {}, "stop") | _extras(event.answer, lang, site)
                yield server_sent(last)
    except KbError as error:
        yield server_sent(error_body("/v1/", 503, error.zh, error.en))
    except Exception as error:  # noqa: BLE001  (the status is sent; only an event can tell)
        log_failure("/v1/chat/completions", error)
        yield server_sent(error_body("/v1/", 500, FAILED["zh"], FAILED["en"]))
    yield "data: [DONE]\n\n"


def _rest(answer: Answer, said: Sequence[str], lang: str, site: str) -> str:
    """What is still to be said. Sentences that do not stand in the end are said to be replaced."""
    final = [sentence(claim) for claim in answer.claims]
    if final[: len(said)] == list(said):
        before = opening(answer, lang) if not said else ""
        grid = table(answer, lang)
        rest = "".join(final[len(said) :]) + (f"\n{grid}" if grid else "")
        return before + rest + closing(answer, lang, site)
    words = "Instead of the above:" if lang == "en" else "以上内容以下面的回答为准："
    return f"\n{words}\n\n{spoken(answer, lang, site)}"


def _understood(event: Resolved, lang: str) -> str:
    words = "Understood as: {}" if lang == "en" else "（按“{}”查找）"
    return words.format(event.text) + "\n\n"


def _head(kind: str) -> dict[str, Any]:
    made = f"chatcmpl-{secrets.token_hex(12)}"
    return {"id": made, "object": kind, "created": int(time.time()), "model": MODEL}


def _chunk(head: dict[str, Any], delta: dict[str, Any], reason: str | None = None) -> Chunk:
    choice = {"index": 0, "delta": delta, "finish_reason": reason, "logprobs": None}
    return head | {"choices": [choice]}
