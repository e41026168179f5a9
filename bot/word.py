"""Word files: excerpts and conversations as an official file wants them, with every source.

Each file says when it was made, from which version of each document, and whether that document
was in force; text from documents and readers is text here too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

from bot.excerpts import Excerpt
from bot.table_text import heads, left_out, lines, marked
from bot.web.markup import plain
from bot.web.texts import day_text, texts, validity_text
from bot.word_texts import WordTexts, word_texts
from kb.answer_table import AnswerTable
from kb.models import Answer, Citation, DocumentInfo, Status

if TYPE_CHECKING:
    from docx.document import Document

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_BODY = ("Times New Roman", "宋体")
_HEAD = ("Arial", "黑体")
_UNSAFE = re.compile(r"[^\w\u4e00-\u9fff-]+")


@dataclass(frozen=True, slots=True)
class Source:
    """What a source line says: the place in a document, and the version it was read from."""

    info: DocumentInfo
    path: tuple[str, ...]
    page: int | None
    validity: str


def file_name(title: str, on: date) -> str:
    """A name for a download: the title and the day, without anything a path could mind."""
    return f"{_UNSAFE.sub('_', plain(title))[:40].strip('_')}-{on.isoformat()}.docx"


def excerpts_file(found: Sequence[Excerpt], gone: int, title: str, on: date, lang: str) -> bytes:
    """A list of excerpts: each passage as a quotation, numbered, with its source below it.

    Args:
        found: the passages in order.
        gone: how many of the list are no longer there; said in the file.
        title: the heading.
        on: the day it is made; the validity told is that of this day.
        lang: language of the words around the passages.
    """
    t = word_texts(lang)
    made = _new(title, t, on, lang)
    if gone:
        _paragraph(made, t.gone.format(n=gone), style="note")
    for n, excerpt in enumerate(found, 1):
        head = " › ".join(excerpt.path) or excerpt.info.header.title
        made.add_heading(plain(f"{n}. {head}"), level=2)
        for line in excerpt.text.split("\n"):
            if line.strip():
                _paragraph(made, line.strip(), style="quote")
        header = excerpt.info.header
        state = validity_text(excerpt.validity, header.expires, lang, header.effective)
        source = Source(excerpt.info, excerpt.path, excerpt.page, state)
        _paragraph(made, f"{t.source}{source_line(source, lang)}", style="note")
    return _saved(made)


def conversation_file(
    turns: Sequence[tuple[str, str, date | None, Answer]],
    infos: Mapping[int, DocumentInfo],
    title: str,
    on: date,
    lang: str,
) -> bytes:
    """A conversation: each question with the day it was answered for, answer, notes, sources.

    Args:
        turns: question, what it was read as (empty: as it was asked), day asked for (None for the
            day it was asked, ``on``), answer.
        infos: the documents cited, by version id; one that is gone is told by its citation.
        title: the heading.
        on: the day the file is made.
        lang: language of the words around questions and answers.
    """
    t, w = texts(lang), word_texts(lang)
    made = _new(title, w, on, lang)
    for n, (question, meant, day, answer) in enumerate(turns, 1):
        made.add_heading(plain(f"{n}. {question}"), level=1)
        if meant:
            _paragraph(made, w.meant.format(question=meant), style="note")
        told = t.answered_for.format(day=day_text(day or on, lang))
        _paragraph(made, told, style="note")
        if answer.status is not Status.ANSWERED:
            _paragraph(made, t.refused if answer.status is Status.REFUSED else w.nearest)
        if answer.table is not None:
            _table(made, answer.table, lang)
        for claim in () if answer.table is not None else answer.claims:
            _paragraph(made, f"{claim.text}{''.join(f'[{c}]' for c in claim.citations)}")
        for near in answer.nearest:
            _paragraph(made, f"{t.nearest}{t.colon}《{near.title}》{near.doc_number}", style="note")
        for note in answer.notes:
            _paragraph(made, f"※ {note.en if lang == 'en' else note.zh}", style="note")
        for c in answer.citations:
            _paragraph(made, f"[{c.n}] {_cited(c, infos.get(c.version_id), lang)}", style="note")
            _paragraph(made, f"“{c.quote.strip()}”", style="quote")
    return _saved(made)


def _table(made: Document, table: AnswerTable, lang: str) -> None:
    """An answer's table, its heads in bold and repeated on every page; and what is left out."""
    from docx.oxml import OxmlElement

    names = heads(table, lang)
    grid = made.add_table(rows=1, cols=len(names), style="Table Grid")
    repeated = OxmlElement("w:tblHeader")
    grid.rows[0]._tr.get_or_add_trPr().append(repeated)
    for cell, name in zip(grid.rows[0].cells, names, strict=True):
        cell.paragraphs[0].add_run(plain(name)).bold = True
    for line in lines(table, lang):
        told = [line.title if line.lines else "", *map(marked, line.cells)]
        for cell, text in zip(grid.add_row().cells, told, strict=True):
            cell.paragraphs[0].add_run(plain(text))
    _paragraph(made, left_out(table, lang), style="note")


