"""The JSON interface."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from bot.api import answer_to_json
from bot.api.errors import add_error_answers
from bot.api.finding import MAX_HITS
from bot.api.routes import api_router
from bot.engine import Engine
from bot.evidence import Evidence
from bot.jobs import Jobs
from bot.traffic import Traffic
from kb.encoder import Encoder
from kb.errors import StoreError
from kb.knowledge_base import KnowledgeBase
from kb.models import Audience
from tests.bot.web_samples import answered, refused
from tests.browser.site import INTERNAL, base_of

RATE = "研发费用加计扣除比例是多少？"


@pytest.fixture(scope="module")
def kb(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    with base_of(tmp_path_factory.mktemp("api") / "data", encoder) as made:
        yield made


@pytest.fixture(scope="module")
def client(kb: KnowledgeBase) -> TestClient:
    return client_of(Engine(kb))


def client_of(engine: Engine) -> TestClient:
    app = FastAPI()
    app.include_router(api_router(engine, lambda *_: "", Jobs(engine.kb, Traffic())))
    add_error_answers(app)
    return TestClient(app)


def test_an_answer_is_plain_json() -> None:
    made = answer_to_json(answered())
    assert json.loads(json.dumps(made)) == made
    assert list(made) == [
        "question",
        "status",
        "claims",
        "citations",
        "notes",
        "confidence",
        "nearest",
        "timings",
        "generated",
        "table",
    ]
    assert made["status"] == "answered"
    assert made["claims"][1] == {"text": "执行到2030年底。", "citations": [1, 2]}
    c = made["citations"][0]
    assert (c["effective"], c["expires"]) == ("2021-01-01", "2030-12-31")
    assert (c["validity"], c["grade"], c["page"]) == ("in_force", "C", None)
    assert c["path"] == ["一、税率与期限", "1."]


def test_a_refusal_names_the_nearest() -> None:
    made = answer_to_json(refused())
    assert made["status"] == "refused"
    assert made["claims"] == made["citations"] == []
    assert made["nearest"][0]["document_id"] == "P17-2"


def test_hits_only_when_asked_for(kb: KnowledgeBase) -> None:
    engine = Engine(kb)
    evidence = engine.gather(RATE)
    answer = engine.answer(evidence)
    assert "hits" not in answer_to_json(answer)
    made = answer_to_json(answer, engine.explain(evidence))
    assert made["explanation"]["confidence"] == pytest.approx(answer.confidence, abs=1e-4)
    hits = made["hits"]
    assert len(hits) == len(answer.hits) > 0
    assert json.loads(json.dumps(hits)) == hits


def test_the_json_of_an_answer_needs_no_web_framework() -> None:
    code = "import sys, bot.api; print('fastapi' in sys.modules, 'gradio' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_ask_quotes_verbatim(client: TestClient, kb: KnowledgeBase) -> None:
    reply = client.post("/api/ask", json={"question": RATE})
    assert reply.status_code == 200
    made = reply.json()
    assert made["status"] == "answered"
    for c in made["citations"]:
        text = kb.text(kb.document(c["document_id"], (Audience.PUBLIC,)))
        assert text[c["start"] : c["end"]] == c["quote"]


def test_ask_takes_a_day(client: TestClient) -> None:
    body = {"question": "西部大开发企业所得税优惠的税率是多少？", "on": "2031-06-01"}
    cited = client.post("/api/ask", json=body).json()["citations"]
    assert "T01" not in [c["document_id"] for c in cited]


@pytest.mark.parametrize("question", ["", "  ", "？？", "长" * 5000])
def test_a_question_that_cannot_be_asked_is_a_400(client: TestClient, question: str) -> None:
    reply = client.post("/api/ask", json={"question": question})
    assert reply.status_code == 400
    assert set(reply.json()["error"]) == {"zh", "en"}


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"question": RATE, "role": "admin"}, "role"),
        ({"question": RATE, "on": "tomorrow"}, "on"),
        ({"question": 5}, "question"),
        ({}, "question"),
        ([], "JSON"),
    ],
)
def test_a_malformed_request_is_told_what_is_wrong(
    client: TestClient, body: Any, named: str
) -> None:
    reply = client.post("/api/ask", json=body)
    assert reply.status_code == 422
    assert named in reply.json()["error"]["zh"]


def test_broken_json_is_a_422(client: TestClient) -> None:
    reply = client.post(
        "/api/ask", content=b"{not json", headers={"content-type": "application/json"}
    )
    assert reply.status_code == 422
    assert "error" in reply.json()


def test_text_that_cannot_be_sent_is_no_crash(client: TestClient) -> None:
    reply = client.post(
        "/api/ask",
        content=b'{"question": "\\ud800 \\u0000 \xe7\xa0\x94\xe5\x8f\x91"}',
        headers={"content-type": "application/json"},
    )
    assert reply.status_code == 200


def test_search_gives_places(client: TestClient) -> None:
    hits = client.get(
        "/api/search", params={"q": "集成电路企业的研发费用加计扣除比例", "limit": 3}
    ).json()["hits"]
    assert 0 < len(hits) <= 3
    assert hits[0]["document_id"] == "T09"
    assert set(hits[0]) >= {"document_id", "title", "path", "text", "score", "validity"}
    assert hits == sorted(hits, key=lambda h: -h["score"])


@pytest.mark.parametrize("limit", [0, MAX_HITS + 1, "x"])
def test_search_limits_its_limit(client: TestClient, limit: object) -> None:
    reply = client.get("/api/search", params={"q": "研发", "limit": str(limit)})
    assert reply.status_code == 422
    assert "limit" in reply.json()["error"]["en"]


@pytest.mark.parametrize("q", ["", "   ", "长" * 3000])
def test_search_needs_words_of_a_sane_length(client: TestClient, q: str) -> None:
    assert client.get("/api/search", params={"q": q}).status_code == 400


def test_nobody_becomes_a_cadre_by_asking(client: TestClient, kb: KnowledgeBase) -> None:
    title = kb.document(INTERNAL, tuple(Audience)).header.title
    for reply in (
        client.post("/api/ask", json={"question": title}),
        client.post("/api/ask?role=admin&as=cadre", json={"question": title}),
        client.get("/api/search", params={"q": title, "limit": 50, "role": "admin"}),
    ):
        assert reply.status_code == 200
        found = reply.json()
        found.pop("question", None)
        assert INTERNAL not in json.dumps(found)
        assert title not in json.dumps(found, ensure_ascii=False)


def test_health_counts_what_investors_may_read(client: TestClient, kb: KnowledgeBase) -> None:
    public = kb.documents((Audience.PUBLIC,))
    assert len(public) == len(kb.documents(tuple(Audience))) - 1
    assert client.get("/api/health").json() == {
        "status": "ok",
        "documents": len(public),
        "passages": sum(i.passage_count for i in public),
    }


def test_a_damaged_store_is_a_503_with_its_remedy(kb: KnowledgeBase) -> None:
    class Broken(Engine):
        def gather(self, *_: object, **__: object) -> Evidence:
            raise StoreError("坏了，请修复。", "Damaged; repair it.")

    reply = client_of(Broken(kb)).post("/api/ask", json={"question": RATE})
    assert reply.status_code == 503
    assert reply.json() == {"error": {"zh": "坏了，请修复。", "en": "Damaged; repair it."}}


def test_days_are_iso(client: TestClient) -> None:
    made = client.post("/api/ask", json={"question": RATE}).json()
    for c in made["citations"]:
        for name in ("effective", "expires"):
            assert c[name] is None or date.fromisoformat(c[name])
