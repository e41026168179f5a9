"""What the routes under ``/v1`` take and give: the part of OpenAI's interface that has a meaning
here. What else a client sends (temperature, tools …) changes nothing.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.api.models import CitationBody
from kb.models import Status

MODEL = "yanan-kb"
"""The one model there is: the knowledge base."""
MOST_MESSAGES = 500


class PartBody(BaseModel):
    """A part of a message."""

    type: str = Field(description="`text`; others are refused")
    text: str = Field("", description="its text")


class MessageBody(BaseModel):
    """A message of the conversation."""

    role: str = Field(description="`user` or `assistant`; others are not read")
    content: str | list[PartBody] | None = Field(None, description="what was said")


class StreamOptions(BaseModel):
    """Taken and not needed: tokens are not counted here."""

    model_config = ConfigDict(extra="allow")


class ChatBody(BaseModel):
    """What `POST /v1/chat/completions` takes."""

    model: str = Field(MODEL, description=f"`{MODEL}`")
    messages: list[MessageBody] = Field(
        min_length=1,
        max_length=MOST_MESSAGES,
        description="the conversation, oldest first; the last message of the user is answered",
    )
    stream: bool | None = Field(False, description="answer sentence by sentence, as events")
    stream_options: StreamOptions | None = Field(None, description="taken, and not needed")
    n: int | None = Field(1, ge=1, le=1, description="there is one answer")


class SourceBody(CitationBody):
    """A citation with the address of its place."""

    url: str = Field(description="where the quote can be read, marked, in its document")


class ReplyBody(BaseModel):
    """What is said."""

    role: Literal["assistant"] = Field("assistant", description="always the assistant")
    content: str = Field(description="the sentences with [n], remarks, and the list of sources")
    refusal: None = Field(None, description="never used: a refusal is normal text")


class ChoiceBody(BaseModel):
    """The one answer."""

    index: int = Field(0, description="0")
    message: ReplyBody = Field(description="the answer")
    finish_reason: Literal["stop"] = Field("stop", description="always `stop`")
    logprobs: None = Field(None, description="never there")


class UsageBody(BaseModel):
    """Clients ask for it; tokens are not counted here."""

    prompt_tokens: int = Field(default=0, description="always 0")
    completion_tokens: int = Field(default=0, description="always 0")
    total_tokens: int = Field(default=0, description="always 0")


class CompletionBody(BaseModel):
    """An answer in OpenAI's form, and more than that form knows."""

    id: str = Field(description="an id of its own")
    object: Literal["chat.completion"] = Field("chat.completion", description="what this is")
    created: int = Field(description="seconds since 1970")
    model: str = Field(MODEL, description="the model that was asked")
    choices: list[ChoiceBody] = Field(description="one")
    usage: UsageBody = Field(UsageBody(), description="always 0: tokens are not counted")
    citations: list[SourceBody] = Field(description="the places the sentences rest on, by [n]")
    status: Status = Field(description="answered, nearest or refused")
    confidence: float = Field(description="0 to 1, that this answers the question")
    resolved: str | None = Field(None, description="how a follow-up was understood")


class ModelBody(BaseModel):
    """A model."""

    id: str = Field(MODEL, description="its name")
    object: Literal["model"] = Field("model", description="what this is")
    created: int = Field(0, description="seconds since 1970")
    owned_by: str = Field("yanan-investment-kb", description="whose it is")


class ModelsBody(BaseModel):
    """All models."""

    object: Literal["list"] = Field("list", description="what this is")
    data: list[ModelBody] = Field(description="one")


class ChatErrorDetail(BaseModel):
    """What went wrong."""

    message: str = Field(description="what happened and what to do, in both languages")
    type: str = Field(description="what kind of error")
    param: str | None = Field(None, description="which field is wrong")
    code: str | None = Field(None, description="a code that clients know")


class ChatErrorBody(BaseModel):
    """Every error under `/v1`."""

    error: ChatErrorDetail = Field(description="what went wrong")


Chunk = dict[str, Any]
"""A piece of a streamed completion, in OpenAI's form."""
