"""The one integer that names a passage in every store: version id and ordinal packed together."""

from __future__ import annotations

_BITS = 20
MAX_PASSAGES = 1 << _BITS
"""Most passages a document may have (1,048,576)."""


def pack(version_id: int, ordinal: int) -> int:
    """The key of a passage; version ids are never reused, so neither are keys."""
    return version_id << _BITS | ordinal


def unpack(key: int) -> tuple[int, int]:
    """(version id, ordinal) of a key."""
    return key >> _BITS, key & (MAX_PASSAGES - 1)
