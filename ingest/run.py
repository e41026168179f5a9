"""One run over files: read ahead of the encoder, named, gathered into batches, added or set aside.

What comes out depends on the files and their order alone, never on which of them was read first:
they are settled in order, and a batch is full by what is in it.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from ingest import ids
from ingest.child import Bounds
from ingest.files import File, Source
from ingest.limits import MEGABYTE, Limits
from ingest.naming import Names
from ingest.outcome import NOT_IN, OnOutcome, Outcome, Result
from ingest.progress import Event, OnEvent
from ingest.reading import Reading
from ingest.shelf import Shelf, set_aside
from ingest.wire import Job
from kb.editions import base_id
from kb.errors import KbError, ReadError
from kb.knowledge_base import KnowledgeBase
from kb.models import Note, ParsedDocument
from kb.renaming import rename_sources
from kb.stores import SCRATCH

BATCH_PASSAGES = 512
"""Passages encoded together: enough to pack batches by length, little enough to show progress."""
BATCH_BYTES = AHEAD_BYTES = 64 * MEGABYTE
"""Bytes of files in a batch, and of those read ahead of it; one file is always let through."""
AHEAD_FILES = 64
AHEAD_PASSAGES = 2 * BATCH_PASSAGES
_PATIENCE = 2.0  # seconds the encoder waits for a file before it takes a batch that is not full
_POLL = 0.2  # seconds between looks at the wish to stop while a file is being read
_ACCEPTED = Note(
    "accepted", "管理员已决定照收，读取时有上述问题。", "An admin accepted it despite the above."
)


class Stopped(Exception):
    """Somebody asked the run to stop; caught by whoever started it."""


@dataclass(frozen=True, slots=True)
class _Ahead:
    """A file that is being read, or has been."""

    file: File
    step: ids.Step
    job: Job
    future: Future[ParsedDocument]


class Run:
    """One run: what is being read, the batch being gathered, and what became of each file."""

    def __init__(
        self,
        kb: KnowledgeBase,
        limits: Limits,
        bytes_of: Callable[[Source], bytes],
        on_event: OnEvent | None,
        should_stop: Callable[[], bool] | None,
        on_outcome: OnOutcome | None = None,
    ) -> None:
        self.kb = kb
        self.limits = limits
        self.bytes_of = bytes_of
        self.on_event = on_event
        self.should_stop = should_stop
        self.on_outcome = on_outcome
        self.event = Event()
        self.order: list[Path] = []
        self.outcomes: dict[Path, Outcome] = {}
        self.sizes: dict[Path, int] = {}
        self.shelf = Shelf(kb)
        self.names = Names(kb, self.shelf)
        self.waiting: deque[tuple[File, ids.Step]] = deque()
        self.ahead: deque[_Ahead] = deque()
        self.pages: dict[Path, tuple[int, int]] = {}
        self.batch: list[tuple[File, ParsedDocument]] = []
        self.passages = 0

    # -- the order of it all -----------------------------------------------------------------

    def each(self, sources: Sequence[Source]) -> Iterator[Source]:
        """The sources one by one, while they are being looked at."""
        for source in sources:
            self._tell(files=len(sources), file=source.name)
            self._heed()
            yield source

    def take(self, files: Sequence[File], bounds: Bounds | None) -> None:
        """Settle all files. Raises Stopped; StoreError."""
        versions = self.kb.catalog.parse_hashes()
        live = self.kb.snapshot.by_id
        held = [
            ids.Held(i, live[i].source_name if base_id(i) == i else "", v)
            for i, v in versions.items()
            if i in live
        ]
        steps = [_wished(*pair) for pair in zip(files, ids.plan(files, held), strict=True)]
        self.shelf.expect(files)
        self.sizes |= {file.path: file.seen.size for file in files}
        copies: list[tuple[File, Path]] = []
        renamed: dict[str, str] = {}
        for file, step in zip(files, steps, strict=True):
            if step.same:
                self._settle_unchanged(file, step)
                if step.renamed:
                    renamed[step.own] = self.names.source_name(file, step.own)
            elif file.replaces and file.replaces not in live:
                self._settle(_refused(file, _gone(file.replaces)))
            elif step.copy_of is not None:
                copies.append((file, files[step.copy_of].path))
            elif not self._stays_aside(file, step):
                self.waiting.append((file, step))
        rename_sources(
            self.kb, {i: name for i, name in renamed.items() if live[i].source_name != name}
        )
        size = sum(self.sizes.values())
        self._tell(files=len(self.order), to_read=len(self.waiting), size=size)
        if self.waiting:
            with Reading(self.kb.folder / SCRATCH, bounds=bounds) as reading:
                while self.waiting or self.ahead:
                    self._heed()
                    self._feed(reading)
                    if self.ahead:
                        self._settle_next(reading)
                self.flush(reading)
        for file, first in copies:
            self._settle_copy(file, first)

    def finish(self) -> list[Outcome]:
        """What became of the files, in order; those a stopped run did not come to are left out."""
        return [self.outcomes[path] for path in self.order if path in self.outcomes]

    # -- files that need no reading ----------------------------------------------------------

    def _settle_unchanged(self, file: File, step: ids.Step) -> None:
        info = self.kb.snapshot.by_id[step.own]
        self.kb.restore_source(file.content_hash, lambda: self.bytes_of(file.seen.source))
        self.names.claim(step.own, file)
        if file.put:
            self.kb.correct(step.own, file.put)
        self.shelf.let_go([file])
        title, passages = info.header.title, info.passage_count
        self._settle(Outcome(file.path, file.name, Result.UNCHANGED, step.own, title, passages))

    def _settle_copy(self, file: File, first: Path) -> None:
        """A copy shares the lot of its original, which is then held already."""
        outcome = self.outcomes[first]
        result = outcome.result if outcome.result in NOT_IN else Result.UNCHANGED
        self._settle(replace(outcome, path=file.path, name=file.name, result=result))

    def _stays_aside(self, file: File, step: ids.Step) -> bool:
        """Whether the same bytes were set aside when read in the same way. If so, that is all."""
        entry = self.shelf.known(file)
        if entry is None or file.seen.source.named:
            return False
        self._settle(set_aside(file, entry, step.own))
        return True

    # -- reading ahead -----------------------------------------------------------------------

    def _feed(self, reading: Reading) -> None:
        """Have files read while there is room for them."""
        while self.waiting and self._room(self.waiting[0][0].seen.size):
            file, step = self.waiting.popleft()
            try:
                data = self.bytes_of(file.seen.source)
            except KbError as error:
                self._settle(_refused(file, error, step.own))
                continue
            job = Job(
                data, file.path.name, file.kind, file.audience, self.limits,
                accept=file.accept or self._was_accepted(file, step),
            )  # fmt: skip
            on_page = self._page_counter(file.path)
            future = _known(file, data) or reading.submit(job, on_page)
            self.ahead.append(_Ahead(file, step, job, future))

    def _room(self, size: int) -> bool:
        if not self.ahead:
            return True
        held = sum(len(a.job.data) for a in self.ahead)
        ready = sum(_passages(a.future) for a in self.ahead)
        return (
            len(self.ahead) < AHEAD_FILES and held + size <= AHEAD_BYTES and ready < AHEAD_PASSAGES
        )

    def _page_counter(self, path: Path) -> Callable[[int, int], None]:
        def on_page(done: int, total: int) -> None:  # called in another thread
            self.pages[path] = (done, total)

        return on_page

    def _was_accepted(self, file: File, step: ids.Step) -> bool:
        """Whether an admin has accepted these very bytes before."""
        info = self.kb.snapshot.by_id.get(step.own)
        if info is None or info.content_hash != file.content_hash:
            return False
        _, notes = self.kb.catalog.found(info.version_id)
        return any(note.code == _ACCEPTED.code for note in notes)

    def _settle_next(self, reading: Reading) -> None:
        """Wait for the first of the files being read, and put it into the batch or aside."""
        ahead = self.ahead[0]
        began = time.monotonic()
        while not ahead.future.done():
            done, total = self.pages.get(ahead.file.path, (0, 0))
            self._tell(file=ahead.file.name, page=done, pages=total)
            self._heed()
            if self.batch and time.monotonic() - began > _PATIENCE:
                self.flush(reading)
            _wait(ahead.future)
        self.ahead.popleft()
        self._tell(read=self.event.read + 1, file=ahead.file.name, page=0, pages=0)
        try:
            document = ahead.future.result()
        except KbError as error:
            can_accept = not ahead.job.accept
            self._put_aside(ahead.file, ahead.step.own, ahead.job.data, error, can_accept)
            return
        try:
            document = self.names.name(ahead.file, ahead.step.own, document)
        except ReadError as error:
            self._settle(_refused(ahead.file, error))
            return
        if ahead.job.accept:
            document = replace(document, notes=(*document.notes, _ACCEPTED))
        self.batch.append((ahead.file, document))
        self.passages += len(document.passages)
        self._tell(passages=self.event.passages + len(document.passages))
        size = sum(len(document.source) for _, document in self.batch)
        if self.passages >= BATCH_PASSAGES or size >= BATCH_BYTES:
            self.flush(reading)

    # -- into the base, or aside -------------------------------------------------------------

    def flush(self, reading: Reading | None = None) -> None:
        """Add the batch; what was read in the same way, all at once."""
        batch, self.batch, self.passages = self.batch, [], 0

        def progress(stage: str, done: int, _total: int) -> None:
            if stage == "encode":
                if reading is not None:
                    self._feed(reading)
                self._tell(passages_done=before + done)
                self._heed()

        for recipe, part in groupby(batch, key=lambda pair: pair[0].recipe):
            group = list(part)
            before = self.event.passages_done
            put = {document.document_id: file.put for file, document in group if file.put}
            changes = self.kb.add([document for _, document in group], recipe, progress, put)
            added = sum(len(document.passages) for _, document in group)
            self.shelf.let_go(file for file, _ in group)
            for (file, document), change in zip(group, changes, strict=True):
                self._settle(
                    Outcome(
                        file.path, file.name, Result(change.value), document.document_id,
                        document.header.title, len(document.passages), len(document.pages),
                        document.notes,
                    )
                )  # fmt: skip
            self._tell(passages_done=before + added)

    def _put_aside(
        self, file: File, own: str, data: bytes, error: KbError, can_accept: bool = True
    ) -> None:
        name = self.names.source_name(file, own)
        entry = self.shelf.put(file, name, data, error, can_accept)
        self._settle(set_aside(file, entry, own))

    def unread(self, file: File, error: KbError, data: bytes | None) -> None:
        """Settle a file that cannot be looked at: an archive is set aside, others are refused."""
        self.sizes[file.path] = file.seen.size
        if data is None:
            self._settle(_refused(file, error))
        elif not self._stays_aside(file, ids.Step()):
            self._put_aside(file, "", data, error)

    # -- telling -----------------------------------------------------------------------------

    def _settle(self, outcome: Outcome) -> None:
        self.outcomes[outcome.path] = outcome
        if self.on_outcome is not None:
            self.on_outcome(outcome)
        size = self.event.size_done + self.sizes.get(outcome.path, 0)
        self._tell(files_done=len(self.outcomes), size_done=size)

    def _tell(self, **changes: int | str) -> None:
        """Note how far the run is, and tell who listens."""
        self.event = replace(self.event, **changes)  # type: ignore[arg-type]
        if self.on_event is not None:
            self.on_event(self.event)

    def _heed(self) -> None:
        """Stop if somebody asks: between files, and before a batch is stored."""
        if self.should_stop is not None and self.should_stop():
            raise Stopped


def _refused(file: File, error: KbError, own: str = "") -> Outcome:
    return Outcome(file.path, file.name, Result.REFUSED, own, zh=error.zh, en=error.en)


def _wished(file: File, step: ids.Step) -> ids.Step:
    """The step of a file, or what a person decided about it."""
    return step if file.replaces is None else ids.Step(file.replaces)


def _gone(document_id: str) -> ReadError:
    return ReadError(
        f"要替换的资料 {document_id} 已被删除，没有导入。请改为新增，或选另一份。",
        f"The document {document_id} that was to be replaced has been removed; nothing was taken "
        "in. Add the file as a new document, or choose another.",
    )


def _known(file: File, data: bytes) -> Future[ParsedDocument] | None:
    """What was read of a file when a person looked at it."""
    if file.document is None:
        return None
    future: Future[ParsedDocument] = Future()
    future.set_result(replace(file.document, source=data, content_hash=file.content_hash))
    return future


def _passages(future: Future[ParsedDocument]) -> int:
    """The passages of a file that has been read."""
    if not future.done() or future.cancelled() or future.exception() is not None:
        return 0
    return len(future.result().passages)


def _wait(future: Future[ParsedDocument]) -> None:
    """Wait for a file to be read, or a moment."""
    try:
        future.exception(timeout=_POLL)
    except TimeoutError:
        return
