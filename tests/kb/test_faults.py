"""Disks that are full, read-only, slow or lost a file: what the user is told, and that it passes.

Sudden ends are in ``tests/evals/test_soak.py``, damaged files in ``tests/evals/test_faults.py``,
processes that read files and die in ``tests/ingest/test_reading.py`` and ``test_ocr.py``.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.backup import back_up
from kb.doctor import examine_open, repair
from kb.errors import StoreError
from kb.restore import restore
from kb.settings import Settings
from tests.kb.test_backup import filled, opened, read, seen, spoil_page

ROOT = Path(__file__).parents[2]
CHANGE = """
import resource, sys
from pathlib import Path
from kb.backup import back_up
from kb.errors import KbError
from kb.restore import restore
from tests.kb.test_backup import opened, read, seen
data, most = Path(sys.argv[1]), int(sys.argv[2])
backup = data.parent / "before.zip"
def tell(what, action):
    try:
        action()
        print(what, "done")
    except KbError as error:
        print(what, error.zh)
with opened(data) as kb:
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    tell("add", lambda: kb.add([read("新办法", "第一条 新的规定。" * 3000)]))
    tell("backup", lambda: back_up(kb, data.parent / "b.zip"))
    print("search", len(seen(kb)))
tell("restore", lambda: restore(backup, data, replace=True))
"""
OPEN = """
import os, sys
from pathlib import Path
from kb.errors import KbError
from tests.kb.test_backup import opened
if os.getuid() == 0:  # who may write everywhere; what is imported above stays readable
    os.setgid(65534)
    os.setuid(65534)
try:
    opened(Path(sys.argv[1])).close()
except KbError as error:
    print(error.zh)
"""


def run(code: str, *arguments: str) -> str:
    environment = dict(os.environ) | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True, text=True, timeout=100, env=environment, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def data(tmp_path: Path) -> Path:
    with filled(tmp_path / "data") as kb:
        back_up(kb, tmp_path / "before.zip")
    return tmp_path / "data"


def test_a_full_disk_is_told_and_loses_nothing(data: Path) -> None:
    with opened(data) as kb:
        before = seen(kb)
    told = dict(line.split(" ", 1) for line in run(CHANGE, str(data), "2000").splitlines())
    assert "磁盘空间" in told["add"]
    assert "备份没有做成" in told["backup"]
    assert int(told["search"]) > 0, "answers go on"
    assert "磁盘空间" in told["restore"]
    assert sorted(p.name for p in data.parent.iterdir()) == ["before.zip", "data"]
    with opened(data) as kb:
        assert seen(kb) == before
        kb.add([read("新办法", "第一条 新的规定。")])
        assert len(kb.snapshot.by_id) == 3


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that every user may read (pytest's own may not)."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)


def test_a_folder_that_may_only_be_read_is_told(shared: Path) -> None:
    filled(shared / "data").close()
    for path in (shared / "data").rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    (shared / "data").chmod(0o555)
    try:
        assert "不能写入" in run(OPEN, str(shared / "data"))
    finally:
        for path in [shared / "data", *(shared / "data").rglob("*")]:
            path.chmod(0o755)
    with opened(shared / "data") as kb:
        assert seen(kb)


def test_a_lost_catalog_is_not_begun_anew(data: Path) -> None:
    with opened(data) as kb:
        before, sources = seen(kb), set(kb.files.hashes())
    for name in ("catalog.sqlite", "catalog.sqlite-wal", "catalog.sqlite-shm"):
        (data / name).unlink(missing_ok=True)
    for _ in range(2):
        with pytest.raises(StoreError, match="kb restore"):
            opened(data)
        with pytest.raises(StoreError, match="kb restore"):
            repair(Settings(data=data, reranker="none"))
    assert {p.name for p in (data / "files").glob("??/*")} == sources
    restore(data.parent / "before.zip", data, replace=True)
    with opened(data) as kb:
        assert seen(kb) == before


def test_a_damaged_catalog_is_found_by_the_doctor_and_restored(data: Path) -> None:
    with opened(data) as kb:
        before = seen(kb)
    spoil_page(data / "catalog.sqlite", "audit")
    with opened(data) as kb:
        found = examine_open(kb)[0]
    assert (found.severity, found.code) == ("error", "catalog_damaged")
    assert "kb restore" in found.command
    restore(data.parent / "before.zip", data, replace=True)
    with opened(data) as kb:
        assert seen(kb) == before
        assert not kb.catalog.damage()


def test_a_collection_of_chroma_that_is_gone_comes_back(data: Path) -> None:
    with opened(data) as kb:
        before = seen(kb)
        kb.vectors._opened.client.delete_collection("passages-public")
    with opened(data) as kb:
        assert seen(kb) == before


def test_answers_do_not_wait_for_a_slow_disk(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, slow = os.fsync, threading.Event()

    def fsync(descriptor: int) -> None:
        slow.set()
        time.sleep(0.2)
        real(descriptor)

    with opened(data) as kb:
        before = seen(kb)
        monkeypatch.setattr(os, "fsync", fsync)
        adding = threading.Thread(target=lambda: kb.add([read("慢", "第一条 别的事务。")]))
        began = time.monotonic()
        adding.start()
        assert slow.wait(20)
        asked, answered = time.monotonic(), seen(kb)
        took = time.monotonic() - asked
        adding.join(60)
        assert answered == before
        assert took < time.monotonic() - began
        assert len(kb.snapshot.by_id) == 3
