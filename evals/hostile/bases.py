"""Small sound files of every format, made on the spot: what ``evals.hostile`` damages."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

LINES = (
    "延安市支持产业链高质量发展若干措施",
    "第一章 总则",
    "第一条 为了促进本市产业链高质量发展，根据有关法律法规，结合本市实际，制定本措施。",
    "第二条 本措施适用于在本市依法登记并从事生产经营的企业：",
    "（一）投资额五千万元以上的制造业项目；",
    "（二）带动就业一百人以上的服务业项目。",
    "第三条 本措施自2025年1月1日起施行，有效期三年。",
)
TABLE = (("产业链", "标准", "备注"), ("光伏", "500万元", "一次性"), ("苹果", "200万元", "分年"))
_LARGEST = 1_500_000  # bytes of a file from a folder that is worth damaging


def made() -> dict[str, bytes]:
    """One file of each format, by name."""
    text = "\n".join(LINES)
    return {
        "base.txt": text.encode(),
        "base-gbk.txt": text.encode("gb18030"),
        "base.md": f"---\ntitle: {LINES[0]}\nid: x\n---\n# {text}\n".encode(),
        "base.html": _html().encode(),
        "base.mht": _mht(),
        "base.pdf": pdf(),
        "base.docx": _docx(),
        "base.xlsx": _xlsx(),
        "base.pptx": _pptx(),
        "base.ofd": ofd(),
        "base.png": _picture(),
        "base.zip": packed({"政策/一.txt": text.encode(), "二.html": _html().encode()}),
    }


def found(folder: Path | None) -> dict[str, bytes]:
    """The smaller files of a folder, scans aside: recognising each damaged one takes seconds."""
    if folder is None:
        return {}
    return {
        path.name: path.read_bytes()
        for path in sorted(folder.iterdir())
        if path.is_file() and path.stat().st_size <= _LARGEST and "scan" not in path.name
    }


def packed(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, method)  # one date for all
    return buffer.getvalue()


def pdf() -> bytes:
    """A PDF of two pages."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    for _ in range(2):
        canvas.setFont("STSong-Light", 12)
        for at, line in enumerate(LINES):
            canvas.drawString(72, 760 - 24 * at, line)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def ofd(units: str = "", head: str = "") -> bytes:
    """An OFD of one page: the usual lines, or the given units; ``head`` before the page's XML."""
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    usual = "".join(
        f'<ofd:TextObject ID="{at}" Boundary="20 {20 + 9 * at} 170 6" Size="5">'
        f'<ofd:TextCode X="0" Y="5" DeltaX="g {len(line)} 5">{line}</ofd:TextCode></ofd:TextObject>'
        for at, line in enumerate(LINES)
    )
    return packed(
        {
            "OFD.xml": f"<ofd:OFD {space}><ofd:DocBody><ofd:DocRoot>D/Document.xml</ofd:DocRoot>"
            "</ofd:DocBody></ofd:OFD>".encode(),
            "D/Document.xml": f"<ofd:Document {space}><ofd:CommonData><ofd:PublicRes>R.xml"
            '</ofd:PublicRes></ofd:CommonData><ofd:Pages><ofd:Page BaseLoc="P.xml"/></ofd:Pages>'
            "</ofd:Document>".encode(),
            "D/R.xml": f'<ofd:Res {space}><ofd:CompositeGraphicUnit ID="1"><ofd:Content>'
            '<ofd:CompositeObject ResourceID="1"/><ofd:CompositeObject ResourceID="1"/>'
            "</ofd:Content></ofd:CompositeGraphicUnit></ofd:Res>".encode(),
            "D/P.xml": f"{head}<ofd:Page {space}><ofd:Content><ofd:Layer>{units or usual}"
            "</ofd:Layer></ofd:Content></ofd:Page>".encode(),
        }
    )


def _html() -> str:
    rows = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in TABLE)
    body = "".join(f"<p>{line}</p>" for line in LINES[1:])
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{LINES[0]}</title></head><body>'
        f'<div class="nav"><a href="/">首页</a></div><h1>{LINES[0]}</h1>{body}<table>{rows}</table>'
        "<ol><li>甲</li><li>乙</li></ol></body></html>"
    )


def _mht() -> bytes:
    return (
        "From: <Saved>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=B\r\n\r\n"
        f"--B\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{_html()}\r\n--B--\r\n"
    ).encode()


def _docx() -> bytes:
    from docx import Document

    document = Document()
    document.add_heading(LINES[0], 0)
    for line in LINES[1:]:
        document.add_paragraph(line)
    table = document.add_table(len(TABLE), 3)
    for row, texts in zip(table.rows, TABLE, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _xlsx() -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    for row in TABLE:
        sheet.append(row)
    sheet["D2"] = '=HYPERLINK("http://example.org","=1+1")'
    sheet["D3"] = "=SUM(A1:A9)"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _pptx() -> bytes:
    from pptx import Presentation

    slides = Presentation()
    slide = slides.slides.add_slide(slides.slide_layouts[1])
    slide.shapes.title.text = LINES[0]
    slide.placeholders[1].text = "\n".join(LINES[1:])
    buffer = io.BytesIO()
    slides.save(buffer)
    return buffer.getvalue()


def _picture() -> bytes:
    from PIL import Image

    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), "white").save(buffer, "PNG")
    return buffer.getvalue()
