"""A real site on a real base, for tests and screenshots."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot import sessions, users
from bot.attended import AttendedEngine
from bot.traffic import Traffic
from bot.web.app import make_server
from bot.web.security import SESSION_COOKIE
from bot.web.server import listen
from ingest.outcome import Result
from ingest.pipeline import ingest
from kb.encoder import Encoder
from kb.knowledge_base import KnowledgeBase
from kb.models import Role
from kb.settings import Settings

CORPUS = Path(__file__).parents[2] / "corpus"

FILES = (
    "policy/T01-西部大开发企业所得税.md",
    "policy/T01-2011-西部大开发企业所得税旧规定-已停止执行.md",
    "policy/T05-农林牧渔业所得税优惠.md",
    "policy/T09-研发费用加计扣除.md",
    "policy/L02-工业用地出让最低价标准.md",
    "policy/P07-外商投资准入负面清单2024年版.md",
    "experience/E02-昆山之路.md",
    "experience/N01-延安招商短板自评（内部）.md",
    "glossary/税收术语.md",
)
"""A handful that answers the tests' questions; N01 is for cadres only."""

INTERNAL = "N01"

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--lang=zh-CN",
)


@contextmanager
def base_of(
    folder: Path, encoder: Encoder | None, paths: Sequence[Path] = (), **changes: Any
) -> Iterator[KnowledgeBase]:
    """A base that holds the given files, by default ``FILES``, and may be asked without limit."""
    settings = Settings(data=folder, **({"limit_address": 0, "limit_key": 0} | changes))
    with KnowledgeBase(settings, encoder=encoder) as kb:
        outcomes = ingest(kb, paths or [CORPUS / name for name in FILES])
        refused = [f"{o.path.name}: {o.zh}" for o in outcomes if o.result is Result.REFUSED]
        assert not refused, refused
        yield kb


@contextmanager
def serving(kb: KnowledgeBase, **changes: Any) -> Iterator[str]:
    """The address of a running site over a base; ``changes`` are to its settings."""
    settings = Settings.model_validate(kb.settings.model_dump() | changes)
    ready = threading.Event()
    addresses: list[str] = []

    def on_ready(address: str) -> None:
        addresses.append(address)
        ready.set()

    server = make_server(AttendedEngine(kb, Traffic()), settings, on_ready)
    with listen("127.0.0.1", 0) as listening:
        thread = threading.Thread(target=lambda: server.run(sockets=[listening]), daemon=True)
        thread.start()
        try:
            assert ready.wait(60), "the site did not start"
            yield addresses[0]
        finally:
            server.should_exit = True
            thread.join(30)


def session_of(kb: KnowledgeBase, role: Role) -> dict[str, str]:
    """The cookies of somebody with a role who has just logged in; none for an investor."""
    if role is Role.INVESTOR:
        return {}
    name = f"a.{role.value}"
    users.admit(kb.catalog, name, role, subject=name)
    return {SESSION_COOKIE: sessions.start(kb.catalog, name, time.time())}


def ask(tab: Any, question: str, send: Callable[[Any], None] | None = None) -> Any:
    """Type a question, send it (by Enter), and give the answered turn as a locator."""
    before = tab.locator("#thread .turn").count()
    box = tab.locator("#question textarea")
    box.fill(question)
    if send is None:
        box.press("Enter")
    else:
        send(tab)
    turn = tab.locator("#thread .turn").nth(before)
    turn.locator(".answer, [role=alert]").first.wait_for(timeout=30_000)
    return turn
