"""Plain text → draft: hard-wrapped lines are joined, flattened text gets its line breaks back."""

from __future__ import annotations

import re
from bisect import bisect_right

from ingest.draft import Draft, assemble
from ingest.joining import Printed, glue, paragraphs
from ingest.numbering import label
from ingest.source_text import letters
from kb.sentences import brackets

_TERMINAL = frozenset("。！？!?；;：:”’」』…")
_SPACES = re.compile(r"[ \u3000]+")
_STRUCTURE_BEFORE = re.compile(
    r"(?:第\s?[零〇一二三四五六七八九十百千两0-9]{1,9}\s?(?:分编|编|章|节|条)(?:之[一二三四五六七八九十]{1,3})?"
    r"|[一二三四五六七八九十]{1,5}\s?[、．.]|[（(][一二三四五六七八九十0-9]{1,3}[)）]|[0-9]{1,3}[.．、)）]|[问答QA][:：])\Z"
)
_DATE = re.compile(
    r"(?:[12][0-9]{3}|二〇[〇一二三四五六七八九]{2})\s?年[0-9一二三四五六七八九十]{1,3}月[0-9一二三四五六七八九十]{1,3}日(?=[\s）)]|\Z)"
)
_ENDED_BY_SPACE = re.compile(r"[。！？：；”][ \u3000]+[^ \u3000]")
_UNSURE = frozenset({"decimal", "alpha", "roman", "note"})
"""Numbers that may as well stand in the middle of a line."""
FLATTENED_LINE = 60
FLATTENED_AVERAGE = 360


def read_text(text: str) -> Draft:
    """A draft of clean text (see ``source_text.clean``)."""
    lines = [line.strip() for line in text.split("\n")]
    return Draft(
        *assemble([(line, None) for line in restore_lines(lines, text)]), letters=letters(text)
    )


def restore_lines(lines: list[str], text: str) -> list[str]:
    """Undo hard wrapping or flattening of stripped ``lines`` (of ``text``), where either shows."""
    if is_flattened(lines):
        return [part for line in lines for part in unflatten(line)]
    if is_wrapped(lines):
        return unwrap(text.split("\n"))
    return lines


def is_flattened(lines: list[str]) -> bool:
    """Whether a whole document was put on a few very long lines, its breaks turned into spaces."""
    filled = [line for line in lines if line]
    if not filled:
        return False
    average = sum(map(len, filled)) / len(filled)
    if average <= FLATTENED_AVERAGE and (
        len(filled) > 3 or max(map(len, filled)) <= FLATTENED_LINE
    ):
        return False
    return any(_ENDED_BY_SPACE.search(line) for line in filled)


def unflatten(line: str) -> list[str]:
    """Cut a flattened line at the spaces that were line breaks; no other character changes.

    A space counts where Chinese text or its punctuation stands before it and Chinese text, an
    opening mark, an enumerator or a date after it; not inside brackets or ``《》``, not behind
    an enumerator, not in a spaced-out word (``总 则``).
    """
    if len(line) <= FLATTENED_LINE:
        return [line]
    protected = brackets(line)
    starts = [span[0] for span in protected]
    spaces = list(_SPACES.finditer(line))
    parts: list[str] = []
    begin = 0
    for index, space in enumerate(spaces):
        at, end = space.span()
        if at <= begin or end >= len(line):
            continue
        inside = bisect_right(starts, at) - 1
        if inside >= 0 and at < protected[inside][1]:
            continue
        until = spaces[index + 1].start() if index + 1 < len(spaces) else len(line)
        if (
            at - begin <= 1
            or until - end <= 1
            or _STRUCTURE_BEFORE.search(line, max(begin, at - 14), at)
        ):
            continue
        if _is_break(line, at, end):
            parts.append(line[begin:at])
            begin = end
    parts.append(line[begin:])
    return parts


def _is_break(line: str, at: int, end: int) -> bool:
    before, after = line[at - 1], line[end]
    if before in "。！？：；" or ("”’".find(before) >= 0 and line[at - 2] in "。！？"):
        return after not in "，。；：、！？）》”"
    head = line[end : end + 24]
    found = label(head)
    if found and found.family not in _UNSURE and (found.strong or found.family != "条"):
        return True
    if not ("\u4e00" <= before <= "\u9fff" or before in "）》”"):
        return False
    if "\u4e00" <= after <= "\u9fff" or after in "（“《":
        return True
    return _DATE.match(line, end) is not None


def _width(text: str) -> int:
    """Columns a text takes: two for a Chinese character, one for a Latin one."""
    return len(text.encode("gbk", errors="replace"))


def is_wrapped(lines: list[str]) -> bool:
    """Whether most lines end at the same column in the middle of a sentence."""
    filled = [line for line in lines[:4000] if line]
    if len(filled) < 6:
        return False
    widths = sorted(map(_width, filled))
    edge = widths[int(len(widths) * 0.95)]
    if not 30 <= edge <= 130:
        return False
    full = [line for line in filled if _width(line) >= edge - 6]
    open_ended = [line for line in full if line[-1] not in _TERMINAL]
    return len(full) >= 0.4 * len(filled) and len(open_ended) >= 0.6 * len(full)


def unwrap(lines: list[str]) -> list[str]:
    """Join hard-wrapped lines to paragraphs; an empty line always separates."""
    printed: list[Printed] = []
    row = 0
    for line in lines:
        row += 1
        bare = line.strip()
        if not bare:
            row += 2
            continue
        left = _width(line[: len(line) - len(line.lstrip())])
        printed.append(Printed(bare, 0, left, left + _width(bare), float(row), 2.0))
    joined: list[str] = []
    for group in paragraphs(printed):
        whole = printed[group[0]].text
        for index in group[1:]:
            whole += glue(whole, printed[index].text) + printed[index].text
        joined.append(whole)
    return joined
