"""A base as one file: what is in it, what is not, and that a base in use can be backed up."""

from __future__ import annotations

import sqlite3
import stat
import threading
import zipfile
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import insert

from evals.hash_encoder import HashEncoder
from ingest.parse import parse_bytes
from kb import backups, manifest, schema
from kb.backup import back_up
from kb.errors import BackupError, NotFound
from kb.knowledge_base import KnowledgeBase
from kb.models import Audience, ParsedDocument, Query
from kb.restore import restore, verify
from kb.settings import Settings

DAY = date(2026, 11, 23)
BOTH = tuple(Audience)


def read(name: str, text: str, audience: Audience = Audience.PUBLIC) -> ParsedDocument:
    document = parse_bytes(text.encode(), f"{name}.txt")
    return replace(document, header=replace(document.header, audience=audience))


def opened(folder: Path) -> KnowledgeBase:
    return KnowledgeBase(Settings(data=folder, reranker="none"), encoder=HashEncoder())


def filled(folder: Path) -> KnowledgeBase:
    """A base with a public and an internal document, a user, and somebody logged in."""
    kb = opened(folder)
    kb.add([read("奖励办法", "第一条 奖励比例为百分之五。\n第二条 奖励到2030年为止。\n")])
    kb.add([read("内部纪要", "一、短板\n产业链条不完整。\n", Audience.INTERNAL)])
    with kb.catalog.begin() as connection:
        connection.execute(
            insert(schema.users).values(
                name="wang", role="admin", password="argon2", must_change=False, disabled=False,
                created_at="2026-11-01",
            )
        )  # fmt: skip
        connection.execute(
            insert(schema.sessions).values(token_hash="t0ken", name="wang", began=1.0, seen=1.0)
        )
    return kb


def seen(kb: KnowledgeBase) -> list[tuple[str, str, float]]:
    """What a search shows to somebody who may see everything, with scores."""
    hits = kb.search(Query(text="奖励比例和短板", on=DAY, audiences=BOTH))
    return [(hit.document.document_id, hit.text, round(hit.score, 5)) for hit in hits]


def test_a_restored_base_finds_the_same_and_nobody_is_logged_in(tmp_path: Path) -> None:
    file = tmp_path / "b.zip"
    with filled(tmp_path / "data") as kb:
        made = back_up(kb, file)
        before, kept = seen(kb), {h: kb.files.read(h) for h in kb.files.hashes()}
    assert (made.documents, made.passages, made.users, made.lost) == (2, 3, 1, 0)
    assert verify(file) == made
    assert restore(file, tmp_path / "new") == made
    with opened(tmp_path / "new") as kb:
        assert seen(kb) == before
        assert {h: kb.files.read(h) for h in kb.files.hashes()} == kept
        with kb.catalog.begin() as connection:
            assert connection.execute(schema.users.select()).one().name == "wang"
            assert connection.execute(schema.sessions.select()).all() == []
    assert b"t0ken" not in zipfile.ZipFile(file).read("catalog.sqlite")


def test_only_its_owner_may_read_it_and_it_holds_no_index_file(tmp_path: Path) -> None:
    file = tmp_path / "b.zip"
    with filled(tmp_path / "data") as kb:
        back_up(kb, file)
        sources = sorted(manifest.source_name(h) for h in kb.files.hashes())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    vectors = ["vectors-internal.bin", "vectors-public.bin"]
    expected = ["catalog.sqlite", *sources, "manifest.json", *vectors]
    assert sorted(zipfile.ZipFile(file).namelist()) == sorted(expected)
    assert list(tmp_path.glob("*.part")) == []
    assert not (tmp_path / "data" / "copying").exists()


