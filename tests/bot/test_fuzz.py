"""Whatever is asked ends in an answer that holds or in words, never in a fault."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from bot.engine import Engine
from bot.web.app import build_app
from evals.hash_encoder import HashEncoder
from ingest.parse import parse_text
from kb.errors import QuestionError
from kb.knowledge_base import KnowledgeBase
from kb.models import Role
from kb.settings import Settings

TEXT = (
    "延安市招商奖励办法\n延政发〔2022〕3号\n第一条 为了鼓励投资，制定本办法。\n"
    "第二条 固定资产投资一亿元以上的项目，按设备投资额的5%奖励，最高500万元。\n"
    "第三条 本办法自2022年3月1日起施行，有效期五年。\n"
)
PIECES = st.sampled_from(
    "延政发〔2022〕3号 第二条 第999999999条 第〇条 2022年 2月30日 99999年 -1 5% 500万元 "
    "奖励 设备投资 和 与 或者 多少 ？ “ 》《 （ ） AND OR NOT body:奖励 * ~ ^ \\ \" ' <script> "
    "延安 西安 相比 之前 现在 %s {0} ${x} \x00 \u202e \ufeff １２３ 壹佰 㐀 🀄 e\u0301".split(" ")
)
QUESTIONS = st.one_of(
    st.text(max_size=80),
    st.lists(PIECES, max_size=12).map("".join),
    st.text("第条一二〇0123", max_size=30),
)
QUICK = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    values = {
        "data": tmp_path_factory.mktemp("fuzz") / "data", "reranker": "none", "limit_address": 0,
        "refuse_below": 0.05,
    }  # fmt: skip
    with KnowledgeBase(Settings.model_validate(values), encoder=HashEncoder()) as kb:
        kb.add([parse_text(TEXT, title="奖励办法", document_id="R1")])
        yield Engine(kb)


@QUICK
@given(question=QUESTIONS, on=st.one_of(st.none(), st.dates()))
def test_any_question_is_answered_with_proof_or_refused(
    engine: Engine, question: str, on: date | None
) -> None:
    try:
        answer = engine.ask(question, Role.INVESTOR, on)
    except QuestionError:
        return
    texts = {
        c.document_id: engine.kb.text(engine.kb.snapshot.by_id[c.document_id])
        for c in answer.citations
    }
    for citation in answer.citations:
        assert texts[citation.document_id][citation.start : citation.end] == citation.quote
    assert 0 <= answer.confidence <= 1


@pytest.fixture(scope="module")
def client(engine: Engine) -> TestClient:
    return TestClient(build_app(engine, engine.kb.settings), raise_server_exceptions=False)


@QUICK
@given(
    body=st.one_of(
        st.binary(max_size=200),
        QUESTIONS.map(lambda q: f'{{"question": "{q}"}}'.encode("utf-8", "replace")),
    )
)
def test_any_body_is_answered_in_words(client: TestClient, body: bytes) -> None:
    reply = client.post("/api/ask", content=body, headers={"content-type": "application/json"})
    assert reply.status_code < 500, body
    assert reply.json()


@QUICK
@given(path=st.text(max_size=40), query=QUESTIONS)
def test_any_address_is_answered(client: TestClient, path: str, query: str) -> None:
    for area in ("/source/", "/terms/", "/api/", "/"):
        asked = {"q": query, "on": query, "page": query}
        reply = client.get(area + quote(path), params=asked)
        assert reply.status_code < 500, (area, path)
