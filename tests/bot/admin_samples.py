"""A running administration for tests: a small base, an app over it, an admin's browser."""

from __future__ import annotations

import html
import re
import time
from typing import Any

from fastapi import FastAPI
from starlette.testclient import TestClient

from bot import sessions, users
from bot.engine import Engine
from bot.jobs import Jobs
from bot.web.app import build_app
from bot.web.security import SESSION_COOKIE
from kb.knowledge_base import KnowledgeBase
from kb.models import Role

ORIGIN = {"origin": "http://testserver"}
ADMIN = "an.admin"


def admin_app(kb: KnowledgeBase, jobs: Jobs | None = None) -> FastAPI:
    """The application over a base."""
    return build_app(Engine(kb), kb.settings, jobs)


def browser_of(app: FastAPI, kb: KnowledgeBase, role: Role = Role.ADMIN) -> TestClient:
    """A browser of somebody who has just logged in."""
    name = ADMIN if role is Role.ADMIN else f"a.{role.value}"
    users.admit(kb.catalog, name, role, subject=name)
    tab = TestClient(app, follow_redirects=False, headers=ORIGIN | {"accept": "text/html"})
    tab.cookies.set(SESSION_COOKIE, sessions.start(kb.catalog, name, time.time()))
    return tab


def token_in(page: str) -> str:
    """The token of a page's forms."""
    found = re.search(r'name="token" value="([^"]*)"', page)
    assert found is not None, page
    return html.unescape(found[1])


def send(tab: TestClient, path: str, fields: dict[str, Any] | None = None) -> Any:
    """Send a form with the token of the logged-in browser."""
    token = sessions.form_token(tab.cookies[SESSION_COOKIE])
    return tab.post(path, data={"token": token} | (fields or {}))
