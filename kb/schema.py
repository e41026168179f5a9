"""The catalog's tables and its migrations: numbered functions, run once each, in order.

A data folder records how many have run in SQLite's ``user_version``. To change the schema, add a
function to ``MIGRATIONS``; never edit one that has been released.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    text,
)

from kb.errors import StoreError

metadata = MetaData()

documents = Table(
    "documents",
    metadata,
    Column("document_id", String, primary_key=True),
    Column("live_version", Integer, nullable=False, unique=True),
)

versions = Table(
    "versions",
    metadata,
    Column("version_id", Integer, primary_key=True, autoincrement=True),
    Column("document_id", String, nullable=False, index=True),
    Column("content_hash", String, nullable=False),
    Column("parse_hash", String, nullable=False),
    Column("source_name", String, nullable=False),
    Column("source_hash", String, nullable=False),
    Column("header", JSON, nullable=False),
    Column("text", Text, nullable=False),
    Column("characters", Integer, nullable=False),
    Column("passage_count", Integer, nullable=False),
    Column("added_at", String, nullable=False),
    sqlite_autoincrement=True,
)

_version_key = "versions.version_id"

passages = Table(
    "passages",
    metadata,
    Column("version_id", ForeignKey(_version_key, ondelete="CASCADE"), primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("path", JSON, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("window_end", Integer, nullable=False),
    Column("page", Integer),
    Column("lead_start", Integer),
    Column("lead_end", Integer),
    Column("kind", String, nullable=False),
    Column("article", String),
    Index("passages_by_article", "article"),
    sqlite_with_rowid=False,
)

pages = Table(
    "pages",
    metadata,
    Column("version_id", ForeignKey(_version_key, ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("label", String, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    sqlite_with_rowid=False,
)

terms = Table(
    "terms",
    metadata,
    Column("version_id", ForeignKey(_version_key, ondelete="CASCADE"), primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("definition", Text, nullable=False),
    Column("aliases", JSON, nullable=False),
    Column("english", JSON, nullable=False),
    Column("related", JSON, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    sqlite_with_rowid=False,
)


def m001_initial(connection: Connection) -> None:
    """Documents, versions, passages, pages and terms."""
    metadata.create_all(connection)


MIGRATIONS: tuple[Callable[[Connection], None], ...] = (m001_initial,)


def migrate(connection: Connection) -> None:
    """Bring the catalog to today's schema. Raises StoreError for one written by a newer program."""
    done = connection.execute(text("PRAGMA user_version")).scalar_one()
    if done > len(MIGRATIONS):
        raise StoreError(
            f"数据文件夹由更新版本的程序写成（结构版本 {done}，本程序 {len(MIGRATIONS)}）。"
            "请升级程序后再打开。",
            f"The data folder was written by a newer program (schema {done}, this program "
            f"{len(MIGRATIONS)}). Upgrade the program, then open it again.",
        )
    for number, step in enumerate(MIGRATIONS[done:], done + 1):
        step(connection)
        connection.execute(text(f"PRAGMA user_version = {number}"))
