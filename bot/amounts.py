"""Amounts and days that a text names, in one form for every way to write them. Pure.

15% is 百分之十五, 300万元 is 三百万元 and RMB 3 million, 5年 is 60个月, the end of 2030 is
2030年12月31日.
"""

# ruff: noqa: E501 (lists of words)
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from ingest.numbering import numeral
from kb.text import normalise

Bound = Literal["most", "least", ""]
Side = Literal["from", "until", ""]

_HAN = "零〇一二两三四五六七八九十百千"
_NUMBER = rf"(?:\d[\d,]*(?:\.\d+)?|[{_HAN}]+(?:点[{_HAN}]+)?)"
_SCALE = {"万亿": 10**12, "亿": 10**8, "千万": 10**7, "百万": 10**6, "万": 10**4, "千": 1000, "": 1}
_WORDS = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_UNIT = (
    r"美元|欧元|港元|元|%|个百分点|倍|个?工作日|个月|平方公里|平方米|公顷|公里|千瓦时|千瓦|小时|[人名位天日亩项条家户吨类档次度款种台套只份章批平]"
    r"|年(?!版|度|第|\d)|周"
)
_CHINESE = re.compile(rf"({_NUMBER})\s*(万亿|千万|百万|亿|万|千)?\s*(个?)({_UNIT})")
_SHARE = re.compile(rf"([百千万])分之({_NUMBER})")
_TENTHS = re.compile(rf"([{_HAN}\d]+)成(?!立|本|果|为|员|套|交|效|熟|长)")
_HALF = re.compile(r"(?<!减)(?:一半|半数|二分之一|half of)")
_ENGLISH = re.compile(
    r"(?:(rmb|cny|yuan|¥|us\$|usd)\s*)?(\d[\d,]*(?:\.\d+)?)\s*(hundred|thousand|million|billion|trillion)?"
    r"[\s-]*(yuan|rmb|cny|percent|per cent|percentage points?|%|years?|months?|working days?|business days?|days?|hours?"
    r"|people|persons?|employees|times|mu\b|square met(?:re|er)s?|items?|articles?|categories|parts?)?"
)
_BARE = re.compile(r"(?<![\d.])\d[\d,]*(?:\.\d+)?(?![\d])")
_UNITS = {
    "个百分点": "%", "percent": "%", "per cent": "%", "percentage point": "%", "percentage points": "%",
    "yuan": "元", "rmb": "元", "cny": "元", "¥": "元", "us$": "美元", "usd": "美元",
    "天": "日", "day": "日", "days": "日", "工作日": "工作日", "working day": "工作日",
    "working days": "工作日", "business day": "工作日", "business days": "工作日",
    "year": "年", "years": "年", "month": "月", "months": "月", "个月": "月", "hour": "小时", "hours": "小时",
    "名": "人", "位": "人", "people": "人", "person": "人", "persons": "人", "employees": "人",
    "times": "倍", "mu": "亩",
    "square metres": "平方米", "square meters": "平方米", "square metre": "平方米", "平": "平方米",
}  # fmt: skip
_COUNTS = frozenset("项条家户类档次度款种台套只份章批") | {
    "items", "item", "articles", "article", "categories", "part", "parts", "个",
}  # fmt: skip
_NUMBER_WORDS = dict(
    zip(
        "one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty "
        "forty fifty sixty ninety".split(),
        (*range(1, 13), 15, 20, 30, 40, 50, 60, 90),
        strict=True,
    )
)
_IN_WORDS = re.compile(
    rf"\b({'|'.join(_NUMBER_WORDS)})(?=[\s-]+(?:percent|per cent|%|years?|months?|days?|working|business|million|billion|people|employees|times|parts|categories)\b)"
)
_MONTHS = "january february march april may june july august september october november december"
_MONTH = {name[:3]: i for i, name in enumerate(_MONTHS.split(), 1)}
_MONTH_NAME = "|".join(f"{name}|{name[:3]}\\.?" for name in _MONTHS.split())
_DATES = (
    re.compile(r"(?<!\d)((?:19|20)\d{2})\s*年\s*(\d{1,2})\s*月(?:份)?\s*(?:(\d{1,2})\s*[日号])?"),
    re.compile(r"(?<!\d)((?:19|20)\d{2})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)"),
)
_DAY_MONTH = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s+({_MONTH_NAME})\b,?\s*((?:19|20)\d{{2}})?"
)
_MONTH_DAY = re.compile(
    rf"\b({_MONTH_NAME})\s+(\d{{1,2}})(?:st|nd|rd|th)?\b,?\s*((?:19|20)\d{{2}})?"
)
_MONTH_ONLY = re.compile(rf"\b({_MONTH_NAME})\s+((?:19|20)\d{{2}})\b")
_YEAR_END = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*年?(?:底|末|年底|年末)|end of ((?:19|20)\d{2})")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*(?:年|(?=\s*[-—–~至到]+\s*(?:19|20)\d{2}))")
_YEAR_ENGLISH = re.compile(r"\b((?:19|20)\d{2})\b(?!\s*(?:yuan|rmb|people|employees|%))")
_SINGLE_DAY = re.compile(r"(?<!\d)(\d{1,2})月(\d{1,2})[日号]")
_HAN_YEAR = re.compile(r"([一二][零〇九一二三四五六七八]{3})年")

