"""Hostile files through the readers and through a whole ingest, timed and counted."""

from __future__ import annotations

import resource
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory

from evals.hostile.files import Case
from ingest.archive import Member, members
from ingest.child import Bounds
from ingest.outcome import summary
from ingest.pipeline import ingest
from ingest.reading import PROCESSES, Reading
from ingest.sniff import is_archive
from ingest.wire import Job
from kb.doctor import examine_open
from kb.errors import KbError, QuarantineError, ReadError
from kb.knowledge_base import KnowledgeBase
from kb.models import ParsedDocument
from kb.settings import Settings

_SLACK = 20.0  # seconds beyond the bound: files wait for a process to start on a busy machine


class End(StrEnum):
    """What became of a file. The last one must not come."""

    READ = "read"
    SET_ASIDE = "set aside"
    REFUSED = "refused"
    STOPPED = "stopped"
    READER_DIED = "reader died"
    ESCAPED = "escaped"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the reading of a file ended, after how long, and what was said."""

    case: Case
    end: End
    seconds: float
    why: str = ""

    def bad(self, seconds: float) -> bool:
        """Whether it must not be so: a library may die of a file, our own code may not."""
        ours = self.end is End.READER_DIED and "(SIG" not in self.why
        return ours or self.end is End.ESCAPED or self.seconds > seconds + _SLACK


@dataclass(frozen=True, slots=True)
class Whole:
    """What a whole ingest made of its files."""

    files: int
    counts: dict[str, int]
    findings: list[str]
    seconds: float

    @property
    def good(self) -> bool:
        """Whether every file has an outcome and the base is sound."""
        return sum(self.counts.values()) >= self.files and not self.findings


class _Timed:
    """A file being read, and when that ended."""

    def __init__(self, future: Future[ParsedDocument]) -> None:
        self.future = future
        self.ended = 0.0
        future.add_done_callback(self._end)

    def _end(self, _future: object) -> None:
        self.ended = time.monotonic()


def read_all(cases: Iterable[Case], bounds: Bounds, folder: Path) -> Iterator[Outcome]:
    """Read each file as an ingest would, two at a time; archives member by member."""
    with Reading(folder / "reading", PROCESSES, bounds) as reading:
        waiting: deque[tuple[Case, float, list[_Timed]]] = deque()
        for case in cases:
            started = time.monotonic()
            try:
                jobs = [_Timed(reading.submit(job)) for job in _jobs(case)]
            except KbError as error:
                yield Outcome(case, _end(error), time.monotonic() - started, error.en)
                continue
            except Exception as error:  # noqa: BLE001  (that is what is looked for)
                yield Outcome(case, End.ESCAPED, time.monotonic() - started, repr(error))
                continue
            waiting.append((case, started, jobs))
            while len(waiting) >= PROCESSES:
                yield _finished(*waiting.popleft())
        while waiting:
            yield _finished(*waiting.popleft())


def _jobs(case: Case) -> Iterator[Job]:
    if not is_archive(case.data):
        yield Job(case.data, case.name)
        return
    for member in members(case.data):
        if isinstance(member, Member):
            yield Job(member.data, member.name)


def _finished(case: Case, started: float, jobs: list[_Timed]) -> Outcome:
    """The best end of a file's parts, and how long they took together."""
    ends: list[tuple[End, str]] = []
    for job in jobs:
        try:
            job.future.result()
            ends.append((End.READ, ""))
        except KbError as error:
            ends.append((_end(error), error.en))
        except BaseException as error:  # noqa: BLE001  (that is what is looked for)
            ends.append((End.ESCAPED, repr(error)))
    order = list(End)
    bad = [end for end in ends if end[0] in (End.ESCAPED, End.READER_DIED)]
    end, why = min(bad or ends, key=lambda e: order.index(e[0]), default=(End.REFUSED, "nothing"))
    seconds = max((job.ended for job in jobs), default=started) - started
    return Outcome(case, end, seconds / max(1, len(jobs)), why)


def _end(error: KbError) -> End:
    if isinstance(error, QuarantineError):
        return End.SET_ASIDE
    if not isinstance(error, ReadError):
        return End.ESCAPED
    if error.en.startswith("The reader failed"):
        return End.READER_DIED
    return End.STOPPED if "was stopped" in error.en else End.REFUSED


def ingest_whole(cases: Iterable[Case], count: int, bounds: Bounds, folder: Path) -> Whole:
    """Take ``count`` files, every so many of the cases, into a new base, and check it."""
    source = folder / "source"
    source.mkdir()
    every = list(cases)
    chosen = every[:: max(1, len(every) // count)][:count]
    for case in chosen:
        (source / case.name).write_bytes(case.data)
    started = time.monotonic()
    with (
        TemporaryDirectory(dir=folder) as data,
        KnowledgeBase(Settings.model_validate({"data": Path(data)})) as kb,
    ):
        outcomes = ingest(kb, [source], bounds=bounds)
        seconds = time.monotonic() - started
        findings = [found.en for found in examine_open(kb) if found.severity == "error"]
    told = "\n".join(str(outcome.path) for outcome in outcomes)
    lost = [f"no outcome: {case.name}" for case in chosen if case.name not in told]
    return Whole(len(chosen), summary(outcomes), findings + lost, seconds)


def memory() -> tuple[int, int]:
    """Megabytes held at most: by this process, and by the largest of its ended children."""
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    own, ended = (resource.getrusage(who).ru_maxrss // 1000 for who in whose)
    return own, ended
