"""Title and facts of a document, found in its own text when nobody gave them.

Only what is written there: a fact that is not found stays empty.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ingest.dates import DAY, day, last_day
from ingest.draft import LineMark, Mark
from ingest.numbering import label, numeral
from kb.sentences import strip_span

_HEAD_LINES = 14
_HEAD_CHARACTERS = 3000
_TAIL_CHARACTERS = 6000
_LONGEST_TITLE = 120

_OPEN, _CLOSE = r"[〔\[［(（【﹝]", r"[〕\]］)）】﹞]"
_NUMBER = re.compile(
    rf"([\u4e00-\u9fff]{{1,16}}?(?:（[\u4e00-\u9fff]{{1,6}}）)?)\s?{_OPEN}\s?([12][0-9]{{3}})\s?{_CLOSE}\s?(?:第\s?)?([0-9]{{1,5}})\s?号"
)
_NUMBER_LINE = re.compile(rf"(?:(?:文号|发文字号|文件编号|编号)\s?[:：]\s?)?{_NUMBER.pattern}\Z")
_ORDER_LINE = re.compile(
    r"[（(]?((?:(?!关于)[\u4e00-\u9fff、\s]){0,40}(?:公告|令|通告)\s?(?:[12][0-9]{3}\s?年\s?)?"
    r"第?\s?[0-9一二三四五六七八九十百〇零]{1,5}\s?号)[）)]?\Z"
)
_ORDER_ISSUED = re.compile(r"([\u4e00-\u9fff]{2,20}令第\s?[0-9]{1,4}\s?号)(?:公布|发布)")
_SUFFIX = re.compile(
    r"(?:通知|意见|办法|条例|规定|细则|方案|规划|计划|措施|公告|通告|通报|决定|决议|命令|指南|指引|目录|清单|纲要|要点|解释|批复|函|报告|"
    r"规则|准则|原则|标准|政策|章程|法|法典|公报|纪要|倡议书|须知|手册|说明|要求|预案|规范|白皮书|汇编|解读|问答)"
    r"(?:（[^（）]{1,20}）|\([^()]{1,20}\)|〔[^〔〕]{1,20}〕)?\Z"
)
_NOT_TITLE = re.compile(
    r"(?:目\s*录|附件|附录|抄送|主送|发布日期|索引号|发文|来源|时间|日期|第[一二三四五六七八九十]{1,3}[章节条编])"
    r"|.{0,12}(?:编号|文号|日期|时间|作者|来源|机关|主题词)\s?[:：]"
)
_SENTENCE_END = frozenset("。；，：;,:！")
_AGENCY = re.compile(
    r"(?:国务院|党委|省委|市委|区委|县委|政府|办公厅|办公室|委员会|[部局厅署院会委办社]|中心|银行|法院|检察院|指挥部|领导小组|管委会|税务局|总局|公司|集团|协会)\Z"
)
_BEFORE_ABOUT = re.compile(r"([\u4e00-\u9fff、，,\s]{2,120}?)(?:关于|印发|转发|发布)")
_DATE_LINE = re.compile(rf"[（(]?{DAY}[）)]?\Z")
_DATED = re.compile(
    rf"(?:发布日期|成文日期|印发日期|发文日期|公布日期|发布时间|公布时间)\s?[:：]\s?(?:{DAY}|([12][0-9]{{3}})[-/.]([0-9]{{1,2}})[-/.]([0-9]{{1,2}}))"
)
_ISSUED = re.compile(rf"{DAY}[^。；\n]{{0,40}}?(?:公布|发布|印发)")
_EFFECTIVE = re.compile(
    rf"(?:从|自)\s?(?:{DAY}|((?:发布|公布|印发)之日))\s?起\s?(?:正式|开始|，)?\s?(?:施行|实施|执行|生效|试行)"
)
# Whose validity a sentence speaks of: 本办法自…; 现予公布，自…; or nothing before 自 at all.
_OWN = re.compile(
    r"本(?:法|条例|办法|规定|细则|意见|通知|公告|通告|措施|方案|政策|解释|规则|决定|目录|清单|规范|指南|若干|实施|管理|暂行|制度|要点|文件|计划)"
    r"|(?:现予|予以|现将)[^。]{0,60}(?:公布|发布|印发)"
)
_UNTIL = re.compile(
    rf"(?:有效期|执行期限|施行期限|实施期限|政策期限|执行)[^。；\n]{{0,40}}?至\s?{DAY}\s?(?:止|为止|截止)?"
)
_PERIOD = re.compile(r"有效期(?:限)?(?:为|：|:)?\s?([0-9]{1,2}|[一二三四五六七八九十]{1,3})\s?年")


@dataclass(frozen=True, slots=True)
class Found:
    """What the text says of itself; empty where it says nothing."""

    title: str = ""
    title_spans: tuple[tuple[int, int], ...] = ()
    doc_number: str = ""
    issuers: tuple[str, ...] = ()
    published: date | None = None
    effective: date | None = None
    expires: date | None = None


def find(text: str, marks: Mapping[int, LineMark] | None = None, *, title: str = "") -> Found:
    """The title (with the spans of its lines) and the facts a canonical text gives of itself.

    ``title``: the one already known; then only the lines that repeat it are looked for.
    """
    lines = _head(text)
    found, spans = (
        _known_title(text, lines, marks or {}, title)
        if title
        else _find_title(text, lines, marks or {})
    )
    spans = _repeated(text, lines, found, spans)
    number = _doc_number(text, lines, found)
    published = _published(text, lines)
    effective = _effective(text, published)
    return Found(
        found, spans, number, _issuers(text, found), published, effective, _expires(text, effective)
    )


def _head(text: str) -> list[tuple[int, int]]:
    """Spans of the first lines that are not empty."""
    spans: list[tuple[int, int]] = []
    at = 0
    while at < min(len(text), _HEAD_CHARACTERS) and len(spans) < _HEAD_LINES:
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        start, stop = strip_span(text, at, end)
        if start < stop:
            spans.append((start, stop))
        at = end + 1
    return spans


def same_words(left: str, right: str) -> bool:
    """Whether two titles differ in spaces and punctuation only."""
    return _words(left) == _words(right) != ""


def _words(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def _known_title(
    text: str, lines: Sequence[tuple[int, int]], marks: Mapping[int, LineMark], title: str
) -> tuple[str, tuple[tuple[int, int], ...]]:
    for first in range(min(4, len(lines))):
        for last in range(first, min(first + 4, len(lines))):
            if same_words("".join(text[a:b] for a, b in lines[first : last + 1]), title):
                return title, tuple(lines[first : last + 1])
    found, spans = _find_title(text, lines, marks)
    marked = bool(spans) and marks.get(spans[0][0], LineMark(Mark.ITEM)).mark is Mark.HEADING
    words = _words(title)
    if marked or (spans and (_words(found) in words or words in _words(found))):
        return title, spans
    return title, ()


def _find_title(
    text: str, lines: Sequence[tuple[int, int]], marks: Mapping[int, LineMark]
) -> tuple[str, tuple[tuple[int, int], ...]]:
    if not lines:
        return "", ()
    start, end = lines[0]
    mark = marks.get(start)
    levels = [m.level for m in marks.values() if m.mark is Mark.HEADING]
    if (
        mark
        and mark.mark is Mark.HEADING
        and label(text[start:end]) is None
        and (mark.level == 1 or levels.count(mark.level) == 1)
    ):
        return text[start:end], ((start, end),)
    if 1 in levels:
        for start, end in lines[:6]:
            mark = marks.get(start)
            if (
                mark
                and mark.mark is Mark.HEADING
                and mark.level == 1
                and label(text[start:end]) is None
            ):
                return text[start:end], ((start, end),)
    for first in range(min(6, len(lines))):
        if not _may_open(text[slice(*lines[first])], marks.get(lines[first][0])):
            if label(text[slice(*lines[first])]) is not None:
                break
            continue
        run: list[tuple[int, int]] = []
        for start, end in lines[first : first + 4]:
            line = text[start:end]
            if (
                not _may_open(line, marks.get(start))
                or sum(b - a for a, b in run) + len(line) > _LONGEST_TITLE
            ):
                break
            run.append((start, end))
            if _SUFFIX.search(line) and not line.endswith("文件"):
                return _join(text, run), tuple(run)
    start, end = lines[0]
    line = text[start:end]
    if _may_open(line, marks.get(start)) and len(line) <= 40 and not _NUMBER_LINE.match(line):
        return line, ((start, end),)
    return "", ()


def _may_open(line: str, mark: LineMark | None) -> bool:
    if mark and mark.mark is not Mark.HEADING:
        return False
    if len(line) > _LONGEST_TITLE or line[-1] in _SENTENCE_END or "。" in line or len(line) < 2:
        return False
    return not (
        _NUMBER_LINE.match(line)
        or _ORDER_LINE.match(line)
        or _DATE_LINE.match(line)
        or _NOT_TITLE.match(line)
        or _ISSUED.match(line)
        or label(line) is not None
        or not any(char.isalpha() for char in line)
    )


def _join(text: str, spans: Sequence[tuple[int, int]]) -> str:
    return "".join(text[a:b] for a, b in spans).strip("—– -")


def _repeated(
    text: str, lines: Sequence[tuple[int, int]], title: str, spans: tuple[tuple[int, int], ...]
) -> tuple[tuple[int, int], ...]:
    """Web pages give their title twice: the second time is a heading too, not a passage."""
    behind = [span for span in lines[:8] if span not in spans]
    return tuple(
        sorted({*spans, *(span for span in behind if same_words(text[slice(*span)], title))})
    )


def _doc_number(text: str, lines: Sequence[tuple[int, int]], title: str) -> str:
    for start, end in lines:
        line = text[start:end].strip("（）()")
        match = _NUMBER_LINE.match(line)
        if match:
            return f"{match.group(1)}〔{match.group(2)}〕{match.group(3)}号"
        order = _ORDER_LINE.match(text[start:end])
        if order:
            return re.sub(r"\s+", "", order.group(1))
    for start, end in lines[:6]:
        issued = _ORDER_ISSUED.search(text[start:end])
        if issued:
            return re.sub(r"\s+", "", issued.group(1))
    last = list(_NUMBER.finditer(title))
    if (
        last
        and last[-1].end() >= len(title) - 1
        and not re.search(r"《[^》]*\Z", title[: last[-1].start()])
    ):
        return f"{last[-1].group(1)}〔{last[-1].group(2)}〕{last[-1].group(3)}号"
    return ""


def _issuers(text: str, title: str) -> tuple[str, ...]:
    match = _BEFORE_ABOUT.match(title)
    if match:
        names = _agencies(match.group(1))
        if names:
            return names
    return _signature(text)


def _agencies(text: str) -> tuple[str, ...]:
    names = [name for name in re.split(r"[、，,\s]+", text.strip()) if name]
    if names and all(2 <= len(name) <= 40 and _AGENCY.search(name) for name in names):
        return tuple(dict.fromkeys(names))
    return ()


def _tail_lines(text: str) -> list[str]:
    return [line.strip() for line in text[-_TAIL_CHARACTERS:].split("\n") if line.strip()]


def _signature_at(lines: Sequence[str]) -> int | None:
    """The index of the line with nothing but the date of signing, the last there is."""
    for at in range(len(lines) - 1, 0, -1):
        if _DATE_LINE.match(lines[at]):
            return at
    return None


def _signature(text: str) -> tuple[str, ...]:
    lines = _tail_lines(text)
    at = _signature_at(lines)
    if at is None:
        return ()
    names: list[str] = []
    for line in reversed(lines[max(0, at - 8) : at]):
        found = _agencies(line)
        if not found:
            break
        names = [*found, *names]
    return tuple(dict.fromkeys(names))


def _published(text: str, lines: Sequence[tuple[int, int]]) -> date | None:
    head = text[: lines[-1][1]] if lines else ""
    dated = _DATED.search(head)
    if dated:
        groups = dated.groups()
        return day(*groups[:3]) if groups[0] else day(*groups[3:])
    for start, end in lines[:8]:
        issued = _ISSUED.search(text, start, end) if end - start <= 150 else None
        if issued and "《" not in issued.group():
            return day(*issued.groups())
    for start, end in lines[:6]:
        match = _DATE_LINE.match(text[start:end])
        if match:
            return day(*match.groups())
    tail = _tail_lines(text)
    at = _signature_at(tail)
    match = _DATE_LINE.match(tail[at]) if at is not None else None
    return day(*match.groups()) if match else None


def _ends(text: str) -> str:
    """Head and tail of a text: where a document speaks of its own validity."""
    if len(text) <= _HEAD_CHARACTERS + _TAIL_CHARACTERS:
        return text
    return text[:_HEAD_CHARACTERS] + "\n" + text[-_TAIL_CHARACTERS:]


def _effective(text: str, published: date | None) -> date | None:
    ends = _ends(text)
    found: date | None = None
    for match in _EFFECTIVE.finditer(ends):
        begin = max(ends.rfind("。", 0, match.start()), ends.rfind("\n", 0, match.start())) + 1
        before = ends[begin : match.start()].strip()
        numbered = label(before)
        if before[numbered.body if numbered else 0 :] and not _OWN.search(before):
            continue
        year, month, number, issue = match.groups()
        found = (published if issue else day(year, month, number)) or found
    return found


def _expires(text: str, effective: date | None) -> date | None:
    ends = _ends(text)
    until = _UNTIL.search(ends)
    if until:
        return day(*until.groups())
    period = _PERIOD.search(ends)
    if period and effective:
        return last_day(effective, numeral(period.group(1)))
    return None
