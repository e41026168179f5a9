"""Names of files that others send, made such that they can be kept."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from kb.text import sendable

_LONGEST = 180
_DEEPEST = 8
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def safe_name(name: str) -> str:
    """A file's name as it can be kept: folders with ``/``, nothing that leads elsewhere, is not
    seen, or is too long for a disk.
    """
    plain = _UNSAFE.sub("", sendable(name)).replace("\\", "/")
    parts = [part.strip() for part in plain.split("/")]
    kept = [_short(part) for part in parts if part.strip(" .")][-_DEEPEST:]
    return "/".join(kept) or "document"


def _short(part: str) -> str:
    """A part of a name that a file system takes (255 bytes), with its suffix."""
    suffix = PurePosixPath(part).suffix[:12]
    stem = part[: len(part) - len(suffix)] if suffix else part
    room = _LONGEST - len(suffix.encode())
    return stem.encode()[:room].decode(errors="ignore") + suffix
