"""Is a document in force on a given day? Pure functions over the header's dates.

``expires`` is the last day in force. A superseded document stops answering on the day its
successor takes over; when that day is unknown it has already stopped. Nothing speaks of days
before its own publication; terms and reports have no force, so they count as undated after it.
"""

from __future__ import annotations

from datetime import date

from kb.models import Header, Kind, Validity

EXPIRING_DAYS = 180
"""A document that ends within so many days is said to be expiring (DESIGN §3)."""

_IN_FORCE = frozenset({Validity.IN_FORCE, Validity.EXPIRING, Validity.UNDATED})


def validity(header: Header, on: date) -> Validity:
    """Where the document stands on that day."""
    if header.superseded_by and (header.superseded_on is None or on >= header.superseded_on):
        return Validity.SUPERSEDED
    if header.expires is not None and on > header.expires:
        return Validity.EXPIRED
    begins = header.effective or header.published
    if begins is not None and on < begins:
        return Validity.NOT_YET
    if header.expires is not None and (header.expires - on).days <= EXPIRING_DAYS:
        return Validity.EXPIRING
    law = header.kind is Kind.POLICY
    if header.effective is None and header.expires is None and not (law and header.published):
        return Validity.UNDATED
    return Validity.IN_FORCE


def is_in_force(header: Header, on: date) -> bool:
    """Whether the document may answer a question about that day."""
    return validity(header, on) in _IN_FORCE