def _cited(c: Citation, info: DocumentInfo | None, lang: str) -> str:
    state = validity_text(c.validity, c.expires, lang, c.effective)
    if info is not None:
        return source_line(Source(info, c.path, c.page, state), lang)
    parts = [f"《{c.title}》", c.doc_number, " › ".join(c.path), state, word_texts(lang).replaced]
    return " · ".join(part for part in parts if part)


def source_line(source: Source, lang: str) -> str:
    """《title》 · number · issuers · clause · page · validity · grade · version."""
    t, w = texts(lang), word_texts(lang)
    header = source.info.header
    added = source.info.added_at[:10]
    parts = [
        f"《{header.title}》",
        header.doc_number,
        t.join.join(header.issuers),
        " › ".join(source.path),
        f"{t.page_no} {source.page}" if source.page is not None else "",
        source.validity,
        t.grade[header.grade] if header.grade else "",
        w.version.format(n=source.info.version_id, day=added),
    ]
    return " · ".join(part for part in parts if part)


def _new(title: str, t: WordTexts, on: date, lang: str) -> Document:
    """An empty A4 document with our styles, its title and the line that dates it."""
    import docx
    from docx.shared import Cm, Pt

    made = docx.Document()
    section = made.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.8)
    for name, fonts, size in (
        ("Normal", _BODY, 12),
        ("Title", _HEAD, 20),
        ("Heading 1", _HEAD, 15),
        ("Heading 2", _HEAD, 13),
    ):
        style = made.styles[name]
        style.font.size = Pt(size)
        _fonts(style, fonts)
    properties = made.core_properties
    properties.title, properties.author, properties.comments = plain(title)[:250], t.product, ""
    made.add_paragraph(plain(title), style="Title")
    _paragraph(made, t.made.format(day=day_text(on, lang)), style="note")
    _number_pages(section)
    return made


def _fonts(style: Any, fonts: tuple[str, str]) -> None:
    from docx.oxml.ns import qn
    from docx.shared import RGBColor

    latin, chinese = fonts
    style.font.name = latin
    style.font.color.rgb = RGBColor(0x22, 0x1E, 0x19)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), chinese)


def _paragraph(made: Document, text: str, *, style: str = "") -> None:
    from docx.shared import Cm, Pt, RGBColor

    paragraph = made.add_paragraph()
    run = paragraph.add_run(plain(text))
    if style == "note":
        run.font.size = Pt(10)
        run.font.color.rgb = RGBColor(0x57, 0x4E, 0x43)
    if style == "quote":
        paragraph.paragraph_format.left_indent = Cm(0.75)


def _number_pages(section: Any) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run()
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)


def _saved(made: Document) -> bytes:
    target = BytesIO()
    made.save(target)
    return target.getvalue()
