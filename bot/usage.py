"""What was asked, summed up for people: by day, way in, document, stage and confidence.

Reads what ``bot.asked`` keeps: single questions as long as they are kept, and sums by day of those
before. Stages and confidence are told of single questions only. SQLite counts: the rows of a busy
server are too many to be read one by one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, Table, cast, false, func, null, select

from bot.asked import Asked, Way
from kb import schema
from kb.catalog import Catalog
from kb.models import Role, Status

MOST_DAYS = 731
"""Days that are looked at together."""
MOST_TIMED = 10_000
"""Questions whose stages are timed, the latest."""
BINS = 10
"""Parts the confidence, 0 to 1, is counted in."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which questions are looked at; both days are included, None is any role, way in, status or
    tenth of confidence (0 to 9).
    """

    first: date
    last: date
    role: Role | None = None
    way: Way | None = None
    status: Status | None = None
    tenth: int | None = None

    @property
    def days(self) -> list[date]:
        """Every day of it."""
        return [self.first + timedelta(days=i) for i in range((self.last - self.first).days + 1)]


@dataclass(frozen=True, slots=True)
class Stage:
    """How long a stage of answering takes, in milliseconds: half of the questions take ``p50`` at
    most, 95 of 100 ``p95``.
    """

    name: str
    p50: float
    p95: float


@dataclass(frozen=True, slots=True)
class Usage:
    """What was asked. ``cited`` is how often each document was, by id, most often first; ``bins``
    are the questions by status in each tenth of confidence; ``timed`` is how many questions the
    ``stages`` (slowest first) and their ``total`` were measured on.
    """

    days: Mapping[date, Counter[Status]]
    ways: Mapping[tuple[Way, Role], Counter[Status]]
    cited: Mapping[str, int]
    bins: Sequence[Counter[Status]]
    stages: Sequence[Stage]
    total: Stage
    timed: int

    @property
    def statuses(self) -> Counter[Status]:
        """How all questions ended."""
        return sum(self.days.values(), Counter())


def look(catalog: Catalog, wanted: Wanted) -> Usage:
    """What was asked in these days."""
    days: dict[date, Counter[Status]] = {day: Counter() for day in wanted.days}
    ways: dict[tuple[Way, Role], Counter[Status]] = {}
    bins: list[Counter[Status]] = [Counter() for _ in range(BINS)]
    with catalog.begin() as connection:
        for day, role, way, status, tenth, number in _counted(connection, wanted):
            days[date.fromisoformat(day)][Status(status)] += number
            ways.setdefault((Way(way), Role(role)), Counter())[Status(status)] += number
            if tenth is not None:
                bins[tenth][Status(status)] += number
        cited = _cited(connection, wanted)
        timings = _timings(connection, wanted)
    names = {name for timing in timings for name in timing}
    stages = [_stage(name, [t[name] for t in timings if name in t]) for name in names]
    return Usage(
        days,
        dict(sorted(ways.items(), key=lambda item: -item[1].total())),
        cited,
        bins,
        sorted(stages, key=lambda s: (-s.p95, s.name)),
        _stage("", [sum(t.values()) for t in timings]),
        len(timings),
    )


def questions(catalog: Catalog, wanted: Wanted, limit: int, offset: int = 0) -> list[Asked]:
    """Single questions, newest first, without any text."""
    table = schema.asked
    query = (
        select(table)
        .where(*_conditions(table, wanted))
        .order_by(table.c.day.desc(), table.c.at.desc(), table.c.ref)  # the day has an index
        .limit(limit)
        .offset(offset)
    )
    with catalog.begin() as connection:
        return [
            Asked(
                row.ref, row.at, Role(row.role), Way(row.way), Status(row.status), row.confidence,
                row.timings, tuple(row.documents),
            )
            for row in connection.execute(query)
        ]  # fmt: skip


def count(catalog: Catalog, wanted: Wanted) -> int:
    """How many single questions are kept of those wanted."""
    table = schema.asked
    query = select(func.count()).select_from(table).where(*_conditions(table, wanted))
    with catalog.begin() as connection:
        return int(connection.execute(query).scalar_one())


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value that a ``share`` (0 to 1) of the ordered values do not exceed (nearest rank)."""
    if not ordered:
        return 0.0
    return ordered[max(0, -(-int(share * 100) * len(ordered) // 100) - 1)]


def _counted(connection: Connection, wanted: Wanted) -> list[Any]:
    """How many questions of each day, role, way in, status and tenth of confidence, which sums by
    day do not tell (None).
    """
    asked, days = schema.asked, schema.asked_days
    keys = ("day", "role", "way", "status")
    kinds = [*(asked.c[key] for key in keys), _tenth(asked)]
    single = select(*kinds, func.count()).where(*_conditions(asked, wanted)).group_by(*kinds)
    summed = select(*(days.c[key] for key in keys), null(), days.c.questions).where(
        *_conditions(days, wanted)
    )
    return [*connection.execute(single), *connection.execute(summed)]


def _cited(connection: Connection, wanted: Wanted) -> dict[str, int]:
    asked, days = schema.asked, schema.asked_days
    found: Counter[str] = Counter()
    each = func.json_each(asked.c.documents).table_valued("value")
    single = (
        select(each.c.value, func.count())
        .select_from(asked)
        .join(each, asked.c.ref.is_not(None))
        .where(*_conditions(asked, wanted))
        .group_by(each.c.value)
    )
    many = func.json_each(days.c.documents).table_valued("key", "value")
    summed = (
        select(many.c.key, func.sum(many.c.value))
        .select_from(days)
        .join(many, days.c.day.is_not(None))
        .where(*_conditions(days, wanted))
        .group_by(many.c.key)
    )
    for query in (single, summed):
        for document_id, number in connection.execute(query):
            found[str(document_id)] += int(number)
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _timings(connection: Connection, wanted: Wanted) -> list[dict[str, float]]:
    table = schema.asked
    query = (
        select(table.c.timings)
        .where(*_conditions(table, wanted))
        .order_by(table.c.day.desc(), table.c.at.desc())
        .limit(MOST_TIMED)
    )
    return list(connection.execute(query).scalars())


def _stage(name: str, values: Sequence[float]) -> Stage:
    ordered = sorted(values)
    return Stage(name, percentile(ordered, 0.5), percentile(ordered, 0.95))


def _tenth(table: Table) -> ColumnElement[int]:
    return func.min(cast(table.c.confidence * BINS, Integer), BINS - 1)


def _conditions(table: Table, wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions = [table.c.day >= wanted.first.isoformat(), table.c.day <= wanted.last.isoformat()]
    for key, value in (("role", wanted.role), ("way", wanted.way), ("status", wanted.status)):
        if value is not None:
            conditions.append(table.c[key] == value.value)
    if wanted.tenth is not None:  # sums by day tell nothing of it
        conditions.append(_tenth(table) == wanted.tenth if "confidence" in table.c else false())
    return conditions
