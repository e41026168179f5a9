"""The routes of logging in and out and of one's account; ``bot.login`` decides."""

from __future__ import annotations

import secrets
import threading
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot import audit, login, sessions, users
from bot.access import STAFF, Visitor, area_of, visitor_of
from bot.login import Throttled
from bot.web.account_page import account_page, login_page
from bot.web.account_texts import account_texts
from bot.web.asked import answer, view_of
from bot.web.form_guard import guarded, token_of
from bot.web.origin import address_of, is_encrypted
from bot.web.security import SESSION_COOKIE
from kb.catalog import Catalog
from kb.errors import AccountError
from kb.settings import Settings

FORM_COOKIE = "kb_form"
"""A random secret that the login form is tied to, as there is no session yet."""

AT_ONCE = 2
"""Passwords looked at at the same time: each takes 64 MiB and a core for a moment."""

HOME = "/cadre/"
"""Where who logs in goes, unless a page was asked for."""

Typed = Annotated[str, Form()]


def account_router(catalog: Catalog, settings: Settings, provider: bool = False) -> APIRouter:
    """``/login``, ``/logout`` and ``/account``; ``provider``: there is an identity provider."""
    router = APIRouter(include_in_schema=False)
    looking = threading.BoundedSemaphore(AT_ONCE)

    def form(
        request: Request, after: str, status: int = 200, *, name: str = "", error: str = ""
    ) -> HTMLResponse:
        secret = request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(32)
        view = view_of(request, settings.lang, visitor_of)
        html = login_page(
            view, sessions.form_token(secret), after, name=name, error=error, provider=provider
        )
        page = answer(html, request, status)
        page.set_cookie(
            FORM_COOKIE, secret, httponly=True, samesite="strict", path="/login",
            secure=is_encrypted(request.scope, settings.behind_proxy),
        )  # fmt: skip
        return page

    @router.get("/login")
    def show(request: Request) -> Response:
        visitor = visitor_of(request)
        after = local(request.query_params.get("next", ""))
        if visitor.role in STAFF:
            return RedirectResponse(after or HOME, 303)
        return form(request, after)

    @router.post("/login")
    def enter(
        request: Request, name: Typed = "", password: Typed = "", token: Typed = "",
        next: Typed = "",
    ) -> Response:  # fmt: skip
        after = local(next)
        t = account_texts(view_of(request, settings.lang, visitor_of).lang)
        if not guarded(request.cookies.get(FORM_COOKIE, ""), token):
            return form(request, after, 403, name=name, error=t.stale)
        address = address_of(request.scope, settings.behind_proxy)
        try:
            with looking:
                session = login.log_in(catalog, name, password, address)
        except AccountError as error:
            return _slow_down(form(request, after, _status(error), name=name, error=_said(
                error, request, settings)), error)  # fmt: skip
        return begin(request, session, after or HOME, settings)

    @router.get("/account")
    def account(request: Request) -> HTMLResponse:
        visitor = visitor_of(request)
        after = local(request.query_params.get("next", ""))
        return _account(request, visitor, after)

    @router.post("/account")
    def change(
        request: Request, old: Typed = "", new: Typed = "", again: Typed = "", token: Typed = "",
        next: Typed = "",
    ) -> Response:  # fmt: skip
        visitor, after = visitor_of(request), local(next)
        t = account_texts(view_of(request, settings.lang, visitor_of).lang)
        if not guarded(visitor.session, token):
            return _account(request, visitor, after, 403, t.stale)
        if new != again:
            return _account(request, visitor, after, 400, t.differ)
        address = address_of(request.scope, settings.behind_proxy)
        try:
            with looking:
                session = login.change_password(catalog, visitor.user, old, new, address)
        except AccountError as error:
            told = _said(error, request, settings)
            return _slow_down(_account(request, visitor, after, _status(error, 400), told), error)
        return begin(request, session, after or HOME, settings)

    @router.post("/logout")
    def leave(request: Request, token: Typed = "") -> Response:
        visitor = visitor_of(request)
        done = RedirectResponse("/", 303, headers={"cache-control": "no-store"})
        if visitor.session and guarded(visitor.session, token):
            sessions.end(catalog, visitor.session)
            audit.note(catalog, visitor.user, "logout")
            done.delete_cookie(SESSION_COOKIE)
        return done

    def _account(
        request: Request, visitor: Visitor, after: str, status: int = 200, error: str = ""
    ) -> HTMLResponse:
        view = view_of(request, settings.lang, visitor_of)
        own = users.password_of(catalog, visitor.user) is not None
        token = token_of(visitor)
        return answer(
            account_page(view, token, after, has_password=own, error=error), request, status
        )

    return router


def begin(request: Request, session: str, after: str, settings: Settings) -> Response:
    """Hand a new session to the browser and go on."""
    done = RedirectResponse(after, 303, headers={"cache-control": "no-store"})
    done.set_cookie(
        SESSION_COOKIE, session, httponly=True, samesite="lax",
        secure=is_encrypted(request.scope, settings.behind_proxy),
    )  # fmt: skip
    return done


def local(address: str) -> str:
    """An address of this site that may be gone to after a login; empty for everything else."""
    if not address.startswith("/") or address.startswith("//") or len(address) > 2000:
        return ""
    if "\\" in address or any(ord(c) < 33 or ord(c) == 127 for c in address):
        return ""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or area_of(parts.path) in (None, "/login", "/logout"):
        return ""
    return address


def _said(error: AccountError, request: Request, settings: Settings) -> str:
    return error.message(view_of(request, settings.lang, visitor_of).lang)


def _status(error: AccountError, otherwise: int = 401) -> int:
    return 429 if isinstance(error, Throttled) else otherwise


def _slow_down(page: HTMLResponse, error: AccountError) -> HTMLResponse:
    if isinstance(error, Throttled):
        page.headers["retry-after"] = str(error.seconds)
    return page
