"""Markdown → draft: the words without the marks.

Not a full CommonMark parser: it takes headings, lists, tables, quotes, code, emphasis, links,
images and comments, which is what policy texts use, and leaves everything else as it stands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ingest.draft import Draft, LineMark, Mark, assemble
from ingest.readers.text import is_flattened, is_wrapped, unflatten, unwrap
from ingest.source_text import letters
from ingest.tables import rows_to_lines

_HEADING = re.compile(r" {0,3}(#{1,6})(?=[ \u3000]|\Z)")
_RULE = re.compile(r" {0,3}(?:(?:-[ ]*){3,}|(?:\*[ ]*){3,}|(?:_[ ]*){3,})\Z")
_BULLET = re.compile(r"([ ]*)[-*+•·][ \u3000]+(?:\[[ xX]\][ ]+)?(\S.*)\Z")
_QUOTE = re.compile(r" {0,3}(?:>[ ]?)+")
_FENCE = re.compile(r" {0,3}(```+|~~~+)")
_TABLE_LINE = re.compile(r"\|?[ ]{0,20}:?-+:?[ ]{0,20}(?:\|[ ]{0,20}:?-+:?[ ]{0,20})*\|?\Z")
_CELL = re.compile(r"(?<!\\)\|")
_BREAK = re.compile(r"<br[ ]*/?>", re.I)
_TAG = re.compile(
    r"</?(?:a|b|big|center|code|del|details|div|em|font|h[1-6]|i|img|ins|kbd|li|mark|ol|p|s|small|span|strong|sub|summary|sup|u|ul)"
    r"(?:[ ][^<>]{0,500})?/?>",
    re.I,
)
_IMAGE = re.compile(r"!\[([^\[\]\n]{0,300})\]\(([^()\n]{0,1000})\)")
_LINK = re.compile(r"(?<!\\)\[([^\[\]\n]{1,500})\]\(([^()\n]{0,1000})\)")
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]{1,500})>")
_CODE = re.compile(r"(?<!`)(`{1,3})([^`\n]{1,1000})\1(?!`)")
_STRONG = re.compile(r"\*\*|__|~~")
_STAR = re.compile(
    r"(?<![*\w\\])\*(?=[^\s*])([^*\n]{1,1000}?)(?<=[^\s\\])\*(?![*\w])|(?<!\\)\*(?=[^\s*0-9])([^*\n]{1,1000}?)(?<=[^\s\\0-9])\*"
)
_UNDERSCORE = re.compile(r"(?<![\w\\])_(?=[^\s_])([^_\n]{1,1000}?)(?<=[^\s\\])_(?!\w)")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>~])")
_WHOLLY_STRONG = re.compile(r"(\*\*|__)([^*_]{1,40})\1\Z")
_MARKED = re.compile(r"[*_`~\[\]<\\!]")
_BLOCK_MARKS = frozenset(" \u3000#>-*+•·`~=_|")
_PLAIN_END = frozenset("。！？；，、：:;,.")
_HEADING_LEVEL_STRONG = 7
_DEEPEST_ITEM = 6


@dataclass(slots=True)
class _Reading:
    """The lines so far, the run of plain lines waiting, and what was taken out."""

    flattened: bool
    wrapped: bool
    removed: list[str]
    lines: list[tuple[str, LineMark | None]] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)

    def flush(self) -> None:
        restored = self.plain
        if self.flattened:
            restored = [part for line in restored for part in unflatten(line)]
        elif self.wrapped:
            restored = unwrap(restored)
        self.lines.extend((line, None) for line in restored)
        self.plain.clear()

    def add(self, text: str, mark: LineMark | None) -> None:
        self.flush()
        self.lines.append((text, mark))


def read_markdown(text: str) -> Draft:
    """A draft of clean Markdown without its front matter.

    Emphasis, heading and list marks are gone, numbers (``1.``, ``第三条``) stay, a table row is a
    line ``列名：值；列名：值。``, comments and link targets are recorded as removed.
    """
    total = letters(text)
    text, comments = _without_comments(text)
    lines = text.split("\n")
    bare = [line.strip() for line in lines]
    reading = _Reading(flattened=is_flattened(bare), wrapped=is_wrapped(bare), removed=comments)
    at = 0
    while at < len(lines):
        at = _block(lines, at, reading)
    reading.flush()
    body, marks = assemble(reading.lines)
    return Draft(body, marks, removed=tuple(reading.removed), letters=total)


def _without_comments(text: str) -> tuple[str, list[str]]:
    """The text without ``<!-- … -->``, line breaks kept; one that is never closed stays."""
    comments: list[str] = []
    parts: list[str] = []
    begin = 0
    while (at := text.find("<!--", begin)) >= 0 and (end := text.find("-->", at + 4)) >= 0:
        comment = text[at : end + 3]
        comments.append(comment)
        parts += [text[begin:at], "\n" * comment.count("\n")]
        begin = end + 3
    parts.append(text[begin:])
    return "".join(parts), comments


def _block(lines: list[str], at: int, reading: _Reading) -> int:
    """Read the block that begins at line ``at``; return the line behind it."""
    line = lines[at].rstrip()
    if not line:
        reading.plain.append("")
        return at + 1
    if line[0] not in _BLOCK_MARKS and "|" not in line:
        reading.plain.extend(_parts(line, reading))
        return at + 1
    fence = _FENCE.match(line)
    if fence:
        return _fenced(lines, at, fence.group(1), reading)
    if line.lstrip().startswith(">"):
        line = line[_end_of(_QUOTE, line) :]
        if not line.strip():
            return at + 1
    heading = _HEADING.match(line)
    if heading:
        words = line[heading.end() :].strip()
        words = words if words.strip("#") else ""
        words = words.rstrip("#").rstrip() if words.endswith(" #") or " #" in words[-8:] else words
        title = inline(words, reading.removed)
        reading.add(title, LineMark(Mark.HEADING, len(heading.group(1))))
        return at + 1
    if (
        "|" in line
        and at + 1 < len(lines)
        and "-" in lines[at + 1]
        and _TABLE_LINE.match(lines[at + 1].strip())
    ):
        return _table(lines, at, reading)
    if _RULE.match(line) or (line.strip("=") == "" and len(line) >= 3):
        return _rule(line, lines, at, reading)
    strong = _WHOLLY_STRONG.match(line.strip())
    if strong and strong.group(2)[-1] not in _PLAIN_END:
        reading.add(strong.group(2), LineMark(Mark.HEADING, _HEADING_LEVEL_STRONG))
        return at + 1
    bullet = _BULLET.match(line)
    if bullet:
        depth = min(_DEEPEST_ITEM, len(bullet.group(1)) // 2 + 1)
        for part in _parts(bullet.group(2), reading):
            reading.add(part, LineMark(Mark.ITEM, depth))
        return at + 1
    reading.plain.extend(part.strip() for part in _parts(line, reading))
    return at + 1


def _end_of(pattern: re.Pattern[str], line: str) -> int:
    match = pattern.match(line)
    return match.end() if match else 0


def _parts(line: str, reading: _Reading) -> list[str]:
    return (
        [inline(part, reading.removed) for part in _BREAK.split(line)]
        if "<" in line
        else [inline(line, reading.removed)]
    )


def _fenced(lines: list[str], at: int, fence: str, reading: _Reading) -> int:
    at += 1
    while at < len(lines):
        if lines[at].strip().startswith(fence):
            return at + 1
        reading.add(lines[at], LineMark(Mark.VERBATIM))
        at += 1
    return at


def _rule(line: str, lines: list[str], at: int, reading: _Reading) -> int:
    """A rule, or the underline that makes the short line above it a heading."""
    above = reading.plain[-1].strip() if reading.plain else ""
    underline = line.strip("= ") == "" or (line.strip("- ") == "" and " " not in line.strip())
    if (
        above
        and underline
        and at
        and lines[at - 1].strip()
        and len(above) <= 40
        and above[-1] not in _PLAIN_END
    ):
        reading.plain.pop()
        reading.add(above, LineMark(Mark.HEADING, 1 if "=" in line else 2))
    else:
        reading.removed.append(line.strip())
    return at + 1


def _cells(line: str, reading: _Reading) -> list[str]:
    bare = line.strip()
    bare = bare.removeprefix("|")
    if bare.endswith("|") and not bare.endswith("\\|"):
        bare = bare[:-1]
    cells = [_BREAK.sub("，", cell) for cell in _CELL.split(bare)]
    return [inline(cell.strip(), reading.removed).strip() for cell in cells]


def _table(lines: list[str], at: int, reading: _Reading) -> int:
    """A table: each row becomes one line that can be understood without the header."""
    header = _cells(lines[at], reading)
    at += 2
    rows: list[list[str]] = []
    while at < len(lines) and "|" in lines[at] and lines[at].strip():
        rows.append(_cells(lines[at], reading))
        at += 1
    for line in rows_to_lines([header], rows):
        reading.add(line, LineMark(Mark.ROW) if rows else None)
    return at


def inline(text: str, removed: list[str]) -> str:
    """One line without emphasis marks, tags and link targets; what goes is put on ``removed``."""
    if not _MARKED.search(text):
        return text
    if "`" in text:
        text = _CODE.sub(r"\2", text)
    if "[" in text:
        text = _IMAGE.sub(lambda match: _keep(match, removed), text)
        text = _LINK.sub(lambda match: _keep(match, removed), text)
    if "<" in text:
        text = _AUTOLINK.sub(r"\1", text)
        text = _TAG.sub(lambda match: _drop(match, removed), text)
    text = _without_strong(text)
    if "*" in text:
        text = _STAR.sub(lambda match: match.group(1) or match.group(2), text)
    if "_" in text:
        text = _UNDERSCORE.sub(r"\1", text)
    if "\\" in text:
        text = _ESCAPE.sub(r"\1", text)
    return text


def _without_strong(text: str) -> str:
    """Drop the pairs of ``**``, ``__`` and ``~~`` that enclose something, in one pass."""
    opened: dict[str, int] = {}
    drop: list[int] = []
    for match in _STRONG.finditer(text):
        mark, at, end = match.group(), match.start(), match.end()
        if (
            mark == "__"
            and text[at - 1 : at].isascii()
            and text[at - 1 : at].isalnum()
            and text[end : end + 1].isalnum()
        ):
            continue
        if mark in opened and at > opened[mark] + 2 and not text[at - 1].isspace():
            drop += [opened.pop(mark), at]
        elif end < len(text) and not text[end].isspace() and text[at - 1 : at] != "\\":
            opened[mark] = at
    if not drop:
        return text
    drop.sort()
    parts: list[str] = []
    begin = 0
    for at in drop:
        parts.append(text[begin:at])
        begin = at + 2
    parts.append(text[begin:])
    return "".join(parts)


def _keep(match: re.Match[str], removed: list[str]) -> str:
    removed.append(match.group(2))
    return match.group(1)


def _drop(match: re.Match[str], removed: list[str]) -> str:
    removed.append(match.group())
    return ""
