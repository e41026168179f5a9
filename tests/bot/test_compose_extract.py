"""Choosing, cleaning, composing and weighing sentences: no store, no model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.choose import MAX_CHARS, MAX_SENTENCES, choose
from bot.compose import NEAREST, compose, nearest
from bot.confidence import confidence_features, judge
from bot.extract import Sentence, clean
from bot.extract import sentences_of as read
from bot.question import Question, read_question
from bot.scoring import SecondLook, score_sentences
from bot.sorts import SORTS, asked_sorts, held_share, is_untold_list
from bot.verify import check
from bot.weights import CONFIDENCE, SENTENCE
from bot.years import year_conflict
from kb.glossary import Glossary
from kb.models import DocumentInfo, Header, Hit, Kind, Passage, PassageKind, Validity
from kb.ranking import Weights
from kb.text import normalise

TEXT = (
    "一、支持标准\n（一）鼓励类产业企业减按15%的税率征收企业所得税。执行到2030年12月31日。\n"
    "二、有下列情形之一的，不予支持：\n（1）弄虚作假的；\n（2）停产一年的。"
)
LEAD = "二、有下列情形之一的，不予支持："


def hit(
    text: str = TEXT,
    passages: Sequence[Passage] = (),
    document_id: str = "D1",
    version: int = 1,
    **facts: Any,
) -> Hit:
    """A hit over a whole text."""
    header = Header(**({"title": "支持办法"} | facts))
    info = DocumentInfo(document_id, version, header, "d.md", "", len(text), 1, "")
    whole = (Passage(0, (), 0, len(text), len(text)),)
    return Hit(info, tuple(passages) or whole, text, 0, len(text), 1.0, Validity.IN_FORCE)


def part(text: str, piece: str, path: tuple[str, ...] = (), **more: Any) -> Passage:
    """The passage that is this piece of a text."""
    start = text.index(piece)
    end = start + len(piece)
    return Passage(0, path, start, end, end, **more)


def scored(texts: Sequence[str], scores: Sequence[float], **of: Any) -> list[Sentence]:
    """Sentences of one clause with given scores."""
    one = of.get("hit") or hit("".join(texts), version=of.get("version", 1))
    found, at = [], 0
    for text, score in zip(texts, scores, strict=True):
        passage = Passage(0, ("第一条",), at, at + len(text), at + len(text))
        found.append(Sentence(one, 0, passage, at, at + len(text), text, score=score))
        found[-1].features = {"about": 0.0}
        at += len(text)
    return found


def ask(text: str) -> Question:
    return read_question(text, Glossary([]), 2000)


# -- cleaning and cutting ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("1. 减按15%征收。", "减按15%征收。"),
        ("（一）减按15%征收。", "减按15%征收。"),
        ("(12) 减按15%征收。", "减按15%征收。"),
        ("二、期限", "期限"),
        ("③ 其他情形。", "其他情形。"),
        ("1.5倍以内的部分。", "1.5倍以内的部分。"),
        ("15%的税率。", "15%的税率。"),
        ("2021年起执行。", "2021年起执行。"),
        ("一般企业适用。", "一般企业适用。"),
        ("定义：飞地经济是跨区合作。", "飞地经济是跨区合作。"),
        ("答：可以。", "可以。"),
        ("1. 成效：产值翻番。", "产值翻番。"),
        ("不能照搬（编者归纳）：先办手续。", "不能照搬（编者归纳）：先办手续。"),
        ("", ""),
    ],
)
def test_numbering_and_labels_are_taken_off_and_figures_kept(raw: str, plain: str) -> None:
    assert clean(raw) == plain


def test_sentences_are_spans_of_the_text_each_once() -> None:
    first = part(TEXT, "（一）鼓励类产业企业减按15%的税率征收企业所得税。执行到2030年12月31日。")
    at = TEXT.index(LEAD)
    item = part(TEXT, "（1）弄虚作假的；", lead=(at, at + len(LEAD)))
    found = read([hit(TEXT, (first, item)), hit(TEXT, (first,))], {1: TEXT})
    assert [s.text for s in found] == [
        "（一）鼓励类产业企业减按15%的税率征收企业所得税。",
        "执行到2030年12月31日。",
        "（1）弄虚作假的；",
    ]
    assert all(TEXT[s.start : s.end] == s.text for s in found)
    assert [s.lead for s in found] == ["", "", LEAD]


def test_rows_stay_whole_and_fields_that_say_nothing_are_left_out() -> None:
    text = "地区：延安。税率：15%。\n别名：西部优惠\n定义：西部大开发优惠是税收政策。"
    row = part(text, "地区：延安。税率：15%。", kind=PassageKind.ROW)
    rest = part(text, "别名：西部优惠\n定义：西部大开发优惠是税收政策。")
    found = [s.text for s in read([hit(text, (row, rest))], {1: text})]
    assert found == ["地区：延安。税率：15%。", "定义：西部大开发优惠是税收政策。"]


# -- choosing ----------------------------------------------------------------------------------


def said(found: Sequence[Sentence]) -> list[str]:
    return [s.text for s in found]


def test_nothing_to_choose_from() -> None:
    assert choose([]) == []


def test_the_best_comes_first_then_what_is_nearly_as_likely_in_the_order_of_the_text() -> None:
    texts = ["甲方先付款。", "乙方后交货。", "丙方担保。", "丁方见证。"]
    found = scored(texts, [4.5, 5.0, 1.5, -9.0])
    assert said(choose(found)) == ["乙方后交货。", "甲方先付款。", "丙方担保。"]
    assert said(choose(found, keep=0.4, beside=0.0)) == ["乙方后交货。"]
    assert said(choose(found, keep=0.4, beside=0.2)) == ["乙方后交货。", "甲方先付款。"]


def test_a_neighbour_joins_sooner_than_a_sentence_of_another_clause() -> None:
    found = scored(["甲方先付款。", "乙方后交货。"], [5.0, 1.0])
    assert said(choose(found)) == ["甲方先付款。", "乙方后交货。"]
    found[1].passage = Passage(1, ("第二条",), 6, 12, 12)
    assert said(choose(found)) == ["甲方先付款。"]


def test_one_fact_is_said_once() -> None:
    found = scored(["企业减按15%征收所得税。", "企业，减按15%征收所得税（公告）。"], [5.0, 4.9])
    assert said(choose(found)) == ["企业减按15%征收所得税。"]


def test_a_document_is_quoted_rather_than_the_glossary_that_sums_it_up() -> None:
    words = "企业减按15%征收所得税。"
    term = scored([words], [5.0], hit=hit(words, kind=Kind.GLOSSARY))
    rule = scored([words], [4.0], version=2)
    assert [s.hit.document.version_id for s in choose([*term, *rule])] == [2]
    rule[0].score = 2.0
    assert [s.hit.document.version_id for s in choose([*term, *rule])] == [1]


def test_an_answer_stays_short_but_its_best_sentence_whole() -> None:
    long = "很长的规定，" * 60 + "完。"
    found = scored([long, "短句。"], [5.0, 4.9])
    assert said(choose(found)) == [long]
    many = scored([f"{name}负责。" for name in "甲乙丙丁戊己庚辛"], [5.0] * 8)
    assert len(choose(many)) == MAX_SENTENCES
    halves = scored(["半" * (MAX_CHARS - 20), "全" * (MAX_CHARS - 20)], [5.0, 4.9])
    assert len(choose(halves)) == 1


def test_what_a_document_is_about_is_no_answer_while_a_rule_is_at_hand() -> None:
    found = scored(["本文说明分红不汇走能抵多少税。", "可以抵免投资额的10%。"], [9.0, 7.0])
    found[0].features["about"] = 1.0
    assert said(choose(found)) == ["可以抵免投资额的10%。"]
    assert said(choose(found[:1])) == ["本文说明分红不汇走能抵多少税。"]


def test_what_is_asked_besides_is_looked_for_elsewhere() -> None:
    sorts = asked_sorts(normalise("税率是多少，执行到哪一年"))
    rate = scored(["减按15%征收。"], [6.0])
    until = scored(["执行到2030年12月31日。"], [2.0], version=2)
    about = scored(["本文介绍2030年以前的政策。"], [3.0], version=3)
    about[0].features["about"] = 1.0
    chosen = choose([*rate, *until, *about], sorts)
    assert said(chosen) == ["减按15%征收。", "执行到2030年12月31日。"]
    assert choose([*rate, *until]) == rate
    far = scored(["执行到2030年12月31日。"], [-5.0], version=2)
    assert choose([*rate, *far], sorts) == rate


def eye(texts: Sequence[str]) -> np.ndarray[Any, np.dtype[np.float32]]:
    return np.eye(len(texts), 4, dtype=np.float32)


def test_scores_rest_on_named_features() -> None:
    found = read([hit()], {1: TEXT})
    question = np.array([0, 1, 0, 0], np.float32)
    score_sentences(found, "税率", question, {"税率": 1.0}, eye, SENTENCE)
    assert set(SENTENCE.of) <= set(found[0].features)
    assert [s.features["dense"] for s in found[:3]] == [0.0, 1.0, 0.0]
    held = [s.features["cover"] for s in found]
    assert held == [float("税率" in s.text) for s in found]
    score_sentences([], "税率", question, {}, eye, SENTENCE)


def test_a_second_look_reads_the_best_and_decides() -> None:
    asked: list[Sequence[str]] = []

    class Reader:
        def score(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]:
            asked.append(passages)
            return np.array(["停产" in text for text in passages], np.float32)

    found = read([hit()], {1: TEXT})
    second = SecondLook(Reader(), Weights(0.0, {"reader": 1.0}))
    score_sentences(found, "停产", np.zeros(4, np.float32), {}, eye, SENTENCE, second)
    assert "停产" in max(found, key=lambda s: s.score).text
    assert len(asked) == 1
    assert all(text.startswith("支持办法") for text in asked[0])


# -- what must be said with a sentence ---------------------------------------------------------


def test_a_sentence_that_points_back_is_said_with_the_one_before() -> None:
    text = "产业园由县里建设。该园区占地3平方公里。其中一半已建成。其他园区不在此列。"
    found = read([hit(text)], {1: text})
    assert [s.lead for s in found] == ["", "产业园由县里建设。", "该园区占地3平方公里。", ""]
    claims, citations = compose([found[1]], {})
    assert [c.text for c in claims] == ["产业园由县里建设。该园区占地3平方公里。"]
    assert check(claims, citations, {1: text}) == []
    both, _ = compose(found[:2], {})
    assert [c.text for c in both] == ["产业园由县里建设。", "该园区占地3平方公里。"]


def test_it_is_not_said_twice_and_not_taken_from_another_clause() -> None:
    text = "产业园由县里建设。该园区占地3平方公里。"
    found = read([hit(text)], {1: text})
    for s, score in zip(found, (4.0, 5.0), strict=True):
        s.score, s.features = score, {"about": 0.0}
    assert said(choose(found)) == ["该园区占地3平方公里。"]
    parted = (
        part(text, "产业园由县里建设。", ("一、建设",)),
        part(text, "该园区占地3平方公里。", ("二、面积",)),
    )
    assert [s.lead for s in read([hit(text, parted)], {1: text})] == ["", ""]


# -- composing ---------------------------------------------------------------------------------


def test_claims_are_numbered_cited_and_proven() -> None:
    at = TEXT.index(LEAD)
    lead = (at, at + len(LEAD))
    one = part(TEXT, "（一）鼓励类产业企业减按15%的税率征收企业所得税。")
    items = [part(TEXT, words, lead=lead) for words in ("（1）弄虚作假的；", "（2）停产一年的。")]
    facts: dict[str, Any] = {
        "doc_number": "延政发〔2025〕1号",
        "issuers": ("延安市人民政府",),
        "effective": date(2025, 1, 1),
        "superseded_by": "D2",
    }
    found = read([hit(TEXT, (one, *items), **facts)], {1: TEXT})
    claims, citations = compose(found, {"D2": "新办法"})
    assert [c.text for c in claims] == [
        "鼓励类产业企业减按15%的税率征收企业所得税。",
        "有下列情形之一的，不予支持：弄虚作假的；",
        "停产一年的。",
    ]
    assert [c.citations for c in claims] == [(1,), (2, 3), (4,)]
    assert [c.n for c in citations] == [1, 2, 3, 4]
    assert all(TEXT[c.start : c.end] == c.quote for c in citations)
    assert {c.doc_number for c in citations} == {"延政发〔2025〕1号"}
    assert {c.superseded_by for c in citations} == {"新办法"}
    assert check(claims, citations, {1: TEXT}) == []


def test_the_nearest_documents_are_few_and_each_once() -> None:
    hits = [hit(document_id=f"D{i // 2}", version=i) for i in range(20)]
    found = nearest(hits)
    assert [n.document_id for n in found] == [f"D{i}" for i in range(NEAREST)]
    assert nearest([]) == ()


# -- weighing ----------------------------------------------------------------------------------


def features(
    question: str, text: str, idf: Mapping[str, float] | None = None, **facts: Any
) -> dict[str, float]:
    found = read([hit(text, **facts)], {1: text})
    for s in found:
        s.features = {"dense": 0.9}
    return confidence_features(ask(question), found, idf or {})


@pytest.mark.parametrize(
    ("question", "text", "regions", "missing"),
    [
        ("延安的标准是多少？", "延安的标准是15%。", (), False),
        ("延安的标准是多少？", "标准是15%。", ("延安",), False),
        ("延安的标准是多少？", "标准是15%。", ("西部",), False),
        ("延安的标准是多少？", "标准是15%。", ("陕西",), False),
        ("洛川县的标准是多少？", "标准是15%。", ("陕西",), False),
        ("延安的标准是多少？", "标准是15%。", (), False),
        ("延安的标准是多少？", "昆山的标准是15%。", ("昆山",), True),
        ("西安的标准是多少？", "标准是15%。", ("延安",), True),
        ("榆林的标准是多少？", "榆林的标准是15%。", ("延安",), False),
        ("标准是多少？", "标准是15%。", ("昆山",), False),
    ],
)
def test_another_place_speaks_against_an_answer(
    question: str, text: str, regions: tuple[str, ...], missing: bool
) -> None:
    assert features(question, text, regions=regions)["place_missing"] == float(missing)


@pytest.mark.parametrize(
    ("years", "said", "conflict"),
    [
        ((), "2025年为10%。", False),
        ((2026,), "2026年为10%。", False),
        ((2026,), "2024年为10%。", True),
        ((2026,), "按10%执行。", False),
        ((2026,), "2021年1月1日至2030年12月31日执行。", False),
        ((2026,), "自2020年起执行。", False),
        ((2024, 2025), "2025年为10%。", False),
    ],
)
def test_another_year_speaks_against_an_answer(
    years: tuple[int, ...], said: str, conflict: bool
) -> None:
    assert year_conflict(years, said) is conflict


def test_numbers_and_sorts_asked_for_are_missed() -> None:
    held = features("注册资本500万元的企业奖励多少钱？", "注册资本500万元的，奖励20万元。")
    assert held["number_missing"] == held["sort_missing"] == 0.0
    other = features("注册资本500万元的企业奖励多少钱？", "注册资本较大的，给予奖励。")
    assert other["number_missing"] == 1.0
    assert other["sort_missing"] == 1.0


def test_confidence_is_a_probability_that_falls_with_what_is_missing() -> None:
    assert judge({}, CONFIDENCE) == 0.0
    assert confidence_features(ask("税率是多少"), [], {}) == {}
    good = features("延安的税率是多少？", "延安的税率是15%。", {"税率": 1.0})
    assert 0.0 < judge(good, CONFIDENCE) < 1.0
    for name in ("place_missing", "year_conflict", "sort_missing", "number_missing"):
        assert judge(good | {name: 1.0}, CONFIDENCE) < judge(good, CONFIDENCE)
    assert judge(good | {"sentence_dense": 0.8}, CONFIDENCE) < judge(good, CONFIDENCE)


# -- sorts of answers --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("每度电补贴多少钱？", {"money"}),
        ("税率是多少，执行到哪一年？", {"share", "until"}),
        ("企业所得税优惠比例是多少？", {"share"}),
        ("什么时候开始施行？", {"time"}),
        ("招商局电话是多少？", {"contact"}),
        ("带动多少人就业？", {"people"}),
        ("主管领导是谁？", {"name"}),
        ("支持措施分别是什么？", {"list"}),
        ("飞地经济怎么做？", set()),
        ("How much is the fine?", {"money"}),
        ("What is the tax rate?", {"share"}),
    ],
)
def test_what_sort_of_thing_a_question_asks_for(question: str, names: set[str]) -> None:
    assert {sort.name for sort in asked_sorts(normalise(question))} == names


@pytest.mark.parametrize(
    ("name", "said", "held"),
    [
        ("money", "奖励20万元。", True),
        ("money", "奖励先进企业。", False),
        ("share", "减按15%征收。", True),
        ("share", "减半征收。", True),
        ("date", "执行到2030年12月31日。", True),
        ("date", "执行五个月。", False),
        ("time", "5个工作日内办结。", True),
        ("time", "及时办结。", False),
        ("contact", "电话0911-1234567。", True),
        ("contact", "请联系招商局。", False),
        ("people", "带动300人就业。", True),
        ("people", "带动就业。", False),
        ("money", "按规定办理（国务院令第722号）。", False),
        ("duration", "核准机关20个工作日内作出决定。", True),
        ("duration", "资格的有效期是3年。", True),
        ("duration", "条例于2024年6月6日公布，自2024年8月1日起施行。", False),
        ("papers", "备案时提交营业执照和项目说明。", True),
        ("papers", "优惠由企业自行判断，在申报时享受。", False),
        ("condition", "企业注册满1年，才能申请。", True),
        ("condition", "依据是国科发火〔2016〕32号。", False),
        ("until", "优惠执行到2030年12月31日。", True),
        ("until", "老要求已自2016年5月29日起废止。", False),
    ],
)
def test_whether_a_text_holds_a_sort(name: str, said: str, held: bool) -> None:
    sorts = tuple(sort for sort in SORTS if sort.name == name)
    assert (held_share(sorts, normalise(said)) == 1.0) is held


def test_what_tells_the_sort_asked_for_is_said_first() -> None:
    found = scored(["优惠的依据是公告2023年第12号。", "优惠执行到2027年12月31日。"], [3.0, 2.0])
    sorts = asked_sorts(normalise("优惠到什么时候"))
    assert choose(found, sorts)[0].text == "优惠执行到2027年12月31日。"
    assert choose(found)[0].text == "优惠的依据是公告2023年第12号。"


@pytest.mark.parametrize(
    ("question", "said", "untold"),
    [
        ("7大产业集群分别是哪七个？", "官方的说法是7大产业集群、25条主产业链。", True),
        ("三项制度分别是什么？", "包括公示、登记、审核三项制度。", False),
        ("25条主产业链的名单", "2024年起是25条主产业链。", True),
        ("有哪些补贴？", "有用地补贴。", False),
        ("第二十条有哪些规定？", "不得收费。", False),
    ],
)
def test_a_list_that_is_only_counted_is_untold(question: str, said: str, untold: bool) -> None:
    assert is_untold_list(normalise(question), normalise(said)) is untold


def test_nothing_asked_for_is_held_by_everything() -> None:
    assert held_share((), "") == 1.0
