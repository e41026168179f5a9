"""Documents, names, questions and remarks that want to be markup: every page shows them as text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest

from bot import audit, searches, users
from ingest.parse import parse_text
from kb.encoder import Encoder
from kb.knowledge_base import KnowledgeBase
from kb.models import Kind, Role
from kb.settings import Settings
from tests.bot.test_web_terms import hostile
from tests.bot.web_samples import HOSTILE as HOSTILE_TERM
from tests.browser.site import ask, serving
from tests.browser.tabs import PHONE, fits, tabs

HOSTILE = (
    '<img src=x onerror="window.hit=1;alert(1)"><script>window.hit=2</script>'
    "</textarea></title></style><svg/onload=window.hit=3>"
    "[点我](javascript:window.hit=4) ' \" \u202e\u2066 ${window.hit=5} {{6*7}} "
    "[[x]](//evil.example)"
)
LONG = "长" * 400 + "x" * 400
RULE = f"1. 鸿鹄园区每亩奖励七万元，{HOSTILE}\n2. 鸿鹄园区的联系办法是{LONG}。\n"
UNHARMED = """() => ({
  hit: window.hit ?? null,
  made: [
    ...document.querySelectorAll('img[src="x"], svg[onload], [onerror], [onload], [onmouseover], '
      + 'main script, #main script'),
    ...[...document.querySelectorAll('a[href]')].filter(a => a.origin !== location.origin
      && !a.href.startsWith('blob:') && !a.href.startsWith('data:')),
  ].map(e => e.outerHTML.slice(0, 80)),
  turned: /[\\u202e\\u2066]/.test(document.body.innerText + document.title),
})"""
CLEAN = {"hit": None, "made": [], "turned": False}

OpenTab = Callable[..., Any]


@pytest.fixture(scope="module")
def base(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    folder = tmp_path_factory.mktemp("hostile") / "data"
    settings = Settings(data=folder, reranker="none", refuse_below=0.3)
    with KnowledgeBase(settings, encoder=encoder) as kb:
        for kind, name in ((Kind.POLICY, "BAD"), (Kind.EXPERIENCE, "BAD-2")):
            made = parse_text(RULE, title="鸿鹄园区奖励办法", document_id=name)
            title = f"鸿鹄园区奖励办法{name} {HOSTILE}"
            header = replace(
                made.header, title=title, kind=kind, issuers=(HOSTILE,), doc_number=HOSTILE,
                regions=("昆山", HOSTILE), topics=(HOSTILE, LONG), chains=(HOSTILE,),
            )  # fmt: skip
            kb.add([replace(made, header=header, source_name=f"{HOSTILE}.md")])
        kb.add([hostile()])
        audit.note(kb.catalog, HOSTILE, HOSTILE, HOSTILE + LONG)
        users.admit(kb.catalog, "a.cadre", Role.CADRE, subject="a.cadre")
        searches.save(kb.catalog, "a.cadre", HOSTILE[:40], f"/lessons?q={quote(HOSTILE)}", 0)
        yield kb


@pytest.fixture(scope="module")
def site(base: KnowledgeBase) -> Iterator[str]:
    with serving(base) as address:
        yield address


@pytest.fixture
def open_tab(chromium: Any, site: str, base: KnowledgeBase) -> Iterator[OpenTab]:
    with tabs(chromium, site, base) as open_:
        yield open_


def test_a_conversation_about_a_hostile_document(open_tab: OpenTab, base: KnowledgeBase) -> None:
    tab = open_tab(**PHONE)
    turn = ask(tab, "鸿鹄园区每亩奖励多少？")
    assert "<img src=x onerror=" in turn.inner_text()
    for fold in turn.locator("summary").all():
        fold.click()
    assert tab.evaluate(UNHARMED) == CLEAN
    assert fits(tab)
    turn = ask(tab, f"鸿鹄园区{HOSTILE}{LONG}")
    assert "<script>window.hit=2</script>" in turn.locator(".question").inner_text()
    assert tab.evaluate(UNHARMED) == CLEAN
    assert fits(tab)
    tab.get_by_role("button", name="生成链接").click()
    field = tab.get_by_label("对话链接")
    field.wait_for()
    other = open_tab(path="/?" + field.input_value().partition("?")[2])
    other.locator("#thread .answer, #thread [role=alert]").nth(1).wait_for(timeout=30_000)
    assert other.evaluate(UNHARMED) == CLEAN


Q = quote(HOSTILE)
PAGES = [
    ("/source/BAD?start=0&end=30", Role.INVESTOR),
    ("/source/BAD-2", Role.CADRE),
    ("/terms", Role.INVESTOR),
    (f"/terms?q={Q}", Role.INVESTOR),
    ("/terms?q=坏", Role.INVESTOR),
    (f"/terms/{quote('坏' + HOSTILE_TERM, safe='')}", Role.INVESTOR),
    ("/lessons", Role.CADRE),
    ("/lessons?q=鸿鹄园区", Role.CADRE),
    (f"/lessons?q={Q}&region={Q}&topic={Q}", Role.CADRE),
    (f"/lessons/compare?topic=鸿鹄园区&place=昆山&place={Q}", Role.CADRE),
    (f"/login?next=/{Q}", Role.INVESTOR),
]
ADMIN_PAGES = (
    "/admin", "/admin/documents", "/admin/documents/BAD", "/admin/documents/BAD/remove",
    f"/admin/documents?q={Q}", "/admin/audit", "/admin/users", "/admin/doctor", "/admin/usage",
    "/admin/expiring", "/admin/feedback", "/admin/unanswered", "/admin/backups", "/admin/keys",
)  # fmt: skip


def looked_at(tab: Any, path: str) -> list[str]:
    """What is wrong with the page that a tab shows."""
    found = tab.evaluate(UNHARMED)
    wrong = [f"{path}: {found}"] if found != CLEAN else []
    return wrong if fits(tab) else [*wrong, f"{path}: wider than the window"]


def test_pages_that_show_or_are_asked_for_hostile_text(open_tab: OpenTab, site: str) -> None:
    wrong = []
    for role in (Role.INVESTOR, Role.CADRE):
        tab = open_tab(path="/terms", role=role, **PHONE)
        for path, who in PAGES:
            if who is role:
                reply = tab.goto(site + path)
                assert reply.status == 200, path
                wrong += looked_at(tab, path)
    assert wrong == []


def test_pages_of_admins(open_tab: OpenTab, site: str, base: KnowledgeBase) -> None:
    tab = open_tab(**PHONE)
    turn = ask(tab, "鸿鹄园区每亩奖励多少？")
    turn.locator("summary", has_text="引用有误").click()
    turn.locator("textarea").fill(HOSTILE)
    turn.locator("button[data-tell]").click()
    turn.locator("textarea").wait_for(state="hidden")
    assert tab.evaluate(UNHARMED) == CLEAN
    admin = open_tab(path="/admin", role=Role.ADMIN, **PHONE)
    wrong = []
    for path in ADMIN_PAGES:
        reply = admin.goto(site + path)
        assert reply.status == 200, path
        wrong += looked_at(admin, path)
    assert wrong == []
