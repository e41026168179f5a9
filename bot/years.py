"""Which years a question asks about, and which ones a text tells of. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)\s*年?")
_BEFORE = re.compile(r"\s*(?:以前|之前|及以前|前(?!后|三|两|几|半|十))")
_AFTER = re.compile(r"\s*(?:以后|之后|起|后(?!半))")
_NUMBERED = re.compile(r"[〔\[(]\d{4}[〕\])]第?\d+号|\d{4}年第\d+号|\d{4}年[版本]|\d{4}版")
"""The year of a document's number, or of its edition, tells nothing of when it holds."""
_RELATIVE = {
    "大前年": -3, "前年": -2, "去年": -1, "上年": -1, "今年": 0, "本年": 0, "明年": 1, "后年": 2,
    "the year before last": -2, "last year": -1, "this year": 0, "next year": 1,
}  # fmt: skip
_NAMED = re.compile("|".join(_RELATIVE))
_TOLD = re.compile(r"(?<!\d)((?:19|20)\d{2})(?=年|[-/.—–]|\s*$)")
_PERIOD = re.compile(
    r"\d{4}年[^，。；]{0,12}?(?:至|(?<![达得受来])到|—|－|–|起|前|止|以后)|(?:至|到|截至)\d{4}年|长期"
)
"""A stretch of time: a rule with one answers questions about years it does not name."""


class When(StrEnum):
    """How a year of a question bounds the time asked about."""

    IN = "in"
    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Year:
    """A year asked about; ``named`` when only its distance was (去年)."""

    year: int
    when: When = When.IN
    named: bool = False


def years_in(normal: str, on: date) -> tuple[Year, ...]:
    """The years of a normalised question asked on a day, without those of document numbers."""
    return tuple(dict.fromkeys([*_written(_NUMBERED.sub(" ", normal)), *_named(normal, on)]))


def _written(normal: str) -> Iterator[Year]:
    for m in _YEAR.finditer(normal):
        if _BEFORE.match(normal, m.end()):
            yield Year(int(m[1]), When.BEFORE)
        else:
            yield Year(int(m[1]), When.AFTER if _AFTER.match(normal, m.end()) else When.IN)


def _named(normal: str, on: date) -> Iterator[Year]:
    for m in _NAMED.finditer(normal):
        yield Year(on.year + _RELATIVE[m.group()], named=True)


def is_past(years: Sequence[Year], on: date) -> bool:
    """Whether the time before a year gone by is asked about."""
    return any(y.when is When.BEFORE and y.year <= on.year for y in years)


def is_future(years: Sequence[Year], on: date) -> bool:
    """Whether a year to come is asked about."""
    return any(y.year > on.year and y.when is not When.BEFORE for y in years)


def told_years(said: str) -> tuple[int, ...]:
    """The years a normalised text tells of, in order, without those of document numbers."""
    return tuple(sorted({int(y) for y in _TOLD.findall(_NUMBERED.sub(" ", said))}))


def year_conflict(years: Sequence[int], said: str) -> bool:
    """Whether a text speaks of other years than the ones asked about, and of no period."""
    told = told_years(said)
    return bool(
        years and told and not any(str(year) in said for year in years) and not _PERIOD.search(said)
    )


def unmet(years: Sequence[Year], said: str) -> tuple[int, tuple[int, ...]] | None:
    """The year asked about and the other years a text tells of instead, if that is so."""
    asked = [y.year for y in years if y.when is When.IN]
    return (asked[0], told_years(said)) if asked and year_conflict(asked, said) else None
