"""From a session's secret to the visitor it belongs to."""

from __future__ import annotations

import time

from bot import audit, sessions
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


def forget_what_is_over(catalog: Catalog, settings: Settings) -> None:
    """Forget sessions that are over and old failed logins."""
    sessions.sweep(catalog, settings, time.time())
    audit.prune(catalog)
