"""The files of tantivy's segments: is every one there, byte for byte as it was written?

tantivy looks at a file when something in it is first needed, and a damaged one makes it find less
without a word, or end in a panic that is no ``Exception``. But each file ends with a footer that
tells the CRC-32 of what is before it: JSON, its length, and a magic number.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

_META = "meta.json"
_PARTS = ("idx", "pos", "term", "store", "fast", "fieldnorm")
_END = struct.Struct("<II")
_MAGIC = 1337
_CHUNK = 1 << 20


def is_whole(folder: Path) -> bool:
    """Whether every segment of an index can be read; one that is not there yet is whole."""
    try:
        meta = json.loads((folder / _META).read_text(encoding="utf-8"))
        return all(_is_whole(folder / name) for name in _files(meta))
    except FileNotFoundError as error:
        return Path(error.filename or "").name == _META
    except (OSError, ValueError, KeyError, TypeError, struct.error):
        return False


def _files(meta: dict[str, list[dict[str, object]]]) -> Iterator[str]:
    for segment in meta["segments"]:
        name = str(segment["segment_id"]).replace("-", "")
        yield from (f"{name}.{part}" for part in _PARTS)
        deletes = segment["deletes"]
        if isinstance(deletes, dict):
            yield f"{name}.{deletes['opstamp']}.del"


def _is_whole(file: Path) -> bool:
    """Whether a file's CRC is the one in its footer."""
    size = file.stat().st_size
    with open(file, "rb") as stream:
        stream.seek(max(0, size - _END.size))
        length, magic = _END.unpack(stream.read())
        before = size - _END.size - length
        if magic != _MAGIC or before < 0:
            return False
        stream.seek(before)
        told = json.loads(stream.read(length))["crc"]
        stream.seek(0)
        crc, left = 0, before
        while chunk := stream.read(min(_CHUNK, left)):
            crc, left = zlib.crc32(chunk, crc), left - len(chunk)
    return bool(crc == told)