def test_answers_and_logins_go_on_while_a_backup_is_made(tmp_path: Path) -> None:
    """A writer commits all the time; the copy is of one moment all the same."""
    with filled(tmp_path / "data") as kb:
        begun, stop = threading.Event(), threading.Event()

        def write() -> None:
            number = 0
            while not stop.is_set():
                number += 1
                with kb.catalog.begin() as connection:
                    for table in ("one", "two"):
                        connection.execute(
                            insert(schema.audit).values(
                                at=f"{number:06}", who="w", what=table, target=""
                            )
                        )
                begun.set()

        writer = threading.Thread(target=write)
        writer.start()
        begun.wait()
        try:
            for n in range(3):
                back_up(kb, tmp_path / f"{n}.zip")
                assert seen(kb)
        finally:
            stop.set()
            writer.join()
    for n in range(3):
        restore(tmp_path / f"{n}.zip", tmp_path / f"new{n}")
        with closing(sqlite3.connect(tmp_path / f"new{n}" / "catalog.sqlite")) as connection:
            rows = connection.execute("SELECT at, count(*) FROM audit GROUP BY at").fetchall()
        assert {count for _, count in rows} == {2}


def test_an_existing_file_is_not_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "b.zip"
    file.write_bytes(b"mine")
    with filled(tmp_path / "data") as kb, pytest.raises(BackupError, match="没有覆盖"):
        back_up(kb, file)
    assert file.read_bytes() == b"mine"


def test_where_it_cannot_be_written_nothing_is_left(tmp_path: Path) -> None:
    with filled(tmp_path / "data") as kb, pytest.raises(BackupError, match="是否存在"):
        back_up(kb, tmp_path / "nowhere" / "b.zip")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data"]


def test_a_damaged_catalog_is_not_backed_up(tmp_path: Path) -> None:
    """Else damaged backups would drive out the good ones."""
    filled(tmp_path / "data").close()
    spoil_page(tmp_path / "data" / "catalog.sqlite", "audit")
    with opened(tmp_path / "data") as kb, pytest.raises(BackupError, match="不要删除早先"):
        back_up(kb, tmp_path / "b.zip")
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def spoil_page(catalog: Path, table: str) -> None:
    """Overwrite the page on which a table begins."""
    with closing(sqlite3.connect(catalog)) as connection:
        query = "SELECT rootpage FROM sqlite_master WHERE name = ?"
        (page,) = connection.execute(query, [table]).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with open(catalog, "r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)


def test_what_was_lost_before_is_told_and_encoded_again(tmp_path: Path) -> None:
    file = tmp_path / "b.zip"
    with filled(tmp_path / "data") as kb:
        before = seen(kb)
        lost = next(kb.files.hashes())
        kb.files.path(lost).write_bytes(b"?")
        kb.vectors.delete(sorted(kb.vectors.keys(Audience.PUBLIC))[:1])
        assert back_up(kb, file).lost == 1
    restore(file, tmp_path / "new")
    with opened(tmp_path / "new") as kb:
        assert seen(kb) == before
        assert not kb.files.is_whole(lost)


def test_removed_text_is_in_no_later_backup(tmp_path: Path) -> None:
    with filled(tmp_path / "data") as kb:
        kb.remove("内部纪要")
        back_up(kb, tmp_path / "b.zip")
    archive = zipfile.ZipFile(tmp_path / "b.zip")
    assert not any("产业链条".encode() in archive.read(name) for name in archive.namelist())


def test_the_backups_of_a_folder(tmp_path: Path) -> None:
    with filled(tmp_path / "data") as kb:
        (first, _), (second, made) = backups.make(kb), backups.make(kb)
        assert first.name != second.name
        assert [one.name for one in backups.held(kb.folder)] == [second.name, first.name]
        assert backups.verify(kb.folder, second.name) == made
        backups.delete(kb.folder, first.name)
        assert backups.held(kb.folder) == [second]
        for name in (first.name, "../catalog.sqlite", "/etc/passwd", "", "kb-1.zip"):
            with pytest.raises(NotFound):
                backups.delete(kb.folder, name)
            with pytest.raises(NotFound):
                backups.verify(kb.folder, name)
    file = tmp_path / "data" / "backups" / second.name
    restore(file, tmp_path / "data", replace=True)
    assert backups.held(tmp_path / "data") == [second], "a restore keeps the backups"
