"""``kb llm check``: try the configured language model, and say what is wrong with it."""

from __future__ import annotations

import time
from dataclasses import dataclass

from bot import llm
from bot.llm import Message
from bot.llm_errors import EMPTY
from bot.prompt import rules
from bot.sentence_stream import written
from kb.errors import LlmError
from kb.settings import Settings

_MARK = "7c1f9a"
_PASSAGE = (
    f"〔资料 1 {_MARK}〕\n文件：《延安市示例办法》\n"
    f"企业购置设备的，补贴比例为12%，每户不超过30万元。\n〔资料完 {_MARK}〕\n\n"
    f"〔问题 {_MARK}〕\n购置设备补贴多少？\n〔问题完 {_MARK}〕"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried: whether it is as it should be, and what to say of it."""

    good: bool
    zh: str
    en: str


def check(settings: Settings) -> list[Finding]:
    """Ask the model one question as answers are asked for. Raises LlmError when it gives none."""
    if not llm.is_on(settings):
        raise LlmError(
            "没有设置大模型。请设置 KB_LLM_BASE_URL 和 KB_LLM_MODEL（需要时还有 KB_LLM_API_KEY）。",
            "No language model is set. Set KB_LLM_BASE_URL and KB_LLM_MODEL (and KB_LLM_API_KEY, "
            "if it wants a key).",
        )
    asked = [Message("system", rules().format(mark=_MARK)), Message("user", _PASSAGE)]
    began = time.perf_counter()
    pieces: list[str] = []
    first = 0.0
    try:
        for piece in llm.stream(settings, asked):
            first = first or time.perf_counter() - began
            pieces.append(piece)
    except LlmError as error:
        if error is EMPTY and _answers_whole(settings, asked):
            raise LlmError(
                "大模型服务能回答，但不支持流式输出（stream）。请换一个支持流式输出的服务。",
                "The language model answers, but cannot stream. Use a server that can.",
            ) from error
        raise
    whole = time.perf_counter() - began
    found = [
        Finding(
            True,
            f"模型 {settings.llm_model} 可用：首字 {first:.1f} 秒，全文 {whole:.1f} 秒。",
            f"The model {settings.llm_model} answers: first word after {first:.1f} s, all after "
            f"{whole:.1f} s.",
        )
    ]
    return [*found, *_of_reply(pieces)]


def _answers_whole(settings: Settings, asked: list[Message]) -> bool:
    from llama_index.core.base.llms.types import ChatMessage

    said = [ChatMessage(role=m.role, content=m.text) for m in asked]
    try:
        return bool(llm.open_model(settings).chat(said).message.content)
    except Exception:  # noqa: BLE001  (whatever it is, it gives no answer in one piece either)
        return False


def _of_reply(pieces: list[str]) -> list[Finding]:
    sentences = list(written(pieces))
    told = "".join(s.text for s in sentences)
    found = []
    if len(pieces) == 1 and len(pieces[0]) > 20:
        found.append(
            Finding(
                False,
                "回答一次全部到达，没有逐字输出：读者要等到全文写完。请打开该服务的流式输出。",
                "The reply came in one piece: readers wait until all is written. Have the server "
                "stream.",
            )
        )
    if not any(s.cited for s in sentences):
        found.append(
            Finding(
                False,
                "模型没有按要求标注资料编号（如 [1]），多数句子会因此核对不过。"
                "请换更强的对话模型。",
                "The model did not cite by number ([1]), so most sentences would not pass the "
                "check. Use a stronger chat model.",
            )
        )
    if "12%" not in told and "百分之十二" not in told:
        found.append(
            Finding(
                False,
                "模型没有答出资料里写明的数字。请换更强的对话模型。",
                "The model did not tell the figure that the passage tells. Use a stronger one.",
            )
        )
    return found
