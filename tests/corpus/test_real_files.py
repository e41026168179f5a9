"""The real files in ``docs/examples``: up to date with the corpus, and read as the corpus is."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest

from evals.metrics import common_subsequence, loose
from ingest.formats import READERS, Format
from ingest.parse import parse_file
from kb.models import ParsedDocument
from kb.validity import validity
from tests.corpus.reading import CORPUS
from tests.corpus.real_files import DAY, EXAMPLES, FILES, VALIDITY, policies, source

DOCUMENTS = {name: document_id for name, (document_id, _) in FILES.items() if document_id}
LAWS = [name for name in DOCUMENTS if DOCUMENTS[name] not in ("G07", "E02")]
TABLE = "政策效力一览.xlsx"


def parts(data: bytes) -> object:
    """A file's bytes; of an Office file its members, however they are compressed."""
    if not data.startswith(b"PK"):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return [(name, packed.read(name)) for name in packed.namelist()]


def markdown(document_id: str) -> ParsedDocument:
    for path in CORPUS.rglob("*.md"):
        if f"\nid: {document_id}\n" in path.read_text(encoding="utf-8"):
            return parse_file(path)
    raise LookupError(document_id)


def real(name: str) -> ParsedDocument:
    return parse_file(EXAMPLES / name)


def clauses(document: ParsedDocument) -> list[tuple[tuple[str, ...], str]]:
    """Heading and words of every passage that begins with its number."""
    told = [(p, document.text[p.start : p.end]) for p in document.passages]
    return [
        (tuple(map(loose, p.path[:1])), loose(text))
        for p, text in told
        if len(p.path) > 1 and text.startswith(p.path[-1])
    ]


def test_six_pdf_two_word_one_excel() -> None:
    assert sorted(Path(name).suffix for name in FILES) == [".docx"] * 2 + [".pdf"] * 6 + [".xlsx"]
    held = [path for path in EXAMPLES.iterdir() if path.is_file()]
    assert {path.name for path in held} == set(FILES)
    assert sum(path.stat().st_size for path in held) < 500_000


@pytest.mark.parametrize("name", FILES)
def test_the_files_are_those_the_documents_give(name: str) -> None:
    """If this fails: ``make examples``."""
    _, make = FILES[name]
    made = make()
    assert parts(made) == parts((EXAMPLES / name).read_bytes())
    assert make() == made


@pytest.mark.parametrize("name", DOCUMENTS)
def test_nothing_is_lost(name: str) -> None:
    ours, theirs = loose(markdown(DOCUMENTS[name]).text), loose(real(name).text)
    if DOCUMENTS[name] == "G07":  # a row shows its header in both; columns may be told otherwise
        words = "".join(cell for b in source("G07").blocks for cell in b.cells)
        ours = loose(words)
    assert common_subsequence(ours, theirs) >= 0.99 * len(ours)


@pytest.mark.parametrize("name", LAWS)
def test_headings_and_numbering_are_the_same(name: str) -> None:
    ours, theirs = clauses(markdown(DOCUMENTS[name])), clauses(real(name))
    assert len(ours) > 8
    assert [heading for heading, _ in theirs] == [heading for heading, _ in ours]
    same = sum(a == b for a, b in zip(ours, theirs, strict=True))
    assert same >= 0.99 * len(ours)


@pytest.mark.parametrize("name", LAWS)
def test_facts_of_the_header_are_found(name: str) -> None:
    ours, theirs = markdown(DOCUMENTS[name]).header, real(name).header
    assert loose(theirs.title) == loose(ours.title)
    assert theirs.doc_number == ours.doc_number
    for key in ("published", "effective", "expires"):
        assert getattr(theirs, key) == getattr(ours, key), key


@pytest.mark.parametrize("name", [name for name in DOCUMENTS if name.endswith(".docx")])
def test_numbers_drawn_by_word_do_not_stand_in_its_text(name: str) -> None:
    with zipfile.ZipFile(EXAMPLES / name) as packed:
        written = packed.read("word/document.xml").decode("utf-8")
    assert "一、" not in written
    assert "一、" in real(name).text


@pytest.mark.skipif(Format.XLSX not in READERS, reason="no reader of Excel files yet")
def test_the_table_tells_the_validity_of_every_policy() -> None:
    rows = [line for line in real(TABLE).text.splitlines() if "编号：" in line]
    assert len(rows) == len(policies())
    for row, (document_id, header) in zip(rows, policies(), strict=True):
        assert f"编号：{document_id}；" in row
        assert f"名称：{header.title}；" in row
        assert f"效力：{VALIDITY[validity(header, DAY).value]}" in row
        days = [d for d in (header.published, header.effective, header.expires) if d]
        assert all(written(day) & set(row.replace("：", "；").split("；")) for day in days)


def written(day: date) -> set[str]:
    """The ways a reader may write a cell that holds a day."""
    return {day.isoformat(), f"{day.year}年{day.month}月{day.day}日"}
