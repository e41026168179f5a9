"""What was removed is in no file. The proof looks into the files, not into the stores' answers."""

import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import tantivy

from kb import erasure, generations
from kb.catalog import Waste
from kb.doctor import examine_open, mend
from kb.entries import entries_of
from kb.errors import NotFound, StoreError
from kb.knowledge_base import KnowledgeBase
from kb.lexical import LexicalIndex
from kb.models import Audience, ParsedDocument, Query
from kb.vectors import VectorIndex

Open = Callable[..., KnowledgeBase]
Make = Callable[..., ParsedDocument]
BOTH = (Audience.PUBLIC, Audience.INTERNAL)
DAY = date(2026, 11, 23)
CANARY = "犇骉猋燚工程在鎏瀛坪布设鑫磊麤毳装置"
INSIDE = "飝龘灥厵专项在垚淼塬试行"
TERMS = ("犇骉", "麤", "zqxjkv", "龘灥")
TEXT = f"一、内容\n{CANARY}，代号zqxjkv。\n二、期限\n{CANARY}执行到2030年。\n"


def plain(number: int) -> str:
    return f"一、土地\n第{number}号办法：土地按规定供应。\n二、税收\n税收按规定减免。\n"


def inside(document: ParsedDocument) -> ParsedDocument:
    return replace(document, header=replace(document.header, audience=Audience.INTERNAL))


def vectors_of(base: KnowledgeBase, document_id: str) -> list[bytes]:
    """The vectors of a document, as written and as Chroma rounds them, in short stretches: a file
    may split them anywhere.
    """
    entries = list(entries_of(base.catalog, [base.snapshot.by_id[document_id]]))
    written = base.encoder.encode_passages([text for *_, text in entries])
    stored = base.vectors.get(BOTH, [key for key, *_ in entries]).values()
    whole = [vector.tobytes() for vector in (*written, *stored)]
    return [vector[at : at + 64] for vector in whole for at in range(0, len(vector), 64)]


def needles(base: KnowledgeBase, document_id: str) -> list[bytes]:
    info = base.snapshot.by_id[document_id]
    words = [
        CANARY if document_id == "secret-a" else INSIDE,
        document_id,
        info.header.title,
        info.content_hash,
    ]
    return [*(word.encode() for word in words), *vectors_of(base, document_id)]


def holding(folder: Path, needle: bytes) -> list[Path]:
    """Files that hold a needle, or whose names do."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [f for f in files if needle in f.read_bytes() or needle in f.name.encode()]


def left(folder: Path, needles: list[bytes]) -> dict[str, list[bytes]]:
    """By file, which of the needles it holds."""
    found: dict[str, list[bytes]] = {}
    for needle in needles:
        for path in holding(folder, needle):
            found.setdefault(str(path.relative_to(folder)), []).append(needle)
    return found


def terms_in_files(folder: Path) -> list[str]:
    """Which of the canary's tokens any tantivy segment below a folder knows."""
    found = []
    for meta in (folder / "lexical").rglob("meta.json"):
        searcher = tantivy.Index.open(str(meta.parent)).searcher()
        found += [t for t in TERMS if searcher.terms_with_prefix("body", t)]
    return found


def filled(open_base: Open, document: Make, **changes: object) -> KnowledgeBase:
    """A base with four ordinary documents and two secret ones, one of them internal."""
    base = open_base(**changes)
    base.add([document(f"d{i}", plain(i)) for i in range(3)])
    base.add(
        [
            document("secret-a", TEXT, title="秘密办法甲"),
            inside(document("secret-b", TEXT.replace(CANARY, INSIDE), title="秘密办法乙")),
        ]
    )
    base.add([document("d3", plain(3))])
    return base


def test_nothing_of_a_removed_document_is_in_any_file(open_base: Open, document: Make) -> None:
    base = filled(open_base, document)
    sought = needles(base, "secret-a") + needles(base, "secret-b")
    held = [needle for needle in sought if holding(base.folder, needle)]
    assert len(held) > 0.5 * len(sought), "each vector is there in one of its two forms"
    assert terms_in_files(base.folder) == list(TERMS)
    before = base.search(Query(text="第2号办法怎样供应土地", on=DAY))
    assert base.remove("secret-a", "secret-b")
    assert left(base.folder, sought) == {}
    assert terms_in_files(base.folder) == []
    after = base.search(Query(text="第2号办法怎样供应土地", on=DAY))
    kept = [h.text for h in before if not h.document.document_id.startswith("secret")]
    assert [h.text for h in after] == kept
    assert [f.code for f in examine_open(base)] == ["stores_agree"]
    base.close()
    again = open_base()
    assert left(again.folder, sought) == {}
    assert len(again.search(Query(text="第2号办法怎样供应土地", on=DAY))) == len(kept)


def test_the_same_document_can_come_back_after_its_erasure(
    base: KnowledgeBase, document: Make
) -> None:
    for _ in range(3):
        base.add([document("secret-a", TEXT)])
        assert base.search(Query(text=CANARY, on=DAY))[0].document.document_id == "secret-a"
        assert base.remove("secret-a")
        assert not base.search(Query(text=CANARY, on=DAY))
        assert not holding(base.folder, CANARY.encode())


def test_one_unknown_id_and_nothing_is_removed(base: KnowledgeBase, document: Make) -> None:
    base.add([document("a", TEXT)])
    with pytest.raises(NotFound, match="没有删除任何内容"):
        base.remove("a", "nothing")
    assert "a" in base.snapshot.by_id


