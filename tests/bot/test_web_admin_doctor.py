"""The page of the examination: real faults, mended by its button while the base is open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from threading import Event
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot import audit
from bot.access import Visitor
from bot.chores import Chore, State
from bot.web.admin_doctor import EXAMINATION, REPAIRING, doctor_page
from bot.web.admin_doctor_texts import doctor_texts
from bot.web.admin_site import AdminSite
from bot.web.frame import View
from kb import keys
from kb.encoder import Encoder
from kb.examinations import REPAIR, Finding
from kb.knowledge_base import KnowledgeBase
from kb.models import Role
from tests.bot.admin_samples import ADMIN, admin_app, browser_of, send
from tests.browser.site import CORPUS, base_of

LAND = "policy/L02-工业用地出让最低价标准.md"
HOSTILE = '"><script>alert(1)</script>\u202e'


@pytest.fixture(scope="module")
def base(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    folder = tmp_path_factory.mktemp("doctor") / "data"
    with base_of(folder, encoder, [CORPUS / LAND], reranker="none") as kb:
        yield kb


@pytest.fixture(scope="module")
def app(base: KnowledgeBase) -> Any:
    return admin_app(base)


@pytest.fixture
def site(app: Any) -> AdminSite:
    found = app.state.site
    assert isinstance(found, AdminSite)
    return found


@pytest.fixture
def tab(app: Any, base: KnowledgeBase) -> TestClient:
    return browser_of(app, base)


def test_a_whole_base_is_told_so(tab: TestClient) -> None:
    page = tab.get("/admin/doctor").text
    assert "全部一致" in page
    assert "1 份资料" in page
    assert 'action="/admin/doctor/repair"' not in page
    assert "reload.js" not in page


def test_a_fault_is_found_and_mended_in_the_background(
    tab: TestClient, base: KnowledgeBase, site: AdminSite
) -> None:
    (info,) = base.snapshot.live.values()
    base.vectors.delete([keys.pack(info.version_id, 0)])
    page = tab.get("/admin/doctor").text
    assert "缺 1 条" in page
    assert "“修复”按目录把索引补齐" in page
    assert page.count('action="/admin/doctor/repair"') == 1
    reply = send(tab, "/admin/doctor/repair")
    assert (reply.status_code, reply.headers["location"]) == (303, "/admin/doctor")
    over = site.chores.wait(REPAIRING, 30)
    assert over is not None
    assert over.error is None
    page = tab.get("/admin/doctor").text
    assert "已修复" in page
    assert "全部一致" in page
    entry = audit.entries(base.catalog, 1)[0]
    assert (entry.who, entry.what) == (ADMIN, "doctor.repair")
    send(tab, "/admin/doctor/examine")
    site.chores.wait(EXAMINATION, 30)
    assert "已修复" not in tab.get("/admin/doctor").text


def test_findings_lead_to_their_documents_or_tell_the_command(
    tab: TestClient, base: KnowledgeBase
) -> None:
    (info,) = base.snapshot.live.values()
    soon = date.today() + timedelta(days=30)
    base.correct(info.document_id, {"expires": soon.isoformat()})
    base.files.path(base.snapshot.by_id[info.document_id].content_hash).unlink()
    page = tab.get("/admin/doctor").text
    assert f"将于 {soon.isoformat()} 到期" in page
    assert page.count('href="/admin/documents/L02"') == 2
    assert f"<code>kb ingest {info.source_name}</code>" in page


def test_what_runs_already_is_said(tab: TestClient, site: AdminSite) -> None:
    go_on = Event()
    noted = len(audit.entries(site.catalog))
    site.chores.start(
        REPAIRING, "li", lambda progress: progress("copy", 250, 1000) or go_on.wait(30)
    )
    try:
        reply = send(tab, "/admin/doctor/repair")
        assert reply.status_code == 503
        assert "后台正在做另一件事" in reply.text
        page = tab.get("/admin/doctor").text
        assert "正在修复" in page
        assert "25 %" in page
        assert '<script src="/ui/reload.js" defer>' in page
    finally:
        go_on.set()
    site.chores.wait(REPAIRING, 30)
    assert len(audit.entries(site.catalog)) == noted


def test_every_finding_has_words_in_both_languages_and_stays_text() -> None:
    codes = [
        "store_differs", "vectors_torn", "erasure_owed", "bloat", "source_missing",
        "source_changed", "quarantined", "low_confidence", "expiring", "expired", "same_text",
        "passed_on",
    ]  # fmt: skip
    findings = [
        Finding("warning", code, HOSTILE, HOSTILE, REPAIR if i < 4 else HOSTILE, (HOSTILE,))
        for i, code in enumerate(codes)
    ]
    chore = Chore(EXAMINATION, "li", 0.0, State.DONE, 1.0, result=[*findings, *findings[-1:] * 7])
    for lang in ("zh", "en"):
        t = doctor_texts(lang)
        view = View(lang, Visitor(Role.ADMIN, "li", "secret"), "/admin/doctor")
        page = doctor_page(chore, view)
        assert "<script>alert" not in page
        assert "\u202e" not in page
        assert page.count("<h2>") == len(codes)
        for code in codes:
            assert t.sorts[code] in page
            assert t.advice[code]
        assert page.count('action="/admin/doctor/repair"') == 4
        failed = Chore(REPAIRING, "li", 0.0, State.FAILED, 1.0, error=(HOSTILE, HOSTILE))
        assert "<script>alert" not in doctor_page(failed, view)
