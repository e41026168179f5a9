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
    Column("wide_start", Integer),
    Column("wide_end", Integer),
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

users = Table(
    "users",
    metadata,
    Column("name", String, primary_key=True),
    Column("role", String, nullable=False),
    Column("password", String),
    Column("subject", String, unique=True),
    Column("must_change", Boolean, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("created_at", String, nullable=False),
    Column("last_login", String),
    sqlite_with_rowid=False,
)
"""Who may log in. ``password`` is an argon2id hash, empty for who comes from an identity provider
and is known there as ``subject``."""

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String, primary_key=True),
    Column("name", ForeignKey("users.name", ondelete="CASCADE"), nullable=False, index=True),
    Column("began", Float, nullable=False),
    Column("seen", Float, nullable=False),
    sqlite_with_rowid=False,
)
"""Who is logged in: the hash of each session's secret, and seconds since 1970."""

api_keys = Table(
    "api_keys",
    metadata,
    Column("name", String, primary_key=True),
    Column("secret_hash", String, nullable=False, unique=True),
    Column("role", String, nullable=False),
    Column("created_by", String, nullable=False),
    Column("created_at", String, nullable=False),
    Column("expires", String),
    Column("last_used", String),
    sqlite_with_rowid=False,
)
"""Keys of programs: the hash of each secret, what it may do, and its last day (ISO 8601)."""

