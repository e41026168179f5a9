"""Searching by words and facets, comparing places, picking passages: on a real base."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest

from bot import comparing, excerpts, lessons
from bot.engine import Engine
from bot.excerpts import Reference
from bot.lessons import Selection
from bot.word import excerpts_file, file_name
from kb.encoder import Encoder
from kb.errors import QuestionError
from kb.knowledge_base import KnowledgeBase
from kb.models import Role
from kb.settings import Settings
from tests.bot.test_dictionary import parsed
from tests.bot.web_samples import HOSTILE

TODAY = date(2026, 11, 25)

KUNSHAN = """---
id: E1
kind: experience
region: [昆山]
chains: [电子信息]
topics: [以商引商]
years: [2022, 2023]
grade: C
---
# 昆山经验

## 以商引商：从第一家台企开始
1. 做了什么：昆山请落户的台资企业介绍上下游企业，以商引商。
2. 成效：昆山的台资项目一批接一批进来。
3. 不能照搬（编者归纳）：延安没有这样的台商基础。
"""

CHANGZHOU = """---
id: E2
kind: experience
region: [常州]
chains: [动力电池, 新能源]
topics: [补链强链]
years: [2023]
grade: B
---
# 常州经验

## 补链强链
1. 做了什么：常州围着动力电池链主补上下游企业。
2. 成效：常州的动力电池环节基本齐了。
"""

BOTH = """---
id: E3
kind: experience
region: [延安, 昆山]
topics: [以商引商]
years: [2026]
---
# 延安怎么借鉴

## 以商引商
1. 做了什么：延安请苹果收购商带客商来，以商引商。
2. 不能照搬（编者归纳）：昆山的台商网络在延安没有。
"""

SECRET = """---
id: N1
kind: experience
audience: internal
region: [绝密地]
topics: [以商引商, 绝密主题]
years: [1999]
---
# 绝密底稿

1. 以商引商的绝密做法是金丝雀条款。
"""

OLD = """---
id: P1
region: [延安]
expires: 2020-12-31
effective: 2018-01-01
---
# 延安市以商引商奖励办法

