import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from kb.doctor import examine_open, mend
from kb.knowledge_base import KnowledgeBase
from kb.models import Audience, ParsedDocument, Query

Open = Callable[..., KnowledgeBase]
Make = Callable[..., ParsedDocument]
DAY = date(2026, 11, 23)


def codes(base: KnowledgeBase) -> list[str]:
    return [f.code for f in examine_open(base)]


def filled(open_base: Open, document: Make) -> KnowledgeBase:
    base = open_base()
    base.add(
        [
            document("a", "一、税率\n税率为15%。\n二、期限\n到2030年。"),
            document("b", "一、土地\n不得低于最低价。"),
        ]
    )
    return base


def test_a_sound_base_says_so(open_base: Open, document: Make) -> None:
    assert codes(filled(open_base, document)) == ["stores_agree"]


@pytest.mark.parametrize("folder", ["lexical", "vectors"])
def test_a_lost_index_is_found_and_rebuilt(
    open_base: Open, document: Make, tmp_path: Path, folder: str
) -> None:
    base = filled(open_base, document)
    before = base.search(Query(text="税率是多少", on=DAY))
    base.close()
    shutil.rmtree(tmp_path / "data" / folder)
    with KnowledgeBase(base.settings, encoder=base.encoder, check=False) as base:
        assert "store_differs" in codes(base)
        mend(base)
        assert codes(base) == ["stores_agree"]
        after = base.search(Query(text="税率是多少", on=DAY))
        assert [h.text for h in after] == [h.text for h in before]


def test_entries_that_belong_to_nothing_are_found(open_base: Open, document: Make) -> None:
    base = filled(open_base, document)
    base.lexical.add([(99 << 20, 99, Audience.PUBLIC, "多余")])
    base.vectors.add(Audience.PUBLIC, [99 << 20], base.encoder.encode_passages(["多余"]))
    assert codes(base)[:2] == ["store_differs", "store_differs"]
    mend(base)
    assert codes(base) == ["stores_agree"]


def test_a_lost_source_file_is_a_warning_with_the_remedy(
    open_base: Open, document: Make, tmp_path: Path
) -> None:
    base = filled(open_base, document)
    shutil.rmtree(tmp_path / "data" / "files")
    (tmp_path / "data" / "files").mkdir()
    finding = examine_open(base)[0]
    assert (finding.severity, finding.code) == ("warning", "source_missing")
    assert "重新导入" in finding.zh


def test_copies_are_reported_and_both_stay(open_base: Open, document: Make) -> None:
    base = open_base()
    text = (
        "一、奖励\n"
        + "".join(f"第{i}类项目按照设备投资额给予奖励，" for i in range(90))
        + "以此类推。"
    )
    base.add(
        [
            document("one", text),
            document("two", text + "完。"),
            document("tax", "一、税率\n减按15%征收。"),
        ]
    )
    (found,) = [f for f in examine_open(base) if f.code == "same_text"]
    assert "one" in found.zh
    assert "two" in found.en
    assert found.command == "kb show one"
    assert not any(i.header.superseded_by for i in base.snapshot.live.values())