_MOST = re.compile(
    r"(?:不(?:得|能|应|可)?(?:超过|高于|大于|多于|超)|至多|最[多高长晚大]|上限[为是]?|不满|(?<![不得能应])(?:低于|少于|小于)|不足|未超过|没有超过"
    r"|at most|no more than|not exceed(?:ing)?|up to|no longer than|below|under|less than|within|maximum(?: of)?|cap(?:ped)? at|不超)[^，。；,;]{0,6}\Z"
)
_LEAST = re.compile(
    r"(?:不(?:得|能|应|可)?(?:低于|少于|小于|短于)|至少|最[少低短]|下限[为是]?|(?<![不得能应未有])(?:超过|高于|大于|多于)|达到|(?<!不)满"
    r"|at least|no less than|not less than|no lower than|more than|over|above|exceed(?:s|ing)?|minimum(?: of)?)[^，。；,;]{0,6}\Z"
)
_MOST_AFTER = re.compile(r"^(?:以下|以内|之内|及以下|为限|封顶|or less|or below)")
_LEAST_AFTER = re.compile(r"^(?:以上|及以上|以外|起步|or more|or above)")
_FROM_AFTER = re.compile(r"^[^，。；,;至到]{0,2}(?:起|开始|以后|之后|以来)")
_UNTIL_AFTER = re.compile(r"^[^，。；,;]{0,2}(?:止|前|之前|为止|到期|届满|截止)")
_FROM_BEFORE = re.compile(r"(?:自|从|from|since|starting(?: on)?|as of|effective|after)\s*\Z")
_UNTIL_BEFORE = re.compile(
    r"(?:至|到|截至|截止到?|直到|until|till|to|through|by|before|[-—–~])\s*(?:the )?\Z"
)


@dataclass(frozen=True, slots=True)
class Amount:
    """A value in its base unit (元, 月, 日, %), what bounds it, and where it stands."""

    value: Decimal
    unit: str
    bound: Bound = ""
    start: int = 0
    end: int = 0

    @property
    def key(self) -> tuple[Decimal, str]:
        """What two ways to write the same amount share."""
        return self.value, self.unit


@dataclass(frozen=True, slots=True)
class Day:
    """A date as far as it is written (0: not written), and whether something begins or ends."""

    year: int
    month: int = 0
    day: int = 0
    side: Side = ""
    start: int = 0
    end: int = 0

    def within(self, other: Day) -> bool:
        """Whether the other date says all that this one says."""
        return all(
            mine in (0, theirs)
            for mine, theirs in zip(
                (self.year, self.month, self.day), (other.year, other.month, other.day), strict=True
            )
        )


def days(normal: str) -> list[Day]:
    """The dates of a normalised text, each as far as it is written, in order."""
    normal = _HAN_YEAR.sub(lambda m: f"{numeral(m.group(1).replace('零', '〇'))}年", normal)
    return sorted(_days(normal), key=lambda d: d.start)


def _days(normal: str) -> Iterator[Day]:
    taken = [False] * (len(normal) + 1)

    def new(m: re.Match[str], year: int, month: int = 0, day: int = 0) -> Iterator[Day]:
        if any(taken[m.start() : m.end()]) or month > 12 or day > 31:
            return
        taken[m.start() : m.end()] = [True] * (m.end() - m.start())
        yield Day(year, month, day, _side(normal, m.start(), m.end()), m.start(), m.end())

    for pattern in _DATES:
        for m in pattern.finditer(normal):
            yield from new(m, int(m[1]), int(m[2]), int(m[3] or 0))
    for m in _DAY_MONTH.finditer(normal):
        yield from new(m, int(m[3] or 0), _MONTH[m[2][:3]], int(m[1]))
    for m in _MONTH_DAY.finditer(normal):
        yield from new(m, int(m[3] or 0), _MONTH[m[1][:3]], int(m[2]))
    for m in _MONTH_ONLY.finditer(normal):
        yield from new(m, int(m[2]), _MONTH[m[1][:3]])
    for m in _YEAR_END.finditer(normal):
        yield from new(m, int(m[1] or m[2]), 12, 31)
    for m in _SINGLE_DAY.finditer(normal):
        yield from new(m, 0, int(m[1]), int(m[2]))
    for m in _YEAR.finditer(normal):
        yield from new(m, int(m[1]))
    for m in _YEAR_ENGLISH.finditer(normal):
        yield from new(m, int(m[1]))


