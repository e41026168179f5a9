"""The store as a whole: what appears, what is replaced, what is gone."""

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kb import healing, vectors
from kb.errors import BusyError, NotFound, StoreError
from kb.knowledge_base import Change, KnowledgeBase
from kb.models import Audience, Header, Kind, ParsedDocument, Query
from kb.stores import SCRATCH, index
from kb.text import normalise

Open = Callable[..., KnowledgeBase]
Make = Callable[..., ParsedDocument]
DAY = date(2026, 11, 23)
TAX = (
    "一、税率\n设在西部地区的鼓励类产业企业减按15%的税率征收企业所得税。\n"
    "二、期限\n执行到2030年12月31日。"
)
LAND = "一、底价\n工业用地出让不得低于国家规定的最低价标准。"


def ids(base: KnowledgeBase, text: str, **filters: object) -> list[str]:
    hits = base.search(Query(text=text, on=DAY, **filters))  # type: ignore[arg-type]
    return list(dict.fromkeys(hit.document.document_id for hit in hits))


def with_header(document: ParsedDocument, **changes: object) -> ParsedDocument:
    return replace(document, header=replace(document.header, **changes))  # type: ignore[arg-type]


def state(base: KnowledgeBase) -> dict[str, object]:
    """Everything every store holds, as far as it can be compared (``erasures`` count waste)."""
    with base.catalog.begin() as connection:
        tables = [
            row[0]
            for row in connection.exec_driver_sql(
                "select name from sqlite_master where type='table' "
                "and name not in ('sqlite_sequence', 'erasures')"
            )
        ]
        rows = {t: connection.exec_driver_sql(f'select * from "{t}"').fetchall() for t in tables}
    return {
        "rows": rows,
        "lexical": base.lexical.keys(),
        "vectors": {a: base.vectors.keys(a) for a in Audience},
        "files": sorted(base.files.hashes()),
    }


def test_what_is_added_is_found_and_quotes_stand_in_the_text(
    base: KnowledgeBase, document: Make
) -> None:
    assert base.add([document("tax", TAX), document("land", LAND)]) == [Change.ADDED] * 2
    assert ids(base, "鼓励类产业企业的所得税税率")[0] == "tax"
    for hit in base.search(Query(text="最低价", on=DAY)):
        text = base.text(hit.document)
        assert text[hit.start : hit.end] == hit.text
        assert all(hit.start <= p.start < p.end <= hit.end for p in hit.passages)
        assert hit.passages[0].start == hit.start


def test_adding_the_same_again_does_nothing(base: KnowledgeBase, document: Make) -> None:
    base.add([document("tax", TAX)])
    before = state(base)
    assert base.add([document("tax", TAX)]) == [Change.UNCHANGED]
    assert state(base) == before


def test_replacing_leaves_only_the_new_version(base: KnowledgeBase, document: Make) -> None:
    base.add([document("tax", TAX)])
    old = base.document("tax", [Audience.PUBLIC])
    assert base.add([document("tax", TAX.replace("15%", "20%"))]) == [Change.REPLACED]
    new = base.document("tax", [Audience.PUBLIC])
    assert new.version_id != old.version_id
    assert "20%" in base.text(new)
    with pytest.raises(NotFound):
        base.text(old)
    assert {hit.document.version_id for hit in base.search(Query(text="税率", on=DAY))} == {
        new.version_id
    }
    assert base.lexical.count() == base.vectors.count() == new.passage_count


def test_removing_removes_everywhere_and_adding_again_works(
    base: KnowledgeBase, document: Make
) -> None:
    base.add([document("land", LAND)])
    before = state(base)
    base.add([document("tax", TAX)])
    base.remove("tax")
    assert state(base) == before
    assert "tax" not in ids(base, "鼓励类产业企业的所得税税率")
    assert base.add([document("tax", TAX)]) == [Change.ADDED]
    assert ids(base, "鼓励类产业企业的所得税税率")[0] == "tax"
    with pytest.raises(NotFound, match="kb list"):
        base.remove("nothing")


def test_removed_text_is_gone_from_the_catalog_file(base: KnowledgeBase, document: Make) -> None:
    secret = "绝密代号燕子飞过七里坪"
    base.add([document("secret", f"一、内容\n{secret}。")])
    base.remove("secret")
    with base.catalog.begin() as connection:
        connection.exec_driver_sql("select 1")
    raw = sqlite3.connect(base.folder / "catalog.sqlite")
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    assert secret.encode() not in (base.folder / "catalog.sqlite").read_bytes()


