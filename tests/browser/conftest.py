"""A real browser on a real site. Every tab checks that the page stays quiet and at home."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from kb.encoder import Encoder
from kb.knowledge_base import KnowledgeBase
from kb.models import Role
from tests.browser.site import ARGUMENTS, CHROMIUM, base_of, serving, session_of


@pytest.fixture(scope="session")
def site_base(
    encoder: Encoder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[KnowledgeBase]:
    """A base of a few corpus files."""
    with base_of(tmp_path_factory.mktemp("site") / "data", encoder) as kb:
        yield kb


@pytest.fixture(scope="session")
def site(site_base: KnowledgeBase) -> Iterator[str]:
    """The address of the running site."""
    with serving(site_base) as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One browser for all tests."""
    if not CHROMIUM.exists():
        pytest.fail("Install Chromium first: apt-get install chromium fonts-noto-cjk")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def open_tab(chromium: Any, site: str, site_base: KnowledgeBase) -> Iterator[Callable[..., Any]]:
    """Open a page as a new visitor. At the end: no console errors, no foreign requests."""
    contexts: list[Any] = []
    errors: list[str] = []
    foreign: list[str] = []

    def open_(
        width: int = 1360,
        height: int = 860,
        path: str = "/",
        role: Role = Role.INVESTOR,
        lang: str = "",
        **options: Any,
    ) -> Any:
        context = chromium.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", **options
        )
        contexts.append(context)
        cookies = session_of(site_base, role) | ({"kb_lang": lang} if lang else {})
        context.add_cookies([{"name": n, "value": v, "url": site} for n, v in cookies.items()])
        context.on(
            "console",
            lambda message: errors.append(message.text) if message.type == "error" else None,
        )
        context.on("weberror", lambda error: errors.append(str(error.error)))
        context.on("request", lambda request: _note_foreign(request.url, site, foreign))
        tab = context.new_page()
        tab.goto(site + path)
        if path == "/":
            tab.locator("#question textarea").wait_for()
            tab.locator("#thread .welcome").wait_for()
        return tab

    yield open_
    for context in contexts:
        context.close()
    assert errors == []
    assert foreign == []


def _note_foreign(url: str, site: str, foreign: list[str]) -> None:
    if not url.startswith((site + "/", "data:", f"blob:{site}")):
        foreign.append(url)
