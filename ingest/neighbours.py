"""What only the lines around a line can tell: quoted articles, titles, headings over articles.

Pure and linear in the number of lines. ``free[i]`` is true where nothing else is known of a line:
no mark of the source's own, no title, no entry of a table of contents, no signature.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ingest.label import Label
from ingest.lines import like_heading

_QUOTES_AMENDMENT = re.compile(
    r"(?:修改为|改为|修订为|增加|作为|分别为|如下|表述为)[^“”。]{0,40}“|\A“第[^“”]{1,12}[条章节]|\A“[（(]?[一二三四五六七八九十]{1,3}[）)、]"
)
_LONGEST_QUOTE = 60
_TITLE = re.compile(
    r"(?:法|条例|办法|规定|细则|决定|通知|意见|公告|章程|规则|规程|准则|方案|标准|解释|指南|目录)"
    r"(?:[（(][^（）()]{1,12}[）)])?\Z"
)
_LONGEST_TITLE = 60
_PREFACE = 8
_SENTENCE = 12
_CAPTION = re.compile(
    r"(?:附?表|续表|Table)\s{0,2}[0-9一二三四五六七八九十]{0,3}[-—.．0-9]{0,6}(?=\s|[：:]|\Z)|.{1,38}表\Z"
)
_UNIT = re.compile(r"[（(]?(?:计量)?单位\s?[:：]")
_LONGEST_HEADING = 30
_ENDED = frozenset("。！？”；")
_LIST_ENDS = frozenset("。；）)”")


def quoted_lines(lines: Sequence[str]) -> set[int]:
    """Lines inside a quotation that gives the new wording of articles: they are not its articles.

    Such a quotation begins behind ``修改为：`` and the like, or with ``“第三条``. Every paragraph
    of it may begin with an opening mark; the last ends with a closing one. One that is not closed
    within 60 lines is taken for a slip of the pen.
    """
    found: set[int] = set()
    opened: int | None = None
    for at, line in enumerate(lines):
        if opened is None:
            if "“" in line and line.rfind("“") > line.rfind("”") and _QUOTES_AMENDMENT.search(line):
                opened = at
            if line[0] == "“" and _QUOTES_AMENDMENT.match(line):
                found.add(at)
        elif at - opened > _LONGEST_QUOTE:
            opened = None
        elif "”" in line and line.rfind("”") > line.rfind("“"):
            found.update(range(opened + 1, at + 1))
            opened = None
    return found


def second_titles(
    lines: Sequence[str], labels: Sequence[Label | None], free: Sequence[bool]
) -> set[int]:
    """Titles of further documents in one file: behind them articles or chapters count from one.

    Something must have been said before: the first title is the document's own.
    """
    begins = [
        bool(item and item.family in ("条", "章", "编") and (item.value, item.sub) == (1, 0))
        for item in labels
    ]
    nearest: list[int] = [len(lines) + _PREFACE] * (len(lines) + 1)
    for at in range(len(lines) - 1, -1, -1):
        nearest[at] = at if begins[at] else nearest[at + 1]
    found: set[int] = set()
    spoken = False
    for at, line in enumerate(lines):
        before, spoken = spoken, spoken or (len(line) >= _SENTENCE and line[-1] in "。”")
        if not before or not free[at] or labels[at] is not None or nearest[at] - at > _PREFACE:
            continue
        if 4 <= len(line) <= _LONGEST_TITLE and _TITLE.search(line) and like_heading(line):
            between = lines[at + 1 : nearest[at]]
            # The preface of a law is short; a longer one is text that this line only stands above.
            if all(len(other) <= 2 * _LONGEST_TITLE for other in between):
                found.add(at)
    return found


def annex_titles(
    lines: Sequence[str], labels: Sequence[Label | None], free: Sequence[bool]
) -> Mapping[int, str]:
    """The lines below a bare ``附件1`` that say what it is: line → the title it ends.

    A title of several lines (关于…若干 / 问题的解释) stands whole at its last line; the others have
    an empty one.
    """
    found: dict[int, str] = {}
    for at in range(1, len(lines) - 1):
        above = labels[at - 1]
        if above is None or above.family != "annex" or above.body < len(lines[at - 1]):
            continue
        run = _title_run(lines, labels, free, at)
        found.update((line, "") for line in run[:-1])
        if run:
            found[run[-1]] = "".join(lines[line] for line in run)
    return found


def _title_run(
    lines: Sequence[str], labels: Sequence[Label | None], free: Sequence[bool], first: int
) -> list[int]:
    """The lines from ``first`` on that make one title: one, or up to three that end like one."""
    run: list[int] = []
    for at in range(first, min(first + 3, len(lines) - 1)):
        line = lines[at]
        if not free[at] or labels[at] is not None or not like_heading(line) or len(line) < 2:
            break
        if len(line) > _LONGEST_TITLE or (line[-1] in "）)" and not _TITLE.search(line)):
            break
        run.append(at)
        if _TITLE.search(line):
            return run
    return run[:1]


def part_headings(
    lines: Sequence[str], labels: Sequence[Label | None], free: Sequence[bool]
) -> Mapping[int, str]:
    """Headings that stand over articles without being called 章 or 节: line → rank's name.

    ``二、民事责任`` between two articles is no item of the first one, and a short line without a
    number between the end of an article and the next one is a heading as well.
    """
    found: dict[int, str] = {}
    for at in range(len(lines) - 2, -1, -1):
        item, line = labels[at], lines[at]
        following = labels[at + 1]
        leads = at + 1 in found or (following is not None and following.family == "条")
        if not leads or not free[at] or not like_heading(line):
            continue
        if item is not None:
            if item.family in ("cn", "cn_paren"):
                found[at] = f"part {item.family}"
        elif (
            at
            and 2 <= len(line) <= _LONGEST_HEADING
            and line[-1] not in "）)"
            and (lines[at - 1][-1] in _ENDED or _is_structure(labels[at - 1]))
        ):
            found[at] = "part"
    return found


def _is_structure(item: Label | None) -> bool:
    return item is not None and item.family in ("编", "分编", "章", "节")


def captions(
    lines: Sequence[str],
    labels: Sequence[Label | None],
    free: Sequence[bool],
    rows: Sequence[bool],
) -> set[int]:
    """Lines that name the table below them; the unit of its figures may stand between."""
    found: set[int] = set()
    for at, line in enumerate(lines):
        if not free[at] or labels[at] is not None or not like_heading(line):
            continue
        below = at + 1
        if below + 1 < len(lines) and _UNIT.match(lines[below]):
            below += 1
        if below < len(lines) and rows[below] and not rows[at] and _CAPTION.match(line):
            found.add(at)
    return found


def questions(lines: Sequence[str], labels: Sequence[Label | None]) -> set[int]:
    """Lines that ask what the next line answers."""
    found: set[int] = set()
    for at, (line, item) in enumerate(zip(lines[:-1], labels[:-1], strict=True)):
        following = labels[at + 1]
        if following is not None and following.family == "answer":
            asks = item is not None and item.family == "question"
            if asks or line[-1] in "？?":
                found.add(at)
    return found


def guessed_headings(
    lines: Sequence[str], labels: Sequence[Label | None], titles: Sequence[bool]
) -> set[int]:
    """Short lines without a mark between paragraphs of text; ``titles`` are the document's own."""
    found: set[int] = set()
    for at in range(1, len(lines) - 1):
        line = lines[at]
        if not 3 <= len(line) <= 25 or any(c in "。；，：！？;,:!?、|/" for c in line):
            continue
        before, below = lines[at - 1], lines[at + 1]
        above = before[-1] in "。！？”）" or titles[at - 1]
        if above and labels[at + 1] is None and len(below) >= 40 and below[-1] in "。！？”）":
            found.add(at)
    return found
