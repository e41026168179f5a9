"""The files of Chroma's HNSW indexes: are they whole, and is nothing in them that does not belong?

Chroma overwrites these files in place, so a kill or a full disk can tear them, and reading torn
ones ends the whole process (a segmentation fault has been seen). So they are looked at before
Chroma is let near them. The layout is hnswlib's: ``header.bin`` holds the numbers;
``data_level0.bin`` one record a vector, beginning with its neighbours; ``link_lists.bin`` each
vector's neighbours on higher levels, behind the number of their bytes; ``length.bin`` its norm.
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_HEADER = struct.Struct("<iQQQQQQiIQQQdQ")
_VERSION = 1


@dataclass(frozen=True, slots=True)
class _Header:
    held: int
    record: int
    """Bytes a vector takes in ``data_level0.bin``, its neighbours included."""
    entry: int
    most: int
    """Most neighbours on a higher level."""
    most_level0: int


def is_whole(folder: Path) -> bool:
    """Whether every index below a folder can be read (0.3 s for 100,000 vectors)."""
    try:
        return all(_is_whole(header) for header in folder.rglob("header.bin"))
    except (OSError, ValueError, struct.error):
        return False


def blank_unused(folder: Path) -> None:
    """Clear what lies behind the vectors in every index below a folder.

    Chroma makes such a file with room for 100 vectors out of memory that it does not clear, and
    vectors that were removed a moment ago have been seen there.
    """
    for place in folder.rglob("header.bin"):
        header = _read(place)
        used = header.held * header.record
        with open(place.with_name("data_level0.bin"), "r+b") as data:
            end = data.seek(0, os.SEEK_END)
            data.seek(used)
            data.write(bytes(max(0, end - used)))


def _read(place: Path) -> _Header:
    values = _HEADER.unpack(place.read_bytes())
    if values[0] != _VERSION:
        raise ValueError(f"HNSW files of version {values[0]}")
    _, _, _, held, record, _, _, _, entry, most, most_level0, _, _, _ = values
    return _Header(held, record, entry, most, most_level0)


def _is_whole(place: Path) -> bool:
    header = _read(place)
    held = header.held
    if not held:
        return True
    metadata = place.with_name("index_metadata.pickle").read_bytes()
    if not metadata.endswith(b"."):  # the end of every pickle
        return False
    records = np.memmap(place.with_name("data_level0.bin"), np.uint8, "r")
    if len(records) < held * header.record or header.entry >= held:
        return False
    first = records[: held * header.record].reshape(held, header.record)
    links = first[:, : 4 * (header.most_level0 + 1)]
    if not _are_links(np.ascontiguousarray(links).view(np.uint32), header.most_level0, held):
        return False
    if place.with_name("length.bin").stat().st_size < 4 * held:
        return False
    upper = place.with_name("link_lists.bin")
    if upper.stat().st_size > len(records):  # seen after a full disk: far beyond what it can hold
        return False
    return _are_upper_whole(upper.read_bytes(), header)


def _are_upper_whole(content: bytes, header: _Header) -> bool:
    """Each vector's lists on higher levels: most have none, and nothing may be left over."""
    width, at = 4 * (header.most + 1), 0
    for _ in range(header.held):
        (size,) = struct.unpack_from("<I", content, at)
        lists = content[at + 4 : at + 4 + size]
        if size % width or len(lists) < size:
            return False
        rows = np.frombuffer(lists, np.uint32).reshape(-1, header.most + 1)
        if size and not _are_links(rows, header.most, header.held):
            return False
        at += 4 + size
    return at == len(content)


def _are_links(rows: NDArray[np.uint32], most: int, held: int) -> bool:
    """Rows of a count and so many neighbours: none beyond the vectors that are there."""
    counts = rows[:, 0] & 0xFFFF  # above it hnswlib keeps its marks
    used = np.arange(most) < counts[:, None]
    return bool((counts <= most).all() and (rows[:, 1:][used] < held).all())
