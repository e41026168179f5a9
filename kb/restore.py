"""From a backup to a data folder: checked by hash first, then put in place in one step.

A backup holds users and everything else that decides who may see what, so one from a source that
is not trusted must not be restored. All the same an archive made with ill will is refused and
cannot write outside the folder: names are compared with a list, never followed; nothing is
unpacked beyond the length it says, and only what the disk has space for; no index file and no
code comes from it.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO

import numpy as np

from kb import exchange, manifest
from kb.catalog import Catalog
from kb.entries import entries_of, expected_keys
from kb.errors import BackupError, KbError
from kb.lexical import LexicalIndex
from kb.manifest import Manifest
from kb.models import Audience
from kb.owner import Owner
from kb.stores import Progress
from kb.vectors import VectorIndex

_CHUNK = 1 << 20
_BATCH = 5_000
_ROOM = 2
"""Free bytes a restore needs for each of the backup: its files, and the indexes made of them."""
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,  # an offset in it leads to before its first byte, or the disk fails
    ValueError,
    RuntimeError,  # encrypted; NotImplementedError is one, too
)


def verify(file: Path, progress: Progress | None = None) -> Manifest:
    """Read a backup from its first to its last byte and compare every hash.

    Raises BackupError that says what is wrong with it.
    """
    with _opened(file) as (archive, told):
        for _ in _checked(archive, told, progress):
            pass
    return told


def restore(
    file: Path, folder: Path, *, replace: bool = False, progress: Progress | None = None
) -> Manifest:
    """Put a backup's content in place of what a data folder holds, all of it or nothing.

    Args:
        file: a backup.
        folder: a data folder that no process has open; made when there is none.
        replace: needed where the folder holds documents or users already.
        progress: called with stage ``check``, and bytes done and in all; with ``index``, and
            vectors done and in all.

    Raises:
        BackupError: the backup is damaged or none, there is no space, or the folder is not empty.
        BusyError: a process has the folder open. Nothing was changed in either case.
    """
    owner = Owner(folder)
    try:
        exchange.finish(folder)
        if not replace:
            _must_be_empty(folder / exchange.CATALOG)
        with _opened(file) as (archive, told):
            _must_have_room(folder, told)
            coming = exchange.begin(folder)
            try:
                for name, chunks in _checked(archive, told, progress):
                    _unpack(coming / name, chunks)
                _make_indexes(coming, told, progress)
                exchange.commit(folder)
            except OSError as error:
                raise BackupError(
                    f"恢复没有完成（{error.strerror or error}）；原有数据没有改动。"
                    "请检查磁盘空间和权限后重试。",
                    f"The restore was not done ({error.strerror or error}); what was there is "
                    "unchanged. Check disk space and permissions, then try again.",
                ) from error
            finally:
                exchange.abandon(folder)
    finally:
        owner.release()
    return told


def _must_be_empty(catalog: Path) -> None:
    if not catalog.exists():
        return
    try:
        with closing(sqlite3.connect(catalog)) as connection:
            held = [
                connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()  # noqa: S608
                for table in ("versions", "users")
            ]
    except sqlite3.Error:
        held = [("damaged",)]
    if any(held):
        raise BackupError(
            f"数据文件夹 {catalog.parent} 里已有资料或用户，恢复会全部替换它们。"
            "确定要替换请加 --replace；最好先用 kb backup 备份现在的数据。",
            f"The data folder {catalog.parent} holds documents or users, and a restore replaces "
            "all of them. Add --replace if that is what you want; better make a backup of what is "
            "there first, with kb backup.",
        )


def _must_have_room(folder: Path, told: Manifest) -> None:
    needed, free = _ROOM * told.bytes, shutil.disk_usage(folder).free
    if needed > free:
        raise BackupError(
            f"磁盘空间不够：恢复需要约 {needed / 1e6:,.0f} MB，只剩 {free / 1e6:,.0f} MB；"
            "什么都没有改动。请腾出空间后重试。",
            f"The disk has too little space: the restore takes about {needed / 1e6:,.0f} MB and "
            f"{free / 1e6:,.0f} MB are free; nothing was changed. Free space and try again.",
        )


@contextmanager
def _opened(file: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """A backup's archive and its manifest, both looked at before anything is unpacked."""
    try:
        stream = open(file, "rb")  # noqa: SIM115  (closed below)
    except OSError as error:
        raise BackupError(
            f"打不开备份文件 {file}（{error.strerror or error}）。请检查路径和权限。",
            f"The backup {file} cannot be opened ({error.strerror or error}). Check its path and "
            "permissions.",
        ) from error
    with stream:
        try:
            archive = zipfile.ZipFile(stream)
        except _BROKEN as error:
            raise BackupError(
                "这个文件不是备份，或者没有传完整；什么都没有改动。请重新复制一份，或换一个备份。",
                "This file is no backup, or was not copied whole; nothing was changed. Copy it "
                "again, or choose another backup.",
            ) from error
        with archive:
            told = _manifest(archive)
            _must_hold(archive, told)
            yield archive, told


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    try:
        info = archive.getinfo(manifest.NAME)
        if info.file_size > manifest.MOST_BYTES:
            raise ValueError("too long")
        with archive.open(info) as member:
            content = member.read(manifest.MOST_BYTES)
    except KeyError:
        content = b""
    except _BROKEN as error:
        raise _damaged(manifest.NAME) from error
    return manifest.read(content)


