"""The catalog: SQLite, the one truth about documents, versions, passages and terms.

Rows of a version exist before it is visible: ``stage`` writes them, ``publish`` makes the version
the live one of its document in one transaction, ``purge`` deletes versions that are not live.
Whatever a crash leaves behind is therefore invisible, and swept at the next start.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    create_engine,
    delete,
    event,
    func,
    insert,
    literal,
    select,
    tuple_,
)
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.exc import DatabaseError, OperationalError

from kb import corrections, schema
from kb.errors import StoreError
from kb.header_json import header_to_json
from kb.migrations import migrate
from kb.models import DocumentInfo, Note, Page, ParsedDocument, Passage, Term
from kb.rows import info_of, page_of, page_row, passage_of, passage_row, term_of
from kb.sketch import sketch
from kb.text_cache import TextCache


@dataclass(frozen=True, slots=True)
class Waste:
    """What removals and replacements left in the derived stores' files.

    ``passages`` in all, and the number of removed documents whose erasure is ``owed``.
    """

    passages: int
    owed: int


class Catalog:
    """The SQLite file of a data folder. Writers must be serialised by the caller."""

    def __init__(self, file: Path) -> None:
        """Open or make the catalog and bring it to today's schema.

        Raises StoreError when the file is damaged or was written by a newer program.
        """
        self.file = file
        self._texts = TextCache()
        self._engine = create_engine(f"sqlite:///{file}", connect_args={"timeout": 30})

        @event.listens_for(self._engine, "connect")
        def _configure(connection: Any, _record: object) -> None:
            connection.execute("PRAGMA journal_mode = WAL")
            # Each commit must be on the disk before the next store is written: with NORMAL a
            # power cut would take back a publishing after what it replaced had been deleted.
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            # removed text must be gone from the file, not only from the tables
            connection.execute("PRAGMA secure_delete = ON")

        with self._guard(), self._engine.begin() as connection:
            migrate(connection)

    @contextmanager
    def _guard(self) -> Iterator[None]:
        """Turn SQLite's errors into ours, with the remedy."""
        try:
            yield
        except OperationalError as error:
            raise StoreError(
                f"目录数据库写入失败（{error.orig}）。请检查磁盘空间和权限后重试；"
                "未完成的资料没有入库，已有资料不受影响。",
                f"The catalog could not be written ({error.orig}). Check disk space and "
                "permissions, then try again; unfinished documents were not added, the others "
                "are untouched.",
            ) from error
        except DatabaseError as error:
            raise StoreError(
                f"目录数据库 {self.file} 已损坏（{error.orig}）。请用 kb restore 恢复备份；"
                "没有备份时删除数据文件夹并重新导入资料。",
                f"The catalog {self.file} is damaged ({error.orig}). Restore a backup with kb "
                "restore; without one delete the data folder and add the documents again.",
            ) from error

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """One transaction: all of it, or nothing."""
        with self._guard(), self._engine.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    # -- writing -----------------------------------------------------------------------------

    def stage(self, connection: Connection, document: ParsedDocument, parse_hash: str) -> int:
        """Write a version that nobody sees yet; return its id, which is never used again."""
        key = connection.execute(
            insert(schema.versions).values(
                document_id=document.document_id,
                content_hash=document.content_hash,
                parse_hash=parse_hash,
                source_name=document.source_name,
                source_hash=document.content_hash,
                header=header_to_json(document.header),
                text=document.text,
                characters=len(document.text),
                passage_count=len(document.passages),
                added_at=datetime.now(UTC).isoformat(timespec="seconds"),
                found={name: list(span) for name, span in document.found.items()},
                notes=[[n.code, n.zh, n.en] for n in document.notes],
                sketch=sketch(document.text),
            )
        ).inserted_primary_key
        assert key is not None
        version_id = int(key[0])
        rows: dict[Any, list[dict[str, Any]]] = {
            schema.passages: [passage_row(version_id, p) for p in document.passages],
            schema.pages: [page_row(version_id, p) for p in document.pages],
            schema.terms: [
                {"version_id": version_id, "ordinal": i, **asdict(t)}
                for i, t in enumerate(document.terms)
            ],
        }
        for table, values in rows.items():
            if values:
                connection.execute(insert(table), values)
        return version_id

    def publish(self, connection: Connection, document_id: str, version_id: int) -> None:
        """Make a staged version the one that answers."""
        values = {"document_id": document_id, "live_version": version_id}
        connection.execute(
            upsert(schema.documents)
            .values(**values)
            .on_conflict_do_update(index_elements=["document_id"], set_=values)
        )

    def withdraw(self, connection: Connection, document_id: str) -> None:
        """Take a document out of sight; from here on its erasure is owed."""
        documents, versions = schema.documents, schema.versions
        live = select(documents.c.live_version).where(documents.c.document_id == document_id)
        self._owe(connection, versions.c.version_id.in_(live), owed=True)
        lines = schema.flag_lines
        quoted = select(lines.c.flag_id, lines.c.claim).where(
            (lines.c.document_id == document_id) | lines.c.version_id.in_(live)
        )
        connection.execute(delete(lines).where(tuple_(lines.c.flag_id, lines.c.claim).in_(quoted)))
        for table in (documents, schema.corrections):
            connection.execute(delete(table).where(table.c.document_id == document_id))

    def purge(self, connection: Connection, versions: Sequence[int]) -> None:
        """Delete versions and everything that hangs on them."""
        table = schema.versions
        self._texts.forget(versions)
        for version in versions:
            self._owe(connection, table.c.version_id == version, owed=False)
            connection.execute(delete(table).where(table.c.version_id == version))

    @staticmethod
    def _owe(connection: Connection, which: ColumnElement[bool], owed: bool) -> None:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        versions, table = schema.versions, schema.erasures
        rows = select(
            versions.c.version_id, versions.c.passage_count, literal(owed), literal(now)
        ).where(which)
        connection.execute(
            upsert(table).from_select(["version_id", "passages", "owed", "since"], rows)
            .prefix_with("OR IGNORE")
        )  # fmt: skip

    def waste(self) -> Waste:
        """What is gone from the tables but may still stand in files of the derived stores."""
        table = schema.erasures
        query = select(
            func.coalesce(func.sum(table.c.passages), 0),
            func.count().filter(table.c.owed),
        )
        with self.begin() as connection:
            passages, owed = connection.execute(query).one()
        return Waste(int(passages), int(owed))

    def empty_log(self) -> None:
        """Move what the write-ahead log holds into the file: the log remembers deleted rows."""
        self._outside("PRAGMA wal_checkpoint(TRUNCATE)")

    def compact(self) -> None:
        """Rewrite the file without what was deleted, its log included."""
        # secure_delete does not reach copies that moving cells between pages leaves behind
        self._outside("VACUUM")
        self.empty_log()

    def _outside(self, statement: str) -> None:
        """Run a statement that cannot be part of a transaction."""
        with self._guard(), self._engine.connect() as connection:
            plain = connection.execution_options(isolation_level="AUTOCOMMIT")
            plain.exec_driver_sql(statement)

    def damage(self) -> str:
        """What SQLite finds wrong with the file's pages; empty when nothing is."""
        with self._guard(), self._engine.connect() as connection:
            told = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one())
        return "" if told == "ok" else told

    def copy_to(self, target: Path) -> None:
        """Copy the file as it stands at one moment, while others read and write (SQLite's online
        backup). Raises sqlite3.Error; the target may be half made then.
        """
        with closing(self._engine.raw_connection()) as raw, closing(sqlite3.connect(target)) as to:
            source = raw.driver_connection
            assert isinstance(source, sqlite3.Connection)
            source.backup(to)

    def settle(self) -> None:
        """Nothing of what was removed is left in any file: no erasure is owed."""
        with self.begin() as connection:
            connection.execute(delete(schema.erasures))

    # -- reading -----------------------------------------------------------------------------

    def live(self, versions: Collection[int] | None = None) -> list[DocumentInfo]:
        """Every visible document, by id, with what a person corrected in its header; or those of
        the ``versions`` that are visible.
        """
        table, documents = schema.versions, schema.documents
        heavy = ("text", "parse_hash", "source_hash", "found", "notes")
        columns = [c for c in table.c if c.name not in heavy]
        query = select(*columns).join(documents, documents.c.live_version == table.c.version_id)
        if versions is not None:
            query = query.where(table.c.version_id.in_(versions))
        with self.begin() as connection:
            put_right = corrections.read(connection)
            return [
                info_of(row, put_right.get(row.document_id, {}))
                for row in connection.execute(query.order_by(table.c.document_id))
            ]

    def hidden(self) -> dict[int, int]:
        """Versions that are not live (left by a crash or being replaced): id -> passage count."""
        versions, documents = schema.versions, schema.documents
        query = select(versions.c.version_id, versions.c.passage_count).where(
            versions.c.version_id.not_in(select(documents.c.live_version))
        )
        with self.begin() as connection:
            return {row.version_id: row.passage_count for row in connection.execute(query)}

    def parse_hashes(self, document_ids: Collection[str] | None = None) -> dict[str, str]:
        """Document id -> the hash of what its live version was made of; all, or those asked for."""
        versions, documents = schema.versions, schema.documents
        query = select(versions.c.document_id, versions.c.parse_hash).join(
            documents, documents.c.live_version == versions.c.version_id
        )
        if document_ids is not None:
            query = query.where(documents.c.document_id.in_(document_ids))
        with self.begin() as connection:
            return {row.document_id: row.parse_hash for row in connection.execute(query)}

    def source_hashes(self, versions: Collection[int] | None = None) -> set[str]:
        """Hashes of the source files that versions and files set aside need, or those versions."""
        table = schema.versions
        query = select(table.c.source_hash)
        if versions is not None:
            query = query.where(table.c.version_id.in_(versions))
        with self.begin() as connection:
            found = set(connection.execute(query).scalars())
            if versions is None:
                found |= set(connection.execute(select(schema.quarantine.c.content_hash)).scalars())
            return found

    def still_needed(self, source_hashes: Collection[str]) -> set[str]:
        """Those of the source files that a version or a file set aside needs."""
        found: set[str] = set()
        with self.begin() as connection:
            for column in (schema.versions.c.source_hash, schema.quarantine.c.content_hash):
                query = select(column).where(column.in_(source_hashes))
                found |= set(connection.execute(query).scalars())
        return found

    def texts(self, versions: Iterable[int]) -> dict[int, str]:
        """Canonical texts by version id (offsets refer to them); purged versions are left out."""
        wanted = set(versions)
        found = self._texts.take(wanted)
        missing = wanted - found.keys()
        if missing:
            table = schema.versions
            query = select(table.c.version_id, table.c.text).where(table.c.version_id.in_(missing))
            with self.begin() as connection:
                loaded = {row.version_id: row.text for row in connection.execute(query)}
            self._texts.put(loaded)
            found |= loaded
        return found

    def passages(self, version_id: int) -> list[Passage]:
        """All passages of a version in order."""
        table = schema.passages
        query = select(table).where(table.c.version_id == version_id).order_by(table.c.ordinal)
        with self.begin() as connection:
            return [passage_of(row) for row in connection.execute(query)]

    def passages_in(self, version_id: int, start: int, end: int) -> list[Passage]:
        """The passages that stand whole in a span of a version, in order."""
        table = schema.passages
        query = (
            select(table)
            .where(table.c.version_id == version_id, table.c.start >= start, table.c.end <= end)
            .order_by(table.c.ordinal)
        )
        with self.begin() as connection:
            return [passage_of(row) for row in connection.execute(query)]

    def windows(self, keys: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Passage]:
        """Single passages by (version id, ordinal)."""
        wanted: dict[int, list[int]] = {}
        for version, ordinal in keys:
            wanted.setdefault(version, []).append(ordinal)
        table = schema.passages
        found: dict[tuple[int, int], Passage] = {}
        with self.begin() as connection:
            for version, ordinals in wanted.items():
                query = select(table).where(
                    table.c.version_id == version, table.c.ordinal.in_(ordinals)
                )
                for row in connection.execute(query):
                    found[version, row.ordinal] = passage_of(row)
        return found

    def by_article(self, article: str) -> list[tuple[int, int]]:
        """(version id, ordinal) of the passages that begin or continue that article."""
        table = schema.passages
        query = select(table.c.version_id, table.c.ordinal).where(table.c.article == article)
        with self.begin() as connection:
            return [(row.version_id, row.ordinal) for row in connection.execute(query)]

    def pages(self, version_id: int) -> list[Page]:
        """The pages of a version."""
        table = schema.pages
        query = select(table).where(table.c.version_id == version_id).order_by(table.c.number)
        with self.begin() as connection:
            return [page_of(row) for row in connection.execute(query)]

    def doubtful_pages(self, below: float) -> list[tuple[int, int]]:
        """(version id, page number) of pages recognised with less certainty than ``below``."""
        table = schema.pages
        query = select(table.c.version_id, table.c.number).where(table.c.confidence < below)
        with self.begin() as connection:
            return [(row.version_id, row.number) for row in connection.execute(query)]

    def found(self, version_id: int) -> tuple[dict[str, tuple[int, int]], tuple[Note, ...]]:
        """Where each header field that was found stands in a version's text, and its notes."""
        table = schema.versions
        query = select(table.c.found, table.c.notes).where(table.c.version_id == version_id)
        with self.begin() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return {}, ()
        spans = {name: (start, end) for name, (start, end) in (row.found or {}).items()}
        return spans, tuple(Note(*note) for note in row.notes or ())

    def terms(self, versions: Collection[int] | None = None) -> list[tuple[int, Term]]:
        """Glossary terms of live versions, with the version that defines each; all, or of some."""
        table, documents = schema.terms, schema.documents
        query = select(table).join(documents, documents.c.live_version == table.c.version_id)
        if versions is not None:
            query = query.where(table.c.version_id.in_(versions))
        query = query.order_by(table.c.version_id, table.c.ordinal)
        with self.begin() as connection:
            return [(row.version_id, term_of(row)) for row in connection.execute(query)]
