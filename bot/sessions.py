"""Who is logged in. The browser holds a random secret, the catalog only its hash.

A session ends when it is not used for a while, when it is old, when its user logs out, is disabled
or removed, or gets another password.
"""

from __future__ import annotations

import hmac
import secrets
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import delete, insert, or_, select, update

from bot.secret import hashed
from kb import schema
from kb.catalog import Catalog
from kb.errors import StoreError
from kb.models import Role
from kb.settings import Settings

_TOUCH = 60.0
"""Seconds between notes that a session is used: not every request needs a write."""

_AHEAD = 300.0
"""A session that begins so many seconds from now was made by a wrong clock, and would live on and
on once that is set back."""


@dataclass(frozen=True, slots=True)
class Session:
    """A living session's user."""

    name: str
    role: Role
    must_change: bool


def start(catalog: Catalog, name: str, now: float) -> str:
    """Log a user in; return the secret, 256 random bits, for the browser to keep."""
    token = secrets.token_urlsafe(32)
    with catalog.begin() as connection:
        connection.execute(
            insert(schema.sessions).values(token_hash=hashed(token), name=name, began=now, seen=now)
        )
    return token


def find(catalog: Catalog, token: str, settings: Settings, now: float) -> Session | None:
    """The session of a secret, None when it is over or never was."""
    sessions, users = schema.sessions, schema.users
    query = (
        select(sessions.c.began, sessions.c.seen, users.c.name, users.c.role, users.c.must_change)
        .join(users, users.c.name == sessions.c.name)
        .where(sessions.c.token_hash == hashed(token), ~users.c.disabled)
    )
    with catalog.begin() as connection:
        row = connection.execute(query).one_or_none()
    if row is None or row.seen < _idle(settings, now) or row.began < _oldest(settings, now):
        return None
    if row.began > now + _AHEAD:
        return None
    if now - row.seen > _TOUCH:
        with suppress(StoreError), catalog.begin() as connection:  # on a full disk, too
            connection.execute(
                update(sessions).where(sessions.c.token_hash == hashed(token)).values(seen=now)
            )
    return Session(row.name, Role(row.role), row.must_change)


def end(catalog: Catalog, token: str) -> None:
    """Log out. Nothing happens when the session is over already."""
    table = schema.sessions
    with catalog.begin() as connection:
        connection.execute(delete(table).where(table.c.token_hash == hashed(token)))


def sweep(catalog: Catalog, settings: Settings, now: float) -> None:
    """Forget sessions that are over."""
    table = schema.sessions
    over = or_(
        table.c.seen < _idle(settings, now),
        table.c.began < _oldest(settings, now),
        table.c.began > now + _AHEAD,
    )
    with catalog.begin() as connection:
        connection.execute(delete(table).where(over))


def form_token(secret: str) -> str:
    """What a form of the holder of a secret carries, so that no other site can send one (CSRF)."""
    return hmac.new(secret.encode(), b"form", sha256).hexdigest()


def _idle(settings: Settings, now: float) -> float:
    return now - settings.session_idle_minutes * 60


def _oldest(settings: Settings, now: float) -> float:
    return now - settings.session_hours * 3600
