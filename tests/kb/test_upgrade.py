"""A data folder that an earlier program wrote, with its files, opens with today's and answers.

``upgrade/schema-002.tar.xz`` was written by the program as it was before users came (schema 2):
a public policy read from text, with a header field that a person corrected, and an internal note.
"""

from __future__ import annotations

import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from ingest.outcome import Result
from ingest.pipeline import ingest
from kb.backup import back_up
from kb.doctor import examine_open
from kb.encoder import Encoder
from kb.knowledge_base import KnowledgeBase
from kb.migrations import MIGRATIONS
from kb.models import Audience, Query
from kb.restore import restore
from kb.settings import Settings

OLD = Path(__file__).parent / "upgrade" / "schema-002.tar.xz"
BOTH = tuple(Audience)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    with tarfile.open(OLD) as archive:
        archive.extractall(tmp_path, filter="data")
    assert version(tmp_path / "data") == 2
    return tmp_path / "data"


def version(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "catalog.sqlite")) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


@pytest.fixture
def base(old: Path, encoder: Encoder) -> Iterator[KnowledgeBase]:
    with KnowledgeBase(Settings(data=old, reranker="none"), encoder=encoder) as kb:
        yield kb


def test_it_gets_todays_schema_and_everything_is_there(base: KnowledgeBase) -> None:
    assert version(base.folder) == len(MIGRATIONS)
    assert sorted(base.snapshot.by_id) == ["奖励办法", "自评"]
    policy = base.document("奖励办法", BOTH)
    assert policy.header.regions == ("延安",), "what a person corrected"
    assert policy.header.doc_number == "延政发〔2022〕3号"
    assert policy.header.expires == date(2030, 12, 31)
    assert [i.document_id for i in base.documents([Audience.PUBLIC])] == ["奖励办法"]
    assert [f.code for f in examine_open(base)] == ["stores_agree"]


def test_it_finds_quotes_and_takes_documents_in(base: KnowledgeBase, tmp_path: Path) -> None:
    (hit, *_) = base.search(Query(text="设备投资奖励的比例", on=date(2026, 11, 23)))
    assert "百分之五" in hit.text
    assert base.text(hit.document)[hit.start : hit.end] == hit.text
    kept = base.files.read(hit.document.content_hash)
    file = tmp_path / "奖励办法.txt"
    file.write_bytes(kept)
    (outcome,) = ingest(base, [file])
    assert outcome.result in (Result.UNCHANGED, Result.REPLACED)
    again = base.document("奖励办法", BOTH)
    assert again.header.regions == ("延安",)


def test_it_can_be_backed_up_and_restored(base: KnowledgeBase, tmp_path: Path) -> None:
    back_up(base, tmp_path / "b.zip")
    assert restore(tmp_path / "b.zip", tmp_path / "new").documents == 2
