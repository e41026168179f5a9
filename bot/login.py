"""Logging in with name and password, and changing the password.

A wrong name, a wrong password and a disabled user are told apart by nobody: same words, same time.
"""

from __future__ import annotations

import math
import time

from bot import audit, passwords, sessions, throttle, users
from kb.catalog import Catalog
from kb.errors import AccountError, NotFound


class Throttled(AccountError):
    """Too many failed logins; ``seconds`` are left to wait."""

    def __init__(self, seconds: float) -> None:
        self.seconds = math.ceil(seconds)
        super().__init__(
            f"登录失败次数太多。请在 {self.seconds} 秒后再试。",
            f"Too many failed logins. Try again in {self.seconds} seconds.",
        )


def log_in(
    catalog: Catalog, typed: str, password: str, address: str, now: float | None = None
) -> str:
    """Check a login and begin a session; return its secret.

    Raises Throttled; AccountError, always with the same words.
    """
    at = time.time() if now is None else now
    name = users.folded(typed)
    _check(catalog, name, password, address, at)
    token = sessions.start(catalog, name, at)
    users.seen(catalog, name)
    audit.note(catalog, name, "login")
    return token


def change_password(
    catalog: Catalog, name: str, old: str, new: str, address: str, now: float | None = None
) -> str:
    """Change one's own password; all sessions end, the secret of a new one is returned.

    Raises Throttled; AccountError when the old password is wrong or the new one must not be used.
    """
    at = time.time() if now is None else now
    passwords.accept(new, name)
    _check(catalog, name, old, address, at)
    if old == new:
        raise AccountError(
            "新密码与原密码相同。请换一个。",
            "The new password is the old one. Choose another.",
        )
    users.set_password(catalog, name, new, must_change=False)
    audit.note(catalog, name, "password.change")
    return sessions.start(catalog, name, at)


def _check(catalog: Catalog, name: str, password: str, address: str, now: float) -> None:
    """Raise Throttled, or AccountError unless the password is the user's."""
    counted = throttle.keys(name, address)
    left = throttle.begin(catalog, counted, now)
    if left > 0:
        raise Throttled(left)
    kept = users.password_of(catalog, name)
    if not passwords.matches(kept, password):
        audit.note(catalog, _known(catalog, name), audit.FAILED)
        raise AccountError("用户名或密码不对。", "The name or the password is wrong.")
    throttle.forgive(catalog, counted)
    if kept is not None and passwords.is_dated(kept):
        users.refresh(catalog, name, password)


def _known(catalog: Catalog, name: str) -> str:
    """The name if a user has it: what else was typed may be a password, and is not kept."""
    try:
        return users.get(catalog, name).name
    except NotFound:
        return ""
