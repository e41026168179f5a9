"""A language model behind an OpenAI-compatible address: messages in, pieces of its reply out.

LlamaIndex's OpenAILike speaks to it. Whatever the server does, a reply ends: its first word, the
whole of it and its length are bounded, and a reader who goes away ends it too. The address is the
operator's setting; nothing in a question or a document can change it, and redirects are not
followed.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Generator, Sequence
from dataclasses import dataclass
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Literal

from bot.llm_errors import EMPTY, ENDLESS, SLOW, explained
from kb.settings import Settings

if TYPE_CHECKING:
    import httpx

REPLY_TOKENS = 1200
"""Tokens a reply may have: some thirty sentences, and what a model thinks aloud before."""
REPLY_CHARACTERS = 20_000
"""Characters after which a reply is given up: a server that counts no tokens must end too."""
NO_KEY = "none"
"""What is sent as a key when none is set: an empty one would be taken from OPENAI_API_KEY."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message to the model."""

    role: Literal["system", "user", "assistant"]
    text: str


def is_on(settings: Settings) -> bool:
    """Whether a language model is configured."""
    return bool(settings.llm_base_url)


def warm() -> None:
    """Import what speaks to the model (2 s), so that the first question does not wait for it."""
    from llama_index.llms.openai_like import OpenAILike as _  # noqa: F401


def stream(
    settings: Settings, messages: Sequence[Message], reply_tokens: int = REPLY_TOKENS
) -> Generator[str, None, None]:
    """The pieces of the model's reply, as they come. The request is sent at once; closing the
    generator ends it.

    Raises LlmError, with the remedy, when there is no reply, or when it breaks off.
    """
    pieces: SimpleQueue[str | BaseException | None] = SimpleQueue()
    stop: list[Callable[[], object]] = []

    def run() -> None:
        try:
            warm()
            asyncio.run(_hand_on(settings, messages, reply_tokens, pieces.put, stop))
        except BaseException as error:  # noqa: BLE001  (told to whoever reads the pieces)
            pieces.put(error)
        pieces.put(None)

    threading.Thread(target=run, name="llm", daemon=True).start()
    return _read(settings, pieces, stop)


def _read(
    settings: Settings,
    pieces: SimpleQueue[str | BaseException | None],
    stop: Sequence[Callable[[], object]],
) -> Generator[str, None, None]:
    try:
        while (piece := pieces.get()) is not None:
            if isinstance(piece, BaseException):
                raise explained(piece, settings) from None  # its own text may quote what was sent
            yield piece
    finally:
        for end in stop:
            end()


def complete(
    settings: Settings, messages: Sequence[Message], reply_tokens: int = REPLY_TOKENS
) -> str:
    """The whole reply. Raises LlmError as ``stream`` does."""
    return "".join(stream(settings, messages, reply_tokens))


async def _hand_on(
    settings: Settings,
    messages: Sequence[Message],
    reply_tokens: int,
    put: Callable[[str], object],
    stop: list[Callable[[], object]],
) -> None:
    """Hand each piece on, within the limits of time and length."""
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    assert task is not None
    stop.append(lambda: None if loop.is_closed() else loop.call_soon_threadsafe(task.cancel))
    told = 0
    try:
        async with asyncio.timeout(settings.llm_seconds), _client(settings) as client:
            pieces = _pieces(settings, messages, reply_tokens, client)
            async with asyncio.timeout(settings.llm_wait_seconds):
                first = await anext(pieces, None)
            if first is None:
                raise EMPTY
            put(first)
            async for piece in pieces:
                put(piece)
                told += len(piece)
                if told > REPLY_CHARACTERS:
                    raise ENDLESS
    except TimeoutError:
        raise SLOW from None


def _client(settings: Settings) -> httpx.AsyncClient:
    import httpx

    return httpx.AsyncClient(timeout=settings.llm_wait_seconds, follow_redirects=False)


async def _pieces(
    settings: Settings, messages: Sequence[Message], reply_tokens: int, client: httpx.AsyncClient
) -> AsyncIterator[str]:
    """What OpenAILike gives, without pieces that are empty."""
    from llama_index.core.base.llms.types import ChatMessage

    model = open_model(settings, reply_tokens, async_http_client=client)
    said = [ChatMessage(role=m.role, content=m.text) for m in messages]
    async for part in await model.astream_chat(said):
        if part.delta:
            yield part.delta


def open_model(settings: Settings, reply_tokens: int = REPLY_TOKENS, **options: Any) -> Any:
    """The configured model as LlamaIndex's OpenAILike. It holds the key: never show it."""
    from llama_index.llms.openai_like import OpenAILike

    return OpenAILike(
        model=settings.llm_model,
        api_base=settings.llm_base_url,
        api_key=settings.llm_api_key.get_secret_value() or NO_KEY,
        is_chat_model=True,
        context_window=settings.llm_context,
        max_tokens=reply_tokens,
        temperature=0.0,
        timeout=float(settings.llm_wait_seconds),
        max_retries=settings.llm_retries,
        **options,
    )
