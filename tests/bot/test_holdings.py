"""The list of documents as admins look through it; what a removal takes away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from bot import removal as removing
from bot.holdings import SORTS, Choice, choice_of, holdings
from bot.removal import removal
from ingest.pipeline import ingest
from kb.knowledge_base import KnowledgeBase
from kb.models import Audience, DocumentInfo, Grade, Header, Kind

ON = date(2026, 6, 1)


def info(document_id: str, header: Header, added: str = "2026-01-01") -> DocumentInfo:
    return DocumentInfo(document_id, 1, header, f"{document_id}.md", "", 10, 2, added)


HELD = [
    info("a", Header("招商办法", doc_number="延政发〔2025〕3号", expires=date(2026, 7, 1))),
    info("b", Header("昆山之路", Kind.EXPERIENCE, Audience.INTERNAL, grade=Grade.B), "2026-02-01"),
    info("c", Header("安置规定", issuers=("延安市政府",), published=date(2024, 1, 1))),
]


def ids(choice: Choice, cited: dict[str, int] | None = None) -> str:
    return "".join(h.info.document_id for h in holdings(HELD, choice, ON, cited))


def test_documents_are_chosen_by_words_and_facets() -> None:
    assert ids(Choice()) == "bac"
    assert ids(Choice("招商")) == "a"
    assert ids(Choice("延政发〔2025〕3号")) == "a"
    assert ids(Choice("延安 安置")) == "c"
    assert ids(Choice("B.MD")) == "b"
    assert ids(Choice(kind="experience")) == "b"
    assert ids(Choice(audience="public")) == "ac"
    assert ids(Choice(validity="expiring")) == "a"
    assert ids(Choice(grade="B")) == "b"
    assert ids(Choice(grade="none")) == "ac"
    assert ids(Choice("昆山", kind="policy")) == ""


def test_documents_are_sorted() -> None:
    assert ids(Choice(sort="title")) == "cba"  # an, kun, zhao
    assert ids(Choice(sort="expires"))[0] == "a"
    assert ids(Choice(sort="published"))[0] == "c"
    assert ids(Choice(sort="cited"), {"c": 5, "a": 1}) == "cab"
    for sort in SORTS:
        assert sorted(ids(Choice(sort=sort))) == ["a", "b", "c"]


def test_citations_are_told_only_where_they_are_counted() -> None:
    assert {h.cited for h in holdings(HELD, Choice(), ON)} == {None}
    assert {h.cited for h in holdings(HELD, Choice(), ON, {"a": 2})} == {0, 2}


def test_an_address_with_odd_values_chooses_everything() -> None:
    odd = {"kind": "x", "validity": "<b>", "sort": "__class__", "grade": "Z", "q": " 苹果 "}
    assert choice_of(odd) == Choice("苹果")
    assert choice_of({"kind": "policy", "sort": "title"}) == Choice(kind="policy", sort="title")


def test_what_a_removal_takes_away(open_base: Callable[..., KnowledgeBase], tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    old = "---\nid: OLD\ntitle: 苹果补贴办法\neffective: 2020-01-01\n---\n1. 每亩补贴一百元。\n"
    new = (
        "---\nid: NEW\ntitle: 新办法\neffective: 2024-01-01\nsupersedes: [OLD]\n---\n1. 不再补。\n"
    )
    words = "---\nid: W\nkind: glossary\n---\n# 术语\n\n"
    words += "## 八个一\n定义：八项措施的统称。\n\n## 四张图\n定义：四张图的统称。\n"
    for name, text in (("old.md", old), ("new.md", new), ("words.md", words)):
        (corpus / name).write_text(text, encoding="utf-8")
    base = open_base(corpus=corpus)
    ingest(base, [corpus])
    base.correct("NEW", {"doc_number": "一号"})
    made = removal(base, "NEW")
    assert [i.document_id for i in made.back_in_force] == ["OLD"]
    assert [r.info.document_id for r in made.relatives] == ["OLD"]
    assert Path(made.comes_back) == corpus / "new.md"
    assert made.at_once
    assert made.questions == 0
    assert removal(base, "W").terms == ("八个一", "四张图")
    (corpus / "new.md").unlink()
    assert removal(base, "NEW").comes_back == ""


def test_questions_that_rest_on_a_document_are_counted(tmp_path: Path) -> None:
    lines = ['{"id": "1", "relevant": ["T01", "T02"]}', '{"id": "T01", "relevant": ["T02"]}', "{}"]
    (tmp_path / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert removing._questions("T01", tmp_path) == 1
    assert removing._questions("T02", tmp_path) == 2
    assert removing._questions("T02", tmp_path / "none") == 0
