"""The catalog's tables as they are today. How older data folders get there: ``kb.migrations``."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

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
    Column("source_hash", String, nullable=False, index=True),
    Column("header", JSON, nullable=False),
    Column("text", Text, nullable=False),
    Column("characters", Integer, nullable=False),
    Column("passage_count", Integer, nullable=False),
    Column("added_at", String, nullable=False),
    Column("found", JSON),
    Column("notes", JSON),
    Column("sketch", LargeBinary),
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
    Index("passages_by_window", "version_id", "window_end", "start"),
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
    Column("boxes", JSON),
    Column("confidence", Float),
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

quarantine = Table(
    "quarantine",
    metadata,
    Column("quarantine_id", String, primary_key=True),
    Column("content_hash", String, nullable=False, unique=True),
    Column("parse_hash", String, nullable=False),
    Column("source_name", String, nullable=False),
    Column("kind", String),
    Column("audience", String),
    Column("size", Integer, nullable=False),
    Column("zh", Text, nullable=False),
    Column("en", Text, nullable=False),
    Column("can_accept", Boolean, nullable=False),
    Column("added_at", String, nullable=False),
    sqlite_with_rowid=False,
)
"""Files set aside with the reason; ``can_accept`` when only the gate objects."""

corrections = Table(
    "corrections",
    metadata,
    Column("document_id", String, primary_key=True),
    Column("field", String, primary_key=True),
    Column("value", JSON),
    Column("set_at", String, nullable=False),
    sqlite_with_rowid=False,
)
"""Header fields an admin put right; they win over what any later version says of itself."""

erasures = Table(
    "erasures",
    metadata,
    Column("version_id", Integer, primary_key=True, autoincrement=False),
    Column("passages", Integer, nullable=False),
    Column("owed", Boolean, nullable=False),
    Column("since", String, nullable=False),
    sqlite_with_rowid=False,
)
"""Versions that are gone but may still stand in files of the derived stores (``kb.erasure``);
``owed`` when their document was removed, and not only replaced."""
