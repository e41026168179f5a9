"""A backup put back: all of it or nothing, and never what somebody smuggled into an archive."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import struct
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from kb import exchange
from kb.backup import back_up
from kb.errors import BackupError, BusyError
from kb.restore import restore, verify
from tests.kb.test_backup import filled, opened, read, seen

Parts = dict[str, bytes]


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of a small base."""
    folder = tmp_path_factory.mktemp("good")
    with filled(folder / "data") as kb:
        back_up(kb, folder / "b.zip")
    return folder / "b.zip"


@pytest.fixture
def parts(good: Path) -> Parts:
    """Its members by name."""
    with zipfile.ZipFile(good) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Parts, file: Path, method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file


def told(parts: Parts, **changes: Any) -> Parts:
    """The parts with a manifest that says of each what is true, and ``changes``."""
    manifest = json.loads(parts["manifest.json"]) | changes
    manifest["files"] = changes.get("files") or {
        name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in parts.items()
        if name != "manifest.json"
    }
    return parts | {"manifest.json": json.dumps(manifest).encode()}


def catalog_with(parts: Parts, *statements: str) -> Parts:
    """The parts with a catalog in which SQL was run, and a manifest that agrees."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(parts["catalog.sqlite"])
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        return told(parts | {"catalog.sqlite": connection.serialize()})


def vectors_with(parts: Parts, key: int, number: float) -> Parts:
    row = struct.pack("<q64f", key, *[number] * 64)
    return told(parts | {"vectors-public.bin": row})


def flipped(parts: Parts) -> Parts:
    name = next(name for name in parts if name.startswith("files/"))
    return parts | {name: parts[name][:-1] + b"?"}


def renamed(parts: Parts, new: str) -> Parts:
    old = next(name for name in parts if name.startswith("files/"))
    return told({new if name == old else name: content for name, content in parts.items()})


HOSTILE: dict[str, Callable[[Parts], Parts]] = {
    "a byte changed": flipped,
    "a name leads out": lambda p: renamed(p, "../../evil"),
    "an absolute name": lambda p: renamed(p, "/etc/cron.d/evil"),
    "a name of another store": lambda p: renamed(p, "vectors/1/index_metadata.pickle"),
    "a source under another hash": lambda p: renamed(p, f"files/aa/{'a' * 64}"),
    "a file more": lambda p: p | {"extra": b"x"},
    "a file less": lambda p: {n: c for n, c in p.items() if n != "vectors-public.bin"},
    "no catalog": lambda p: told({n: c for n, c in p.items() if n != "catalog.sqlite"}),
    "no manifest": lambda p: {n: c for n, c in p.items() if n != "manifest.json"},
    "a foreign manifest": lambda p: p | {"manifest.json": b'{"name": "app"}'},
    "nested beyond measure": lambda p: p | {"manifest.json": b"[" * 100_000},
    "of a later program": lambda p: told(p, version=2),
    "a negative length": lambda p: told(p, files={"catalog.sqlite": {"bytes": -1}}),
    "no catalog but text": lambda p: told(p | {"catalog.sqlite": b"x" * 5000}),
    "a catalog cut short": lambda p: told(p | {"catalog.sqlite": p["catalog.sqlite"][:9000]}),
    "a trigger": lambda p: catalog_with(
        p, "CREATE TRIGGER t AFTER INSERT ON audit BEGIN DELETE FROM users; END"
    ),
    "a view": lambda p: catalog_with(p, "DROP TABLE terms", "CREATE VIEW terms AS SELECT 1"),
    "a catalog without tables": lambda p: catalog_with(p, "DROP TABLE versions"),
    "a header that is none": lambda p: catalog_with(p, "UPDATE versions SET header = '[1]'"),
    "a schema of later": lambda p: catalog_with(p, "PRAGMA user_version = 9999"),
    "a vector of nothing": lambda p: vectors_with(p, 1 << 50, 0.1),
    "a vector that is no number": lambda p: vectors_with(p, 1 << 20, float("nan")),
    "half a vector": lambda p: told(p | {"vectors-public.bin": b"x" * 100}),
}


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that holds something else."""
    folder = tmp_path_factory.mktemp("old") / "data"
    with opened(folder) as kb:
        kb.add([read("原有", "第一条 原有的资料。\n")])
    return folder


