"""A run over files and folders: what goes in, what is refused, and what a crash leaves."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from ingest.files import find_files
from ingest.outcome import Outcome, Result, summary
from ingest.pipeline import ingest
from ingest.progress import Event
from kb.doctor import examine_open
from kb.encoder import Encoder, Fingerprint, Progress, Vectors
from kb.errors import ReadError, StoreError
from kb.knowledge_base import KnowledgeBase
from kb.models import Audience, Kind, Query, Role
from tests.ingest.making import encrypted, pdf

ROOT = Path(__file__).parents[2]
DAY = date(2026, 11, 23)
Open = Callable[..., KnowledgeBase]


class Counting:
    """The encoder, and how many texts it was asked to encode."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder
        self.passages = 0

    @property
    def fingerprint(self) -> Fingerprint:
        return self.encoder.fingerprint

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self.encoder.encode_queries(texts)

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        self.passages += len(texts)
        return self.encoder.encode_passages(texts, progress)


def article(subject: str, share: str = "15%", **facts: str) -> str:
    """A short document in Markdown, with front matter when facts are given."""
    head = "".join(f"{key}: {value}\n" for key, value in facts.items())
    front = f"---\n{head}---\n" if head else ""
    return (
        f"{front}# {subject}办法\n\n## 一、标准\n{subject}项目按投资额的{share}给予支持。\n\n"
        f"## 二、期限\n{subject}支持执行到2030年12月31日。\n"
    )


