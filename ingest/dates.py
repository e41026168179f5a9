"""Dates as Chinese documents write them: 2025年1月1日, 二〇二五年一月一日, 2025-01-01."""

from __future__ import annotations

import re
from datetime import date, timedelta

from ingest.numbering import numeral

_CHINESE_DIGITS = "零〇○一二三四五六七八九"
#: A day; groups year, month, day.
DAY = (
    rf"([12][0-9]{{3}}|[一二][{_CHINESE_DIGITS}]{{3}})\s{{0,2}}年\s{{0,2}}([0-9]{{1,2}}|[一二三四五六七八九十]{{1,2}})"
    r"\s{0,2}月\s{0,2}([0-9]{1,2}|[一二三四五六七八九十]{1,3})\s{0,2}日"
)
#: A line with nothing but a day; groups year, month, day.
DAY_LINE = re.compile(rf"[（(]?{DAY}[）)]?\Z")
_WRITTEN = re.compile(rf"{DAY}\Z|([12][0-9]{{3}})[-/.]([0-9]{{1,2}})[-/.]([0-9]{{1,2}})\Z")


def day(year: str, month: str, number: str) -> date | None:
    """The date of three numerals, or None if there is no such day."""
    try:
        return date(numeral(year.replace("○", "〇")), numeral(month), numeral(number))
    except (ValueError, KeyError):
        return None


def parse_day(text: str) -> date | None:
    """The date a whole string writes, or None."""
    match = _WRITTEN.match(text.strip())
    if not match:
        return None
    groups = match.groups()
    return day(*groups[:3]) if groups[0] else day(*groups[3:])


def last_day(start: date, years: int) -> date | None:
    """The last day of a period of whole years that begins with ``start`` (both days count)."""
    try:
        end = date(start.year + years, start.month, start.day)
    except ValueError:  # 29 February of a common year, or a year beyond the calendar
        try:
            end = date(start.year + years, 3, 1)
        except ValueError:
            return None
    return end - timedelta(days=1)


def later_by_months(start: date, months: int) -> date | None:
    """The same day so many months later, or the last day of that month if it has no such day."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    try:
        first = date(year, month + 1, 1)
    except ValueError:  # beyond the calendar
        return None
    following = (first + timedelta(days=31)).replace(day=1)
    return first.replace(day=min(start.day, (following - timedelta(days=1)).day))
