"""A data folder of an earlier program gets today's tables."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, create_engine, inspect, text

import kb as _kb  # noqa: F401
from kb import schema
from kb.errors import StoreError
from kb.migrations import MIGRATIONS, migrate


def shape(connection: Connection) -> dict[str, set[tuple[str, str, bool]]]:
    """Every table with its columns: name, type, whether it may be empty."""
    look = inspect(connection)
    return {
        name: {(c["name"], str(c["type"]), c["nullable"]) for c in look.get_columns(name)}
        for name in look.get_table_names()
        if not name.startswith("sqlite_")
    }


@pytest.mark.parametrize("done", range(len(MIGRATIONS)))
def test_every_older_folder_gets_todays_tables(done: int) -> None:
    with create_engine("sqlite://").begin() as today, create_engine("sqlite://").begin() as old:
        schema.metadata.create_all(today)
        for number, statements in enumerate(MIGRATIONS[:done], 1):
            for statement in statements:
                old.execute(text(statement))
            old.execute(text(f"PRAGMA user_version = {number}"))
        migrate(old)
        assert shape(old) == shape(today)
        migrate(old)  # a second time does nothing


def test_a_newer_folder_is_refused() -> None:
    with create_engine("sqlite://").begin() as connection:
        connection.execute(text(f"PRAGMA user_version = {len(MIGRATIONS) + 1}"))
        with pytest.raises(StoreError, match="升级程序"):
            migrate(connection)


def test_windows_of_an_older_folder_are_returned_as_they_were() -> None:
    with create_engine("sqlite://").begin() as connection:
        for number, statements in enumerate(MIGRATIONS[:4], 1):
            for statement in statements:
                connection.execute(text(statement))
            connection.execute(text(f"PRAGMA user_version = {number}"))
        connection.execute(
            text(
                "INSERT INTO versions (version_id, document_id, content_hash, parse_hash,"
                " source_name, source_hash, header, text, characters, passage_count, added_at)"
                " VALUES (1, 'a', '', '', '', '', '{}', '', 0, 3, '')"
            )
        )
        for ordinal, (start, window_end) in enumerate([(0, 20), (10, 30), (20, 30)]):
            connection.execute(
                text(
                    'INSERT INTO passages (version_id, ordinal, path, start, "end", window_end,'
                    f" kind) VALUES (1, {ordinal}, '[]', {start}, {start + 9}, {window_end}, 'row')"
                )
            )
        migrate(connection)
        spans = connection.execute(text("SELECT wide_start, wide_end FROM passages")).all()
        assert spans == [(0, 20), (10, 30), (10, 30)]
