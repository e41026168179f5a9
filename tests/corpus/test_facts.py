"""``corpus/facts.yaml``: every figure of the corpus rests on a fact that is named and graded."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from evals.facts import (
    CORPUS,
    Fact,
    covered,
    describe,
    documents,
    figures,
    load_facts,
    load_sources,
    uses,
)
from ingest.files import SUFFIXES
from ingest.front_matter import split
from kb.models import Grade
from kb.sentences import sentences
from tests.corpus.reading import REPOSITORY, body, longest_loan, sheet

FACTS = load_facts()
SOURCES = load_sources()
DOCUMENTS = {path: front for path, front, _ in documents()}
RANK = list(Grade).index
MARKS = {"V-A": Grade.A, "V-B": Grade.B, "V-C": Grade.C, "M-高": Grade.MEMORY}
MARK = "（待核）"
NAMES = (
    "十三届全国人大二次会议", "十四届全国人大常委会", "陕西省人大常委会", "国务院常务会议通过",
    "党的二十届三中全会", "公共服务均等化试点区", "国家现代能源经济示范区", "石墨烯高分子材料",
    "延长石油延安能化公司", "延安气田中区北部", "中新联合协调理事会",
)  # fmt: skip
"""Names that cannot be said in other words, beside titles and the terms of the glossary."""

LEFT_OUT = {"R08-02", "R10-02", "E03-02"}
"""Facts with figures the corpus must not repeat: old subsidies, an area that was corrected."""


def each_document() -> pytest.MarkDecorator:
    """Run a test once a document that rests on facts."""
    paths = [path for path, front in DOCUMENTS.items() if front.values.get("facts")]
    return pytest.mark.parametrize("path", paths, ids=[path.stem for path in paths])


def facts_of(path: Path) -> list[Fact]:
    return [FACTS[name] for name in DOCUMENTS[path].values["facts"]]


def known_figures(path: Path) -> set[str]:
    """The figures of a document's facts and of its front matter."""
    values = DOCUMENTS[path].values
    days = [values[key] for key in ("published", "effective", "expires") if key in values]
    written = [f"{day.year}年{day.month}月{day.day}日" for day in days]
    head = " ".join([values["title"], values.get("doc_number", ""), *written])
    return figures(head).union(
        map(str, values.get("years", ())), *(fact.figures for fact in facts_of(path))
    )


def own_sentences(path: Path) -> list[str]:
    """The sentences of a document, without list numbers and names of sources."""
    text = re.sub(r"(?m)^\d+\. |S\d+", "", body(path))
    return [text[start:end].strip() for start, end in sentences(text)]


@cache
def block(name: str) -> str:
    """The part of the fact sheet a fact is in: its document's section and row, or its own line."""
    if name.startswith("名词-"):
        row = re.search(rf"(?m)^\| {re.escape(name[3:])} \|.*$", sheet())
        assert row, name
        return row[0]
    if name.startswith(("易错-", "缺口-")):
        return sheet().split("\n## 9. ", 1)[1]
    found = re.search(rf"(?ms)^### {name[:3]} .*?(?=^###? )", sheet())
    rows = re.findall(r"(?m)^\| [A-Z]\d\d.* \|$", sheet())
    return "\n".join([found[0] if found else sheet(), *(r for r in rows if name[:3] in r[:12])])


def line(name: str) -> str:
    """The line of the fact sheet that a fact is; empty where the sheet gives it no number."""
    found = re.search(rf"(?m)^- {re.escape(name.rstrip('be'))} .*$", sheet())
    return found[0] if found else ""


def days_written(text: str) -> str:
    """ISO days and months as the texts write them."""
    text = re.sub(r"(\d{4})-(\d{2})-(\d{2})", lambda m: f"{m[1]}年{int(m[2])}月{int(m[3])}日", text)
    return re.sub(r"(\d{4})-(\d{2})(?!\d)", lambda m: f"{m[1]}年{int(m[2])}月", text)


def test_every_fact_named_exists_and_every_fact_and_source_is_used() -> None:
    named = {name for front in DOCUMENTS.values() for name in front.values.get("facts", ())}
    assert named == set(FACTS)
    assert {source for fact in FACTS.values() for source in fact.sources} == set(SOURCES)
    assert len(FACTS) > 300


@pytest.mark.parametrize("fact", FACTS.values(), ids=list(FACTS))
def test_a_fact_is_a_sentence_with_its_figures_and_sources(fact: Fact) -> None:
    assert fact.statement.endswith("。")
    assert 10 <= len(fact.statement) <= 130
    assert not [figure for figure in figures(fact.statement) if not covered(figure, fact.figures)]
    assert len(set(fact.figures)) == len(fact.figures)
    assert fact.sources or fact.grade is Grade.MEMORY


