"""When documents take force, expire or are superseded, by month. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kb.models import DocumentInfo, Kind

MOST_MONTHS = 120
"""Months that are looked at together."""


class Sort(StrEnum):
    """What happens to a document."""

    BEGINS = "begins"
    EXPIRES = "expires"
    SUPERSEDED = "superseded"


_FIELDS = {
    Sort.BEGINS: ("effective", "published"),
    Sort.EXPIRES: ("expires",),
    Sort.SUPERSEDED: ("superseded_by", "superseded_on"),
}
"""The header fields an event comes from."""


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of the calendar."""

    year: int
    month: int

    def __str__(self) -> str:
        """As in an address: ``2026-07``."""
        return f"{self.year:04}-{self.month:02}"

    def later(self, months: int) -> Month:
        """The month so many months later (or earlier), within what a calendar holds."""
        year, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return Month(min(max(year, 1), 9999), month + 1)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens to a document on a day (None: on a day that is not known).

    ``by`` is what supersedes it, as the header names it. ``corrected``: a person set the date or
    the successor; ``inferred``: it follows from another edition (``kb.editions``).
    """

    sort: Sort
    day: date | None
    document: DocumentInfo
    by: str = ""
    corrected: bool = False
    inferred: bool = False


def month_of(day: date) -> Month:
    """The month of a day."""
    return Month(day.year, day.month)


def read_month(raw: str) -> Month | None:
    """The month that was written as ``2026-07``; None for anything else."""
    year, dash, month = raw.partition("-")
    good = dash and len(raw) == 7 and raw.isascii() and year.isdigit() and month.isdigit()
    if not good or not 1 <= int(month) <= 12 or int(year) < 1:
        return None
    return Month(int(year), int(month))


def events(documents: Iterable[DocumentInfo]) -> list[Event]:
    """All events of these documents by day, then by document; those without a day come last."""
    found: list[Event] = []
    for info in documents:
        header = info.header
        law = header.kind is Kind.POLICY  # terms and reports have no force (kb.validity)
        begins = header.effective or (header.published if law else None)
        if begins:
            found.append(_event(Sort.BEGINS, begins, info))
        if header.expires:
            found.append(_event(Sort.EXPIRES, header.expires, info))
        if header.superseded_by:
            found.append(_event(Sort.SUPERSEDED, header.superseded_on, info))
    return sorted(found, key=lambda e: (e.day or date.max, e.document.document_id, e.sort))


def between(found: Sequence[Event], first: Month, last: Month) -> dict[Month, list[Event]]:
    """The events of the months from ``first`` to ``last`` (at most ``MOST_MONTHS`` of them), every
    month named.
    """
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    months: dict[Month, list[Event]] = {first.later(i): [] for i in range(min(count, MOST_MONTHS))}
    for event in found:
        if event.day is not None and (month := month_of(event.day)) in months:
            months[month].append(event)
    return months


def _event(sort: Sort, day: date | None, info: DocumentInfo) -> Event:
    superseded = sort is Sort.SUPERSEDED
    return Event(
        sort,
        day,
        info,
        by=info.header.superseded_by if superseded else "",
        corrected=any(field in info.corrected for field in _FIELDS[sort]),
        inferred=superseded and info.inferred,
    )
