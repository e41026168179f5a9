"""Three hundred questions of an investor over a base whose internal documents hold canary words.

No canary may appear in anything that reaches an investor: answers, sources, counts, suggestions,
nearest documents, hits, pages, exports, kept links, replies to feedback, streams, lists, errors,
tables and the log. The same questions find them for a
cadre, so the net is not empty.
"""

from __future__ import annotations

import io
import json
import logging
import random
import re
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from bot import kept
from bot.engine import Engine
from bot.rate_limit import RateLimit
from bot.related import Related
from bot.web import chat, render, voice
from bot.web.app import build_app
from bot.web.render import Turn
from bot.web.tools import suggestions
from bot.web.voice import WHOLE, Heard
from kb import schema
from kb.encoder import Encoder
from kb.knowledge_base import KnowledgeBase
from kb.models import Role
from tests.browser.site import CORPUS, FILES, base_of, session_of

COUNT = 300
CANARIES = ("啾啾鸟", "嘤鸣谷", "霁蓝策", "quibblefinch", "XC-7731", "翎羽办发〔2026〕88号")

SECRET = """---
id: CANARY-1
kind: policy
audience: internal
title: 啾啾鸟企业奖励办法
doc_number: 翎羽办发〔2026〕88号
issuer: [嘤鸣谷管委会]
effective: 2026-01-01
region: [嘤鸣谷]
chains: [霁蓝策]
topics: [quibblefinch]
years: [2026]
---
# 啾啾鸟企业奖励办法

1. 在嘤鸣谷落户的西部大开发鼓励类企业，按霁蓝策减按7%征收企业所得税，编号XC-7731。
2. 研发费用加计扣除比例在嘤鸣谷提高到333%，由quibblefinch专班负责。
3. 工业用地出让最低价在嘤鸣谷为每平方米3元。
"""
TERMS = """---
id: CANARY-2
kind: glossary
audience: internal
title: 啾啾鸟术语
---
## 霁蓝策（quibblefinch）
定义：嘤鸣谷对鼓励类企业的内部优惠安排，编号XC-7731。
别名：啾啾鸟政策
相关：链长制
"""
SUCCESSOR = """---
id: CANARY-3
kind: policy
audience: internal
title: 啾啾鸟西部大开发新办法
effective: 2026-02-01
supersedes: [T01]
---
# 啾啾鸟西部大开发新办法

1. 自2026年2月1日起，嘤鸣谷执行霁蓝策，西部大开发企业所得税税率改为6%。
"""

SUBJECTS = (
    "西部大开发企业所得税税率", "研发费用加计扣除比例", "工业用地出让最低价", "农林牧渔业所得税",
    "外商投资准入负面清单", "昆山之路精神", "链长制", "招商短板", "内部资料", "奖励", "补贴",
)  # fmt: skip
SHAPES = (
    "{s}是多少？", "{w}的{s}是多少？", "什么是{w}？", "{w}有哪些规定？", "2026年{w}的{s}", "{w}",
    "{s}和{w}有什么关系？", "谁负责{w}的{s}？", "What is {w}?", "tell me about {w} {s}",
    "{w}第1条", "{w}第二条规定了什么", "{s}按{w}怎么执行", "旧的{w}{s}规定", "《{w}》的全文",
)  # fmt: skip
PIECES = ("啾啾", "嘤鸣", "霁蓝", "7731", "〔2026〕88号", "专班", "333%", "CANARY-1", "延安", "")


UNASKED = ("CANARY-2", "CANARY-3", "减按7%", "改为6%", "每平方米3元")
"""What no question holds: only the internal documents do."""


def questions() -> list[str]:
    """The same ones every time."""
    chance = random.Random(7)
    made: dict[str, None] = {}
    while len(made) < COUNT:
        word = chance.choice(CANARIES + PIECES)
        made[chance.choice(SHAPES).format(s=chance.choice(SUBJECTS), w=word)] = None
    return list(made)


