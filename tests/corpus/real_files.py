"""Some documents of ``corpus/`` as the files people have: ``python -m tests.corpus.real_files``.

The Markdown stays the source; the files in ``docs/examples`` are made from it, the same bytes every
time. PDF: in two columns, with running heads and feet, with a table over several pages. Word: with
the numbers of headings and clauses drawn by Word and not in the text. Excel: all policies with
their validity.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from openpyxl import Workbook
from openpyxl.styles import Font
from reportlab.lib.colors import black
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import (
    BaseDocTemplate,
    Frame,
    FrameBreak,
    LongTable,
    NextPageTemplate,
    PageTemplate,
    Paragraph,
)

from ingest.front_matter import split
from kb.models import Header
from kb.validity import validity
from tests.corpus.reading import CORPUS, REPOSITORY

EXAMPLES = REPOSITORY / "docs" / "examples"
DAY = date(2026, 11, 23)
"""The day whose validity the table of policies tells."""
FONT = "STSong-Light"
VALIDITY = {
    "in_force": "现行有效", "expiring": "即将到期", "not_yet": "尚未施行", "expired": "已失效",
    "superseded": "已被取代", "undated": "未注明日期",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a document: ``title``, ``heading``, ``clause``, ``text`` or a table's ``row``."""

    kind: str
    text: str
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A document of the corpus, in pieces."""

    header: Header
    blocks: tuple[Block, ...]


def source(document_id: str) -> Source:
    """The Markdown document with that id."""
    for path in CORPUS.rglob("*.md"):
        front, text = split(path.read_text(encoding="utf-8"))
        if front is not None and front.document_id == document_id:
            return Source(front.apply(Header(title="")), tuple(_blocks(text)))
    raise LookupError(document_id)


def _blocks(text: str) -> Iterator[Block]:
    for line in filter(None, map(str.strip, text.splitlines())):
        if line.startswith("# "):
            yield Block("title", line[2:])
        elif line.startswith("## "):
            yield Block("heading", line[3:])
        elif line.startswith("|"):
            cells = tuple(cell.strip() for cell in line.strip("|").split("|"))
            if set("".join(cells)) - set("- "):
                yield Block("row", line, cells)
        else:
            yield Block("clause" if re.match(r"\d+\. ", line) else "text", line)


def printed_head(header: Header) -> list[str]:
    """What an official paper prints below its title: its number, and when it was published."""
    lines = [header.doc_number] if header.doc_number else []
    if header.published:
        lines.append(f"发布日期：{_day(header.published)}")
    return lines


def printed_end(header: Header) -> list[str]:
    """What an official paper prints at its end: from when, and until when it holds."""
    if not header.effective:
        return []
    until = f"，有效期至{_day(header.expires)}" if header.expires else ""
    return [f"本文件自{_day(header.effective)}起施行{until}。"]


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


# -- PDF -------------------------------------------------------------------------------------------


def make_pdf(document: Source, *, columns: int = 1, head: str = "", foot: str = "") -> bytes:
    """A printed document. ``foot`` may hold ``{n}`` for the number of the page."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    size = 10.5 if columns > 1 else 12.0
    style = ParagraphStyle("text", fontName=FONT, fontSize=size, leading=size * 1.6, wordWrap="CJK")
    styles = {
        "title": ParagraphStyle("title", style, fontSize=18, leading=26, alignment=1),
        "number": ParagraphStyle("number", style, alignment=1),
        "heading": ParagraphStyle(
            "heading", style, fontSize=size + 2, spaceBefore=8, spaceAfter=4, keepWithNext=1
        ),
        "clause": ParagraphStyle("clause", style, firstLineIndent=size * 2),
    }
    styles["text"] = styles["clause"]
    flow: list[Any] = []
    for block in document.blocks:
        if block.kind != "row":
            flow.append(Paragraph(_escaped(block.text), styles[block.kind]))
        if block.kind == "title":
            lines = printed_head(document.header)
            flow.extend(Paragraph(_escaped(line), styles["number"]) for line in lines)
    if rows := [block.cells for block in document.blocks if block.kind == "row"]:
        flow.append(_table(rows, style))
    flow.extend(Paragraph(line, styles["clause"]) for line in printed_end(document.header))
    return _printed(flow, document.header.title, columns, head, foot)


_LINES = [("GRID", (0, 0), (-1, -1), 0.5, black), ("VALIGN", (0, 0), (-1, -1), "TOP")]


def _table(rows: list[tuple[str, ...]], style: ParagraphStyle) -> LongTable:
    cells = [[Paragraph(_escaped(cell), style) for cell in row] for row in rows]
    widths = [3.5 * cm, 9.5 * cm, 3.5 * cm]
    return LongTable(cells, widths, repeatRows=1, style=_LINES)


def _printed(flow: list[Any], title: str, columns: int, head: str, foot: str) -> bytes:
    width, height = A4
    margin, gap, top = 2.2 * cm, 0.8 * cm, 3.2 * cm
    column = (width - 2 * margin - gap * (columns - 1)) / columns
    across = Frame(margin, height - margin - top, width - 2 * margin, top, 0, 0, 0, 0)

    def frames(tall: float) -> list[Frame]:
        left = [margin + i * (column + gap) for i in range(columns)]
        return [Frame(x, margin, column, tall, 0, 0, 0, 0) for x in left]

    def furniture(canvas: Any, template: Any) -> None:
        canvas.setFont(FONT, 9)
        canvas.drawString(margin, height - 1.4 * cm, head)
        canvas.drawCentredString(width / 2, 1.2 * cm, foot.format(n=template.page))

    out = io.BytesIO()
    template = BaseDocTemplate(out, pagesize=A4, title=title, invariant=1, pageCompression=0)
    full = height - 2 * margin
    if columns > 1:  # the title and what belongs to it across all columns
        first = PageTemplate("first", [across, *frames(full - top)], onPage=furniture)
        template.addPageTemplates(first)
        head_lines = next(i for i, part in enumerate(flow) if part.style.name == "clause")
        flow[head_lines:head_lines] = [NextPageTemplate("later"), FrameBreak()]
    template.addPageTemplates(PageTemplate("later", frames(full), onPage=furniture))
    template.build(flow)
    return out.getvalue()


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


