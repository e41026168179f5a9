"""What somebody gets who may not open an address: a page in a browser, else JSON."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import Scope

from bot.access import Refused, Verdict, visitor_of
from bot.api.errors import told
from bot.web.account_page import closed_page, refused_page
from bot.web.account_texts import account_texts
from bot.web.asked import view_of
from bot.web.document import missing_page
from bot.web.programs import TooMany, WrongKey
from kb.errors import AccountError

_STATUS = {Verdict.UNKNOWN: 404, Verdict.LOGIN: 401} | dict.fromkeys(
    (Verdict.CHANGE, Verdict.FORBIDDEN, Verdict.KEY), 403
)
_INSTEAD = {Verdict.LOGIN: "/login", Verdict.CHANGE: "/account"}


def refusal(scope: Scope, error: AccountError, lang: str) -> Response:
    """The response to a request that is not let through.

    A browser that wants a page (it says so) is led to the login, or to the change of the password.
    """
    request, path = Request(scope), scope["path"]
    verdict = error.verdict if isinstance(error, Refused) else None
    status = 403 if verdict is None else _STATUS[verdict]
    if isinstance(error, TooMany):
        return told(path, 429, error.zh, error.en, headers={"retry-after": str(error.seconds)})
    if isinstance(error, WrongKey):
        return told(path, 401, error.zh, error.en, headers={"www-authenticate": "Bearer"})
    if visitor_of(request).key or "text/html" not in request.headers.get("accept", ""):
        return told(path, status, error.zh, error.en)
    if verdict in _INSTEAD and request.method in ("GET", "HEAD"):
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        where = f"{_INSTEAD[verdict]}?{urlencode({'next': wanted})}"
        return RedirectResponse(where, 302, headers={"cache-control": "no-store"})
    view = view_of(request, lang, visitor_of)
    if verdict is None:
        html = refused_page(account_texts(view.lang).not_done, (error.zh, error.en), view)
    else:
        html = missing_page(view) if verdict is Verdict.UNKNOWN else closed_page(view, verdict)
    return HTMLResponse(html, status, headers={"cache-control": "no-store"})
