"""What surrounds every request: who it is from and what that visitor may open (``bot.access``), a
small body limit, and the headers of every response.

Pure ASGI, because answers stream. Gradio's pages need inline scripts of their own: they get a
nonce, so that no other inline script runs, even if markup slipped into a page.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Sequence
from urllib.parse import parse_qsl, urlencode

from fastapi import HTTPException
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.access import SCOPE_KEY, Refused, Verdict, Visitor, area_of, decide
from bot.api.errors import told
from bot.rate_limit import RateLimit
from bot.web.origin import cookie, is_encrypted, is_from_elsewhere
from bot.web.programs import admitted, bearer
from bot.web.refusals import refusal
from kb.errors import AccountError
from kb.models import Role
from kb.settings import Settings

MAX_BODY = 64 * 1024
"""Bytes a request may carry: a question is far smaller."""

STRICT_CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""For pages of our own and for data: nothing runs, nothing is fetched from elsewhere."""

_FORM_CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
"""For pages of our own with a form: only our own script, answers go nowhere else."""

# Gradio fills its HTML templates with ``Function``, styles elements inline and builds a worker.
_PAGE_CSP = (
    "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'"
)

_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}

_ADMIN_CSP = _FORM_CSP + "; connect-src 'self'"
"""For the administration, whose scripts ask for progress and send files."""

SESSION_COOKIE = "kb_session"
"""Where the browser keeps the secret of a login."""

FORMS = ("/terms", "/lessons", "/login", "/account")
"""Pages of our own with a form; each with all that is below it."""

UPLOADS = frozenset({"/api/documents", "/admin/upload", "/admin/add"})
"""Where admins send files."""

GRADIO_GET = (
    "/assets/",
    "/config",
    "/favicon.ico",
    "/gradio_api/heartbeat/",
    "/gradio_api/info",
    "/gradio_api/queue/data",
    "/gradio_api/startup-events",
    "/gradio_api/app_id",
    "/manifest.json",
    "/pwa_icon",
    "/robots.txt",
    "/static/",
    "/theme.css",
    "/gradio_api/theme.css",
)
GRADIO_POST = ("/gradio_api/queue/join", "/gradio_api/cancel", "/gradio_api/reset")
"""What the page needs of Gradio. Uploads, files, proxies and the rest stay shut."""

Rewrite = Callable[[str, Scope, str], str]
"""``rewrite(html, scope, nonce)``: what a Gradio page becomes before it is sent."""

Identify = Callable[[str], Visitor]
"""The visitor a session's secret belongs to."""

IdentifyKey = Callable[[str], Visitor | None]
"""The visitor a key belongs to; None when it is none."""

_ELSEWHERE = (
    "这个请求来自别的网站，没有执行。请在本站的页面上重试。",
    "This request came from another site and was not carried out. Try again on a page of this "
    "site.",
)


class Shield:
    """Middleware: lets a request through to those who may make it, and sees to its response.

    ``mounts`` are the addresses of Gradio pages, with ``/``.
    """

    def __init__(
        self,
        app: ASGIApp,
        rewrite: Rewrite,
        identify: Identify,
        identify_key: IdentifyKey,
        settings: Settings,
        mounts: Sequence[str] = ("/",),
    ) -> None:
        self.app = app
        self.rewrite = rewrite
        self.identify = identify
        self.identify_key = identify_key
        self.limits = RateLimit()
        self.settings = settings
        self.mounts = frozenset(mounts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        visitor = await self._visitor(scope)
        scope[SCOPE_KEY] = visitor or Visitor()
        mount, rest = self._gradio(scope["path"])
        reads = scope["method"] in ("GET", "HEAD")
        page = bool(mount) and reads and rest in ("", "/")
        nonce = secrets.token_urlsafe(18)
        csp = _PAGE_CSP.format(nonce=nonce) if page else policy(scope["path"])
        encrypted = is_encrypted(scope, self.settings.behind_proxy)
        guarded = _with_headers(send, csp, encrypted, private=visitor != Visitor())
        refused = self._refused(scope, visitor, mount, rest, page)
        if refused is not None:
            await refusal(scope, refused, self.settings.lang)(scope, receive, guarded)
            return
        most = self._most(scope, visitor)
        if _declared_length(scope) > most:
            await _too_large(scope["path"], most)(scope, receive, guarded)
            return
        if mount:
            scope["query_string"] = _without_page(scope["query_string"])
        if page:
            guarded = _rewriting(guarded, lambda html: self.rewrite(html, scope, nonce))
        if not reads and most > MAX_BODY:
            receive = _counted(receive, most)
        elif not reads:
            body = await _read_body(receive)
            if body is None:
                await _too_large(scope["path"], most)(scope, receive, guarded)
                return
            receive = _replayed(body, receive)
        await self.app(scope, receive, guarded)

    async def _visitor(self, scope: Scope) -> Visitor | None:
        """Who a request comes from; None with a wrong key. With a key, cookies do not count."""
        key = bearer(scope)
        if key is not None:
            return await run_in_threadpool(self.identify_key, key)
        secret = cookie(scope, SESSION_COOKIE)
        return await run_in_threadpool(self.identify, secret) if secret else Visitor()

    def _most(self, scope: Scope, visitor: Visitor | None) -> int:
        """Bytes a request may carry: files are for admins only."""
        if visitor is not None and visitor.role is Role.ADMIN and scope["path"] in UPLOADS:
            return self.settings.max_file_mb * 1024 * 1024 + MAX_BODY
        return MAX_BODY

    def _gradio(self, path: str) -> tuple[str, str]:
        """The Gradio page a path belongs to, and the rest of the path; empty for other routes."""
        area = area_of(path)
        if area in (None, "/"):
            return "/", path
        return (area, path[len(area) :]) if area in self.mounts else ("", path)

    def _refused(
        self, scope: Scope, visitor: Visitor | None, mount: str, rest: str, page: bool
    ) -> AccountError | None:
        """Why a request is not let through; None if it is."""
        try:
            visitor = admitted(scope, visitor, self.limits, self.settings)
        except AccountError as error:
            return error
        verdict = decide(mount if mount == "/" else scope["path"], visitor)
        if verdict is not Verdict.OPEN:
            return Refused(verdict)
        if mount and not page and not is_open(scope["method"], rest):
            return Refused(Verdict.UNKNOWN)
        reads = scope["method"] in ("GET", "HEAD")
        if not (reads or visitor.key) and is_from_elsewhere(
            scope, self.settings.behind_proxy, known=bool(visitor.user)
        ):
            return AccountError(*_ELSEWHERE)
        return None


def _without_page(query: bytes) -> bytes:
    """A query without ``page``: Gradio fails over one that names no page of its own."""
    pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True, encoding="latin-1")
    if not any(name == "page" for name, _ in pairs):
        return query
    kept = [(name, value) for name, value in pairs if name != "page"]
    return urlencode(kept, encoding="latin-1").encode()


