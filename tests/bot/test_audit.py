"""Finding entries of the record of what was done, over a real catalog."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from bot import audit
from bot.audit import Wanted
from bot.clock import begin_of, local_time
from kb.catalog import Catalog

DAY = date(2026, 3, 10)


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    made = Catalog(tmp_path_factory.mktemp("audit") / "catalog.sqlite")
    for hours, who, what, target in (
        (0, "li", "login", ""),
        (5, "wang", "login", ""),
        (23, "li", "user.add", "100%_sure cadre"),
        (24, "li", "user.add", "Zhao admin"),
        (50, "", audit.FAILED, ""),
    ):
        at = datetime.fromisoformat(begin_of(DAY)) + timedelta(hours=hours)
        audit.note(made, who, what, target, now=at.timestamp())
    yield made
    made.close()


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(), 5),
        (Wanted(who="li"), 3),
        (Wanted(who="li", what="user.add"), 2),
        (Wanted(target="zhao"), 1),
        (Wanted(target="%_"), 1),
        (Wanted(target="_"), 1),
        (Wanted(first=DAY, last=DAY), 3),
        (Wanted(first=DAY + timedelta(days=1)), 2),
        (Wanted(last=DAY - timedelta(days=1)), 0),
        (Wanted(who="' OR 1=1 --"), 0),
    ],
)
def test_what_is_wanted_is_found(catalog: Catalog, wanted: Wanted, found: int) -> None:
    assert audit.count(catalog, wanted) == len(audit.search(catalog, wanted)) == found


def test_newest_first_and_in_pages(catalog: Catalog) -> None:
    every = audit.search(catalog, Wanted())
    assert [e.what for e in every] == [audit.FAILED, "user.add", "user.add", "login", "login"]
    assert audit.search(catalog, Wanted(), 2, 2) == every[2:4]


def test_everybody_and_everything_known(catalog: Catalog) -> None:
    assert audit.known(catalog) == (["li", "wang"], ["login", audit.FAILED, "user.add"])


def test_days_are_those_of_this_machine() -> None:
    assert local_time(begin_of(DAY)) == "2026-03-10 00:00:00"
    assert local_time("no time") == "no time"
