"""Word's automatic numbering: the labels that are drawn but do not stand in the text.

ECMA-376 part 1, 17.9: a paragraph names a list (``numId``) and a level (``ilvl``); the list names
an abstract one, whose levels say how they count, look, start and restart.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from ingest.readers.ooxml import W

DEEPEST = 9
_PLACE = re.compile(r"%([1-9])")
_MOST = 1_000_000  # a count beyond it is not drawn
_PRIVATE = re.compile(r"[\ue000-\uf8ff]")


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list counts and looks.

    ``restart``: None restarts after any higher level, 0 never, n after level n (from 1) or higher.
    ``legal``: all places are drawn as decimal numbers. ``style``: the paragraph style tied to it.
    """

    start: int = 1
    form: str = "decimal"
    text: str = ""
    restart: int | None = None
    legal: bool = False
    suffix: str = "tab"
    style: str = ""


@dataclass(frozen=True, slots=True)
class NumberedList:
    """A list: the abstract one it counts in, its levels, and the levels it starts anew."""

    abstract: str
    levels: tuple[Level, ...]
    starts: dict[int, int] = field(default_factory=dict)

    def level_of_style(self, style: str) -> int | None:
        """The level tied to a paragraph style."""
        return next((at for at, level in enumerate(self.levels) if level.style == style), None)


@dataclass(slots=True)
class Counters:
    """Where every list stands while a document is read from the top."""

    lists: dict[str, NumberedList]
    _counts: dict[str, list[int | None]] = field(default_factory=dict)
    _begun: set[tuple[str, int]] = field(default_factory=set)

    def next(self, number_id: str, at: int) -> str:
        """Count one paragraph of a list at level ``at`` (from 0); its label with the gap behind.

        Empty for bullets and for lists that do not exist.
        """
        listed = self.lists.get(number_id)
        if listed is None or not 0 <= at < len(listed.levels):
            return ""
        counts = self._counts.setdefault(listed.abstract, [None] * DEEPEST)
        before = counts[at]
        if at in listed.starts and (number_id, at) not in self._begun:
            counts[at] = listed.starts[at]
        else:
            counts[at] = listed.levels[at].start if before is None else before + 1
        self._begun.add((number_id, at))
        for deeper in range(at + 1, len(listed.levels)):
            after = listed.levels[deeper].restart
            if after is None or at < after:
                counts[deeper] = None
        return self._label(listed, counts, at)

    @staticmethod
    def _label(listed: NumberedList, counts: list[int | None], at: int) -> str:
        level = listed.levels[at]
        if level.form == "bullet":
            return ""

        def place(match: re.Match[str]) -> str:
            which = int(match.group(1)) - 1
            if which >= len(listed.levels):
                return ""
            other = listed.levels[which]
            count = counts[which]
            value = other.start if count is None else count
            return number(value, "decimal" if level.legal and other.form != "none" else other.form)

        label = _PRIVATE.sub("", _PLACE.sub(place, level.text)).strip()
        if not label or level.suffix == "nothing" or label[-1] in "、）)．。：:":
            return label
        return label + " "


def read_numbering(root: Any, styles: dict[str, str]) -> dict[str, NumberedList]:
    """The lists of ``numbering.xml`` by id.

    ``styles``: numbering style -> the list it names, for abstract lists that only refer to one.
    """
    if root is None:
        return {}
    abstracts: dict[str, Any] = {}
    for item in root.iter(W + "abstractNum"):
        abstracts[item.get(W + "abstractNumId", "")] = item
    numbers = {item.get(W + "numId", ""): item for item in root.iter(W + "num")}
    lists: dict[str, NumberedList] = {}
    for number_id, item in numbers.items():
        abstract = _resolve(_val(item, "abstractNumId"), abstracts, numbers, styles)
        if abstract is None:
            continue
        levels = _levels(abstracts[abstract])
        starts: dict[int, int] = {}
        for override in item.iter(W + "lvlOverride"):
            at = _integer(override.get(W + "ilvl"), -1)
            if not 0 <= at < DEEPEST:
                continue
            own = override.find(W + "lvl")
            if own is not None:
                levels[at] = _level(own)
            start = override.find(W + "startOverride")
            if start is not None:
                starts[at] = _integer(start.get(W + "val"), 1)
                levels[at] = replace(levels[at], start=starts[at])
        lists[number_id] = NumberedList(abstract, tuple(levels), starts)
    return lists


def _resolve(
    abstract: str, abstracts: dict[str, Any], numbers: dict[str, Any], styles: dict[str, str]
) -> str | None:
    """The abstract list itself, or the one that the numbering style it refers to names."""
    for _ in range(4):
        found = abstracts.get(abstract)
        if found is None:
            return None
        link = _val(found, "numStyleLink")
        target = numbers.get(styles.get(link, "")) if link else None
        if target is None:
            return abstract
        abstract = _val(target, "abstractNumId")
    return None


def _levels(abstract: Any) -> list[Level]:
    levels = [Level() for _ in range(DEEPEST)]
    for item in abstract.findall(W + "lvl"):
        at = _integer(item.get(W + "ilvl"), -1)
        if 0 <= at < DEEPEST:
            levels[at] = _level(item)
    return levels


