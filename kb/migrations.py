"""How a data folder of an earlier program gets today's tables: numbered steps, run once, in order.

A data folder counts in SQLite's ``user_version`` how many have run. To change the schema, change
``kb.schema`` and append a step that makes the same of what is there; never edit a step that has
been released. The SQL is written out, so that a step stays what it was when ``kb.schema`` moves on.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

from kb.errors import StoreError
from kb.first_migrations import (
    M001_INITIAL,
    M002_FOUND_AND_SET_ASIDE,
    M003_USERS,
    M004_CONVERSATIONS,
    M005_WIDE_SPANS,
)

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
    M001_INITIAL,
    M002_FOUND_AND_SET_ASIDE,
    M003_USERS,
    M004_CONVERSATIONS,
    M005_WIDE_SPANS,
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
