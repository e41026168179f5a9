"""Who may log in: cadres and admins. Investors need no login.

Names are kept in one form (NFKC, lower case), so that nobody looks like somebody else. A password
that was set by another person must be changed at the first login.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from bot import passwords
from kb import schema
from kb.catalog import Catalog
from kb.errors import AccountError, NotFound
from kb.models import Role
from kb.text import sendable

STAFF = (Role.CADRE, Role.ADMIN)
"""The roles a user can have."""

_NAME = re.compile(r"[\w][\w.@+-]{0,39}")


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may log in. Times are ISO 8601 in UTC."""

    name: str
    role: Role
    must_change: bool
    disabled: bool
    created_at: str
    last_login: str | None
    subject: str | None = None


def folded(typed: str) -> str:
    """What somebody typed as a name, in the form names are kept in."""
    text = sendable(typed[:200])
    return unicodedata.normalize("NFKC", text).strip().casefold()


def plain_name(typed: str) -> str:
    """A name in the form it is kept in. Raises AccountError for what can be no name."""
    name = folded(typed)
    if not _NAME.fullmatch(name):
        raise AccountError(
            "用户名可以用汉字、字母、数字和 . _ - @ +，以汉字、字母或数字开头，最多 40 个字符。",
            "A user name is made of letters, digits and . _ - @ +, begins with a letter or digit "
            "and has at most 40 characters.",
        )
    return name


def add(catalog: Catalog, typed: str, role: Role, password: str) -> User:
    """Add a user, who must change the password at the first login.

    Raises AccountError when the name is taken, or name, role or password cannot be used.
    """
    name = plain_name(typed)
    _check_role(role)
    passwords.accept(password, name)
    kept = passwords.hashed(password)
    return _insert(catalog, name, role, password=kept, must_change=True)


def admit(catalog: Catalog, typed: str, role: Role, subject: str) -> User:
    """The user an identity provider knows as ``subject``, added or brought up to date.

    Raises AccountError when somebody else has the name, or the user is disabled.
    """
    _check_role(role)
    table = schema.users
    with catalog.begin() as connection:
        row = connection.execute(select(table).where(table.c.subject == subject)).one_or_none()
        if row is not None:
            connection.execute(
                update(table).where(table.c.subject == subject).values(role=role.value)
            )
    if row is None:
        return _insert(catalog, plain_name(typed), role, subject=subject, must_change=False)
    if row.disabled:
        raise AccountError(
            f"用户 {row.name} 已停用。请联系管理员。",
            f"The user {row.name} is disabled. Ask an admin.",
        )
    return get(catalog, row.name)


def _insert(catalog: Catalog, name: str, role: Role, **values: Any) -> User:
    table = schema.users
    with catalog.begin() as connection:
        done = connection.execute(
            insert(table)
            .prefix_with("OR IGNORE")
            .values(name=name, role=role.value, disabled=False, created_at=_now(), **values)
        )
        if not done.rowcount:
            raise AccountError(
                f"用户 {name} 已经存在。请换一个名字；重设密码在网页的“管理 › 用户”，"
                f"或用 kb users passwd {name}。",
                f"There is a user {name} already. Choose another name; the password is set anew "
                f"on the page Admin › Users, or with kb users passwd {name}.",
            )
    return get(catalog, name)


def every(catalog: Catalog) -> list[User]:
    """All users by name."""
    table = schema.users
    with catalog.begin() as connection:
        return [_user(row) for row in connection.execute(select(table).order_by(table.c.name))]


def get(catalog: Catalog, typed: str) -> User:
    """One user. Raises NotFound."""
    table = schema.users
    name = folded(typed)
    with catalog.begin() as connection:
        row = connection.execute(select(table).where(table.c.name == name)).one_or_none()
    if row is None:
        raise NotFound(
            f"没有用户 {typed}。全部用户见网页的“管理 › 用户”，或用 kb users list。",
            f"There is no user {typed}. See all users on the page Admin › Users, or with "
            "kb users list.",
        )
    return _user(row)


