"""The training questions are whole, varied, and apart from those that measure."""

from __future__ import annotations

import json
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[2] / "evals" / "training"
GOLD = FOLDER.parent / "gold"
STYLES = {"plain", "story", "formal", "keywords", "typo", "traditional", "english"}
KINDS = {"place", "year", "amount", "subject", "attribute", "procedure", "condition"}
FILES = sorted(FOLDER.glob("*.jsonl"))


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_line_is_whole(file: Path) -> None:
    found = lines(file)
    assert len(found) > 200
    for line in found:
        assert line["style"] in STYLES, line
        assert line["miss_kind"] in KINDS, line
        assert 4 <= len(line["question"]) <= 200, line
        assert 4 <= len(line["miss"]) <= 200, line
        assert line["question"] != line["miss"], line
    assert max(Counter(line["question"] for line in found).values()) == 1
    assert {line["style"] for line in found} == STYLES
    assert {line["miss_kind"] for line in found} == KINDS


def test_no_question_measures_and_trains() -> None:
    gold = {line["question"] for file in GOLD.glob("*.jsonl") for line in lines(file)}
    ours = {line[key] for file in FILES for line in lines(file) for key in ("question", "miss")}
    assert gold & ours == set()


def test_digests_are_of_the_dev_split_only() -> None:
    text = (GOLD / "README.md").read_text(encoding="utf-8")
    dev = next(line for line in text.splitlines() if line.startswith("dev: "))
    documents = {line["document"] for line in lines(FOLDER / "digests.jsonl")}
    assert documents <= {name.strip("`") for name in dev.removeprefix("dev: ").split()}


def pairs(text: str) -> set[str]:
    kept = [sign for sign in text.lower() if sign.isalnum()]
    return {first + second for first, second in pairwise(kept)}


def test_policies_are_invented_clauses_asked_in_other_words() -> None:
    titles: dict[str, set[str]] = {}
    for line in lines(FOLDER / "policies.jsonl"):
        keys = {"clause", "title", "path", "question", "style", "miss", "miss_kind"}
        assert set(line) == keys, line
        assert 30 <= len(line["clause"]) <= 160, line
        assert "延安" not in "".join(line.values()), line
        asked = pairs(line["question"])
        assert len(asked & pairs(line["clause"])) <= 0.6 * len(asked), line
        titles.setdefault(line["title"], set()).add(line["clause"])
    assert min(len(clauses) for clauses in titles.values()) >= 4
