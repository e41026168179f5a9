"""The figures of a run as tables for a person."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from evals.significance import Difference

_FINDING = (
    "document_hit@1", "document_hit@5", "mrr@10", "recall@10",
    "answer_in_top1", "answer_in_top3", "hit_chars_mean",
)  # fmt: skip
_ANSWERING = (
    "first_sentence", "answer_returned", "answer_contains", "answer_chars_median", "citation_right",
    "false_refusals", "false_answers", "nearest_of_refusals", "nearest_of_not_covered", "forbidden",
    "refusal_auc", "false_answers_at_5", "calibration_error",
)  # fmt: skip


def _text(value: Any) -> str:
    return "-" if value is None else f"{value:.3f}"


DIFFERENCE_HEAD = ("against the kept run", "before", "now", "difference, 95 %", "p")
_LOWER_IS_BETTER = ("false_refusals", "false_answers", "forbidden")


def difference_row(name: str, d: Difference) -> list[str]:
    """A difference as the cells of a table, under ``DIFFERENCE_HEAD``."""
    spread = f"{d.low:+.3f} … {d.high:+.3f}"
    return [name, _text(d.before), _text(d.now), spread, _text(d.p)]


def verdict(name: str, d: Difference) -> str:
    """``better`` or ``worse`` where chance is an unlikely explanation, else nothing."""
    if not d.significant:
        return ""
    return "better" if (d.change < 0) == (name in _LOWER_IS_BETTER) else "worse"


def print_report(figures: dict[str, Any], console: Console | None = None) -> None:
    """Faults of the set, finding beside its baselines, answering, groups and times."""
    console = console or Console()
    for problem in figures["problems"]:
        console.print(problem, style="red", markup=False)
    finding = Table("finding", "ours", *figures["baselines"], title=figures["set"])
    for name in _FINDING:
        plain = [_text(b.get(name)) for b in figures["baselines"].values()]
        finding.add_row(name, _text(figures.get(name)), *plain)
    console.print(finding)
    answering = Table("answering", "value", title=f"{figures['questions']} questions")
    for name in _ANSWERING:
        answering.add_row(name, _text(figures.get(name)))
    console.print(answering)
    if figures.get("differences"):
        changes = Table(*DIFFERENCE_HEAD, "")
        for name, d in figures["differences"].items():
            changes.add_row(*difference_row(name, d), verdict(name, d))
        console.print(changes)
    for key, groups in figures["groups"].items():
        if len(groups) > 1:
            names = list(next(iter(groups.values())))
            table = Table(key, *names)
            for group, values in groups.items():
                table.add_row(
                    group, *(_text(v) if n != "questions" else str(v) for n, v in values.items())
                )
            console.print(table)
    times = Table("stage", "p50 ms", "p95 ms")
    for stage, value in figures["stages"].items():
        times.add_row(stage, _text(value["p50_ms"]), _text(value["p95_ms"]))
    console.print(times)
