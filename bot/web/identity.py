"""From the secret of a session or of a key to the visitor it belongs to."""

from __future__ import annotations

import time

from bot import api_keys, audit, feedback, sessions, unanswered
from bot.access import Visitor
from kb.catalog import Catalog
from kb.models import Role
from kb.settings import Settings


def identify(catalog: Catalog, secret: str, settings: Settings) -> Visitor:
    """The visitor with a session's secret; an investor when the session is over or never was."""
    found = sessions.find(catalog, secret, settings, time.time())
    if found is None:
        return Visitor()
    role = Role.INVESTOR if found.must_change else found.role
    return Visitor(role, found.name, secret, found.must_change)


def identify_key(catalog: Catalog, secret: str) -> Visitor | None:
    """The visitor with a key's secret; None when the key is over, revoked or never was."""
    key = api_keys.find(catalog, secret, time.time())
    return None if key is None else Visitor(key.role, f"key:{key.name}", key=key.name)


def forget_what_is_over(catalog: Catalog, settings: Settings) -> None:
    """Forget sessions that are over, old failed logins, and what readers left long ago."""
    sessions.sweep(catalog, settings, time.time())
    audit.prune(catalog)
    unanswered.sweep(catalog, time.time())
    feedback.sweep(catalog, time.time())
