"""The four stores of a data folder as one value, and what is done to all of them at once."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from kb import exchange, generations, keys
from kb.catalog import Catalog
from kb.errors import KbError, StoreError
from kb.files import SourceFiles
from kb.lexical import Entry, LexicalIndex
from kb.models import Audience, ParsedDocument
from kb.vectors import VectorIndex

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
"""Passages to unit rows."""
Progress = Callable[[str, int, int], None]
"""``progress(stage, done, total)``; stages: ``encoder``, ``encode``, ``copy``."""

SCRATCH = "reading"
"""Where in a data folder files may lie while they are being read."""
INCOMING = "incoming"
"""Where in a data folder files lie while they are being uploaded."""
PREVIEW = "preview"
"""Like ``SCRATCH``, for files that are read to be looked at."""

COPYING = "copying"
"""Where in a data folder the catalog's copy lies while a backup is made."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Stores:
    """The catalog, which is the truth; the source files; and the two indexes derived from it."""

    catalog: Catalog
    files: SourceFiles
    lexical: LexicalIndex
    vectors: VectorIndex


def open_stores(folder: Path, fingerprint: str, mend: bool) -> Stores:
    """Open or make the stores of a data folder.

    A restore that was cut short is finished or given up. What a killed run left in ``SCRATCH``,
    ``PREVIEW``, ``INCOMING`` and ``COPYING`` is deleted: it may hold text of a removed document.
    ``mend``: a lexical index that does not open is begun anew, since filling it takes seconds.

    Raises StoreError for one that is damaged, EncoderMismatch, BackupError.
    """
    exchange.finish(folder)
    for left in (SCRATCH, PREVIEW, INCOMING, COPYING):
        shutil.rmtree(folder / left, ignore_errors=True)
    must_have_catalog(folder)
    catalog = Catalog(folder / exchange.CATALOG)
    place = folder / "lexical"
    try:
        lexical = LexicalIndex(place)
    except StoreError:
        if not mend:
            raise
        generations.restart(place)
        lexical = LexicalIndex(place)
    vectors = VectorIndex(folder / "vectors", fingerprint)
    return Stores(catalog, SourceFiles(folder / "files"), lexical, vectors)


def must_have_catalog(folder: Path) -> None:
    """A catalog that got lost must not be begun anew: nothing would be needed any more, and all
    source files be swept. Raises StoreError.
    """
    if not (folder / exchange.CATALOG).exists() and any((folder / "files").glob("??/*")):
        raise StoreError(
            f"数据文件夹 {folder} 里的目录数据库 {exchange.CATALOG} 不见了；原文件还在，没有改动。"
            "请用 kb restore 恢复备份；没有备份时换一个空的数据文件夹，重新导入资料。",
            f"The catalog {exchange.CATALOG} of the data folder {folder} is gone; the source files "
            "are there and were left alone. Restore a backup with kb restore; without one choose "
            "an empty data folder and ingest the documents again.",
        )


def index(
    stores: Stores,
    documents: Sequence[ParsedDocument],
    staged: Sequence[int],
    texts: Sequence[Sequence[str]],
    vectors: NDArray[np.float32],
) -> None:
    """Write terms and vectors of staged versions; they are on the disk when this returns.

    ``texts`` has one text a passage for each document, ``vectors`` one row a passage in all.
    """
    owned: dict[Audience, list[int]] = {a: [] for a in Audience}
    rows: dict[Audience, list[int]] = {a: [] for a in Audience}
    entries: list[Entry] = []
    row = 0
    for document, version, part in zip(documents, staged, texts, strict=True):
        audience = document.header.audience
        for passage, text in zip(document.passages, part, strict=True):
            key = keys.pack(version, passage.ordinal)
            entries.append((key, version, audience, text))
            owned[audience].append(key)
            rows[audience].append(row)
            row += 1
    stores.lexical.add(entries)
    for audience in Audience:
        if owned[audience]:
            stores.vectors.add(audience, owned[audience], vectors[rows[audience]])
    stores.vectors.sync()


def purge(stores: Stores, versions: Mapping[int, int]) -> None:
    """Delete versions (id -> passage count) that are not live, and their files, everywhere.

    Raises StoreError when that fails; what is left is deleted at the next start.
    """
    if not versions:
        return
    gone = [keys.pack(v, i) for v, count in versions.items() for i in range(count)]
    sources = stores.catalog.source_hashes(versions)
    guarded(lambda: stores.vectors.delete(gone))
    guarded(lambda: stores.lexical.delete_versions(list(versions)))
    with stores.catalog.begin() as connection:
        stores.catalog.purge(connection, list(versions))
    stores.catalog.empty_log()
    unneeded = sources - stores.catalog.still_needed(sources)
    guarded(lambda: stores.files.drop(unneeded))


def guarded(action: Callable[[], T]) -> T:
    """Run a store's own code and turn whatever it raises into a StoreError."""
    try:
        return action()
    except KbError:
        raise
    except Exception as error:  # stores raise OSError, ValueError and their own kinds
        raise not_written(error) from error


def not_written(error: Exception) -> StoreError:
    """What is told of an error that kept something from being written."""
    return StoreError(
        f"写入失败（{error}）。请检查磁盘空间和权限后重试；未完成的资料没有入库，"
        "已有资料不受影响。",
        f"Writing failed ({error}). Check disk space and permissions, then try again; "
        "unfinished documents were not added, the others are untouched.",
    )


def as_stage(progress: Progress | None, stage: str) -> Callable[..., None] | None:
    """``progress`` for somebody who only tells ``(done, total)``, and perhaps more."""
    return None if progress is None else lambda done, total, *_: progress(stage, done, total)
