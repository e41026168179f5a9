"""Reading processes: what they read, and what becomes of one that is killed, hangs or overeats."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError
from pathlib import Path

import pytest

from ingest.child import Bounds, Child, resident
from ingest.limits import Limits
from ingest.parse import parse_bytes
from ingest.reading import Reading, is_plain
from ingest.wire import Job
from kb.errors import KbError, QuarantineError, ReadError
from kb.models import Audience, Kind, ParsedDocument
from tests.ingest.making import pdf, wrapped

ROOT = Path(__file__).parents[2]
LAW = [f"第{n}条 为了规范招商引资工作，促进第{n}类产业发展，制定本办法。" for n in range(1, 30)]
PDF = pdf([wrapped(LAW[:10]), wrapped(LAW[10:20])], title="招商办法")
TEXT = "\n".join(LAW).encode()
BIG = "\n".join(f"{n}. 招商引资政策的正文文字，第{n}项内容。" for n in range(60_000)).encode()


def still(_done: int = 0, _total: int = 0) -> bool:
    return False


def read(child: Child, job: Job) -> ParsedDocument:
    return child.read(job, lambda _d, _t: None, still)


def later(seconds: float, act: Callable[[], object]) -> None:
    timer = threading.Timer(seconds, act)
    timer.daemon = True
    timer.start()


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def gone(pid: int) -> bool:
    until = time.monotonic() + 10
    while alive(pid) and time.monotonic() < until:
        time.sleep(0.02)
    return not alive(pid)


@pytest.fixture
def start(tmp_path: Path):  # type: ignore[no-untyped-def]
    children: list[Child] = []

    def make(**bounds: float) -> Child:
        folder = tmp_path / "scratch" / str(len(children))
        children.append(Child(folder, Bounds(**bounds)))  # type: ignore[arg-type]
        return children[-1]

    yield make
    for child in children:
        child.close()


# -- the same as reading here ------------------------------------------------------------------


def test_a_process_reads_what_this_one_would_read(tmp_path: Path) -> None:
    jobs = [
        Job(PDF, "办法.pdf", Kind.EXPERIENCE, Audience.INTERNAL),
        Job(b"---\nid: X1\neffective: 2026-01-02\n---\n" + BIG, "长.md"),
        Job("第一条 乱码\ufffd\ufffd。\n".encode() + b" " * 2_100_000, "a.txt", accept=True),
    ]
    with Reading(tmp_path / "reading") as reading:
        got = [reading.submit(job) for job in jobs]
        for job, future in zip(jobs, got, strict=True):
            assert not is_plain(job.data)
            assert future.result() == parse_bytes(
                job.data, job.name, folder_kind=job.kind, folder_audience=job.audience,
                accept=job.accept,
            )  # fmt: skip
    assert got[2].result().notes[0].code == "garbled"
    assert not (tmp_path / "reading").exists()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", ReadError),
        (b"%PDF-1.7\n" + bytes(range(256)), ReadError),
        ("\ufffd正文。".encode() * 300_000, QuarantineError),
        (b"# " + b"\x00" * 50, ReadError),
    ],
)
def test_errors_come_through_as_they_are(tmp_path: Path, data: bytes, kind: type[KbError]) -> None:
    with pytest.raises(kind) as here:
        parse_bytes(data, "x.md")
    with Reading(tmp_path / "reading") as reading, pytest.raises(kind) as there:
        reading.submit(Job(data, "x.md")).result()
    assert (there.value.zh, there.value.en) == (here.value.zh, here.value.en)


def test_limits_and_signs_of_life_go_through(start: Callable[..., Child]) -> None:
    child = start()
    with pytest.raises(ReadError, match="1 页"):
        read(child, Job(PDF, "a.pdf", limits=Limits(pages=1)))
    signs: list[tuple[int, int]] = []
    child.read(Job(PDF, "a.pdf"), lambda d, t: signs.append((d, t)), still)
    assert signs
    assert all(0 < done <= total == 2 for done, total in signs)


def test_text_starts_no_process(tmp_path: Path) -> None:
    assert is_plain(TEXT)
    assert not is_plain(PDF)
    assert not is_plain(BIG)
    assert not is_plain("第一条 正文。".encode("utf-16"))
    with Reading(tmp_path / "reading") as reading:
        assert reading.submit(Job(TEXT, "a.md")).result().passages
        assert not (tmp_path / "reading").exists()


def test_what_a_folder_keeps_inside_stays_inside(tmp_path: Path) -> None:
    opened = b"---\naudience: public\n---\n"
    with Reading(tmp_path / "reading") as reading:
        for body in (TEXT, BIG):
            job = Job(opened + body, "a.md", audience=Audience.INTERNAL)
            assert reading.submit(job).result().header.audience is Audience.INTERNAL


# -- what goes wrong ---------------------------------------------------------------------------


def stopped(child: Child) -> int:
    """Hold a process up before it can read anything."""
    os.kill(child.pid, signal.SIGSTOP)
    return child.pid


def test_a_process_that_hangs_is_killed_in_time(start: Callable[..., Child]) -> None:
    child = start(silent=0.4)
    pid = stopped(child)
    began = time.monotonic()
    with pytest.raises(ReadError, match="超时") as caught:
        read(child, Job(BIG, "a.txt"))
    assert time.monotonic() - began < 5
    assert "took too long" in caught.value.en
    assert not child.usable
    assert gone(pid)
    assert not child.scratch.exists()


def test_a_file_that_takes_too_long_in_all_is_stopped(start: Callable[..., Child]) -> None:
    child = start(total=0.3)
    with pytest.raises(ReadError, match="超时"):
        read(child, Job(BIG * 3, "a.txt"))
    assert gone(child.pid)


def test_a_killed_process_is_told_and_replaced(tmp_path: Path) -> None:
    with Reading(tmp_path / "reading", processes=1) as reading:
        job = Job(BIG * 2, "a.txt")
        future = reading.submit(job)
        (pid,) = until_children()
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(ReadError, match="SIGKILL"):
            future.result()
        assert reading.submit(Job(PDF, "b.pdf")).result().passages
        (second,) = until_children()
        assert second != pid
        os.kill(second, signal.SIGKILL)  # while it is idle
        assert gone(second)
        assert reading.submit(Job(PDF, "c.pdf")).result().passages
    assert until_children(0) == []


def until_children(number: int = 1) -> list[int]:
    """The processes this one has started, when there are as many."""
    until = time.monotonic() + 10
    while True:
        found = [
            int(pid)
            for thread in Path("/proc/self/task").iterdir()
            for pid in (thread / "children").read_text().split()
            if b"ingest.worker" in Path(f"/proc/{pid}/cmdline").read_bytes()
        ]
        if len(found) == number or time.monotonic() > until:
            return found
        time.sleep(0.01)


def test_too_much_memory_is_told(start: Callable[..., Child]) -> None:
    child = start(memory=120_000_000)
    with pytest.raises(ReadError, match="内存超限") as caught:
        read(child, Job(BIG * 4, "a.txt"))
    assert "0.1 GB" in caught.value.en
    assert gone(child.pid)


EATER = """
import subprocess, sys, time
if len(sys.argv) > 1:
    held = bytearray(b"x" * 80_000_000)