attempts = Table(
    "attempts",
    metadata,
    Column("key", String, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last", Float, nullable=False),
    sqlite_with_rowid=False,
)
"""Failed logins of late, by the hash of a name or an address."""

audit = Table(
    "audit",
    metadata,
    Column("entry_id", Integer, primary_key=True, autoincrement=True),
    Column("at", String, nullable=False),
    Column("who", String, nullable=False),
    Column("what", String, nullable=False),
    Column("target", String, nullable=False),
    sqlite_autoincrement=True,
)
"""What admins did, and who logged in."""

conversations = Table(
    "conversations",
    metadata,
    Column("link_hash", String, primary_key=True),
    Column("drop_hash", String, nullable=False),
    Column("turns", JSON, nullable=False),
    Column("kept_at", Float, nullable=False, index=True),
    sqlite_with_rowid=False,
)
"""Conversations a reader made a link of: questions and days, never an answer's text. Hashes of
the secrets that open and delete one, and seconds since 1970."""

searches = Table(
    "searches",
    metadata,
    Column("search_id", Integer, primary_key=True, autoincrement=True),
    Column("name", ForeignKey("users.name", ondelete="CASCADE"), nullable=False),
    Column("title", String, nullable=False),
    Column("address", String, nullable=False),
    Column("seen_version", Integer, nullable=False),
    Index("searches_by_name", "name", "title", unique=True),
    sqlite_autoincrement=True,
)
"""Searches a user saved under a title; ``seen_version`` is the newest version when its user last
looked: what has a higher number is new to them."""

asked = Table(
    "asked",
    metadata,
    Column("ref", String, primary_key=True),
    Column("at", Float, nullable=False),
    Column("day", String, nullable=False, index=True),
    Column("role", String, nullable=False),
    Column("way", String, nullable=False),
    Column("status", String, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("timings", JSON, nullable=False),
    Column("documents", JSON, nullable=False),
    Column("useful", Boolean),
    sqlite_with_rowid=False,
)
"""Each question as numbers (``bot.asked``): seconds since 1970, the server's day, milliseconds per
stage, ids of the documents cited, whether its reader found it useful; no text, no name, no
address."""

asked_days = Table(
    "asked_days",
    metadata,
    Column("day", String, primary_key=True),
    Column("role", String, primary_key=True),
    Column("way", String, primary_key=True),
    Column("status", String, primary_key=True),
    Column("questions", Integer, nullable=False),
    Column("timings", JSON, nullable=False),
    Column("documents", JSON, nullable=False),
    Column("useful", Integer, nullable=False),
    Column("useless", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""Older questions, summed by day: how many, milliseconds per stage, citations per document, how
many readers found the answer useful and how many did not."""

cases = Table(
    "cases",
    metadata,
    Column("case_id", Integer, primary_key=True, autoincrement=True),
    Column("state", String, nullable=False),
    Column("opened", Float, nullable=False),
    Column("closed", Float),
    Column("closed_by", String),
    Column("assignee", ForeignKey("users.name", ondelete="SET NULL")),
    Column("note", Text, nullable=False),
    Column("documents", JSON, nullable=False),
    Column("asked_again", Float),
    sqlite_autoincrement=True,
)
"""Unanswered questions of one meaning: who looks after them, which documents answer them, and
whether that is settled (``bot.cases``). ``closed_by`` is empty when it closed itself."""

unanswered = Table(
    "unanswered",
    metadata,
    Column("question_id", Integer, primary_key=True, autoincrement=True),
    Column("text_hash", String, nullable=False, unique=True),
    Column("text", Text, nullable=False),
    Column("role", String, nullable=False),
    Column("on_day", String),
    Column("way", String, nullable=False),
    Column("status", String, nullable=False),
    Column("times", Integer, nullable=False),
    Column("first", Float, nullable=False),
    Column("last", Float, nullable=False, index=True),
    Column("submitted", Boolean, nullable=False),
    Column("case_id", ForeignKey("cases.case_id", ondelete="CASCADE"), index=True),
    Column("outcome", String),
    Column("said", String),
    Column("rejected", String),
    sqlite_autoincrement=True,
)
"""The text of questions that were not answered, once each: for which role and day, how often,
whether a reader submitted it. How asking it again ended: status, a hash of what was said, and that
of an answer which an admin took for none."""

wants = Table(
    "wants",
    metadata,
    Column("want_id", Integer, primary_key=True, autoincrement=True),
    Column(
        "question_id",
        ForeignKey("unanswered.question_id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("contact", String, nullable=False),
    Column("at", Float, nullable=False),
    sqlite_autoincrement=True,
)
"""Who wants to be told when a question can be answered: what they typed, for a while."""

flags = Table(
    "flags",
    metadata,
    Column("flag_id", Integer, primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False, index=True),
    Column("role", String, nullable=False),
    Column("question", Text, nullable=False),
    Column("on_day", String),
    Column("status", String, nullable=False),
    Column("citation", Integer),
    Column("document_id", String, index=True),
    Column("remark", Text, nullable=False),
    Column("done", Float),
    Column("done_by", String),
    Column("note", Text, nullable=False),
    sqlite_autoincrement=True,
)
"""What readers said is wrong with an answer, or with one citation of it (``bot.feedback``)."""

flag_lines = Table(
    "flag_lines",
    metadata,
    Column("flag_id", ForeignKey("flags.flag_id", ondelete="CASCADE"), primary_key=True),
    Column("claim", Integer, primary_key=True),
    Column("citation", Integer, primary_key=True),
    Column("document_id", String, nullable=False, index=True),
    Column("version_id", Integer, nullable=False),
    Column("title", String, nullable=False),
    Column("doc_number", String, nullable=False),
    Column("path", JSON, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("said", Text, nullable=False),
    Column("quote", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""The sentences of a flagged answer and the clauses they cite, as they stood; they go with their
document."""

uploads = Table(
    "uploads",
    metadata,
    Column("upload_id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("content_hash", String, nullable=False),
    Column("size", Integer, nullable=False),
    Column("kind", String),
    Column("audience", String),
    Column("who", String, nullable=False),
    Column("added_at", String, nullable=False),
    Column("stage", String, nullable=False),
    Column("replaces", String),
    Column("corrections", JSON, nullable=False),
    Column("recipe", String, nullable=False),
    Column("document", Text),
    Column("can_accept", Boolean, nullable=False),
    Column("accepted", Boolean, nullable=False),
    Column("zh", Text, nullable=False),
    Column("en", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""Files that admins uploaded and have not decided about (``kb.uploads``); ``document`` is what was
read of one, as JSON."""
