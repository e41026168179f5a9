"""The process that recognises text: page images in at standard input, JSON lines out.

Run as ``python -m ingest.ocr_child`` by ``ingest.ocr``. A page is a header of two unsigned 32-bit
integers (height and width in pixels) and height x width x 3 bytes (blue, green, red). Answers:
``{"ready": true}`` or ``{"missing": reason}`` at the start, then for every page
``{"turn": 0, "lines": [{"text", "score", "quad"}], "rules": [[x0, y0, x1, y1]]}``. ``turn`` says by
how many degrees the page was turned counter-clockwise to be read; all places are pixels of the
turned page. Any failure ends the process; whoever asked starts another.
"""

from __future__ import annotations

import json
import os
import re
import resource
import struct
import sys
from itertools import pairwise
from typing import Any, BinaryIO

import kb  # noqa: F401  (switches telemetry off before ONNX Runtime is imported)

HEADER = struct.Struct("<II")
MEMORY = 3 * 2**30
"""Address space of this process in bytes. Measured at its peak: 1.4 GB for A4 at 150 dpi, 2.0 GB
(1.4 GB resident) for a dense page of 3000 pixels."""

_THREADS = 2
LONGEST = 2500
"""Pixels of the longer side at most; A3 at 150 dpi. rapidocr by itself shrinks more than 2000."""

