from datetime import date, timedelta

import pytest

from kb.models import Header, Kind, Validity
from kb.validity import EXPIRING_DAYS, is_in_force, validity

DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (Header("a"), Validity.UNDATED),
        (Header("a", effective=date(2021, 1, 1)), Validity.IN_FORCE),
        (Header("a", published=DAY), Validity.IN_FORCE),
        (Header("a", published=DAY + timedelta(1)), Validity.NOT_YET),
        (Header("a", kind=Kind.GLOSSARY, published=DAY), Validity.UNDATED),
        (Header("a", kind=Kind.GLOSSARY, published=DAY + timedelta(1)), Validity.NOT_YET),
        (Header("a", effective=DAY), Validity.IN_FORCE),
        (Header("a", effective=DAY + timedelta(1)), Validity.NOT_YET),
        (Header("a", expires=DAY), Validity.EXPIRING),
        (Header("a", expires=DAY - timedelta(1)), Validity.EXPIRED),
        (Header("a", expires=DAY + timedelta(EXPIRING_DAYS)), Validity.EXPIRING),
        (Header("a", expires=DAY + timedelta(EXPIRING_DAYS + 1)), Validity.IN_FORCE),
        (Header("a", superseded_by="b"), Validity.SUPERSEDED),
        (Header("a", superseded_by="b", superseded_on=DAY), Validity.SUPERSEDED),
        (
            Header(
                "a", effective=date(2020, 1, 1), superseded_by="b", superseded_on=date(2027, 1, 1)
            ),
            Validity.IN_FORCE,
        ),
    ],
)
def test_where_a_document_stands(header: Header, expected: Validity) -> None:
    assert validity(header, DAY) is expected


def test_only_what_holds_may_answer() -> None:
    assert is_in_force(Header("a", expires=DAY), DAY)
    assert not is_in_force(Header("a", expires=DAY), DAY + timedelta(1))
    assert not is_in_force(Header("a", effective=DAY), DAY - timedelta(1))
