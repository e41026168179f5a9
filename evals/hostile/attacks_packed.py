"""Attacks by zips and what is packed as one: bombs, paths, entities, cells without end."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping

from evals.hostile.attacks_html import OUTSIDE, laughs
from evals.hostile.attacks_text import Attacks
from evals.hostile.bases import LINES, ofd, packed

_TEXT = "\n".join(LINES)
_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def _bomb(size: int) -> bytes:
    return packed({"bomb.txt": b"0" * size})


def _nested_zip(depth: int, width: int) -> bytes:
    data = _bomb(5_000_000)
    for _ in range(depth):
        data = packed({f"{at}.zip": data for at in range(width)})
    return data


def _overlapping() -> bytes:
    """Many entries of one member's bytes."""
    base = packed({"a.txt": b"0" * 1_000_000})
    at = base.find(b"PK\x01\x02")
    entry, end = base[at : base.find(b"PK\x05\x06")], bytearray(base[base.find(b"PK\x05\x06") :])
    count = 5_000
    end[8:12] = struct.pack("<HH", count, count)
    end[12:16] = struct.pack("<I", len(entry) * count)
    return base[:at] + entry * count + bytes(end)


def _traversal() -> bytes:
    names = (
        "../../etc/cron.d/x",
        "/etc/passwd",
        "C:\\x.txt",
        "..\\x.txt",
        "a/../../b.txt",
        "好.txt",
    )
    return packed({name: _TEXT.encode() for name in names})


def _link() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo("link.txt")
        info.create_system, info.external_attr = 3, 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    return buffer.getvalue()


def _docx(document: str, more: Mapping[str, bytes] | None = None) -> bytes:
    return packed(
        {
            "[Content_Types].xml": b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
            b'content-types"><Default Extension="xml" ContentType="application/xml"/><Default '
            b'Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships'
            b'+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxml'
            b'formats-officedocument.wordprocessingml.document.main+xml"/></Types>',
            "_rels/.rels": b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
            b'relationships"><Relationship Id="r" Type="http://schemas.openxmlformats.org/office'
            b'Document/2006/relationships/officeDocument" Target="word/document.xml"/>'
            b"</Relationships>",
            "word/document.xml": document.encode("utf-8", "surrogatepass"),
            **(more or {}),
        }
    )


def _word(body: str, head: str = "") -> str:
    return f"{head}<w:document {_WORD}><w:body>{body}</w:body></w:document>"


def _p(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def _xlsx(cells: str, shared: str = "", head: str = "") -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    return packed(
        {
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
            'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats'
            '-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="'
            f'{kind}.sheet.main+xml"/><Override PartName="/xl/s.xml" ContentType="{kind}.worksheet'
            f'+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="{kind}.sharedStrings'
            '+xml"/></Types>'.encode(),
            "_rels/.rels": f'<Relationships xmlns="{package}"><Relationship Id="r" Type="{office}/'
            'officeDocument" Target="xl/workbook.xml"/></Relationships>'.encode(),
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name='
            '"一" sheetId="1" r:id="r1"/></sheets></workbook>'.encode(),
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}"><Relationship Id="r1"'
            f' Type="{office}/worksheet" Target="s.xml"/><Relationship Id="r2" Type="{office}/'
            'sharedStrings" Target="sharedStrings.xml"/></Relationships>'.encode(),
            "xl/s.xml": f'{head}<worksheet xmlns="{main}">{cells}</worksheet>'.encode(),
            "xl/sharedStrings.xml": f'<sst xmlns="{main}">{shared}</sst>'.encode(),
        }
    )


def _cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


