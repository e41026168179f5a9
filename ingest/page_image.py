"""Pages of a stored source as pictures, to be looked at beside their text.

Drawn in a process of its own (``ingest.page_child``), within bounds of time, memory and size.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import ingest
from ingest.formats import Format
from ingest.sniff import sniff
from kb.errors import ReadError

SECONDS = 20.0
"""How long one page may take."""
LARGEST = 6_000_000
"""Bytes of one picture."""
HEAD = 4_096
"""Bytes of a file that tell whether it has pages to look at."""

_ROOT = Path(ingest.__file__).resolve().parents[1]
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH")


def has_pages(head: bytes) -> bool:
    """Whether a file that begins so is printed pages: a PDF or pictures."""
    try:
        return sniff(head) in (Format.PDF, Format.IMAGE)
    except ReadError:
        return False


def page_image(data: bytes, number: int, seconds: float = SECONDS) -> bytes:
    """A page (from 1) of a PDF or picture as WebP, as shown, about 150 dots an inch.

    Raises ReadError when there is no such page, or it cannot be drawn within the bounds.
    """
    kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603  (our own module)
            [sys.executable, "-P", "-m", "ingest.page_child", str(os.getpid()), str(number)],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            env=kept | {"PYTHONPATH": str(_ROOT)},
            check=True,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError, OSError) as error:
        raise _cannot() from error
    if not done.stdout.startswith(b"RIFF") or len(done.stdout) > LARGEST:
        raise _cannot()
    return done.stdout


def _cannot() -> ReadError:
    return ReadError(
        "这一页的图像画不出来，请看文字，或向管理员索取原文件。",
        "This page cannot be drawn; read its text, or ask the admin for the file.",
    )
