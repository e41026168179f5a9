"""The files a run is about: found in folders and archives, hashed, and read when their turn comes.

A member of an archive is a file like any other; its path goes on inside the archive
(``包.zip/政策/a.docx``), so that folders in it tell kind and audience too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath, PurePosixPath
from typing import Any

from ingest.archive import Member, Refused, members
from ingest.limits import MEGABYTE, Limits
from ingest.sniff import is_archive
from kb.errors import KbError, ReadError
from kb.knowledge_base import parse_hash
from kb.models import Audience, Kind, ParsedDocument

SUFFIXES = frozenset(
    ".md .markdown .mdown .txt .text .pdf .docx .docm .dotx .doc .wps .rtf .xlsx .xlsm .xls .et"
    " .pptx .pptm .ppt .dps .html .htm .xhtml .mht .mhtml .ofd .odt .ods .odp .png .jpg .jpeg"
    " .tif .tiff .bmp .gif .webp .heic .zip .rar .7z .csv .eml".split()
)
"""What a folder is searched for: what can be read, and what an office would take for a document,
so that it is set aside with a reason and not passed over in silence. A file named on its own is
tried whatever it is called."""
_LOCKS = ("~$", ".~")
"""What Office and WPS put beside an open document."""
_PAGE_FOLDERS = ("_files", ".files")
"""What a browser puts the pictures and scripts of a saved page in."""
_PAGES = (".html", ".htm")
_ZIP = b"PK"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Source:
    """A file to take in. ``name``: the shortest it may go by, the bare one, or from an archive's
    name on; ``archive``: what it is a member of; ``named``: it was named on its own, so that it is
    tried again though it was set aside.
    """

    path: Path
    name: str
    archive: Path | None = None
    named: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """A file that was looked at: the SHA-256 of its bytes and their number."""

    source: Source
    content_hash: str
    size: int


@dataclass(frozen=True, slots=True)
class Unread:
    """A file whose bytes are out of reach, or an archive that does not open; ``data`` are the
    bytes if they are at hand.
    """

    source: Source
    error: KbError
    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class File:
    """A file of a run: what was seen of it, and how it is to be read. ``recipe``: what reading
    depends on besides the bytes; ``accept``: an admin takes it in over the gate's objections.

    Of a file that a person has looked at: ``document`` is what was read of it, ``put`` what the
    person put right in the header; ``replaces`` is the document it is to replace, empty for none
    whatever it is called (None: told by its name).
    """

    seen: Seen
    kind: Kind | None
    audience: Audience | None
    recipe: str
    accept: bool = False
    document: ParsedDocument | None = None
    put: Mapping[str, Any] = field(default_factory=dict)
    replaces: str | None = None

    @property
    def path(self) -> Path:
        """Where it lies."""
        return self.seen.source.path

    @property
    def name(self) -> str:
        """The shortest name it may go by."""
        return self.seen.source.name

    @property
    def content_hash(self) -> str:
        """The SHA-256 of its bytes."""
        return self.seen.content_hash

    @property
    def version(self) -> str:
        """What a version made of it would be."""
        return parse_hash(self.seen.content_hash, self.recipe)


def find_files(paths: Iterable[Path]) -> list[Source]:
    """The files meant by paths: a file is itself, a folder is what it holds, hidden ones aside.

    Raises ReadError for a path that does not exist.
    """
    found: dict[Path, Source] = {}
    for path in paths:
        if path.is_dir():
            for file in sorted(path.rglob("*")):
                if file.is_file() and _is_meant(file, path):
                    found.setdefault(file, Source(file, file.name))
        elif path.exists():
            found[path] = Source(path, path.name, named=True)
        else:
            raise ReadError(
                f"找不到 {path}。请检查路径是否写对。",
                f"There is no {path}. Check the path.",
            )
    return list(found.values())


def _is_meant(file: Path, folder: Path) -> bool:
    parts = file.relative_to(folder).parts
    if any(part.startswith(".") for part in parts):
        return False
    above = folder
    for part in parts[:-1]:
        for ending in _PAGE_FOLDERS:
            stem = part.removesuffix(ending)
            if stem != part and any((above / (stem + page)).exists() for page in _PAGES):
                return False
        above /= part
    return _is_document(file)


def _is_document(file: PurePath) -> bool:
    """Whether a file is taken for a document by its name."""
    return file.suffix.lower() in SUFFIXES and not file.name.startswith(_LOCKS)


def look(sources: Iterable[Source], limits: Limits) -> Iterator[Seen | Unread]:
    """Hash every file, and every member of an archive, in order."""
    for source in sources:
        data: bytes | None = None
        try:
            with open(source.path, "rb") as file:
                if file.read(len(_ZIP)) == _ZIP:
                    data = read(source.path, limits)
                else:
                    _check_size(source.path, limits)
                    file.seek(0)
                    content_hash = hashlib.file_digest(file, "sha256").hexdigest()
                    yield Seen(source, content_hash, file.tell())
        except OSError as error:
            yield Unread(source, _out_of_reach(source.path, error))
        except ReadError as error:
            yield Unread(source, error)
        if data is None:
            continue
        if is_archive(data):
            yield from _look_inside(source, data, limits)
        else:
            yield Seen(source, hashlib.sha256(data).hexdigest(), len(data))


def _look_inside(source: Source, data: bytes, limits: Limits) -> Iterator[Seen | Unread]:
    try:
        for member in documents_in(data, limits):
            path, name = source.path / member.name, f"{source.name}/{member.name}"
            inside = Source(path, name, source.path, source.named)
            if isinstance(member, Member):
                digest = hashlib.sha256(member.data).hexdigest()
                yield Seen(inside, digest, len(member.data))
            else:
                yield Unread(inside, ReadError(member.zh, member.en))
    except ReadError as error:
        yield Unread(source, error, data)


def documents_in(archive: bytes, limits: Limits) -> Iterator[Member | Refused]:
    """The files of an archive that are taken for documents. Raises ReadError, also for none."""
    found = False
    for member in members(archive, limits):
        if _is_document(PurePosixPath(member.name)):
            found = True
            yield member
    if not found:
        raise ReadError(
            "压缩包里没有能收的资料。请检查后重新打包。",
            "The archive holds no document. Check it and pack it again.",
        )


class Bytes:
    """The bytes of files, asked for in the order in which ``look`` gave them: an archive is then
    opened once.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._archive: Path | None = None
        self._members: Iterator[tuple[Path, bytes]] = iter(())

    def of(self, source: Source) -> bytes:
        """The bytes of a file. Raises ReadError."""
        if source.archive is None:
            return read(source.path, self._limits)
        for _ in range(2):
            if self._archive != source.archive:
                self._archive = source.archive
                self._members = _unpacked(source.archive, self._limits)
            for path, data in self._members:
                if path == source.path:
                    return data
            self._archive = None  # asked for out of order, or the archive has changed
        raise ReadError(
            f"{source.name} 刚才还在压缩包里，现在没有了。请重新导入。",
            f"{source.name} was in the archive a moment ago and is gone. Ingest it again.",
        )


