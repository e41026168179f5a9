"""Office formats told by content, and zips that are opened only within bounds."""

from __future__ import annotations

import io
import zipfile

import docx
import openpyxl
import pptx
import pytest

from ingest.containers import open_zip, zip_kind
from ingest.formats import Format
from ingest.limits import Limits
from ingest.sniff import sniff
from kb.errors import ReadError


def saved(document: object) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)  # type: ignore[attr-defined]
    return buffer.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_office_formats_are_told_by_their_parts() -> None:
    assert sniff(saved(docx.Document())) is Format.DOCX
    assert sniff(saved(openpyxl.Workbook())) is Format.XLSX
    assert sniff(saved(pptx.Presentation())) is Format.PPTX
    assert zip_kind(zipped({"a.txt": b"x"})) is None
    assert zip_kind(b"PK\x03\x04 no zip at all") is None


def test_a_main_part_under_another_name_is_found_by_its_type() -> None:
    types = (
        b'<Types><Override PartName="/word/document2.xml" ContentType="application/'
        b'vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    data = zipped({"[Content_Types].xml": types, "word/document2.xml": b"<w/>"})
    assert zip_kind(data) is Format.DOCX


def test_a_damaged_or_foreign_ole_file_is_refused_with_a_remedy() -> None:
    with pytest.raises(ReadError, match="另存"):
        sniff(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600)


def test_bombs_and_too_many_members_are_refused_before_anything_is_opened() -> None:
    with pytest.raises(ReadError, match="压缩炸弹"):
        open_zip(zipped({"word/document.xml": b"\x00" * 30_000_000}), Limits())
    with pytest.raises(ReadError, match="压缩炸弹"):
        open_zip(zipped({"a": b"x" * 2000}), Limits(unpacked_bytes=1000))
    with pytest.raises(ReadError, match="3 个部件"):
        open_zip(zipped({"a": b"", "b": b"", "c": b""}), Limits(members=2))


def test_a_member_that_holds_more_than_it_declares_is_refused() -> None:
    data = bytearray(zipped({"a": b"x" * 100_000}))
    true = (100_000).to_bytes(4, "little")
    assert data.count(true) == 2
    data = data.replace(true, (10).to_bytes(4, "little"))
    with pytest.raises(ReadError, match="损坏"):
        open_zip(bytes(data), Limits())


def test_a_truncated_zip_is_refused() -> None:
    data = saved(docx.Document())
    with pytest.raises(ReadError, match="损坏"):
        open_zip(data[: len(data) // 2], Limits())
