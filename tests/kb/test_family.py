"""The relatives of a document, as ``kb show`` and ``kb doctor`` tell them."""

from __future__ import annotations

from typing import Any

from kb.editions import with_successors
from kb.family import Relation, alike, relatives
from kb.models import DocumentInfo
from tests.kb.test_editions import LATER, NEW, OLD, OTHER, document
from tests.kb.test_sketch import words

LONG = words(1500, 1)


def family(info: DocumentInfo, *others: DocumentInfo) -> dict[str, Relation]:
    return {r.info.document_id: r.relation for r in relatives(info, [info, *others])}


def test_editions_in_order() -> None:
    shared: dict[str, Any] = {"regions": ("延安",)}
    old = document("a", "招商办法（试行）", effective=OLD, **shared)
    new = document("b", "招商办法", effective=NEW, **shared)
    newest = document("c", "招商办法（2026年修订）", effective=LATER, **shared)
    other = document("d", "招商办法", OTHER, effective=NEW, regions=("榆林",))
    everything = with_successors([newest, old, new, other])
    assert [(r.info.document_id, r.relation) for r in relatives(everything[2], everything)] == [
        ("a", Relation.EARLIER), ("d", Relation.SAME_NAME), ("c", Relation.LATER),
    ]  # fmt: skip
    assert [r.relation for r in relatives(everything[0], everything)][:2] == [
        Relation.EARLIER, Relation.EARLIER,
    ]  # fmt: skip


def test_what_replaces_it_under_another_name() -> None:
    old = document("old", "招商办法", effective=OLD)
    new = document("new", "招商引资条例", OTHER, effective=NEW, supersedes=("招商办法",))
    old, new = with_successors([old, new])
    assert family(old, new) == {"new": Relation.SUCCESSOR}
    assert family(new, old) == {"old": Relation.REPLACED}
    titled = document("t", "旧办法", superseded_by="招商引资条例")
    assert family(new, titled) == {"t": Relation.REPLACED}


def test_copies_and_forwarding_notices() -> None:
    text = document("text", "省招商引资奖励办法", LONG, effective=OLD)
    copy = document("copy", "奖励办法扫描件", LONG + "完", effective=OLD)
    passed = document(
        "passed", "市政府办公室关于转发《省招商引资奖励办法》的通知", words(60, 2) + LONG,
        effective=NEW,
    )  # fmt: skip
    other = document("other", "关于转发别的文件的通知", words(1500, 3), effective=NEW)
    assert family(text, copy, passed, other)["copy"] is Relation.COPY
    assert family(text, passed, other) == {"passed": Relation.FORWARDING}
    assert family(passed, text, other) == {"text": Relation.FORWARDED}
    assert {(a.first, a.second, a.relation) for a in alike([text, copy, passed, other])} >= {
        ("text", "copy", Relation.COPY), ("text", "passed", Relation.FORWARDING),
    }  # fmt: skip
    assert not any(i.header.superseded_by for i in with_successors([text, copy, passed, other]))
    assert "other" not in family(text, copy, passed, other)


def test_editions_however_alike_are_no_copies() -> None:
    old = document("a", "劳动法（2009年修正）", LONG, published=OLD, regions=("全国",))
    new = document("b", "劳动法（2018年修正）", LONG + "了", published=NEW, regions=("全国",))
    assert family(old, new) == {"b": Relation.LATER}
    assert list(alike([old, new])) == []


def test_nothing_in_common() -> None:
    assert family(document("a", "招商办法", LONG), document("b", "用地规定", OTHER)) == {}
    assert relatives(document("a", "招商办法"), []) == []
