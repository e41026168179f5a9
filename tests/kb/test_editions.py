"""Which document replaces which."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ingest.parse import parse_file
from kb.editions import Replaced, successors, with_successors
from kb.models import Audience, DocumentInfo, Header, Kind, Validity
from kb.sketch import sketch
from kb.validity import validity

CORPUS = Path(__file__).parents[2] / "corpus"
OLD, NEW, LATER = date(2022, 1, 1), date(2025, 6, 1), date(2026, 2, 1)
TEXT = (
    "第一条 为了鼓励投资，制定本办法。"
    "第二条 企业投资一亿元以上的，按照设备投资额给予百分之五的奖励。"
)
REVISED = TEXT + "第三条 奖励资金由市财政承担。"
OTHER = "今年放假三天，请各单位安排好值班，注意防火防盗，遇有突发事件及时报告并妥善处置。"


def document(document_id: str, title: str, text: str = TEXT, **header: Any) -> DocumentInfo:
    made = Header(**{"title": title, "kind": Kind.POLICY, **header})
    return DocumentInfo(document_id, 0, made, "", "", 0, 0, "", sketch=sketch(text))


def pairs(*infos: DocumentInfo) -> set[tuple[str, str, date | None]]:
    return {(r.older, r.newer, r.on) for r in successors(infos).values()}


def test_a_later_edition_replaces_the_earlier_from_its_first_day() -> None:
    old = document("a", "招商办法", effective=OLD, regions=("延安",))
    new = document("b", "招商办法", REVISED, published=NEW, effective=LATER, regions=("延安",))
    assert pairs(old, new) == {("a", "b", LATER)} == pairs(new, old)
    old, new = with_successors([old, new])
    assert (old.header.superseded_by, old.header.superseded_on) == ("b", LATER)
    before, after = date(2026, 1, 31), LATER
    assert validity(old.header, before) is Validity.IN_FORCE
    assert validity(new.header, before) is Validity.NOT_YET
    assert validity(old.header, after) is Validity.SUPERSEDED
    assert validity(new.header, after) is Validity.IN_FORCE


def test_not_before_it_is_published() -> None:
    old = document("a", "招商办法", effective=OLD, regions=("延安",))
    new = document("b", "招商办法", published=LATER, effective=NEW, regions=("延安",))
    assert pairs(old, new) == {("a", "b", LATER)}


def test_three_editions_make_a_chain() -> None:
    infos = [
        document(
            str(year), f"投资目录（{year}年版）", effective=date(year, 1, 1), regions=("全国",)
        )
        for year in (2025, 2017, 2022)
    ]
    assert pairs(*infos) == {
        ("2017", "2022", date(2022, 1, 1)), ("2022", "2025", date(2025, 1, 1)),
    }  # fmt: skip


def test_editions_without_dates_are_ordered_by_the_year_in_the_title() -> None:
    old, new = document("a", "投资目录（2022年版）"), document("b", "投资目录（2025年版）", REVISED)
    assert pairs(old, new) == {("a", "b", date(2025, 1, 1))}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("延安市2024年招商引资工作要点", "延安市2025年招商引资工作要点"),
        ("招商引资工作要点（2024年）", "招商引资工作要点（2025年）"),
        ("产业规划（2016—2020年）", "产业规划（2021—2025年）"),
        ("招商办法", "招商办法（征求意见稿）"),
        ("项目清单（第一批）", "项目清单（第二批）"),
    ],
)
def test_documents_of_other_years_are_no_editions(one: str, other: str) -> None:
    shared = {"issuers": ("延安市人民政府",), "regions": ("延安",)}
    assert (
        pairs(
            document("a", one, effective=OLD, **shared),
            document("b", other, effective=NEW, **shared),
        )
        == set()
    )


def test_unless_the_newer_one_says_so() -> None:
    old = document("a", "延安市2024年招商引资工作要点", effective=OLD)
    new = document(
        "b", "延安市2025年招商引资工作要点", effective=NEW, supersedes=(old.header.title,)
    )
    assert pairs(old, new) == {("a", "b", NEW)}


def test_one_name_of_two_places_is_two_rules() -> None:
    a = document("a", "招商办法", effective=OLD, regions=("延安",))
    b = document("b", "招商办法", effective=NEW, regions=("榆林",))
    c = document("c", "招商办法", OTHER, effective=NEW)
    assert pairs(a, b) == set(), "other place"
    assert pairs(a, c) == set(), "nothing shared, and another text"
    d = document("d", "招商办法", effective=NEW, issuers=("榆林市商务局",))
    e = document("e", "招商办法", effective=OLD, issuers=("延安市商务局",))
    assert pairs(d, e) == set(), "other issuer"


def test_notices_of_one_name_are_editions_only_when_alike() -> None:
    shared = {"issuers": ("延安市人民政府办公室",)}
    a = document("a", "关于做好值班工作的通知", effective=OLD, **shared)
    b = document("b", "关于做好值班工作的通知", OTHER, effective=NEW, **shared)
    c = document("c", "关于做好值班工作的通知", REVISED, effective=NEW, **shared)
    assert pairs(a, b) == set()
    assert pairs(a, c) == {("a", "c", NEW)}


def test_one_day_is_no_order() -> None:
    a = document("a", "招商办法", effective=OLD, regions=("延安",))
    assert pairs(a, document("b", "招商办法", effective=OLD, regions=("延安",))) == set()
    assert pairs(a, document("b", "招商办法", regions=("延安",))) == set(), "no day"


def test_what_a_header_says_or_a_person_corrected_stands() -> None:
    new = document("b", "招商办法", effective=NEW, regions=("延安",))
    said = document("a", "招商办法", effective=OLD, regions=("延安",), superseded_by="别的办法")
    assert pairs(said, new) == set()
    corrected = replace(
        document("a", "招商办法", effective=OLD, regions=("延安",)), corrected=("superseded_by",)
    )
    assert pairs(corrected, new) == set(), "a person says that it still holds"


def test_an_internal_document_replaces_nothing_public() -> None:
    public = document("a", "招商办法", effective=OLD, regions=("延安",))
    inside = document(
        "b", "招商办法", effective=NEW, regions=("延安",), audience=Audience.INTERNAL,
        supersedes=("a", "招商办法"),
    )  # fmt: skip
    assert pairs(public, inside) == set()
    older_inside = replace(
        inside, document_id="c", header=replace(inside.header, effective=OLD, supersedes=())
    )
    assert pairs(older_inside, inside) == {("c", "b", NEW)}
    later_public = document("d", "招商办法", effective=NEW, regions=("延安",))
    assert pairs(older_inside, later_public) == {("c", "d", NEW)}


@pytest.mark.parametrize(
    ("called", "meant"),
    [
        ("old", {"old"}),
        ("延政发〔2020〕3号", {"old"}),
        ("延政发[2020]3号", {"old"}),
        ("招商办法（延政发〔2020〕3号）", {"old"}),
        ("招商办法（延政发〔2020〕9号）", set()),
        ("《招商办法》", {"old"}),
        ("招商引资条例", set()),
        ("招商办法（2019年版）", set()),
    ],
)
def test_what_a_document_names(called: str, meant: set[str]) -> None:
    old = document("old", "招商办法", effective=OLD, doc_number="延政发〔2020〕3号")
    new = document("new", "招商引资条例", OTHER, effective=NEW, supersedes=(called,))
    assert {older for older, _, _ in pairs(old, new)} == meant


def test_a_name_without_an_edition_means_all_earlier_ones() -> None:
    editions = [
        document(str(y), f"投资目录（{y}年版）", effective=date(y, 1, 1))
        for y in (2017, 2022, 2030)
    ]
    new = document("new", "投资条例", OTHER, effective=NEW, supersedes=("投资目录",))
    assert ("2017", "new", NEW) not in pairs(*editions, new), "its next edition came before"
    assert ("2022", "new", NEW) in pairs(*editions, new)
    assert not any(older == "2030" for older, _, _ in pairs(*editions, new))


def test_a_title_repealed_in_one_place_stands_in_another() -> None:
    old = document("old", "招商办法", effective=OLD, regions=("榆林",))
    new = document("new", "条例", OTHER, effective=NEW, regions=("延安",), supersedes=("招商办法",))
    assert pairs(old, new) == set()


def test_a_new_edition_that_repeals_its_own_name_keeps_itself() -> None:
    old = document("old", "招商办法", effective=OLD, regions=("延安",))
    new = document("new", "招商办法", effective=NEW, regions=("延安",), supersedes=("招商办法",))
    newest = document("newest", "招商办法", REVISED, effective=LATER, regions=("延安",))
    assert pairs(old, new, newest) == {("old", "new", NEW), ("new", "newest", LATER)}


def test_editions_that_came_in_under_one_id() -> None:
    old = document("notice@2022-01-01", "关于奖励的通知", effective=OLD)
    new = document("notice", "关于调整奖励的通知", REVISED, effective=NEW)
    other = document("notice", "关于放假的通知", OTHER, effective=NEW)
    assert pairs(old, new) == {("notice@2022-01-01", "notice", NEW)}
    assert pairs(old, other) == set(), "another document that has the same file name"


def corpus() -> list[DocumentInfo]:
    parsed = [parse_file(file) for file in sorted(CORPUS.rglob("*.md"))]
    return [
        DocumentInfo(d.document_id, i, d.header, "", "", 0, 0, "", sketch=sketch(d.text))
        for i, d in enumerate(parsed)
    ]


def test_in_the_corpus_nothing_is_marked_that_its_authors_did_not_mark() -> None:
    assert successors(corpus()) == {}


def test_in_the_corpus_what_the_authors_marked_is_found_again() -> None:
    infos = corpus()
    marked = {
        (i.document_id, i.header.superseded_by, i.header.superseded_on)
        for i in infos
        if i.header.superseded_by
    }
    bare = [
        replace(i, header=replace(i.header, superseded_by="", superseded_on=None)) for i in infos
    ]
    assert len(marked) >= 3
    assert pairs(*bare) == marked


def test_the_earliest_known_day_counts() -> None:
    old = document("a", "招商办法", effective=OLD, regions=("延安",))
    undated = document("b", "条例", OTHER, supersedes=("招商办法",))
    new = document("c", "招商办法", REVISED, effective=NEW, regions=("延安",))
    assert successors([old, undated])["a"] == Replaced("a", "b", None, named=True)
    assert successors([old, undated, new])["a"].newer == "c"


def test_terms_and_reports_have_no_editions() -> None:
    a = document("a", "招商办法", effective=OLD, regions=("延安",), kind=Kind.EXPERIENCE)
    b = document("b", "招商办法", effective=NEW, regions=("延安",), kind=Kind.EXPERIENCE)
    assert pairs(a, b) == set()