def state(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.mark.parametrize("harm", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_archive_is_refused_and_changes_nothing(
    parts: Parts, old: Path, tmp_path: Path, harm: Callable[[Parts], Parts]
) -> None:
    file = packed(harm(parts), tmp_path / "bad.zip")
    before = state(old)
    with pytest.raises(BackupError) as caught:
        restore(file, old, replace=True)
    assert "改动" in caught.value.zh
    assert state(old) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.zip"]


def test_a_backup_cut_short_anywhere_is_refused(good: Path, tmp_path: Path) -> None:
    content = good.read_bytes()
    for share in (0.0, 0.2, 0.6, 0.95, 0.999):
        file = tmp_path / "cut.zip"
        file.write_bytes(content[: int(len(content) * share)])
        with pytest.raises(BackupError, match=r"没有传完整|与清单不"):
            verify(file)


def test_an_offset_that_leads_before_the_file_is_refused(good: Path, tmp_path: Path) -> None:
    content = bytearray(good.read_bytes())
    struct.pack_into("<I", content, content.rindex(b"PK\5\6") + 16, 0x7FFFFFFF)
    (tmp_path / "b.zip").write_bytes(content)
    with pytest.raises(BackupError, match="与清单不符"):
        verify(tmp_path / "b.zip")


def test_every_flipped_byte_is_found_or_does_no_harm(good: Path, tmp_path: Path) -> None:
    content = bytearray(good.read_bytes())
    whole = verify(good)
    found, places = 0, range(0, len(content), len(content) // 90)
    for at in places:
        content[at] ^= 0x10
        (tmp_path / "b.zip").write_bytes(content)
        try:
            assert verify(tmp_path / "b.zip") == whole, "a field that nobody reads"
        except BackupError:
            found += 1
        content[at] ^= 0x10
    assert found > 0.7 * len(places)  # the others hit fields of the archive that nobody reads


def test_a_bomb_is_not_unpacked(parts: Parts, tmp_path: Path) -> None:
    """Not beyond what its manifest says, and that not beyond the disk."""
    bomb = packed(parts | {"catalog.sqlite": bytes(300_000_000)}, tmp_path / "bomb.zip")
    assert bomb.stat().st_size < 1_000_000
    with pytest.raises(BackupError, match="与清单不符"):
        restore(bomb, tmp_path / "data")
    huge = json.loads(parts["manifest.json"])
    huge["files"]["catalog.sqlite"]["bytes"] = 10**15
    file = packed(parts | {"manifest.json": json.dumps(huge).encode()}, tmp_path / "huge.zip")
    content = file.read_bytes()
    with pytest.raises(BackupError, match="与清单不符"):
        restore(file, tmp_path / "data")
    assert content == file.read_bytes()
    assert sorted(p.name for p in (tmp_path / "data").iterdir()) == ["owner.lock"]


def test_what_the_disk_has_no_room_for_is_refused_first(
    good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = os.statvfs_result((1, 1, 1, 1, 1, 1, 1, 1, 0, 255))
    monkeypatch.setattr(os, "statvfs", lambda _: usage)
    with pytest.raises(BackupError, match="磁盘空间不够"):
        restore(good, tmp_path / "data")


def test_other_methods_of_packing_are_refused(parts: Parts, tmp_path: Path) -> None:
    for method in (zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2):
        with pytest.raises(BackupError):
            verify(packed(parts, tmp_path / "b.zip", method))


def test_what_is_no_zip_or_not_there_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.zip").write_text("不是备份")
    with pytest.raises(BackupError, match="不是备份"):
        verify(tmp_path / "text.zip")
    for path in (tmp_path / "none.zip", tmp_path):
        with pytest.raises(BackupError, match="打不开"):
            verify(path)


def test_documents_are_replaced_only_when_told_to(good: Path, old: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(old, data)
    with pytest.raises(BackupError, match="--replace"):
        restore(good, data)
    restore(good, data, replace=True)
    with opened(data) as kb:
        assert sorted(kb.snapshot.by_id) == ["内部纪要", "奖励办法"]
        kb.add([read("新的", "第一条 恢复之后添加的资料。\n")])
        assert len(kb.snapshot.by_id) == 3


def test_a_damaged_base_is_replaced_when_told_to(good: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "catalog.sqlite").write_bytes(b"no catalog" * 1000)
    (data / "catalog.sqlite-wal").write_bytes(b"no log" * 1000)
    with pytest.raises(BackupError, match="--replace"):
        restore(good, data)
    restore(good, data, replace=True)
    with opened(data) as kb:
        assert len(kb.snapshot.by_id) == 2


def test_an_empty_base_needs_no_word(good: Path, tmp_path: Path) -> None:
    opened(tmp_path / "data").close()
    restore(good, tmp_path / "data")
    with opened(tmp_path / "data") as kb:
        assert len(kb.snapshot.by_id) == 2


def test_a_folder_in_use_is_left_alone(good: Path, tmp_path: Path) -> None:
    with opened(tmp_path / "data"), pytest.raises(BusyError):
        restore(good, tmp_path / "data", replace=True)


MOVES = 2 * len(exchange.STORES)
"""The old stores out of the way, the new ones in."""


class Killed(BaseException):
    """The process ended here."""


def moves_until(
    monkeypatch: pytest.MonkeyPatch, count: int, error: BaseException
) -> Callable[[], int]:
    """Let so many files be moved, and then end; how many were."""
    real, done = os.rename, 0

    def rename(old: Any, new: Any) -> None:
        nonlocal done
        if done == count:
            raise error
        done += 1
        real(old, new)

    monkeypatch.setattr(os, "rename", rename)
    return lambda: done


def test_a_restore_cut_short_is_finished_by_the_next_open(
    good: Path, old: Path, tmp_path: Path
) -> None:
    """Ended before each of its moves in turn, by a kill or by the disk."""
    begun = tmp_path / "begun"
    shutil.copytree(old, begun)
    with pytest.MonkeyPatch.context() as patch:
        moves_until(patch, 0, Killed())
        with pytest.raises(Killed):
            restore(good, begun, replace=True)
    assert state(begun).items() >= state(old).items(), "nothing is replaced yet"
    for count in range(MOVES):
        data = tmp_path / f"data{count}"
        shutil.copytree(begun, data)
        error = Killed() if count % 2 else OSError(28, "No space left on device")
        with pytest.MonkeyPatch.context() as patch:
            moves_until(patch, count, error)
            with pytest.raises((Killed, BackupError)):
                exchange.finish(data)
        with opened(data) as kb:
            assert sorted(kb.snapshot.by_id) == ["内部纪要", "奖励办法"]
            assert seen(kb)
        assert not list(data.glob("re*"))


def test_a_disk_that_fails_is_told_and_the_next_try_goes_on(
    good: Path, old: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    shutil.copytree(old, data)
    with pytest.MonkeyPatch.context() as patch:
        moves_until(patch, 3, OSError(30, "Read-only file system"))
        with pytest.raises(BackupError, match="没有丢失"):
            restore(good, data, replace=True)
        with pytest.raises(BackupError, match="没有丢失"):
            opened(data)
    with opened(data) as kb:
        assert len(kb.snapshot.by_id) == 2


def test_new_stores_that_are_not_whole_are_given_up(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with opened(data) as kb:
        kb.add([read("原有", "第一条 原有的资料。\n")])
    coming = exchange.begin(data)
    (coming / "catalog.sqlite").write_bytes(b"half")
    with opened(data) as kb:
        assert list(kb.snapshot.by_id) == ["原有"]
    assert not coming.exists()


def test_a_restore_needs_no_models(good: Path, tmp_path: Path) -> None:
    restore(good, tmp_path / "data")
    assert sorted(p.name for p in (tmp_path / "data").iterdir()) == [
        "catalog.sqlite", "files", "lexical", "owner.lock", "vectors",
    ]  # fmt: skip