def is_open(method: str, path: str) -> bool:
    """Whether a route of Gradio is in use; ``path`` is the one below the page."""
    allowed: Sequence[str] = GRADIO_POST if method == "POST" else GRADIO_GET
    return any(path == p.rstrip("/") or path.startswith(p) for p in allowed)


def policy(path: str) -> str:
    """The content security policy of a response that is no Gradio page."""
    if area_of(path) == "/admin":
        return _ADMIN_CSP
    return _FORM_CSP if _has_form(path) else STRICT_CSP


def _has_form(path: str) -> bool:
    return any(path == p or path.startswith(f"{p}/") for p in FORMS)


def add_nonce(html: str, nonce: str) -> str:
    """Every script element of a page with the nonce."""
    return re.sub(r"<script(?=[\s>])", f'<script nonce="{nonce}"', html)


async def _read_body(receive: Receive) -> bytes | None:
    """The whole body, None when it grows beyond the limit or the client leaves."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MAX_BODY:
            return None
        if not message.get("more_body"):
            return b"".join(parts)


def _counted(receive: Receive, most: int) -> Receive:
    """A receive that breaks off when more comes than may."""
    size = 0

    async def count() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > most:
            raise HTTPException(413, "the files are too large")
        return message

    return count


def _replayed(body: bytes, receive: Receive) -> Receive:
    """A receive that gives the body read before, then what comes after it."""
    waiting = [body]

    async def replay() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return replay


def _declared_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0


def _with_headers(send: Send, csp: str, encrypted: bool, private: bool) -> Send:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if encrypted:
                headers["strict-transport-security"] = "max-age=31536000"
            for name, value in _HEADERS.items():
                headers[name] = value
            headers["content-security-policy"] = csp
            if private:  # no cache may give it to somebody else
                headers.setdefault("cache-control", "no-store")
        await send(message)

    return guarded


def _rewriting(send: Send, change: Callable[[str], str]) -> Send:
    """Collect an HTML response, change it, and send it whole."""
    start: list[Message] = []
    parts: list[bytes] = []

    async def rewriting(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.append(message)
            return
        if message["type"] != "http.response.body":
            await send(message)
            return
        parts.append(message.get("body", b""))
        if message.get("more_body"):
            return
        body = b"".join(parts)
        headers = MutableHeaders(scope=start[0])
        if body and headers.get("content-type", "").startswith("text/html"):
            body = change(body.decode("utf-8")).encode("utf-8")
            headers["content-length"] = str(len(body))
            headers["cache-control"] = "no-store"
        await send(start[0])
        await send({"type": "http.response.body", "body": body})

    return rewriting


def _too_large(path: str, most: int) -> ASGIApp:
    size = f"{most // 1024} kB" if most < 1024 * 1024 else f"{most // 1024**2} MB"
    return told(
        path,
        413,
        f"请求超过 {size}。请缩短或分几次发送。",
        f"The request is larger than {size}. Shorten it, or send it in parts.",
    )