def _unpacked(archive: Path, limits: Limits) -> Iterator[tuple[Path, bytes]]:
    for member in members(read(archive, limits), limits):
        if isinstance(member, Member):
            yield archive / member.name, member.data


def read(path: Path, limits: Limits) -> bytes:
    """The bytes of a file on disk. Raises ReadError: too large, or out of reach."""
    try:
        _check_size(path, limits)
        return path.read_bytes()
    except OSError as error:
        raise _out_of_reach(path, error) from error


def _check_size(path: Path, limits: Limits) -> None:
    size = path.stat().st_size
    if size > limits.file_bytes:
        most = limits.file_bytes // MEGABYTE
        raise ReadError(
            f"{path.name} 有 {size // MEGABYTE} MB，超过 {most} MB 的上限。"
            "请拆分文件，或调大设置 max_file_mb。",
            f"{path.name} has {size // MEGABYTE} MB, more than the {most} MB allowed. Split it, or "
            "raise the setting max_file_mb.",
        )


def _out_of_reach(path: Path, error: OSError) -> ReadError:
    return ReadError(
        f"{path.name} 读不出来（{error.strerror}）。请检查文件权限后重试。",
        f"{path.name} cannot be read ({error.strerror}). Check its permissions and try again.",
    )


def folder_kind(file: Path) -> Kind | None:
    """The kind named by the innermost folder that is called after one."""
    return kind_in(_folders(file))


def folder_audience(file: Path) -> Audience | None:
    """Internal, when a folder above says so."""
    return audience_in(_folders(file))


def kind_in(folders: Sequence[str]) -> Kind | None:
    """The kind named by the last of the folders that is called after one."""
    return next((Kind(part) for part in reversed(folders) if part in set(Kind)), None)


def audience_in(folders: Sequence[str]) -> Audience | None:
    """Internal, when one of the folders says so."""
    return Audience.INTERNAL if Audience.INTERNAL.value in folders else None


def _folders(file: Path) -> tuple[str, ...]:
    """All folders above a file, however the path was written: ``.`` inside one counts too."""
    return file.parent.absolute().parts + file.parent.resolve().parts