else:
    subprocess.Popen([sys.executable, __file__, "child"])
print("ready", flush=True)
time.sleep(60)
"""


def test_memory_of_what_a_process_starts_is_counted(tmp_path: Path) -> None:
    program = tmp_path / "eater.py"
    program.write_text(EATER)
    with subprocess.Popen(
        [sys.executable, str(program)], stdout=subprocess.PIPE, start_new_session=True
    ) as eater:
        try:
            assert eater.stdout is not None
            assert eater.stdout.readline() == eater.stdout.readline() == b"ready\n"
            assert 90_000_000 < resident(eater.pid) < 400_000_000
        finally:
            os.killpg(eater.pid, signal.SIGKILL)
    assert resident(eater.pid) == 0


@pytest.mark.parametrize(
    "garbage",
    [
        b"\n", b"hello\n", b"D{}\n", b"D[1,2\n", b"P[1]\n", b"Pnull\n", b"E{}\n", b"E[]\n", b"X{\n",
        b'D{"document_id":"a","header":{"title":"\\ud800"},"text":"","passages":[]}\n',
        b'D{"document_id":"a","header":{"title":"t"},"text":"ab","passages":['
        b'{"ordinal":0,"path":[],"start":1,"end":9,"window_end":9}]}\n',
        b'D{"document_id":"a","header":{"title":"t"},"text":"ab","passages":['
        b'{"ordinal":7,"path":[],"start":0,"end":2,"window_end":2}]}\n',
        b'D{"document_id":"","header":{"title":"t"},"text":"ab","passages":[]}\n',
        b"D" + b"[" * 100_000 + b"\n",
        b"x" * 200_000,
    ],
)  # fmt: skip
def test_garbage_on_its_pipe_is_no_answer(start: Callable[..., Child], garbage: bytes) -> None:
    child = start(answer=150_000)
    stopped(child)

    def write() -> None:
        with open(f"/proc/self/fd/{child._from}", "wb", buffering=0) as pipe:
            pipe.write(garbage)

    writing = threading.Thread(target=write, daemon=True)
    writing.start()
    with pytest.raises(ReadError, match="程序异常"):
        read(child, Job(TEXT, "a.txt"))
    assert gone(child.pid)


def test_a_run_that_ends_stops_what_is_being_read(tmp_path: Path) -> None:
    began = time.monotonic()
    with Reading(tmp_path / "reading", processes=2) as reading:
        futures = [reading.submit(Job(BIG * 9, f"{n}.txt")) for n in range(4)]
        pids = until_children(2)
    assert time.monotonic() - began < 8
    assert len(pids) == 2
    assert all(gone(pid) for pid in pids)
    for future in futures:
        with pytest.raises(CancelledError):
            future.result()
    assert not (tmp_path / "reading").exists()


PARENT = """
import sys
from pathlib import Path
from ingest.reading import Reading
from ingest.wire import Job
text = "\\n".join(f"{n}. 招商引资政策的正文文字，第{n}项内容。" for n in range(600_000)).encode()
with Reading(Path(sys.argv[1]), processes=2) as reading:
    futures = [reading.submit(Job(text, "a.txt")), reading.submit(Job(text, "b.txt"))]
    print("reading", flush=True)
    [future.result() for future in futures]
"""


def test_processes_die_with_their_parent_and_the_next_run_cleans_up(tmp_path: Path) -> None:
    folder = tmp_path / "reading"
    secret = {"KB_SECRET": "x", "OPENAI_API_KEY": "x"}
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(folder)],
        env=os.environ | secret | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
    )
    with parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        until = time.monotonic() + 20
        pids: list[int] = []
        while len(pids) < 2 and time.monotonic() < until:
            time.sleep(0.05)
            pids = [
                int(pid)
                for thread in Path(f"/proc/{parent.pid}/task").iterdir()
                for pid in (thread / "children").read_text().split()
            ]
        assert len(pids) == 2
        for pid in pids:
            given = Path(f"/proc/{pid}/environ").read_bytes()
            assert not any(name.encode() in given for name in secret)
            held = {os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd")}
            assert not any("sqlite" in name or "owner" in name for name in held)
        parent.kill()
    assert all(gone(pid) for pid in pids)
    with Reading(folder) as reading:
        assert not folder.exists()
        assert reading.submit(Job(PDF, "a.pdf")).result().passages
        assert list(folder.rglob("*")) == [folder / "0"]
