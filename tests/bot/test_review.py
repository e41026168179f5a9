"""Uploads: kept, read, looked at, decided about, taken in."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.jobs import Job, Jobs, State
from bot.previews import Previews
from bot.review import Fate, choose_target, put_right, review, take_back
from bot.traffic import Traffic
from ingest.outcome import Result
from ingest.pipeline import ingest
from kb import uploads
from kb.errors import BusyError, NotFound, ReadError
from kb.knowledge_base import KnowledgeBase
from kb.models import Audience, Kind
from kb.uploads import Stage, Upload
from tests.bot.upload_samples import NOTICE, read_all, upload


@pytest.fixture
def jobs(base: KnowledgeBase) -> Iterator[Jobs]:
    made = Jobs(base, Traffic())
    yield made
    made.close()


OTHER = NOTICE.replace("苹果", "红枣")


def zipped(**files: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


def taken(jobs: Jobs, *made: Upload) -> Job:
    return jobs.wait(jobs.submit("li", uploads=[u.upload_id for u in made]), 60)


def test_an_upload_is_read_and_invisible_until_it_is_taken_in(
    jobs: Jobs, base: KnowledgeBase, tmp_path: Path
) -> None:
    upload(base, tmp_path)
    (held,) = read_all(base, jobs.previews)
    assert (held.stage, held.can_accept, held.zh) == (Stage.READ, False, "")
    assert base.snapshot.live == {}
    found = review(base, held)
    assert found is not None
    assert (found.fate, found.header.doc_number) == (Fate.NEW, "延政发〔2025〕3号")
    assert found.document.passages[-1].path == ("第二条",)
    job = taken(jobs, held)
    assert [o.result for o in job.outcomes] == [Result.ADDED]
    (info,) = base.snapshot.live.values()
    assert (info.source_name, info.header.doc_number) == ("苹果.txt", "延政发〔2025〕3号")
    assert base.files.is_whole(info.content_hash)
    assert uploads.every(base.catalog) == []
    assert list((base.folder / uploads.FOLDER).iterdir()) == []
    with pytest.raises(NotFound):
        uploads.find(base.catalog, held.upload_id)


def test_what_is_put_right_appears_with_the_document(
    jobs: Jobs, base: KnowledgeBase, tmp_path: Path
) -> None:
    """At no moment is an internal document public."""
    upload(base, tmp_path)
    (held,) = read_all(base, jobs.previews)
    put_right(base, held, {"audience": "internal", "doc_number": "一号", "topics": ["果业"]})
    held = uploads.find(base.catalog, held.upload_id)
    take_back(base, held, "topics")
    held = uploads.find(base.catalog, held.upload_id)
    assert held.corrections == {"audience": "internal", "doc_number": "一号"}
    with pytest.raises(ReadError):
        put_right(base, held, {"effective": "2025-03-01", "expires": "2025-01-01"})
    taken(jobs, held)
    assert base.documents([Audience.PUBLIC]) == []
    (info,) = base.documents([Audience.INTERNAL])
    assert info.header.doc_number == "一号"
    assert info.corrected == ("audience", "doc_number")
    assert base.stores.vectors.count() == info.passage_count


def test_a_file_replaces_the_document_of_its_name(
    jobs: Jobs, base: KnowledgeBase, tmp_path: Path
) -> None:
    old = tmp_path / "苹果.txt"
    old.write_text(NOTICE, encoding="utf-8")
    (before,) = ingest(base, [old])
    same = upload(base, tmp_path)
    changed = upload(base, tmp_path, text=NOTICE.replace("一百", "两百"))
    as_new = upload(base, tmp_path, text=NOTICE.replace("一百", "三百"))
    chosen = upload(base, tmp_path, "另一个名字.txt", NOTICE.replace("一百", "四百"))
    read_all(base, jobs.previews)
    choose_target(base, as_new, "")
    choose_target(base, chosen, before.document_id)

    def seen(made: Upload) -> tuple[Fate, str, bool]:
        found = review(base, uploads.find(base.catalog, made.upload_id))
        assert found is not None
        return found.fate, found.target.document_id if found.target else "", found.by_name

    own = before.document_id
    assert seen(same) == (Fate.SAME, own, True)
    assert seen(changed) == (Fate.REPLACES, own, True)
    assert seen(as_new) == (Fate.NEW, "", False)
    assert seen(chosen) == (Fate.REPLACES, own, False)
    assert [o.result for o in taken(jobs, same).outcomes] == [Result.UNCHANGED]
    assert [o.result for o in taken(jobs, chosen).outcomes] == [Result.REPLACED]
    assert "四百" in base.text(base.snapshot.by_id[own])
    assert [o.result for o in taken(jobs, as_new).outcomes] == [Result.ADDED]
    assert len(base.snapshot.live) == 2


def test_a_later_edition_keeps_the_one_before(
    jobs: Jobs, base: KnowledgeBase, tmp_path: Path
) -> None:
    old = tmp_path / "苹果.txt"
    old.write_text(NOTICE, encoding="utf-8")
    (before,) = ingest(base, [old])
    text = NOTICE.replace("一百", "两百").replace("2025", "2026")
    upload(base, tmp_path, text=text)
    (held,) = read_all(base, jobs.previews)
    found = review(base, held)
    assert found is not None
    assert found.kept_as == f"{before.document_id}@2025-03-01"
    taken(jobs, held)
    assert sorted(base.snapshot.by_id) == [before.document_id, found.kept_as]


def test_a_document_that_is_gone_meanwhile_loses_nothing(
    jobs: Jobs, base: KnowledgeBase, tmp_path: Path
) -> None:
    old = tmp_path / "old.txt"
    old.write_text(NOTICE, encoding="utf-8")
    (before,) = ingest(base, [old])
    made = upload(base, tmp_path, "new.txt", NOTICE + "第三条 不再补贴。\n")
    read_all(base, jobs.previews)
    with pytest.raises(NotFound):
        choose_target(base, made, "nowhere")
    choose_target(base, made, before.document_id)
    base.remove(before.document_id)
    found = review(base, uploads.find(base.catalog, made.upload_id))
    assert found is not None
    assert found.fate is Fate.GONE
    assert [o.result for o in taken(jobs, made).outcomes] == [Result.REFUSED]
    (kept,) = uploads.every(base.catalog)
    assert "已被删除" in kept.zh
    choose_target(base, kept, "")
    assert [o.result for o in taken(jobs, kept).outcomes] == [Result.ADDED]


def test_what_cannot_be_read_waits_with_the_reason(
    jobs: Jobs, base: KnowledgeBase, tmp_path: Path
) -> None:
    upload(base, tmp_path, "坏.pdf", b"%PDF-1.4 damaged")
    upload(base, tmp_path, "空.txt", " \n")
    for held in read_all(base, jobs.previews):
        assert held.stage is Stage.FAILED
        assert held.zh
        assert held.en
        assert review(base, held) is None
    job = taken(jobs, *uploads.every(base.catalog))  # without a look: set aside as always
    assert {o.result for o in job.outcomes} == {Result.QUARANTINED}
    assert uploads.every(base.catalog) == []


def test_objections_are_accepted_by_a_person_only(
    jobs: Jobs, base: KnowledgeBase, tmp_path: Path
) -> None:
    garbled = "第一条 " + "锟斤拷" * 40 + "。\n第二条 " + "烫烫烫屯屯屯" * 20 + "。\n"
    made = [upload(base, tmp_path, f"{n}.txt", garbled + n) for n in "ab"]
    held = read_all(base, jobs.previews)
    assert all(u.stage is Stage.READ and u.can_accept and u.zh for u in held)
    assert [o.result for o in taken(jobs, made[0]).outcomes] == [Result.QUARANTINED]
    uploads.change(base.catalog, made[1].upload_id, accepted=True)
    assert [o.result for o in taken(jobs, made[1]).outcomes] == [Result.ADDED]
    (info,) = base.snapshot.live.values()
    _, notes = base.catalog.found(info.version_id)
    assert "accepted" in {note.code for note in notes}


def test_an_archive_becomes_its_files(jobs: Jobs, base: KnowledgeBase, tmp_path: Path) -> None:
    packed = zipped(
        **{
            "internal/a.txt": NOTICE,
            "experience/b.txt": NOTICE.replace("苹果", "红枣"),
            "x.exe": "x",
        }
    )
    upload(base, tmp_path, "包.zip", packed)
    held = read_all(base, jobs.previews)
    assert [u.name for u in held] == ["包.zip/experience/b.txt", "包.zip/internal/a.txt"]
    assert [o.result for o in taken(jobs, *held).outcomes] == [Result.ADDED, Result.ADDED]
    headers = [i.header for i in base.snapshot.live.values()]
    assert sorted((h.kind, h.audience) for h in headers) == [
        (Kind.EXPERIENCE, Audience.PUBLIC),
        (Kind.POLICY, Audience.INTERNAL),
    ]


def test_an_archive_is_taken_in_without_a_look(
    jobs: Jobs, base: KnowledgeBase, tmp_path: Path
) -> None:
    made = upload(
        base,
        tmp_path,
        "包.zip",
        zipped(**{"a.txt": NOTICE, "b.txt": OTHER}),
    )
    bad = upload(base, tmp_path, "坏.zip", b"PK\x03\x04 damaged")
    job = taken(jobs, made, bad)
    assert [o.result for o in job.outcomes][:2] == [Result.ADDED, Result.ADDED]
    assert job.outcomes[2].result in (Result.QUARANTINED, Result.REFUSED)
    assert [u.upload_id for u in uploads.every(base.catalog)] in ([], [bad.upload_id])


def test_uploads_survive_a_restart(open_base: Callable[..., KnowledgeBase], tmp_path: Path) -> None:
    first = open_base()
    kept, gone = upload(first, tmp_path), upload(first, tmp_path, "b.txt")
    (first.folder / uploads.FOLDER / "orphan").mkdir()
    previews = Previews(first)
    read_all(first, previews)
    previews.close()
    put_right(first, uploads.find(first.catalog, kept.upload_id), {"doc_number": "一号"})
    waiting = upload(first, tmp_path, "c.txt")
    uploads.path_of(first.folder, gone).unlink()
    first.close()

    again = open_base()
    jobs = Jobs(again, Traffic())
    stages = {u.upload_id: u.stage for u in uploads.every(again.catalog)}
    assert stages == {
        kept.upload_id: Stage.READ, gone.upload_id: Stage.FAILED, waiting.upload_id: Stage.WAITING,
    }  # fmt: skip
    assert not (again.folder / uploads.FOLDER / "orphan").exists()
    read_all(again, jobs.previews)
    job = taken(jobs, kept, waiting)
    assert job.state is State.DONE
    assert {i.header.doc_number for i in again.snapshot.live.values()} >= {"一号"}
    jobs.close()


def test_what_another_program_read_is_read_anew(
    jobs: Jobs, base: KnowledgeBase, tmp_path: Path
) -> None:
    upload(base, tmp_path)
    (held,) = read_all(base, jobs.previews)
    wrong = uploads.document_of(base.catalog, held.upload_id)
    assert wrong is not None
    uploads.note_read(base.catalog, held.upload_id, wrong, "0//")
    taken(jobs, held)
    (version,) = base.catalog.parse_hashes().values()
    assert "0//" not in version


def test_reading_goes_on_after_a_full_disk(
    jobs: Jobs, base: KnowledgeBase, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    full = "CREATE TRIGGER full BEFORE UPDATE ON uploads BEGIN SELECT RAISE(ABORT, 'full'); END"
    with base.catalog.begin() as connection:
        connection.execute(text(full))
    upload(base, tmp_path)
    jobs.previews.wake()
    deadline = time.monotonic() + 60
    while "could not be read" not in caplog.text:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    with base.catalog.begin() as connection:
        connection.execute(text("DROP TRIGGER full"))
    assert [u.stage for u in read_all(base, jobs.previews)] == [Stage.READ]


def test_one_upload_is_in_one_job(jobs: Jobs, base: KnowledgeBase, tmp_path: Path) -> None:
    made = upload(base, tmp_path)
    with base.writing:  # the job cannot finish
        job_id = jobs.submit("li", uploads=[made.upload_id])
        with pytest.raises(BusyError):
            jobs.submit("wang", uploads=[made.upload_id])
        assert jobs.in_jobs() == {made.upload_id}
    jobs.wait(job_id, 60)
    assert jobs.in_jobs() == set()
    with pytest.raises(NotFound):
        jobs.submit("li", uploads=[made.upload_id])


def test_a_discarded_upload_leaves_nothing(jobs: Jobs, base: KnowledgeBase, tmp_path: Path) -> None:
    made = upload(base, tmp_path)
    read_all(base, jobs.previews)
    jobs.previews.discard([made.upload_id, "nowhere"])
    assert uploads.every(base.catalog) == []
    assert not uploads.folder_of(base.folder, made.upload_id).exists()
