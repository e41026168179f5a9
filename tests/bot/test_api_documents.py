"""Documents, terms, facets, conversations and streams of the JSON interface, by key and role."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import fields
from typing import Any

import pytest
from pydantic import BaseModel

from bot.api import models
from bot.api.turns import Given, past_turns
from bot.engine import Engine
from kb.answer_table import AnswerTable, Cell, Row
from kb.models import Answer, Citation, Claim, Nearest, Note, Role
from kb.stores import INCOMING
from tests.bot.conftest import KeyedSite

RATE = "研发费用加计扣除比例是多少？"
INTERNAL, UNKNOWN = "N01", "NEVER"
BELOW = ("", "/passages", "/text", "/outline")


def events_of(text: str) -> list[tuple[str, Any]]:
    """The (name, value) of every server-sent event."""
    found = []
    for block in text.strip().split("\n\n"):
        name, data = block.split("\n")
        found.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


# -- what is described is what is sent -------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "body"),
    [
        (Answer, models.AnswerBody), (Claim, models.ClaimBody), (Citation, models.CitationBody),
        (Note, models.NoteBody), (Nearest, models.NearestBody),
        (AnswerTable, models.TableBody), (Row, models.RowBody), (Cell, models.CellBody),
    ],
)  # fmt: skip
def test_the_description_knows_every_field_of_an_answer(value: Any, body: Any) -> None:
    ours = {f.name for f in fields(value)} - {"hits"}
    assert ours == set(body.model_fields) - {"resolved"}


def test_every_field_and_parameter_is_described(keyed_site: KeyedSite) -> None:
    bodies = [
        m
        for m in vars(models).values()
        if isinstance(m, type) and issubclass(m, BaseModel) and m is not BaseModel
    ]
    assert len(bodies) > 20
    bare = [
        f"{m.__name__}.{name}"
        for m in bodies
        for name, field in m.model_fields.items()
        if not field.description
    ]
    assert bare == []
    paths = keyed_site.client().get("/api/openapi.json").json()["paths"]
    for path, methods in paths.items():
        for method, told in methods.items():
            assert told["description"], (method, path)
            for parameter in told.get("parameters", ()):
                if parameter["in"] == "query":
                    assert parameter["description"], (path, parameter["name"])


# -- reading ---------------------------------------------------------------------------------


def test_the_list_is_what_a_role_may_see(keyed_site: KeyedSite) -> None:
    for role in (None, *Role):
        got = keyed_site.client(role).get("/api/documents").json()
        ids = [d["document_id"] for d in got["documents"]]
        assert ids == sorted(ids)
        assert len(ids) == got["total"]
        assert (INTERNAL in ids) is (role in (Role.CADRE, Role.ADMIN))


def test_the_list_is_filtered_and_cut(keyed_site: KeyedSite) -> None:
    client = keyed_site.client()

    def ids(**asked: Any) -> list[str]:
        found = client.get("/api/documents", params=asked).json()
        return [d["document_id"] for d in found["documents"]]

    assert ids(q="研发费用") == ["T09"]
    assert ids(kind="glossary") == [i for i in ids() if i not in ("T01", "T09")]
    assert ids(kind="experience") == []
    assert ids(limit=1, offset=1) == ids()[1:2]
    assert "T01" in ids(validity="in_force")
    assert "T01" not in ids(validity="in_force", on="2031-06-01")


def test_a_document_its_text_passages_and_outline_agree(keyed_site: KeyedSite) -> None:
    client = keyed_site.client()
    one = client.get("/api/documents/T01").json()
    assert (one["document_id"], one["title"], one["kind"]) == (
        "T01", one["fields"]["title"]["value"], "policy",
    )  # fmt: skip
    assert one["fields"]["title"]["from"] == "given"
    text = client.get("/api/documents/T01/text").json()
    assert (text["start"], text["end"]) == (0, len(text["text"]))
    assert text["characters"] == one["characters"] == len(text["text"])
    part = client.get("/api/documents/T01/text?start=5&end=9").json()
    assert part["text"] == text["text"][5:9]
    assert client.get("/api/documents/T01/text?start=9&end=5").json()["text"] == ""
    found = client.get("/api/documents/T01/passages").json()
    assert found["total"] == len(found["passages"]) == one["passages"]
    assert all(p["text"] == text["text"][p["start"] : p["end"]] for p in found["passages"])
    assert (
        client.get("/api/documents/T01/passages?offset=2&limit=1").json()["passages"]
        == (found["passages"][2:3])
    )
    headings = client.get("/api/documents/T01/outline").json()["headings"]
    paths = {step for p in found["passages"] for step in p["path"]}
    assert headings
    assert {h["text"] for h in headings} <= paths


@pytest.mark.parametrize("below", BELOW)
@pytest.mark.parametrize("role", [None, Role.INVESTOR])
def test_an_internal_document_is_missing_like_one_that_never_was(
    keyed_site: KeyedSite, role: Role | None, below: str
) -> None:
    client = keyed_site.client(role)
    there = client.get(f"/api/documents/{INTERNAL}{below}")
    never = client.get(f"/api/documents/{UNKNOWN}{below}")
    assert there.status_code == never.status_code == 404
    assert there.text.replace(INTERNAL, UNKNOWN) == never.text
    assert dict(there.headers) == dict(never.headers) | {
        "content-length": there.headers["content-length"]
    }
    for staff in (Role.CADRE, Role.ADMIN):
        path = f"/api/documents/{INTERNAL}{below}"
        assert keyed_site.client(staff).get(path).status_code == 200


def test_terms_by_list_search_and_name(keyed_site: KeyedSite) -> None:
    client = keyed_site.client()
    every = client.get("/api/terms").json()
    assert every["total"] == len(every["terms"]) > 5
    assert client.get("/api/terms?limit=2&offset=1").json()["terms"] == every["terms"][1:3]
    found = client.get("/api/terms", params={"q": "zengzhishui"}).json()["terms"]
    assert "增值税" in [t["name"] for t in found]
    one = client.get("/api/terms/增值税").json()
    meaning = one["meanings"][0]
    text = client.get(f"/api/documents/{meaning['document_id']}/text").json()["text"]
    assert meaning["definition"] in text
    reply = client.get("/api/terms/没有这个词")
    assert reply.status_code == 404
    assert set(reply.json()["error"]) == {"zh", "en"}


def test_search_by_facets_and_their_counts(keyed_site: KeyedSite) -> None:
    client = keyed_site.client()
    asked = {"q": "企业所得税", "limit": 50}
    every = client.get("/api/search", params=asked).json()
    assert every["facets"] is None
    terms = client.get("/api/search", params=asked | {"kind": "glossary", "facets": True}).json()
    assert {h["document_id"] for h in terms["hits"]} < {h["document_id"] for h in every["hits"]}
    kinds = {c["value"]: (c["documents"], c["chosen"]) for c in terms["facets"]["kind"]}
    assert kinds["glossary"] == (1, True)
    assert kinds["policy"][0] >= 1
    both = client.get("/api/search?q=企业所得税&kind=policy&kind=glossary&limit=50").json()
    assert both["hits"] == every["hits"]
    seen = keyed_site.client(Role.CADRE).get("/api/search?q=招商短板&facets=true").text
    assert INTERNAL in seen
    assert INTERNAL not in client.get("/api/search?q=招商短板&facets=true").text


# -- asking ----------------------------------------------------------------------------------


def test_an_answer_comes_as_events_too(keyed_site: KeyedSite) -> None:
    client = keyed_site.client(Role.INVESTOR)
    whole = client.post("/api/ask", json={"question": RATE}).json()
    reply = client.post(
        "/api/ask", json={"question": RATE}, headers={"accept": "text/event-stream"}
    )
    assert reply.headers["content-type"].startswith("text/event-stream")
    events = events_of(reply.text)
    assert [name for name, _ in events] == ["claim"] * len(whole["claims"]) + ["done"]
    done = events[-1][1]
    assert done["claims"] == whole["claims"]
    assert [e["text"] for _, e in events[:-1]] == [c["text"] for c in whole["claims"]]
    assert events[0][1]["sources"][0] in done["citations"]


def test_what_cannot_be_asked_is_no_stream(keyed_site: KeyedSite) -> None:
    reply = keyed_site.client().post(
        "/api/ask", json={"question": " "}, headers={"accept": "text/event-stream"}
    )
    assert reply.status_code == 400
    assert set(reply.json()["error"]) == {"zh", "en"}


def test_turns_are_taken_without_what_their_answers_said(keyed_site: KeyedSite) -> None:
    engine = Engine(keyed_site.kb)
    given = [
        Given("不问的", documents=("T01",)),
        Given("西部大开发的税率是多少？", documents=("T01", INTERNAL, UNKNOWN)),
        Given(" "),
        Given("那研发费用呢？", "研发费用加计扣除比例是多少？"),
    ]
    made = past_turns(engine, given, Role.INVESTOR, None)
    assert [t.question for t in made] == [g.question for g in given if g.question.strip()]
    assert [c.document_id for c in made[1].answer.citations] == ["T01"]
    assert made[1].answer.claims == ()
    assert made[2].resolved == given[3].resolved
    assert "T09" in [c.document_id for c in made[2].answer.citations]  # asked again
    staff = past_turns(engine, given[:2], Role.CADRE, None)
    assert INTERNAL in [c.document_id for c in staff[1].answer.citations]
    body = {"question": RATE, "turns": [{"question": "长" * 3000}]}
    assert keyed_site.client().post("/api/ask", json=body).status_code == 400
    body = {"question": RATE, "turns": [{"question": "x"}] * 21}
    assert keyed_site.client().post("/api/ask", json=body).status_code == 422


# -- changing --------------------------------------------------------------------------------


def test_only_admins_change_anything(keyed_site: KeyedSite) -> None:
    files = {"files": ("a.md", b"# a\n\nb.\n")}
    for role, status in ((None, 401), (Role.INVESTOR, 403), (Role.CADRE, 403)):
        client = keyed_site.client(role)
        assert client.post("/api/documents", files=files).status_code == status
        assert client.delete("/api/documents/T01").status_code == status
        assert client.get("/api/jobs/x").status_code == status
    assert keyed_site.client().get("/api/documents/T01").status_code == 200


def test_a_document_is_sent_read_and_removed(keyed_site: KeyedSite) -> None:
    client = keyed_site.client(Role.ADMIN)
    text = "# 接口测试办法\n\n一、总则\n\n1. 通过接口送来的资料在后台读入，完成后即可查询。\n"
    made = client.post(
        "/api/documents",
        params={"kind": "experience", "audience": "internal"},
        files=[
            ("files", ("../../接口测试.md", text.encode())),
            ("files", ("接口测试.md", b"\x00\x01 nothing to read")),
        ],
    )
    assert made.status_code == 202, made.text
    job = made.json()
    until = time.monotonic() + 30
    while job["state"] in ("waiting", "running") and time.monotonic() < until:
        time.sleep(0.05)
        job = client.get(f"/api/jobs/{job['job_id']}").json()
    results = {o["result"]: o for o in job["outcomes"]}
    assert job["state"] == "done", job
    added = results["added"]["document_id"]
    assert len(results) == 2
    got = client.get(f"/api/documents/{added}").json()
    assert got["title"] == "接口测试办法"
    assert (got["audience"], got["kind"]) == ("internal", "experience")
    assert keyed_site.client().get(f"/api/documents/{added}").status_code == 404
    assert not list((keyed_site.kb.folder / "incoming").glob("*/*"))
    gone = client.delete(f"/api/documents/{added}")
    assert gone.json() == {"document_id": added, "erased": True}
    assert client.delete(f"/api/documents/{added}").status_code == 404


def test_a_disk_that_takes_no_file_is_told(keyed_site: KeyedSite) -> None:
    incoming = keyed_site.kb.folder / INCOMING
    shutil.rmtree(incoming, ignore_errors=True)
    incoming.touch()
    sent = [("files", ("a.txt", b"x"))]
    reply = keyed_site.client(Role.ADMIN).post("/api/documents", files=sent)
    incoming.unlink()
    assert reply.status_code == 503
    assert "磁盘" in reply.json()["error"]["zh"]


def test_only_admins_may_send_much(keyed_site: KeyedSite) -> None:
    files = {"files": ("big.md", b"x" * 100_000)}
    assert keyed_site.client(Role.CADRE).post("/api/documents", files=files).status_code == 413
    big = keyed_site.client(Role.ADMIN).post("/api/ask", content=b"x" * 100_000)
    assert big.status_code == 413
    admin = keyed_site.client(Role.ADMIN)
    far = admin.post("/api/documents", content=b"", headers={"content-length": str(10**10)})
    assert far.status_code == 413
    none = admin.post("/api/documents", files={"other": ("a.md", b"x")})
    assert none.status_code == 422


def test_no_route_tells_an_investor_of_an_internal_document(keyed_site: KeyedSite) -> None:
    kb = keyed_site.kb
    info = kb.snapshot.by_id[INTERNAL]
    title, text = info.header.title, kb.text(info)
    words = [text[p.start : p.end][:30] for p in kb.catalog.passages(info.version_id)]
    paths = keyed_site.client().get("/api/openapi.json").json()["paths"]
    reads = [p for p, methods in paths.items() if "get" in methods]
    assert len(reads) >= 10
    for role in (None, Role.INVESTOR, Role.CADRE):
        client = keyed_site.client(role)
        told = []
        for path in reads:
            where = path.format(document_id=INTERNAL, name=title, model=title, job_id=INTERNAL)
            asked = {"q": title, "facets": "true", "all": "true", "limit": 50}
            told.append(client.get(where, params=asked).text)
        question = {"role": "user", "content": words[0]}
        chat = {"messages": [question, {"role": "assistant", "content": ""}, question]}
        for stream in (False, True):
            told.append(client.post("/v1/chat/completions", json=chat | {"stream": stream}).text)
        told.append(client.post("/api/ask", json={"question": title, "turns": []}).text)
        found = [word for word in words if any(word in said for said in told)]
        assert bool(found) is (role is Role.CADRE), (role, found)
