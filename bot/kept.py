"""Conversations that a reader made a link of.

Only questions and days are kept, and a hash of what was answered. Opening a link asks again, as an
investor and by the rules of those days: so a link never holds text of a document that was removed
or made internal since, and the hash tells whether the answer is still the same. Whoever has the
link can open it; it cannot be guessed (128 random bits), ends after a while, and can be deleted
with a second secret that only its maker has.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import delete, func, insert, select

from bot.secret import hashed
from kb import schema
from kb.catalog import Catalog
from kb.models import Answer

MOST = 5_000
"""Conversations kept; the oldest go first."""
SECONDS = 90 * 24 * 3600
"""How long a link works."""
TURNS = 20
"""Questions of one link, the newest of the conversation."""


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """A question, the day (ISO) by whose rules it was answered, and a hash of the answer.

    ``alone`` says that it was searched as it was asked, whatever came before.
    """

    question: str
    on: str
    said: str
    alone: bool = False

    @property
    def day(self) -> date:
        """The day as a date."""
        return date.fromisoformat(self.on)


@dataclass(frozen=True, slots=True)
class Link:
    """The secret that opens a conversation, and the one that deletes it."""

    token: str
    drop: str


def fingerprint(answer: Answer) -> str:
    """A hash of what an answer says and where from: the same text gives the same hash.

    Empty for one that a language model worded: it would be worded otherwise the next time.
    """
    if answer.generated:
        return ""
    said = [answer.status.value, *(claim.text for claim in answer.claims)]
    said += [f"{c.document_id}:{c.quote}" for c in answer.citations]
    return hashed("\x00".join(said))


def keep(catalog: Catalog, turns: Sequence[KeptTurn], now: float) -> Link:
    """Keep the newest questions of a conversation; ``now`` in seconds since 1970."""
    link = Link(secrets.token_urlsafe(16), secrets.token_urlsafe(16))
    table = schema.conversations
    with catalog.begin() as connection:
        connection.execute(delete(table).where(table.c.kept_at < now - SECONDS))
        held = connection.execute(select(func.count()).select_from(table)).scalar_one()
        if held >= MOST:
            oldest = (
                select(table.c.link_hash).order_by(table.c.kept_at).limit(held - MOST + 1)
            ).scalar_subquery()
            connection.execute(delete(table).where(table.c.link_hash.in_(oldest)))
        connection.execute(
            insert(table).values(
                link_hash=hashed(link.token),
                drop_hash=hashed(link.drop),
                turns=[asdict(turn) for turn in turns[-TURNS:]],
                kept_at=now,
            )
        )
    return link


def find(catalog: Catalog, token: str, now: float) -> list[KeptTurn]:
    """What a link holds; empty when there is none, or it is over."""
    table = schema.conversations
    query = select(table.c.turns).where(
        table.c.link_hash == hashed(token), table.c.kept_at >= now - SECONDS
    )
    with catalog.begin() as connection:
        turns = connection.execute(query).scalar_one_or_none()
    return [KeptTurn(**turn) for turn in turns or ()]


def drop(catalog: Catalog, link: Link) -> bool:
    """Delete a conversation; whether there was one that this secret deletes."""
    table = schema.conversations
    query = delete(table).where(
        table.c.link_hash == hashed(link.token), table.c.drop_hash == hashed(link.drop)
    )
    with catalog.begin() as connection:
        return bool(connection.execute(query).rowcount)
