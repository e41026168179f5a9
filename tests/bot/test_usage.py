"""Sums over what was asked, over a real catalog."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from bot.asked import DAYS, Asked, Way, sum_up, write
from bot.usage import Stage, Usage, Wanted, count, look, percentile, questions
from kb.catalog import Catalog
from kb.models import Role, Status

TODAY = date(2026, 7, 16)
LONG_AGO = TODAY - timedelta(days=DAYS + 10)
ALL = Wanted(LONG_AGO, TODAY)
SECONDS = itertools.count()


def one(
    day: date, status: Status, confidence: float, *documents: str,
    role: Role = Role.INVESTOR, way: Way = Way.CHAT, ms: float = 1.0,
) -> Asked:  # fmt: skip
    at = datetime(day.year, day.month, day.day, 12).timestamp() + next(SECONDS)
    timings = {"search": ms, "read": 2 * ms}
    return Asked(f"r{at}", at, role, way, status, confidence, timings, documents)


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    made = Catalog(tmp_path_factory.mktemp("usage") / "catalog.sqlite")
    write(
        made,
        [
            one(LONG_AGO, Status.ANSWERED, 0.9, "A", "B"),
            one(LONG_AGO, Status.ANSWERED, 0.9, "A"),
            one(LONG_AGO, Status.REFUSED, 0.1),
        ],
    )
    sum_up(made, TODAY)
    write(
        made,
        [
            one(TODAY, Status.ANSWERED, 1.0, "B", role=Role.CADRE),
            one(TODAY, Status.NEAREST, 0.55, "A", "C", way=Way.API, ms=10),
            one(TODAY, Status.REFUSED, 0.0, ms=100),
            one(TODAY - timedelta(days=1), Status.ANSWERED, 0.7, "A"),
        ],
    )
    yield made
    made.close()


def test_single_questions_and_sums_of_old_ones_count_together(catalog: Catalog) -> None:
    found = look(catalog, ALL)
    assert len(found.days) == DAYS + 11
    assert found.days[LONG_AGO] == {Status.ANSWERED: 2, Status.REFUSED: 1}
    assert found.days[TODAY].total() == 3
    assert found.days[TODAY - timedelta(days=2)] == {}
    assert found.statuses == {Status.ANSWERED: 4, Status.NEAREST: 1, Status.REFUSED: 2}
    assert found.cited == {"A": 4, "B": 2, "C": 1}
    assert list(found.cited) == ["A", "B", "C"]
    assert found.ways == {
        (Way.CHAT, Role.INVESTOR): {Status.ANSWERED: 3, Status.REFUSED: 2},
        (Way.CHAT, Role.CADRE): {Status.ANSWERED: 1},
        (Way.API, Role.INVESTOR): {Status.NEAREST: 1},
    }


def test_stages_and_confidence_are_of_single_questions(catalog: Catalog) -> None:
    found = look(catalog, ALL)
    assert found.timed == 4
    assert found.stages == [Stage("read", 2.0, 200.0), Stage("search", 1.0, 100.0)]
    assert found.total == Stage("", 3.0, 300.0)
    assert [b.total() for b in found.bins] == [1, 0, 0, 0, 0, 1, 0, 1, 0, 1]
    assert found.bins[9] == Counter({Status.ANSWERED: 1})


@pytest.mark.parametrize(
    ("wanted", "number"),
    [
        (Wanted(TODAY, TODAY), 3),
        (Wanted(TODAY, TODAY, role=Role.CADRE), 1),
        (Wanted(TODAY, TODAY, way=Way.API), 1),
        (Wanted(LONG_AGO, TODAY, status=Status.REFUSED), 2),
        (Wanted(LONG_AGO, TODAY, role=Role.ADMIN), 0),
        (Wanted(TODAY, LONG_AGO), 0),
        (Wanted(LONG_AGO, TODAY, tenth=9), 1),
        (Wanted(LONG_AGO, TODAY, tenth=5), 1),
        (Wanted(LONG_AGO, TODAY, tenth=3), 0),
    ],
)
def test_only_what_is_wanted_counts(catalog: Catalog, wanted: Wanted, number: int) -> None:
    found = look(catalog, wanted)
    assert found.statuses.total() == number
    assert sum(c.total() for c in found.ways.values()) == number


def test_single_questions_newest_first(catalog: Catalog) -> None:
    assert count(catalog, ALL) == 4
    listed = questions(catalog, ALL, 10)
    assert [q.status for q in listed] == [
        Status.REFUSED, Status.NEAREST, Status.ANSWERED, Status.ANSWERED,
    ]  # fmt: skip
    assert questions(catalog, ALL, 2, 2) == listed[2:]
    assert {q.text for q in listed} == {""}


def test_an_empty_base_has_nothing_asked(catalog: Catalog) -> None:
    nothing = look(catalog, Wanted(TODAY + timedelta(days=1), TODAY + timedelta(days=2)))
    assert isinstance(nothing, Usage)
    assert (nothing.cited, nothing.stages, nothing.timed) == ({}, [], 0)
    assert nothing.total == Stage("", 0.0, 0.0)


@pytest.mark.parametrize(
    ("values", "p50", "p95"),
    [
        ([], 0.0, 0.0), ([7.0], 7.0, 7.0), ([1.0, 2.0], 1.0, 2.0),
        ([float(n) for n in range(1, 101)], 50.0, 95.0),
        ([float(n) for n in range(1, 21)], 10.0, 19.0),
    ],
)  # fmt: skip
def test_percentiles_are_values_that_were_measured(
    values: list[float], p50: float, p95: float
) -> None:
    assert (percentile(values, 0.5), percentile(values, 0.95)) == (p50, p95)
