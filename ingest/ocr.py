"""Recognising text on page images, in a process of its own that may be lost without harm.

The process is started when the first page comes, stays for the pages that follow, and is
replaced when it dies or takes too long.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from ingest.ocr_child import HEADER, LONGEST
from kb.errors import ReadError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

START_SECONDS = 60.0
PAGE_SECONDS = 50.0
"""Longest time for a page, so that two tries end before a reader counts as silent. A4 at 150 dpi
takes 1 to 3 s on two free cores (measured)."""

_ROOT = Path(__file__).parent.parent
_TRIES = 2
_SHORTEST = 700  # pixels of the shorter side


def fitting(width: float, height: float, scale: float) -> float:
    """The factor near ``scale`` by which a page gets a size that can be recognised well."""
    scale = max(scale, _SHORTEST / max(1.0, min(width, height)))
    return min(scale, LONGEST / max(1.0, width, height))


@dataclass(frozen=True, slots=True)
class Recognised:
    """A recognised line: its text, how sure (0 to 1), and its corners clockwise from upper left.

    The corners are pixels of the page turned as ``Reading.turn`` says.
    """

    text: str
    score: float
    corners: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found on a page image of ``width`` x ``height`` pixels.

    ``turn``: the degrees (counter-clockwise) it had to be turned by to be read; ``rules`` are its
    ruling lines as (x0, y0, x1, y1).
    """

    width: int
    height: int
    turn: int
    lines: tuple[Recognised, ...]
    rules: tuple[tuple[float, float, float, float], ...]


class PageLost(Exception):
    """A page ended the recognising process each time, or took longer than it may."""


class Recogniser:
    """The recognising process; a context manager, so that it ends with the work.

    Not for several threads at once. ``seconds`` is the longest time for one page.
    """

    def __init__(self, seconds: float = PAGE_SECONDS) -> None:
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Recogniser:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def page(self, image: NDArray[np.uint8]) -> Reading:
        """Recognise a page: height x width x 3 bytes, blue, green, red.

        Raises:
            PageLost: the process died over this page or ran out of time, twice.
            ReadError: the recognising package is missing or broken.
        """
        height, width = image.shape[:2]
        message = HEADER.pack(height, width) + image.tobytes()
        for _ in range(_TRIES):
            process = self._process or self._start()
            self._process = process
            answer = _exchange(process, message, time.monotonic() + self._seconds)
            if answer is not None:
                return _reading(answer, width, height)
            self.close()
        raise PageLost

    def close(self) -> None:
        """End the process, at once if it is at work."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()

    def _start(self) -> subprocess.Popen[bytes]:
        paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "ingest.ocr_child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )
        self._process = process
        hello = _exchange(process, b"", time.monotonic() + START_SECONDS)
        if hello is None or "missing" in hello:
            self.close()
            reason = hello["missing"] if hello else "no answer"
            raise ReadError(
                f"文字识别（OCR）组件无法启动（{reason}）；请重新安装程序的依赖包后再上传，"
                "或提供可复制文字的文件。",
                f"Text recognition (OCR) cannot be started ({reason}); install the program's "
                "packages again and retry, or provide a file whose text can be copied.",
            )
        return process


def _exchange(
    process: subprocess.Popen[bytes], message: bytes, deadline: float
) -> dict[str, Any] | None:
    """Send a message, return the next line of the answer; None if the process dies or is late."""
    assert process.stdin is not None
    assert process.stdout is not None
    writer, reader = process.stdin.fileno(), process.stdout.fileno()
    os.set_blocking(writer, False)
    rest = memoryview(message)
    answer = b""
    try:
        while not answer.endswith(b"\n"):
            left = deadline - time.monotonic()
            if left <= 0:
                return None
            readable, writable, _ = select.select(
                [reader], [writer] if rest else [], [], min(left, 1.0)
            )
            if writable:
                rest = rest[os.write(writer, rest[:65536]) :]
            if readable:
                piece = os.read(reader, 1 << 20)
                if not piece:
                    return None
                answer += piece
        value = json.loads(answer)
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None


def _reading(answer: dict[str, Any], width: int, height: int) -> Reading:
    lines = tuple(
        Recognised(
            line["text"], line["score"], tuple((float(x), float(y)) for x, y in line["quad"])
        )
        for line in answer["lines"]
    )
    rules = tuple((float(a), float(b), float(c), float(d)) for a, b, c, d in answer["rules"])
    return Reading(width, height, answer["turn"], lines, rules)
