"""Files that were uploaded, read or not, and looked at by a person or not, taken into the base."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingest import ids
from ingest.child import Bounds
from ingest.files import Bytes, File, Seen, Source, Unread, audience_in, kind_in, look
from ingest.outcome import OnOutcome, Outcome
from ingest.pipeline import limits_of, recipe_of, seen_of
from ingest.progress import OnEvent
from ingest.run import Run, Stopped
from kb.editions import base_id
from kb.errors import KbError
from kb.knowledge_base import KnowledgeBase
from kb.models import Audience, Kind, ParsedDocument


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A file below ``folder``, with what a person decided about it.

    ``kind`` and ``audience`` are for a file that does not say; else the folders of its name below
    ``folder`` tell. ``document`` is what was read of the file, None to have it read; see
    ``ingest.files.File`` for the rest.
    """

    path: Path
    folder: Path
    content_hash: str
    size: int
    kind: Kind | None = None
    audience: Audience | None = None
    document: ParsedDocument | None = None
    put: Mapping[str, Any] = field(default_factory=dict)
    replaces: str | None = None
    accept: bool = False


def take_in(
    kb: KnowledgeBase,
    reviewed: Sequence[Reviewed],
    *,
    on_event: OnEvent | None = None,
    on_outcome: OnOutcome | None = None,
    should_stop: Callable[[], bool] | None = None,
    bounds: Bounds | None = None,
) -> list[Outcome]:
    """Take files in as was decided about them; see ``ingest.pipeline.ingest``. An archive is
    unpacked. The path of an outcome lies below the folder of its file.
    """
    limits = limits_of(kb)
    run = Run(kb, limits, Bytes(limits).of, on_event, should_stop, on_outcome)
    with contextlib.suppress(Stopped):
        files = []
        for each in reviewed:
            for file, error, data in _files(run, kb, each):
                run.order.append(file.path)
                if error is None:
                    files.append(file)
                else:
                    run.unread(file, error, data)
        run.take(files, bounds)
    return run.finish()


def reading_of(file: Path, folder: Path, kind: Kind | None, audience: Audience | None) -> tuple[
    Kind | None, Audience | None
]:  # fmt: skip
    """Kind and audience for a file that does not say: those given, else told by its folders."""
    folders = file.parent.relative_to(folder).parts
    return kind or kind_in(folders), audience or audience_in(folders)


def replaced_by(kb: KnowledgeBase, reviewed: Reviewed, recipe: str) -> ids.Step:
    """Which document a file would be, or replace, if it were taken in now."""
    versions, live = kb.catalog.parse_hashes(), kb.snapshot.by_id
    held = [
        ids.Held(i, live[i].source_name if base_id(i) == i else "", version)
        for i, version in versions.items()
        if i in live
    ]
    source = Source(reviewed.path, reviewed.path.name, named=True)
    seen = Seen(source, reviewed.content_hash, reviewed.size)
    (step,) = ids.plan([File(seen, reviewed.kind, reviewed.audience, recipe)], held)
    return step


def _files(
    run: Run, kb: KnowledgeBase, reviewed: Reviewed
) -> Iterator[tuple[File, KbError | None, bytes | None]]:
    source = Source(reviewed.path, reviewed.path.name, named=True)
    if reviewed.document is not None:
        found: list[Seen | Unread] = [Seen(source, reviewed.content_hash, reviewed.size)]
    else:
        found = list(look(run.each([source]), limits_of(kb)))
    for one in found:
        path = one.source.path
        kind, audience = reading_of(path, reviewed.folder, reviewed.kind, reviewed.audience)
        file = File(
            seen_of(one),
            kind,
            audience,
            recipe_of(kind, audience),
            reviewed.accept,
            reviewed.document,
            reviewed.put,
            reviewed.replaces if one.source.archive is None else None,
        )
        if isinstance(one, Unread):
            yield file, one.error, one.data
        else:
            yield file, None, None
