"""The order of it all: find files, skip what is unchanged, read ahead, and add in batches.

A bad file never stops the good ones: it is set aside with the reason and what to do. Files are read
in other processes ahead of the encoder. Each batch is visible whole before the next begins, so an
interrupted run keeps what it finished and the next run does the rest.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import Path

from ingest.child import Bounds
from ingest.files import (
    Bytes,
    File,
    Seen,
    Source,
    Unread,
    find_files,
    folder_audience,
    folder_kind,
    look,
)
from ingest.limits import MEGABYTE, Limits
from ingest.outcome import OnOutcome, Outcome
from ingest.progress import OnEvent
from ingest.run import Run, Stopped
from kb import quarantine
from kb.errors import ReadError
from kb.knowledge_base import KnowledgeBase
from kb.models import Audience, Kind

PARSER_VERSION = 4
"""Raise it when the same bytes are read into other passages: documents are then read anew."""


def ingest(
    kb: KnowledgeBase,
    paths: Iterable[Path],
    *,
    kind: Kind | None = None,
    audience: Audience | None = None,
    on_event: OnEvent | None = None,
    on_outcome: OnOutcome | None = None,
    should_stop: Callable[[], bool] | None = None,
    bounds: Bounds | None = None,
) -> list[Outcome]:
    """Take files, folders and archives into the base.

    Args:
        kb: the open base.
        paths: files, or folders searched for documents.
        kind, audience: defaults for files that do not say; else told by the folder's name
            (``experience``, ``glossary``, ``internal``).
        on_event, on_outcome: told of progress and of each file settled, in this thread.
        should_stop: asked between files and passages; once true, the run ends, and what is not in
            yet is left for the next.
        bounds: how far reading one file may go.

    Returns:
        One outcome a file, in order; fewer when the run was stopped.

    Raises:
        ReadError: a path does not exist. StoreError: the disk is full or a store is damaged;
        what was finished before stays.
    """
    limits = limits_of(kb)
    run = Run(kb, limits, Bytes(limits).of, on_event, should_stop, on_outcome)
    with contextlib.suppress(Stopped):
        files = []
        for found in look(run.each(find_files(paths)), limits):
            path = found.source.path
            run.order.append(path)
            own_kind, own_audience = kind or folder_kind(path), audience or folder_audience(path)
            file = File(seen_of(found), own_kind, own_audience, recipe_of(own_kind, own_audience))
            if isinstance(found, Unread):
                run.unread(file, found.error, found.data)
            else:
                files.append(file)
        run.take(files, bounds)
    return run.finish()


def accept(
    kb: KnowledgeBase,
    quarantine_ids: Iterable[str],
    *,
    on_event: OnEvent | None = None,
    on_outcome: OnOutcome | None = None,
    should_stop: Callable[[], bool] | None = None,
    bounds: Bounds | None = None,
) -> list[Outcome]:
    """Take in files that were set aside although the gate objects; the objections become notes.

    Raises NotFound for an unknown id before anything is done, ReadError for a file that the gate
    has nothing to do with; else see ``ingest``.
    """
    with kb.catalog.begin() as connection:
        entries = [quarantine.find(connection, i) for i in dict.fromkeys(quarantine_ids)]
    for entry in entries:
        if not entry.can_accept:
            raise ReadError(
                f"{entry.quarantine_id}（{entry.source_name}）没有读出内容，不能照收。{entry.zh}",
                f"{entry.quarantine_id} ({entry.source_name}) was not read, so it cannot be "
                f"accepted. {entry.en}",
            )
    hashes = {Path(e.source_name): e.content_hash for e in entries}

    def kept(source: Source) -> bytes:
        return _kept(kb, hashes[source.path])

    run = Run(kb, limits_of(kb), kept, on_event, should_stop, on_outcome)
    with contextlib.suppress(Stopped):
        files = []
        for path, entry in zip(hashes, entries, strict=True):
            run.order.append(path)
            source = Source(path, entry.source_name, named=True)
            seen = Seen(source, entry.content_hash, entry.size)
            recipe = recipe_of(entry.kind, entry.audience)
            files.append(File(seen, entry.kind, entry.audience, recipe, accept=True))
        run.take(files, bounds)
    return run.finish()


def limits_of(kb: KnowledgeBase) -> Limits:
    """How much one file may hold."""
    return Limits(file_bytes=kb.settings.max_file_mb * MEGABYTE)


def recipe_of(kind: Kind | None, audience: Audience | None) -> str:
    """What reading depends on besides the bytes."""
    return f"{PARSER_VERSION}/{kind or ''}/{audience or ''}"


def seen_of(found: Seen | Unread) -> Seen:
    """What is known of a file, also of one that cannot be read."""
    if isinstance(found, Seen):
        return found
    data = found.data or b""
    return Seen(found.source, sha256(data).hexdigest(), len(data))


def _kept(kb: KnowledgeBase, content_hash: str) -> bytes:
    try:
        return kb.files.read(content_hash)
    except OSError as error:
        raise ReadError(
            f"保存的原文件读不出来（{error.strerror}）。请重新导入原文件。",
            f"The kept file cannot be read ({error.strerror}). Ingest the file itself again.",
        ) from error
