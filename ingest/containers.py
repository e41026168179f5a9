"""Zip and OLE containers: which office format is inside, and opening a zip within bounds."""

from __future__ import annotations

import io
import zipfile
import zlib

from ingest.formats import Format
from ingest.limits import Limits
from kb.errors import ReadError

ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0"

_MAIN_TYPES = (
    (b"wordprocessingml.", Format.DOCX),
    (b"ms-word.", Format.DOCX),
    (b"spreadsheetml.", Format.XLSX),
    (b"ms-excel.", Format.XLSX),
    (b"presentationml.", Format.PPTX),
    (b"ms-powerpoint.", Format.PPTX),
)
_MAIN_PARTS = {
    "word/document.xml": Format.DOCX,
    "xl/workbook.xml": Format.XLSX,
    "xl/workbook.bin": Format.XLSX,
    "ppt/presentation.xml": Format.PPTX,
    "ofd.xml": Format.OFD,
}
_TYPES_LIST = "[content_types].xml"
_MOST_TYPES_BYTES = 4_000_000
_BOMB_BYTES = 20_000_000  # a member may be as thin as it likes up to here
_BOMB_RATIO = 150  # office XML packs 5 to 40 times; a bomb 1000 times
_CHUNK = 1 << 20


def zip_kind(data: bytes) -> Format | None:
    """DOCX, XLSX, PPTX or OFD by the parts of a zip; None for any other zip or a damaged one.

    Macro-enabled files and templates are of the kind they hold.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {info.filename.lower(): info for info in archive.infolist()}
            for name, kind in _MAIN_PARTS.items():
                if name in names:
                    return kind
            listed = names.get(_TYPES_LIST)
            if listed is None or listed.file_size > _MOST_TYPES_BYTES:
                return None
            types = archive.read(listed)
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, RuntimeError, OSError):
        return None
    for line in types.split(b"<Override")[1:]:
        if b".main+xml" in line:
            for mark, kind in _MAIN_TYPES:
                if mark in line:
                    return kind
    return None


def ole_kind(data: bytes) -> Format:
    """The kind of an old office file (OLE), by the names of its streams.

    A Kingsoft ``.wps`` or ``.et`` is written as Word or Excel 97 and is that kind; ``WPS`` is
    Microsoft Works.

    Raises:
        ReadError: it needs a password, is damaged, or is of a kind that cannot be read.
    """
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            names = {"/".join(path).lower() for path in ole.listdir()}
    except (OSError, ValueError, IndexError, TypeError, RecursionError, MemoryError) as error:
        raise damaged() from error
    if "encryptedpackage" in names:
        raise encrypted()
    if "worddocument" in names:
        return Format.DOC
    if names & {"workbook", "book"}:
        return Format.XLS
    if "powerpoint document" in names:
        raise ReadError(
            "这是旧版演示文稿（.ppt/.dps），目前不能读取；请用 PowerPoint 或 WPS 另存为 .pptx 或 "
            "PDF 后再上传。",
            "This is an old presentation (.ppt/.dps), which cannot be read; "
            "save it as .pptx or PDF and upload it again.",
        )
    if "matost" in names or "contents" in names:
        return Format.WPS
    raise ReadError(
        "这是旧版 Office 格式（OLE）的文件，但不是 Word、Excel 文档，不能读取；"
        "请另存为 .docx、.xlsx 或 PDF 后再上传。",
        "This file is an old Office container (OLE) but neither Word nor Excel; "
        "save it as .docx, .xlsx or PDF and upload it again.",
    )


def open_zip(data: bytes, limits: Limits) -> zipfile.ZipFile:
    """A zip every member of which was unpacked once and found to hold what it declares.

    Libraries written in other languages do not all check this, so nothing may open a container
    before this function has.

    Raises:
        ReadError: it is damaged, encrypted, holds too many or too large members, or one that
            unpacks to far more than any document does.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = archive.infolist()
        if len(members) > limits.members:
            raise _too_large(f"{len(members):,} 个部件", f"{len(members):,} parts")
        total = sum(member.file_size for member in members)
        if total > limits.unpacked_bytes:
            raise _too_large(f"解压后 {total / 1e6:,.0f} MB", f"{total / 1e6:,.0f} MB unpacked")
        for member in members:
            if member.flag_bits & 1:
                raise encrypted()
            if member.file_size > max(_BOMB_BYTES, _BOMB_RATIO * member.compress_size):
                ratio = member.file_size // max(1, member.compress_size)
                raise _too_large(f"一个部件压缩了 {ratio} 倍", f"one part packed {ratio} times")
            with archive.open(member) as stream:
                while stream.read(_CHUNK):
                    pass
    except (zipfile.BadZipFile, zlib.error, ValueError, EOFError, OSError) as error:
        raise damaged() from error
    except (NotImplementedError, RuntimeError) as error:
        raise damaged() from error
    return archive


def damaged() -> ReadError:
    """The file cannot be opened."""
    return ReadError(
        "文件已损坏或不完整，打不开；请重新下载，或用 Office、WPS 打开后另存一份再上传。",
        "The file is damaged or incomplete and cannot be opened; download it again, or open it "
        "in Office or WPS, save a copy and upload that.",
    )


def encrypted() -> ReadError:
    """The file needs a password."""
    return ReadError(
        "这个文件设有打开密码，无法读取；请去掉密码另存一份后再上传。",
        "This file needs a password to open; save a copy without a password and upload that.",
    )


def _too_large(zh: str, en: str) -> ReadError:
    return ReadError(
        f"文件展开后过大（{zh}），像是压缩炸弹，没有打开；如果确是正常文件，请拆分或另存为 PDF "
        "后再上传。",
        f"The file unpacks to far too much ({en}), like a zip bomb, and was not opened; if it is "
        "a genuine document, split it or save it as PDF and upload that.",
    )
