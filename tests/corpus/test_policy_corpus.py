"""The policy digests in ``corpus/policy``: front matter, validity, header dates and wording."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from tests.corpus.reading import CORPUS, FACTS, GRADES, body, front_matter, sheet

FILES = sorted((CORPUS / "policy").glob("*.md"))

DESCRIPTION = {"id", "kind", "audience", "title", "issuer", "region", "chains"}
REQUIRED = DESCRIPTION | {"grade", "sources", "facts"}
REPLACEMENT = {"supersedes", "superseded_by", "superseded_on"}
OPTIONAL = {"doc_number", "published", "effective", "expires"} | REPLACEMENT
DATES = ("published", "effective", "expires", "superseded_on")
DISCLAIMER = (
    "本文是本知识库编写的要点摘编，以官方公布的原文为准；税收、土地、补助事项以主管机关认定为准。"
)


def normal(text: str) -> str:
    """Half-width characters, no spaces, emphasis or fact ids, ISO dates written as 年月日."""
    text = unicodedata.normalize("NFKC", text)
    text = re.sub(r"(?m)^- [A-Z]\d{2}-\d{2} ", "", text)
    text = re.sub(r"[\s*]", "", text)
    text = re.sub(
        r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)",
        lambda m: f"{m[1]}年{int(m[2])}月{int(m[3])}日",
        text,
    )
    return re.sub(r"(?<!\d)(\d{4})-(\d{2})(?!\d)", lambda m: f"{m[1]}年{int(m[2])}月", text)


def sentences(text: str) -> list[str]:
    """Sentences (between 。；！？ and line ends), letters and digits only, no marks."""
    text = re.sub(r"\[[^\]]*\]", "", text)
    text = re.sub(r"[（(][^（）()]*[）)]", "", text)
    text = re.sub(r"(?m)^\s*(?:#+|-|\d+\.|\|)?\s*(?:[A-Z]\d{2}(?:-\d{2})?\s)?", "", text)
    parts = re.split(r"[。；;！？!?\n]", text)
    return [re.sub(r"[^\w%‰]", "", unicodedata.normalize("NFKC", part)) for part in parts]


def clauses(path: Path) -> list[str]:
    """The numbered clauses of a digest."""
    return re.findall(r"(?m)^\d+\. (.+)$", body(path))


@cache
def blocks() -> dict[str, str]:
    """Fact-sheet blocks by document number (``T01``), with the row of the header table added."""
    found: dict[str, str] = {}
    for part in re.split(r"(?m)^#{2,3} ", sheet()):
        if named := re.match(r"([A-Z]\d{2}) ", part):
            found[named[1]] = part
    for row in re.finditer(r"(?m)^\| ([A-Z])(\d{2})(?:–[A-Z](\d{2}))? \|.*$", sheet()):
        for number in range(int(row[2]), int(row[3] or row[2]) + 1):
            key = f"{row[1]}{number:02d}"
            found[key] = found.get(key, "") + "\n" + row[0]
    return found


@cache
def traps() -> str:
    """Sections 9 and 10 of the fact sheet: figures of rules that no longer hold, and the gaps."""
    return sheet().split("\n## 9. ", 1)[1]


def allowed(path: Path) -> str:
    """What a digest may draw its figures from: the blocks of its facts, the traps and the gaps."""
    names = sorted({fact[:3] for fact in front_matter(path)["facts"]} & set(blocks()))
    return normal("\n".join([*(blocks()[name] for name in names), traps()]))


def each_file() -> pytest.MarkDecorator:
    """Run a test once a digest."""
    return pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])


def test_the_corpus_is_there_and_ids_are_unique() -> None:
    ids = [front_matter(path)["id"] for path in FILES]
    assert len(ids) >= 45
    assert len(set(ids)) == len(ids)


@each_file()
def test_front_matter(path: Path) -> None:
    header = front_matter(path)
    assert REQUIRED <= set(header) <= REQUIRED | OPTIONAL
    assert re.fullmatch(r"[A-Z]\d{2}(?:-[A-Z0-9]+)?", header["id"])
    assert path.stem.startswith(header["id"] + "-")
    assert (header["kind"], header["audience"]) == ("policy", "public")
    assert header["grade"] in GRADES
    for key in ("issuer", "region", "chains", "sources", "facts", "supersedes"):
        assert all(isinstance(value, str) for value in header.get(key, [])), key
    assert header["region"]
    assert header["facts"]
    for key in DATES:
        assert key not in header or isinstance(header[key], date), key
    if "effective" in header and "expires" in header:
        assert header["effective"] <= header["expires"]


@each_file()
def test_what_replaces_what_is_named_in_the_corpus(path: Path) -> None:
    headers = [front_matter(other) for other in FILES]
    known = {header["id"] for header in headers} | {header["title"] for header in headers}
    header = front_matter(path)
    assert set(header.get("supersedes", [])) <= known
    if successor := header.get("superseded_by"):
        assert successor in known
        assert header["superseded_on"]
        replacing = next(other for other in headers if successor in (other["id"], other["title"]))
        assert header["id"] in replacing["supersedes"]
        assert replacing["effective"] == header["superseded_on"]


@each_file()
def test_shape_of_the_text(path: Path) -> None:
    text = body(path).strip()
    header = front_matter(path)
    assert text.startswith(f"# {header['title']}\n")
    last = text.rsplit("\n## ", 1)[1]
    assert last.startswith("说明\n")
    assert DISCLAIMER in last.splitlines()
    if header["grade"] in ("C", "memory"):
        assert len(last.splitlines()) >= 3, "the grade is not explained"
    assert ("（待核）。" in text) == (header["grade"] == "memory")
    found = clauses(path)
    assert len(found) >= 2
    for clause in found:
        assert clause.endswith("。")
        for sentence in clause.rstrip("。").split("。"):
            assert 15 <= len(sentence) <= 130, sentence
    headings = re.findall(r"(?m)^## (.+)$", text)
    assert all(re.match(r"[一二三四五六七八九十]+、", heading) for heading in headings[:-1])


@each_file()
def test_header_dates_and_number_are_in_the_fact_sheet(path: Path) -> None:
    header = front_matter(path)
    basis = allowed(path)
    for key in DATES:
        if key in header:
            day: date = header[key]
            year_end = key == "expires" and (day.month, day.day) == (12, 31)
            written = f"{day.year}年" if year_end else f"{day.year}年{day.month}月{day.day}日"
            assert written in basis, key


@each_file()
def test_no_sentence_is_copied(path: Path) -> None:
    report = FACTS / "report.txt"
    other = sheet() + ("\n" + report.read_text(encoding="utf-8") if report.is_file() else "")
    theirs = set(sentences(other))
    text = "\n".join(line for line in body(path).splitlines() if not line.startswith("#"))
    copied = [
        own
        for own in sentences(text)
        if len(re.findall(r"[\u4e00-\u9fff]", own)) >= 8 and own in theirs
    ]
    assert not copied