def write(folder: Path, **texts: str | bytes) -> Path:
    """Files called ``name.md``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        data = text if isinstance(text, bytes) else text.encode()
        (folder / f"{name}.md").write_bytes(data)
    return folder


def results(outcomes: Sequence[Outcome]) -> dict[str, str]:
    return {o.path.name: o.result.value for o in outcomes}


def state(base: KnowledgeBase) -> dict[str, Any]:
    """What every store holds."""
    return {
        "documents": [(d.document_id, d.version_id) for d in base.documents(tuple(Audience))],
        "texts": [base.text(d) for d in base.documents(tuple(Audience))],
        "lexical": base.lexical.keys(),
        "vectors": {a: base.vectors.keys(a) for a in Audience},
        "files": sorted(base.files.hashes()),
    }


def sound(base: KnowledgeBase) -> bool:
    """All stores agree; that the made-up texts are alike is no fault."""
    return {f.code for f in examine_open(base)} - {"same_text"} == {"stores_agree"}


# -- one run -----------------------------------------------------------------------------------


def test_bad_files_are_set_aside_one_by_one_and_good_ones_go_in(
    base: KnowledgeBase, tmp_path: Path
) -> None:
    folder = write(
        tmp_path / "in",
        good=article("苹果深加工"),
        empty=b"",
        blank=b" \n\n\t ",
        junk=bytes(range(256)) * 40,
        wrong="---\ntitle: 办法\neffective: 去年春天\n---\n# 办法\n\n正文在此，内容完整。\n",
        other=article("光伏制造"),
    )
    (folder / "locked.pdf").write_bytes(encrypted(pdf([["第一条 为了规范招商引资。"]]), "secret"))
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7\n" + os.urandom(500))
    outcomes = ingest(base, [folder])
    told = {o.path.name: o for o in outcomes}
    good = {"good.md", "other.md"}
    assert {name for name, o in told.items() if o.result is Result.ADDED} == good
    for name in set(told) - good:
        assert told[name].result is Result.QUARANTINED
        assert any("\u4e00" <= ch <= "\u9fff" for ch in told[name].zh), name
        assert told[name].en.isascii() or told[name].en != told[name].zh, name
        assert told[name].en, name
    assert {d.document_id for d in base.documents(Role.INVESTOR.audiences)} == {"good", "other"}
    assert summary(outcomes) == {
        "added": 2, "replaced": 0, "unchanged": 0, "quarantined": 6, "refused": 0
    }  # fmt: skip
    codes = [f.code for f in examine_open(base) if f.code != "same_text"]
    assert codes == ["quarantined"] * 6 + ["stores_agree"]


def test_an_unchanged_run_encodes_nothing_and_a_changed_file_alone_is_replaced(
    encoder: Encoder, open_base: Open, tmp_path: Path
) -> None:
    base = open_base()
    base.models._encoder = counting = Counting(encoder)
    folder = write(tmp_path / "in", a=article("苹果深加工"), b=article("光伏制造"))
    ingest(base, [folder])
    first, before = counting.passages, state(base)
    assert first > 0
    assert results(ingest(base, [folder])) == {"a.md": "unchanged", "b.md": "unchanged"}
    assert counting.passages == first
    assert state(base) == before
    write(folder, b=article("光伏制造", "20%"))
    outcomes = ingest(base, [folder])
    assert results(outcomes) == {"a.md": "unchanged", "b.md": "replaced"}
    assert counting.passages == first + outcomes[1].passages
    assert "20%" in base.text(base.document("b", (Audience.PUBLIC,)))
    assert sound(base)


def test_the_same_content_under_another_name_is_unchanged(
    base: KnowledgeBase, tmp_path: Path
) -> None:
    text = article("苹果深加工")
    ingest(base, [write(tmp_path / "in", a=text)])
    before = state(base)
    (again,) = ingest(base, [write(tmp_path / "copy", z=text)])
    assert (again.result, again.document_id) == (Result.UNCHANGED, "a")
    assert again.passages > 0
    assert again.title == "苹果深加工办法"
    assert state(base) == before


def test_copies_within_one_run_are_taken_in_once(base: KnowledgeBase, tmp_path: Path) -> None:
    text = article("苹果深加工")
    folder = write(tmp_path / "in", a=text, b=text)
    assert results(ingest(base, [folder])) == {"a.md": "added", "b.md": "unchanged"}
    assert [d.document_id for d in base.documents((Audience.PUBLIC,))] == ["a"]
    assert results(ingest(base, [folder])) == {"a.md": "unchanged", "b.md": "unchanged"}


def test_a_second_file_with_the_same_id_is_refused(base: KnowledgeBase, tmp_path: Path) -> None:
    folder = write(
        tmp_path / "in", a=article("苹果", id="X1"), b=article("光伏", id="X1"), c=article("煤")
    )
    outcomes = ingest(base, [folder])
    assert results(outcomes) == {"a.md": "added", "b.md": "refused", "c.md": "added"}
    for told in (outcomes[1].zh, outcomes[1].en):
        assert "a.md" in told
        assert "b.md" in told
        assert "X1" in told
    assert "苹果" in base.text(base.document("X1", (Audience.PUBLIC,)))


def test_a_changed_file_does_not_push_out_the_unchanged_owner_of_its_id(
    base: KnowledgeBase, tmp_path: Path
) -> None:
    """Whichever of the two comes first, both cannot be in; the reader is told, and none is lost."""
    folder = write(tmp_path / "in", b=article("光伏", id="X1"))
    ingest(base, [folder])
    write(folder, a=article("苹果", id="X1"))
    for _ in range(2):
        told = results(ingest(base, [folder]))
        assert sorted(told.values()) != ["replaced", "unchanged"]
        assert "refused" in told.values()
        kept = next(name for name, result in told.items() if result != "refused")
        subject = {"a.md": "苹果", "b.md": "光伏"}[kept]
        assert subject in base.text(base.document("X1", (Audience.PUBLIC,)))


def test_a_large_file_is_refused_unread(open_base: Open, tmp_path: Path) -> None:
    base = open_base(max_file_mb=1)
    folder = write(tmp_path / "in", big=article("苹果") + "苹果" * 200_000, small=article("光伏"))
    outcomes = ingest(base, [folder])
    assert results(outcomes) == {"big.md": "refused", "small.md": "added"}
    assert "max_file_mb" in outcomes[0].zh
    assert "max_file_mb" in outcomes[0].en


def test_a_missing_path_stops_the_run_before_anything_is_done(
    base: KnowledgeBase, tmp_path: Path
) -> None:
    folder = write(tmp_path / "in", a=article("苹果"))
    with pytest.raises(ReadError, match="nowhere"):
        ingest(base, [folder, tmp_path / "nowhere"])
    assert base.documents(tuple(Audience)) == []


def test_hidden_and_foreign_files_are_passed_over(tmp_path: Path) -> None:
    folder = write(tmp_path / ".home" / "in", a="x", b="x")
    write(folder / ".git", c="x")
    write(folder / "deep" / "er", d="x")
    (folder / ".hidden.md").write_text("x")
    (folder / "~$lock.docx").write_text("x")
    (folder / "UPPER.MD").write_text("x")
    (folder / "program.exe").write_text("x")
    write(folder / "网页_files", e="x")
    (folder / "网页.html").write_text("x")
    write(folder / "other_files", f="x")
    found = find_files([folder, folder / "a.md", folder / "program.exe"])
    names = [f.name for f in found]
    assert sorted(names[:-1]) == ["UPPER.MD", "a.md", "b.md", "d.md", "f.md", "网页.html"]
    assert names[-1] == "program.exe"  # named on its own, so it was meant
    assert [f.name for f in found if f.named] == ["a.md", "program.exe"]


def test_a_file_that_may_not_be_read_is_refused(base: KnowledgeBase, tmp_path: Path) -> None:
    folder = write(tmp_path / "in", a=article("苹果"))
    (folder / "b.md").symlink_to(tmp_path / "gone.md")
    (folder / "c.md").mkdir()
    assert results(ingest(base, [folder])) == {"a.md": "added"}
    (named,) = ingest(base, [folder / "a.md"], kind=Kind.POLICY)
    assert named.result in (Result.REPLACED, Result.UNCHANGED)


def test_a_folder_called_internal_keeps_its_documents_inside(
    base: KnowledgeBase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "in"
    write(folder / "internal" / "notes", a=article("苹果", audience="public"), b=article("光伏"))
    write(folder / "policy", c=article("煤炭"), d=article("风电", audience="internal"))
    ingest(base, [folder])
    held = {d.document_id: d.header.audience.value for d in base.documents(tuple(Audience))}
    assert held == {"a": "internal", "b": "internal", "c": "public", "d": "internal"}
    # where the command is run from opens nothing
    write(folder / "internal", e=article("氢能", audience="public"))
    monkeypatch.chdir(folder / "internal")
    ingest(base, [Path(), Path("notes/a.md")])
    investor = {d.document_id for d in base.documents(Role.INVESTOR.audiences)}
    assert investor == {"c"}


def test_a_folder_tells_the_kind_and_front_matter_wins(base: KnowledgeBase, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    write(folder / "experience", a=article("昆山"), b=article("税收", kind="policy"))
    write(folder / "other", c=article("常州"))
    ingest(base, [folder])
    held = {d.document_id: d.header.kind for d in base.documents((Audience.PUBLIC,))}
    assert held == {"a": Kind.EXPERIENCE, "b": Kind.POLICY, "c": Kind.POLICY}
    ingest(base, [folder / "other"], kind=Kind.EXPERIENCE)
    assert base.document("c", (Audience.PUBLIC,)).header.kind is Kind.EXPERIENCE


def test_progress_counts_every_file_and_passage(base: KnowledgeBase, tmp_path: Path) -> None:
    folder = write(tmp_path / "in", a=article("苹果"), b=b"", c=article("光伏"))
    events: list[Event] = []
    outcomes = ingest(base, [folder], on_event=events.append)
    assert events[-1].files_done == events[-1].files == len(outcomes) == 3
    done = [e.files_done for e in events]
    assert done == sorted(done)
    passages = sum(o.passages for o in outcomes)
    assert max(e.passages_done for e in events) == passages
    assert all(e.passages_done <= e.passages for e in events)


# -- crashes -----------------------------------------------------------------------------------


def full(store: str) -> Callable[..., None]:
    """What writing to a store does on a full disk."""

    def fail(*_: object, **__: object) -> None:
        if store == "catalog":
            told = sqlite3.OperationalError("database or disk is full")
            raise OperationalError("INSERT", None, told)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    return fail


@pytest.mark.parametrize(
    ("store", "method"),
    [("files", "keep"), ("lexical", "add"), ("vectors", "add"), ("catalog", "stage"),
     ("catalog", "publish")],
)  # fmt: skip
def test_a_full_disk_changes_nothing_and_says_so(
    open_base: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: str, method: str
) -> None:
    base = open_base()
    folder = write(tmp_path / "in", a=article("苹果"))
    ingest(base, [folder])
    before = state(base)
    write(folder, a=article("苹果", "20%"), b=article("光伏"))
    with monkeypatch.context() as patch:
        patch.setattr(getattr(base, store), method, full(store))
        with pytest.raises(StoreError, match="磁盘") as caught:
            ingest(base, [folder])
    assert "disk" in caught.value.en
    assert state(base)["documents"] == before["documents"]
    assert state(base)["texts"] == before["texts"]
    hits = base.search(Query(text="苹果项目的支持标准", on=DAY))
    assert "15%" in hits[0].text
    base.close()
    again = open_base()  # what was half written is swept
    assert state(again) == before
    assert sound(again)
    assert results(ingest(again, [folder])) == {"a.md": "replaced", "b.md": "added"}
    assert sound(again)


def test_after_a_failure_the_same_process_can_try_again(
    base: KnowledgeBase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(tmp_path / "in", a=article("苹果"), b=article("光伏"))
    with monkeypatch.context() as patch:
        patch.setattr(base.vectors, "add", full("vectors"))
        with pytest.raises(StoreError):
            ingest(base, [folder])
    assert results(ingest(base, [folder])) == {"a.md": "added", "b.md": "added"}
    assert sound(base)


def command(data: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "bot.cli", *words, "--data", str(data)]


def environment() -> dict[str, str]:
    plain = {k: v for k, v in os.environ.items() if not k.startswith(("KB_", "COV_"))}
    return plain | {"PYTHONPATH": str(ROOT)}


def kill_when(run: subprocess.Popen[bytes], ready: Callable[[], bool]) -> None:
    """Kill -9 as soon as something is so."""
    until = time.monotonic() + 60
    while not ready():
        assert run.poll() is None, "finished before it could be killed"
        assert time.monotonic() < until
        time.sleep(0.01)
    run.send_signal(signal.SIGKILL)
    run.wait()


def test_a_killed_run_is_finished_by_the_next(
    encoder: Encoder, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    """Killed while the first vectors are made, then again when some documents are in."""
    built = next(tmp_path_factory.getbasetemp().glob("encoder*/encoder"))
    data = tmp_path / "data"
    shutil.copytree(built, data / "encoder", copy_function=os.link)
    lines = "".join(f"{n}. 支持{n}%。\n" for n in range(1, 11))
    texts = {f"f{i}": f"# 产业{i}办法\n\n{lines}" for i in range(60)}
    folder = write(tmp_path / "in", **texts)

    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command(data, "ingest", str(folder)),
            env=environment(),
            cwd=tmp_path,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def kept() -> int:
        return len(list((data / "files").glob("??/*")))

    kill_when(start(), (data / "vectors").exists)
    assert kept() == 0
    kill_when(start(), lambda: kept() > 20)
    told = {o["result"] for o in printed(command(data, "ingest", str(folder), "--json"), tmp_path)}
    assert told <= {"added", "unchanged"}
    assert "added" in told
    findings = printed(command(data, "doctor", "--json"), tmp_path)
    (agree,) = (f for f in findings if f["code"] != "same_text")
    assert agree["code"] == "stores_agree"
    assert agree["en"].startswith("60 documents, ")


def printed(words: Sequence[str], folder: Path) -> Any:
    """The JSON a command prints."""
    done = subprocess.run(
        words, env=environment(), cwd=folder, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def test_a_renamed_file_keeps_its_content_when_another_takes_its_name(
    base: KnowledgeBase, tmp_path: Path
) -> None:
    for old, new in (("m", "a"), ("m", "z")):  # the copy comes before, and after, its origin
        folder = write(tmp_path / new, **{old: article("苹果" + new)})
        ingest(base, [folder])
        write(folder, **{new: article("苹果" + new), old: article("光伏" + new)})
        assert results(ingest(base, [folder])) == {f"{old}.md": "replaced", f"{new}.md": "added"}
        assert "苹果" in base.text(base.document(new, (Audience.PUBLIC,)))
        assert "光伏" in base.text(base.document(old, (Audience.PUBLIC,)))


def test_a_renamed_file_stays_the_same_document(
    encoder: Encoder, open_base: Open, tmp_path: Path
) -> None:
    base = open_base()
    base.models._encoder = counting = Counting(encoder)
    folder = write(tmp_path / "in", a=article("苹果"), c=article("光伏"))
    ingest(base, [folder])
    encoded, before = counting.passages, state(base)
    (folder / "a.md").rename(folder / "b.md")
    for _ in range(2):
        assert results(ingest(base, [folder])) == {"b.md": "unchanged", "c.md": "unchanged"}
        assert base.document("a", (Audience.PUBLIC,)).source_name == "b.md"
    assert counting.passages == encoded
    assert state(base) == before
    write(folder, b=article("苹果", "20%"), a=article("煤炭"))
    outcomes = ingest(base, [folder])
    assert {o.name: (o.result.value, o.document_id) for o in outcomes} == {
        "a.md": ("added", "a-md"), "b.md": ("replaced", "a"), "c.md": ("unchanged", "c"),
    }  # fmt: skip
    assert sound(base)
    base.close()
    again = open_base()
    assert {r.value for r in (o.result for o in ingest(again, [folder]))} == {"unchanged"}


def test_this_years_file_under_last_years_name_leaves_last_years_alone(
    base: KnowledgeBase, tmp_path: Path
) -> None:
    def rule(year: int) -> str:
        return article("苹果", f"{year - 2010}%").replace("# 苹果办法", (
            f"# 苹果办法\n\n延政发〔{year}〕1号\n\n本办法自{year}年1月1日起施行。"
        ))  # fmt: skip

    folder = write(tmp_path / "in", 苹果=rule(2025))
    ingest(base, [folder])
    write(folder, 苹果=rule(2026))
    for result in ("replaced", "unchanged"):
        assert results(ingest(base, [folder])) == {"苹果.md": result}
        assert {d.document_id for d in base.documents((Audience.PUBLIC,))} == {
            "苹果", "苹果@2025-01-01",
        }  # fmt: skip
    write(folder, 苹果2025=rule(2025))  # last year's own file comes back: it is known
    for _ in range(2):
        assert set(results(ingest(base, [folder])).values()) == {"unchanged"}
    write(folder, 苹果=rule(2026).replace("16%", "17%"))
    assert results(ingest(base, [folder])) == {"苹果.md": "replaced", "苹果2025.md": "unchanged"}
    assert sound(base)


def test_files_of_one_name_in_two_folders_are_told_apart(
    base: KnowledgeBase, tmp_path: Path
) -> None:
    write(tmp_path / "in" / "x", a=article("苹果"))
    write(tmp_path / "in" / "y", a=article("光伏"))
    first, second = ingest(base, [tmp_path / "in"])
    assert (first.result, second.result) == (Result.ADDED, Result.ADDED)
    assert (first.document_id, second.document_id) == ("a", "a-md")
    for _ in range(2):
        assert [o.result for o in ingest(base, [tmp_path / "in"])] == [Result.UNCHANGED] * 2
    # each finds its own again, alone too
    write(tmp_path / "in" / "y", a=article("光伏", "20%"))
    (again,) = ingest(base, [tmp_path / "in" / "y"])
    assert (again.result, again.document_id) == (Result.REPLACED, "a-md")
    write(tmp_path / "in" / "x", a=article("苹果", "30%"))
    (again,) = ingest(base, [tmp_path / "in" / "x" / "a.md"])
    assert (again.result, again.document_id) == (Result.REPLACED, "a")
    assert sound(base)


def test_files_of_one_name_and_one_given_id_are_told_apart_by_their_paths(
    base: KnowledgeBase, tmp_path: Path
) -> None:
    write(tmp_path / "in" / "x", a=article("苹果", id="X1"))
    write(tmp_path / "in" / "y", a=article("光伏", id="X1"))
    first, second = ingest(base, [tmp_path / "in"])
    assert (first.result, second.result) == (Result.ADDED, Result.REFUSED)
    assert str(first.path) in second.zh
    assert str(second.path) in second.en
