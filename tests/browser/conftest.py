"""A real browser on a real site. Every tab checks that the page stays quiet and at home."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from kb.encoder import Encoder
from kb.knowledge_base import KnowledgeBase
from tests.browser.site import ARGUMENTS, CHROMIUM, base_of, serving
from tests.browser.tabs import tabs


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
    with tabs(chromium, site, site_base) as open_:
        yield open_
