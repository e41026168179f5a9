"""What kind of file it is, told by its bytes and never by its name."""

from __future__ import annotations

import re

from ingest.containers import OLE_MAGIC, ZIP_MAGIC, ole_kind, zip_kind
from ingest.encodings import BOMS, wide_encoding
from ingest.formats import Format
from kb.errors import ReadError

_HEAD = 8192
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*")
_NO_FILES_ZIP = b"PK\x05\x06"
_ODF = b"application/vnd.oasis.opendocument."
_EPUB = b"application/epub+zip"

_UNPACK = ("请解开后用 ZIP 格式打包再上传。", "unpack it, pack it as a zip and upload that.")
_TRANSCRIBE = ("请整理成文字稿后再上传。", "upload a transcript of it.")
_AS_DOCX = (
    "请用 Word 或 WPS 打开，另存为 .docx 或 PDF 后再上传。",
    "open it in Word or WPS, save it as .docx or PDF and upload that.",
)
_AS_OOXML = (
    "请用原来的软件打开，另存为 .xlsx、.pptx 或 PDF 后再上传。",
    "open it in its own program, save it as .xlsx, .pptx or PDF and upload that.",
)
_AS_PDF = ("请另存为 PDF 或 JPG 后再上传。", "save it as PDF or JPG and upload that.")
_NO_DOCUMENT = (
    "请上传 PDF、Word、Excel、网页或纯文本等文档。",
    "upload a document such as PDF, Word, Excel, a web page or plain text.",
)
_UNREAD: tuple[tuple[int, tuple[bytes, ...], str, str, tuple[str, str]], ...] = (
    (
        0,
        (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"MSCF", b"\x28\xb5\x2f\xfd"),
        "压缩包（不是 ZIP）",
        "an archive other than zip",
        _UNPACK,
    ),
    (257, (b"ustar",), "压缩包（tar）", "a tar archive", _UNPACK),
    (
        0,
        (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"OggS", b"fLaC", b"#!AMR"),
        "录音",
        "a sound recording",
        _TRANSCRIBE,
    ),
    (8, (b"WAVE",), "录音", "a sound recording", _TRANSCRIBE),
    (8, (b"AVI ",), "视频", "a video", _TRANSCRIBE),
    (
        4,
        (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypavif"),
        "手机照片（HEIC）",
        "a phone picture (HEIC)",
        _AS_PDF,
    ),
    (4, (b"ftyp", b"moov", b"mdat"), "音视频", "a video or sound recording", _TRANSCRIBE),
    (
        0,
        (b"\x1aE\xdf\xa3", b"FLV\x01", b"\x00\x00\x01\xba", b"\x00\x00\x01\xb3", b"0&\xb2u\x8ef"),
        "视频",
        "a video",
        _TRANSCRIBE,
    ),
    (
        0,
        (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"dex\n"),
        "程序",
        "a program",
        _NO_DOCUMENT,
    ),
    (0, (b"SQLite format 3",), "数据库", "a database", _NO_DOCUMENT),
    (
        0,
        (b"CAJ\x00", b"KDH ", b"%!PS", b"8BPS", b"AT&TFORM", b"AC10"),
        "专用格式的文件",
        "a file of a special format",
        _AS_PDF,
    ),
    (60, (b"BOOKMOBI",), "电子书", "an e-book", _AS_PDF),
)
_HTML = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html|head|body)\b",
    re.I | re.S,
)
_FRAGMENT = re.compile(
    r"\s*(?:<!--.{0,2000}?-->\s*)?<(?:meta|title|style|link|table|div|center|frameset|section|article"
    r"|h[1-6]|p|ul|ol)\b",
    re.I | re.S,
)
_CLOSED = re.compile(r"</(?:td|tr|div|p|table|li|title|h[1-6])\s*>", re.I)
_MARKDOWN_HEADING = re.compile(r"^#{1,6} ", re.M)
_MAIL_FIELD = re.compile(r"\s*[A-Za-z][A-Za-z-]{1,40}:[ \t]?\S?")
_MIME = re.compile(r"^MIME-Version:", re.I | re.M)
_SAVED_PAGE = re.compile(r"^Content-Type:\s{0,8}multipart/related", re.I | re.M)
_XML = re.compile(r"\s*<\?xml\b", re.I)
_OFFICE_XML = re.compile(
    r"mso-application|w:wordDocument|<Workbook|office:document|uof:UOF|pkg:package", re.I
)


