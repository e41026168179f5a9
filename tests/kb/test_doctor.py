import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from evals.hash_encoder import HashEncoder
from ingest.outcome import Result
from ingest.pipeline import ingest
from kb.doctor import examine, examine_open, mend
from kb.knowledge_base import KnowledgeBase
from kb.models import Audience, Page, ParsedDocument, Query
from kb.settings import Settings

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


def lose(path: Path) -> None:
    path.unlink()


def change(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1] + b"?")


@pytest.mark.parametrize(("harm", "code"), [(lose, "source_missing"), (change, "source_changed")])
def test_a_source_file_lost_or_changed_is_found_and_comes_back(
    open_base: Open, tmp_path: Path, harm: Callable[[Path], None], code: str
) -> None:
    base = open_base()
    file = tmp_path / "办法.md"
    file.write_text("# 办法\n\n一、税率\n\n税率为15%。\n", encoding="utf-8")
    ingest(base, [file])
    (kept,) = base.files.hashes()
    harm(base.files.path(kept))
    finding = examine_open(base)[0]
    assert (finding.severity, finding.code) == ("warning", code)
    assert "重新导入" in finding.zh
    assert finding.command == "kb ingest 办法.md"
    assert [o.result for o in ingest(base, [file])] == [Result.UNCHANGED]
    assert base.files.read(kept) == file.read_bytes()
    assert codes(base) == ["stores_agree"]


def test_documents_that_end_are_told(open_base: Open, document: Make) -> None:
    base = open_base()
    today = date.today()
    for name, ends in (("past", -1), ("soon", 30), ("later", 900)):
        made = document(name, f"一、{name}\n{name}的期限为{ends}天。")
        header = replace(made.header, expires=today + timedelta(days=ends))
        base.add([replace(made, header=header)])
    found = {f.code: f for f in examine_open(base)}
    assert "past" in found["expired"].zh
    assert found["expired"].command == "kb remove past"
    assert "soon" in found["expiring"].en
    assert set(found) == {"expired", "expiring", "stores_agree"}


def test_pages_read_with_little_certainty_are_told(open_base: Open, document: Make) -> None:
    base = open_base()
    made = document("scan", "一、税率\n税率为15%。")
    pages = (Page(1, "1", 0, 4, confidence=0.99), Page(2, "2", 4, 12, confidence=0.5))
    base.add([replace(made, pages=pages), document("text", "一、土地\n不得低于最低价。")])
    finding = examine_open(base)[0]
    assert (finding.code, finding.command) == ("low_confidence", "kb show scan")
    assert "第 2 页" in finding.zh


def test_files_set_aside_are_told_with_what_can_be_done(open_base: Open, tmp_path: Path) -> None:
    base = open_base()
    empty = tmp_path / "空.md"
    empty.write_bytes(b"")
    (outcome,) = ingest(base, [empty])
    finding = examine_open(base)[0]
    assert (finding.severity, finding.code) == ("warning", "quarantined")
    assert outcome.quarantine_id in finding.command
    assert "空.md" in finding.zh


def test_torn_vector_files_are_found_and_computed_again(open_base: Open, document: Make) -> None:
    base = filled(open_base, document)
    base.close()
    for pickle in base.folder.rglob("*.bin"):
        pickle.write_bytes(pickle.read_bytes()[: pickle.stat().st_size // 3])
    with KnowledgeBase(base.settings, encoder=base.encoder, check=False) as base:
        assert codes(base)[0] == "store_differs"
        mend(base)
        assert codes(base) == ["stores_agree"]
        assert base.search(Query(text="税率是多少", on=DAY))
    settings = base.settings.model_copy(update={"data": base.folder})
    assert [f.code for f in examine(settings)] == ["stores_agree"]


def test_every_finding_says_what_and_how_in_both_languages(open_base: Open, document: Make) -> None:
    base = filled(open_base, document)
    base.lexical.rewrite([])
    base.vectors.delete([*base.vectors.keys(Audience.PUBLIC)])
    findings = examine_open(base)
    assert [f.code for f in findings] == ["store_differs", "store_differs"]
    assert all(f.command == "kb doctor --repair" and f.zh and f.en for f in findings)


def test_vectors_of_another_encoder_are_a_finding(tmp_path: Path) -> None:
    settings = Settings.model_validate({"data": tmp_path / "data"})
    KnowledgeBase(settings, encoder=HashEncoder()).close()
    (found,) = examine(settings)
    assert (found.severity, found.code, found.command) == (
        "error",
        "encoder_differs",
        "kb doctor --repair",
    )


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
