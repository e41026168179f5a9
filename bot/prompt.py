"""What a language model is given: the rules (a file), numbered passages, and the question. Pure.

Passages and question are data. They stand between marks with a word that is drawn anew for each
request, so that no document can write an end mark; brackets in them are widened, so that none can
write a citation.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources

from bot.llm import Message
from bot.sources import Source
from kb.models import Validity
from kb.paths import place
from kb.text import strip_control

DECLINED = ("资料不足", "资料不够", "insufficient material")
"""How a reply begins that says the passages do not answer."""
_VALIDITY = {
    Validity.IN_FORCE: "现行有效",
    Validity.EXPIRING: "即将到期",
    Validity.NOT_YET: "尚未施行",
    Validity.EXPIRED: "已到期",
    Validity.SUPERSEDED: "已被取代",
    Validity.UNDATED: "未写施行时间",
}


def rules(name: str = "answer") -> str:
    """A prompt file's text for the model: without the reasons, which are lines with ``#``."""
    raw = resources.files("bot").joinpath(f"prompts/{name}.txt").read_text(encoding="utf-8")
    return "\n".join(line for line in raw.splitlines() if line.strip() and not line.startswith("#"))


def messages(question: str, sources: Sequence[Source], mark: str) -> list[Message]:
    """The request for an answer to a question out of numbered passages."""
    told = "\n\n".join(_passage(source, mark) for source in sources)
    asked = f"〔问题 {mark}〕\n{as_data(question)}\n〔问题完 {mark}〕"
    return [Message("system", rules().format(mark=mark)), Message("user", f"{told}\n\n{asked}")]


def as_data(text: str) -> str:
    """A text that can neither cite nor hide anything: no brackets, no invisible characters."""
    return strip_control(text).replace("[", "［").replace("]", "］")


def _passage(source: Source, mark: str) -> str:
    header = source.hit.document.header
    facts = [f"文件：《{header.title}》"]
    if header.doc_number:
        facts.append(f"文号：{header.doc_number}")
    if header.published:
        facts.append(f"公布：{header.published.isoformat()}")
    state = _VALIDITY[source.hit.validity]
    if header.effective:
        state += f"，{header.effective.isoformat()} 起"
    if header.expires:
        state += f"，{header.expires.isoformat()} 止"
    facts.append(f"效力：{state}")
    path = place(source.hit.passages[0].path) if source.hit.passages else ""
    if path:
        facts.append(f"位置：{path}")
    head = as_data("；".join(facts))
    return f"〔资料 {source.n} {mark}〕\n{head}\n{as_data(source.hit.text)}\n〔资料完 {mark}〕"
