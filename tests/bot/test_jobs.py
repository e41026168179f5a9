"""Ingests in the background: real files, a real base, real threads."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot import audit
from bot.attended import AttendedEngine
from bot.background import NICENESS
from bot.jobs import KEPT, WAITING, Jobs, Stage, State
from bot.traffic import PAUSE, TURN, Traffic
from ingest.outcome import Result
from kb.errors import BusyError, NotFound
from kb.knowledge_base import KnowledgeBase
from kb.models import Audience, Status

PLENTY = 4000
"""Passages that take the encoder far longer than a test waits."""


@pytest.fixture
def traffic() -> Traffic:
    return Traffic()


@pytest.fixture
def jobs(base: KnowledgeBase, traffic: Traffic) -> Iterator[Jobs]:
    made = Jobs(base, traffic)
    yield made
    made.close()


def article(path: Path, clauses: int = 3, word: str = "苹果") -> Path:
    lines = (f"{i}. 企业种植{word}，按第{i}档给予补贴{i}元。" for i in range(1, clauses + 1))
    path.write_text(f"# {word}种植补贴办法\n\n" + "\n\n".join(lines), encoding="utf-8")
    return path


def until(true: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_job_takes_files_in_and_says_what_became_of_each(
    jobs: Jobs, base: KnowledgeBase, tmp_path: Path
) -> None:
    bad = tmp_path / "坏.pdf"
    bad.write_bytes(b"%PDF-1.4 damaged")
    job_id = jobs.submit("li", [article(tmp_path / "苹果.md"), bad], audience=Audience.INTERNAL)
    job = jobs.wait(job_id, 60)
    assert (job.state, job.who, job.error) == (State.DONE, "li", None)
    assert [(o.name, o.result) for o in job.outcomes] == [
        ("苹果.md", Result.ADDED), ("坏.pdf", Result.QUARANTINED),
    ]  # fmt: skip
    assert {f.stage for f in job.files.values()} == {Stage.SETTLED}
    assert job.event.files_done == job.event.files == 2
    assert job.until is not None
    (info,) = base.documents([Audience.INTERNAL])
    assert info.header.title == "苹果种植补贴办法"
    assert base.documents([Audience.PUBLIC]) == []
    assert [(e.who, e.what, e.target) for e in audit.entries(base.catalog)] == [
        ("li", "ingest", "苹果.md、坏.pdf")
    ]
    again = jobs.wait(jobs.submit("li", accepted=["Q-00000000"]), 60)
    assert again.state is State.FAILED
    assert again.error is not None


def test_uploaded_files_are_private_and_gone_after_their_job(
    jobs: Jobs, base: KnowledgeBase, tmp_path: Path
) -> None:
    inbox = jobs.inbox()
    assert inbox.is_relative_to(base.folder)
    assert inbox.stat().st_mode & 0o077 == 0
    job = jobs.wait(jobs.submit("li", [article(inbox / "上传.md")]), 60)
    assert [o.result for o in job.outcomes] == [Result.ADDED]
    assert not inbox.exists()
    kept = article(tmp_path / "own.md", word="梨")
    jobs.wait(jobs.submit("li", [kept]), 60)
    assert kept.exists()


def test_what_a_killed_server_left_is_deleted_at_the_next_start(
    open_base: Callable[..., KnowledgeBase],
) -> None:
    first = open_base()
    left = article(Jobs(first, Traffic()).inbox() / "x.md")
    first.close()
    open_base()
    assert not left.exists()


def test_a_running_job_tells_how_far_it_is_and_can_be_cancelled(
    jobs: Jobs, base: KnowledgeBase, tmp_path: Path
) -> None:
    job_id = jobs.submit("li", [article(tmp_path / "long.md", PLENTY)])
    next_id = jobs.submit("li", [article(tmp_path / "next.md")])
    until(lambda: jobs.get(job_id).event.passages_done > 0)
    job = jobs.get(job_id)
    assert job.state is State.RUNNING
    assert job.event.passages >= PLENTY
    assert [f.stage for f in job.files.values()] == [Stage.ENCODING]
    until(lambda: (p := jobs.get(job_id).pace) is not None and bool(p.rate) and bool(p.left))
    assert jobs.get(next_id).state is State.WAITING
    jobs.cancel(job_id, "wang")
    assert jobs.wait(job_id, 30).state is State.CANCELLED
    assert jobs.wait(next_id, 60).state is State.DONE
    assert [i.source_name for i in base.documents([Audience.PUBLIC])] == ["next.md"]
    assert ("wang", "ingest.cancel") in [(e.who, e.what) for e in audit.entries(base.catalog)]
    jobs.cancel(job_id, "wang")  # it is over: nothing happens


def test_a_waiting_job_is_cancelled_at_once(jobs: Jobs, tmp_path: Path) -> None:
    running = jobs.submit("li", [article(tmp_path / "long.md", PLENTY)])
    inbox = jobs.inbox()
    waiting = jobs.submit("li", [article(inbox / "x.md")])
    jobs.cancel(waiting, "li")
    assert jobs.get(waiting).state is State.CANCELLED
    assert not inbox.exists()
    jobs.cancel(running, "li")


def test_the_queue_is_bounded(jobs: Jobs, tmp_path: Path) -> None:
    first = jobs.submit("li", [article(tmp_path / "long.md", PLENTY)])
    until(lambda: jobs.get(first).state is State.RUNNING)
    small = article(tmp_path / "small.md")
    for _ in range(WAITING):
        jobs.submit("li", [small])
    inbox = jobs.inbox()
    with pytest.raises(BusyError, match="等待"):
        jobs.submit("li", [article(inbox / "x.md")])
    assert not inbox.exists()
    assert len(jobs.every()) == WAITING + 1


def test_old_jobs_are_forgotten(jobs: Jobs, tmp_path: Path) -> None:
    small = article(tmp_path / "small.md")
    ids = [jobs.wait(jobs.submit("li", [small]), 60).job_id for _ in range(KEPT + 2)]
    assert [job.job_id for job in jobs.every()] == list(reversed(ids[2:]))
    with pytest.raises(NotFound):
        jobs.get(ids[0])


def test_a_path_that_is_missing_fails_the_job_and_not_the_worker(
    jobs: Jobs, tmp_path: Path
) -> None:
    job = jobs.wait(jobs.submit("li", [tmp_path / "none"]), 60)
    assert job.state is State.FAILED
    assert job.error is not None
    good = jobs.submit("li", [article(tmp_path / "a.md")])
    assert jobs.wait(good, 60).state is State.DONE


def test_closing_ends_the_worker_and_leaves_the_base_whole(
    base: KnowledgeBase, traffic: Traffic, tmp_path: Path
) -> None:
    jobs = Jobs(base, traffic)
    running = jobs.submit("li", [article(tmp_path / "long.md", PLENTY)])
    until(lambda: jobs.get(running).event.passages_done > 0)
    jobs.close()
    assert jobs.get(running).state is State.CANCELLED
    assert base.documents(list(Audience)) == []
    with pytest.raises(BusyError):
        jobs.submit("li", [tmp_path])


def test_the_worker_and_its_encoder_threads_have_a_low_priority(jobs: Jobs, tmp_path: Path) -> None:
    def nice() -> list[int]:
        stats = [p.read_text() for p in Path("/proc/self/task").glob("*/stat")]
        return [int(s.rpartition(")")[2].split()[16]) for s in stats]

    low = os.getpriority(os.PRIO_PROCESS, 0) + NICENESS
    before = nice().count(low)
    job_id = jobs.submit("li", [article(tmp_path / "long.md", PLENTY)])
    until(lambda: jobs.get(job_id).event.passages_done > 0)
    assert nice().count(low) >= before + 2
    jobs.cancel(job_id, "li")


def test_who_gives_way_waits_for_questions_but_not_for_ever(traffic: Traffic) -> None:
    def took(action: Callable[[], None]) -> float:
        before = time.monotonic()
        action()
        return time.monotonic() - before

    assert took(traffic.give_way) < PAUSE / 2
    with traffic:
        assert took(traffic.give_way) >= PAUSE
        assert took(traffic.give_way) < PAUSE / 2  # its turn
        time.sleep(TURN)
        assert took(traffic.give_way) >= PAUSE
    time.sleep(TURN)
    with traffic:
        waiting = threading.Thread(target=traffic.give_way)
        waiting.start()
    waiting.join(PAUSE / 2)
    assert not waiting.is_alive()


def test_a_worker_gives_way_and_goes_on(jobs: Jobs, traffic: Traffic, tmp_path: Path) -> None:
    job_id = jobs.submit("li", [article(tmp_path / "long.md", PLENTY)])
    until(lambda: jobs.get(job_id).event.passages_done > 0)
    with traffic:
        before = jobs.get(job_id).event.passages_done
        until(lambda: jobs.get(job_id).event.passages_done > before)
    jobs.cancel(job_id, "li")


def test_questions_are_counted_while_they_are_answered(
    base: KnowledgeBase, traffic: Traffic, jobs: Jobs, tmp_path: Path
) -> None:
    jobs.wait(jobs.submit("li", [article(tmp_path / "a.md")]), 60)
    engine = AttendedEngine(base, traffic)
    seen: set[int] = set()
    stop = threading.Event()

    def watch() -> None:
        while not stop.is_set():
            seen.add(traffic.asked)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        assert engine.ask("企业种植苹果第2档补贴多少元？").status is Status.ANSWERED
        assert engine.search("苹果")
    finally:
        stop.set()
        watcher.join()
    assert seen == {0, 1}
    assert traffic.asked == 0
