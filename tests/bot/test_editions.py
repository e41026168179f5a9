"""Answers by the edition of the day that is asked about."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.engine import Engine
from ingest.parse import parse_bytes
from kb.doctor import examine_open
from kb.encoder import Encoder
from kb.knowledge_base import KnowledgeBase
from kb.models import Answer, Audience, Role, Status, Validity
from kb.settings import Settings
from tests.kb.test_keeping import FIRST, SECOND

QUESTION = "延安市招商奖励办法对固定资产投资一亿元以上的工业项目奖励设备投资额的百分之几？"


@pytest.fixture
def both(base: KnowledgeBase) -> Engine:
    """A base with two editions that came in as two files."""
    base.add([parse_bytes(FIRST.encode(), "旧.txt"), parse_bytes(SECOND.encode(), "新.txt")])
    return Engine(base)


def said(answer: Answer) -> str:
    return "".join(claim.text for claim in answer.claims)


@pytest.mark.parametrize(
    ("on", "share"),
    [
        (date(2022, 3, 1), "百分之五"),
        (date(2025, 6, 30), "百分之五"),
        (date(2025, 7, 1), "百分之八"),
        (None, "百分之八"),
    ],
)
def test_the_edition_of_the_day_answers(both: Engine, on: date | None, share: str) -> None:
    answer = both.ask(QUESTION, on=on)
    assert answer.status is Status.ANSWERED
    assert share in said(answer)
    assert len({c.document_id for c in answer.citations}) == 1


def test_before_the_first_edition_nothing_answers(both: Engine) -> None:
    assert both.ask(QUESTION, on=date(2020, 1, 1)).status is Status.REFUSED


def test_a_search_of_everything_says_what_replaced_the_old_one(both: Engine) -> None:
    hits = both.search("招商奖励办法 设备投资额", on=date(2026, 1, 1), include_out_of_force=True)
    states = {h.document.document_id: (h.validity, h.document.header.superseded_by) for h in hits}
    assert states == {"旧": (Validity.SUPERSEDED, "新"), "新": (Validity.IN_FORCE, "")}


def test_an_internal_edition_changes_nothing_for_investors(base: KnowledgeBase) -> None:
    inside = parse_bytes(SECOND.encode(), "新.txt", folder_audience=Audience.INTERNAL)
    base.add([parse_bytes(FIRST.encode(), "旧.txt"), inside])
    answer = Engine(base).ask(QUESTION)
    assert "百分之五" in said(answer)
    assert not answer.notes
    assert {c.superseded_by for c in answer.citations} == {""}
    inner = Engine(base).ask(QUESTION, Role.CADRE)
    assert "新" in {c.document_id for c in inner.citations}


def test_a_corrected_day_counts_at_once(both: Engine) -> None:
    both.kb.correct("新", {"effective": "2026-01-01"})
    assert "百分之五" in said(both.ask(QUESTION, on=date(2025, 12, 31)))
    assert "百分之八" in said(both.ask(QUESTION, on=date(2026, 1, 1)))


def test_a_person_may_say_that_the_older_one_still_holds(both: Engine) -> None:
    both.kb.correct("旧", {"superseded_by": None})
    documents = {c.document_id for c in both.ask(QUESTION, on=date(2026, 1, 1)).citations}
    assert documents
    assert not both.kb.document("旧", Role.INVESTOR.audiences).header.superseded_by


def test_taking_in_the_corpus_marks_nothing_but_what_it_says(
    corpus_copy: Path, encoder: Encoder
) -> None:
    with KnowledgeBase(Settings(data=corpus_copy), encoder=encoder) as kb:
        live = kb.snapshot.live.values()
        assert [i.document_id for i in live if i.inferred] == []
        assert {i.document_id for i in live if i.header.superseded_by} == {
            "B03-EIA", "P09-2022", "T01-2011",
        }  # fmt: skip
        assert [f.code for f in examine_open(kb) if f.code in ("same_text", "passed_on")] == []
