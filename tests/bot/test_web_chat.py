"""What a conversation does, without a page."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.asked import Way
from bot.engine import Engine
from bot.web import chat
from bot.web.hints import Hint, find_hints, with_hints
from bot.web.render import Chosen, Turn
from bot.web.texts import ZH
from kb.errors import QuestionError
from kb.glossary import Glossary
from kb.knowledge_base import KnowledgeBase
from kb.models import Answer, Audience, Claim, Hit, Kind, ParsedDocument, Role
from kb.settings import Settings
from tests.bot.test_dictionary import INTERNAL, TERMS, parsed
from tests.bot.web_samples import answered, explanation, refused


def engine(reply: Callable[..., Answer]) -> Engine:
    base = SimpleNamespace(snapshot=SimpleNamespace(glossary=Glossary(())), settings=Settings())
    return cast(
        Engine,
        SimpleNamespace(
            gather=lambda *asked: asked,
            answer=lambda asked: reply(asked[0], role=asked[1], on=asked[2]),
            explain=lambda _: explanation(),
            kb=base,
        ),
    )


def test_a_question_waits_then_is_answered_as_investor() -> None:
    asked: list[Any] = []

    def reply(question: str, role: Role, on: date | None) -> Answer:
        asked.append((question, role, on))
        return answered(hits=(cast(Hit, object()),))

    begun = chat.begin([], "税率？", "2025-03-01")
    assert chat.is_waiting(begun)
    done = chat.finish(engine(reply), begun)
    assert asked == [("税率？", Role.INVESTOR, date(2025, 3, 1))]
    assert not chat.is_waiting(done)
    assert done[0].answer is not None
    assert done[0].answer.hits == ()  # kept small: a session holds many turns
    assert chat.first_citation(done) == Chosen(1, 1)
    assert chat.finish(engine(reply), done) == done


def test_an_answer_is_recorded_and_an_error_is_not() -> None:
    told: list[tuple[Answer, Role, Way, date | None]] = []

    def record(answer: Answer, role: Role, way: Way, on: date | None) -> str:
        told.append((answer, role, way, on))
        return "ref1"

    begun = chat.begin([], "税率？", "2025-03-01")
    (done,) = chat.finish(engine(lambda *_, **__: refused()), begun, Role.CADRE, record)
    assert done.ref == "ref1"
    assert told == [(refused(), Role.CADRE, Way.CHAT, date(2025, 3, 1))]

    def fail(*_: object, **__: object) -> Answer:
        raise QuestionError("太长了。", "Too long.")

    assert chat.finish(engine(fail), begun, Role.CADRE, record)[0].ref == ""
    assert len(told) == 1


@pytest.mark.parametrize("nothing", ["", "  \n", None, 3, ["税率"]])
def test_nothing_asked_changes_nothing(nothing: object) -> None:
    turns = [Turn(4, "税率？", answer=answered())]
    assert chat.begin(turns, nothing, None) == turns


def test_a_conversation_is_bounded_and_numbers_go_on() -> None:
    turns: list[Turn] = []
    for _ in range(chat.TURNS + 10):
        turns = chat.begin(turns, "税率？", "")
    assert len(turns) == chat.TURNS
    assert turns[-1].n == chat.TURNS + 10
    assert len({t.n for t in turns}) == chat.TURNS


@pytest.mark.parametrize("empty", ["", "  ", None, 12])
def test_no_day_means_today(empty: object) -> None:
    assert chat.parse_day(empty) is None


def test_a_day_nobody_can_read_is_refused_with_the_remedy() -> None:
    with pytest.raises(QuestionError, match="2026-01-31"):
        chat.parse_day("明天")
    turn = chat.begin([], "税率？", "31/01/2026")[0]
    assert turn.error is not None
    assert "31/01/2026" in turn.error[0]
    assert not chat.is_waiting([turn])


def test_a_known_error_is_shown_in_its_own_words() -> None:
    def reply(*_: object, **__: object) -> Answer:
        raise QuestionError("太长了。", "Too long.")

    done = chat.finish(engine(reply), chat.begin([], "问" * 5000, ""))
    assert done[0].error == ("太长了。", "Too long.")
    assert len(done[0].question) == chat.KEPT_CHARS


def test_an_unexpected_error_is_logged_without_the_question(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def reply(question: str, **__: object) -> Answer:
        raise ValueError(f"bad: {question}")

    with caplog.at_level(logging.ERROR):
        done = chat.finish(engine(reply), chat.begin([], "秘密的问题", ""))
    assert done[0].error is not None
    assert done[0].error[0] == ZH.failed
    assert "ValueError" in caplog.text
    assert "秘密的问题" not in caplog.text


def test_text_that_cannot_be_sent_is_made_sendable() -> None:
    assert chat.begin([], "税\ud800率", "")[0].question == "税?率"


def test_only_citations_of_this_conversation_can_be_chosen() -> None:
    turns = [Turn(1, "a", answer=answered()), Turn(2, "b", answer=refused()), Turn(3, "c")]
    assert chat.choose(turns, 1, 2) == Chosen(1, 2)
    for turn, n in ((1, 3), (2, 1), (3, 1), (9, 1), ("1", 1), (None, None)):
        assert chat.choose(turns, turn, n) is None
    assert chat.first_citation(turns[:2]) is None
    assert chat.first_citation([]) is None


def test_the_panel_follows_the_document(
    base: KnowledgeBase, document: Callable[..., ParsedDocument]
) -> None:
    made = document("T01", "第一条 税率是15%。执行到2030年底。", "税收办法")
    base.add([made])
    info = base.document("T01", (Audience.PUBLIC,))
    at = made.text.index("税率")
    c = replace(answered().citations[0], version_id=info.version_id, start=at, end=at + 7)
    turns = [Turn(1, "税率？", answer=answered(citations=(c,)))]
    chosen = Chosen(1, 1)
    assert "<mark>税率是15%。</mark>" in chat.panel(base, turns, chosen, "zh")
    base.add([document("T01", "第一条 现在全变了。", "税收办法")])
    assert ZH.stale in chat.panel(base, turns, chosen, "zh")
    base.remove("T01")
    assert ZH.not_found in chat.panel(base, turns, chosen, "zh")
    assert ZH.holdings in chat.panel(base, turns, None, "zh")
    assert ZH.holdings in chat.panel(base, turns, Chosen(7, 1), "zh")


def test_holdings_leave_out_what_investors_may_not_know(
    base: KnowledgeBase, document: Callable[..., ParsedDocument]
) -> None:
    hidden = document("B", "第一条 乙。", "乙办法")
    hidden = replace(hidden, header=replace(hidden.header, audience=Audience.INTERNAL))
    base.add([document("A", "第一条 甲。", "甲办法"), hidden])
    assert chat.holdings(base) == {Kind.POLICY: 1, Kind.EXPERIENCE: 0, Kind.GLOSSARY: 0}


def test_terms_of_an_answer_are_explained_once_and_from_the_public_glossary_only(
    base: KnowledgeBase,
) -> None:
    base.add([parsed(text) for text in (TERMS, INTERNAL)])
    claims = (
        Claim("支持飞地园区和标准地。", (1,)),
        Claim("飞地经济按标准地供地，秘密说法除外。", (1,)),
        Claim("LNG项目是液化天然气项目。", (1,)),
    )
    hints = find_hints(claims, base.snapshot.glossary)
    assert [(h.claim, claims[h.claim].text[h.start : h.end], h.name) for h in hints] == [
        (0, "飞地园区", "飞地经济"),
        (0, "标准地", "标准地"),
    ]
    assert "内部" not in "".join(h.definition for h in hints)


def test_a_hint_is_described_in_place_and_escaped() -> None:
    hint = Hint(0, 2, 4, "飞地经济", "<img src=x>的说法")
    html = with_hints("支持飞地。", [hint], 3, "zh")
    assert html.startswith('支持<span class="term"><a class="term-word" href="/terms/')
    assert 'aria-describedby="hint-3-0-2"' in html
    assert 'role="tooltip" id="hint-3-0-2"' in html
    assert "<b>飞地经济</b>" in html  # the text uses another name
    assert "&lt;img src=x&gt;" in html
    assert html.endswith("</span>。")
