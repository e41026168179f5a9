"""What stands below an answer: copying it, how sure it is and how long it took. HTML, pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bot.explain import Explanation
from bot.web.explained import explained
from bot.web.markup import esc
from bot.web.texts import Texts, confidence_level, copy_text, texts
from kb.models import Answer, Status


def answer_foot(answer: Answer, on: date | None, why: Explanation | None, lang: str) -> str:
    """The line below an answer that was given for a day, and the scores behind it."""
    t = texts(lang)
    copy = ""
    if answer.claims:
        plain = esc(copy_text(answer, on, lang))
        copy = (
            f'<button type="button" class="copy" data-done="{esc(t.copied)}">{esc(t.copy)}</button>'
            f'<pre class="copy-text" hidden>{plain}</pre>'
        )
    # the confidence is that of the sentences found first; a table's cells are each decided alone
    meter = _meter(answer, t) if answer.table is None else ""
    return (
        f'<div class="foot">{copy}<details class="basis"><summary>{esc(t.basis)}'
        f'<span class="level">{esc(_level(answer, lang))}</span></summary>'
        f'<div class="basis-in">{meter}{_timings(answer.timings, t)}</div>'
        f"</details></div>{explained(why, lang) if why else ''}"
    )


def _level(answer: Answer, lang: str) -> str:
    """In a word; a table has none, whose cells are each decided on their own."""
    if answer.status is not Status.ANSWERED or answer.table is not None:
        return ""
    return confidence_level(answer.confidence, lang)


def _meter(answer: Answer, t: Texts) -> str:
    percent = round(answer.confidence * 100)
    word = _level(answer, t.lang)
    value = f"{word} · {percent}%" if word else f"{percent}%"
    return (
        f'<p class="meter"><span>{esc(t.confidence)}</span>'
        f'<progress max="100" value="{percent}" aria-label="{esc(t.confidence)}"></progress>'
        f"<b>{esc(value)}</b></p><p>{esc(t.confidence_help)}</p>"
    )


def _timings(timings: Mapping[str, float], t: Texts) -> str:
    rows = [(t.stage.get(stage, stage), f"{ms:.0f} ms") for stage, ms in timings.items()]
    rows.append((t.total, f"{sum(timings.values()):.0f} ms"))
    cells = "".join(f"<li>{esc(name)} <b>{value}</b></li>" for name, value in rows)
    return f'<ul class="timings" aria-label="{esc(t.timings)}">{cells}</ul>'