_SURE = 0.75  # a mean score below this asks for the page to be tried the other way up
_LABEL = re.compile(
    r"第[零〇一二三四五六七八九十百千两0-9]{1,9}(?:分编|编|章|节|条)(?=[^\s、，。；：）])"
)
_SPACE = 0.12  # of the height of the line, which is 1.2 times the type: narrow spaces are 0.2 of it
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def main() -> None:
    """Answer pages until standard input ends."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)  # whatever a library prints must not get between the answers
    try:
        engine = _engine()
    except Exception as error:  # noqa: BLE001  (the parent tells the user, whatever it is)
        _say(answers, {"missing": f"{type(error).__name__}: {error}"[:300]})
        return
    _say(answers, {"ready": True})
    while image := _page(sys.stdin.buffer):
        _say(answers, _read(engine, *image))


def _say(answers: Any, value: dict[str, Any]) -> None:
    answers.write(json.dumps(value) + "\n")
    answers.flush()


def _engine() -> Any:
    import cv2
    from rapidocr import RapidOCR

    cv2.setNumThreads(_THREADS)
    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_cls": False,  # tells only 0 from 180 degrees, line by line; see _read
            "Global.text_score": 0.0,  # the reader decides, and tells what it leaves out
            "Global.max_side_len": LONGEST,
            "Global.return_word_box": True,
            "Global.return_single_char_box": True,
            "EngineConfig.onnxruntime.intra_op_num_threads": _THREADS,
        }
    )


def _page(stream: BinaryIO) -> tuple[Any, ...] | None:
    import numpy as np

    head = stream.read(HEADER.size)
    if len(head) < HEADER.size:
        return None
    height, width = HEADER.unpack(head)
    pixels = stream.read(height * width * 3)
    if len(pixels) < height * width * 3:
        return None
    return (np.frombuffer(pixels, np.uint8).reshape(height, width, 3),)


def _read(engine: Any, image: Any) -> dict[str, Any]:
    """The page as it stands, or turned if that gives a better text."""
    import numpy as np

    turn, best = 0, _lines(engine, image)
    if best and (_sideways(best) or _certainty(best) < _SURE):
        for other in (90, 270) if _sideways(best) else (180,):
            tried = _lines(engine, np.ascontiguousarray(np.rot90(image, other // 90)))
            if _certainty(tried) > _certainty(best) or (not turn and _sideways(best)):
                turn, best = other, tried
    if turn:
        image = np.ascontiguousarray(np.rot90(image, turn // 90))
    return {"turn": turn, "lines": best, "rules": _rules(image)}


def _lines(engine: Any, image: Any) -> list[dict[str, Any]]:
    result = engine(image)
    if result.boxes is None or result.txts is None:
        return []
    words = result.word_results or ((),) * len(result.txts)
    lines: list[dict[str, Any]] = []
    for quad, text, score, chars in zip(
        result.boxes, result.txts, result.scores, words, strict=False
    ):
        corners = [[round(float(x), 1), round(float(y), 1)] for x, y in quad]
        spaced = _with_space(image, quad, text, chars)
        lines.append({"text": spaced, "score": round(float(score), 4), "quad": corners})
    return lines


def _certainty(lines: list[dict[str, Any]]) -> float:
    count = sum(len(line["text"]) for line in lines)
    return sum(line["score"] * len(line["text"]) for line in lines) / count if count else 0.0


def _sideways(lines: list[dict[str, Any]]) -> bool:
    """Whether most of the text stands in boxes that are higher than wide."""
    upright = lying = 0
    for line in lines:
        (x0, y0), (x1, y1), _, (x3, y3) = line["quad"]
        width, height = abs(x1 - x0) + abs(y1 - y0), abs(x3 - x0) + abs(y3 - y0)
        if len(line["text"]) >= 4:
            if height > 1.5 * width:
                upright += len(line["text"])
            else:
                lying += len(line["text"])
    return upright > lying


def _with_space(image: Any, quad: Any, text: str, chars: Any) -> str:
    """``第一条为了`` as it is printed, ``第一条 为了``: the recogniser reads no space in Chinese.

    Whether there is one is measured: the blank behind the label against the blanks between the
    other characters of the line. A reference (``第三条规定的``) has none.
    """
    import cv2
    import numpy as np
    from rapidocr.utils.process_img import get_rotate_crop_image

    match = _LABEL.match(text)
    if not match or len(chars) != len(text) or not all(len(char[0]) == 1 for char in chars):
        return text
    crop = cv2.cvtColor(get_rotate_crop_image(image, quad.astype(np.float32)), cv2.COLOR_BGR2GRAY)
    _, ink = cv2.threshold(crop, 0, 1, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    filled = ink.sum(axis=0) > 0
    # Boxes of characters are of the page; along the line they are a share of its length.
    start, length = quad[0], float(np.linalg.norm(quad[1] - quad[0])) or 1.0
    along = (quad[1] - quad[0]) / length
    centres = [
        float(np.dot(np.mean(np.asarray(char[2], dtype=np.float64), axis=0) - start, along))
        * crop.shape[1]
        / length
        for char in chars
    ]
    blanks: list[int] = []
    behind = 0
    for at, (left, right) in enumerate(pairwise(centres)):
        blank = _longest_blank(filled[max(0, int(left)) : max(0, int(right)) + 1])
        if at + 1 == match.end():
            behind = blank
        elif _CHINESE.match(text[at]) and _CHINESE.match(text[at + 1]):
            blanks.append(blank)
    if len(blanks) < 2:
        return text
    if behind >= float(np.median(blanks)) + _SPACE * crop.shape[0]:
        return f"{text[: match.end()]} {text[match.end() :]}"
    return text


def _longest_blank(filled: Any) -> int:
    longest = run = 0
    for value in filled:
        run = 0 if value else run + 1
        longest = max(longest, run)
    return longest


def _rules(image: Any) -> list[list[float]]:
    """Ruling lines: long thin strokes, as (x0, y0, x1, y1), horizontal or vertical."""
    import cv2
    import numpy as np

    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    ink = cv2.adaptiveThreshold(~grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, 31, -12)
    shortest = max(40, max(grey.shape) // 40)
    found: list[list[float]] = []
    for flat in (True, False):
        size = (shortest, 1) if flat else (1, shortest)
        strokes = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones(size[::-1], np.uint8))
        strokes = cv2.dilate(strokes, np.ones((3, 3), np.uint8))
        _, _, boxes, _ = cv2.connectedComponentsWithStats(strokes)
        for left, top, width, height, _ in boxes[1:2000].tolist():
            thick = height if flat else width
            if thick > 0.2 * max(width, height):
                continue
            x, y = left + width / 2, top + height / 2
            found.append([left, y, left + width, y] if flat else [x, top, x, top + height])
    return found


if __name__ == "__main__":
    main()