ATTACKS: Attacks = {
    "zip: bomb": ("a.zip", lambda: _bomb(300_000_000)),
    "zip: nested bomb": ("a.zip", lambda: _nested_zip(4, 10)),
    "zip: overlapping": ("a.zip", _overlapping),
    "zip: paths": ("a.zip", _traversal),
    "zip: link": ("a.zip", _link),
    "zip: members": ("a.zip", lambda: packed({f"{n}.txt": b"" for n in range(12_000)})),
    "zip: long name": ("a.zip", lambda: packed({"名" * 20_000 + ".txt": _TEXT.encode()})),
    "zip: LZMA": ("a.zip", lambda: packed({"a.txt": _TEXT.encode()}, zipfile.ZIP_LZMA)),
    "zip: nothing": ("a.zip", lambda: packed({})),
    "zip: itself inside": (
        "a.zip",
        lambda: packed({"a.zip": packed({"b.zip": packed({"c.txt": b"x"})})}),
    ),
    "DOCX: entity bomb": ("a.docx", lambda: _docx(_word(_p("&l9;"), laughs()))),
    "DOCX: outside entity": ("a.docx", lambda: _docx(_word(_p("&o;"), OUTSIDE))),
    "DOCX: deep": ("a.docx", lambda: _docx(_word("<w:tbl><w:tr><w:tc>" * 100_000))),
    "DOCX: tables of 80 levels": (
        "a.docx",
        lambda: _docx(
            _word("<w:tbl><w:tr><w:tc>" * 80 + _p("甲。") + "</w:tc></w:tr></w:tbl>" * 80)
        ),
    ),
    "DOCX: macros": (
        "a.docm",
        lambda: _docx(_word(_p(LINES[2])), {"word/vbaProject.bin": b"\xd0\xcf" * 99}),
    ),
    "DOCX: part of 300 MB": (
        "a.docx",
        lambda: _docx(_word(_p("甲")), {"word/media/a.bin": b"0" * 300_000_000}),
    ),
    "DOCX: text of 30 MB": ("a.docx", lambda: _docx(_word(_p("国家鼓励投资" * 1_600_000)))),
    "DOCX: 200,000 paragraphs": ("a.docx", lambda: _docx(_word(_p("甲。") * 200_000))),
    "DOCX: lone surrogates": ("a.docx", lambda: _docx(_word(_p("甲\ud800乙&#xD800;")))),
    "DOCX: no parts": ("a.docx", lambda: packed({"word/document.xml": b""})),
    "XLSX: entity bomb": ("a.xlsx", lambda: _xlsx("<sheetData/>", head=laughs())),
    "XLSX: last cell": (
        "a.xlsx",
        lambda: _xlsx(
            f'<dimension ref="A1:XFD1048576"/><sheetData><row r="1">{_cell("A1", "甲")}</row>'
            f'<row r="1048576">{_cell("XFD1048576", "乙")}</row></sheetData>'
        ),
    ),
    "XLSX: all merged": (
        "a.xlsx",
        lambda: _xlsx(
            f'<sheetData><row r="1">{_cell("A1", "甲")}</row></sheetData>'
            '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
        ),
    ),
    "XLSX: shared string missing": (
        "a.xlsx",
        lambda: _xlsx('<sheetData><row r="1"><c r="A1" t="s"><v>99999</v></c></row></sheetData>'),
    ),
    "XLSX: commands": (
        "a.xlsx",
        lambda: _xlsx(
            '<sheetData><row r="1"><c r="A1"><f>cmd|\' /C calc\'!A0</f><v>1</v></c>'
            f"{_cell('B1', '=1+1')}</row></sheetData>"
        ),
    ),
    "XLSX: 300,000 rows": (
        "a.xlsx",
        lambda: _xlsx(
            "<sheetData>"
            + "".join(f'<row r="{n}">{_cell(f"A{n}", "甲")}</row>' for n in range(1, 300_001))
            + "</sheetData>"
        ),
    ),
    "OFD: entity bomb": ("a.ofd", lambda: ofd(head=laughs())),
    "OFD: units in themselves": ("a.ofd", lambda: ofd('<ofd:CompositeObject ResourceID="1"/>')),
    "OFD: endless steps": (
        "a.ofd",
        lambda: ofd(
            '<ofd:TextObject Size="1"><ofd:TextCode DeltaX="g 999999999 1 g 999999999 1">甲乙'
            "</ofd:TextCode></ofd:TextObject>" * 500
        ),
    ),
    "OFD: deep": ("a.ofd", lambda: ofd("<ofd:PageBlock>" * 200 + "</ofd:PageBlock>" * 200)),
}
"""Name of the attack -> what the file is called, and what makes it."""
