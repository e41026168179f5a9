"""The lines of a text that are its title. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ingest.dates import DAY, DAY_LINE
from ingest.draft import LineMark, Mark
from ingest.header_number import agencies, is_number_line
from ingest.numbering import label

Span = tuple[int, int]
"""Start and end of a piece of the text."""

_LONGEST, _LONGEST_ALL = 120, 240
_LINES = 4
"""Most lines of a title, besides those with the name of an agency each."""
_SUFFIX = re.compile(
    r"(?:通知|意见|办法|条例|规定|细则|方案|规划|计划|措施|公告|通告|通报|决定|决议|命令|指南|指引|目录|清单|纲要|要点|解释|批复|函|报告|"
    r"规则|准则|原则|标准|政策|章程|法|法典|公报|纪要|倡议书|须知|手册|说明|要求|预案|规范|白皮书|汇编|解读|问答|公开信|通则|修正案)"
    r"(?:（[^（）]{1,20}）|\([^()]{1,20}\)|〔[^〔〕]{1,20}〕)?\Z"
)
_NOTICE = re.compile(
    r"(?:通知|公告|通告|意见|决定|函|批复|报告|规定|办法|解释|通报|请示|令)(?:（[^（）]{1,20}）)?\Z"
)
_NAMES_AGENCY = re.compile(
    r"(?!关于|印发|转发|发布)[\u4e00-\u9fff]{1,28}"
    r"(?:[部局厅署院会委办社]|中心|政府|银行|办公室|集团|公司)(?:关于|印发|转发|\Z)"
)
_NOT_TITLE = re.compile(
    r"(?:目\s*录|特此|附件|附录|抄送|主送|发布日期|索引号|发文|来源|时间|日期|第[一二三四五六七八九十]{1,3}[章节条编])"
    r"|.{0,12}(?:编号|文号|日期|时间|作者|来源|机关|主题词)\s?[:：]"
)
_EDITION = re.compile(r"[（(〔][^（）()〔〕]{2,20}[）)〕]\Z")
_SENTENCE_END = frozenset("。；，：;,:！")
_ISSUED = re.compile(rf"{DAY}[^。；\n]{{0,40}}?(?:公布|发布|印发|通过|施行)")


def same_words(left: str, right: str) -> bool:
    """Whether two titles differ in spaces and punctuation only."""
    return _words(left) == _words(right) != ""


def known_title(
    text: str, lines: Sequence[Span], marks: Mapping[int, LineMark], title: str
) -> tuple[str, tuple[Span, ...]]:
    """``title`` itself, and the lines of the text's head that repeat it or stand for it."""
    for first in range(min(4, len(lines))):
        for last in range(first, min(first + 4, len(lines))):
            if same_words("".join(text[a:b] for a, b in lines[first : last + 1]), title):
                return title, tuple(lines[first : last + 1])
    found, spans = find_title(text, lines, marks)
    marked = bool(spans) and marks.get(spans[0][0], LineMark(Mark.ITEM)).mark is Mark.HEADING
    words = _words(title)
    if marked or (spans and (_words(found) in words or words in _words(found))):
        return title, spans
    return title, ()


def find_title(
    text: str, lines: Sequence[Span], marks: Mapping[int, LineMark]
) -> tuple[str, tuple[Span, ...]]:
    """The title a text gives itself and the spans of its lines; empty when none is sure."""
    if not lines:
        return "", ()
    headed = _marked_title(text, lines, marks)
    if headed:
        # a title broken over two lines is one; a part (物权编) below a whole title stays apart
        apart = " " if _SUFFIX.search(text[slice(*headed[0])]) else ""
        title = apart.join(text[a:b] for a, b in headed)
        edition = _edition_below(text, lines, headed[-1])
        return title + "".join(text[a:b] for a, b in edition), (*headed, *edition)
    lines = lines[1:] if _is_annex_mark(text[slice(*lines[0])]) and lines[1:] else lines
    for first in range(min(6, len(lines))):
        if not _may_open(text[slice(*lines[first])], marks.get(lines[first][0])):
            if label(text[slice(*lines[first])]) is not None:
                break
            continue
        run: list[Span] = []
        for start, end in lines[first:]:
            line = text[start:end]
            others = sum(not agencies(text[a:b]) for a, b in run)
            length = sum(b - a for a, b in run) + len(line)
            if not _may_open(line, marks.get(start)) or others >= _LINES or length > _LONGEST_ALL:
                break
            run.append((start, end))
            if _SUFFIX.search(line) and not line.endswith("文件"):
                after = lines[first + len(run)] if first + len(run) < len(lines) else None
                if after and _goes_on(_join(text, run), text[slice(*after)], marks.get(after[0])):
                    run.append(after)
                return _join(text, run), tuple(run)
    start, end = lines[0]
    line = text[start:end]
    if _may_open(line, marks.get(start)) and len(line) <= 40 and not is_number_line(line):
        return line, ((start, end),)
    return "", ()


