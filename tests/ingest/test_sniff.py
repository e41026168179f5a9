"""The kind of a file by its bytes, whatever it is called."""

from __future__ import annotations

import codecs
import io
import zipfile

import pytest

from ingest.formats import Format
from ingest.sniff import is_archive, sniff
from kb.errors import ReadError

TEXT = "延安市支持产业链高质量发展的若干措施，自2025年1月1日起施行。\n"


def zipped(*names: str, first: bytes = b"") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        if first:
            archive.writestr("mimetype", first)
        for name in names:
            archive.writestr(name, "<x/>")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (TEXT.encode(), Format.TEXT),
        (codecs.BOM_UTF8 + TEXT.encode(), Format.TEXT),
        (TEXT.encode("utf-16"), Format.TEXT),
        (TEXT.encode("utf-16-le"), Format.TEXT),
        ("Plain words\r\nin two lines\r\n".encode("utf-16-be"), Format.TEXT),
        (TEXT.encode("gb18030"), Format.TEXT),
        (b"name,value\n1,2\n", Format.TEXT),
        (b"# <div>\n\n<div align='center'>a</div>\n", Format.TEXT),
        (b"<div align='center'><h1>a</h1></div>\n\n# Title\n\ntext\n", Format.TEXT),
        (b"<p>one tag and then text\n", Format.TEXT),
        (b"%PDF-1.7\n", Format.PDF),
        (b"junk\n" * 20 + b"%PDF-1.7\n", Format.PDF),
        (b"\x89PNG\r\n\x1a\n", Format.IMAGE),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", Format.IMAGE),
        (b"II*\x00\x08\x00\x00\x00", Format.IMAGE),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", Format.IMAGE),
        (b"BM\x46\x00\x00\x00\x00\x00\x00\x00\x36" + b"\0" * 60, Format.IMAGE),
        (b"<!DOCTYPE html><html><body>text</body></html>", Format.HTML),
        (b"\xef\xbb\xbf\n<html lang='zh'>", Format.HTML),
        ("<html><body>网页</body></html>".encode("utf-16"), Format.HTML),
        ("<html><body>网页</body></html>".encode("utf-16-le"), Format.HTML),
        (b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x"><html>', Format.HTML),
        (b"<table><tr><td>1</td><td>2</td></tr></table>", Format.HTML),
        (
            b"From: <Saved by Blink>\r\nSubject: a\r\nMIME-Version: 1.0\r\n"
            b'Content-Type: multipart/related;\r\n\ttype="text/html"\r\n\r\n',
            Format.HTML,
        ),
        (zipped("OFD.xml", "Doc_0/Document.xml"), Format.OFD),
        (zipped("word/document.xml"), Format.DOCX),
        (b"{\\rtf1\\ansi text}", Format.DOC),
        (zipped(first=b"application/vnd.oasis.opendocument.text"), Format.DOC),
        (zipped("a.txt", "b.pdf"), Format.ZIP),
        (zipped(), Format.ZIP),
        (b"PK\x03\x04cut off", Format.ZIP),
    ],
)
def test_kinds(data: bytes, kind: Format) -> None:
    assert sniff(data) is kind


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "空"),
        (b" \r\n\t", "空"),
        (b"\x00" * 100, "空"),
        (zipped(first=b"application/vnd.oasis.opendocument.spreadsheet"), "xlsx"),
        (zipped(first=b"application/epub+zip"), "PDF"),
        (b"7z\xbc\xaf\x27\x1c\x00\x04", "ZIP"),
        (b"Rar!\x1a\x07\x01\x00", "ZIP"),
        (b"\x1f\x8b\x08\x00", "ZIP"),
        (b"name" + b"\0" * 253 + b"ustar\x0000", "ZIP"),
        (b"ID3\x04\x00\x00", "文字稿"),
        (b"RIFF\x10\x00\x00\x00WAVEfmt ", "文字稿"),
        (b"\x00\x00\x00\x20ftypisom", "文字稿"),
        (b"\x1aE\xdf\xa3\x01\x00", "文字稿"),
        (b"\x00\x00\x00\x18ftypheic", "JPG"),
        (b"MZ\x00\x01\x02\x03" * 100, "程序"),
        (b"\x7fELF\x02\x01\x01", "程序"),
        (b"CAJ\x00\x01", "PDF"),
        (bytes(range(256)) * 40, "二进制"),
        (b"From: a@b.c\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nhi", "邮件"),
        (
            b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument>',
            "Office",
        ),
        (b'<?xml version="1.0"?><data><a/></data>', "XML"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_remedy(data: bytes, word: str) -> None:
    with pytest.raises(ReadError, match=word) as caught:
        sniff(data)
    assert "请" in caught.value.zh
    assert any(w in caught.value.en for w in ("save", "upload", "pack"))


def test_documents_packed_as_zip_are_no_archives() -> None:
    assert is_archive(zipped("a.txt"))
    assert not is_archive(zipped("OFD.xml"))
    assert not is_archive(zipped(first=b"application/epub+zip"))
    assert not is_archive(TEXT.encode())
