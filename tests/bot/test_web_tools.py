"""A conversation as a link and as a Word file."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO

import docx
import pytest

from bot import kept
from bot.engine import Engine
from bot.kept import Link
from bot.web import chat
from bot.web.render import Turn, conversation
from bot.web.tools import download, suggestions, tools
from bot.web.tools_texts import EN, ZH
from kb.encoder import Encoder
from kb.models import Status
from tests.bot.web_samples import HOSTILE, answered, citation, refused
from tests.browser.site import base_of

QUESTION = "研发费用加计扣除比例是多少？"


@pytest.fixture(scope="module")
def engine(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with base_of(tmp_path_factory.mktemp("tools") / "data", encoder) as kb:
        yield Engine(kb)


def asked(engine: Engine, *questions: str) -> list[Turn]:
    turns: list[Turn] = []
    for question in questions:
        turns = chat.finish(engine, chat.begin(turns, question, None))
    return turns


def test_a_restored_conversation_says_the_same_by_the_rules_of_its_day(engine: Engine) -> None:
    turns = asked(engine, QUESTION, "国办函〔2030〕99号规定了什么？")
    held = chat.kept_turns(turns, date(2026, 3, 1))
    again = chat.restore(engine, held, "zh")
    assert [t.question for t in again] == [t.question for t in turns]
    assert [t.on for t in again] == [date(2026, 3, 1)] * 2
    assert [t.changed for t in again] == [False, False]
    assert [t.n for t in again] == [1, 2]
    assert again[0].answer is not None
    assert again[0].answer.status is Status.ANSWERED


def test_a_link_never_holds_what_became_internal_or_changed(engine: Engine) -> None:
    held = chat.kept_turns(asked(engine, QUESTION), date.today())
    engine.kb.correct("T09", {"audience": "internal"})
    try:
        (turn,) = chat.restore(engine, held, "zh")
        assert turn.answer is not None
        assert "T09" not in {c.document_id for c in turn.answer.citations}
        assert turn.changed
        assert ZH.changed in conversation([turn], "zh")
    finally:
        engine.kb.correct("T09", {}, dropped=["audience"])


def test_a_link_that_is_over_says_so(engine: Engine) -> None:
    (turn,) = chat.restore(engine, [], "en")
    assert turn.error == EN.gone
    assert "over or was deleted" in conversation([turn], "en")


def test_the_word_file_holds_answers_with_sources_versions_and_days(engine: Engine) -> None:
    turns = asked(engine, QUESTION, "国办函〔2030〕99号规定了什么？")
    content, name = chat.word_file(engine.kb, turns, "zh")
    assert re.fullmatch(r"政策问答记录-\d{4}-\d\d-\d\d\.docx", name)
    text = "\n".join(p.text for p in docx.Document(BytesIO(content)).paragraphs)
    answer = turns[0].answer
    assert answer is not None
    assert f"1. {QUESTION}" in text
    assert answer.claims[0].text in text
    assert f"资料版本 {answer.citations[0].version_id}" in text
    assert answer.citations[0].quote.strip() in text
    assert "资料库未收录这个问题的答案" in text


def test_a_word_file_of_hostile_turns_holds_them_as_text(engine: Engine) -> None:
    bad = answered(citations=(citation(1, title=HOSTILE, quote=HOSTILE, version_id=10**9),))
    turns = [Turn(1, HOSTILE, answer=bad), Turn(2, "x", answer=refused())]
    content, _ = chat.word_file(engine.kb, turns, "en")
    text = "\n".join(p.text for p in docx.Document(BytesIO(content)).paragraphs)
    assert "<script>" in text
    assert "\u202e" not in text
    assert "was updated or removed" in text


def test_tools_come_with_the_first_answer_and_links_only_where_they_may() -> None:
    assert tools([Turn(1, "x")], "zh", links=True) == ""
    turns = [Turn(1, "x", answer=answered())]
    assert ZH.link in tools(turns, "zh", links=True)
    assert ZH.link not in tools(turns, "zh", links=False)
    shown = tools(turns, "zh", links=True, link=Link('"><b>', "secret"))
    assert "<b>" not in shown
    assert "secret" not in shown
    assert ZH.drop in shown


def test_a_download_stands_in_the_page_as_it_is() -> None:
    html = download(b"\x00\xff", '"x.docx')
    data = re.search(r'data-file="([^"]+)" data-name="&quot;x.docx"', html)
    assert data is not None
    assert base64.b64decode(data[1]) == b"\x00\xff"


def test_suggestions_are_text() -> None:
    html = suggestions([HOSTILE], "en")
    assert "<img src=x" not in html
    assert 'lang="zh-CN"' in html
    assert suggestions([], "zh") == ""


def test_only_what_was_answered_is_kept() -> None:
    turns = [
        Turn(1, "a", error=("坏", "bad")),
        Turn(2, "b", answer=answered(), on=date(2020, 1, 2)),
    ]
    (held,) = chat.kept_turns(turns, date(2026, 1, 1))
    assert (held.question, held.on) == ("b", "2020-01-02")
    assert held.said == kept.fingerprint(replace(answered(), timings={}))
