"""A corrected header: it shows everywhere at once, outlives new versions, and can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kb.errors import NotFound, ReadError
from kb.knowledge_base import Change, KnowledgeBase
from kb.models import Audience, ParsedDocument, Query, Validity
from kb.validity import validity

Make = Callable[..., ParsedDocument]
Open = Callable[..., KnowledgeBase]
DAY = date(2026, 11, 23)
PUBLIC, BOTH = (Audience.PUBLIC,), (Audience.PUBLIC, Audience.INTERNAL)
TAX = "一、税率\n设在西部地区的鼓励类产业企业减按15%的税率征收企业所得税。"
LAND = "一、底价\n工业用地出让不得低于国家规定的最低价标准。"


def ids(base: KnowledgeBase, text: str, **filters: Any) -> list[str]:
    hits = base.search(Query(text=text, on=DAY, **filters))
    return list(dict.fromkeys(hit.document.document_id for hit in hits))


def header(base: KnowledgeBase, document_id: str = "tax") -> Any:
    return base.document(document_id, BOTH).header


def test_a_correction_wins_over_what_the_document_says(base: KnowledgeBase, document: Make) -> None:
    base.add([document("tax", TAX)])
    base.correct("tax", {"expires": "2020-12-31", "doc_number": "财税〔2011〕58号"})
    assert header(base).expires == date(2020, 12, 31)
    assert validity(header(base), DAY) is Validity.EXPIRED
    assert ids(base, "鼓励类产业企业的税率") == []
    (hit, *_) = base.search(Query(text="鼓励类产业", on=date(2019, 1, 1)))
    assert hit.document.header.doc_number == "财税〔2011〕58号"


def test_it_outlives_new_versions_and_closing(open_base: Open, document: Make) -> None:
    base = open_base()
    base.add([document("tax", TAX)])
    base.correct("tax", {"effective": "2021-01-01", "regions": ["西部", "陕西"]})
    assert base.add([document("tax", TAX)]) == [Change.UNCHANGED]
    assert base.add([document("tax", TAX.replace("15%", "20%"))]) == [Change.REPLACED]
    base.close()
    again = open_base()
    assert header(again).effective == date(2021, 1, 1)
    assert header(again).regions == ("西部", "陕西")
    assert again.document("tax", BOTH).corrected == ("effective", "regions")


def test_it_is_taken_back(base: KnowledgeBase, document: Make) -> None:
    base.add([replace(d := document("tax", TAX), header=replace(d.header, expires=DAY))])
    base.correct("tax", {"expires": None, "grade": "C"})
    assert header(base).expires is None
    base.correct("tax", {}, ["expires"])
    assert header(base).expires == DAY
    assert header(base).grade == "C"
    with pytest.raises(NotFound, match="kb show"):
        base.correct("tax", {"grade": "A"}, ["expires"])
    assert header(base).grade == "C", "all of it or nothing"


def test_it_goes_with_the_document(base: KnowledgeBase, document: Make) -> None:
    base.add([document("tax", TAX)])
    base.correct("tax", {"effective": "2021-01-01"})
    base.remove("tax")
    base.add([document("tax", TAX)])
    assert header(base).effective is None
    with pytest.raises(NotFound):
        base.correct("nothing", {"grade": "A"})


def test_it_may_not_contradict_itself(base: KnowledgeBase, document: Make) -> None:
    base.add([document("tax", TAX)])
    base.correct("tax", {"effective": "2021-01-01"})
    with pytest.raises(ReadError, match="expires"):
        base.correct("tax", {"expires": "2020-01-01"})
    assert header(base).expires is None


def test_a_corrected_title_is_found(base: KnowledgeBase, document: Make) -> None:
    base.add([document("tax", TAX, title="扫描件0001"), document("land", LAND, title="土地办法")])
    base.correct("tax", {"title": "西部大开发所得税公告"})
    assert header(base).title == "西部大开发所得税公告"
    assert ids(base, "西部大开发所得税公告")[0] == "tax"
    assert base.lexical.search(["扫", "扫描"], BOTH, 5) == []
    assert base.add([document("tax", TAX.replace("15%", "20%"), title="扫描件0002")])
    assert ids(base, "西部大开发所得税公告")[0] == "tax"
    assert base.lexical.search(["扫", "扫描"], BOTH, 5) == []
    base.correct("tax", {}, ["title"])
    assert header(base).title == "扫描件0002"


def test_a_document_made_internal_leaves_every_public_place(
    base: KnowledgeBase, document: Make
) -> None:
    base.add([document("tax", TAX), document("land", LAND)])
    base.correct("tax", {"audience": "internal"})
    assert "tax" not in ids(base, "鼓励类产业企业的税率")
    assert ids(base, "鼓励类产业企业的税率", audiences=BOTH)[0] == "tax"
    assert base.lexical.search(["税", "率"], PUBLIC, 5) == []
    count = base.document("tax", BOTH).passage_count
    assert len(base.vectors.keys(Audience.INTERNAL)) == count
    with pytest.raises(NotFound):
        base.document("tax", PUBLIC)
    base.add([document("tax", TAX.replace("15%", "20%"))])
    assert "tax" not in ids(base, "鼓励类产业企业的税率"), "a new version stays inside"
    base.correct("tax", {}, ["audience"])
    assert ids(base, "鼓励类产业企业的税率")[0] == "tax"
    assert base.vectors.keys(Audience.INTERNAL) == set()
    assert base.vectors.count() == base.lexical.count() == len(base.vectors.keys(Audience.PUBLIC))


def test_its_terms_are_no_longer_explained_to_investors(
    base: KnowledgeBase, document: Make
) -> None:
    base.add([document("words", "名词解释\n链长制：由领导牵头负责一条产业链的工作机制。")])
    assert "链长制" in base.snapshot.terms_of
    before = base.snapshot.glossary.mentions("什么是链长制")
    base.correct("words", {"audience": "internal"})
    assert before
    assert not base.snapshot.glossary.mentions("什么是链长制")


def test_no_vector_is_made_again_for_unchanged_words(
    base: KnowledgeBase, document: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    base.add([document("tax", TAX)])
    wanted = base.vectors.get(PUBLIC, sorted(base.vectors.keys(Audience.PUBLIC)))
    with monkeypatch.context() as patched:
        patched.setattr(type(base.encoder), "encode_passages", _never)
        base.correct("tax", {"audience": "internal"})
        changed = document("tax", TAX)
        changed = replace(changed, header=replace(changed.header, published=DAY), content_hash="1")
        assert base.add([changed]) == [Change.REPLACED]
    held = base.vectors.get(BOTH, sorted(base.vectors.keys(Audience.INTERNAL)))
    assert [list(v) for v in held.values()] == [list(v) for v in wanted.values()]
    assert header(base).published == DAY


def _never(*_: object, **__: object) -> None:
    raise AssertionError("nothing is to be encoded")
