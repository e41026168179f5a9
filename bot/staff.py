"""What an admin does to users: each change is written down, and none can lock the admins out.

A password made here is told once, to the admin, and changed by its user at the next login.
"""

from __future__ import annotations

import secrets

from bot import audit, throttle, users
from kb.catalog import Catalog
from kb.errors import AccountError
from kb.models import Role

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Those that nobody takes for another when a password is read out or copied by hand."""
_GROUPS, _EACH = 4, 4


def one_time_password() -> str:
    """A password of 16 random letters and digits (79 bits) in groups of four."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_EACH)) for _ in range(_GROUPS))
    return "-".join(groups)


def add(catalog: Catalog, who: str, typed: str, role: Role) -> tuple[users.User, str]:
    """Add a user; the password is returned and kept nowhere. Raises AccountError."""
    password = one_time_password()
    user = users.add(catalog, typed, role, password)
    audit.note(catalog, who, "user.add", f"{user.name} {role.value}")
    return user, password


def renew_password(catalog: Catalog, who: str, name: str) -> str:
    """A new password for a user, who is logged out and changes it at the next login.

    Raises NotFound; AccountError for who logs in through an identity provider.
    """
    user = users.get(catalog, name)
    _check_other(who, user)
    _check_ours(user)
    password = one_time_password()
    users.set_password(catalog, user.name, password, must_change=True)
    throttle.clear(catalog, user.name)
    audit.note(catalog, who, "user.passwd", user.name)
    return password


def set_role(catalog: Catalog, who: str, name: str, role: Role) -> None:
    """Make another user a cadre or an admin. Raises NotFound, AccountError."""
    user = users.get(catalog, name)
    _check_other(who, user)
    _check_ours(user)
    users.set_role(catalog, user.name, role, keep_an_admin=True)
    audit.note(catalog, who, "user.role", f"{user.name} {role.value}")


def set_disabled(catalog: Catalog, who: str, name: str, disabled: bool) -> None:
    """Keep another user out, or let them in again. Raises NotFound, AccountError."""
    user = users.get(catalog, name)
    _check_other(who, user)
    users.set_disabled(catalog, user.name, disabled, keep_an_admin=True)
    audit.note(catalog, who, "user.disable" if disabled else "user.enable", user.name)


def remove(catalog: Catalog, who: str, name: str) -> None:
    """Remove another user. Raises NotFound, AccountError."""
    user = users.get(catalog, name)
    _check_other(who, user)
    users.remove(catalog, user.name, keep_an_admin=True)
    audit.note(catalog, who, "user.remove", user.name)


def end_sessions(catalog: Catalog, who: str, name: str) -> int:
    """Log a user out everywhere; how many logins that ended. Raises NotFound."""
    user = users.get(catalog, name)
    ended = users.end_sessions(catalog, user.name)
    audit.note(catalog, who, "user.sessions", user.name)
    return ended


def _check_other(who: str, user: users.User) -> None:
    """Nobody loses their own access by a slip of the hand."""
    if user.name == who:
        raise AccountError(
            "不能对自己的账号这样做，没有做任何更改。改密码在“我的账号”；"
            "改角色、停用或删除请另一个管理员来做。",
            "You cannot do this to your own account; nothing was changed. Your password is "
            "changed under “Account”; another admin can change your role, disable or remove you.",
        )


def _check_ours(user: users.User) -> None:
    if user.subject is not None:
        raise AccountError(
            f"用户 {user.name} 用单位账号登录，密码和角色由单位的身份认证决定，没有做任何更改。",
            f"{user.name} logs in through your organisation, which decides about password and "
            "role; nothing was changed.",
        )
