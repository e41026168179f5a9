"""Runs kept, compared, shown and drawn, from outcomes made by hand."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from evals.browser import Show, chosen, print_outcomes
from evals.kept import compared, differences, keep_run, load_kept
from evals.page import page
from evals.report import print_report, verdict
from kb.errors import ReadError

DAY = date(2026, 11, 25)


def outcome(number: int, answerable: bool, answered: bool, right: bool) -> dict[str, Any]:
    """One question's outcome as the runner gives it."""
    measured = {"answer_in_top1": float(right), "answer_in_top3": float(right), "mrr@10": 0.5}
    return {
        "id": f"q{number}",
        "type": "rate" if number % 2 else "date",
        "split": "test",
        "question": f"第{number}问 <b>多少</b>？",
        "answerable": answerable,
        "answered": answered,
        "confidence": number % 10 / 10,
        "wanted": ["15%"] if answerable else [],
        "answer": "税率是15%。" if answered else "",
        "chars": 8,
        "first_sentence": right,
        "contains": right,
        "returned": right,
        "cited": right,
        "forbidden": False,
        **(measured if answerable else {}),
    }


def figures(right: int, false_answers: int = 2) -> dict[str, Any]:
    """Figures of a run over 40 answerable questions, ``right`` of them right, and 10 others."""
    yes = [outcome(i, True, i < right, i < right) for i in range(40)]
    no = [outcome(40 + i, False, i < false_answers, False) for i in range(10)]
    names = (
        "document_hit@1", "document_hit@5", "mrr@10", "recall@10", "answer_in_top1",
        "answer_in_top3", "hit_chars_mean", "first_sentence", "answer_returned",
        "answer_contains", "answer_chars_median", "citation_right", "false_refusals",
        "false_answers", "forbidden", "refusal_auc",
    )  # fmt: skip
    return {
        "set": "tiny",
        "questions": 50,
        **dict.fromkeys(names, 0.5),
        "p50_ms": 1.0,
        "p95_ms": 2.0,
        "stages": {"all": {"p50_ms": 1.0, "p95_ms": 2.0}},
        "baselines": {"dense": dict.fromkeys(names, 0.25)},
        "groups": {},
        "problems": [],
        "outcomes": [*yes, *no],
    }


def test_a_kept_run_holds_values_and_no_texts(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "tiny.json"
    keep_run(figures(30), file, DAY)
    text = file.read_text(encoding="utf-8")
    assert "多少" not in text
    assert "税率" not in text
    kept = load_kept(file)
    assert (kept.name, kept.made_on, len(kept.questions)) == ("tiny", "2026-11-25", 50)
    assert kept.questions["q3"]["returned"] == 1.0
    assert "mrr@10" not in kept.questions["q45"]
    assert len(text.splitlines()) > 50  # a question a line
    json.loads(text)


def test_what_got_better_and_what_got_worse_is_told(tmp_path: Path) -> None:
    keep_run(figures(20, false_answers=0), tmp_path / "old.json", DAY)
    found = differences(load_kept(tmp_path / "old.json"), figures(30, 8)["outcomes"])
    assert found["returned"].change == pytest.approx(0.25)
    assert verdict("returned", found["returned"]) == "better"
    assert verdict("false_refusals", found["false_refusals"]) == "better"
    assert (found["false_answers"].now, found["false_answers"].questions) == (0.8, 10)
    assert verdict("false_answers", found["false_answers"]) == "worse"
    assert verdict("mrr@10", found["mrr@10"]) == ""


def test_without_a_kept_run_nothing_is_compared(tmp_path: Path) -> None:
    assert compared(figures(20) | {"set": "unheard-of"}) == {}
    (tmp_path / "bad.json").write_text("[1]", encoding="utf-8")
    with pytest.raises(ReadError, match="--keep"):
        compared(figures(20), tmp_path / "bad.json")


def test_the_browser_shows_the_surest_errors_first() -> None:
    outcomes = figures(30, 3)["outcomes"]
    wrong = chosen(outcomes, Show.WRONG)
    assert len(wrong) == 10 + 3
    assert [o["confidence"] for o in wrong] == sorted(
        (o["confidence"] for o in wrong), reverse=True
    )
    assert len(chosen(outcomes, Show.REFUSED)) == 10
    assert len(chosen(outcomes, Show.FALSE_ANSWERS)) == 3
    out = StringIO()
    print_outcomes(outcomes, Show.FALSE_ANSWERS, Console(file=out, width=100))
    assert "answered, not covered" in out.getvalue()
    assert "3 of 50 questions" in out.getvalue()


def test_the_page_stands_alone_and_holds_no_question(tmp_path: Path) -> None:
    keep_run(figures(20), tmp_path / "old.json", DAY)
    run = figures(35)
    run["differences"] = compared(run, tmp_path / "old.json")
    html = page([run], 0.6, DAY)
    assert "多少" not in html
    assert html.count("<svg") == 4
    assert "better" in html
    for outside in ("<script", "<link", "@import", 'src="', "url(http"):
        assert outside not in html
    ET.fromstring(html[html.index("<svg") : html.index("</svg>") + 6])
    assert page([run], 0.6, DAY) == html


def test_the_report_prints_the_comparison(tmp_path: Path) -> None:
    keep_run(figures(20), tmp_path / "old.json", DAY)
    run = figures(35)
    run["differences"] = compared(run, tmp_path / "old.json")
    out = StringIO()
    print_report(run, Console(file=out, width=160))
    assert "against the kept run" in out.getvalue()
    assert "better" in out.getvalue()
