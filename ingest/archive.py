"""A zip of documents → its members, each a file of its own, and what was refused of it and why.

Nothing is written to disk, so a name can lead nowhere; names are made safe all the same, because
folders in them tell the kind and the audience of a document.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from ingest.limits import LIMITS, MEGABYTE, Limits
from ingest.sniff import is_archive
from ingest.source_text import clean
from kb.errors import ReadError

_DEEPEST = 2  # an archive, and archives in it
_BOMB_BYTES = 20 * MEGABYTE  # a member may be as thin as it likes up to here
_BOMB_RATIO = 150  # text and XML pack 5 to 40 times, a bomb 1000 times
_CHUNK = 1 << 20
_LONGEST_PART = 200
_JUNK = frozenset({"thumbs.db", "desktop.ini"})
_DRIVE = re.compile(r"[A-Za-z]:")
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2})
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ValueError,
    EOFError,
    OSError,
    RuntimeError,  # NotImplementedError is one
)


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive: its name with folders, ``/`` between them, and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Refused:
    """A file of an archive that was not unpacked, why, and what to do."""

    name: str
    zh: str
    en: str


def members(data: bytes, limits: Limits = LIMITS) -> Iterator[Member | Refused]:
    """The files of a zip in its order, one in memory at a time; archives in it are opened once.

    Folders, hidden files and what systems leave behind (``__MACOSX``, ``Thumbs.db``) are skipped.

    Raises:
        ReadError: the archive is damaged, holds no file, or more files or bytes than allowed; or
            its members overlap, as only a bomb's do.
    """
    budget = _Budget(limits)
    found = False
    for member in _members(data, "", 1, budget):
        found = True
        yield member
    if not found:
        raise ReadError(
            "压缩包里没有文件；请检查后重新打包上传。",
            "The archive holds no files; check it, pack it again and upload it.",
        )


@dataclass(slots=True)
class _Budget:
    """What an archive and the archives in it may hold together."""

    limits: Limits
    members: int = 0
    unpacked: int = 0

    def take(self, infos: list[zipfile.ZipInfo]) -> None:
        """Count the members of one archive, or raise ReadError."""
        self.members += len(infos)
        self.unpacked += sum(info.file_size for info in infos)
        if self.members > self.limits.members:
            raise ReadError(
                f"压缩包里有 {self.members:,} 个文件，超过上限 {self.limits.members:,} 个；"
                "请拆成几个压缩包再上传。",
                f"The archive holds {self.members:,} files, more than the limit of "
                f"{self.limits.members:,}; split it and upload the parts.",
            )
        if self.unpacked > self.limits.unpacked_bytes:
            raise ReadError(
                f"压缩包解开后有 {self.unpacked / MEGABYTE:,.0f} MB，超过上限 "
                f"{self.limits.unpacked_bytes / MEGABYTE:,.0f} MB；请拆成几个压缩包再上传。",
                f"The archive unpacks to {self.unpacked / MEGABYTE:,.0f} MB, more than the limit "
                f"of {self.limits.unpacked_bytes / MEGABYTE:,.0f} MB; split it and upload the "
                "parts.",
            )


def _members(data: bytes, prefix: str, depth: int, budget: _Budget) -> Iterator[Member | Refused]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        infos = [info for info in archive.infolist() if not info.is_dir()]
    except _BROKEN as error:
        raise ReadError(
            "压缩包已损坏或不完整，打不开；请重新打包后再上传。",
            "The archive is damaged or incomplete; pack it again and upload it.",
        ) from error
    budget.take(infos)
    _check_overlap(infos)
    seen: set[str] = set()
    with archive:
        for info in infos:
            name = _decoded(info)
            shown = prefix + "/".join(_parts(name))
            if _is_junk(name):
                continue
            refused = _refusal(info, name, seen)
            if refused:
                yield Refused(shown, *refused)
                continue
            seen.add("/".join(_parts(name)))
            try:
                unpacked = _unpack(archive, info, budget.limits)
            except ReadError as error:
                yield Refused(shown, error.zh, error.en)
                continue
            if not is_archive(unpacked):
                yield Member(shown, unpacked)
            elif depth >= _DEEPEST:
                yield Refused(
                    shown,
                    "压缩包里套了多层压缩包；请把里面的文件直接打包后再上传。",
                    "Archives are nested too deep; pack the files inside directly and upload that.",
                )
            else:
                try:
                    yield from _members(unpacked, shown + "/", depth + 1, budget)
                except ReadError as error:
                    yield Refused(shown, error.zh, error.en)


def _check_overlap(infos: list[zipfile.ZipInfo]) -> None:
    """Raise ReadError where members share their bytes: a few then unpack to terabytes."""
    spans = sorted((info.header_offset, info.compress_size) for info in infos)
    if any(at + size > following for (at, size), (following, _) in pairwise(spans)):
        raise ReadError(
            "压缩包里的文件互相重叠，像是压缩炸弹，没有打开；请重新打包后再上传。",
            "The files of the archive overlap, like a zip bomb's, and were not unpacked; pack them "
            "again and upload that.",
        )


def _decoded(info: zipfile.ZipInfo) -> str:
    """The name of a member: UTF-8 where it says so or is, else GBK as Chinese systems write it."""
    if info.flag_bits & 0x800:
        return info.filename
    raw = info.orig_filename.encode("cp437", errors="replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename


def _parts(name: str) -> list[str]:
    """The folders and the file of a name, without what leads out of the archive."""
    parts = [clean(part).replace("\n", " ").strip() for part in re.split(r"[\\/]", name)]
    kept = [part for part in parts if part not in ("", ".", "..") and not _DRIVE.fullmatch(part)]
    return [part[:_LONGEST_PART] for part in kept] or ["?"]


def _is_junk(name: str) -> bool:
    parts = _parts(name)
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in parts)
    return hidden or parts[-1].lower() in _JUNK


def _refusal(info: zipfile.ZipInfo, name: str, seen: set[str]) -> tuple[str, str] | None:
    raw = re.split(r"[\\/]", name)
    if not raw[0] or ".." in raw or _DRIVE.match(name) or "\0" in info.orig_filename:
        return (
            "文件名指向压缩包以外的位置，没有解开；请重新打包后再上传。",
            "Its name leads out of the archive, so it was not unpacked; pack it again.",
        )
    mode = stat.S_IFMT(info.external_attr >> 16)
    if mode not in (0, stat.S_IFREG):
        return (
            "这是链接或特殊文件，没有解开；请把原文件打包后再上传。",
            "It is a link or a special file, so it was not unpacked; pack the file itself.",
        )
    if info.flag_bits & 0x1:
        return (
            "文件设有解压密码，打不开；请去掉密码重新打包后再上传。",
            "It needs a password; pack it again without one.",
        )
    if info.compress_type not in _METHODS:  # LZMA may ask for 4 GB to unpack a few bytes
        return (
            "文件用了不支持的压缩方法；请用普通的 ZIP 格式重新打包后再上传。",
            "It is packed by a method that is not supported; pack it again as a plain zip.",
        )
    if "/".join(_parts(name)) in seen:
        return (
            "压缩包里有同名文件，只取了第一个；请改名后重新打包。",
            "The archive holds another file of this name, which was taken; rename one of them.",
        )
    if info.file_size > max(_BOMB_BYTES, _BOMB_RATIO * info.compress_size):
        return (
            "这个文件压缩得异常厉害，像是压缩炸弹，没有解开；如果确是正常文件，请单独上传。",
            "It is packed far too well, like a zip bomb, and was not unpacked; if it is genuine, "
            "upload it on its own.",
        )
    return None


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limits: Limits) -> bytes:
    limits.check_size(info.file_size)
    whole = bytearray()
    try:
        with archive.open(info) as stream:
            while chunk := stream.read(_CHUNK):
                whole += chunk
    except _BROKEN as error:
        raise ReadError(
            "文件在压缩包里已损坏；请重新打包后再上传。",
            "It is damaged inside the archive; pack it again and upload it.",
        ) from error
    return bytes(whole)