# -- Word ------------------------------------------------------------------------------------------

_NUMBERING = f"""
<w:abstractNum {nsdecls("w")} w:abstractNumId="90">
  <w:multiLevelType w:val="multilevel"/>
  <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/>
    <w:suff w:val="nothing"/><w:lvlText w:val="%1、"/></w:lvl>
  <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/>
    <w:suff w:val="space"/><w:lvlText w:val="%2."/></w:lvl>
</w:abstractNum>"""
_LIST = f"""<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>"""


def make_docx(document: Source) -> bytes:
    """A Word file whose 一、 and 1. are drawn by Word's numbering and do not stand in the text."""
    word = Document()
    word.core_properties.title = document.header.title
    word.core_properties.author = ""
    numbering = word.part.numbering_part.element
    numbering.insert(0, parse_xml(_NUMBERING))
    numbering.append(parse_xml(_LIST))
    for block in document.blocks:
        if block.kind == "title":
            word.add_heading(block.text, 0)
            for line in printed_head(document.header):
                word.add_paragraph(line).alignment = WD_ALIGN_PARAGRAPH.CENTER
        elif block.kind == "heading":
            bare = re.sub(r"^[一二三四五六七八九十]+、", "", block.text)
            heading = word.add_heading(bare, 1)
            if bare != block.text:
                _numbered(heading, 0)
        elif block.kind == "clause":
            _numbered(word.add_paragraph(re.sub(r"^\d+\. ", "", block.text)), 1)
        else:
            word.add_paragraph(block.text)
    for line in printed_end(document.header):
        word.add_paragraph(line)
    out = io.BytesIO()
    word.save(out)
    return steady(out.getvalue())


def _numbered(paragraph: Any, level: int) -> None:
    properties = paragraph._p.get_or_add_pPr()
    found = OxmlElement("w:numPr")
    for name, value in (("w:ilvl", level), ("w:numId", 90)):
        child = OxmlElement(name)
        child.set(qn("w:val"), str(value))
        found.append(child)
    properties.append(found)


# -- Excel -----------------------------------------------------------------------------------------

COLUMNS = ("编号", "名称", "文号", "发布机关", "发布日期", "施行日期", "到期日期", "效力", "核实")


def policies() -> list[tuple[str, Header]]:
    """Ids and headers of all policies, in the order of their ids."""
    found = []
    for path in sorted((CORPUS / "policy").glob("*.md")):
        front, _ = split(path.read_text(encoding="utf-8"))
        assert front is not None
        found.append((front.document_id, front.apply(Header(title=""))))
    return sorted(found, key=lambda pair: pair[0])


def make_xlsx() -> bytes:
    """A table of all policies with where they stand on ``DAY``; days are real dates."""
    book = Workbook()
    sheet = book.active
    sheet.title = "政策效力"
    sheet.append(COLUMNS)
    for document_id, header in policies():
        state = VALIDITY[validity(header, DAY).value]
        grade = header.grade.value if header.grade else ""
        sheet.append(
            (
                document_id, header.title, header.doc_number, "、".join(header.issuers),
                header.published, header.effective, header.expires, state, grade,
            )
        )  # fmt: skip
    for row in sheet.iter_rows(min_row=2, min_col=5, max_col=7):
        for cell in row:
            cell.number_format = "yyyy-mm-dd"
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for letter, width in zip("ABCDEFGHI", (10, 48, 28, 32, 12, 12, 12, 12, 8), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return steady(out.getvalue())


def steady(data: bytes) -> bytes:
    """An Office file without the time it was made."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            member = old.read(name)
            if name == "docProps/core.xml":
                member = re.sub(rb">\d{4}-\d\d-\d\dT[\d:]+Z<", b">2026-11-23T00:00:00Z<", member)
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            new.writestr(info, member, zipfile.ZIP_DEFLATED)
    return out.getvalue()


FILES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "西部大开发企业所得税.pdf": (
        "T01",
        lambda: make_pdf(source("T01"), head="延安招商知识库 · 政策要点", foot="— {n} —"),
    ),
    "生态环境影响评价与排污许可.pdf": ("B03", lambda: make_pdf(source("B03"), columns=2)),
    "招商常用词中英对照.pdf": ("G07", lambda: make_pdf(source("G07"), foot="第 {n} 页")),
    "保障中小企业款项支付条例.pdf": ("P16", lambda: make_pdf(source("P16"), foot="{n}")),
    "建设用地取得方式与年限.pdf": ("L01", lambda: make_pdf(source("L01"))),
    "昆山经验.pdf": ("E02", lambda: make_pdf(source("E02"), head="昆山经验", foot="{n}")),
    "公平竞争审查条例.docx": ("P04", lambda: make_docx(source("P04"))),
    "延安产业链16条措施.docx": ("R07", lambda: make_docx(source("R07"))),
    "政策效力一览.xlsx": ("", make_xlsx),
}
"""File name -> the document it is made from, and how."""


def main() -> None:
    """Write every file."""
    EXAMPLES.mkdir(parents=True, exist_ok=True)
    for name, (_, make) in FILES.items():
        (EXAMPLES / name).write_bytes(make())


if __name__ == "__main__":
    main()
