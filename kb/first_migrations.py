"""The first five steps to today's tables; ``kb.migrations`` runs them and has those after.

Never edit one: data folders exist that they have made.
"""

from __future__ import annotations

M001_INITIAL = (
    """
    CREATE TABLE documents (
        document_id VARCHAR NOT NULL,
        live_version INTEGER NOT NULL,
        PRIMARY KEY (document_id),
        UNIQUE (live_version)
    )
    """,
    """
    CREATE TABLE versions (
        version_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        document_id VARCHAR NOT NULL,
        content_hash VARCHAR NOT NULL,
        parse_hash VARCHAR NOT NULL,
        source_name VARCHAR NOT NULL,
        source_hash VARCHAR NOT NULL,
        header JSON NOT NULL,
        text TEXT NOT NULL,
        characters INTEGER NOT NULL,
        passage_count INTEGER NOT NULL,
        added_at VARCHAR NOT NULL
    )
    """,
    "CREATE INDEX ix_versions_document_id ON versions (document_id)",
    """
    CREATE TABLE pages (
        version_id INTEGER NOT NULL,
        number INTEGER NOT NULL,
        label VARCHAR NOT NULL,
        start INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        PRIMARY KEY (version_id, number),
        FOREIGN KEY(version_id) REFERENCES versions (version_id) ON DELETE CASCADE
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE passages (
        version_id INTEGER NOT NULL,
        ordinal INTEGER NOT NULL,
        path JSON NOT NULL,
        start INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        window_end INTEGER NOT NULL,
        page INTEGER,
        lead_start INTEGER,
        lead_end INTEGER,
        kind VARCHAR NOT NULL,
        article VARCHAR,
        PRIMARY KEY (version_id, ordinal),
        FOREIGN KEY(version_id) REFERENCES versions (version_id) ON DELETE CASCADE
    ) WITHOUT ROWID
    """,
    "CREATE INDEX passages_by_article ON passages (article)",
    """
    CREATE TABLE terms (
        version_id INTEGER NOT NULL,
        ordinal INTEGER NOT NULL,
        name VARCHAR NOT NULL,
        definition TEXT NOT NULL,
        aliases JSON NOT NULL,
        english JSON NOT NULL,
        related JSON NOT NULL,
        start INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        PRIMARY KEY (version_id, ordinal),
        FOREIGN KEY(version_id) REFERENCES versions (version_id) ON DELETE CASCADE
    ) WITHOUT ROWID
    """,
)

M002_FOUND_AND_SET_ASIDE = (
    "ALTER TABLE pages ADD COLUMN boxes JSON",
    "ALTER TABLE pages ADD COLUMN confidence FLOAT",
    "ALTER TABLE versions ADD COLUMN found JSON",
    "ALTER TABLE versions ADD COLUMN notes JSON",
    "ALTER TABLE versions ADD COLUMN sketch BLOB",
    """
    CREATE TABLE quarantine (
        quarantine_id VARCHAR NOT NULL,
        content_hash VARCHAR NOT NULL,
        parse_hash VARCHAR NOT NULL,
        source_name VARCHAR NOT NULL,
        kind VARCHAR,
        audience VARCHAR,
        size INTEGER NOT NULL,
        zh TEXT NOT NULL,
        en TEXT NOT NULL,
        can_accept BOOLEAN NOT NULL,
        added_at VARCHAR NOT NULL,
        PRIMARY KEY (quarantine_id),
        UNIQUE (content_hash)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE corrections (
        document_id VARCHAR NOT NULL,
        field VARCHAR NOT NULL,
        value JSON,
        set_at VARCHAR NOT NULL,
        PRIMARY KEY (document_id, field)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX ix_versions_source_hash ON versions (source_hash)",
    "CREATE INDEX passages_by_window ON passages (version_id, window_end, start)",
    """
    CREATE TABLE erasures (
        version_id INTEGER NOT NULL,
        passages INTEGER NOT NULL,
        owed BOOLEAN NOT NULL,
        since VARCHAR NOT NULL,
        PRIMARY KEY (version_id)
    ) WITHOUT ROWID
    """,
)
"""Places of lines, what was found where, remarks, sketches, quarantine, corrections, erasures;
indexes for what every batch and every question asks."""

M003_USERS = (
    """
    CREATE TABLE users (
        name VARCHAR NOT NULL,
        role VARCHAR NOT NULL,
        password VARCHAR,
        subject VARCHAR,
        must_change BOOLEAN NOT NULL,
        disabled BOOLEAN NOT NULL,
        created_at VARCHAR NOT NULL,
        last_login VARCHAR,
        PRIMARY KEY (name),
        UNIQUE (subject)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE sessions (
        token_hash VARCHAR NOT NULL,
        name VARCHAR NOT NULL,
        began FLOAT NOT NULL,
        seen FLOAT NOT NULL,
        PRIMARY KEY (token_hash),
        FOREIGN KEY(name) REFERENCES users (name) ON DELETE CASCADE
    ) WITHOUT ROWID
    """,
    "CREATE INDEX ix_sessions_name ON sessions (name)",
    """
    CREATE TABLE attempts (
        "key" VARCHAR NOT NULL,
        failures INTEGER NOT NULL,
        last FLOAT NOT NULL,
        PRIMARY KEY ("key")
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE audit (
        entry_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        at VARCHAR NOT NULL,
        who VARCHAR NOT NULL,
        what VARCHAR NOT NULL,
        target VARCHAR NOT NULL
    )
    """,
)
"""Users, their sessions, failed logins, and the record of what admins did."""

M004_CONVERSATIONS = (
    """
    CREATE TABLE conversations (
        link_hash VARCHAR NOT NULL,
        drop_hash VARCHAR NOT NULL,
        turns JSON NOT NULL,
        kept_at FLOAT NOT NULL,
        PRIMARY KEY (link_hash)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX ix_conversations_kept_at ON conversations (kept_at)",
)
"""Conversations that readers made a link of."""

M005_WIDE_SPANS = (
    "ALTER TABLE passages ADD COLUMN wide_start INTEGER",
    "ALTER TABLE passages ADD COLUMN wide_end INTEGER",
    """
    UPDATE passages SET wide_end = window_end, wide_start = (
        SELECT min(other.start) FROM passages AS other
        WHERE other.version_id = passages.version_id AND other.window_end = passages.window_end
    )
    """,
    "DROP INDEX passages_by_window",
)
"""What is returned for a window; questions looked for it before."""