@pytest.fixture(scope="module")
def base(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    folder = tmp_path_factory.mktemp("canaries")
    for n, text in enumerate((SECRET, TERMS, SUCCESSOR)):
        (folder / f"{n}.md").write_text(text, encoding="utf-8")
    paths = [*(CORPUS / name for name in FILES), *sorted(folder.glob("*.md"))]
    quick = {"reranker": "none", "limit_address": 0}  # a reranker only orders what was found
    with base_of(folder / "data", encoder, paths, **quick) as kb:
        assert {"CANARY-1", "CANARY-2", "CANARY-3"} <= kb.snapshot.by_id.keys()
        yield kb


@pytest.fixture(scope="module")
def app(base: KnowledgeBase) -> Any:
    return build_app(Engine(base), base.settings)


def without_question(told: Any, question: str) -> str:
    """What came back, less the question itself, which the asker knows."""
    text = told if isinstance(told, str) else json.dumps(told, ensure_ascii=False)
    for form in {question, question.strip(), json.dumps(question, ensure_ascii=False)[1:-1]}:
        text = text.replace(form, "") if form else text
    return text


def seen(text: str, question: str) -> list[str]:
    """The canaries in a text that are no echo of the words asked for."""
    rest = without_question(text, question).casefold()
    names = (*CANARIES, "CANARY-", "减按7%", "333%", "改为6%")
    return [n for n in names if n.casefold() in rest and n.casefold() not in question.casefold()]


Look = Callable[[str, str, str], None]
"""``look(where, text, question)``: notes the canaries in a text that answers a question."""


def test_no_canary_reaches_an_investor(
    app: Any, base: KnowledgeBase, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = TestClient(app, raise_server_exceptions=False)
    engine = Engine(base)
    related = Related(engine)
    caught: list[tuple[str, str, list[str]]] = []

    def look(where: str, text: str, question: str) -> None:
        if found := seen(text, question):
            caught.append((where, question, found))

    for n, question in enumerate(questions()):
        by_interface(client, question, look)
        if n % 3 == 0:
            turns = on_the_page(engine, related, question, look)
            look("terms", client.get("/terms", params={"q": question}).text, question)
            if turns[-1].answer is not None and n % 30 == 0:
                exported_and_kept(engine, turns, question, look)
        if n % 20 == 0:
            look("stream", streamed(client, question), question)
            look("listed", listed(client, question), question)
            look("as a model", as_a_model(client, question), question)
            look("as tools", as_tools(client, question), question)
    assert caught == []
    ours = [r for r in caplog.records if not r.name.startswith("httpx")]  # the test's own client
    logged = "\n".join(record.getMessage() for record in ours)
    assert [c for c in CANARIES if c in logged] == []


def by_interface(client: TestClient, question: str, look: Look) -> None:
    """An answer and a search; no document that is cited, near or hit is internal."""
    reply = client.post("/api/ask", json={"question": question})
    assert reply.status_code == 200, question
    body = reply.json()
    body.pop("question")
    look("ask", json.dumps(body, ensure_ascii=False), question)
    hits = client.get("/api/search", params={"q": question, "limit": 50}).json()["hits"]
    named = [c["document_id"] for c in (*body["citations"], *body["nearest"], *hits)]
    assert not [i for i in named if i.startswith("CANARY")], question
    look("search", json.dumps(hits, ensure_ascii=False), question)


def on_the_page(engine: Engine, related: Related, question: str, look: Look) -> list[Turn]:
    """The page's own way of showing an answer, what it suggests and what it says to feedback."""
    turns = chat.finish(engine, chat.begin([], question, ""))
    chosen = chat.first_citation(turns)
    look("page", render.conversation(turns, "zh", chosen), question)
    look("panel", chat.panel(engine.kb, turns, chosen, "zh"), question)
    look("further", suggestions(chat.suggest(related, turns, Role.INVESTOR), "zh"), question)
    limits, catalog, now = RateLimit(), engine.kb.catalog, time.time()
    for said in (
        Heard(turns[-1].n, useful=True),
        Heard(turns[-1].n, flagged=WHOLE, remark="不对"),
        Heard(turns[-1].n, contact="a@example.cn"),
    ):
        heard = voice.hear(catalog, limits, turns, said, Role.INVESTOR, "one", now)
        look("heard", render.conversation(heard, "en", chosen), question)
    return turns


def exported_and_kept(engine: Engine, turns: list[Turn], question: str, look: Look) -> None:
    """A conversation as Word, as a link that opens again, and followed up."""
    content, name = chat.word_file(engine.kb, turns, "zh")
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        parts = [file.read(i).decode("utf-8", "replace") for i in file.namelist()]
    look("export", name + "".join(parts), question)
    day, now = date.today(), time.time()
    link = kept.keep(engine.kb.catalog, chat.kept_turns(turns, day), now)
    restored = chat.restore(engine, kept.find(engine.kb.catalog, link.token, now), "zh")
    look("link", render.conversation(restored, "zh"), question)
    followed = chat.finish(engine, chat.begin(turns, "那新办法呢？", ""))
    look("follow-up", render.conversation(followed, "zh"), question)


def streamed(client: TestClient, question: str) -> str:
    """The events of an answer, less the question they begin and end with."""
    events = client.post(
        "/api/ask", json={"question": question}, headers={"accept": "text/event-stream"}
    )
    assert events.status_code == 200
    return readable(events.text)


def as_a_model(client: TestClient, question: str) -> str:
    """The answer of the interface that models have, whole and streamed."""
    told = ""
    for stream in (False, True):
        asked = {"messages": [{"role": "user", "content": question}], "stream": stream}
        reply = client.post("/v1/chat/completions", json=asked)
        assert reply.status_code == 200, question
        told += reply.text
    return readable(told)


def as_tools(client: TestClient, question: str) -> str:
    """What each tool says to the words of a question."""
    told = ""
    for tool, given in (
        ("ask", {"question": question}),
        ("search", {"query": question}),
        ("get_document", {"document_id": "CANARY-1"}),
        ("define_term", {"name": "霁蓝策"}),
    ):
        call = {"name": tool, "arguments": given}
        reply = client.post(
            "/mcp",
            json={"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call},
            headers={"accept": "application/json, text/event-stream"},
        )
        assert reply.status_code == 200, reply.text
        told += readable(reply.text)
        told = told.replace("CANARY-1", "").replace("霁蓝策", "")  # as asked for
    return told


def readable(text: str) -> str:
    """JSON whose characters are escaped, with the characters themselves."""
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)


def listed(client: TestClient, words: str) -> str:
    """What the lists of documents and terms say to the words of a question."""
    told = [client.get(f"/api/{what}", params={"q": words}) for what in ("documents", "terms")]
    return "".join(reply.text for reply in told)


def test_what_was_asked_leaves_no_name_of_an_internal_document_behind(base: KnowledgeBase) -> None:
    """The tables that admins and charts read hold what investors were answered, no more."""
    own = {"documents", "versions", "passages", "pages", "terms", "corrections", "quarantine"}
    engine = Engine(base)
    answered = chat.finish(engine, chat.begin([], "啾啾鸟企业奖励办法是什么？", ""))
    heard = Heard(answered[-1].n, contact="")
    voice.hear(base.catalog, RateLimit(), answered, heard, Role.INVESTOR, "two", time.time())
    with base.catalog.begin() as connection:
        for table in schema.metadata.sorted_tables:
            if table.name not in own:
                rows = connection.execute(select(table)).all()
                told = [name for name in UNASKED if any(name in str(row) for row in rows)]
                assert told == [], table.name


def test_no_canary_in_any_page_source_or_count(app: Any, base: KnowledgeBase) -> None:
    client = TestClient(app, raise_server_exceptions=False)
    pages = ["/", "/terms", "/config", "/gradio_api/info", "/api/health", "/api/openapi.json"]
    public = [i.document_id for i in base.documents(Role.INVESTOR.audiences)]
    pages += [f"/source/{i}" for i in public]
    pages += ["/api/documents", "/api/documents?limit=100", "/api/terms", "/healthz", "/readyz"]
    pages += [f"/api/documents/T01{part}" for part in ("", "/outline", "/passages", "/text")]
    for word in (*CANARIES, "CANARY-1", "CANARY-2", "CANARY-3"):
        pages += [f"/api/terms/{word}", f"/api/documents?q={word}", f"/admin?q={word}"]
        pages += [f"/api/documents/{word}{part}" for part in ("", "/outline", "/passages", "/text")]
        pages += [f"/source/{word}", f"/terms/{word}", f"/lessons?q={word}", f"/cadre/{word}"]
    for path in pages:
        shown = client.get(path).text
        assert seen(shown, path) == [], path
    for part in ("", "/outline", "/passages", "/text"):  # what is hidden is as missing as nothing
        hidden, missing = (client.get(f"/api/documents/{i}{part}") for i in ("CANARY-1", "NONE-1"))
        assert hidden.status_code == missing.status_code == 404
        assert hidden.text.replace("CANARY-1", "") == missing.text.replace("NONE-1", "")
    health = client.get("/api/health").json()
    assert health["documents"] == len(public) == len(base.snapshot.live) - 4
    # what replaced a document is not named where its name is not for the reader
    assert "CANARY" not in client.get("/source/T01").text


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_no_canary_in_errors(app: Any, method: str) -> None:
    client = TestClient(app, raise_server_exceptions=False)
    for content in (b"{", b'{"question": 1}', b'{"question": ""}', b"\xff"):
        reply = client.request(
            method, "/api/ask", content=content, headers={"content-type": "application/json"}
        )
        assert seen(reply.text, "") == []


def test_a_cadre_finds_what_the_investor_does_not(app: Any, base: KnowledgeBase) -> None:
    client = TestClient(
        app, cookies=session_of(base, Role.CADRE), headers={"origin": "http://testserver"}
    )
    found = 0
    for question in questions()[:30]:
        body = client.post("/api/ask", json={"question": question}).json()
        found += "CANARY" in json.dumps(body["citations"] + body["nearest"])
    assert found >= 10


def test_the_questions_are_many_and_always_the_same() -> None:
    made: Sequence[str] = questions()
    assert len(set(made)) == COUNT
    assert made == questions()
    assert sum(any(c in q for c in CANARIES) for q in made) > COUNT / 4
    assert not [name for name in UNASKED if name in "".join(made)]
