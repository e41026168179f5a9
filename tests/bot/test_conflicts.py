"""Sources that tell different figures for one thing, and lists that are given whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.choose import choose
from bot.compose import compose
from bot.conflicts import conflict, conflicts, with_opposing
from bot.extract import Sentence, sentences_of
from bot.figures import disagree, figures
from bot.listing import LIST_CHARS, asks_for_list, listing
from bot.notes import notes_for
from bot.verify import check
from kb.models import Passage, Validity
from tests.bot.test_compose_extract import hit, scored

DAY = date(2026, 11, 23)
ONE = "首台套设备的研制企业给予20万元奖励。"
OTHER = "对首台套设备的研制企业给予30万元的奖励。"


def rule(text: str, version: int, score: float = 5.0, **facts: Any) -> Sentence:
    """The only sentence of a document of its own."""
    source = hit(text, version=version, document_id=f"D{version}", **facts)
    return scored([text], [score], hit=source)[0]


# -- figures -----------------------------------------------------------------------------------


def test_amounts_are_read_with_their_units_and_dates_are_none() -> None:
    said = "2024年5月1日起，给予20万元；5,000元以上、15％、３０日内；第30条，国发〔2021〕3号。"
    assert figures(said) == {
        "元": {"20万", "5000"},
        "%": {"15"},
        "日": {"30"},
    }


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("奖励20万元。", "奖励30万元。", True),
        ("奖励20万元。", "奖励20万元，最高50万元。", False),
        ("奖励20万元。", "30日内办结。", False),
        ("奖励20万元。", "给予奖励。", False),
        ("2024年施行。", "2025年施行。", False),
    ],
)
def test_texts_disagree_when_no_amount_of_a_unit_is_shared(
    one: str, other: str, differ: bool
) -> None:
    assert disagree(one, other) is differ


# -- conflicts ---------------------------------------------------------------------------------


def test_two_documents_in_force_with_other_figures_are_both_given() -> None:
    facts: dict[str, Any] = {"issuers": ("甲局",), "published": date(2024, 5, 1), "title": "甲办法"}
    one, other = rule(ONE, 1, **facts), rule(OTHER, 2, 4.0, title="乙办法")
    chosen = with_opposing(choose([one, other], keep=0.0, beside=0.0), [one, other])
    assert [s.text for s in chosen] == [ONE, OTHER]
    (note,) = notes_for([], DAY, conflicting=conflicts(chosen))
    assert note.code == "sources_differ"
    assert "《甲办法》（甲局，2024-05-01）与《乙办法》" in note.zh
    assert "甲办法" in note.en


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        (OTHER.replace("30", "20"), {}),
        (OTHER, {"regions": ("昆山",)}),
        (OTHER, {"superseded_by": "D1"}),
        (OTHER, {"supersedes": ("支持办法",)}),
        ("省级" + OTHER, {}),
        ("2023年" + OTHER, {}),
        ("新办学校的教师宿舍补贴30万元。", {}),
    ],
)
def test_another_place_level_year_thing_or_edition_is_no_conflict(
    text: str, facts: dict[str, Any]
) -> None:
    assert conflict(rule(ONE, 1), rule(OTHER, 2))
    assert not conflict(rule(ONE, 1), rule(text, 2, **facts))


def test_one_document_and_what_is_not_in_force_contradict_nobody() -> None:
    one, other = rule(ONE, 1), rule(OTHER, 1)
    assert not conflict(one, other)
    old = rule(OTHER, 2)
    old.hit = replace(old.hit, validity=Validity.EXPIRED)
    assert not conflict(one, old)
    assert with_opposing([], [one]) == []
    assert with_opposing([one], [one, rule(OTHER, 2, -9.0)]) == [one]


def test_another_figure_is_no_repetition() -> None:
    found = [rule(ONE, 1), rule(ONE.replace("20", "30"), 2, 4.9)]
    assert len(choose(found)) == 2
    assert len(choose([rule(ONE, 1), rule(ONE, 2, 4.9)])) == 1


# -- lists -------------------------------------------------------------------------------------

LEAD = "申请奖励应当符合下列条件："


def document(items: list[str]) -> tuple[str, list[Passage]]:
    """A text with a list, and its passages: the lead-in line and one for each item."""
    text, lead = f"{LEAD}\n", (0, len(LEAD))
    passages = [Passage(0, ("一、条件",), *lead, lead[1])]
    for n, item in enumerate(items, 1):
        start, end = len(text), len(text) + len(item)
        passages.append(Passage(n, ("一、条件",), start, end, end, lead=lead))
        text += f"{item}\n"
    return text, passages


ITEMS = ["（一）在本市注册；", "（二）有研发人员；", "（三）没有违法记录。"]


@pytest.mark.parametrize("at", [0, 2])
def test_a_list_is_given_whole_from_its_lead_or_any_item(at: int) -> None:
    text, passages = document(ITEMS)
    best = sentences_of([hit(text, passages[at : at + 1])], {1: text})[0]
    found = listing(best, passages, text)
    assert found is not None
    assert [s.text for s in found.items] == ITEMS
    claims, citations = compose(found.items, {})
    assert claims[0].text == f"{LEAD}在本市注册；"
    assert check(claims, citations, {1: text}) == []
    assert notes_for([], DAY, listed=found) == ()


def test_of_a_long_list_the_count_and_the_place_of_the_rest_are_told() -> None:
    items = [f"（{n}）{'很长的一项条件' * 20}；" for n in range(1, 13)]
    text, passages = document(items)
    last = sentences_of([hit(text, passages[-1:])], {1: text})[0]
    found = listing(last, passages, text)
    assert found is not None
    assert found.items[0].text == items[-1]
    first = sentences_of([hit(text, passages[:1])], {1: text})[0]
    found = listing(first, passages, text)
    assert found is not None
    assert sum(len(s.text) for s in found.items) <= LIST_CHARS
    (note,) = notes_for([], DAY, listed=found)
    assert "共有12项" in note.zh
    assert "12 items" in note.en


def test_what_is_no_list_stays_as_it_is() -> None:
    text = "企业减按15%征收所得税。"
    passage = Passage(0, (), 0, len(text), len(text))
    best = sentences_of([hit(text, [passage])], {1: text})[0]
    assert listing(best, [passage], text) is None


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("申请需要哪些材料？", True),
        ("申报条件是什么", True),
        ("怎么办理备案？", True),
        ("税率是多少？", False),
        ("厂房怎么租？", False),
    ],
)
def test_which_questions_ask_for_a_list(question: str, asked: bool) -> None:
    assert asks_for_list(question) is asked
