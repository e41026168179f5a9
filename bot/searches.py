"""Searches that a user saved under a title, to be asked again, and what is new since the last look.

A look is remembered as the number of the newest version there was: documents whose version is
newer were added or replaced since. So nothing of a document stays in what is kept here.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select, update

from kb import schema
from kb.catalog import Catalog
from kb.errors import NotFound, QuestionError
from kb.knowledge_base import KnowledgeBase

MOST = 50
"""Searches one user may keep."""
MOST_TITLE = 40
"""Characters of a title."""
MOST_ADDRESS = 4000
"""Characters of an address."""

_table = schema.searches


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved search: its number, what its user calls it, and the address of the search.

    ``seen`` is the newest version there was at the last look.
    """

    search_id: int
    title: str
    address: str
    seen: int


def newest(kb: KnowledgeBase) -> int:
    """The number of the newest version; 0 when there is none."""
    return max(kb.snapshot.live, default=0)


def every(catalog: Catalog, user: str) -> list[Saved]:
    """What a user has saved, by title."""
    query = (
        select(_table.c.search_id, _table.c.title, _table.c.address, _table.c.seen_version)
        .where(_table.c.name == user)
        .order_by(_table.c.title)
    )
    with catalog.begin() as connection:
        return [Saved(*row) for row in connection.execute(query)]


def save(catalog: Catalog, user: str, title: str, address: str, seen: int) -> None:
    """Save a search; one with the same title is replaced.

    Raises QuestionError for a title or an address that cannot be kept, and when there are too many.
    """
    title = " ".join(title.split())
    if not title or len(title) > MOST_TITLE or len(address) > MOST_ADDRESS:
        raise QuestionError(
            f"请给这次检索起个名称，最多 {MOST_TITLE} 个字。条件太多时请先去掉一些。",
            f"Give the search a name of at most {MOST_TITLE} characters. If it has very many "
            "conditions, remove some first.",
        )
    with catalog.begin() as connection:
        mine = _table.c.name == user
        connection.execute(delete(_table).where(mine, _table.c.title == title))
        held = connection.execute(select(func.count()).select_from(_table).where(mine)).scalar_one()
        if held >= MOST:
            raise QuestionError(
                f"最多保存 {MOST} 个检索。请先删除一个不用的。",
                f"At most {MOST} searches are kept. Delete one you no longer need first.",
            )
        connection.execute(
            insert(_table).values(name=user, title=title, address=address, seen_version=seen)
        )


def look(catalog: Catalog, user: str, search_id: int, seen: int) -> Saved:
    """A saved search as it was at the last look; from now on ``seen`` is the last. Raises NotFound.

    What somebody else saved is as missing as what never was.
    """
    this = (_table.c.name == user, _table.c.search_id == search_id)
    columns = (_table.c.search_id, _table.c.title, _table.c.address, _table.c.seen_version)
    with catalog.begin() as connection:
        row = connection.execute(select(*columns).where(*this)).one_or_none()
        if row is None:
            raise NotFound(
                "没有这个保存的检索，可能已经删除。请回到检索页。",
                "There is no such saved search; it may have been deleted. Go back to the search.",
            )
        connection.execute(update(_table).where(*this).values(seen_version=seen))
    return Saved(*row)


def forget(catalog: Catalog, user: str, search_id: int) -> None:
    """Delete a saved search; nothing happens when this user has no such one."""
    with catalog.begin() as connection:
        connection.execute(
            delete(_table).where(_table.c.name == user, _table.c.search_id == search_id)
        )
