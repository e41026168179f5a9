"""The glossary in ``corpus/glossary``: terms defined, no two alike, found in both languages."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from evals.facts import figures
from kb.glossary import Glossary
from kb.models import Term
from kb.text import has_chinese, normalise
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

FILES = sorted((CORPUS / "glossary").glob("*.md"))
TABLE = CORPUS / "glossary" / "中英对照.md"
PROSE = [path for path in FILES if path != TABLE]
FIELDS = ("定义", "详解", "别名", "英文", "相关", "出处")
GENERAL = "通用释义"
REPORT_TERMS = (
    "昆山之路精神",
    "小桌子上唱大戏·双手舞出九条龙",
    "八个一",
    "AR互动数智",
    "私域流量池",
    "私域阵地",
    "互联网+",
    "招商热力图",
    "产业大脑",
)


@dataclass(frozen=True)
class Entry:
    """One term as it stands in a file, with the fields by name."""

    name: str
    file: str
    fields: dict[str, str] = field(default_factory=dict)

    def listed(self, key: str) -> tuple[str, ...]:
        """The members of a list field (、 in Chinese, ; in English)."""
        parts = re.split(r"[;；]" if key == "英文" else "、", self.fields.get(key, ""))
        return tuple(part.strip() for part in parts if part.strip())

    def term(self) -> Term:
        """The term as the knowledge base keeps it."""
        return Term(
            self.name, self.fields.get("定义", ""), self.listed("别名"), self.listed("英文")
        )


def prose_entries(path: Path) -> list[Entry]:
    """The terms of a file with a section a term."""
    found = []
    for name, text in sections(path):
        lines = [line.split("：", 1) for line in text.splitlines() if line.strip()]
        assert all(len(line) == 2 for line in lines), name
        keys = [key for key, _ in lines]
        assert keys == [key for key in FIELDS if key in keys], name
        found.append(Entry(name, path.name, dict(lines)))
    return found


def table_entries() -> list[Entry]:
    """The terms of the table of ordinary words and place names."""
    rows = [line.strip("|").split("|") for line in body(TABLE).splitlines() if line[:1] == "|"]
    cells = [[cell.strip() for cell in row] for row in rows]
    assert cells[0] == ["中文", "英文", "别名"]
    assert all(len(row) == 3 for row in cells)
    return [Entry(row[0], TABLE.name, {"英文": row[1], "别名": row[2]}) for row in cells[2:]]


PROSE_ENTRIES = [entry for path in PROSE for entry in prose_entries(path)]
ENTRIES = [*PROSE_ENTRIES, *table_entries()]


def each_file() -> pytest.MarkDecorator:
    """Run a test once a file with definitions."""
    return pytest.mark.parametrize("path", PROSE, ids=[path.stem for path in PROSE])


def each_entry() -> pytest.MarkDecorator:
    """Run a test once a defined term."""
    return pytest.mark.parametrize("entry", PROSE_ENTRIES, ids=[e.name for e in PROSE_ENTRIES])


@pytest.fixture(scope="module")
def glossary() -> Glossary:
    """All terms of the corpus, ready to be looked up."""
    return Glossary(entry.term() for entry in ENTRIES)


def test_there_are_enough_terms() -> None:
    assert len(PROSE_ENTRIES) >= 90
    assert len(table_entries()) >= 120


def test_the_terms_of_the_report_are_there() -> None:
    assert set(REPORT_TERMS) <= {entry.name for entry in PROSE_ENTRIES}


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_front_matter(path: Path) -> None:
    header = front_matter(path)
    assert (header["kind"], header["audience"]) == ("glossary", "public")
    assert re.fullmatch(r"G\d{2}", header["id"])
    assert header["title"]
    assert header["topics"]
    assert header["sources"]
    assert body(path).strip().startswith(f"# {header['title']}\n")
    if path in PROSE:
        assert header["grade"] in GRADES


def test_ids_are_unique() -> None:
    ids = [front_matter(path)["id"] for path in FILES]
    assert len(set(ids)) == len(ids)


@each_entry()
def test_a_term_is_defined_in_one_sentence_that_names_it(entry: Entry) -> None:
    definition = entry.fields["定义"]
    assert definition.startswith(f"{entry.name}是")
    assert len(split_sentences(definition)) == 1
    assert definition.endswith("。")
    assert 20 <= len(definition) <= 100, len(definition)


@each_entry()
def test_a_term_is_explained_named_in_english_and_sourced(entry: Entry) -> None:
    assert 1 <= len(split_sentences(entry.fields["详解"])) <= 3
    assert entry.fields["详解"].endswith("。")
    assert 1 <= len(entry.listed("英文")) <= 5
    assert re.search(rf"S\d{{2}}|{GENERAL}", entry.fields["出处"])
    cited = set(re.findall(r"S\d{2}", entry.fields["出处"]))
    assert cited <= set(front_matter(CORPUS / "glossary" / entry.file)["sources"])


@each_entry()
def test_related_terms_exist(entry: Entry) -> None:
    known = {name for other in ENTRIES for name in (other.name, *other.listed("别名"))}
    assert entry.listed("相关")
    assert set(entry.listed("相关")) <= known - {entry.name}


def test_every_name_alias_and_english_name_belongs_to_one_term() -> None:
    owners: dict[str, str] = {}
    for entry in ENTRIES:
        for name in (entry.name, *entry.listed("别名"), *entry.listed("英文")):
            owner = owners.setdefault(normalise(name), entry.name)
            assert owner == entry.name, f"{name}: {owner}, {entry.name}"
    names = [entry.name for entry in ENTRIES]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("entry", ENTRIES, ids=[entry.name for entry in ENTRIES])
def test_a_term_lists_no_name_twice_and_keeps_the_languages_apart(entry: Entry) -> None:
    own = [normalise(name) for name in (entry.name, *entry.listed("别名"), *entry.listed("英文"))]
    assert len(set(own)) == len(own)
    assert entry.listed("英文")
    assert not any(has_chinese(name) for name in entry.listed("英文"))
    assert "无" not in entry.listed("别名")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            "What is the corporate income tax rate for encouraged industries in western China?",
            ["企业所得税", "鼓励类产业", "西部地区"],
        ),
        ("Is there a minimum price for industrial land?", ["工业用地最低价"]),
        ("Can foreign investors remit profits in RMB?", ["外国投资者", "利润汇出", "人民币"]),
        ("Is there a negative list for foreign investment?", ["外商投资准入负面清单", "外商投资"]),
        ("What did Changzhou and Kunshan do?", ["常州", "昆山"]),
        (
            "Which R&D expenses super deduction applies to small low-profit enterprises?",
            ["研发费用加计扣除", "小型微利企业"],
        ),
        ("Does Yanan need an environmental impact assessment?", ["延安", "环境影响评价"]),
        ("Is fruit growing tax-exempt?", ["水果种植", "免税"]),
        ("链主怎么招", ["链主企业"]),
        ("热力图有什么用", ["招商热力图"]),
        ("小微企业所得税", ["小型微利企业", "企业所得税"]),
        ("西部大开发15%到哪年", ["西部大开发企业所得税优惠"]),
        ("环评要多久", ["环境影响评价"]),
    ],
)
def test_questions_meet_their_terms(glossary: Glossary, question: str, expected: list[str]) -> None:
    found = [mention.term.name for mention in glossary.mentions(question)]
    assert set(expected) <= set(found), found


def test_an_english_question_is_said_in_chinese(glossary: Glossary) -> None:
    said = glossary.expansions("land price and data center electricity price in Yan'an")
    assert {"地价", "数据中心", "电价", "延安"} <= set(said)


@each_file()
def test_general_definitions_carry_no_figure(path: Path) -> None:
    for entry in prose_entries(path):
        if entry.fields["出处"] == GENERAL:
            assert not figures(entry.fields["定义"] + entry.fields["详解"]), entry.name


@each_file()
def test_no_sentence_is_copied(path: Path) -> None:
    assert not copied_sentences(path)
    loan = longest_loan(own_prose(path))
    assert len(loan) < 16, loan