def with_repeats(
    text: str, lines: Sequence[Span], title: str, spans: tuple[Span, ...]
) -> tuple[Span, ...]:
    """The title's lines with those that belong to it: headings too, not passages.

    Web pages give their title twice; an annex bears its number (附件3) above its own title.
    """
    behind = [span for span in lines[:8] if span not in spans]
    more = {span for span in behind if same_words(text[slice(*span)], title)}
    if spans and spans[0] in lines[1:2] and _is_annex_mark(text[slice(*lines[0])]):
        more.add(lines[0])
    return tuple(sorted({*spans, *more}))


def _marked_title(
    text: str, lines: Sequence[Span], marks: Mapping[int, LineMark]
) -> tuple[Span, ...]:
    """The heading a format marks as the one above all others, and a part's name right below it
    that is marked as high (中华人民共和国民法典, 物权编).
    """
    levels = [m.level for m in marks.values() if m.mark is Mark.HEADING]
    for at, span in enumerate(lines[:6]):
        level = _level(text, span, marks)
        if level == 1 or (level and at == 0 and levels.count(level) == 1):
            below = lines[at + 1] if at + 1 < len(lines) else None
            part = below is not None and level == 1 and _level(text, below, marks) == 1
            if part and below and not same_words(text[slice(*span)], text[slice(*below)]):
                return span, below
            return (span,)
    return ()


def _level(text: str, span: Span, marks: Mapping[int, LineMark]) -> int:
    """The level of a line marked as a heading that bears no number; else 0."""
    mark = marks.get(span[0])
    heading = mark is not None and mark.mark is Mark.HEADING
    return mark.level if mark and heading and label(text[slice(*span)]) is None else 0


def _words(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def _may_open(line: str, mark: LineMark | None) -> bool:
    if mark and mark.mark is not Mark.HEADING:
        return False
    if len(line) > _LONGEST or line[-1] in _SENTENCE_END or "。" in line or len(line) < 2:
        return False
    return not (
        is_number_line(line)
        or DAY_LINE.match(line)
        or _NOT_TITLE.match(line)
        or _ISSUED.match(line)
        or label(line) is not None
        or not any(char.isalpha() for char in line)
    )


def _edition_below(text: str, lines: Sequence[Span], last: Span) -> Sequence[Span]:
    """The line below a title's ``last`` one if it only names the edition (（2017年修订版）)."""
    below = lines[lines.index(last) + 1 :][:1]
    return [(a, b) for a, b in below if _EDITION.match(text[a:b]) and _may_open(text[a:b], None)]


def _is_annex_mark(line: str) -> bool:
    """Whether a line says only which annex this is (附件3)."""
    found = label(line)
    return found is not None and found.family == "annex" and found.body >= len(line)


def _goes_on(title: str, line: str, mark: LineMark | None) -> bool:
    """Whether a title that could end (关于…支持政策) has a last line of its own (…的通知), or its
    edition below it (（征求意见稿）).
    """
    if not _may_open(line, mark):
        return False
    open_ended = "关于" in title and not _NOTICE.search(title)
    return (open_ended and bool(_NOTICE.search(line))) or bool(_EDITION.match(line))


def _join(text: str, spans: Sequence[Span]) -> str:
    """The lines of a title as one; names of agencies on lines of their own stay apart."""
    joined = ""
    for start, end in spans:
        line = text[start:end]
        apart = joined and agencies(joined) and _NAMES_AGENCY.match(line)
        if joined and line.startswith(text[slice(*spans[0])]):
            joined = ""  # the agencies stood above the title as well
        joined += f" {line}" if joined and apart else line
    return joined.strip("—– -")