def password_of(catalog: Catalog, name: str) -> str | None:
    """The hash kept for an enabled user; None when there is none."""
    table = schema.users
    query = select(table.c.password).where(table.c.name == name, ~table.c.disabled)
    with catalog.begin() as connection:
        found = connection.execute(query).scalar_one_or_none()
    return None if found is None else str(found)


def set_password(catalog: Catalog, name: str, password: str, must_change: bool) -> None:
    """Set a password and end all sessions of the user.

    Raises NotFound; AccountError for a password that must not be used.
    """
    user = get(catalog, name)
    passwords.accept(password, user.name)
    _change(catalog, user.name, password=passwords.hashed(password), must_change=must_change)
    end_sessions(catalog, user.name)


def set_role(catalog: Catalog, name: str, role: Role, *, keep_an_admin: bool = False) -> None:
    """Make a user a cadre or an admin; it holds at once, for who is logged in too.

    ``keep_an_admin``: see ``set_disabled``. Raises NotFound, AccountError.
    """
    _check_role(role)
    user = get(catalog, name)
    _change(catalog, user.name, keep_an_admin, role=role.value)


def set_disabled(
    catalog: Catalog, name: str, disabled: bool, *, keep_an_admin: bool = False
) -> None:
    """Keep a user out, or let them in again. Who is kept out is logged out.

    ``keep_an_admin``: refuse what would leave nobody who may administrate. Raises NotFound,
    AccountError.
    """
    user = get(catalog, name)
    _change(catalog, user.name, keep_an_admin, disabled=disabled)
    if disabled:
        end_sessions(catalog, user.name)


def refresh(catalog: Catalog, name: str, password: str) -> None:
    """Hash a password anew that was just proven right, with today's parameters."""
    _change(catalog, name, password=passwords.hashed(password))


def seen(catalog: Catalog, name: str) -> None:
    """Note that a user has just logged in."""
    _change(catalog, name, last_login=_now())


def remove(catalog: Catalog, name: str, *, keep_an_admin: bool = False) -> None:
    """Remove a user and log them out; nothing but the audit record names them any more.

    ``keep_an_admin``: see ``set_disabled``. Raises NotFound, AccountError.
    """
    user = get(catalog, name)
    with catalog.begin() as connection:
        connection.execute(delete(schema.users).where(schema.users.c.name == user.name))
        if keep_an_admin:
            _check_an_admin(connection)
    catalog.empty_log()


def end_sessions(catalog: Catalog, name: str) -> int:
    """Log a user out everywhere; how many logins that ended."""
    table = schema.sessions
    with catalog.begin() as connection:
        return connection.execute(delete(table).where(table.c.name == folded(name))).rowcount


def logins(catalog: Catalog) -> dict[str, int]:
    """How often each user is logged in now; who is not is left out."""
    table = schema.sessions
    query = select(table.c.name, func.count()).group_by(table.c.name)
    with catalog.begin() as connection:
        return {name: int(count) for name, count in connection.execute(query)}


def _change(catalog: Catalog, name: str, keep_an_admin: bool = False, **values: Any) -> None:
    with catalog.begin() as connection:
        connection.execute(update(schema.users).where(schema.users.c.name == name).values(**values))
        if keep_an_admin:
            _check_an_admin(connection)


def _check_an_admin(connection: Connection) -> None:
    """Raise AccountError, which takes the change back, when no admin is left who may log in."""
    table = schema.users
    left = select(func.count()).where(table.c.role == Role.ADMIN.value, ~table.c.disabled)
    if not connection.execute(left).scalar_one():
        raise AccountError(
            "这是最后一个能登录的管理员，没有做任何更改。请先新增或启用另一个管理员。",
            "This is the last admin who can log in; nothing was changed. Add or enable another "
            "admin first.",
        )


def _check_role(role: Role) -> None:
    if role not in STAFF:
        raise AccountError(
            "投资者不用登录，用户的角色只能是 cadre 或 admin。",
            "Investors need no login; a user is a cadre or an admin.",
        )


def _user(row: Any) -> User:
    return User(
        row.name, Role(row.role), row.must_change, row.disabled, row.created_at, row.last_login,
        row.subject,
    )  # fmt: skip


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