def _level(item: Any) -> Level:
    restart = _val(item, "lvlRestart")
    forms = [f.get(W + "val", "") for f in item.iter(W + "numFmt")]
    # A custom format comes with an older one to fall back to.
    form = next((f for f in reversed(forms) if f != "custom"), "decimal")
    legal = item.find(W + "isLgl")
    return Level(
        start=_integer(_val(item, "start"), 0),
        form=form,
        text=_val(item, "lvlText"),
        restart=_integer(restart, 0) if restart else None,
        legal=legal is not None and legal.get(W + "val", "1") not in ("0", "false", "off"),
        suffix=_val(item, "suff") or "tab",
        style=_val(item, "pStyle"),
    )


def _val(item: Any, name: str) -> str:
    child = item.find(W + name)
    return "" if child is None else str(child.get(W + "val", ""))


def _integer(text: str | None, default: int) -> int:
    try:
        return int(text or default)
    except ValueError:
        return default


def number(value: int, form: str) -> str:
    """A count in one of Word's number formats (ECMA-376 17.18.59); an unknown one is decimal."""
    if form in ("none", "bullet"):
        return ""
    if not 0 <= value <= _MOST:
        return str(value)
    drawn = _FORMS[form](value) if form in _FORMS else ""
    return drawn or str(value)


def _row(first: str, length: int, zero: str = "") -> Callable[[int], str]:
    """Signs that stand one after the other in Unicode; nothing beyond the last."""

    def draw(value: int) -> str:
        if value == 0:
            return zero
        return chr(ord(first) + value - 1) if value <= length else ""

    return draw


def _signs(signs: str) -> Callable[[int], str]:
    return lambda value: signs[(value - 1) % len(signs)] if value else ""


def _digits(digits: str) -> Callable[[int], str]:
    return lambda value: "".join(digits[int(digit)] for digit in str(value))


def _circled(value: int) -> str:
    if value == 0:
        return "⓪"
    for first, begin, end in (("①", 1, 20), ("㉑", 21, 35), ("㊱", 36, 50)):
        if begin <= value <= end:
            return chr(ord(first) + value - begin)
    return ""


def _roman(value: int) -> str:
    if not 0 < value < 4000:
        return ""
    signs = (
        (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
        (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
    )  # fmt: skip
    drawn = ""
    for worth, sign in signs:
        times, value = divmod(value, worth)
        drawn += sign * times
    return drawn


def _letter(value: int) -> str:
    """Letters from a to z, then aa, bb …: Word repeats the letter."""
    if not 0 < value <= 26 * 30:
        return ""
    return chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)


def _counted(
    digits: str, units: str, *, bare_ten: bool, bare_units: bool = False
) -> Callable[[int], str]:
    """Numbers in words, with units: 一百零五.

    ``units``: ten, hundred, thousand, ten thousand. ``bare_ten``: 十五, not 一十五, at the front;
    ``bare_units``: no 一 before any unit but the last, and no zero, as in Japanese.
    """

    def draw(value: int) -> str:
        if value == 0:
            return digits[0]
        high, low = divmod(value, 10_000)
        drawn = draw(high) + units[3] if high else ""
        gap = bool(high) and low < 1000
        for place in (3, 2, 1, 0):
            digit = low // 10**place % 10
            if not digit:
                gap = gap or bool(drawn)
                continue
            if gap and not bare_units:
                drawn += digits[0]
            gap = False
            unit = units[place - 1] if place else ""
            silent = (
                place and digit == 1 and (bare_units or (bare_ten and place == 1 and not drawn))
            )
            drawn += ("" if silent else digits[digit]) + unit
        return drawn

    return draw


_PLAIN = "零一二三四五六七八九"
_chinese = _counted(_PLAIN, "十百千万", bare_ten=True)
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"

_FORMS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalHalfWidth": str,
    "decimalZero": lambda value: f"{value:02d}",
    "decimalFullWidth": _digits("０１２３４５６７８９"),
    "decimalFullWidth2": _digits("０１２３４５６７８９"),
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedFullstop": _row("⒈", 20),
    "decimalEnclosedParen": _row("⑴", 20),
    "numberInDash": lambda value: f"- {value} -",
    "ordinal": lambda value: (
        str(value)
        + ("th" if 10 <= value % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th"))
    ),
    "lowerRoman": _roman,
    "upperRoman": lambda value: _roman(value).upper(),
    "lowerLetter": _letter,
    "upperLetter": lambda value: _letter(value).upper(),
    "hex": lambda value: f"{value:X}",
    "chineseCounting": _chinese,
    "chineseCountingThousand": _chinese,
    "taiwaneseCountingThousand": _chinese,
    "taiwaneseCounting": _chinese,
    "japaneseCounting": _counted(_PLAIN, "十百千万", bare_ten=True, bare_units=True),
    "japaneseLegal": _counted("零壱弐参四伍六七八九", "拾百阡萬", bare_ten=False),
    "chineseLegalSimplified": _counted("零壹贰叁肆伍陆柒捌玖", "拾佰仟万", bare_ten=False),
    "ideographLegalTraditional": _counted("零壹貳參肆伍陸柒捌玖", "拾佰仟萬", bare_ten=False),
    "ideographDigital": _digits("〇一二三四五六七八九"),
    "japaneseDigitalTenThousand": _digits("〇一二三四五六七八九"),
    "taiwaneseDigital": _digits("○一二三四五六七八九"),
    "ideographEnclosedCircle": _row("㊀", 10),
    "ideographTraditional": _signs(_STEMS),
    "ideographZodiac": _signs(_BRANCHES),
    "ideographZodiacTraditional": lambda value: (
        _STEMS[(value - 1) % 10] + _BRANCHES[(value - 1) % 12] if value else ""
    ),
}  # fmt: skip
