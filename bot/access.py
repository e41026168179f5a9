"""The one door: who a request comes from, and what they may open.

``ALLOWED`` says for every address who may open it; what is not in it does not exist. Which
documents somebody may read follows from the role (``Role.audiences``). Both are asked of every
request before any page, route or Gradio event sees it (``bot.web.security``), and once more by the
routes (``require``) and the Gradio pages (``mount_guard``) themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from kb.errors import AccountError
from kb.models import Role

if TYPE_CHECKING:
    from fastapi import Request

SCOPE_KEY = "kb.visitor"
"""Where a request carries its visitor, once the door has looked."""

EVERYBODY = frozenset(Role)
STAFF = frozenset({Role.CADRE, Role.ADMIN})
ADMINS = frozenset({Role.ADMIN})

ALLOWED: dict[str, frozenset[Role]] = {
    "/": EVERYBODY,  # the conversation; exactly this address
    "/api": EVERYBODY,
    "/v1": EVERYBODY,
    "/mcp": EVERYBODY,
    "/source": EVERYBODY,
    "/terms": EVERYBODY,
    "/ui": EVERYBODY,
    "/favicon.ico": EVERYBODY,
    "/healthz": EVERYBODY,
    "/readyz": EVERYBODY,
    "/login": EVERYBODY,
    "/logout": EVERYBODY,
    "/account": STAFF,
    "/cadre": STAFF,
    "/lessons": STAFF,
    "/admin": ADMINS,
}
"""Who may open an address and all below it. The most specific one decides."""

PROGRAMS = frozenset({"/api", "/v1", "/mcp"})
"""What is made for other programs: how often it may be asked is limited."""

KEYED = PROGRAMS | {"/source"}
"""What a key opens, to those its role lets in; pages are for people, who log in."""

UNCHANGED_MAY = frozenset({"/account", "/logout"})
"""What of the staff's is open to who must change the password first."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who a request comes from: an investor unless there is a living session or a key.

    ``session`` is the session's secret; it is never shown. Who ``must_change`` the password is an
    investor until then. ``key`` is the name of a program's key; its ``user`` is ``key:NAME``,
    which no person can be called.
    """

    role: Role = Role.INVESTOR
    user: str = ""
    session: str = field(default="", repr=False)
    must_change: bool = False
    key: str = ""


class Verdict(Enum):
    """What the door says of a request."""

    OPEN = "open"
    UNKNOWN = "unknown"
    LOGIN = "login"
    CHANGE = "change"
    FORBIDDEN = "forbidden"
    KEY = "key"


class Refused(AccountError):
    """Somebody may not open an address; ``verdict`` says why."""

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict
        super().__init__(*REASONS[verdict])


REASONS = {
    Verdict.UNKNOWN: ("没有这个地址。", "There is no such address."),
    Verdict.LOGIN: (
        "请先登录，再打开这一页。",
        "Log in first, then open this page.",
    ),
    Verdict.CHANGE: (
        "请先修改密码，再打开这一页。",
        "Change your password first, then open this page.",
    ),
    Verdict.FORBIDDEN: (
        "您的账号没有权限打开这一页。需要的话请联系管理员。",
        "Your account may not open this page. Ask an admin if you need it.",
    ),
    Verdict.KEY: (
        "密钥只用于程序接口。这一页请在浏览器里登录后打开。",
        "A key is for the interfaces only. Open this page in a browser, logged in.",
    ),
}


def area_of(path: str) -> str | None:
    """The entry of ``ALLOWED`` that decides about a path; None when there is no such address."""
    if path == "/":
        return path
    first = "/" + path.split("/")[1] if path.startswith("/") else ""
    return first if first != "/" and first in ALLOWED else None


def decide(path: str, visitor: Visitor) -> Verdict:
    """What a visitor may do with a path."""
    area = area_of(path)
    if area is None:
        return Verdict.UNKNOWN
    if visitor.key and area not in KEYED:
        return Verdict.KEY
    allowed = ALLOWED[area]
    if visitor.role in allowed or (visitor.must_change and area in UNCHANGED_MAY):
        return Verdict.OPEN
    if visitor.must_change:
        return Verdict.CHANGE
    return Verdict.FORBIDDEN if visitor.user else Verdict.LOGIN


def visitor_of(request: Any) -> Visitor:
    """Who a request comes from; ``request`` is FastAPI's or Gradio's.

    A request that did not come through the door is an investor's.
    """
    inner = getattr(request, "request", request)
    found = inner.scope.get(SCOPE_KEY) if hasattr(inner, "scope") else None
    return found if isinstance(found, Visitor) else Visitor()


def require(role: Role) -> Callable[[Request], Visitor]:
    """A FastAPI dependency: the visitor, who must be a cadre (or an admin), or an admin.

    Raises Refused.
    """
    allowed = {Role.INVESTOR: EVERYBODY, Role.CADRE: STAFF, Role.ADMIN: ADMINS}[role]

    def check(request: Any) -> Visitor:
        visitor = visitor_of(request)
        if visitor.role not in allowed:
            raise Refused(Verdict.FORBIDDEN if visitor.user else Verdict.LOGIN)
        return visitor

    from fastapi import Request

    check.__annotations__["request"] = Request
    return check


def mount_guard(path: str) -> Callable[[Request], str]:
    """Gradio's ``auth_dependency`` for a page mounted at ``path``: the user's name.

    Raises HTTPException (401 or 403).
    """

    def check(request: Request) -> str:
        from fastapi import HTTPException

        visitor = visitor_of(request)
        verdict = decide(path, visitor)
        if verdict is not Verdict.OPEN:
            raise HTTPException(403 if verdict is Verdict.FORBIDDEN else 401, REASONS[verdict][1])
        return visitor.user or visitor.role.value

    return check
