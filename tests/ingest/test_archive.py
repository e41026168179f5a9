"""Members of a zip: safe names, bounds, and a reason for each that was refused."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import replace

import pytest

from ingest.archive import Member, Refused, members
from ingest.limits import LIMITS
from kb.errors import ReadError

TEXT = "第一条 国家鼓励投资。\n".encode()


def packed(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def taken(data: bytes) -> dict[str, bytes]:
    return {m.name: m.data for m in members(data) if isinstance(m, Member)}


def refused(data: bytes) -> dict[str, str]:
    return {m.name: m.zh for m in members(data) if isinstance(m, Refused)}


def test_members_keep_their_folders_and_junk_is_skipped() -> None:
    data = packed(
        {
            "政策/一.txt": TEXT,
            "internal/二.txt": TEXT,
            "空夹/": b"",
            "__MACOSX/政策/._一.txt": b"x",
            ".DS_Store": b"x",
            "政策/.git/config": b"x",
            "政策/Thumbs.db": b"x",
            "desktop.ini": b"x",
        }
    )
    assert taken(data) == {"政策/一.txt": TEXT, "internal/二.txt": TEXT}
    assert not refused(data)


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_names_without_the_unicode_flag(encoding: str) -> None:
    name = "延安市/若干措施.txt"
    ascii_name = "x" * len(name.encode(encoding))
    data = packed({ascii_name: TEXT}).replace(ascii_name.encode(), name.encode(encoding))
    assert taken(data) == {name: TEXT}


@pytest.mark.parametrize(
    "name",
    [
        "../up.txt",
        "a/../../up.txt",
        "/etc/passwd",
        "C:/x.txt",
        "C:\\x.txt",
        "a\\..\\..\\x",
        "\\\\h\\x",
    ],
)
def test_names_that_lead_out_are_refused(name: str) -> None:
    data = packed({name: TEXT, "好.txt": TEXT})
    assert list(taken(data)) == ["好.txt"]
    (shown,) = refused(data)
    assert ".." not in shown
    assert not shown.startswith("/")


def test_links_are_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo("link.txt")
        info.create_system = 3
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
        archive.writestr("好.txt", TEXT)
    assert "链接" in refused(buffer.getvalue())["link.txt"]
    assert list(taken(buffer.getvalue())) == ["好.txt"]


def test_encrypted_members_are_refused() -> None:
    data = bytearray(packed({"密.txt": TEXT}))
    for at in (data.find(b"PK\x03\x04") + 6, data.find(b"PK\x01\x02") + 8):
        data[at] |= 1
    assert "密码" in refused(bytes(data))["密.txt"]


def test_a_damaged_member_does_not_stop_the_others() -> None:
    data = bytearray(packed({"坏.txt": TEXT * 50, "好.txt": TEXT}, zipfile.ZIP_STORED))
    data[60:64] = b"\0\0\0\0"
    assert "损坏" in refused(bytes(data))["坏.txt"]
    assert list(taken(bytes(data))) == ["好.txt"]


def test_a_second_member_of_the_same_name_is_refused() -> None:
    data = packed({"a.txt": TEXT, "b.txt": b"other"}).replace(b"b.txt", b"a.txt")
    assert taken(data) == {"a.txt": TEXT}
    assert "同名" in refused(data)["a.txt"]


def test_archives_are_opened_one_level_deep() -> None:
    inner = packed({"甲.txt": TEXT})
    middle = packed({"inner.zip": inner, "乙.txt": TEXT})
    data = packed({"f/middle.zip": middle})
    assert taken(data) == {"f/middle.zip/乙.txt": TEXT}
    assert "多层" in refused(data)["f/middle.zip/inner.zip"]


def test_a_document_in_an_archive_stays_whole() -> None:
    document = packed({"word/document.xml": b"<x/>"})
    assert taken(packed({"a.docx": document})) == {"a.docx": document}


def test_a_bomb_is_refused_and_the_rest_taken() -> None:
    data = packed({"bomb.txt": b"0" * 30_000_000, "好.txt": TEXT})
    assert "炸弹" in refused(data)["bomb.txt"]
    assert list(taken(data)) == ["好.txt"]


def test_overlapping_members_are_refused() -> None:
    data = packed({"a.txt": TEXT * 100, "b.txt": TEXT})
    first = data.find(b"PK\x01\x02")
    second = data.find(b"PK\x01\x02", first + 4)
    overlapping = data[: second + 42] + data[first + 42 : first + 46] + data[second + 46 :]
    with pytest.raises(ReadError, match="重叠"):
        list(members(overlapping))


def test_bounds() -> None:
    data = packed({f"{i}.txt": TEXT * 100 for i in range(5)})
    with pytest.raises(ReadError, match="5 个文件"):
        list(members(data, replace(LIMITS, members=4)))
    with pytest.raises(ReadError, match="MB"):
        list(members(data, replace(LIMITS, unpacked_bytes=10_000)))
    nested = packed({"a.zip": data, "b.txt": TEXT})
    found = list(members(nested, replace(LIMITS, members=4)))
    assert [type(member) for member in found] == [Refused, Member]
    large = packed({"a.txt": TEXT * 100, "b.txt": TEXT})
    found = list(members(large, replace(LIMITS, file_bytes=1000)))
    assert [type(member) for member in found] == [Refused, Member]


def test_a_member_that_lies_about_its_size_is_refused() -> None:
    """A header that declares little for a stream that unpacks to much."""
    raw = b"0" * 5_000_000
    data = bytearray(packed({"a.txt": raw}))
    for magic, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        begin = data.find(magic) + at
        data[begin : begin + 4] = struct.pack("<I", 100)
    assert zlib.crc32(raw[:100]) != zlib.crc32(raw)
    assert "损坏" in refused(bytes(data))["a.txt"]


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA])
def test_rare_methods_are_refused(method: int) -> None:
    assert "压缩方法" in refused(packed({"a.txt": TEXT}, method))["a.txt"]


@pytest.mark.parametrize("data", [b"PK\x03\x04junk", packed({"a.txt": TEXT})[:-30]])
def test_damaged_archives(data: bytes) -> None:
    with pytest.raises(ReadError, match="损坏"):
        list(members(data))


@pytest.mark.parametrize("data", [packed({}), packed({"a/": b"", ".x": b"1"})])
def test_empty_archives(data: bytes) -> None:
    with pytest.raises(ReadError, match="没有文件"):
        list(members(data))
