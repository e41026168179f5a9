"""Bytes to clean text: what kind of file it is, its encoding, and the characters that may stay."""

from __future__ import annotations

import codecs
import re
import unicodedata

from ingest.containers import OLE_MAGIC, ZIP_MAGIC, ole_kind, zip_kind
from ingest.formats import Format
from kb.errors import ReadError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FOREIGN = (
    (b"PK\x03\x04", "压缩包", "an archive"),
    (b"{\\rtf", "RTF 文档", "an RTF document"),
    (b"\x89PNG", "图片", "a picture"),
    (b"\xff\xd8\xff", "图片", "a picture"),
    (b"GIF8", "图片", "a picture"),
    (b"II*\x00", "图片", "a picture"),
    (b"MM\x00*", "图片", "a picture"),
    (b"\x1f\x8b", "压缩包", "an archive"),
    (b"Rar!", "压缩包", "an archive"),
    (b"7z\xbc\xaf", "压缩包", "an archive"),
)
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html|head|body)\b",
    re.I | re.S,
)

# Controls (tab and newline aside), zero-width and bidirectional marks, tag characters, lone
# surrogates, non-characters: nothing a reader can see, and a place to hide text in.
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    r"\ufeff\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
_LINE_BREAK = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_NON_BREAKING = re.compile(r"[\t\u00a0\u2002-\u200a\u202f\u205f]")
_LETTER = re.compile(r"[^\W_]+")


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
    if data.startswith(ZIP_MAGIC) and (office := zip_kind(data)):
        return office
    for magic, zh, en in _FOREIGN:
        if data.startswith(magic):
            raise ReadError(
                f"这是{zh}，目前不能读取；请另存为 PDF、Markdown 或纯文本后再上传。",
                f"This is {en}, which cannot be read yet; "
                "save it as PDF, Markdown or plain text and try again.",
            )
    if _HTML.match(data[:4096].removeprefix(codecs.BOM_UTF8)):
        raise ReadError(
            "这是网页（HTML），目前不能读取；请在浏览器里打印为 PDF，或把正文存为纯文本后再上传。",
            "This is a web page (HTML), which cannot be read yet; "
            "print it to PDF or save its text and try again.",
        )
    if not data.startswith(
        (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)
    ) and _is_binary(data):
        raise ReadError(
            "这是二进制文件，不是文本；请上传 PDF、Markdown 或纯文本（UTF-8）。",
            "This is a binary file, not text; upload a PDF, Markdown or plain text (UTF-8) file.",
        )
    return Format.TEXT


def _is_binary(data: bytes) -> bool:
    for sample in (data[:65536], data[len(data) // 2 : len(data) // 2 + 65536]):
        controls = len(sample) - len(
            sample.translate(None, bytes([*range(9), 11, *range(14, 27), *range(28, 32)]))
        )
        if controls > max(2, len(sample) * 0.01):
            return True
    return False


def decode(data: bytes) -> str:
    """Text from bytes: by byte order mark, else UTF-8, else GB18030 where that is plausible.

    Raises:
        ReadError: no encoding gives a plausible text, or a UTF-8 file is damaged.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                raise _damaged(encoding, error.start) from error
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        replaced = data.decode("utf-8", errors="replace")
        if replaced.count("\ufffd") < max(1, len(replaced) // 50):
            raise _damaged("UTF-8", error.start) from error
    try:
        text = data.decode("gb18030")
        if _plausible_chinese(text):
            return text
    except UnicodeDecodeError:
        pass
    return _detected(data)


def _plausible_chinese(text: str) -> bool:
    """Whether a GB18030 reading looks meant: other encodings read as it give rare characters."""
    foreign = [char for char in text[:200_000] if char > "\x7f"]
    if not foreign:
        return True
    common = 0
    for char in foreign:
        try:
            char.encode("gb2312")
        except UnicodeEncodeError:
            continue
        common += 1
    return common >= 0.85 * len(foreign)


def _detected(data: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(
        data[:1_000_000],
        cp_isolation=["big5hkscs", "big5", "gb18030", "utf_16", "shift_jis", "cp1252"],
    ).best()
    if best is not None and best.encoding != "gb18030":
        try:
            return data.decode(best.encoding)
        except UnicodeDecodeError:
            pass
    raise ReadError(
        "认不出这个文件的文字编码；请用记事本打开后“另存为”，编码选 UTF-8，再上传。",
        "The text encoding of this file cannot be recognised; "
        "save it as UTF-8 in an editor and try again.",
    )


def _damaged(encoding: str, at: int) -> ReadError:
    return ReadError(
        f"文件的 {encoding} 编码在第 {at} 字节处损坏；请重新导出或下载后再上传。",
        f"The file's {encoding} text is damaged at byte {at}; export or download it again.",
    )


def clean(text: str) -> str:
    r"""The text with ``\n`` line ends, in NFC, without invisible characters.

    Tabs and odd spaces become plain spaces (full-width ones stay, they are seen); punctuation and
    characters are not folded, so that quotes stay verbatim.
    """
    text = _LINE_BREAK.sub("\n", text)
    text = _INVISIBLE.sub("", text)
    text = _NON_BREAKING.sub(" ", text)
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def letters(text: str) -> int:
    """How many letters, digits and Chinese characters a text has (punctuation does not count)."""
    return sum(map(len, _LETTER.findall(text)))
