"""Ingests in the background of the running server: a short queue, one worker, never in the way.

The worker and all it starts (encoder threads, reading processes) have a low priority, and it stops
between passages while a question is being answered (``bot.traffic``). What was done and what became
of each file is kept in memory for the last jobs; the documents themselves are in the base.
"""

from __future__ import annotations

import logging
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from bot import audit
from bot.background import lower_priority
from bot.previews import Previews
from bot.review import reviewed, settle, settle_archives
from bot.traffic import Traffic
from bot.web.chat import log_failure
from ingest.outcome import Outcome, Result
from ingest.pipeline import accept, ingest
from ingest.progress import Event, Pace, pace
from ingest.reviewed import take_in
from kb.errors import BusyError, KbError, NotFound
from kb.knowledge_base import KnowledgeBase
from kb.models import Audience, Kind
from kb.stores import INCOMING, guarded
from kb.uploads import find

WAITING = 20
"""Jobs that may wait; more are refused."""
KEPT = 50
"""Finished jobs that are remembered, the latest."""
NEW = frozenset({Result.ADDED, Result.REPLACED})
"""The results after which the base holds something else."""

log = logging.getLogger(__name__)


class State(StrEnum):
    """Where a job is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Stage(StrEnum):
    """Where a file of a job is."""

    READING = "reading"
    ENCODING = "encoding"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class FileState:
    """How far one file is: ``page`` of ``pages`` while it is being read (0 of 0: unknown); what
    became of it in the end.
    """

    name: str
    stage: Stage
    page: int = 0
    pages: int = 0
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """An ingest as it stands at one moment. Times are seconds since 1970.

    ``paths`` are files or folders, ``accepted`` files set aside to be taken in all the same,
    ``uploads`` ids of uploaded files (``kb.uploads``); ``names`` are what all of these are called.
    ``files`` are those that were come to so far, by name, in order; ``outcomes`` what became of
    all, once the job is over.
    """

    job_id: str
    who: str
    paths: tuple[Path, ...]
    accepted: tuple[str, ...]
    kind: Kind | None
    audience: Audience | None
    since: float
    state: State = State.WAITING
    until: float | None = None
    event: Event = field(default_factory=Event)
    pace: Pace | None = None
    files: dict[str, FileState] = field(default_factory=dict)
    outcomes: tuple[Outcome, ...] = ()
    error: tuple[str, str] | None = None
    uploads: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def over(self) -> bool:
        """Whether nothing more will happen."""
        return self.state not in (State.WAITING, State.RUNNING)


After = Callable[[Callable[[], None], Callable[[], bool]], object]
"""What is done after an ingest: takes how to give way to questions, and whether to stop."""


class Jobs:
    """The queue of a running server. Safe to call from several threads; ``close`` it at the end."""

    def __init__(self, kb: KnowledgeBase, traffic: Traffic, after: After | None = None) -> None:
        """``after`` is done by the worker after each job that changed the base."""
        self._kb = kb
        self._traffic = traffic
        self._after = after
        self._owed = False  # what follows an ingest is still to be done
        self._jobs: dict[str, Job] = {}
        self._cancelled: set[str] = set()
        self._changed = threading.Condition()
        self._closing = False
        self._worker: threading.Thread | None = None
        self.previews = Previews(kb)

    # -- from the outside --------------------------------------------------------------------

    def inbox(self) -> Path:
        """A new private folder for files while they come in. ``submit`` its files, and it goes with
        their job; or move them on and delete it. Raises StoreError when the disk is full.
        """
        folder = self._kb.folder / INCOMING / secrets.token_hex(8)
        guarded(lambda: folder.mkdir(parents=True, mode=0o700))
        return folder

    def submit(
        self,
        who: str,
        paths: Sequence[Path] = (),
        *,
        accepted: Sequence[str] = (),
        uploads: Sequence[str] = (),
        kind: Kind | None = None,
        audience: Audience | None = None,
    ) -> str:
        """Have files, folders, files set aside and uploads taken in; return the job's id.

        Raises BusyError when too many jobs wait, or one of the uploads is in a job already; files
        of an inbox are then deleted, uploads stay. NotFound for an upload that is gone.
        """
        names = [path.name for path in paths]
        names += [*accepted, *(find(self._kb.catalog, i).name for i in uploads)]
        job = Job(
            secrets.token_hex(8), who, tuple(paths), tuple(accepted), kind, audience, time.time(),
            uploads=tuple(uploads), names=tuple(names),
        )  # fmt: skip
        with self._changed:
            if set(uploads) & self._in_jobs():
                raise BusyError(
                    "选中的文件里有正在导入的。请等它完成，再看任务列表。",
                    "Some of these files are being taken in already. Wait for that and see the "
                    "jobs.",
                )
            waiting = sum(j.state is State.WAITING for j in self._jobs.values())
            full = waiting >= WAITING or self._closing
            if not full:
                self._jobs[job.job_id] = job
                self._start()
                self._changed.notify_all()
        if full:
            self._drop_inbox(job)
            raise BusyError(
                f"已有 {WAITING} 个导入任务在等待。请等一个完成后再试。",
                f"{WAITING} ingests are waiting already. Try again when one is finished.",
            )
        audit.note(self._kb.catalog, who, "ingest", "、".join(names)[:500])
        return job.job_id

    def cancel(self, job_id: str, who: str) -> None:
        """Stop a job. What it finished stays; a finished job is left as it is. Raises NotFound."""
        with self._changed:
            job = self._get(job_id)
            if job.over:
                return
            self._cancelled.add(job_id)
            if job.state is State.WAITING:
                self._end(job_id, State.CANCELLED)
        audit.note(self._kb.catalog, who, "ingest.cancel", job_id)

    def get(self, job_id: str) -> Job:
        """A job as it stands now. Raises NotFound."""
        with self._changed:
            return self._copy(self._get(job_id))

    def every(self) -> list[Job]:
        """All jobs that are remembered, newest first."""
        with self._changed:
            return [self._copy(job) for job in reversed(self._jobs.values())]

    def in_jobs(self) -> set[str]:
        """The ids of uploads that are being taken in, or wait for it."""
        with self._changed:
            return self._in_jobs()

    def catch_up(self) -> None:
        """Do what follows an ingest: the base may have changed while no server ran."""
        with self._changed:
            self._owed = True
            self._start()

    def wait(self, job_id: str, timeout: float | None = None) -> Job:
        """Wait until a job is over, or for ``timeout`` seconds; the job then. Raises NotFound."""
        with self._changed:
            self._changed.wait_for(lambda: self._get(job_id).over, timeout)
            return self._copy(self._get(job_id))

    def close(self) -> None:
        """Cancel what runs and waits, and end the worker. What is finished stays in the base."""
        with self._changed:
            self._closing = True
            self._cancelled |= {i for i, job in self._jobs.items() if not job.over}
            self._changed.notify_all()
        self.previews.close()
        if self._worker is not None:
            self._worker.join()

    # -- the worker --------------------------------------------------------------------------

    def _start(self) -> None:
        if self._worker is None:
            self._worker = threading.Thread(target=self._work, name="ingest", daemon=True)
            self._worker.start()

    def _work(self) -> None:
        lower_priority()
        self._follow()
        while (job := self._next()) is not None:
            self._run(job)
            self._owed |= self._has_changed(job.job_id)
            self._follow()

    def _next(self) -> Job | None:
        """The job that waits longest, once there is one; None when the server stops."""
        with self._changed:
            while not self._closing:
                for job in self._jobs.values():
                    if job.state is State.WAITING:
                        return self._put(job.job_id, state=State.RUNNING)
                self._changed.wait()
        return None

    def _run(self, job: Job) -> None:
        job_id = job.job_id

        def on_event(event: Event) -> None:
            self._note_event(job_id, event)
            self._traffic.give_way()

        outcomes: list[Outcome] = []

        def on_outcome(outcome: Outcome) -> None:
            settle(self._kb, job.uploads, outcome)
            with self._changed:
                outcomes.append(outcome)
                files = self._jobs[job_id].files
                files[outcome.name] = FileState(outcome.name, Stage.SETTLED, outcome=outcome)

        def should_stop() -> bool:
            return job_id in self._cancelled

        state, error = State.DONE, None
        ordered: list[Outcome] = []
        try:
            if job.accepted:
                ordered += accept(
                    self._kb, job.accepted, on_event=on_event, on_outcome=on_outcome,
                    should_stop=should_stop,
                )  # fmt: skip
            if job.uploads:
                taken = take_in(
                    self._kb, reviewed(self._kb, job.uploads), on_event=on_event,
                    on_outcome=on_outcome, should_stop=should_stop,
                )  # fmt: skip
                if not should_stop():
                    settle_archives(self._kb, job.uploads, taken)
                ordered += taken
            if job.paths:
                ordered += ingest(
                    self._kb, job.paths, kind=job.kind, audience=job.audience,
                    on_event=on_event, on_outcome=on_outcome, should_stop=should_stop,
                )  # fmt: skip
        except KbError as known:
            state, error = State.FAILED, (known.zh, known.en)
        except Exception as unknown:  # noqa: BLE001  (the worker must live; the log says where)
            log_failure("ingest", unknown)
            state, error = State.FAILED, _UNKNOWN
        if error is None and should_stop():
            state = State.CANCELLED
        with self._changed:
            self._put(job_id, outcomes=tuple(outcomes if error else ordered))
            self._end(job_id, state, error)

    def _follow(self) -> None:
        """Do what is to be done after the base has changed; a job that waits goes first."""
        if self._after is None or not self._owed:
            return

        def should_stop() -> bool:
            return self._closing or any(not job.over for job in self.every())

        try:
            self._after(self._traffic.give_way, should_stop)
        except KbError as known:
            log.warning("what follows an ingest was not done: %s", known.en)
        except Exception as unknown:  # noqa: BLE001  (the worker must live; the log says where)
            log_failure("what follows an ingest", unknown)
        self._owed = should_stop()

    def _has_changed(self, job_id: str) -> bool:
        with self._changed:
            job = self._jobs.get(job_id)
            return job is not None and any(o.result in NEW for o in job.outcomes)

    def _note_event(self, job_id: str, event: Event) -> None:
        with self._changed:
            job = self._jobs[job_id]
            now = pace(job.pace, event, time.monotonic())
            before = job.files.get(event.file)
            if event.file and (before is None or before.stage is Stage.READING):
                read = event.read > job.event.read
                job.files[event.file] = FileState(
                    event.file, Stage.ENCODING if read else Stage.READING, event.page, event.pages
                )
            self._put(job_id, event=event, pace=now)

    # -- with the lock held ------------------------------------------------------------------

    def _in_jobs(self) -> set[str]:
        return {i for job in self._jobs.values() if not job.over for i in job.uploads}

    def _get(self, job_id: str) -> Job:
        job = self._jobs.get(job_id)
        if job is None:
            raise NotFound(
                "没有这个导入任务，或者它早已结束。请看任务列表。",
                "There is no such ingest, or it ended long ago. See the list of ingests.",
            )
        return job

    def _put(self, job_id: str, **changes: object) -> Job:
        self._jobs[job_id] = replace(self._jobs[job_id], **changes)  # type: ignore[arg-type]
        return self._jobs[job_id]

    def _end(self, job_id: str, state: State, error: tuple[str, str] | None = None) -> None:
        job = self._put(job_id, state=state, error=error, until=time.time())
        self._cancelled.discard(job_id)
        self._drop_inbox(job)
        over = [i for i, j in self._jobs.items() if j.over]
        for old in over[:-KEPT]:
            del self._jobs[old]
        self._changed.notify_all()

    @staticmethod
    def _copy(job: Job) -> Job:
        """The job with files of its own: those of the worker go on changing."""
        return replace(job, files=dict(job.files))

    def _drop_inbox(self, job: Job) -> None:
        """Delete the uploaded files of a job: what was taken in is kept by the base itself."""
        incoming = self._kb.folder / INCOMING
        inside = (p.relative_to(incoming) for p in job.paths if p.is_relative_to(incoming))
        for inbox in {path.parts[0] for path in inside}:
            shutil.rmtree(incoming / inbox, ignore_errors=True)


_UNKNOWN = (
    "导入中断：出现意外错误。已完成的部分在库里；请再试一次，仍不行请把日志交给维护人员。",
    "The ingest broke off: something unexpected failed. What was finished is in the base; try "
    "again, and if it fails again hand the log to whoever maintains the program.",
)
