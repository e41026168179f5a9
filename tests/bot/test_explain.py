"""What ``--explain`` shows is what was decided by, and says in words what speaks against."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from bot.engine import Engine
from kb.knowledge_base import KnowledgeBase
from kb.models import ParsedDocument, Status
from kb.ranking import sigmoid

DAY = date(2026, 11, 23)
RULES = """# 宝塔区仓储用地办法

1. 宝塔区仓储用地2024年的出让底价是每亩12万元。

2. 宝塔区仓储用地由自然资源部门受理，受理后20个工作日内答复。
"""


@pytest.fixture
def engine(base: KnowledgeBase, document: Callable[..., ParsedDocument]) -> Engine:
    base.add([document("rules", RULES, "宝塔区仓储用地办法")])
    return Engine(base)


def test_the_parts_add_up_to_the_confidence(engine: Engine) -> None:
    evidence = engine.gather("宝塔区仓储用地出让底价是多少？", on=DAY)
    why = engine.explain(evidence)
    total = why.bias + sum(part.adds for part in why.parts)
    assert sigmoid(total) == pytest.approx(engine.answer(evidence).confidence, abs=1e-4)
    assert {part.name: part.value for part in why.parts} == evidence.features


def test_what_was_weighed_is_shown_and_what_was_chosen_is_marked(engine: Engine) -> None:
    evidence = engine.gather("宝塔区仓储用地由哪个部门受理？", on=DAY)
    why = engine.explain(evidence)
    assert why.understood["search"] == "宝塔区仓储用地由哪个部门受理？"
    assert [hit.document_id for hit in why.hits] == ["rules"]
    assert {s.text for s in why.sentences if s.chosen} == {s.text for s in evidence.chosen}
    scores = [s.score for s in why.sentences]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(
    ("question", "code", "said"),
    [
        ("榆林仓储用地出让底价是多少？", "place_missing", "榆林"),
        ("2019年宝塔区仓储用地出让底价是多少？", "year_conflict", "2019"),
        ("宝塔区仓储用地的咨询电话？", "sort_missing", "联系方式"),
    ],
)
def test_what_the_question_asks_and_the_clause_lacks_is_named(
    engine: Engine, question: str, code: str, said: str
) -> None:
    reasons = {note.code: note.zh for note in engine.explain(engine.gather(question)).reasons}
    assert said in reasons[code]


def test_nothing_found_is_said(base: KnowledgeBase) -> None:
    engine = Engine(base)
    why = engine.explain(engine.gather("税率是多少？", on=DAY))
    assert [note.code for note in why.reasons] == ["nothing_found"]
    assert why.confidence == 0.0
    assert why.hits == why.sentences == ()


@pytest.mark.parametrize(
    ("above", "status"),
    [(-0.1, Status.ANSWERED), (0.1, Status.NEAREST)],
)
def test_between_answer_and_refusal_the_nearest_is_shown_as_no_answer(
    engine: Engine, above: float, status: Status
) -> None:
    question = "宝塔区仓储用地出让底价是多少？"
    sure = engine.gather(question, on=DAY).confidence
    limits = {"refuse_below": min(1.0, sure + above), "nearest_from": max(0.0, sure - 0.2)}
    engine.kb.settings = engine.kb.settings.model_copy(update=limits)
    answer = engine.ask(question, on=DAY)
    assert answer.status is status
    assert "12万元" in "".join(claim.text for claim in answer.claims)
    assert bool(answer.nearest) == (status is Status.NEAREST)


def test_a_clause_of_another_place_is_never_the_nearest(engine: Engine) -> None:
    limits = {"refuse_below": 1.0, "nearest_from": 0.0}
    engine.kb.settings = engine.kb.settings.model_copy(update=limits)
    answer = engine.ask("榆林仓储用地出让底价是多少？", on=DAY)
    assert answer.status is Status.REFUSED
    assert answer.claims == answer.citations == ()
    assert engine.ask("宝塔区仓储用地出让底价是多少？", on=DAY).status is Status.NEAREST
