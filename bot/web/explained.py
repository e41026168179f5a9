"""The fold-out under an answer that shows how it came about. Pure; everything is escaped."""

from __future__ import annotations

from collections.abc import Sequence

from bot.explain import Explanation, Looked
from bot.web.explained_texts import explain_texts
from bot.web.markup import esc, lang_attribute
from kb.paths import place

_TEXT = 90
"""Characters of a candidate shown."""


def explained(why: Explanation, lang: str) -> str:
    """What speaks against, candidates and sentences with their scores, the confidence."""
    t = explain_texts(lang)
    reasons = "".join(
        f"<li>{esc(note.en if lang == 'en' else note.zh)}</li>" for note in why.reasons
    )
    against = f'<ul class="against">{reasons}</ul>' if reasons else ""
    understood = "".join(
        f"<li>{esc(t.understood.get(name, name))} <b>{esc(value)}</b></li>"
        for name, value in why.understood.items()
    )
    rows = [("", t.bias, f"{why.bias:+.2f}")]
    rows += [
        (f"{part.value:.2f}", t.feature.get(part.name, part.name), f"{part.adds:+.2f}")
        for part in why.parts
        if part.value
    ]
    sums = "".join(
        f'<tr><th scope="row">{esc(name)}</th><td>{value}</td><td>{adds}</td></tr>'
        for value, name, adds in rows
    )
    limits = t.limits.format(answer=f"{why.refuse_below:.0%}", nearest=f"{why.nearest_from:.0%}")
    return (
        f'<details class="why"><summary>{esc(t.why)}</summary>{against}'
        f'<ul class="understood">{understood}</ul>'
        f"{_table(t.candidates, why.hits, lang)}{_table(t.weighed, why.sentences, lang)}"
        f'<div class="scroll" tabindex="0"><table><caption>{esc(t.sums)}</caption>'
        f"<tbody>{sums}</tbody></table></div><p>{esc(limits)}</p></details>"
    )


def _table(caption: str, rows: Sequence[Looked], lang: str) -> str:
    if not rows:
        return ""
    body = "".join(_row(row, lang) for row in rows)
    return (
        f'<div class="scroll" tabindex="0"><table><caption>{esc(caption)}</caption>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _row(row: Looked, lang: str) -> str:
    t = explain_texts(lang)
    text = " ".join(row.text.split())
    text = text if len(text) <= _TEXT else text[:_TEXT] + "…"
    scores = " · ".join(
        f"{t.feature.get(name, name)} {value:.2f}" for name, value in row.scores.items() if value
    )
    chosen = f' class="chosen" title="{esc(t.chosen)}"' if row.chosen else ""
    where = " · ".join(part for part in (row.title, place(row.path)) if part)
    return (
        f'<tr{chosen}><th scope="row">{row.score:.2f}</th>'
        f"<td{lang_attribute(text, lang)}><b>{esc(where)}</b><span>{esc(text)}</span>"
        f"<small>{esc(scores)}</small></td></tr>"
    )