def _side(normal: str, start: int, end: int) -> Side:
    before, after = normal[max(0, start - 12) : start], normal[end : end + 8]
    if _UNTIL_AFTER.search(after) or _UNTIL_BEFORE.search(before):
        return "until"
    return "from" if _FROM_AFTER.search(after) or _FROM_BEFORE.search(before) else ""


def in_figures(normal: str) -> str:
    """A normalised text with its English number words as figures (five years: 5 years)."""
    return _IN_WORDS.sub(lambda m: str(_NUMBER_WORDS[m[1]]), normal)


def amounts(normal: str) -> list[Amount]:
    """The amounts of a normalised text that is rid of its dates; bare numbers have no unit."""
    return sorted(_amounts(normal), key=lambda a: a.start)


def _amounts(normal: str) -> Iterator[Amount]:
    taken = [False] * (len(normal) + 1)

    def new(m: re.Match[str], value: Decimal, unit: str) -> Iterator[Amount]:
        if any(taken[m.start() : m.end()]):
            return
        taken[m.start() : m.end()] = [True] * (m.end() - m.start())
        if unit == "年":
            value, unit = value * 12, "月"
        elif unit == "周":
            value, unit = value * 7, "日"
        bound = _bound(normal, m.start(), m.end())
        yield Amount(value.normalize(), unit, bound, m.start(), m.end())

    for m in _SHARE.finditer(normal):
        parts = {"百": Decimal(1), "千": Decimal("0.1"), "万": Decimal("0.01")}
        yield from new(m, _value(m[2]) * parts[m[1]], "%")
    for m in _HALF.finditer(normal):
        yield from new(m, Decimal(50), "%")
    for m in _TENTHS.finditer(normal):
        yield from new(m, _value(m[1]) * 10, "%")
    for m in _CHINESE.finditer(normal):
        unit = m[4].removeprefix("个") if m[4] == "个工作日" else m[4]
        unit = _UNITS.get(unit, unit)
        if (
            m[1] in ("一", "二", "两", "百", "千")
            and not m[2]
            and unit in _COUNTS | {"人", "日", "倍"}
        ):
            continue  # 一次性, 两类, 一条龙: words, not figures
        if m[1] == "一" and unit == "年" and normal[m.end() : m.end() + 1] in "度":
            continue
        yield from new(m, _value(m[1]) * _SCALE[m[2] or ""], "次数" if unit in _COUNTS else unit)
    for m in _ENGLISH.finditer(normal):
        if not (m[1] or m[3] or m[4]):
            continue
        unit = _UNITS.get(m[4] or m[1] or "", m[4] or m[1] or "")
        value = _value(m[2]) * (_WORDS[m[3]] if m[3] else 1)
        yield from new(m, value, "次数" if unit in _COUNTS else unit)
    for m in _BARE.finditer(normal):
        yield from new(m, _value(m.group()) * _scale_at(normal, m.end()), "")


def _scale_at(normal: str, at: int) -> int:
    return next((n for word, n in _SCALE.items() if word and normal.startswith(word, at)), 1)


def _bound(normal: str, start: int, end: int) -> Bound:
    before, after = normal[max(0, start - 18) : start], normal[end : end + 10].lstrip()
    if _MOST_AFTER.search(after):
        return "most"
    if _LEAST_AFTER.search(after):
        return "least"
    if _MOST.search(before):
        return "most"
    return "least" if _LEAST.search(before) else ""


def _value(text: str) -> Decimal:
    plain = text.replace(",", "")
    if plain[0].isdecimal():
        return Decimal(plain)
    whole, _, part = plain.partition("点")
    digits = "".join(str(numeral(c)) for c in part)
    return Decimal(f"{numeral(whole.replace('两', '二'))}.{digits or 0}")


def without(normal: str, spans: list[tuple[int, int]]) -> str:
    """A text with the given spans blanked, all else in its place."""
    for start, end in spans:
        normal = normal[:start] + " " * (end - start) + normal[end:]
    return normal


def read(text: str) -> tuple[list[Amount], list[Day]]:
    """The amounts and the dates of any text."""
    normal = in_figures(normalise(text))
    found = days(normal)
    return amounts(without(normal, [(d.start, d.end) for d in found])), found
