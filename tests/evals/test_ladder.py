"""What each step adds: one row a step, and intervals that hold the figure."""

from __future__ import annotations

from typing import Any

import pytest

from evals.ladder import ANSWERING, FINDING, STEPS, as_markdown, ladder
from evals.significance import auc_interval


def run_of(share: float, rankings: tuple[str, ...]) -> dict[str, Any]:
    right = [float(i < 20 * share) for i in range(20)]
    outcomes = [
        {
            "answerable": i < 10, "answered": i < 10 * share, "first_sentence": i < 5,
            "returned": i < 4, "contains": i < 3, "cited": True, "forbidden": False,
            "confidence": 1 - i / 20, "answer_in_top3": 1.0,
        }
        for i in range(20)
    ]  # fmt: skip
    values = dict.fromkeys(FINDING, right) | {"hit_chars_mean": [100.0, 200.0]}
    return {"rankings": dict.fromkeys(rankings, values), "outcomes": outcomes}


def test_every_step_is_a_row_with_its_interval() -> None:
    plain = ("dense", "lexical", "z_sum", "fitted", "ours")
    steps = ladder(run_of(0.75, plain), run_of(0.5, ("ours",)))
    assert list(steps.finding) == list(STEPS.values())
    product = steps.finding[STEPS["ours"]]
    assert product[0].value == pytest.approx(0.75)
    assert product[0].low is not None
    assert product[0].high is not None
    assert product[0].low < 0.75 < product[0].high
    assert steps.finding[STEPS["without"]][0].value == pytest.approx(0.5)
    assert product[-1].value == pytest.approx(150)
    assert dict(zip(ANSWERING, steps.answering["with reranker"], strict=True))[
        "first_sentence"
    ].value == pytest.approx(0.5)


def test_the_table_can_be_read_as_markdown() -> None:
    plain = ("dense", "lexical", "z_sum", "fitted", "ours")
    text = as_markdown("tiny", ladder(run_of(0.75, plain), run_of(0.5, ("ours",))))
    assert text.startswith("### tiny")
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert all(row.count("|") == rows[0].count("|") for row in rows[: 2 + len(STEPS)])


def test_the_interval_of_an_area_shrinks_with_more_questions() -> None:
    few, many = auc_interval(0.9, 20, 20), auc_interval(0.9, 400, 400)
    assert few[0] < many[0] < 0.9 < many[1] < few[1] <= 1.0
