"""What each step of finding and answering adds on one set: one row a step, with 95 % intervals.

The rows are measured on the same questions: the plain rankings and the fitted one within one run,
the product without and with its reranker in two.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evals import metrics
from evals.runner import trust
from evals.significance import auc_interval, interval

FINDING = ("document_hit@1", "mrr@10", "recall@10", "answer_in_top1", "answer_in_top3")
ANSWERING = (
    "first_sentence", "returned", "contains", "cited", "false_refusals", "false_answers",
    "refusal_auc", "false_answers_at_5", "calibration_error",
)  # fmt: skip
STEPS = {
    "dense": "cosine alone",
    "lexical": "BM25 alone",
    "z_sum": "sum of their z-scores",
    "fitted": "weighted features",
    "without": "+ windows returned with their surroundings",
    "ours": "+ reranker: the product",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure with its 95 % interval (None where it is not computed)."""

    value: float | None
    low: float | None = None
    high: float | None = None

    def __str__(self) -> str:
        """``0.912 [0.890, 0.931]``; a dash for nothing."""
        if self.value is None:
            return "–"
        return f"{self.value:.3f}" + (
            f" [{self.low:.3f}, {self.high:.3f}]" if self.low is not None else ""
        )


@dataclass(frozen=True, slots=True)
class Ladder:
    """Per step: the cells under ``FINDING`` and characters a hit, and those under ``ANSWERING``."""

    finding: dict[str, list[Cell]]
    answering: dict[str, list[Cell]]


def ladder(figures: Mapping[str, Any], without: Mapping[str, Any]) -> Ladder:
    """The steps of two runs of the same set: as it is, and with ``KB_RERANKER=none``."""
    rankings = {**figures["rankings"], "without": without["rankings"]["ours"]}
    finding = {
        STEPS[name]: [
            *(_measured(rankings[name].get(value, ())) for value in FINDING),
            Cell(metrics.mean(rankings[name].get("hit_chars_mean", ()))),
        ]
        for name in STEPS
    }
    return Ladder(
        finding,
        {
            "without reranker": _answering(without["outcomes"]),
            "with reranker": _answering(figures["outcomes"]),
        },
    )


def _measured(values: Sequence[float]) -> Cell:
    return Cell(metrics.mean(values), *interval(values)) if len(values) else Cell(None)


def _answering(outcomes: Sequence[Mapping[str, Any]]) -> list[Cell]:
    yes = [o for o in outcomes if o["answerable"]]
    no = [o for o in outcomes if not o["answerable"]]
    told = trust(outcomes)
    auc = told["refusal_auc"]
    return [
        *(_measured([float(o[name]) for o in yes]) for name in ("first_sentence", "returned")),
        _measured([float(o["contains"]) for o in yes]),
        _measured([float(o["cited"]) for o in yes if o["answered"]]),
        _measured([float(not o["answered"]) for o in yes]),
        _measured([float(o["answered"]) for o in no]),
        Cell(auc, *auc_interval(auc, len(yes), len(no))) if auc is not None else Cell(None),
        Cell(told["false_answers_at_5"]),
        Cell(told["calibration_error"]),
    ]


def as_markdown(name: str, steps: Ladder) -> str:
    """Both tables of a set as Markdown."""
    return "\n\n".join(
        (
            f"### {name}",
            _table(["finding", *FINDING, "characters a hit"], steps.finding),
            _table(["answering", *ANSWERING], steps.answering),
        )
    )


def _table(head: Sequence[str], rows: Mapping[str, Sequence[Cell]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    lines += [f"| {name} | {' | '.join(map(str, cells))} |" for name, cells in rows.items()]
    return "\n".join(lines)
