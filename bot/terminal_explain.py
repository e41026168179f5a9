"""``kb ask --explain``: every score of every stage, as tables on the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table

from bot.explain import Explanation, Looked
from bot.terminal import out, say

_TEXT = 48
"""Characters of a text shown in a table."""


def print_explanation(why: Explanation, lang: str) -> None:
    """What was understood, candidates, sentences, and how the confidence adds up."""
    understood = Table(
        say(lang, "理解", "understood as"), "", title=say(lang, "问题", "The question")
    )
    for name, value in why.understood.items():
        understood.add_row(name, escape(value))
    out.print(understood)
    out.print(_looked(say(lang, "候选条款", "Candidates"), why.hits, lang))
    out.print(_looked(say(lang, "句子（* 为选用）", "Sentences (* chosen)"), why.sentences, lang))
    sums = Table(
        say(lang, "特征", "feature"),
        say(lang, "取值", "value"),
        say(lang, "对数几率", "log odds"),
        title=say(lang, "可信度", "Confidence"),
    )
    sums.add_row("bias", "", f"{why.bias:+.2f}")
    for part in why.parts:
        sums.add_row(part.name, f"{part.value:.3f}", f"{part.adds:+.2f}")
    out.print(sums)
    out.print(
        say(
            lang,
            f"可信度 {why.confidence:.3f}；≥ {why.refuse_below} 回答，≥ {why.nearest_from} 给出"
            "最接近的内容，其余拒答。",
            f"confidence {why.confidence:.3f}; answered from {why.refuse_below}, the nearest "
            f"shown from {why.nearest_from}, refused below.",
        )
    )
    for reason in why.reasons:
        out.print(f"※ {say(lang, reason.zh, reason.en)}", markup=False)


def _looked(title: str, rows: Sequence[Looked], lang: str) -> Table:
    table = Table(
        say(lang, "得分", "score"),
        say(lang, "资料", "document"),
        say(lang, "内容", "text"),
        say(lang, "各项", "features"),
        title=title,
    )
    for row in rows:
        text = row.text if len(row.text) <= _TEXT else row.text[:_TEXT] + "…"
        scores = "  ".join(f"{name} {value:.2f}" for name, value in row.scores.items() if value)
        mark = "* " if row.chosen else ""
        table.add_row(f"{row.score:.2f}", escape(row.document_id), escape(mark + text), scores)
    return table
