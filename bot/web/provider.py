"""The routes of logging in through an identity provider; ``bot.oidc`` does the work."""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass
from functools import cache
from threading import Lock

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot import audit, oidc, sessions, users
from bot.access import visitor_of
from bot.oidc import Begun, Provider
from bot.web.account import HOME, begin, local
from bot.web.account_page import login_page
from bot.web.account_texts import account_texts
from bot.web.asked import answer, view_of
from bot.web.origin import base_url, is_encrypted
from kb.catalog import Catalog
from kb.errors import KbError
from kb.settings import Settings

STATE_COOKIE = "kb_state"
"""Ties a login that has begun to the browser it began in."""
BACK = "/login/return"
WAITING = 1000
"""Logins that may have begun at the same time; the oldest go first."""
SECONDS = 600.0
"""How long a login may take at the provider."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    browser: str
    begun: Begun
    after: str
    since: float


def provider_router(catalog: Catalog, settings: Settings) -> APIRouter:
    """``/login/provider``, which leads there, and ``/login/return``, where one comes back to."""
    router = APIRouter(include_in_schema=False)
    waiting: OrderedDict[str, _Waiting] = OrderedDict()
    lock = Lock()

    @cache
    def provider() -> Provider:
        return oidc.discover(settings)

    def failed(request: Request, zh: str, en: str, status: int = 401) -> HTMLResponse:
        view = view_of(request, settings.lang, visitor_of)
        told = en if view.lang == "en" else zh
        # without a form token: who wants to type a password opens the form anew
        return answer(login_page(view, "", "", error=told, provider=True), request, status)

    def back(request: Request) -> str:
        return base_url(request.scope, settings.behind_proxy) + BACK

    @router.get("/login/provider")
    def leave(request: Request) -> Response:
        try:
            begun = oidc.begin(provider(), settings, back(request))
        except KbError as error:
            return failed(request, error.zh, error.en, 503)
        browser = secrets.token_urlsafe(32)
        after = local(request.query_params.get("next", ""))
        with lock:
            waiting[begun.state] = _Waiting(browser, begun, after, time.monotonic())
            while len(waiting) > WAITING:
                waiting.popitem(last=False)
        done = RedirectResponse(begun.url, 303, headers={"cache-control": "no-store"})
        done.set_cookie(
            STATE_COOKIE, browser, httponly=True, samesite="lax", path="/login",
            secure=is_encrypted(request.scope, settings.behind_proxy),
        )  # fmt: skip
        return done

    @router.get(BACK)
    def return_(request: Request, code: str = "", state: str = "") -> Response:
        with lock:
            found = waiting.pop(state, None)  # works once
        browser = request.cookies.get(STATE_COOKIE, "").encode("utf-8", "replace")
        if (
            found is None
            or not secrets.compare_digest(found.browser.encode(), browser)
            or time.monotonic() - found.since > SECONDS
        ):
            return failed(request, account_texts("zh").stale, account_texts("en").stale, 403)
        begun = found.begun
        try:
            who = oidc.finish(
                provider(), settings, back(request), code, begun.nonce, begun.verifier
            )
            user = users.admit(catalog, who.name, who.role, who.subject)
        except KbError as error:
            audit.note(catalog, "", audit.FAILED)
            return failed(request, error.zh, error.en)
        session = sessions.start(catalog, user.name, time.time())
        users.seen(catalog, user.name)
        audit.note(catalog, user.name, "login")
        done = begin(request, session, found.after or HOME, settings)
        done.delete_cookie(STATE_COOKIE, path="/login")
        return done

    return router
