"""What a person put right in a document's header. It wins over what any version says of itself.

A correction belongs to the document, not to a version: it outlives re-reading and replacing and
goes when the document is removed. Values are kept in the form of ``kb.header_json``; None says
that the field is empty.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert as upsert

from kb.header_json import header_from_json, header_to_json
from kb.models import Header
from kb.schema import corrections as table

Values = Mapping[str, Any]
"""Field of ``Header`` -> JSON value, None for empty."""

LASTING = frozenset({"kind", "audience", "issuers", "regions", "chains", "topics"})
"""What holds of every edition of a document; the other facts are those of one edition."""


def corrected(header: Header, values: Values) -> Header:
    """A header with the corrections in place of its own values."""
    if not values:
        return header
    merged = header_to_json(header) | dict(values)
    return header_from_json({field: value for field, value in merged.items() if value is not None})


def read(
    connection: Connection, document_ids: Collection[str] | None = None
) -> dict[str, dict[str, Any]]:
    """Document id -> its corrections; of all, or of those asked for."""
    query = select(table.c.document_id, table.c.field, table.c.value)
    if document_ids is not None:
        query = query.where(table.c.document_id.in_(document_ids))
    found: dict[str, dict[str, Any]] = {}
    for row in connection.execute(query):
        found.setdefault(row.document_id, {})[row.field] = row.value
    return found


def write(connection: Connection, document_id: str, values: Values) -> None:
    """Set corrections, those of other fields stay."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    for field, value in values.items():
        row = {"document_id": document_id, "field": field, "value": value, "set_at": now}
        connection.execute(
            upsert(table)
            .values(**row)
            .on_conflict_do_update(
                index_elements=["document_id", "field"], set_={"value": value, "set_at": now}
            )
        )


def drop(connection: Connection, document_id: str, fields: Iterable[str] | None = None) -> None:
    """Take corrections back; all of the document's when no fields are named."""
    query = delete(table).where(table.c.document_id == document_id)
    if fields is not None:
        query = query.where(table.c.field.in_(list(fields)))
    connection.execute(query)


def carry(connection: Connection, document_id: str, kept_as: str) -> None:
    """When an earlier edition is kept under an id of its own: its corrections go with it, and
    what holds of every edition stays with the newer one too.
    """
    held = read(connection, [document_id]).get(document_id, {})
    drop(connection, kept_as)
    write(connection, kept_as, held)
    drop(connection, document_id, held.keys() - LASTING)
