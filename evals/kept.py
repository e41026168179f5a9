"""Results kept from run to run, so that a change that makes things worse is seen.

A kept file holds figures and, per question, its id and values: never a question, an answer or a
text, so results on other people's sets can be kept too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from evals.significance import Difference, compare
from kb.errors import ReadError

FOLDER = Path(__file__).parent / "results"
QUESTION_VALUES = (
    "document_hit@1", "mrr@10", "recall@10", "answer_in_top1", "answer_in_top3",
    "first_sentence", "returned", "contains", "cited", "answered", "forbidden", "confidence",
)  # fmt: skip
"""What is kept of each question; a value that was not measured is left out."""
_NOT_KEPT = frozenset(
    {
        "outcomes",
        "rankings",
        "ladder",
        "differences",
        "groups",
        "problems",
        "stages",
        "p50_ms",
        "p95_ms",
    }
)
"""Texts, what is in the figures already, and times: these differ from machine to machine."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One kept run: the set's name, the day, the figures, and the values by question id."""

    name: str
    made_on: str
    figures: dict[str, Any]
    questions: dict[str, dict[str, float]]


def keep_run(figures: Mapping[str, Any], file: Path, on: date) -> None:
    """Write a run down; one question a line, so that differences can be read."""
    plain = {k: v for k, v in figures.items() if k not in _NOT_KEPT}
    head = json.dumps({"set": figures["set"], "made_on": on.isoformat(), "figures": plain})
    rows = [
        f"{json.dumps(o['id'])}: {json.dumps(_values(o))}"
        for o in sorted(figures["outcomes"], key=lambda o: str(o["id"]))
    ]
    body = ",\n".join(rows)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f'{head[:-1]}, "questions": {{\n{body}\n}}}}\n', encoding="utf-8")


def _values(outcome: Mapping[str, Any]) -> dict[str, float]:
    values = {name: outcome[name] for name in QUESTION_VALUES if name in outcome}
    kept = {name: round(float(value), 4) for name, value in values.items()}
    return {"answerable": float(outcome["answerable"]), **kept}


def compared(figures: Mapping[str, Any], against: Path | None = None) -> dict[str, Difference]:
    """Differences from a kept run: the one named, else the set's own in ``evals/results``.

    Empty when the set has none. Raises ReadError when the one named is none.
    """
    own = FOLDER / f"{figures['set']}.json"
    if against is None and not own.is_file():
        return {}
    return differences(load_kept(against or own), figures["outcomes"])


def load_kept(file: Path) -> Kept:
    """Read a kept run. Raises ReadError for a file that is none."""
    try:
        held = json.loads(file.read_text(encoding="utf-8"))
        return Kept(held["set"], held["made_on"], held["figures"], held["questions"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReadError(
            f"{file} 不是保存下来的评测结果（{error}）。请用 kb eval --keep 重新生成。",
            f"{file} is no kept result ({error}). Make it again with kb eval --keep.",
        ) from error


def differences(before: Kept, outcomes: Iterable[Mapping[str, Any]]) -> dict[str, Difference]:
    """Every value of both runs, compared over the questions both measured it on.

    ``answered`` is told apart by what should have been done: ``false_refusals`` of answerable
    questions, ``false_answers`` of the others. Lower is better for these two and ``forbidden``.
    """
    now = {str(o["id"]): _values(o) for o in outcomes}
    shared = [i for i in now if i in before.questions]
    found: dict[str, Difference] = {}
    for name in QUESTION_VALUES:
        if name in ("answered", "confidence"):
            continue
        answerable = name != "forbidden"
        _add(found, name, _pairs(before.questions, now, shared, name, answerable))
    refused = _pairs(before.questions, now, shared, "answered", True)
    _add(found, "false_refusals", [(1 - a, 1 - b) for a, b in refused])
    unanswerable = [i for i in shared if not now[i]["answerable"]]
    _add(found, "false_answers", _pairs(before.questions, now, unanswerable, "answered", False))
    return found


def _pairs(
    before: Mapping[str, Mapping[str, float]],
    now: Mapping[str, Mapping[str, float]],
    ids: Sequence[str],
    name: str,
    answerable: bool,
) -> list[tuple[float, float]]:
    return [
        (before[i][name], now[i][name])
        for i in ids
        if name in before[i] and name in now[i] and (now[i]["answerable"] or not answerable)
    ]


def _add(found: dict[str, Difference], name: str, pairs: Sequence[tuple[float, float]]) -> None:
    if pairs:
        found[name] = compare([a for a, _ in pairs], [b for _, b in pairs])
