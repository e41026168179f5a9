"""Tabs of a real browser that watch what their pages do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from kb.knowledge_base import KnowledgeBase
from kb.models import Role
from tests.browser.site import session_of

DESKTOP = {"width": 1360, "height": 860}
LEFT = ("AbortError: signal is aborted without reason", "Unexpected error Connection errored out.")
"""What Gradio's own script says when a page is left while its event stream is open."""
PHONE = {"width": 360, "height": 740, "has_touch": True, "is_mobile": True}


@contextmanager
def tabs(
    chromium: Any, site: str, kb: KnowledgeBase, known: Sequence[str] = ()
) -> Iterator[Callable[..., Any]]:
    """What opens a page as a new visitor.

    At the end: no errors in the console, no dialog, and no request to any site but this one and
    those that are ``known``.
    """
    contexts: list[Any] = []
    wrong: list[str] = []
    homes = tuple(f"{address}/" for address in (site, *known))

    def note(request: Any) -> None:
        if not request.url.startswith((*homes, "data:", f"blob:{site}")):
            wrong.append(request.url)

    def said(message: Any) -> None:
        if message.type == "error" and not message.text.startswith(LEFT):
            wrong.append(f"{message.text} {message.location['url']}")

    def failed(error: Any) -> None:
        if not str(error.error).startswith(LEFT):
            wrong.append(str(error.error))

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
        cookies = session_of(kb, role) | ({"kb_lang": lang} if lang else {})
        context.add_cookies([{"name": n, "value": v, "url": site} for n, v in cookies.items()])
        context.on("console", said)
        context.on("weberror", failed)
        context.on("request", note)
        context.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
        tab = context.new_page()
        tab.goto(site + path)
        if path == "/":
            tab.locator("#question textarea").wait_for()
            tab.locator("#thread .welcome").wait_for()
        return tab

    yield open_
    for context in contexts:
        context.close()
    assert not wrong, wrong


def fits(tab: Any) -> bool:
    """Whether a page is no wider than its window."""
    return bool(tab.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def serious(tab: Any) -> list[str]:
    """What axe-core calls serious or critical, with where it stands."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(tab).response["violations"]
    return [
        f"{v['id']}: {node['target']} {node['failureSummary']}"
        for v in found
        if v["impact"] in ("serious", "critical")
        for node in v["nodes"]
    ]
