"""Which document a file is: the one it was before, a copy of another, or a new one. Pure.

A document remembers the name of its source: the bare file name, with as many folders before it as
it took to tell it from others. A file finds its document by the longest such name that ends its
path; then by its bytes, when it was renamed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, count
from pathlib import PurePath

from ingest.files import File
from ingest.parse import slug

_DEEPEST = 8  # folders before a name, at most
_TOLD = 3  # folders an id may name
_ID_LENGTH = 80


@dataclass(frozen=True, slots=True)
class Held:
    """A stored document: its id, its source's name, and what its version was made of. Without a
    name (an earlier edition that gave way) only its bytes tell it.
    """

    document_id: str
    source_name: str
    version: str


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done with a file. ``own`` is the document it is, or is to replace; unchanged
    when ``same``, and then known under another name if ``renamed``. ``copy_of`` is the place in the
    run of an earlier file with the same bytes.
    """

    own: str = ""
    same: bool = False
    renamed: bool = False
    copy_of: int | None = None


def plan(files: Sequence[File], held: Sequence[Held]) -> list[Step]:
    """One step a file, in order.

    Same name and bytes come first, then the same name with other bytes (replaced), then the same
    bytes under a new name (renamed). A document belongs to one file at most; a further file with
    the bytes of an unchanged document is a copy of it.
    """
    by_name: dict[str, list[Held]] = {}
    by_version: dict[str, list[Held]] = {}
    for document in held:
        if document.source_name:
            by_name.setdefault(document.source_name, []).append(document)
        by_version.setdefault(document.version, []).append(document)
    steps: dict[int, Step] = {}
    owned: set[str] = set()
    unchanged: dict[str, str] = {}
    first: dict[str, int] = {}

    def give(at: int, document: Held, *, renamed: bool = False) -> None:
        same = document.version == files[at].version
        owned.add(document.document_id)
        steps[at] = Step(document.document_id, same, renamed)
        if same:
            unchanged.setdefault(document.version, document.document_id)

    for only_same in (True, False):
        for at, file in enumerate(files):
            if at in steps:
                continue
            named = (d for name in names(file) for d in by_name.get(name, ()))
            free = (d for d in named if d.document_id not in owned)
            if only_same:
                free = (d for d in free if d.version == file.version)
            own = next(free, None)
            if own is not None:
                give(at, own)
    for at, file in enumerate(files):
        if at not in steps:
            alike = by_version.get(file.version, ())
            own = next((d for d in alike if d.document_id not in owned), None)
            if own is not None:
                give(at, own, renamed=True)
            elif file.version in unchanged:
                steps[at] = Step(unchanged[file.version], same=True)
            else:
                steps[at] = Step(copy_of=first.get(file.version))
        if not steps[at].same:
            first.setdefault(file.version, at)
    return [steps[at] for at in range(len(files))]


def names(file: File) -> Iterator[str]:
    """The names a file may go by, the longest first: ``x/y/a.md``, ``y/a.md``, ``a.md``."""
    parts = file.path.as_posix().strip("/").split("/")
    shortest = len(PurePath(file.name).parts)
    for length in range(min(len(parts), shortest + _DEEPEST), shortest - 1, -1):
        yield "/".join(parts[-length:])


def new_name(file: File, is_taken: Callable[[str], bool]) -> str:
    """The shortest name of a file that no other document's source goes by."""
    return next((n for n in reversed(list(names(file))) if not is_taken(n)), file.name)


def new_id(file: File, is_taken: Callable[[str], bool]) -> str:
    """An id made from a file's name that nobody has: with its suffix, its folders, a number."""
    stem, suffix = slug(file.path.name), file.path.suffix.strip(".").lower()
    folders = [slug(part)[:40] for part in reversed(file.path.parts[:-1]) if part.strip("/")]
    told = [suffix, *folders[:_TOLD]]
    tried = chain([""], (part for part in told if part), map(str, count(2)))
    made = (f"{stem[: _ID_LENGTH - len(part) - 1]}-{part}" if part else stem for part in tried)
    return next(document_id for document_id in made if not is_taken(document_id))
