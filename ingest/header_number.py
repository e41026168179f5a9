"""The number a document bears (文号) and who issued it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from ingest.dates import DAY, day
from ingest.header_events import Event, in_hand
from ingest.lines import spans_between

Span = tuple[int, int]

_OPEN, _CLOSE = r"[〔\[［(（【﹝]", r"[〕\]］)）】﹞]"
NUMBER = re.compile(
    rf"([\u4e00-\u9fff]{{1,16}}?(?:（[\u4e00-\u9fff]{{1,6}}）)?)\s?{_OPEN}\s?([12][0-9]{{3}})\s?{_CLOSE}\s?(?:第\s?)?([0-9]{{1,5}})\s?号"
)
"""国办函〔2025〕16号; groups: the agency's short name, year, number."""
_NUMBER_LINE = re.compile(rf"(?:(?:文号|发文字号|文件编号|编号)\s?[:：]\s?)?{NUMBER.pattern}\Z")
_NUMBER_LABELLED = re.compile(
    rf"(?:文\s*号|发文字号|文件编号)\s?[】\]]?\s?[:：]?\s?{NUMBER.pattern}"
)
_ORDER_LINE = re.compile(
    r"[（(]?((?:(?!关于)[\u4e00-\u9fff、\s]){0,40}(?:公告|令|通告)\s?(?:[12][0-9]{3}\s?年\s?)?"
    r"第?\s?[0-9一二三四五六七八九十百〇零]{1,5}\s?号)[）)]?\Z"
)
_TAIL_CHARACTERS = 6000
_AGENCY = re.compile(
    r"(?:国务院|党委|省委|市委|区委|县委|政府|办公厅|办公室|委员会|代表大会|[部局厅署院会委办社]|中心|银行|法院|检察院|指挥部|领导小组|管委会|税务局|总局|公司|集团|协会)\Z"
)
_SIGNED = re.compile(rf"(.{{0,80}}?)\s*[（(]?{DAY}[）)]?\Z")
_BEFORE_ABOUT = re.compile(r"([\u4e00-\u9fff、，,\s]{2,120}?)(?:关于|印发|转发|发布)")


def number_text(match: re.Match[str]) -> str:
    """A number in its usual form: 财税[2011]第 58 号 → 财税〔2011〕58号."""
    return f"{match.group(1)}〔{match.group(2)}〕{match.group(3)}号"


def is_number_line(line: str) -> bool:
    """Whether a line holds nothing but a document's number."""
    return bool(_NUMBER_LINE.match(line) or _ORDER_LINE.match(line))


def doc_number(
    text: str, lines: Sequence[Span], title: str, happened: Sequence[Event]
) -> tuple[str, Span | None]:
    """The number and its place; none when the text does not give one as its own.

    A law that was amended bears the number of the order that issued the last amendment, and none
    when that is not given.
    """
    for start, end in lines:
        line = text[start:end]
        match = _NUMBER_LINE.match(line.strip("（）()"))
        if match:
            return number_text(match), (start, end)
        labelled = _NUMBER_LABELLED.search(line)
        if labelled:
            return number_text(labelled), (start + labelled.start(1), start + labelled.end())
        order = _ORDER_LINE.match(line)
        if order:
            at = (start + order.start(1), start + order.end(1))
            return re.sub(r"\s+", "", order.group(1)), at
    orders = [event.order for event in in_hand(happened) if event.order]
    if orders:
        return re.sub(r"\s+", "", text[slice(*orders[-1])]), orders[-1]
    last = list(NUMBER.finditer(title))
    if (
        last
        and last[-1].end() >= len(title) - 1
        and not re.search(r"《[^》]*\Z", title[: last[-1].start()])
    ):
        return number_text(last[-1]), None
    return "", None


def issuers(text: str, title: str, title_span: Span | None) -> tuple[tuple[str, ...], Span | None]:
    """Who issued it, by its title or its signature, several when they did it together."""
    match = _BEFORE_ABOUT.match(title)
    if match:
        names = agencies(match.group(1))
        if names:
            return names, title_span
    return _signature(text)


def ordering(number: str) -> tuple[str, ...]:
    """Who gave an order, by its number: 中华人民共和国国务院令第711号 → 国务院."""
    giver, order, _ = number.partition("令")
    return agencies(giver.removeprefix("中华人民共和国")) if order else ()


def signed_on(text: str) -> tuple[date, Span] | None:
    """The day of signing and its place: the last line that holds no more than who and when."""
    for start, end in reversed(_tail(text)):
        signed = _SIGNED.match(text[start:end])
        if signed and (not signed.group(1) or agencies(signed.group(1))):
            on = day(*signed.groups()[1:])
            return (on, (start + signed.end(1), end)) if on else None
    return None


def agencies(text: str) -> tuple[str, ...]:
    """The names a text consists of; none when anything else stands there."""
    names = [name for name in re.split(r"[、，,\s]+", text.strip()) if name]
    if len(names) > 1 and all(len(name) == 1 for name in names):  # set wide: 财  政  部
        names = ["".join(names)]
    if names and all(2 <= len(name) <= 40 and _AGENCY.search(name) for name in names):
        return tuple(dict.fromkeys(names))
    return ()


def _tail(text: str) -> list[Span]:
    """Spans of the last lines that are not empty."""
    return list(spans_between(text, max(0, len(text) - _TAIL_CHARACTERS), len(text)))


def _signature(text: str) -> tuple[tuple[str, ...], Span | None]:
    """The agencies above the day of signing, or before it on the same line."""
    tail = _tail(text)
    for at in range(len(tail) - 1, 0, -1):
        start, end = tail[at]
        signed = _SIGNED.match(text[start:end])
        before = agencies(signed.group(1)) if signed else ()
        if not signed or (signed.group(1) and not before):
            continue
        names = [*before]
        span: Span | None = (start, start + signed.end(1)) if before else None
        for line in reversed(tail[max(0, at - 8) : at]):
            found = agencies(text[slice(*line)])
            if not found:
                break
            names = [*found, *names]
            span = (line[0], span[1] if span else line[1])
        return tuple(dict.fromkeys(names)), span
    return (), None
