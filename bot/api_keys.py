"""Keys other programs come with instead of a login: each has a name, a role and perhaps an end.

The secret is random and shown once, when the key is made; the catalog keeps only its hash.
"""

from __future__ import annotations

import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from bot.secret import hashed
from bot.users import folded
from kb import schema
from kb.catalog import Catalog
from kb.errors import AccountError, NotFound, StoreError
from kb.models import Role

PREFIX = "kb_"
"""How every secret begins, so that one that lies somewhere it should not is found by a search."""

_NAME = re.compile(r"[\w][\w.-]{0,39}")
_TOUCH = 60.0
"""Seconds between notes that a key is used: not every request needs a write."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key without its secret. ``expires`` is its last day; times are ISO 8601 in UTC."""

    name: str
    role: Role
    created_by: str
    created_at: str
    expires: date | None
    last_used: str | None

    def over(self, on: date) -> bool:
        """Whether the key's last day has passed."""
        return self.expires is not None and self.expires < on


def add(
    catalog: Catalog, typed: str, role: Role, expires: date | None = None, by: str = ""
) -> tuple[ApiKey, str]:
    """Make a key; return it and its secret, which nobody can show again.

    Raises AccountError when the name cannot be used or is taken, or the last day has passed.
    """
    name = folded(typed)
    if not _NAME.fullmatch(name):
        raise AccountError(
            "密钥名可以用汉字、字母、数字和 . _ -，以汉字、字母或数字开头，最多 40 个字符。",
            "The name of a key is made of letters, digits and . _ -, begins with a letter or digit "
            "and has at most 40 characters.",
        )
    if expires is not None and expires < date.today():
        raise AccountError(
            f"到期日 {expires} 已经过去。请给今天或以后的日期。",
            f"The last day {expires} has passed. Give today or a later day.",
        )
    secret = PREFIX + secrets.token_urlsafe(32)
    with catalog.begin() as connection:
        done = connection.execute(
            insert(schema.api_keys)
            .prefix_with("OR IGNORE")
            .values(
                name=name, secret_hash=hashed(secret), role=role.value, created_by=by,
                created_at=_stamp(datetime.now(UTC)),
                expires=expires.isoformat() if expires else None,
            )
        )  # fmt: skip
    if not done.rowcount:
        raise AccountError(
            f"已经有名为 {name} 的密钥。请换一个名字，或先用 kb keys revoke {name} 撤销它。",
            f"There is a key named {name} already. Choose another name, or revoke it first with "
            f"kb keys revoke {name}.",
        )
    return get(catalog, name), secret


def every(catalog: Catalog) -> list[ApiKey]:
    """All keys by name, those that are over too."""
    table = schema.api_keys
    with catalog.begin() as connection:
        return [_key(row) for row in connection.execute(select(table).order_by(table.c.name))]


def get(catalog: Catalog, typed: str) -> ApiKey:
    """One key by its name. Raises NotFound."""
    table = schema.api_keys
    name = folded(typed)
    with catalog.begin() as connection:
        row = connection.execute(select(table).where(table.c.name == name)).one_or_none()
    if row is None:
        raise NotFound(
            f"没有名为 {typed} 的密钥。用 kb keys list 查看全部密钥。",
            f"There is no key named {typed}. See all keys with kb keys list.",
        )
    return _key(row)


def find(catalog: Catalog, secret: str, now: float) -> ApiKey | None:
    """The key of a secret; None when it is over, revoked or never was. Its use is noted."""
    table = schema.api_keys
    moment = datetime.fromtimestamp(now, UTC)
    query = select(table).where(table.c.secret_hash == hashed(secret))
    with catalog.begin() as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        return None
    key = _key(row)
    if key.over(moment.astimezone().date()):
        return None
    used = datetime.fromisoformat(key.last_used) if key.last_used else None
    if used is None or (moment - used).total_seconds() > _TOUCH:
        with suppress(StoreError), catalog.begin() as connection:  # on a full disk, too
            connection.execute(
                update(table).where(table.c.name == key.name).values(last_used=_stamp(moment))
            )
    return key


def revoke(catalog: Catalog, typed: str) -> ApiKey:
    """Delete a key, which from now on opens nothing. Raises NotFound."""
    key = get(catalog, typed)
    with catalog.begin() as connection:
        connection.execute(delete(schema.api_keys).where(schema.api_keys.c.name == key.name))
    return key


def _key(row: Any) -> ApiKey:
    expires = date.fromisoformat(row.expires) if row.expires else None
    return ApiKey(row.name, Role(row.role), row.created_by, row.created_at, expires, row.last_used)


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