def test_an_investor_never_finds_an_internal_document(base: KnowledgeBase, document: Make) -> None:
    inside = with_header(
        document("inside", "一、短板\n内部自评：招商成效不高。"), audience=Audience.INTERNAL
    )
    base.add([inside, document("tax", TAX)])
    assert "inside" not in ids(base, "招商成效不高")
    both = (Audience.PUBLIC, Audience.INTERNAL)
    assert ids(base, "招商成效不高", audiences=both)[0] == "inside"
    with pytest.raises(NotFound) as hidden:
        base.document("inside", [Audience.PUBLIC])
    with pytest.raises(NotFound) as missing:
        base.document("nothing", [Audience.PUBLIC])
    assert hidden.value.zh.replace("inside", "") == missing.value.zh.replace("nothing", "")
    assert [d.document_id for d in base.documents([Audience.PUBLIC])] == ["tax"]


def test_only_what_is_in_force_on_the_day_answers(base: KnowledgeBase, document: Make) -> None:
    old = with_header(document("old", TAX), expires=date(2020, 12, 31))
    new = with_header(document("new", TAX.replace("2030", "2031")), effective=date(2021, 1, 1))
    base.add([old, new])
    assert ids(base, "税率") == ["new"]
    assert ids(base, "税率", include_out_of_force=True) != ["new"]
    hits = base.search(Query(text="税率", on=date(2019, 6, 1)))
    assert {hit.document.document_id for hit in hits} == {"old"}


def test_facets_and_document_numbers_narrow_the_search(base: KnowledgeBase, document: Make) -> None:
    a = with_header(
        document("a", TAX), regions=("延安",), kind=Kind.POLICY, doc_number="国办函〔2025〕16号"
    )
    b = with_header(document("b", TAX + "补充。"), regions=("常州",), kind=Kind.EXPERIENCE)
    base.add([a, b])
    assert ids(base, "税率", regions=("常州",)) == ["b"]
    assert ids(base, "税率", kinds=(Kind.POLICY,)) == ["a"]
    assert ids(base, "税率", doc_numbers=("〔2025〕16号",)) == ["a"]


def test_an_article_asked_for_is_first(base: KnowledgeBase, document: Make) -> None:
    law = "\n".join(
        f"第{n}条 本条规定第{i}项事务的办理。" for i, n in enumerate("一二三四五六七八九", 1)
    )
    base.add([document("law", law, title="某某条例")])
    hits = base.search(Query(text="某某条例第七条规定了什么", on=DAY, articles=("第七条",)))
    assert hits[0].passages[0].path[-1] == "第七条"


def test_leftovers_of_a_crash_are_invisible_and_swept(open_base: Open, document: Make) -> None:
    base = open_base()
    base.add([document("tax", TAX)])
    before = state(base)
    torn = document("torn", LAND)
    with base.catalog.begin() as connection:
        version = base.catalog.stage(connection, torn, "x")
    index(
        base.stores,
        [torn],
        [version],
        [["文字"] * len(torn.passages)],
        base.encoder.encode_passages(["文字"] * len(torn.passages)),
    )
    assert "torn" not in ids(base, "最低价")
    base.close()
    again = open_base()
    assert state(again) == before


def test_a_failing_store_leaves_the_old_version_answering(
    open_base: Open, document: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = open_base()
    base.add([document("tax", TAX)])

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(base.vectors, "add", full)
    with pytest.raises(StoreError, match="磁盘"):
        base.add([document("tax", TAX.replace("15%", "20%"))])
    monkeypatch.undo()
    assert "15%" in base.text(base.document("tax", [Audience.PUBLIC]))
    assert ids(base, "税率") == ["tax"]
    base.close()
    again = open_base()
    assert again.lexical.count() == again.vectors.count() == 2


@pytest.mark.parametrize("stop", [KeyboardInterrupt, RuntimeError])
def test_a_cancelled_change_leaves_nothing_and_the_next_one_works(
    base: KnowledgeBase, document: Make, monkeypatch: pytest.MonkeyPatch, stop: type[BaseException]
) -> None:
    base.add([document("tax", TAX)])
    before = state(base)
    real = base.vectors.add

    def add_and_stop(*arguments: object) -> None:
        real(*arguments)  # type: ignore[arg-type]
        raise stop

    with monkeypatch.context() as patch:
        patch.setattr(base.vectors, "add", add_and_stop)
        with pytest.raises((stop, StoreError)):
            base.add([document("land", LAND), document("tax", TAX.replace("15%", "20%"))])
    assert state(base) == before
    assert base.add([document("land", LAND)]) == [Change.ADDED]
    assert ids(base, "最低价")[0] == "land"


def test_threads_that_change_the_base_at_once_take_turns(
    base: KnowledgeBase, document: Make
) -> None:
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda n: base.add([document(f"d{n}", f"{TAX}第{n}号。")]), range(8)))
        list(threads.map(base.remove, [f"d{n}" for n in range(4)]))
    assert set(base.snapshot.by_id) == {f"d{n}" for n in range(4, 8)}
    assert base.lexical.count() == base.vectors.count() == base.snapshot.passages
    assert base.catalog.hidden() == {}


