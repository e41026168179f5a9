"""What a reader can say of an answer: bound to what was answered, throttled, shown as text."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot import asked, feedback
from bot.asked import Way, asked_of
from bot.rate_limit import RateLimit
from bot.web import render, voice
from bot.web.render import Turn
from bot.web.voice import A_MINUTE, A_SESSION, Heard, hear
from bot.web.voice_form import WHOLE, Voice, voice_form
from bot.web.voice_texts import EN, ZH
from kb import schema
from kb.catalog import Catalog
from kb.models import Answer, Role, Status
from tests.bot.test_web_render import check_harmless
from tests.bot.web_samples import HOSTILE, answered, citation, refused

NOW = time.time()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Catalog]:
    made = Catalog(tmp_path / "catalog.sqlite")
    yield made
    made.close()


def say(store: Catalog, turns: list[Turn], *heard: Heard | None, limit: bool = False) -> list[Turn]:
    limits = RateLimit()
    for i, one in enumerate(heard):
        turns = hear(
            store, limits, turns, one, Role.INVESTOR, "::1", NOW + (0 if limit else i * 60)
        )
    return turns


def turn(answer: Answer, n: int = 1, **changes: Any) -> Turn:
    return replace(Turn(n, answer.question, answer=answer, ref=f"ref{n}"), **changes)


def written(store: Catalog, turns: list[Turn]) -> None:
    rows = [
        asked_of(t.answer, Role.INVESTOR, Way.CHAT, None, ref=t.ref, now=NOW, keep_text=True)
        for t in turns
        if t.answer
    ]
    asked.write(store, rows)


def votes(store: Catalog) -> list[bool | None]:
    with store.begin() as connection:
        return list(connection.execute(select(schema.asked.c.useful)).scalars())


def test_a_vote_counts_once_can_change_and_be_taken_back(store: Catalog) -> None:
    turns = [turn(answered())]
    written(store, turns)
    seen = []
    for vote in (True, True, False, True):
        turns = say(store, turns, Heard(1, useful=vote))
        seen.append((turns[0].voice.useful, votes(store)))
    assert seen == [(True, [True]), (None, [None]), (False, [False]), (True, [True])]
    assert turns[0].voice.told == (ZH.voted, EN.voted)


@pytest.mark.parametrize(
    "data",
    [
        None, [], "x", {}, {"turn": "1", "vote": 1}, {"turn": True, "vote": 1},
        {"turn": 1, "vote": 2}, {"turn": 1, "vote": True}, {"turn": 1, "n": "1", "remark": "x"},
        {"turn": 1, "n": 1}, {"turn": 1, "contact": 3}, {"turn": 1.0, "contact": "x"},
    ],
)  # fmt: skip
def test_what_the_script_does_not_send_is_nothing(data: object) -> None:
    assert voice.read(data) is None


def test_what_the_script_sends_is_read_and_cut() -> None:
    assert voice.read({"turn": 3, "vote": 0}) == Heard(3, useful=False)
    assert voice.read({"turn": 3, "n": 2, "remark": "错"}) == Heard(3, flagged=2, remark="错")
    assert voice.read({"turn": 3, "contact": ""}) == Heard(3, contact="")
    long = voice.read({"turn": 3, "contact": "1" * 10**6, "question": "别人的问题"})
    assert long is not None
    assert long.contact is not None
    assert len(long.contact) == voice.LONGEST


def test_only_what_was_answered_in_this_session_is_heard_of(store: Catalog) -> None:
    turns = [turn(answered()), Turn(2, "?", error=("坏", "bad")), turn(refused(), 3)]
    for wrong in (Heard(9, useful=True), Heard(2, flagged=1), None):
        assert say(store, turns, wrong) == turns
    # an answer cannot be submitted, a refusal neither voted on nor flagged
    for wrong in (Heard(1, contact="138"), Heard(3, useful=True), Heard(3, flagged=WHOLE)):
        assert say(store, turns, wrong) == turns
    (first, *_) = say(store, turns, Heard(1, flagged=7))
    assert first.voice.wrong
    assert feedback.waiting(store) == 0
    with store.begin() as connection:
        assert connection.execute(select(schema.unanswered)).all() == []


def test_each_citation_is_flagged_once_with_what_was_said(store: Catalog) -> None:
    turns = [turn(answered())]
    again = Heard(1, flagged=2, remark="已经改了")
    turns = say(
        store, turns, again, again, Heard(1, flagged=WHOLE), Heard(1, flagged=WHOLE, remark="x")
    )
    assert turns[0].voice.flags == (2, WHOLE)
    found, count = feedback.flags(store)
    assert count == 2
    assert [f.question for f in found] == ["税率是多少？"] * 2
    assert found[1].lines[0].said == "税率是15%。"
    form = voice_form(1, answered(), turns[0].voice, "ref1", "zh")
    assert "[1] " in form
    assert "[2] " not in form
    assert f">{ZH.whole}</option>" not in form


def test_a_refused_question_is_submitted_once(store: Catalog) -> None:
    turns = [turn(refused(question="怎么落户？"))]
    too_long = say(store, turns, Heard(1, contact="1" * 101))
    assert too_long[0].voice.wrong
    assert not too_long[0].voice.submitted
    turns = say(store, turns, Heard(1, contact=" 138 "), Heard(1, contact="139"))
    assert turns[0].voice.submitted
    assert turns[0].voice.told == (ZH.submitted, EN.submitted)
    with store.begin() as connection:
        assert connection.execute(select(schema.unanswered.c.text)).scalars().all() == [
            "怎么落户？"
        ]
        assert connection.execute(select(schema.wants.c.contact)).scalars().all() == ["138"]


def test_who_says_too_much_is_slowed_down(store: Catalog) -> None:
    turns = [turn(answered())]
    written(store, turns)
    said = say(store, turns, *[Heard(1, useful=True)] * (A_MINUTE + 1), limit=True)
    assert said[0].voice.wrong
    many = [turn(refused(question=f"第{n}个问题"), n) for n in range(A_SESSION + 1)]
    told = say(store, many, *(Heard(n, contact="") for n in range(A_SESSION + 1)))
    assert [t.voice.submitted for t in told] == [True] * A_SESSION + [False]
    assert told[-1].voice.wrong


def test_the_form_offers_what_fits_the_answer() -> None:
    def shown(answer: Answer, ref: str = "r", **said: Any) -> list[str]:
        html = voice_form(1, answer, Voice(**said), ref, "zh")
        check_harmless(html)
        words = (ZH.useful, ZH.flag, ZH.submit)
        return [w for w in words if f">{w}<" in html]

    assert shown(answered()) == [ZH.useful, ZH.flag]
    assert shown(answered(), ref="") == [ZH.flag]  # asked again from a link
    assert shown(answered(status=Status.NEAREST)) == [ZH.flag, ZH.submit]
    assert shown(refused()) == [ZH.submit]
    assert shown(refused(), submitted=True) == []
    assert 'aria-pressed="true"' in voice_form(1, answered(), Voice(useful=False), "r", "en")


def test_hostile_titles_and_replies_stand_as_text() -> None:
    bad = answered(citations=(citation(1, title=HOSTILE), citation(2)))
    said = Voice(told=(HOSTILE, HOSTILE), wrong=True)
    html = render.conversation([turn(bad, voice=said)], "en")
    read = check_harmless(html)
    assert "<script>alert(2)</script>" in read.text
    assert "\u202e" not in html
