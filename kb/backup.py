"""A whole base as one file: a zip of the catalog, the source files, the vectors and a manifest.

The vectors go along because encoding takes most of an ingest; as plain numbers, so that a restore
opens no index file that came from elsewhere. The lexical index is made anew within seconds. The
models are not in it: they are built from packages. Logins are not either: whoever restores a
backup has everybody log in again.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO

import numpy as np

from kb import manifest
from kb.durable import PARTIAL, sync
from kb.entries import expected_keys
from kb.errors import BackupError, KbError
from kb.exchange import CATALOG
from kb.knowledge_base import KnowledgeBase
from kb.manifest import Manifest, Stored
from kb.models import Audience
from kb.stores import COPYING, Progress

_CHUNK = 1 << 20
_BATCH = 5_000
_NOT_KEPT = ("sessions", "attempts")
"""Tables that are emptied in a backup: an old login must not come back to life."""


def back_up(kb: KnowledgeBase, file: Path, progress: Progress | None = None) -> Manifest:
    """Write a backup of an open base. Answers go on meanwhile, changes of documents wait.

    Args:
        kb: the base.
        file: where to, a name that is not taken yet; readable to its owner only.
        progress: called with stage ``backup``, and bytes done and in all.

    Raises:
        BackupError: the file exists, the disk is full, or the catalog is damaged. Nothing of the
        file is left then.
    """
    file = file.absolute()
    if file.exists():
        raise BackupError(
            f"文件 {file} 已存在，没有覆盖。请换一个名字，或先移走它。",
            f"The file {file} exists already and was not overwritten. Choose another name.",
        )
    partial = file.with_name(file.name + PARTIAL)
    try:
        with kb.writing, _copied(kb) as catalog, _made(partial) as stream:
            made = _write(kb, catalog, stream, progress)
        partial.rename(file)
        sync(file.parent)
    except KbError:
        raise
    except OSError as error:
        raise BackupError(
            f"备份没有做成（{error.strerror or error}）。请检查 {file.parent} 是否存在、可写，"
            "磁盘空间是否足够，然后重试；资料库不受影响。",
            f"The backup was not made ({error.strerror or error}). Check that {file.parent} exists "
            "and can be written and that the disk has space, then try again; the base is "
            "untouched.",
        ) from error
    finally:
        partial.unlink(missing_ok=True)
    return made


@contextmanager
def _made(file: Path) -> Iterator[IO[bytes]]:
    """A new file that only its owner may read, on the disk when this ends."""
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w+b") as stream:
        yield stream
        stream.flush()
        os.fsync(stream.fileno())


@contextmanager
def _copied(kb: KnowledgeBase) -> Iterator[Path]:
    """A copy of the catalog as it stands now, in one file, without logins and deleted rows."""
    place = kb.folder / COPYING
    shutil.rmtree(place, ignore_errors=True)
    try:
        place.mkdir(mode=0o700)
        target = place / CATALOG
        try:
            kb.catalog.copy_to(target)
            _cleaned(target)
        except sqlite3.Error as error:
            raise BackupError(
                f"备份没有做成：目录数据库不能读或不能复制（{error}）。请检查磁盘空间；"
                "如果它已损坏，请用 kb restore 恢复早先的备份，并且不要删除早先的备份。",
                f"The backup was not made: the catalog cannot be read or copied ({error}). Check "
                "the disk's space; if it is damaged, restore an earlier backup with kb restore, "
                "and delete none of them.",
            ) from error
        yield target
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _cleaned(catalog: Path) -> None:
    """Check every page of a copy, and take out what a backup does not keep."""
    with closing(sqlite3.connect(catalog, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        (told,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if told != "ok":
            raise sqlite3.DatabaseError(told)
        for table in _NOT_KEPT:
            connection.execute(f"DELETE FROM {table}")  # noqa: S608  (names of ours)
        connection.execute("VACUUM")


def _write(
    kb: KnowledgeBase, catalog: Path, stream: IO[bytes], progress: Progress | None
) -> Manifest:
    files: dict[str, Stored] = {}
    sources = sorted(kb.catalog.source_hashes())
    whole = [content_hash for content_hash in sources if kb.files.is_whole(content_hash)]
    fingerprint = kb.models.fingerprint
    dimension = int(fingerprint.rpartition("/")[2])
    wanted = expected_keys(kb.snapshot.live.values())
    total = catalog.stat().st_size + sum(kb.files.path(h).stat().st_size for h in whole)
    total += sum(map(len, wanted.values())) * manifest.record(dimension).itemsize
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:

        def put(name: str, chunks: Iterator[bytes]) -> None:
            digest, size = hashlib.sha256(), 0
            before = sum(stored.bytes for stored in files.values())
            with archive.open(name, "w", force_zip64=True) as member:
                for chunk in chunks:
                    member.write(chunk)
                    digest.update(chunk)
                    size += len(chunk)
                    if progress:
                        progress("backup", before + size, total)
            files[name] = Stored(bytes=size, sha256=digest.hexdigest())

        put(CATALOG, _chunks(catalog))
        for content_hash in whole:
            put(manifest.source_name(content_hash), _chunks(kb.files.path(content_hash)))
        for audience, keys in wanted.items():
            put(manifest.vectors_name(audience), _vectors(kb, audience, sorted(keys), dimension))
        made = Manifest(
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            program=version("yanan-investment-kb"),
            encoder=fingerprint,
            dimension=dimension,
            documents=len(kb.snapshot.live),
            passages=kb.snapshot.passages,
            users=_count_users(catalog),
            lost=len(sources) - len(whole),
            files=files,
        )
        with archive.open(manifest.NAME, "w") as member:
            member.write(made.model_dump_json(indent=1).encode())
    return made


def _chunks(file: Path) -> Iterator[bytes]:
    with open(file, "rb") as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def _vectors(
    kb: KnowledgeBase, audience: Audience, keys: list[int], dimension: int
) -> Iterator[bytes]:
    """What can be read of them: what is missing is encoded anew after a restore."""
    for start in range(0, len(keys), _BATCH):
        found = {}
        with suppress(Exception):  # whatever Chroma raises about files that are torn
            found = kb.vectors.get([audience], keys[start : start + _BATCH])
        records = np.empty(len(found), manifest.record(dimension))
        records["key"] = list(found)
        records["vector"] = list(found.values())
        yield records.tobytes()


def _count_users(catalog: Path) -> int:
    with closing(sqlite3.connect(catalog)) as connection:
        return int(connection.execute("SELECT count(*) FROM users").fetchone()[0])
