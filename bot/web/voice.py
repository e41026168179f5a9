"""A reader says something of an answer: heard, checked against what was really answered, kept.

No Gradio here: the page's callback calls ``hear``. What a request claims counts for nothing but
which turn of the session it is about and which of its citations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot import asked, feedback, unanswered
from bot.rate_limit import RateLimit
from bot.web.render import Turn
from bot.web.voice_form import WHOLE, Voice
from bot.web.voice_texts import EN, ZH
from kb.catalog import Catalog
from kb.errors import KbError, QuestionError
from kb.models import Answer, Role, Status

A_MINUTE = 10
"""What one address may say in a minute."""
A_SESSION = 30
"""What may be submitted in one conversation."""
LONGEST = 4_000
"""Characters of anything typed that are looked at: the rest is too long in any case."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What the browser sent: about which turn, and one of a vote, a flag, a submission.

    ``flagged`` is the number of a citation, or ``WHOLE``.
    """

    turn: int
    useful: bool | None = None
    flagged: int | None = None
    remark: str = ""
    contact: str | None = None


def read(data: object) -> Heard | None:
    """What an event says; None for anything that the page's script does not send."""
    if not isinstance(data, dict):
        return None
    turn, vote, which = data.get("turn"), data.get("vote"), data.get("n")
    if type(turn) is not int:
        return None
    if type(vote) is int and vote in (0, 1):
        return Heard(turn, useful=vote == 1)
    if type(which) is int and isinstance(data.get("remark"), str):
        return Heard(turn, flagged=which, remark=data["remark"][:LONGEST])
    if isinstance(data.get("contact"), str):
        return Heard(turn, contact=data["contact"][:LONGEST])
    return None


def hear(
    catalog: Catalog,
    limits: RateLimit,
    turns: Sequence[Turn],
    heard: Heard | None,
    role: Role,
    caller: str,
    now: float,
) -> list[Turn]:
    """The conversation with what its reader said kept, and a reply below the answer.

    ``caller`` is what is counted together: the reader's address. ``now`` in seconds since 1970.
    """
    turn = next((t for t in turns if heard and t.n == heard.turn), None)
    if heard is None or turn is None or turn.answer is None:
        return list(turns)
    said = sum(len(t.voice.flags) + t.voice.submitted for t in turns)
    try:
        if limits.take(caller, A_MINUTE, now) or (heard.useful is None and said >= A_SESSION):
            raise _too_many()
        voice = _kept(catalog, turn, turn.answer, heard, role, now)
    except KbError as error:
        voice = replace(turn.voice, told=(error.zh, error.en), wrong=True)
    return [replace(t, voice=voice) if t.n == turn.n else t for t in turns]


def _kept(
    catalog: Catalog, turn: Turn, answer: Answer, heard: Heard, role: Role, now: float
) -> Voice:
    voice = turn.voice
    if heard.useful is not None and turn.ref and answer.status is Status.ANSWERED:
        useful = None if voice.useful is heard.useful else heard.useful
        if not asked.rate(catalog, turn.ref, useful):
            raise _not_yet()
        told = (ZH.taken_back, EN.taken_back) if useful is None else (ZH.voted, EN.voted)
        return replace(voice, useful=useful, told=told, wrong=False)
    if heard.flagged is not None and answer.citations and heard.flagged not in voice.flags:
        number = None if heard.flagged == WHOLE else heard.flagged
        feedback.flag(catalog, answer, role, turn.on, number, heard.remark, now)
        flags = (*voice.flags, heard.flagged)
        return replace(voice, flags=flags, told=(ZH.flagged, EN.flagged), wrong=False)
    if heard.contact is not None and answer.status is not Status.ANSWERED and not voice.submitted:
        unanswered.submit(catalog, answer, role, turn.on, heard.contact, now)
        return replace(voice, submitted=True, told=(ZH.submitted, EN.submitted), wrong=False)
    return voice


def _too_many() -> QuestionError:
    return QuestionError(
        "提交得太频繁，没有记下。请过一分钟再试。",
        "That was too often, and was not noted. Try again in a minute.",
    )


def _not_yet() -> QuestionError:
    return QuestionError(
        "没有记下。请过一会儿再点一次。", "That was not noted. Press it again in a moment."
    )