def test_vectors_that_a_kill_tore_are_mended_or_need_repair(
    open_base: Open, document: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(vectors._HNSW, "sync_threshold", 2)  # files are written at once
    base = open_base()
    base.add([document("tax", TAX), document("land", LAND)])
    before = state(base)

    def tear() -> None:
        base.close()
        for file in base.folder.rglob("index_metadata.pickle"):
            file.write_bytes(b"")
        (base.folder / "owner.lock").write_text('{"pid": 1}')  # not given back

    tear()
    base = open_base()
    assert state(base) == before
    assert ids(base, "鼓励类产业企业的所得税税率")[0] == "tax"
    tear()
    monkeypatch.setattr(healing, "AT_ONCE", 1)
    with pytest.raises(StoreError, match="kb doctor --repair"):
        open_base()


def test_one_owner_only(open_base: Open) -> None:
    open_base()
    with pytest.raises(BusyError):
        open_base()


def test_opening_mends_what_is_quickly_mended(open_base: Open, document: Make) -> None:
    base = open_base()
    base.add([document("tax", TAX), document("land", LAND)])
    before = state(base)
    base.lexical.rewrite([])
    base.vectors.delete([*base.vectors.keys(Audience.PUBLIC)][:2])
    base.close()
    again = open_base()
    assert state(again) == before
    assert ids(again, "鼓励类产业企业的所得税税率")[0] == "tax"


def test_a_base_that_would_miss_documents_does_not_open(
    open_base: Open, document: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(healing, "AT_ONCE", 1)
    base = open_base()
    base.add([document("tax", TAX)])
    base.vectors.delete([*base.vectors.keys(Audience.PUBLIC)])
    base.close()
    with pytest.raises(StoreError, match="kb doctor --repair"):
        open_base()


def test_glossary_terms_of_internal_documents_do_not_leak(base: KnowledgeBase) -> None:
    from ingest.parse import parse_bytes

    text = (
        "---\nid: g\nkind: glossary\naudience: internal\ntitle: 内部词\n---\n"
        "## 暗号词\n定义：暗号词是内部用语。\n别名：密语词\n"
    )
    base.add([parse_bytes(text.encode(), "g.md")])
    assert base.snapshot.glossary.expansions("暗号词") == []


def test_headers_survive_the_catalog(base: KnowledgeBase, document: Make) -> None:
    header = Header(
        "题目", Kind.EXPERIENCE, Audience.PUBLIC, "国发〔2021〕3号", ("国务院",),
        date(2021, 1, 24), date(2021, 1, 25), date(2035, 1, 1), ("a",), "b", date(2034, 1, 1),
        ("延安",), ("苹果",), ("定方向",), (2021,), None, ("S1",), ("F1",),
    )  # fmt: skip
    base.add([replace(document("h", TAX), header=header)])
    assert base.document("h", [Audience.PUBLIC]).header == header
    assert normalise(header.title)


def test_data_folder_is_made_where_it_is_asked_for(open_base: Open, tmp_path: Path) -> None:
    open_base("deep/er")
    assert (tmp_path / "deep" / "er" / "catalog.sqlite").is_file()


def test_what_a_killed_reader_left_is_gone_when_the_base_opens(
    open_base: Callable[..., KnowledgeBase], tmp_path: Path
) -> None:
    left = tmp_path / "data" / SCRATCH / "3" / "page.png"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"text of somebody's document")
    open_base()
    assert not (tmp_path / "data" / SCRATCH).exists()
