"""The order of it all: find files, skip what is unchanged, parse, and add in batches.

A bad file never stops the good ones: it is reported with the reason and what to do. Batches are
sized by passages so that the encoder is kept busy; each is visible whole before the next begins,
so an interrupted run keeps what it finished and the next run does the rest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ingest.parse import parse_bytes
from kb.errors import KbError, ReadError
from kb.knowledge_base import KnowledgeBase, parse_hash
from kb.models import Audience, Kind, ParsedDocument

PARSER_VERSION = 3
"""Raise it when the same bytes are read into other passages: documents are then read anew."""
BATCH_PASSAGES = 512
"""Passages encoded together: enough to pack batches by length, little enough to show progress."""
SUFFIXES = frozenset(
    {".md", ".markdown", ".txt", ".text", ".pdf", ".docx", ".docm", ".dotx"}
    | {".xlsx", ".xlsm", ".xls", ".et"}
    | {".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp", ".gif"}
)
"""What a folder is searched for; a file named on its own is tried whatever it is called."""


class Result(StrEnum):
    """What became of a file."""

    ADDED = "added"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One file's result; ``zh`` and ``en`` say why, and what to do, when it was refused."""

    path: Path
    result: Result
    document_id: str = ""
    title: str = ""
    passages: int = 0
    zh: str = ""
    en: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """Progress: files done of all, and within the batch at work passages encoded of all."""

    files_done: int
    files: int
    passages_done: int
    passages: int


OnEvent = Callable[[Event], None]