def sniff(data: bytes) -> Format:
    """The kind of a file by its content.

    Raises:
        ReadError: the file is empty, binary, or of a kind that cannot be read.
    """
    if not data.strip(b" \t\r\n\x00"):
        raise ReadError(
            "文件是空的，请检查后重新上传。", "The file is empty; check it and upload it again."
        )
    if b"%PDF-" in data[:1024]:
        return Format.PDF
    if data.startswith(OLE_MAGIC):
        return ole_kind(data)
    if data.startswith(b"{\\rtf"):  # the converter of old Word files takes it, too
        return Format.DOC
    if data.startswith((ZIP_MAGIC, _NO_FILES_ZIP)):
        return _zip(data)
    if data.startswith(_PICTURES) or data[8:12] == b"WEBP" or _is_bitmap(data):
        return Format.IMAGE
    for at, magics, zh, en, (remedy_zh, remedy_en) in _UNREAD:
        if data[at : at + 16].startswith(magics):
            raise _unread(zh, en, remedy_zh, remedy_en)
    wide = wide_encoding(data)
    if found := _markup(_head(data, wide)):
        return found
    marked = data.startswith(tuple(bom for bom, _ in BOMS[1:]))
    if not wide and not marked and _is_binary(data):
        raise ReadError(
            "这是二进制文件，不是文档；请上传 PDF、Word、Excel、网页或纯文本等文档。",
            "This is a binary file and no document; upload a document such as PDF, Word, Excel, "
            "a web page or plain text.",
        )
    return Format.TEXT


def is_archive(data: bytes) -> bool:
    """Whether it is a zip of files, no document packed as one."""
    try:
        return data.startswith((ZIP_MAGIC, _NO_FILES_ZIP)) and _zip(data) is Format.ZIP
    except ReadError:
        return False


def _zip(data: bytes) -> Format:
    begin = data[30:200]
    if begin.startswith(b"mimetype" + _ODF):
        if begin.startswith(b"mimetype" + _ODF + b"text"):
            return Format.DOC
        raise _unread("OpenDocument 表格或幻灯片", "an OpenDocument sheet or slides", *_AS_OOXML)
    if begin.startswith(b"mimetype" + _EPUB):
        raise _unread("电子书（EPUB）", "an e-book (EPUB)", *_AS_PDF)
    return zip_kind(data) or Format.ZIP


def _is_bitmap(data: bytes) -> bool:
    return data.startswith(b"BM") and data[6:10] == b"\0\0\0\0" and len(data) > 54


def _head(data: bytes, wide: str) -> str:
    """The beginning as characters, for looking at mark-up, which is ASCII in every encoding."""
    for bom, encoding in BOMS:
        if data.startswith(bom):
            return data[:_HEAD].decode(encoding, errors="ignore")
    return data[:_HEAD].decode(wide or "latin-1", errors="ignore")


def _markup(head: str) -> Format | None:
    """HTML for web pages, saved ones (MHTML) too; None for no mark-up.

    Raises:
        ReadError: it is a mail or XML that is no web page.
    """
    if _HTML.match(head):
        return Format.HTML
    if (
        _FRAGMENT.match(head)
        and len(_CLOSED.findall(head)) >= 2
        and not _MARKDOWN_HEADING.search(head)
    ):
        return Format.HTML
    if _MAIL_FIELD.match(head) and _MIME.search(head):
        if _SAVED_PAGE.search(head):
            return Format.HTML
        raise _unread(
            "邮件",
            "a mail",
            "请把正文另存为文本，附件单独保存后再上传。",
            "save its text and its attachments, and upload those.",
        )
    if _XML.match(head):
        if _OFFICE_XML.search(head):
            raise _unread("XML 格式的 Office 文档", "an Office document in XML", *_AS_DOCX)
        raise _unread("XML 数据文件", "an XML data file", *_AS_DOCX)
    return None


def _unread(zh: str, en: str, remedy_zh: str, remedy_en: str) -> ReadError:
    return ReadError(
        f"这是{zh}，不能读取；{remedy_zh}", f"This is {en}, which cannot be read; {remedy_en}"
    )


def _is_binary(data: bytes) -> bool:
    for sample in (data[:65536], data[len(data) // 2 : len(data) // 2 + 65536]):
        controls = len(sample) - len(
            sample.translate(None, bytes([*range(9), 11, *range(14, 27), *range(28, 32)]))
        )
        if controls > max(2, len(sample) * 0.01):
            return True
    return False
