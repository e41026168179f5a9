"""A run in the large: read in parallel, set aside, accepted, stopped; archives; never half."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest.child import Bounds
from ingest.outcome import Outcome, Result
from ingest.parse import parse_bytes
from ingest.pipeline import PARSER_VERSION, accept, ingest
from ingest.progress import Event
from kb import quarantine
from kb.doctor import examine_open
from kb.encoder import Encoder
from kb.errors import NotFound, ReadError, StoreError
from kb.knowledge_base import KnowledgeBase
from kb.models import Audience, Kind
from kb.quarantine import SetAside
from tests.ingest.making import pdf, wrapped
from tests.ingest.test_pipeline import Counting, article, full, results, state, write

ROOT = Path(__file__).parents[2]
Open = Callable[..., KnowledgeBase]
GARBLED = "# 办法\n\n第一条 招商\ufffd\ufffd\ufffd引资。\n"
BROKEN = b"%PDF-1.7\n" + bytes(range(200))


def aside(base: KnowledgeBase) -> list[SetAside]:
    with base.catalog.begin() as connection:
        return quarantine.entries(connection)


def sound(base: KnowledgeBase) -> bool:
    """All stores agree, every kept file is wanted, and the doctor tells what was set aside."""
    wanted = {e.content_hash for e in aside(base)}
    wanted |= {d.content_hash for d in base.documents(tuple(Audience))}
    assert set(base.files.hashes()) == wanted
    told = [f.code for f in examine_open(base) if f.code != "same_text"]
    return told == ["quarantined"] * len(aside(base)) + ["stores_agree"]


def page(subject: str) -> bytes:
    lines = [f"第{n}条 {subject}项目按投资额的{n}%给予支持，支持期限为三年。" for n in range(1, 9)]
    return pdf([wrapped([f"{subject}办法"]) + wrapped(lines)])


def zipped(**members: str | bytes) -> bytes:
    """A zip; ``/`` in a name is written ``__``, its suffix after ``___``."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("___", ".").replace("__", "/"), data)
    return buffer.getvalue()


# -- in parallel -------------------------------------------------------------------------------


def test_many_files_in_parallel_make_the_base_that_one_by_one_makes(
    open_base: Open, tmp_path: Path
) -> None:
    folder = write(tmp_path / "in", **{f"m{n:03}": article(f"产业{n}") for n in range(170)})
    for n in range(30):
        (folder / f"p{n:03}.pdf").write_bytes(page(f"制造{n}") if n % 10 else BROKEN + bytes([n]))
    together, alone = open_base("together"), open_base("alone")
    outcomes = ingest(together, [folder])
    assert [o.path for o in outcomes] == sorted(folder.iterdir())
    good = [file for file in sorted(folder.iterdir()) if not file.read_bytes().startswith(BROKEN)]
    documents = [parse_bytes(file.read_bytes(), file.name) for file in good]
    assert [o.document_id for o in outcomes if o.result is Result.ADDED] == [
        d.document_id for d in documents
    ]
    assert len(aside(together)) == 3
    alone.add(documents, f"{PARSER_VERSION}//")
    one, other = state(together), state(alone)
    assert len(one.pop("files")) == len(other.pop("files")) + 3
    assert one == other
    assert sound(together)
    assert not (together.folder / "reading").exists()


def test_one_run_and_many_runs_make_the_same_base(open_base: Open, tmp_path: Path) -> None:
    folder = write(tmp_path / "in", a=article("苹果"), b=GARBLED, c=b"", d=article("光伏"))
    (folder / "e.pdf").write_bytes(page("煤炭"))
    together, alone = open_base("together"), open_base("alone")
    outcomes = ingest(together, [folder])
    assert outcomes == [o for file in sorted(folder.iterdir()) for o in ingest(alone, [file])]
    assert state(together) == state(alone)
    assert [e.quarantine_id for e in aside(together)] == [e.quarantine_id for e in aside(alone)]


def test_a_slow_file_does_not_hold_up_what_stands_before_it(
    base: KnowledgeBase, tmp_path: Path
) -> None:
    """What is read already goes in while a long file is being read, and order is kept."""
    folder = write(tmp_path / "in", a=article("苹果"))
    lines = "\n".join(f"{n}. 招商引资政策的正文文字，第{n}项内容。" for n in range(90_000))
    (folder / "b.txt").write_text(lines + "\ufffd" * 9_000)
    seen: list[tuple[int, str]] = []
    outcomes = ingest(
        base,
        [folder],
        on_event=lambda e: seen.append((e.files_done, e.file)),
        bounds=Bounds(total=6.0),
    )
    assert results(outcomes) == {"a.md": "added", "b.txt": "quarantined"}
    assert (1, "b.txt") in seen