def find_files(paths: Iterable[Path]) -> list[Path]:
    """The files meant by paths: a file is itself, a folder is what it holds, hidden ones aside.

    Raises ReadError for a path that does not exist.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            for file in sorted(path.rglob("*")):
                hidden = any(p.startswith((".", "~$")) for p in file.relative_to(path).parts)
                if file.is_file() and not hidden and file.suffix.lower() in SUFFIXES:
                    found.setdefault(file)
        elif path.exists():
            found.setdefault(path)
        else:
            raise ReadError(
                f"找不到 {path}。请检查路径是否写对。",
                f"There is no {path}. Check the path.",
            )
    return list(found)


def ingest(
    kb: KnowledgeBase,
    paths: Iterable[Path],
    *,
    kind: Kind | None = None,
    audience: Audience | None = None,
    on_event: OnEvent | None = None,
) -> list[Outcome]:
    """Take files and folders into the base.

    Args:
        kb: the open base.
        paths: files, or folders searched for documents.
        kind, audience: defaults for files that do not say; else told by the folder's name
            (``experience``, ``glossary``, ``internal``).
        on_event: told of progress.

    Returns:
        One outcome a file, in order.

    Raises:
        ReadError: a path does not exist. StoreError: the disk is full or a store is damaged;
        what was finished before stays.
    """
    files = find_files(paths)
    run = _Run(kb, len(files), on_event)
    for file in files:
        run.take(file, kind, audience)
    run.finish(kind, audience)
    return [run.outcomes[file] for file in files]


class _Run:
    """One ingest run: the batch being gathered, and what became of each file."""

    def __init__(self, kb: KnowledgeBase, files: int, on_event: OnEvent | None) -> None:
        self.kb = kb
        self.files = files
        self.on_event = on_event
        self.outcomes: dict[Path, Outcome] = {}
        self.owners: dict[str, Path] = {}
        self.known = self._held()
        self.begun: set[str] = set()
        self.later: list[Path] = []
        self.batch: list[tuple[Path, ParsedDocument, str]] = []
        self.passages = 0

    def _held(self) -> dict[str, str]:
        return {h: i for i, h in self.kb.catalog.parse_hashes().items()}

    def finish(self, kind: Kind | None, audience: Audience | None) -> None:
        """Add the last batch, then settle the copies by what is in the base now."""
        self.flush()
        self.known = self._held()
        copies, self.later = self.later, []
        for file in copies:
            self.take(file, kind, audience, last=True)
        self.flush()

    def take(
        self, file: Path, kind: Kind | None, audience: Audience | None, last: bool = False
    ) -> None:
        """Parse one file into the batch, settle it at once, or (a copy) leave it for the end."""
        try:
            data = _read(file, self.kb.settings.max_file_mb)
            kind = kind or _folder_kind(file)
            audience = audience or _folder_audience(file)
            recipe = f"{PARSER_VERSION}/{kind or ''}/{audience or ''}"
            content_hash = hashlib.sha256(data).hexdigest()
            version = parse_hash(content_hash, recipe)
            same = self.known.get(version)
            if not last and (version in self.begun or (same and not self._owns(file, same))):
                self.later.append(file)
                return
            if same is not None:
                self._settle_unchanged(file, same)
                return
            document = parse_bytes(data, file.name, folder_kind=kind, folder_audience=audience)
            self._claim(document.document_id, file)
        except KbError as error:
            self.outcomes[file] = Outcome(file, Result.REFUSED, zh=error.zh, en=error.en)
            self._tell(0, 0)
            return
        self.begun.add(version)
        self.batch.append((file, document, recipe))
        self.passages += len(document.passages)
        if self.passages >= BATCH_PASSAGES:
            self.flush()

    def _owns(self, file: Path, document_id: str) -> bool:
        """Whether a stored document came from this file, and no other of this run claims it."""
        info = self.kb.snapshot.by_id.get(document_id)
        named = info is not None and info.source_name == file.name
        return named and self.owners.get(document_id, file) == file

    def _settle_unchanged(self, file: Path, document_id: str) -> None:
        info = self.kb.snapshot.by_id.get(document_id)
        self.owners.setdefault(document_id, file)
        self.outcomes[file] = Outcome(
            file,
            Result.UNCHANGED,
            document_id,
            info.header.title if info else "",
            info.passage_count if info else 0,
        )
        self._tell(0, 0)

    def _claim(self, document_id: str, file: Path) -> None:
        """Refuse a second file of this run with the same id: which would win?"""
        other = self.owners.setdefault(document_id, file)
        if other != file:
            alike = file.name == other.name
            one, two = (str(file), str(other)) if alike else (file.name, other.name)
            raise ReadError(
                f"{one} 与 {two} 的资料编号同为 {document_id}。"
                "请在其中一份的文首 id 一项改用别的编号。",
                f"{one} and {two} have the same document id {document_id}. Give one of them "
                "another id in its front matter.",
            )

    def flush(self) -> None:
        """Add the batch, all at once."""
        if not self.batch:
            return
        by_recipe: dict[str, list[tuple[Path, ParsedDocument]]] = {}
        for file, document, recipe in self.batch:
            by_recipe.setdefault(recipe, []).append((file, document))
        for recipe, group in by_recipe.items():
            changes = self.kb.add([d for _, d in group], recipe, self._on_progress)
            for (file, document), change in zip(group, changes, strict=True):
                self.outcomes[file] = Outcome(
                    file,
                    Result(change.value),
                    document.document_id,
                    document.header.title,
                    len(document.passages),
                )
        self.batch, self.passages = [], 0
        self._tell(0, 0)

    def _on_progress(self, stage: str, done: int, total: int) -> None:
        if stage == "encode":
            self._tell(done, total)

    def _tell(self, done: int, total: int) -> None:
        if self.on_event:
            self.on_event(Event(len(self.outcomes), self.files, done, total))


def _read(file: Path, max_mb: int) -> bytes:
    try:
        size = file.stat().st_size
        if size > max_mb * 1_000_000:
            raise ReadError(
                f"{file.name} 有 {size // 1_000_000} MB，超过 {max_mb} MB 的上限。"
                "请拆分文件，或调大设置 max_file_mb。",
                f"{file.name} has {size // 1_000_000} MB, more than the {max_mb} MB allowed. Split "
                "it, or raise the setting max_file_mb.",
            )
        return file.read_bytes()
    except OSError as error:
        raise ReadError(
            f"{file.name} 读不出来（{error.strerror}）。请检查文件权限后重试。",
            f"{file.name} cannot be read ({error.strerror}). Check its permissions and try again.",
        ) from error


def _folder_kind(file: Path) -> Kind | None:
    """The kind named by the innermost folder that is called after one."""
    for part in reversed(_folders(file)):
        if part in set(Kind):
            return Kind(part)
    return None


def _folder_audience(file: Path) -> Audience | None:
    return Audience.INTERNAL if Audience.INTERNAL.value in _folders(file) else None


def _folders(file: Path) -> tuple[str, ...]:
    """All folders above a file, however the path was written: ``.`` inside one counts too."""
    return file.parent.absolute().parts + file.parent.resolve().parts


def summary(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """How many files ended in each way."""
    counts = {result.value: 0 for result in Result}
    for outcome in outcomes:
        counts[outcome.result.value] += 1
    return counts