第一条 以商引商的中介人给予奖励。
"""


@pytest.fixture(scope="module")
def engine(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    settings = Settings(data=tmp_path_factory.mktemp("lessons") / "data")
    with KnowledgeBase(settings, encoder=encoder) as kb:
        texts = (KUNSHAN, CHANGZHOU, BOTH, SECRET, OLD)
        kb.add([parsed(text, f"{n}.md") for n, text in enumerate(texts)])
        yield Engine(kb)


def found(engine: Engine, selection: Selection, role: Role = Role.CADRE) -> list[str]:
    result = lessons.search(engine, selection, role, TODAY)
    return [f.info.document_id for f in result.documents]


def counts(
    engine: Engine, selection: Selection, facet: str, role: Role = Role.CADRE
) -> dict[str, int]:
    result = lessons.search(engine, selection, role, TODAY)
    return {c.value: c.documents for c in result.counts[facet]}


def test_documents_stand_once_with_their_best_passages(engine: Engine) -> None:
    result = lessons.search(engine, Selection("以商引商"), Role.CADRE, TODAY)
    ids = [f.info.document_id for f in result.documents]
    assert set(ids) == {"E1", "E3", "N1"}
    assert len(ids) == len(set(ids))
    first = next(f for f in result.documents if f.info.document_id == "E1")
    text = engine.kb.text(first.info)
    for find in first.finds:
        assert text[find.start : find.end] == find.text
        assert find.best is not None
    assert any("以商引商" in f.text[slice(*f.best)] for f in first.finds if f.best)


def test_what_nothing_speaks_of_is_not_found(engine: Engine) -> None:
    assert found(engine, Selection("量子计算机")) == []


def test_a_count_is_what_choosing_its_value_gives(engine: Engine) -> None:
    for words in ("以商引商", "动力电池", ""):
        for facet in lessons.FACETS:
            for value, n in counts(engine, Selection(words), facet).items():
                assert len(found(engine, Selection(words, {facet: (value,)}))) == n, (facet, value)


def test_a_choice_narrows_the_other_facets_and_not_its_siblings(engine: Engine) -> None:
    free = Selection("以商引商", {"kind": ("experience",)})
    chosen = Selection("以商引商", {"kind": ("experience",), "region": ("昆山",)})
    assert counts(engine, chosen, "region") == counts(engine, free, "region")
    assert counts(engine, free, "year") == {"2026": 1, "2023": 1, "2022": 1, "1999": 1}
    assert counts(engine, chosen, "year") == {"2026": 1, "2023": 1, "2022": 1}
    assert set(found(engine, chosen)) == {"E1", "E3"}
    two = Selection("", {"region": ("常州", "昆山"), "kind": ("experience",)})
    assert set(found(engine, two)) == {"E1", "E2", "E3"}


def test_a_chosen_value_that_gives_nothing_stays_and_can_be_dropped(engine: Engine) -> None:
    selection = Selection("动力电池", {"region": ("火星",)})
    assert found(engine, selection) == []
    (mars,) = [
        c for c in lessons.search(engine, selection, Role.CADRE, TODAY).counts["region"]
        if c.value == "火星"
    ]  # fmt: skip
    assert (mars.documents, mars.chosen) == (0, True)


def test_what_is_not_in_force_is_found_on_demand_only(engine: Engine) -> None:
    assert "P1" not in found(engine, Selection("以商引商"))
    assert "P1" in found(engine, Selection("以商引商", everything=True))
    assert "P1" not in found(engine, Selection(""))
    assert "P1" in found(engine, Selection("", everything=True))


def test_no_count_and_no_result_tells_an_investor_of_internal_documents(engine: Engine) -> None:
    for words in ("以商引商", "", "绝密"):
        result = lessons.search(engine, Selection(words), Role.INVESTOR, TODAY)
        assert "绝密" not in repr([f.info.header for f in result.documents])
        assert "绝密" not in repr(result.counts)
        assert "1999" not in repr(result.counts)
        assert "金丝雀" not in repr(result)
    assert "绝密地" in counts(engine, Selection("以商引商"), "region")


def test_too_many_words_are_refused_with_the_remedy(engine: Engine) -> None:
    with pytest.raises(QuestionError):
        lessons.search(engine, Selection("招商" * 5000), Role.CADRE, TODAY)


def test_odd_values_choose_nothing_and_break_nothing(engine: Engine) -> None:
    odd = {"year": ("x", "٣"), "kind": ("nothing",), "region": ("' OR 1=1 --",)}
    lessons.search(engine, Selection("以商引商", odd), Role.CADRE, TODAY)
    lessons.search(engine, Selection("", odd), Role.CADRE, TODAY)


# -- comparison ------------------------------------------------------------------------------


def test_places_stand_side_by_side_by_the_labels_of_their_documents(engine: Engine) -> None:
    found = comparing.compare(engine, "以商引商", ["昆山", "延安", "常州"], Role.CADRE, TODAY)
    assert found.places == ("昆山", "延安", "常州")
    rows = {row.label: row.cells for row in found.rows}
    assert next(iter(rows)) == "做了什么"
    kunshan, yanan, changzhou = rows["做了什么"]
    assert ["台资企业" in c.text for c in kunshan] == [True]
    assert ["苹果收购商" in c.text for c in yanan] == [True]
    assert changzhou == ()
    assert [c.text for c in rows["不能照搬"][0]] == [
        "3. 不能照搬（编者归纳）：延安没有这样的台商基础。",
        "2. 不能照搬（编者归纳）：昆山的台商网络在延安没有。",
    ]


def test_every_cell_can_be_cited(engine: Engine) -> None:
    found = comparing.compare(engine, "以商引商", ["昆山", "延安"], Role.CADRE, TODAY)
    for row in found.rows:
        for cells in row.cells:
            for cell in cells:
                text = engine.kb.text(cell.info)
                assert text[cell.passage.start : cell.passage.end].strip() == cell.text


def test_a_topic_nobody_speaks_of_gives_an_empty_comparison(engine: Engine) -> None:
    found = comparing.compare(engine, "量子计算机", ["昆山", "延安"], Role.CADRE, TODAY)
    assert found.rows == ()
    assert [found.held(i) for i in range(2)] == [0, 0]


def test_a_comparison_for_an_investor_holds_nothing_internal(engine: Engine) -> None:
    found = comparing.compare(engine, "以商引商", ["绝密地", "昆山"], Role.INVESTOR, TODAY)
    assert found.held(0) == 0
    assert "绝密地" not in comparing.known_places(engine, Role.INVESTOR)
    assert "绝密地" in comparing.known_places(engine, Role.CADRE)


@pytest.mark.parametrize(
    ("text", "label"),
    [("3. 可以借鉴（编者归纳）：延安可以", ("可以借鉴", 3)), ("成效：好", ("成效", 99)),
     ("（二）做法：甲", ("做法", 99)), ("第一条 总则。", ("", 99)), ("1. 昆山1984年", ("", 99))],
)  # fmt: skip
def test_label_of_a_passage(text: str, label: tuple[str, int]) -> None:
    assert comparing.label_of(text) == label


# -- picked passages -------------------------------------------------------------------------


def references(engine: Engine, *ids: str) -> list[Reference]:
    made = []
    for document_id in ids:
        info = engine.kb.document(document_id, Role.ADMIN.audiences)
        passage = engine.kb.catalog.passages(info.version_id)[0]
        made.append(Reference(document_id, info.version_id, passage.start, passage.end))
    return made


def test_references_come_back_from_a_form_and_nonsense_does_not(engine: Engine) -> None:
    made = references(engine, "E1", "E2")
    raw = [r.text for r in made]
    assert excerpts.read_references([*raw, raw[0], "", "x", "1:2:3", "1:2:-3:E1"]) == made
    assert len(excerpts.read_references([f"1:{n}:{n + 1}:E1" for n in range(500)])) == 100


def test_excerpts_are_looked_up_behind_the_readers_door(engine: Engine) -> None:
    made = references(engine, "E1", "N1")
    seen, gone = excerpts.look_up(engine.kb, made, Role.CADRE.audiences, TODAY)
    assert [e.info.document_id for e in seen] == ["E1", "N1"]
    assert gone == 0
    seen, gone = excerpts.look_up(engine.kb, made, Role.INVESTOR.audiences, TODAY)
    assert [e.info.document_id for e in seen] == ["E1"]
    assert gone == 1


@pytest.mark.parametrize(
    "bad", [Reference("E1", 10**9, 0, 5), Reference("E1", 1, 9, 3), Reference("none", 1, 0, 5)]
)
def test_a_place_that_is_no_longer_there_counts_as_gone(engine: Engine, bad: Reference) -> None:
    assert excerpts.look_up(engine.kb, [bad], Role.CADRE.audiences, TODAY) == ([], 1)


def test_the_word_file_names_every_source_with_version_and_day(engine: Engine) -> None:
    import docx

    seen, _ = excerpts.look_up(
        engine.kb, references(engine, "E1", "E2"), Role.CADRE.audiences, TODAY
    )
    made = docx.Document(BytesIO(excerpts_file(seen, 2, "经验摘录", TODAY, "zh")))
    text = "\n".join(p.text for p in made.paragraphs)
    assert "2026年11月25日" in text
    assert "有 2 条" in text
    for excerpt in seen:
        assert excerpt.text.split("\n")[0] in text
        assert f"《{excerpt.info.header.title}》" in text
        assert f"资料版本 {excerpt.info.version_id}" in text
    assert "核对自转载文本" in text
    english = docx.Document(BytesIO(excerpts_file(seen, 0, "Excerpts", TODAY, "en")))
    assert "Source: " in "\n".join(p.text for p in english.paragraphs)


def test_hostile_text_is_text_in_a_word_file_too(engine: Engine) -> None:

    import docx

    seen, _ = excerpts.look_up(engine.kb, references(engine, "E1"), Role.CADRE.audiences, TODAY)
    header = replace(seen[0].info.header, title=HOSTILE, doc_number="\x00\x01")
    bad = replace(seen[0], info=replace(seen[0].info, header=header), text=HOSTILE, path=(HOSTILE,))
    content = excerpts_file([bad], 0, HOSTILE, TODAY, "zh")
    text = "\n".join(p.text for p in docx.Document(BytesIO(content)).paragraphs)
    assert "<script>alert(2)</script>" in text
    assert "\u202e" not in text
    assert file_name("../a/b:c\u202e\n", TODAY) == "a_b_c-2026-11-25.docx"
