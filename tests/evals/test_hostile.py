"""A small sample of the hostile files: each ends in a document or a reason, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.hostile.bases import made
from evals.hostile.files import ATTACKS, cases
from evals.hostile.run import End, read_all
from ingest.child import Bounds
from ingest.parse import parse_bytes
from kb.errors import QuarantineError, ReadError
from kb.models import ParsedDocument

QUICK = (
    "empty",
    "UTF-16 with lone surrogates",
    "YAML bomb",
    "YAML with objects",
    "HTML: 100,000 levels",
    "HTML: entity bomb",
    "HTML: outside entity",
    "MHTML: nested",
    "DOCX: entity bomb",
    "DOCX: outside entity",
    "DOCX: macros",
    "DOCX: lone surrogates",
    "XLSX: entity bomb",
    "XLSX: commands",
    "OFD: entity bomb",
    "OFD: units in themselves",
    "PDF: pages in themselves",
    "PDF: a page count of a billion",
    "PDF: script",
    "picture: 60,000 pixels square",
)


def parsed(data: bytes, name: str) -> tuple[ParsedDocument | None, str]:
    """The document, or the reason why there is none."""
    try:
        return parse_bytes(data, name), ""
    except (ReadError, QuarantineError) as error:
        return None, error.zh


@pytest.mark.parametrize("attack", QUICK)
def test_attacks(attack: str) -> None:
    name, make = ATTACKS[attack]
    document, reason = parsed(make(), name)
    assert document is not None or "请" in reason
    if document is not None:
        assert "root:" not in document.text
        assert "haha" not in document.text


def test_damaged_files_end_in_a_document_or_a_reason() -> None:
    bases = {name: data for name, data in made().items() if name not in ("base.png", "base.zip")}
    some = list(cases(60, 5, bases, {}))
    assert len({case.group for case in some}) >= 8
    read = 0
    for case in some:
        document, reason = parsed(case.data, case.name)
        assert document is not None or reason
        read += document is not None
    assert 5 < read < 55


def test_reading_processes_and_archives(tmp_path: Path) -> None:
    wanted = ("zip: paths", "zip: overlapping", "PDF: script", "DOCX: deep")
    chosen = cases(len(wanted), 1, {}, {name: ATTACKS[name] for name in wanted})
    ends = {o.case.kind[8:]: o.end for o in read_all(chosen, Bounds(30, 30), tmp_path)}
    assert ends["zip: paths"] is End.READ
    assert ends["zip: overlapping"] is End.REFUSED
    assert set(ends) == set(wanted)
    assert not {End.ESCAPED, End.READER_DIED} & set(ends.values())


def test_the_same_seed_gives_the_same_files() -> None:
    bases = made()
    assert list(cases(40, 3, bases, {})) == list(cases(40, 3, bases, {}))
