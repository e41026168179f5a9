"""What other programs come with and are held to: a key in the header, so many requests a minute."""

from __future__ import annotations

import time

from starlette.types import Scope

from bot.access import PROGRAMS, Visitor, area_of
from bot.rate_limit import RateLimit, network_of
from bot.web.origin import address_of, header
from kb.errors import AccountError
from kb.settings import Settings


class WrongKey(AccountError):
    """A request came with a key that is over, revoked or never was."""

    def __init__(self) -> None:
        super().__init__(
            "密钥无效、已过期或已撤销。请检查 Authorization: Bearer 后面的密钥，或向管理员要新的。",
            "The key is wrong, over or revoked. Check the key after Authorization: Bearer, or ask "
            "an admin for a new one.",
        )


class TooMany(AccountError):
    """Somebody asks too often; ``seconds`` are left to wait."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(
            f"请求太频繁。请在 {seconds} 秒后再试。",
            f"Too many requests. Try again in {seconds} seconds.",
        )


def bearer(scope: Scope) -> str | None:
    """The key a request comes with; None when it comes with none."""
    scheme, _, key = header(scope, "authorization").strip().partition(" ")
    return key.strip() if scheme.lower() == "bearer" else None


def admitted(
    scope: Scope, visitor: Visitor | None, limits: RateLimit, settings: Settings
) -> Visitor:
    """The visitor, once the request is counted if it is to an interface; None has a wrong key.

    Raises WrongKey; TooMany when its key, its user or else its address asks too often.
    """
    if visitor is not None and area_of(scope["path"]) not in PROGRAMS:
        return visitor
    if visitor is not None and visitor.user:
        caller, per_minute = visitor.user, settings.limit_key
    else:
        address = address_of(scope, settings.behind_proxy)
        caller, per_minute = f"address {network_of(address)}", settings.limit_address
    seconds = limits.take(caller, per_minute, time.monotonic())
    if seconds:
        raise TooMany(seconds)
    if visitor is None:
        raise WrongKey
    return visitor
