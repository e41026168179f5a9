"""From when to when a document says it holds, and when it was issued. Pure.

Only what it says of itself: that another law holds since some day, as documents mention, is not it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from ingest.dates import DAY, DAY_LINE, day, last_day, later_by_months
from ingest.header_events import Event, in_hand
from ingest.header_number import signed_on
from ingest.numbering import label, numeral

Span = tuple[int, int]
Dated = tuple[date, Span] | None
"""A day and where the text says it."""

_HEAD_CHARACTERS = 3000
_LONGEST_SENTENCE = 2_000
_TAIL_CHARACTERS = 6000
_DATED = re.compile(
    rf"(?:发布日期|成文日期|印发日期|发文日期|公布日期|发布时间|公布时间|成文时间|发文时间)\s?[】\]]?\s?[:：]?\s?(?:{DAY}|([12][0-9]{{3}})[-/.]([0-9]{{1,2}})[-/.]([0-9]{{1,2}}))"
)
_ISSUED = re.compile(rf"{DAY}[^。；\n]{{0,40}}?(?:公布|发布(?!会)|印发)(?!了|的|《|“)")
_COUNT = r"([0-9]{1,3}|[一二两三四五六七八九十]{1,3})"
_FROM = (
    rf"(?:从|自)\s?(?:{DAY}|((?:发布|公布|印发|颁布|签发|下发)之日))\s?起?"
    rf"(?:\s?(?:满)?\s?{_COUNT}\s?(日|天|个月)(?:后|之后|以后|起))?"
)
_ACTS = r"(?:施行|实施|执行|生效|试行|起效|有效)"
_EFFECTIVE = re.compile(rf"{_FROM}\s?[，,]?\s?(?:正式|开始|试点)?\s?{_ACTS}")
_TO = rf"{DAY}\s?(?:起|起?至|到|—+|-|－|～|~)\s?(?:至|到)?\s?{DAY}"
_TERM = r"(?:有效期限?|(?:执行|施行|实施|政策|适用)期限?)"
_SPAN = re.compile(rf"{_TERM}\s?(?:为|是|从|自|：|:)*\s?{_TO}")
_SPAN_ACT = re.compile(rf"(?:从|自|于|在)?\s?{_TO}\s?(?:止|期间)?\s?[，,]?\s?{_ACTS}")
# Whose validity a sentence speaks of: 本办法自…; 现予公布，自…; or nothing before 自 at all.
_OWN = re.compile(
    r"本(?:法|条例|办法|规定|细则|意见|通知|公告|通告|措施|方案|政策|解释|规则|决定|目录|清单|规范|指南|若干|实施|管理|暂行|制度|要点|文件|计划|标准|章程|预案|通则|规程|准则|纲要|规划|批复)"
    r"|(?:现予|予以|现将)[^。]{0,60}(?:公布|发布|印发)|(?:^|[，、；])(?:现予)?(?:公布|发布|印发)[，,]|以上(?:政策|措施|规定)"
)
_UNTIL = re.compile(
    rf"(?:有效期|执行期限?|施行期限|实施期限|政策期限|执行|施行|实施)[^。；\n]{{0,40}}?[至到]\s?{DAY}\s?(?:止|为止|截止)?"
)
_PERIOD = re.compile(
    rf"(?:{_TERM}|试行期?限?|暂行期?限?)\s?(?:为|暂定为?|：|:)?\s?{_COUNT}\s?(年|个月)"
)
_OTHERS = re.compile(r"(?:证|证书|许可|资格|备案|合同|协议|标志|报告|文书|期满)[^，。；]{0,4}\Z")
"""Things in a document that have a validity of their own."""


def published(text: str, lines: Sequence[Span], happened: Sequence[Event], head: int) -> Dated:
    """The day of issue: said to be so, told under the title, or that of signing."""
    dated = _DATED.search(text, 0, head)
    if dated:
        groups = dated.groups()
        return _placed(day(*groups[:3]) if groups[0] else day(*groups[3:]), dated.span())
    acts = [event for event in in_hand(happened) if not event.begins]
    if acts:
        last = max(acts, key=lambda event: event.on)
        return last.on, (last.start, last.end)
    for start, end in lines[:8]:
        issued = _ISSUED.search(text, start, end) if end - start <= 150 else None
        if issued and "《" not in issued.group():
            return _placed(day(*issued.groups()), issued.span())
    for start, end in lines[:6]:
        match = DAY_LINE.match(text[start:end])
        if match:
            return _placed(day(*match.groups()), (start, end))
    return signed_on(text)


def effective(text: str, issued: date | None, happened: Sequence[Event]) -> Dated:
    """The first day in force.

    An amended text repeats from when its first edition held; that is not when this one began,
    so a day before the amendment is left out.
    """
    amended = any(event.amends for event in happened)
    begun = [event for event in in_hand(happened) if event.begins]
    if begun:
        return begun[-1].on, (begun[-1].start, begun[-1].end)
    found: Dated = None
    for match in _own(_EFFECTIVE, text):
        *written, since, count, unit = match.groups()
        if since and amended:
            continue
        begins = issued if since else day(*written)
        found = _placed(_later(begins, count, unit), match.span()) or found
    if found is None:
        for match in _spans(text):
            found = _placed(day(*match.groups()[:3]), match.span()) or found
    if found and amended and issued and found[0] < issued:
        return None
    return found


def expires(text: str, effective: date | None, issued: date | None) -> Dated:
    """The last day in force: named, or the end of a period from the first one."""
    for match in _spans(text):
        return _placed(day(*match.groups()[3:]), match.span())
    for match in _own(_UNTIL, text):
        return _placed(day(*match.groups()), match.span())
    for match in _own(_PERIOD, text):
        begins = effective or issued
        count, unit = numeral(match.group(1)), match.group(2)
        if begins is None:
            return None
        if unit == "年":
            return _placed(last_day(begins, count), match.span())
        ends = later_by_months(begins, count)
        return _placed(ends - timedelta(days=1) if ends else None, match.span())
    return None


def _placed(on: date | None, span: Span) -> Dated:
    return (on, span) if on else None


def _later(begins: date | None, count: str | None, unit: str | None) -> date | None:
    """A day, and so many days or months after it (自公布之日起30日后施行)."""
    if begins is None or not count:
        return begins
    if unit == "个月":
        return later_by_months(begins, numeral(count))
    return begins + timedelta(days=numeral(count))


def _ends(text: str) -> Iterator[Span]:
    """Head and tail of a text: where a document speaks of its own validity."""
    if len(text) <= _HEAD_CHARACTERS + _TAIL_CHARACTERS:
        yield 0, len(text)
    else:
        yield 0, _HEAD_CHARACTERS
        yield len(text) - _TAIL_CHARACTERS, len(text)


def _spans(text: str) -> Iterator[re.Match[str]]:
    """From one day to another; groups: both days."""
    yield from _own(_SPAN, text)
    yield from _own(_SPAN_ACT, text)


def _own(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Matches in sentences that speak of this document."""
    for first, last in _ends(text):
        for match in pattern.finditer(text, first, last):
            start = max(0, match.start() - _LONGEST_SENTENCE)  # an endless line is no sentence
            begin = max(start, *(text.rfind(s, start, match.start()) + 1 for s in "。\n"))
            before = text[begin : match.start()].strip("（()） ，,")
            numbered = label(before)
            said = before[numbered.body if numbered else 0 :]
            if not said or (_OWN.search(said) and not _OTHERS.search(said)):
                yield match
