"""Files set aside: what could not be read, or what the gate objects to, with reason and remedy.

The bytes are kept like those of any source, so that an admin can look at them, accept them, or
have them read again by a later version of the program. Admins only: the reason names the file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Row, delete, select
from sqlalchemy.dialects.sqlite import insert as upsert

from kb import schema
from kb.errors import NotFound
from kb.models import Audience, Kind
from kb.stores import guarded

if TYPE_CHECKING:
    from kb.knowledge_base import KnowledgeBase

_ID_DIGITS = 8


@dataclass(frozen=True, slots=True)
class SetAside:
    """A file set aside. ``parse_hash``: its bytes and how they were read, as of a version;
    ``size`` in bytes; ``can_accept``: it was read, and only the gate objects.
    """

    quarantine_id: str
    content_hash: str
    parse_hash: str
    source_name: str
    kind: Kind | None
    audience: Audience | None
    size: int
    zh: str
    en: str
    can_accept: bool
    added_at: str = ""


def entries(connection: Connection) -> list[SetAside]:
    """All files set aside, by name."""
    table = schema.quarantine
    query = select(table).order_by(table.c.source_name, table.c.quarantine_id)
    return [_entry(row) for row in connection.execute(query)]


def find(connection: Connection, quarantine_id: str) -> SetAside:
    """One file set aside. Raises NotFound."""
    table = schema.quarantine
    query = select(table).where(table.c.quarantine_id == quarantine_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound(
            f"没有编号为 {quarantine_id} 的待处理文件。用 kb list --quarantined --as admin 查看。",
            f"No file {quarantine_id} was set aside. See kb list --quarantined --as admin.",
        )
    return _entry(row)


def new_id(connection: Connection, content_hash: str) -> str:
    """The id of a file by its hash: the one it has, or the shortest that no other file has."""
    table = schema.quarantine
    query = select(table.c.quarantine_id, table.c.content_hash)
    held = {row.quarantine_id: row.content_hash for row in connection.execute(query)}
    digits = _ID_DIGITS
    while held.get(made := f"Q-{content_hash[:digits]}", content_hash) != content_hash:
        digits += 1
    return made


def put(connection: Connection, entry: SetAside) -> None:
    """Enter a file, or what is known of it now."""
    values = asdict(entry) | {"added_at": datetime.now(UTC).isoformat(timespec="seconds")}
    connection.execute(
        upsert(schema.quarantine)
        .values(**values)
        .on_conflict_do_update(index_elements=["content_hash"], set_=values)
    )


def drop(connection: Connection, quarantine_ids: Iterable[str]) -> None:
    """Delete entries; their bytes go with the next sweep."""
    table = schema.quarantine
    for quarantine_id in quarantine_ids:
        connection.execute(delete(table).where(table.c.quarantine_id == quarantine_id))


def set_aside(base: KnowledgeBase, entry: SetAside, data: bytes) -> None:
    """Keep a file's bytes and enter it. Raises StoreError."""
    with base.writing:
        guarded(lambda: base.files.keep(data))
        with base.catalog.begin() as connection:
            put(connection, entry)


def remove(base: KnowledgeBase, quarantine_id: str) -> None:
    """Delete a file set aside, its bytes too unless a document has the same. Raises NotFound."""
    with base.writing:
        with base.catalog.begin() as connection:
            find(connection, quarantine_id)
            drop(connection, [quarantine_id])
        base.sweep()
        base.catalog.empty_log()


def _entry(row: Row[tuple[object, ...]]) -> SetAside:
    values = dict(row._mapping)
    kind, audience = values["kind"], values["audience"]
    values["kind"] = Kind(kind) if kind else None
    values["audience"] = Audience(audience) if audience else None
    return SetAside(**values)
