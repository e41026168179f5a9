"""What a reader can say of an answer, below it: useful or not, a wrong citation, a question for the
staff. HTML, pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.feedback import REMARK
from bot.unanswered import CONTACT
from bot.web.markup import esc, lang_attribute
from bot.web.voice_texts import VoiceTexts, voice_texts
from kb.models import Answer, Citation, Status

WHOLE = 0
"""What is flagged when it is no single citation: those count from 1."""


@dataclass(frozen=True, slots=True)
class Voice:
    """What the reader has said of an answer so far, in this session.

    ``flags`` are the citations flagged. ``told`` is what was replied last (Chinese, English), and
    ``wrong`` that it was a refusal.
    """

    useful: bool | None = None
    flags: tuple[int, ...] = ()
    submitted: bool = False
    told: tuple[str, str] = ("", "")
    wrong: bool = False


SILENT = Voice()
"""Nothing was said yet."""


def voice_form(n: int, answer: Answer, voice: Voice, ref: str, lang: str) -> str:
    """The buttons and forms below the answer of turn ``n``.

    Whether it was useful is asked of answers that were written down (``ref``) only.
    """
    t = voice_texts(lang)
    parts = ""
    if answer.status is Status.ANSWERED and ref:
        parts += _vote(n, 1, t.useful, voice.useful is True)
        parts += _vote(n, 0, t.useless, voice.useful is False)
    if answer.citations:
        parts += _flagging(n, answer.citations, voice.flags, t, lang)
    if answer.status is not Status.ANSWERED and not voice.submitted:
        parts += _submitting(n, t)
    told = voice.told[1] if lang == "en" else voice.told[0]
    return (
        f'<div class="voice" role="group" aria-label="{esc(t.label)}">{parts}'
        f'<p class="told{" wrong" if voice.wrong else ""}" id="told-{n}" tabindex="-1" '
        f'role="status">{esc(told)}</p></div>'
    )


def _vote(n: int, vote: int, words: str, pressed: bool) -> str:
    state = "true" if pressed else "false"
    return (
        f'<button type="button" id="vote-{n}-{vote}" data-vote="{vote}" data-turn="{n}" '
        f'aria-pressed="{state}">{esc(words)}</button>'
    )


def _flagging(
    n: int, citations: Sequence[Citation], flagged: Sequence[int], t: VoiceTexts, lang: str
) -> str:
    left = [c for c in citations if c.n not in flagged]
    options = "".join(
        f'<option value="{c.n}"{lang_attribute(c.title, lang)}>[{c.n}] {esc(c.title)}</option>'
        for c in left
    )
    if WHOLE not in flagged:
        options += f'<option value="{WHOLE}">{esc(t.whole)}</option>'
    if not options:
        return ""
    return _fold(
        t.flag,
        f'<label for="which-{n}">{esc(t.which)}</label><select id="which-{n}">{options}</select>'
        f'<label for="remark-{n}">{esc(t.remark)}</label>'
        f'<textarea id="remark-{n}" rows="2" maxlength="{REMARK}" '
        f'aria-describedby="flag-help-{n}"></textarea>'
        f'<p class="help" id="flag-help-{n}">{esc(t.flag_help)}</p>',
        n,
        t,
    )


def _submitting(n: int, t: VoiceTexts) -> str:
    return _fold(
        t.submit,
        f'<label for="contact-{n}">{esc(t.contact)}</label>'
        f'<input id="contact-{n}" type="text" maxlength="{CONTACT}" autocomplete="off" '
        f'aria-describedby="submit-help-{n}">'
        f'<p class="help" id="submit-help-{n}">{esc(t.submit_help)}</p>',
        n,
        t,
    )


def _fold(words: str, fields: str, n: int, t: VoiceTexts) -> str:
    return (
        f'<details class="telling"><summary>{esc(words)}</summary><div class="fields">{fields}'
        f'<button type="button" data-tell="{n}">{esc(t.send)}</button></div></details>'
    )
