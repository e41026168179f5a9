"""Failed logins slow down further ones, for the same name and for the same address.

An attempt is counted before the password is looked at, so that many at once are no way around.
What was typed as a name is kept as a hash only: it may have been a password.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.rate_limit import network_of
from bot.secret import hashed
from kb import schema
from kb.catalog import Catalog

FORGET = 3600.0
"""Seconds after which a failure no longer counts."""
FREE_NAME, LONGEST_NAME = 5, 300.0
"""Failures of a name that cost nothing, and the longest wait in seconds. It stays short, since
anybody who knows a name can fail with it."""
FREE_ADDRESS, LONGEST_ADDRESS = 20, 900.0
"""The same of an address, which an office may share."""


def keys(name: str, address: str) -> tuple[str, str]:
    """What an attempt is counted under: the name, and the address (IPv6: its /64 network)."""
    return _key("name", name), _key("address", network_of(address))


def wait(kind: int, failures: int) -> float:
    """Seconds to wait after so many failures; ``kind`` is 0 for a name, 1 for an address."""
    free, longest = ((FREE_NAME, LONGEST_NAME), (FREE_ADDRESS, LONGEST_ADDRESS))[kind]
    return 0.0 if failures < free else min(2.0 ** min(failures - free, 30), longest)


def begin(catalog: Catalog, counted: Sequence[str], now: float) -> float:
    """Count an attempt, or return the seconds it has to wait (it is then not counted)."""
    table = schema.attempts
    with catalog.begin() as connection:
        # a write comes first: two attempts at once are then counted one after the other
        # nor do those of a time to come: the clock was wrong and has been set back
        old = or_(table.c.last < now - FORGET, table.c.last > now + FORGET)
        connection.execute(delete(table).where(old))
        rows = {row.key: row for row in connection.execute(
            select(table).where(table.c.key.in_(counted))
        )}  # fmt: skip
        left = max(
            (
                min(rows[key].last, now) + wait(kind, rows[key].failures) - now
                for kind, key in enumerate(counted)
                if key in rows
            ),
            default=0.0,
        )
        if left > 0:
            return left
        for key in counted:
            connection.execute(
                upsert(table)
                .values(key=key, failures=1, last=now)
                .on_conflict_do_update(
                    index_elements=["key"], set_={"failures": table.c.failures + 1, "last": now}
                )
            )
    return 0.0


def forgive(catalog: Catalog, counted: Sequence[str]) -> None:
    """The attempt succeeded: the name is clean, and the address has one failure less."""
    name, address = counted
    table = schema.attempts
    with catalog.begin() as connection:
        connection.execute(delete(table).where(table.c.key == name))
        connection.execute(
            update(table)
            .where(table.c.key == address, table.c.failures > 0)
            .values(failures=table.c.failures - 1)
        )


def clear(catalog: Catalog, name: str) -> None:
    """Forget the failures of a name (its password was set anew)."""
    with catalog.begin() as connection:
        connection.execute(
            delete(schema.attempts).where(schema.attempts.c.key == _key("name", name))
        )


def _key(kind: str, value: str) -> str:
    return hashed(f"{kind}:{value}")
