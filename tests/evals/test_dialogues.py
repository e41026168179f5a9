"""The dialogues are in form and stand on the corpus; the runner counts what it says it counts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from evals.dialogues import ALONE, Asked, dialogues, figures
from evals.metrics import loose

REPOSITORY = Path(__file__).parents[2]
GOLD = REPOSITORY / "evals" / "gold"
KINDS = ALONE | {"attribute", "subject", "place", "year", "article", "pointing", "more"}


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    found = {}
    for file in (REPOSITORY / "corpus").glob("*/*.md"):
        text = file.read_text(encoding="utf-8")
        number = re.search(r"^id: (\S+)", text, re.MULTILINE)
        assert number is not None
        found[number[1]] = loose(text)
    return found


def _ids(line: str) -> set[str]:
    readme = (GOLD / "README.md").read_text(encoding="utf-8")
    found = re.search(rf"^{line}: (.*)$", readme, re.MULTILINE)
    assert found is not None
    return set(re.findall(r"`([^`]+)`", found[1]))


def test_there_are_sixty_of_three_turns_and_every_kind() -> None:
    held = dialogues(GOLD / "dialogues")
    assert len(held) >= 60
    assert len({d["id"] for d in held}) == len(held)
    assert {len(d["turns"]) for d in held} == {3}
    assert {turn["kind"] for d in held for turn in d["turns"]} == KINDS
    assert {d["turns"][0]["kind"] for d in held} == {"first"}
    for split in ("dev", "test"):
        half = [d for d in held if d["split"] == split]
        assert len(half) >= 30
        assert {d["about"] for d in half} == {"policies", "experience", "glossary"}
        assert sum(d["lang"] == "en" for d in half) >= 3


def test_every_answer_stands_in_its_documents_and_in_its_split(texts: dict[str, str]) -> None:
    shared = _ids("shared")
    for dialogue in dialogues(GOLD / "dialogues"):
        allowed = _ids(dialogue["split"]) | shared
        for turn in dialogue["turns"]:
            assert turn["relevant"]
            assert turn["must_contain"]
            assert set(turn["relevant"]) <= allowed, dialogue["id"]
            for document in turn["relevant"]:
                for words in turn["must_contain"]:
                    assert loose(words) in texts[document], (dialogue["id"], document)


def test_shares_are_of_the_turns_they_name() -> None:
    def turn(kind: str, searched: str, right: bool) -> Asked:
        return Asked("dev", kind, "问", searched, "P01", right, right)

    shares = figures(
        [turn("first", "问", True), turn("topic", "问了", False), turn("year", "问", False)]
    )
    assert shares["turns"] == 3
    assert shares["document_right"] == pytest.approx(1 / 3)
    assert shares["document_right_of_follow_ups"] == 0
    assert shares["left_as_asked"] == 1
    assert shares["changed_although_alone"] == 0.5