@each_document()
def test_the_grade_is_the_worst_of_the_facts(path: Path) -> None:
    assert DOCUMENTS[path].values["grade"] is max((f.grade for f in facts_of(path)), key=RANK)


@each_document()
def test_sources_are_those_of_the_facts(path: Path) -> None:
    listed = set(DOCUMENTS[path].values["sources"])
    assert listed <= {source for fact in facts_of(path) for source in fact.sources}
    assert not [f.id for f in facts_of(path) if f.sources and not listed & set(f.sources)]


@each_document()
def test_every_figure_is_one_of_the_facts(path: Path) -> None:
    known = known_figures(path)
    missing = [f for s in own_sentences(path) for f in figures(s) if not covered(f, known)]
    assert not missing


@each_document()
def test_what_rests_on_memory_is_marked_in_its_sentence(path: Path) -> None:
    """A figure only remembered stands in marked sentences only, and each such fact in one."""
    unsure = [fact for fact in facts_of(path) if fact.grade is Grade.MEMORY]
    marked = [s for s in own_sentences(path) if MARK in s]
    assert bool(marked) == bool(unsure)
    checked = {f for fact in facts_of(path) if fact not in unsure for f in fact.figures}
    only = {f for fact in unsure for f in fact.figures if not covered(f, checked)}
    for sentence in own_sentences(path):
        assert MARK in sentence or not figures(sentence) & only, sentence
    for fact in unsure:
        assert [use for use in uses(fact) if use.path == path and MARK in use.sentence], fact.id


def test_facts_are_no_document() -> None:
    assert CORPUS.joinpath("facts.yaml").suffix not in SUFFIXES
    front, _ = split(CORPUS.joinpath("facts.yaml").read_text(encoding="utf-8"))
    assert front is None


@pytest.mark.parametrize("fact", FACTS.values(), ids=list(FACTS))
def test_facts_agree_with_the_fact_sheet(fact: Fact) -> None:
    """A fact of one mark has all its figures; one that was divided has some of them."""
    theirs = line(fact.id)
    marks = [grade for mark, grade in MARKS.items() if mark in theirs]
    assert "M-中" not in theirs
    if theirs:
        assert fact.grade in marks
        bare = re.sub(r"\[[^\]]*\]|\*\*", " ", days_written(theirs))
        if len(marks) == 1 and fact.id not in LEFT_OUT and not fact.id.endswith("e"):
            assert not [f for f in figures(bare[9:]) - set("1234") if not covered(f, fact.figures)]
    if not fact.id.endswith("e") and fact.id != "名词-八个一":
        digits = set(re.findall(r"\d+(?:\.\d+)?", re.sub(r"-0?", " ", block(fact.id))))
        said = {d for f in fact.figures for d in re.findall(r"\d+(?:\.\d+)?", f)}
        assert said <= digits


@pytest.mark.parametrize("fact", FACTS.values(), ids=list(FACTS))
def test_a_statement_is_in_our_own_words(fact: Fact) -> None:
    text = re.sub(r"第[一二三四五六七八九十百千零至]+[条届次]", "|", fact.statement)
    for name in (*NAMES, *terms()):
        text = text.replace(name, "|")
    loan = longest_loan(text)
    assert len(loan) < 8, loan


@cache
def terms() -> tuple[str, ...]:
    """Names and other names of the glossary, longest first."""
    found: set[str] = set()
    for path in (CORPUS / "glossary").glob("*.md"):
        text = path.read_text(encoding="utf-8")
        found.update(re.findall(r"(?m)^## (.+)$", text))
        for listed in re.findall(r"(?m)^别名：(.+)$", text):
            found.update(listed.split("、"))
        found.update(re.findall(r"(?m)^\| ([^|]+?) \|", text))
    return tuple(sorted((name for name in found if len(name) > 3), key=len, reverse=True))


def test_a_fact_finds_the_sentences_that_rest_on_it() -> None:
    found = uses(FACTS["T01-03"])
    assert {use.path.stem[:2] for use in found} >= {"T0", "税收"}
    assert any("60%以上" in use.sentence for use in found)
    told = "\n".join(describe("T01-03", FACTS))
    assert told.startswith("T01-03 [C] ")
    assert "policy/T01-西部大开发企业所得税.md: " in told


def test_the_command_prints_the_sentences_and_refuses_unknown_facts() -> None:
    def run(*names: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "evals.facts", *names]
        return subprocess.run(
            command, cwd=REPOSITORY, capture_output=True, encoding="utf-8", check=False
        )

    assert "60%以上" in run("T01-03").stdout
    assert "T99-99" in run("T99-99").stderr
    assert run().returncode == 1
