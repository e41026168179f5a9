"""An answer as events, and what a conversation shows of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from bot.answering import Claimed, Done, answer_events, last
from bot.engine import Engine
from bot.web import chat
from bot.web.render import Turn, conversation
from kb.encoder import Encoder
from kb.errors import QuestionError
from kb.models import Role, Status
from tests.bot.web_samples import answered
from tests.browser.site import CORPUS, base_of

DAY = date(2026, 9, 1)
RATE = "研发费用加计扣除比例是多少？"


@pytest.fixture(scope="module")
def engine(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    files = [CORPUS / "policy/T09-研发费用加计扣除.md"]
    with base_of(tmp_path_factory.mktemp("answering") / "data", encoder, files) as kb:
        yield Engine(kb)


def test_each_sentence_comes_with_its_citations_and_the_answer_at_the_end(engine: Engine) -> None:
    *claimed, done = answer_events(engine, RATE, Role.INVESTOR, DAY)
    assert isinstance(done, Done)
    assert done.answer.status is Status.ANSWERED
    assert [e.claim for e in claimed if isinstance(e, Claimed)] == list(done.answer.claims)
    for event in claimed:
        assert isinstance(event, Claimed)
        assert {c.n for c in event.citations} == set(event.claim.citations)
    assert done.why.confidence == pytest.approx(done.answer.confidence, abs=1e-4)


def test_a_refusal_is_an_end_without_sentences(engine: Engine) -> None:
    (done,) = answer_events(engine, "国办函〔2099〕99号规定了什么？", Role.INVESTOR, DAY)
    assert isinstance(done, Done)
    assert done.answer.status is Status.REFUSED
    assert last(iter([done])) == done


def test_nothing_asked_is_said_before_anything_is_looked_for(engine: Engine) -> None:
    with pytest.raises(QuestionError):
        last(answer_events(engine, "  ", Role.INVESTOR, DAY))


def test_a_conversation_shows_sentences_while_it_waits(engine: Engine) -> None:
    steps = list(chat.answering(engine, chat.begin([], RATE, "2026-09-01")))
    first, done = conversation(steps[0], "zh"), conversation(steps[-1], "zh")
    assert chat.is_waiting(steps[0])
    assert 'class="searching"' in first
    assert 'class="cite chip"' in first
    assert 'class="searching"' not in done
    assert steps[-1][0].said == ()


def test_what_was_answered_is_what_a_follow_up_leans_on() -> None:
    turns = [
        Turn(1, "税率？", answer=answered()),
        Turn(2, "那期限呢？", resolved="税率的期限？", answer=answered()),
        Turn(3, "错", error=("错", "wrong")),
    ]
    assert [(t.question, t.resolved) for t in chat.past(turns)] == [
        ("税率？", "税率？"),
        ("那期限呢？", "税率的期限？"),
    ]
