"""Events of documents by month."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.timeline import MOST_MONTHS, Event, Month, Sort, between, events, month_of, read_month
from kb.models import DocumentInfo, Header, Kind


def info(
    document_id: str, corrected: tuple[str, ...] = (), inferred: bool = False, **header: Any
) -> DocumentInfo:
    return DocumentInfo(
        document_id, 1, Header(title=document_id, **header), "", "", 0, 0, "", corrected, inferred
    )


def told(found: list[Event]) -> list[tuple[str, str, str]]:
    return [(str(e.day), e.document.document_id, e.sort.value) for e in found]


def test_every_document_has_its_events_in_order() -> None:
    found = events(
        [
            info("B", effective=date(2026, 5, 1), expires=date(2027, 1, 31)),
            info("A", published=date(2026, 5, 1), superseded_by="B"),
            info("C", published=date(2020, 1, 1), effective=date(2020, 2, 1),
                 superseded_by="B", superseded_on=date(2026, 5, 1)),
            info("D"),
            info("E", published=date(2026, 5, 1), kind=Kind.EXPERIENCE),
        ]
    )  # fmt: skip
    assert told(found) == [
        ("2020-02-01", "C", "begins"),
        ("2026-05-01", "A", "begins"),
        ("2026-05-01", "B", "begins"),
        ("2026-05-01", "C", "superseded"),
        ("2027-01-31", "B", "expires"),
        ("None", "A", "superseded"),
    ]
    assert [e.by for e in found if e.sort is Sort.SUPERSEDED] == ["B", "B"]


def test_what_a_person_set_and_what_was_inferred_is_marked() -> None:
    dates = {"effective": date(2026, 1, 1), "expires": date(2026, 12, 31), "superseded_by": "X"}
    for corrected, marked in (
        (("expires",), [False, True, False]),
        (("effective",), [True, False, False]),
        (("superseded_on",), [False, False, True]),
        (("title",), [False, False, False]),
    ):
        assert [e.corrected for e in events([info("A", corrected, **dates)])] == marked
    assert [e.inferred for e in events([info("A", inferred=True, **dates)])] == [
        False, False, True,
    ]  # fmt: skip


def test_by_month_with_the_empty_ones() -> None:
    found = events([info("A", effective=date(2026, 2, 28), expires=date(2026, 4, 1))])
    months = between(found, Month(2026, 2), Month(2026, 4))
    assert {str(m): len(e) for m, e in months.items()} == {"2026-02": 1, "2026-03": 0, "2026-04": 1}
    assert between(found, Month(2026, 4), Month(2026, 2)) == {}
    assert len(between(found, Month(1, 1), Month(9999, 12))) == MOST_MONTHS


@pytest.mark.parametrize(
    ("raw", "month"),
    [
        ("2026-07", Month(2026, 7)), ("2026-7", None), ("2026-13", None), ("2026-00", None),
        ("", None), ("0000-01", None), ("２０２６-07", None), ("2026/07", None), ("-026-07", None),
    ],
)  # fmt: skip
def test_months_as_they_are_written(raw: str, month: Month | None) -> None:
    assert read_month(raw) == month
    assert month is None or str(month) == raw


def test_months_are_counted_over_years() -> None:
    assert Month(2026, 11).later(3) == Month(2027, 2)
    assert Month(2026, 2).later(-14) == Month(2024, 12)
    assert month_of(date(2026, 2, 3)) == Month(2026, 2)