def test_a_large_base_hides_at_once_and_erases_later(
    open_base: Open, document: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = filled(open_base, document)
    monkeypatch.setattr(erasure, "AT_ONCE", 5)
    monkeypatch.setattr(erasure, "SHARE", 0.9)
    sought = needles(base, "secret-a")
    assert base.remove("secret-a") is False
    assert all(
        h.document.document_id != "secret-a" for h in base.search(Query(text=CANARY, on=DAY))
    )
    assert not holding(base.folder, CANARY.encode()), "texts and sources go at once"
    assert any(holding(base.folder, needle) for needle in sought), "vectors wait"
    finding = examine_open(base)[0]
    assert (finding.code, finding.command) == ("erasure_owed", "kb doctor --repair")
    base.close()
    base = open_base()
    assert examine_open(base)[0].code == "erasure_owed"
    mend(base)
    assert left(base.folder, sought) == {}
    assert [f.code for f in examine_open(base)] == ["stores_agree"]


def test_when_erasing_is_due() -> None:
    large = 10 * erasure.AT_ONCE
    assert erasure.is_due(Waste(1, 1), erasure.AT_ONCE)
    assert not erasure.is_due(Waste(1, 1), large)
    assert erasure.is_due(Waste(large, 1), large)
    assert not erasure.is_due(Waste(large // 2, 0), large)
    assert erasure.is_due(Waste(large + 1, 0), large)
    assert not erasure.is_due(Waste(0, 0), 0)


def test_an_erasure_that_a_crash_interrupted_is_finished_at_the_next_start(
    open_base: Open, document: Make
) -> None:
    base = filled(open_base, document)
    sought = needles(base, "secret-a")
    with base.catalog.begin() as connection:
        base.catalog.withdraw(connection, "secret-a")
    base.close()
    again = open_base()
    assert left(again.folder, sought) == {}


@pytest.mark.parametrize("store", ["lexical", "vectors"])
def test_a_full_disk_while_erasing_is_told_and_mended_later(
    open_base: Open, document: Make, monkeypatch: pytest.MonkeyPatch, store: str
) -> None:
    base = filled(open_base, document)
    sought = needles(base, "secret-a")

    def full(folder: Path) -> None:
        if folder.name == store:
            raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(generations, "switch", full)
        with pytest.raises(StoreError, match="kb doctor --repair"):
            base.remove("secret-a")
    assert "secret-a" not in base.snapshot.by_id
    assert base.search(Query(text="供应土地", on=DAY))
    assert [f.code for f in examine_open(base)] == ["erasure_owed", "stores_agree"]
    mend(base)
    assert left(base.folder, sought) == {}


def test_searches_go_on_while_the_indexes_are_rewritten(open_base: Open, document: Make) -> None:
    base = filled(open_base, document)
    stop, wrong = threading.Event(), []

    def ask() -> None:
        while not stop.is_set():
            try:
                hits = base.search(Query(text="第2号办法怎样供应土地", on=DAY))
                if not hits:
                    wrong.append("nothing found")
            except Exception as error:  # noqa: BLE001
                wrong.append(repr(error))

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _ in range(5):
        erasure.erase(base.stores, base.snapshot.live.values())
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []


def to_generation_0(folder: Path) -> None:
    """Lay a closed data folder out as it was before there were generations."""
    for store in ("lexical", "vectors"):
        (folder / store / "current").unlink()
        for path in (folder / store / "1").iterdir():
            path.rename(folder / store / path.name)
        (folder / store / "1").rmdir()


def test_a_data_folder_of_before_opens_and_is_cleaned_too(open_base: Open, document: Make) -> None:
    base = filled(open_base, document)
    sought = needles(base, "secret-a")
    base.close()
    to_generation_0(base.folder)
    base = open_base()
    assert base.search(Query(text=CANARY, on=DAY))[0].document.document_id == "secret-a"
    base.remove("secret-a")
    assert left(base.folder, sought) == {}
    for store in ("lexical", "vectors"):
        assert sorted(p.name for p in (base.folder / store).iterdir()) == ["1", "current"]


def test_what_the_pointer_does_not_name_is_swept(open_base: Open, document: Make) -> None:
    base = filled(open_base, document)
    base.close()
    for store in ("lexical", "vectors"):
        shutil.copytree(base.folder / store / "1", base.folder / store / "2")
        (base.folder / store / "current.part").write_bytes(b"2")
    again = open_base()
    for store in ("lexical", "vectors"):
        assert sorted(p.name for p in (again.folder / store).iterdir()) == ["1", "current"]
    assert [f.code for f in examine_open(again)] == ["stores_agree"]


def test_a_lost_pointer_costs_nothing_but_time(open_base: Open, document: Make) -> None:
    base = filled(open_base, document)
    base.close()
    for store in ("lexical", "vectors"):
        (base.folder / store / "current").unlink()
    again = open_base()
    assert [f.code for f in examine_open(again)] == ["stores_agree"]


def test_a_rewritten_index_holds_what_lives_and_nothing_else(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path / "lexical")
    index.add([(1, 1, Audience.PUBLIC, "甲乙"), (2, 2, Audience.PUBLIC, "丙丁")])
    index.rewrite([(2, 2, Audience.PUBLIC, "丙丁")])
    assert index.keys() == {2}
    index.add([(3, 3, Audience.PUBLIC, "戊己")])
    assert index.keys() == {2, 3}
    index.close()
    again = LexicalIndex(tmp_path / "lexical")
    assert again.keys() == {2, 3}
    again.close()
    empty = VectorIndex(tmp_path / "vectors", "e/1/8")
    empty.rewrite({a: set() for a in Audience})
    assert empty.count() == 0
    empty.close()
