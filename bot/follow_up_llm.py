"""A follow-up that no rule understands, said in full by a language model, where one is set.

What the model writes is only searched, and shown as what was searched. It must keep the question's
own words and may bring in nothing that neither the question nor those before it said.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence

from bot.follow_up import LONGEST, PastTurn, Resolved
from bot.leaning import bare, own_words
from bot.llm import Message, complete, is_on
from bot.prompt import as_data, rules
from kb.errors import LlmError
from kb.places import place_spans
from kb.settings import Settings
from kb.text import normalise, tokens

ALONE = "独立"
"""What the model says of a question that stands alone."""
TURNS = 3
"""Questions before that the model is told."""
_TOKENS = 120
_KEPT = 0.6
"""Share of the question's own tokens that must stand in what the model makes of it."""
_FIGURE = re.compile(r"\d[\d.,]*")


def resolve_by_model(
    settings: Settings, question: str, turns: Sequence[PastTurn]
) -> Resolved | None:
    """The question that a follow-up means, by the model; None for one that stands alone.

    Also None without a model, when it fails, or when what it wrote cannot be trusted: the question
    is then searched as it was asked.
    """
    if not turns or not is_on(settings) or len(question) > LONGEST or not bare(question):
        return None
    mark = secrets.token_hex(4)
    before = "\n".join(f"上文问题：{as_data(turn.resolved)}" for turn in turns[-TURNS:])
    told = f"〔对话 {mark}〕\n{before}\n追问：{as_data(question)}\n〔对话完 {mark}〕"
    asked = [Message("system", rules("follow_up").format(mark=mark)), Message("user", told)]
    try:
        said = complete(settings, asked, _TOKENS).strip().strip('“”"')
    except LlmError:
        return None
    if not is_faithful(said, question, [turn.resolved for turn in turns[-TURNS:]]):
        return None
    return Resolved(said, (turns[-1].resolved,))


def is_faithful(said: str, question: str, before: Sequence[str]) -> bool:
    """Whether a rewritten question is one line that keeps the question's words, and whose figures
    and places all stand in it or in the questions before.
    """
    new, old = normalise(said), normalise(question)
    if not bare(said) or bare(said) == bare(question) or ALONE in new[:4] or "\n" in said:
        return False
    if len(new) > 2 * LONGEST + len(old):
        return False
    known = normalise("\n".join([question, *before]))
    if any(figure not in known for figure in _FIGURE.findall(new)):
        return False
    if any(place not in known for *_, place in place_spans(new)):
        return False
    own = set(tokens(own_words(question)))
    return not own or len(own & set(tokens(said))) >= _KEPT * len(own)
