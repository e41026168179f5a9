"""The frame of the pages for admins, the overview, and the guard before every change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.routing import iter_route_contexts
from starlette.testclient import TestClient

from bot import sessions
from bot.access import SCOPE_KEY, Visitor
from bot.jobs import Job, State
from bot.web.admin_frame import ADMIN_SECTIONS, admin_page, paging, post_form, table
from bot.web.admin_overview import overview_page
from bot.web.form_guard import STALE, StaleForm, guard_forms, token_of
from bot.web.frame import View
from bot.web.refusals import refusal
from bot.web.security import SESSION_COOKIE, policy
from ingest.progress import Event
from kb.encoder import Encoder
from kb.knowledge_base import KnowledgeBase
from kb.models import Role
from tests.bot.admin_samples import admin_app, browser_of, send
from tests.browser.site import base_of

ZH = View("zh", Visitor(Role.ADMIN, "li", "secret"), "/admin")
EN = View("en", Visitor(Role.ADMIN, "li", "secret"), "/admin")


@pytest.fixture(scope="module")
def base(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    with base_of(tmp_path_factory.mktemp("admin") / "data", encoder, reranker="none") as kb:
        yield kb


@pytest.fixture(scope="module")
def app(base: KnowledgeBase) -> Any:
    return admin_app(base)


@pytest.fixture
def tab(app: Any, base: KnowledgeBase) -> TestClient:
    return browser_of(app, base)


@pytest.mark.parametrize("section", ADMIN_SECTIONS, ids=lambda s: s.key)
def test_every_section_opens_and_is_marked(tab: TestClient, section: Any) -> None:
    for lang in ("zh", "en"):
        reply = tab.get(section.address, params={"lang": lang})
        assert reply.status_code == 200
        name = section.name(lang)
        assert f'<a href="{section.address}" aria-current="page">{name}</a>' in reply.text
        assert reply.headers["cache-control"] == "no-store"
        assert 'id="text"' in reply.text
        assert "<script>" not in reply.text
        assert " style=" not in reply.text


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "x"])
def test_days_that_no_clock_shows_are_told(tab: TestClient, day: str) -> None:
    for field in ("first", "last"):
        reply = tab.get("/admin/audit", params={field: day})
        assert reply.status_code == 200
        assert f"“{day}”" in reply.text
        assert send(tab, "/admin/audit/export", {field: day}).status_code == 200


@pytest.mark.parametrize("row", ["0", "x", "9" * 30, "9" * 5000, "-1", "１"])
def test_a_row_that_cannot_be_is_none(tab: TestClient, row: str) -> None:
    assert tab.get(f"/admin/unanswered/{row}").status_code == 404
    for path in (f"unanswered/{row}", f"unanswered/{row}/close", f"feedback/{row}"):
        assert send(tab, f"/admin/{path}").status_code == 404, path


def test_only_admins_see_the_way_there(app: Any, base: KnowledgeBase, tab: TestClient) -> None:
    assert '<a href="/admin">管理</a>' in tab.get("/terms").text
    assert '<a href="/admin">Admin</a>' in tab.get("/terms?lang=en").text
    assert 'href="/admin"' not in browser_of(app, base, Role.CADRE).get("/terms").text
    assert 'href="/admin"' not in TestClient(app).get("/terms").text


def test_nothing_is_changed_without_the_token_of_its_sender(app: Any, base: KnowledgeBase) -> None:
    """Every route that changes something, those of sections to come too."""
    other = browser_of(app, base)
    tab = browser_of(app, base)
    changing = {
        (method, route.path)
        for route in iter_route_contexts(app.routes)
        for method in getattr(route, "methods", None) or ()
        if getattr(route, "path", "").startswith("/admin") and "{rest" not in route.path
        if method not in ("GET", "HEAD")
    }
    for method, path in sorted(changing):
        for token in ("", "x", "é", sessions.form_token(other.cookies[SESSION_COOKIE])):
            filled = re.sub(r"\{[^}]*\}", "1", path)
            reply = tab.request(method, filled, data={"token": token} if token else {})
            assert reply.status_code == 403, (method, path, token)


def test_a_stale_form_is_explained(app: Any, base: KnowledgeBase) -> None:
    small = FastAPI()
    router = APIRouter(dependencies=[Depends(guard_forms)])

    @router.post("/x")
    def changed() -> str:
        return "changed"

    small.include_router(router)
    small.add_exception_handler(StaleForm, lambda r, e: refusal(r.scope, e, "zh"))  # type: ignore

    async def logged_in(request: Request, call_next: Any) -> Any:
        request.scope[SCOPE_KEY] = ZH.visitor
        return await call_next(request)

    small.middleware("http")(logged_in)
    tab = TestClient(small)
    told = tab.post("/x", data={"token": "x"}, headers={"accept": "text/html"})
    assert told.status_code == 403
    assert STALE[0] in told.text
    assert STALE[1] in told.text
    good = token_of(ZH.visitor)
    assert tab.post("/x", data={"token": good}).text == '"changed"'
    assert tab.post("/x", headers={"x-form-token": good}).text == '"changed"'
    assert tab.post("/x", headers={"x-form-token": "x"}).json()["error"]["en"] == STALE[1]


def test_the_overview_counts_what_is_held(tab: TestClient, base: KnowledgeBase) -> None:
    page = tab.get("/admin").text
    held = base.snapshot
    for words, n in (
        ("文档", len(held.live)),
        ("内部", 1),
        ("条文段落", held.passages),
        ("术语", len(held.terms)),
    ):
        assert f"<div><dt>{words}</dt><dd>{n:,}</dd></div>" in page
    assert "没有任务在进行" in page
    assert "No job is at work" in tab.get("/admin?lang=en").text


def test_the_overview_names_jobs_at_work(base: KnowledgeBase) -> None:
    waiting = Job("a", "<b>li</b>", (), (), None, None, 0.0)
    running = Job("b", "wang", (), (), None, None, 0.0, State.RUNNING, event=Event(2, 7))
    over = Job("c", "zhao", (), (), None, None, 0.0, State.DONE)
    page = overview_page(base.snapshot, (), [waiting, running, over], date(2026, 1, 1), ZH)
    assert "&lt;b&gt;li&lt;/b&gt; 的导入：等待中" in page
    assert "wang 的导入：已处理 2 / 7 个文件" in page
    assert "zhao" not in page


def test_scripts_of_the_administration_may_ask_only_this_site() -> None:
    assert "connect-src 'self'" in policy("/admin/add")
    assert "connect-src" not in policy("/terms")
    assert "unsafe" not in policy("/admin")
    assert policy("/administrator") == policy("/nowhere")


def test_parts_of_pages_are_text_unless_made_here() -> None:
    bad = '<img src=x onerror="1">'
    page = admin_page(bad, "", EN, "overview", lead=bad, scripts=[bad])
    page += table(bad, [bad, bad], [["a", "b"]]) + post_form(bad, EN, "", bad)
    page += paging((bad, bad), 2, 3, EN)
    assert "<img src=x" not in page
    assert 'rel="prev"' in page
    assert paging(("", ""), 1, 1, ZH) == ""