# -- set aside ---------------------------------------------------------------------------------


def test_what_is_set_aside_stays_so_at_no_cost(
    base: KnowledgeBase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(tmp_path / "in", bad=GARBLED, good=article("苹果"))
    (folder / "internal").mkdir()
    (folder / "internal" / "broken.pdf").write_bytes(BROKEN)
    first = ingest(base, [folder])
    assert results(first) == {
        "bad.md": "quarantined", "good.md": "added", "broken.pdf": "quarantined",
    }  # fmt: skip
    kept = {e.source_name: e for e in aside(base)}
    assert kept["bad.md"].can_accept
    assert not kept["broken.pdf"].can_accept
    assert kept["broken.pdf"].audience is Audience.INTERNAL
    assert kept["bad.md"].quarantine_id == first[0].quarantine_id
    assert base.files.read(kept["bad.md"].content_hash) == GARBLED.encode()
    assert sound(base)
    base.sweep()
    assert sound(base)
    with monkeypatch.context() as patch:
        patch.setattr("ingest.run.Reading", None)  # nothing is read again
        assert [(o.result, o.zh) for o in ingest(base, [folder])] == [
            (Result.UNCHANGED if o.result is Result.ADDED else o.result, o.zh) for o in first
        ]
    (again,) = ingest(base, [folder / "bad.md"])  # named on its own: tried again
    assert again.result is Result.QUARANTINED
    assert len(aside(base)) == 2


def test_a_good_version_takes_the_place_of_what_was_set_aside(
    base: KnowledgeBase, tmp_path: Path
) -> None:
    folder = write(tmp_path / "in", a=GARBLED, b=GARBLED + "\n第二条 另文。\n", c=article("煤炭"))
    ingest(base, [folder])
    write(
        folder, a=article("苹果"), b=GARBLED + "\n第三条 又改了。\n", c=GARBLED + "\n旧版更好。\n"
    )
    outcomes = ingest(base, [folder])
    assert results(outcomes) == {"a.md": "added", "b.md": "quarantined", "c.md": "quarantined"}
    assert [e.source_name for e in aside(base)] == ["b.md", "c.md"]  # one entry a file
    assert outcomes[2].document_id == "c"
    assert "煤炭" in base.text(base.document("c", (Audience.PUBLIC,)))  # still answers
    assert sound(base)
    write(folder, c=article("煤炭"))
    assert results(ingest(base, [folder]))["c.md"] == "unchanged"
    assert [e.source_name for e in aside(base)] == ["b.md"]
    assert sound(base)


def test_files_of_one_name_do_not_push_each_other_out_of_quarantine(
    base: KnowledgeBase, tmp_path: Path
) -> None:
    write(tmp_path / "in" / "x", a=GARBLED)
    write(tmp_path / "in" / "y", a=article("苹果"))
    write(tmp_path / "in" / "z", a=GARBLED + "\n另一份。\n")
    for second in ("added", "unchanged"):
        told = [o.result.value for o in ingest(base, [tmp_path / "in"])]
        assert told == ["quarantined", second, "quarantined"]
        assert [e.source_name for e in aside(base)] == ["a.md", "z/a.md"]
    (taken,) = accept(base, [aside(base)[1].quarantine_id])
    assert taken.document_id == "a-md"
    assert "苹果" in base.text(base.document("a", (Audience.PUBLIC,)))
    assert sound(base)


def test_an_admin_accepts_what_the_gate_objects_to(
    encoder: Encoder, open_base: Open, tmp_path: Path
) -> None:
    base = open_base()
    write(tmp_path / "in" / "internal" / "experience", bad=GARBLED)
    ingest(base, [tmp_path / "in"])
    (entry,) = aside(base)
    (taken,) = accept(base, [entry.quarantine_id])
    assert (taken.result, taken.document_id) == (Result.ADDED, "bad")
    assert [n.code for n in taken.notes] == ["garbled", "accepted"]
    info = base.document("bad", tuple(Audience))
    assert (info.header.kind, info.header.audience) == (Kind.EXPERIENCE, Audience.INTERNAL)
    assert base.catalog.found(info.version_id)[1] == taken.notes
    assert aside(base) == []
    assert sound(base)
    # the file is known now, wherever it is met
    base.models._encoder = counting = Counting(encoder)
    assert results(ingest(base, [tmp_path / "in"])) == {"bad.md": "unchanged"}
    assert counting.passages == 0
    # the same bytes, read in another way, are accepted still; others are not
    assert results(ingest(base, [tmp_path / "in"], kind=Kind.POLICY)) == {"bad.md": "replaced"}
    write(tmp_path / "in" / "internal" / "experience", bad=GARBLED + "\n改了。\n")
    assert results(ingest(base, [tmp_path / "in"])) == {"bad.md": "quarantined"}


def test_what_was_not_read_cannot_be_accepted(base: KnowledgeBase, tmp_path: Path) -> None:
    folder = write(tmp_path / "in", bad=GARBLED, empty="# 只有标题\n")
    (folder / "broken.pdf").write_bytes(BROKEN)
    ingest(base, [folder])
    ids = {e.source_name: e.quarantine_id for e in aside(base)}
    with pytest.raises(ReadError, match=r"broken\.pdf"):
        accept(base, [ids["bad.md"], ids["broken.pdf"]])
    with pytest.raises(NotFound, match="Q-none"):
        accept(base, ["Q-none"])
    assert base.documents(tuple(Audience)) == []
    (still,) = accept(base, [ids["empty.md"]])  # nothing in it could be cited
    assert (still.result, still.can_accept) == (Result.QUARANTINED, False)
    with pytest.raises(ReadError):
        accept(base, [ids["empty.md"]])


def test_what_was_set_aside_can_be_removed_with_its_bytes(
    base: KnowledgeBase, tmp_path: Path
) -> None:
    folder = write(tmp_path / "in", a=GARBLED, b=GARBLED)
    outcomes = ingest(base, [folder])
    assert outcomes[0].quarantine_id == outcomes[1].quarantine_id
    quarantine.remove(base, outcomes[0].quarantine_id)
    assert aside(base) == []
    assert list(base.files.hashes()) == []
    with pytest.raises(NotFound):
        quarantine.remove(base, outcomes[0].quarantine_id)
    assert results(ingest(base, [folder])) == {"a.md": "quarantined", "b.md": "quarantined"}


def test_a_full_disk_while_setting_aside_says_so(
    base: KnowledgeBase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(tmp_path / "in", a=GARBLED)
    with monkeypatch.context() as patch:
        patch.setattr(base.files, "keep", full("files"))
        with pytest.raises(StoreError, match="磁盘"):
            ingest(base, [folder])
    assert aside(base) == []
    assert results(ingest(base, [folder])) == {"a.md": "quarantined"}


def test_a_file_that_hangs_costs_itself_alone(base: KnowledgeBase, tmp_path: Path) -> None:
    folder = write(tmp_path / "in", a=article("苹果"), c=article("光伏"))
    lines = "\n".join(f"{n}. 招商引资政策的正文文字，第{n}项内容。" for n in range(300_000))
    (folder / "b.txt").write_text(lines)
    outcomes = ingest(base, [folder], bounds=Bounds(total=0.5))
    assert results(outcomes) == {"a.md": "added", "b.txt": "quarantined", "c.md": "added"}
    assert "超时" in outcomes[1].zh
    assert sound(base)


# -- archives ----------------------------------------------------------------------------------


def test_members_of_an_archive_are_files(base: KnowledgeBase, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    archive = folder / "包.zip"
    members = {
        "experience__a___md": article("昆山"), "internal__a___md": article("内部"),
        "b___pdf": page("苹果"), "bad___md": GARBLED, "program___exe": b"MZ",
    }  # fmt: skip
    archive.write_bytes(zipped(**members))
    outcomes = ingest(base, [folder])
    assert {o.name: o.result.value for o in outcomes} == {
        "包.zip/experience/a.md": "added", "包.zip/internal/a.md": "added",
        "包.zip/b.pdf": "added", "包.zip/bad.md": "quarantined",
    }  # fmt: skip
    held = {d.source_name: d for d in base.documents(tuple(Audience))}
    assert set(held) == {o.name for o in outcomes[:3]}
    assert held["包.zip/experience/a.md"].header.kind is Kind.EXPERIENCE
    assert held["包.zip/internal/a.md"].header.audience is Audience.INTERNAL
    assert sound(base)
    before = state(base)
    assert {o.result.value for o in ingest(base, [archive.parent])} == {"unchanged", "quarantined"}
    assert state(base) == before
    archive.write_bytes(zipped(**members | {"internal__a___md": article("内部", "20%")}))
    told = {o.name: (o.result.value, o.document_id) for o in ingest(base, [folder])}
    mine = held["包.zip/internal/a.md"].document_id
    assert told["包.zip/internal/a.md"] == ("replaced", mine)
    assert told["包.zip/experience/a.md"][0] == "unchanged"
    (taken,) = accept(base, [e.quarantine_id for e in aside(base)])
    assert taken.name == "包.zip/bad.md"
    assert sound(base)


def test_an_archive_that_does_not_open_is_set_aside_whole(
    base: KnowledgeBase, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "empty.zip").write_bytes(zipped(program___exe=b"MZ"))
    (folder / "good.zip").write_bytes(zipped(a___md=article("苹果")))
    (folder / "hurt.zip").write_bytes(zipped(a___md=article("光伏"), b___md=article("煤"))[:-99])
    outcomes = ingest(base, [folder])
    told = {o.name: o.result.value for o in outcomes}
    assert told["good.zip/a.md"] == "added"
    assert told["empty.zip"] == told["hurt.zip"] == "quarantined"
    assert [o.result for o in ingest(base, [folder])] == [
        Result.QUARANTINED, Result.UNCHANGED, Result.QUARANTINED,
    ]  # fmt: skip
    assert sound(base)


# -- stopped -----------------------------------------------------------------------------------


@pytest.mark.parametrize("after", [1, 150, 300])
def test_a_stopped_run_keeps_what_is_whole_and_the_next_finishes(
    open_base: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    monkeypatch.setattr("ingest.run.BATCH_PASSAGES", 32)
    # texts of this run alone: the tests' encoder remembers others, and has nothing to tell of them
    lines = "".join(f"{n}. 支持{after}元和{n}%。\n" for n in range(1, 11))
    folder = write(tmp_path / "in", **{f"f{i:02}": f"# 产业{i}办法\n\n{lines}" for i in range(60)})
    (folder / "z.pdf").write_bytes(page("苹果"))
    base = open_base()
    events: list[Event] = []

    def should_stop() -> bool:
        return len(events) >= after

    outcomes = ingest(base, [folder], on_event=events.append, should_stop=should_stop)
    held = {d.document_id for d in base.documents(tuple(Audience))}
    assert held == {o.document_id for o in outcomes}
    assert len(held) < 61
    assert sound(base)
    assert not (base.folder / "reading").exists()
    rest = ingest(base, [folder])
    assert len(rest) == 61
    assert sum(o.result is Result.UNCHANGED for o in rest) == len(held)
    assert sum(o.result is Result.ADDED for o in rest) == 61 - len(held)
    assert sound(base)


def test_ctrl_c_ends_every_process_and_keeps_what_is_whole(
    encoder: Encoder, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    built = next(tmp_path_factory.getbasetemp().glob("encoder*/encoder"))
    data = tmp_path / "data"
    data.mkdir()
    (data / "encoder").symlink_to(built)
    folder = write(tmp_path / "in", a=article("苹果"))
    lines = "\n".join(f"{n}. 招商引资政策的正文文字，第{n}项内容。" for n in range(600_000))
    (folder / "b.txt").write_text(lines)
    plain = {k: v for k, v in os.environ.items() if not k.startswith(("KB_", "COV_"))}
    run = subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "ingest", str(folder), "--data", str(data)],
        env=plain | {"PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    until = time.monotonic() + 60
    while not list((data / "files").glob("??/*")) or not children(run.pid):
        assert time.monotonic() < until
        assert run.poll() is None
        time.sleep(0.02)
    readers = children(run.pid)
    run.send_signal(signal.SIGINT)
    _, told = run.communicate(timeout=30)
    assert run.returncode == 130
    assert "已停止" in told
    assert "Traceback" not in told
    assert not any(Path(f"/proc/{pid}").exists() for pid in readers)
    assert not (data / "reading").exists()


def children(pid: int) -> list[int]:
    found: list[int] = []
    for thread in Path(f"/proc/{pid}/task").iterdir():
        found += map(int, (thread / "children").read_text().split())
    return [p for p in found if b"ingest.worker" in Path(f"/proc/{p}/cmdline").read_bytes()]


def test_outcomes_say_what_a_person_needs(base: KnowledgeBase, tmp_path: Path) -> None:
    folder = write(tmp_path / "in", a=article("苹果"))
    (folder / "b.pdf").write_bytes(page("光伏"))
    told: dict[str, Any] = {o.name: o for o in ingest(base, [folder])}
    markdown: Outcome = told["a.md"]
    assert (markdown.title, markdown.passages, markdown.pages) == ("苹果办法", 2, 0)
    assert told["b.pdf"].pages == 1
    assert told["b.pdf"].passages >= 8