def _must_hold(archive: zipfile.ZipFile, told: Manifest) -> None:
    """The archive holds exactly what its manifest names, packed as we pack it."""
    infos = archive.infolist()
    names = [info.filename for info in infos]
    if sorted(names) != sorted([manifest.NAME, *told.files]):
        raise BackupError(
            "备份里的文件与清单不一致（缺少、多出或重复）；什么都没有改动。请换一个备份。",
            "The backup's files are not those of its list (missing, unknown or twice); nothing "
            "was changed. Choose another backup.",
        )
    for info in infos:
        plain = info.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        stored = told.files.get(info.filename)
        if not plain or info.flag_bits & 0x1 or (stored and stored.bytes != info.file_size):
            raise _damaged(info.filename)


def _damaged(name: str) -> BackupError:
    return BackupError(
        f"备份已损坏或被改动：{name} 与清单不符；什么都没有改动。请重新复制一份，或换一个备份。",
        f"The backup is damaged or was tampered with: {name} is not what its list says; nothing "
        "was changed. Copy it again, or choose another backup.",
    )


def _checked(
    archive: zipfile.ZipFile, told: Manifest, progress: Progress | None
) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Each file's name and its bytes. Raises BackupError at the end of one that is not right."""
    done = 0
    for name, stored in told.files.items():

        def chunks(name: str = name, before: int = done) -> Iterator[bytes]:
            digest, size = hashlib.sha256(), 0
            try:
                with archive.open(name) as member:
                    while chunk := member.read(_CHUNK):
                        size += len(chunk)
                        if size > told.files[name].bytes:
                            raise _damaged(name)
                        digest.update(chunk)
                        yield chunk
                        if progress:
                            progress("check", before + size, told.bytes)
            except _BROKEN as error:
                raise _damaged(name) from error
            if (size, digest.hexdigest()) != (told.files[name].bytes, told.files[name].sha256):
                raise _damaged(name)

        left = chunks()
        yield name, left
        for _ in left:
            pass
        done += stored.bytes


def _unpack(target: Path, chunks: Iterator[bytes]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with open(target, "xb") as file:
        for chunk in chunks:
            file.write(chunk)


def _make_indexes(coming: Path, told: Manifest, progress: Progress | None) -> None:
    """Make both indexes of the unpacked catalog and vectors. Raises BackupError."""
    try:
        _must_be_plain(coming / exchange.CATALOG)
        catalog = Catalog(coming / exchange.CATALOG)
        with closing(catalog):
            live = catalog.live()
            catalog.settle()
            with closing(LexicalIndex(coming / "lexical")) as lexical:
                lexical.add(entries_of(catalog, live))
            with closing(VectorIndex(coming / "vectors", told.encoder)) as vectors:
                for audience, keys in expected_keys(live).items():
                    file = coming / manifest.vectors_name(audience)
                    if file.exists():
                        _add_vectors(vectors, audience, keys, file, told.dimension, progress)
                        file.unlink()
                vectors.sync()
    except (BackupError, OSError):
        raise
    except KbError as error:  # of a store: its remedy is not what helps here
        raise _damaged(exchange.CATALOG) from error
    except Exception as error:  # what a catalog with nonsense in it makes others raise
        raise _damaged(exchange.CATALOG) from error


def _must_be_plain(catalog: Path) -> None:
    """No page is damaged, and there are only tables and indexes: nothing that runs by itself."""
    with closing(sqlite3.connect(catalog)) as connection:
        connection.execute("PRAGMA trusted_schema = OFF")
        (told,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        kinds = {kind for (kind,) in connection.execute("SELECT DISTINCT type FROM sqlite_master")}
    if told != "ok" or not kinds <= {"table", "index"}:
        raise _damaged(exchange.CATALOG)


def _add_vectors(
    vectors: VectorIndex,
    audience: Audience,
    keys: set[int],
    file: Path,
    dimension: int,
    progress: Progress | None,
) -> None:
    layout = manifest.record(dimension)
    if file.stat().st_size % layout.itemsize:
        raise _damaged(file.name)
    total, done = file.stat().st_size // layout.itemsize, 0
    with open(file, "rb") as stream:
        while (records := _read(stream, layout)).size:
            rows = np.ascontiguousarray(records["vector"])
            if not np.isfinite(rows).all() or not keys.issuperset(records["key"].tolist()):
                raise _damaged(file.name)
            vectors.add(audience, records["key"].tolist(), rows)
            done += len(records)
            if progress:
                progress("index", done, total)


def _read(
    stream: IO[bytes], layout: np.dtype[np.void]
) -> np.ndarray[tuple[int], np.dtype[np.void]]:
    return np.frombuffer(stream.read(_BATCH * layout.itemsize), layout)
