"""Quantities in one unit of each sort: amounts of money in yuan, shares in per cent. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from kb.text import normalise

_SCALE = {
    "": 1,
    "千": 10**3,
    "万": 10**4,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
    "万亿": 10**12,
}
_CHINESE = "零一二三四五六七八九"
_UNITS = {"元": "yuan", "块": "yuan", "%": "percent", "人": "people", "名": "people", "年": "year",
          "个月": "month", "平方米": "m2", "台": "piece"}  # fmt: skip
AMOUNT = (
    r"(?P<n>\d[\d,]*(?:\.\d+)?|半(?=年)|[一二三四五六七八九十百千两]+(?=[万亿年人名])|百分之[一二三四五六七八九十百]+)\s*"
    r"(?P<scale>万亿|千万|百万|[亿万千])?\s*(?P<unit>元|块|%|人|名|个月|年(?![版度])|平方米)?"
    r"(?![\d,.]*\s*[百千万亿]*\s*(?:美元|美金|欧元|英镑|日元|港元|港币|外币|元?\s*/))"
)
"""A number and its unit. Foreign money and amounts for one of something (元/亩) are none."""
_AMOUNT = re.compile(AMOUNT)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a base unit: ``yuan``, ``people``, ``percent``, ``year`` or ``m2``."""

    value: Decimal
    unit: str


def quantity(text: str, default: str = "") -> Quantity | None:
    """The quantity that a text begins with; ``default`` is the unit when it names none.

    ``280万`` with the default ``yuan`` is 2,800,000 yuan; 百分之十五 is 15 per cent. Months become
    years. None when there is no number, or a unit that is not known.
    """
    found = _AMOUNT.match(normalise(text).strip())
    if found is None:
        return None
    raw, unit = found["n"], found["unit"]
    if raw.startswith("百分之"):
        value, base = Decimal(chinese(raw[3:])), "percent"
    elif raw == "半":
        value, base = Decimal("0.5"), _UNITS[unit] if unit else ""
    else:
        digits = raw.replace(",", "")
        number = Decimal(digits) if digits[0].isdigit() else Decimal(chinese(digits))
        value = number * _SCALE[found["scale"] or ""]
        base = _UNITS[unit] if unit else default
    if base == "month":
        value, base = value / 12, "year"
    return Quantity(value, base) if base else None


def chinese(number: str) -> int:
    """A number below 10,000 in Chinese: 三百 -> 300, 十五 -> 15, 两千 -> 2000."""
    total, digit = 0, 0
    for ch in number.replace("两", "二"):
        if ch in _CHINESE:
            digit = _CHINESE.index(ch)
        else:
            total += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[ch]
            digit = 0
    return total + digit
