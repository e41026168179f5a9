"""What a request says of its reader: the language chosen, who it is, which page is looked at."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import Request
from fastapi.responses import HTMLResponse

from bot.access import Visitor
from bot.web.frame import View
from bot.web.texts import LANGS

LANGUAGE_COOKIE = "kb_lang"
"""Where the browser keeps the chosen language."""

COOKIE_SECONDS = 365 * 24 * 3600


def language_asked(request: Request, default: str) -> str:
    """The language in the address, else the browser's choice, else the default."""
    for value in (
        request.query_params.get("switch"),
        request.query_params.get("lang"),
        request.cookies.get(LANGUAGE_COOKIE),
    ):
        if value in LANGS:
            return str(value)
    return default


def view_of(request: Request, default: str, visitor_of: Callable[[Request], Visitor]) -> View:
    """How this request's page is to be shown."""
    url = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return View(language_asked(request, default), visitor_of(request), url)


def answer(html: str, request: Request, status: int = 200) -> HTMLResponse:
    """A page as a response. It is the reader's own: no cache keeps it; a language chosen stays."""
    response = HTMLResponse(html, status, headers={"cache-control": "no-store"})
    chosen = request.query_params.get("switch")
    if chosen in LANGS:
        response.set_cookie(LANGUAGE_COOKIE, chosen, COOKIE_SECONDS, samesite="lax")
    return response
