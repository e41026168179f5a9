"""How a data folder of an earlier program gets today's tables: numbered steps, run once, in order.

A data folder counts in SQLite's ``user_version`` how many have run. To change the schema, change
``kb.schema`` and append a step that makes the same of what is there; never edit a step that has
been released. The SQL is written out, so that a step stays what it was when ``kb.schema`` moves on.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

from kb.errors import StoreError

_M001_INITIAL = (
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

_M002_FOUND_AND_SET_ASIDE = (
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

_M003_USERS = (
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

_M004_CONVERSATIONS = (
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

_M005_WIDE_SPANS = (
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

_M006_SEARCHES = (
    """
    CREATE TABLE searches (
        search_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        name VARCHAR NOT NULL,
        title VARCHAR NOT NULL,
        address VARCHAR NOT NULL,
        seen_version INTEGER NOT NULL,
        FOREIGN KEY(name) REFERENCES users (name) ON DELETE CASCADE
    )
    """,
    "CREATE UNIQUE INDEX searches_by_name ON searches (name, title)",
)
"""Searches that users saved."""
_M007_ASKED = (
    """
    CREATE TABLE asked (
        ref VARCHAR NOT NULL,
        at FLOAT NOT NULL,
        day VARCHAR NOT NULL,
        role VARCHAR NOT NULL,
        way VARCHAR NOT NULL,
        status VARCHAR NOT NULL,
        confidence FLOAT NOT NULL,
        timings JSON NOT NULL,
        documents JSON NOT NULL,
        PRIMARY KEY (ref)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX ix_asked_day ON asked (day)",
    """
    CREATE TABLE asked_days (
        day VARCHAR NOT NULL,
        role VARCHAR NOT NULL,
        way VARCHAR NOT NULL,
        status VARCHAR NOT NULL,
        questions INTEGER NOT NULL,
        timings JSON NOT NULL,
        documents JSON NOT NULL,
        PRIMARY KEY (day, role, way, status)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE unanswered (
        question_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        text_hash VARCHAR NOT NULL,
        text TEXT NOT NULL,
        role VARCHAR NOT NULL,
        on_day VARCHAR,
        way VARCHAR NOT NULL,
        status VARCHAR NOT NULL,
        times INTEGER NOT NULL,
        first FLOAT NOT NULL,
        last FLOAT NOT NULL,
        UNIQUE (text_hash)
    )
    """,
    "CREATE INDEX ix_unanswered_last ON unanswered (last)",
)
"""What was asked, and the text of what was not answered."""

_M008_API_KEYS = (
    """
    CREATE TABLE api_keys (
        name VARCHAR NOT NULL,
        secret_hash VARCHAR NOT NULL,
        role VARCHAR NOT NULL,
        created_by VARCHAR NOT NULL,
        created_at VARCHAR NOT NULL,
        expires VARCHAR,
        last_used VARCHAR,
        PRIMARY KEY (name),
        UNIQUE (secret_hash)
    ) WITHOUT ROWID
    """,
)
"""Keys of programs."""
_M009_CASES = (
    """
    CREATE TABLE cases (
        case_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        state VARCHAR NOT NULL,
        opened FLOAT NOT NULL,
        closed FLOAT,
        closed_by VARCHAR,
        assignee VARCHAR,
        note TEXT NOT NULL,
        documents JSON NOT NULL,
        asked_again FLOAT,
        FOREIGN KEY(assignee) REFERENCES users (name) ON DELETE SET NULL
    )
    """,
    "ALTER TABLE unanswered ADD COLUMN submitted BOOLEAN NOT NULL DEFAULT 0",
    """
    ALTER TABLE unanswered ADD COLUMN case_id INTEGER
        REFERENCES cases (case_id) ON DELETE CASCADE
    """,
    "ALTER TABLE unanswered ADD COLUMN outcome VARCHAR",
    "ALTER TABLE unanswered ADD COLUMN said VARCHAR",
    "ALTER TABLE unanswered ADD COLUMN rejected VARCHAR",
    "CREATE INDEX ix_unanswered_case_id ON unanswered (case_id)",
    """
    CREATE TABLE wants (
        want_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        question_id INTEGER NOT NULL,
        contact VARCHAR NOT NULL,
        at FLOAT NOT NULL,
        FOREIGN KEY(question_id) REFERENCES unanswered (question_id) ON DELETE CASCADE
    )
    """,
    "CREATE INDEX ix_wants_question_id ON wants (question_id)",
    "ALTER TABLE asked ADD COLUMN useful BOOLEAN",
    "ALTER TABLE asked_days ADD COLUMN useful INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE asked_days ADD COLUMN useless INTEGER NOT NULL DEFAULT 0",
    """
    CREATE TABLE flags (
        flag_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        at FLOAT NOT NULL,
        role VARCHAR NOT NULL,
        question TEXT NOT NULL,
        on_day VARCHAR,
        status VARCHAR NOT NULL,
        citation INTEGER,
        document_id VARCHAR,
        remark TEXT NOT NULL,
        done FLOAT,
        done_by VARCHAR,
        note TEXT NOT NULL
    )
    """,
    "CREATE INDEX ix_flags_at ON flags (at)",
    "CREATE INDEX ix_flags_document_id ON flags (document_id)",
    """
    CREATE TABLE flag_lines (
        flag_id INTEGER NOT NULL,
        claim INTEGER NOT NULL,
        citation INTEGER NOT NULL,
        document_id VARCHAR NOT NULL,
        version_id INTEGER NOT NULL,
        title VARCHAR NOT NULL,
        doc_number VARCHAR NOT NULL,
        path JSON NOT NULL,
        start INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        said TEXT NOT NULL,
        quote TEXT NOT NULL,
        PRIMARY KEY (flag_id, claim, citation),
        FOREIGN KEY(flag_id) REFERENCES flags (flag_id) ON DELETE CASCADE
    ) WITHOUT ROWID
    """,
    "CREATE INDEX ix_flag_lines_document_id ON flag_lines (document_id)",
)
"""Unanswered questions as cases, who wants an answer, what readers say of answers."""

_M010_UPLOADS = (
    """
    CREATE TABLE uploads (
        upload_id VARCHAR NOT NULL,
        name VARCHAR NOT NULL,
        content_hash VARCHAR NOT NULL,
        size INTEGER NOT NULL,
        kind VARCHAR,
        audience VARCHAR,
        who VARCHAR NOT NULL,
        added_at VARCHAR NOT NULL,
        stage VARCHAR NOT NULL,
        replaces VARCHAR,
        corrections JSON NOT NULL,
        recipe VARCHAR NOT NULL,
        document TEXT,
        can_accept BOOLEAN NOT NULL,
        accepted BOOLEAN NOT NULL,
        zh TEXT NOT NULL,
        en TEXT NOT NULL,
        PRIMARY KEY (upload_id)
    ) WITHOUT ROWID
    """,
)
"""Uploaded files that wait for a person's decision."""

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    _M001_INITIAL,
    _M002_FOUND_AND_SET_ASIDE,
    _M003_USERS,
    _M004_CONVERSATIONS,
    _M005_WIDE_SPANS,
    _M006_SEARCHES,
    _M007_ASKED,
    _M008_API_KEYS,
    _M009_CASES,
    _M010_UPLOADS,
)


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
    for number, statements in enumerate(MIGRATIONS[done:], done + 1):
        for statement in statements:
            connection.execute(text(statement))
        connection.execute(text(f"PRAGMA user_version = {number}"))
