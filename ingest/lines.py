"""Single lines of a canonical text: their spans, and what they look like. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.label import Label
from kb.sentences import strip_span

SENTENCE_END = frozenset("。；！;!")
_NOT_HEADING_END = frozenset("。；，、：！;,.:!")
_LONGEST_HEADING = 60
_LONGEST_TITLE = 80
_DATE_ONLY = re.compile(
    r"[（(]?(?:[12][0-9]{3}|[一二][零〇○一二三四五六七八九]{3})\s{0,2}年.{1,8}月.{1,8}日[）)]?\Z"
)
_CONTENTS = re.compile(r"(?:目\s{0,6}[录次]|contents)\s?[:：]?\Z", re.I)
_SPACED = re.compile(
    r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff])[ \u3000]+([\u4e00-\u9fff])(?![\u4e00-\u9fff])"
)
_SPACES = re.compile(r"[ \u3000]+")


def line_spans(text: str) -> list[tuple[int, int]]:
    """The spans of the lines that are not empty, white space at their ends left out."""
    spans: list[tuple[int, int]] = []
    at = 0
    for line in text.split("\n"):
        if line and not line[0].isspace() and not line[-1].isspace():
            spans.append((at, at + len(line)))
        else:
            start, end = strip_span(text, at, at + len(line))
            if start < end:
                spans.append((start, end))
        at += len(line) + 1
    return spans


def spans_between(text: str, at: int, until: int) -> Iterator[tuple[int, int]]:
    """The spans of the lines that begin from ``at`` to before ``until`` and are not empty."""
    while at < until:
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        start, stop = strip_span(text, at, end)
        if start < stop:
            yield start, stop
        at = end + 1


def tidy_title(line: str) -> str:
    """A heading as it stands in a path: single spaces, ``总 则`` as ``总则``, 80 characters."""
    line = _SPACED.sub(r"\1\2", _SPACES.sub(" ", line.strip()))
    return line if len(line) <= _LONGEST_TITLE else line[: _LONGEST_TITLE - 1] + "…"


def contents_lines(lines: Sequence[str]) -> set[int]:
    """The lines of a table of contents: those behind ``目录`` that come again further down."""
    found: set[int] = set()
    for at, line in enumerate(lines[:200]):
        if len(line) > 12 or not _CONTENTS.match(line):
            continue
        counts: dict[str, int] = {}
        for other in lines[at + 1 :]:
            if len(other) <= _LONGEST_TITLE + 20:
                key = _contents_key(other)
                counts[key] = counts.get(key, 0) + 1
        entry = at + 1
        first = ""
        while entry < len(lines) and len(lines[entry]) <= _LONGEST_TITLE + 20:
            key = _contents_key(lines[entry])
            if counts[key] < 2 or key == first:
                break
            first = first or key
            found.add(entry)
            entry += 1
        if first:
            found.add(at)
        break
    return found


def _contents_key(line: str) -> str:
    return re.sub(r"[\W_]+", "", re.sub(r"[\s.…·]*[0-9]{0,4}\Z", "", line))


def signature_lines(lines: Sequence[str], labels: Sequence[Label | None]) -> set[int]:
    """The date of signing and the names above it: they belong to the document as a whole."""
    found: set[int] = set()
    for at, line in enumerate(lines):
        if at < 3 or len(line) > 20 or not _DATE_ONLY.match(line):
            continue
        following = labels[at + 1] if at + 1 < len(lines) else None
        if len(lines) - at > 6 and not (following and following.family == "annex"):
            continue
        found.add(at)
        above = at - 1
        while (
            above > max(0, at - 8)
            and len(lines[above]) <= 40
            and labels[above] is None
            and lines[above][-1] not in _NOT_HEADING_END
        ):
            found.add(above)
            above -= 1
    return found


def like_heading(line: str) -> bool:
    """Whether a line looks like a heading: short and without the marks of a sentence."""
    return len(line) <= _LONGEST_HEADING and line[-1] not in _NOT_HEADING_END and "。" not in line


def has_sentence(line: str) -> bool:
    """Whether a line marked as a heading holds text that must not be lost as one."""
    return len(line) > _LONGEST_TITLE or line[-1] in SENTENCE_END
