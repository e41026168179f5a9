"""The quantities a text names, each with its unit, and whether two texts disagree on them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kb.text import normalise

_FIGURE = re.compile(
    r"(?<![\d.〔\[(第])(\d[\d,]*(?:\.\d+)?)\s*(万亿|[亿万千])?\s*"
    r"(美元|元|%|倍|个工作日|个月|平方公里|平方米|公里|小时|[人名天日亩项条家吨]|年(?!版|度|第))"
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}年")
_DATE = re.compile(r"(?:19|20)\d{2}年(?:\d{1,2}月(?:\d{1,2}日)?)?|\d{1,2}月\d{1,2}日")


def figures(text: str) -> Mapping[str, frozenset[str]]:
    """Unit -> the amounts a text names in it (``元`` -> ``20万``); dates are none."""
    found: dict[str, frozenset[str]] = {}
    for number, scale, unit in _FIGURE.findall(_DATE.sub(" ", normalise(text))):
        amount = number.replace(",", "") + scale
        found[unit] = found.get(unit, frozenset()) | {amount}
    return found


def years(text: str) -> frozenset[str]:
    """The years a text names."""
    return frozenset(_YEAR.findall(normalise(text)))


def without_figures(text: str) -> str:
    """A text without dates and quantities: what they are said of."""
    return _FIGURE.sub("", _DATE.sub("", normalise(text)))


def disagree(one: str, other: str) -> bool:
    """Whether two texts name amounts in the same unit, and none of them alike."""
    mine, theirs = figures(one), figures(other)
    shared = mine.keys() & theirs.keys()
    return any(not mine[unit] & theirs[unit] for unit in shared)
