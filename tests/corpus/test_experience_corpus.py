"""The experience digests in ``corpus/experience``: shape, sentences, figures, wording, audience."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.corpus.reading import (
    CORPUS,
    GRADES,
    body,
    copied_sentences,
    front_matter,
    longest_loan,
    own_prose,
    sections,
    split_sentences,
)

FILES = sorted((CORPUS / "experience").glob("*.md"))
LESSONS = [path for path in FILES if path.name.startswith("E")]
KEYS = set("id kind audience title region chains topics years grade sources facts".split())
OWN = "（编者归纳）"
FROM_REPORT = "（延安干部调研报告）"
# A sentence is quoted alone, so it must say itself what it is about.
NAMED = re.compile(
    r"常州|昆山|延安|苏州|合肥|长三角|浙江|无锡|江苏|中新|理想汽车|蜂巢能源|延安干部调研报告|本文|《人民日报》"
)
PEOPLE = ("周炜虎", "南小明", "崔亚楠", "兰禹", "朝晖化工")


def each(files: list[Path]) -> pytest.MarkDecorator:
    """Run a test once a document."""
    return pytest.mark.parametrize("path", files, ids=[path.stem for path in files])


def clauses(text: str) -> list[str]:
    """The numbered clauses of a section, without the number."""
    return re.findall(r"(?m)^\d+\. (.+)$", text)


def unlabelled(clause: str) -> str:
    """A clause without the label before its first sentence."""
    return re.sub(r"^[\u4e00-\u9fff]{2,4}(?:（[^）]*）)?：", "", clause)


def test_the_lessons_asked_for_are_there() -> None:
    titles = "\n".join(front_matter(path)["title"] for path in FILES)
    for name in ("常州", "昆山", "延安怎么借鉴", "苏州工业园区", "合肥", "长三角", "苏陕协作"):
        assert name in titles
    ids = [front_matter(path)["id"] for path in FILES]
    assert len(set(ids)) == len(ids)


@each(FILES)
def test_front_matter(path: Path) -> None:
    header = front_matter(path)
    assert set(header) == KEYS
    assert header["kind"] == "experience"
    assert path.stem.startswith(header["id"] + "-")
    assert header["grade"] in GRADES
    for key in ("region", "chains", "topics", "sources", "facts"):
        assert header[key], key
        assert all(isinstance(value, str) for value in header[key]), key
    assert header["years"]
    assert all(isinstance(year, int) and 1949 < year < 2030 for year in header["years"])


@each(FILES)
def test_internal_documents_say_so_and_no_other_does(path: Path) -> None:
    internal = path.name.startswith("N")
    header = front_matter(path)
    assert header["audience"] == ("internal" if internal else "public")
    assert ("（内部）" in header["title"]) == internal
    assert ("不对外公开" in body(path)) == internal


@each(FILES)
def test_no_person_is_named(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not [name for name in PEOPLE if name in text]


@each(FILES)
def test_the_self_criticism_stays_internal(path: Path) -> None:
    text = body(path)
    if front_matter(path)["audience"] == "public":
        for phrase in ("成效不高", "后劲不足", "短板自评", "被截短"):
            assert phrase not in text


@each(FILES)
def test_shape_of_the_text(path: Path) -> None:
    text = body(path).strip()
    assert text.startswith(f"# {front_matter(path)['title']}\n")
    found = sections(path)
    assert len(found) >= 4
    assert len({heading for heading, _ in found}) == len(found)
    heading, last = found[-1]
    assert heading == "说明"
    assert "为准" in last
    assert re.search(r"本文(?:评为[ABC]级|带“待核”的句子)", last)
    for _, section in found:
        numbered = re.findall(r"(?m)^(\d+)\. ", section)
        assert numbered == [str(n) for n in range(1, len(numbered) + 1)]
        assert len(numbered) == len([line for line in section.splitlines() if line.strip()])


@each(LESSONS)
def test_each_lesson_says_what_was_done_and_what_can_be_carried_over(path: Path) -> None:
    for heading, section in sections(path)[:-1]:
        labels = [clause.split("：", 1)[0] for clause in clauses(section)]
        assert labels[0] == "做了什么", heading
        assert {OWN, FROM_REPORT} >= {label[4:] for label in labels if label[:4] == "可以借鉴"}
        assert {OWN} == {label[4:] for label in labels if label[:4] == "不能照搬"}, heading
        assert any(label.startswith("可以借鉴") for label in labels), heading
        for label in labels:
            assert label[:4] in ("做了什么", "成效", "可以借鉴", "不能照搬"), heading
    assert "成效：" in body(path)


@each(FILES)
def test_every_sentence_stands_alone(path: Path) -> None:
    for clause in clauses(body(path)):
        for sentence in split_sentences(unlabelled(clause)):
            assert sentence.endswith("。"), sentence
            assert 25 <= len(sentence) <= 90, (len(sentence), sentence)
            assert NAMED.search(sentence), sentence


@each(FILES)
def test_an_inference_is_one_sentence_so_its_mark_is_never_lost(path: Path) -> None:
    for clause in clauses(body(path)):
        if OWN in clause.split("：", 1)[0]:
            assert len(split_sentences(clause)) == 1, clause


@each(FILES)
def test_targets_are_called_targets(path: Path) -> None:
    for clause in clauses(body(path)):
        if "上万亿元" in clause:
            assert "目标" in clause


@each(FILES)
def test_no_sentence_is_copied(path: Path) -> None:
    assert not copied_sentences(path)
    loan = longest_loan(own_prose(path))
    assert len(loan) < 16, loan
