"""Slides (.pptx) → draft: a page per slide, its title a heading, the rest in reading order.

Shapes and what they inherit from their layout by python-pptx; diagrams from their own XML.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ingest.containers import damaged
from ingest.draft import Draft, LineMark, Mark, assemble
from ingest.limits import LIMITS, Limits
from ingest.readers.office_notes import office_notes
from ingest.readers.office_table import Line, table_block
from ingest.readers.ooxml import A, Package, diagram_lines, open_package
from ingest.source_text import clean, letters
from ingest.tables import Cell
from kb.models import Page

_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}relIds"
_DATA = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}dm"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_ROW = 360_000  # EMU (1 cm): shapes whose tops differ by less stand in one row
_RUNNING = frozenset({"DATE", "FOOTER", "HEADER", "SLIDE_NUMBER"})
_DEEPEST_ITEM = 6
_DEEPEST_GROUP = 20


@dataclass(slots=True)
class _Reading:
    """What was met so far. ``added``: letters that no text of the file holds."""

    package: Package
    removed: list[str] = field(default_factory=list)
    added: int = 0
    pictures: int = 0
    objects: int = 0
    hidden: int = 0


def read_pptx(data: bytes, limits: Limits = LIMITS) -> Draft:
    """A draft of a presentation (.pptx, .pptm; macros are ignored).

    The title of a slide is a heading, paragraphs below the first level are items, tables are rows,
    speaker's notes follow the slide. Dates, footers, slide numbers and hidden slides are
    ``removed``.

    Raises:
        ReadError: it is damaged, needs a password, or holds too much.
    """
    from pptx import Presentation
    from pptx.exc import PythonPptxError

    package = open_package(data, limits)
    reading = _Reading(package)
    slides: list[tuple[int, list[Line]]] = []
    held = characters = 0
    try:
        presentation = Presentation(io.BytesIO(data))
        total = len(presentation.slides)
        limits.check_pages(total)
        for number, slide in enumerate(presentation.slides, start=1):
            held += _held(reading, slide)
            lines = _slide(reading, slide)
            if slide.element.get("show") in ("0", "false"):
                reading.hidden += 1
                reading.removed += [text for text, _ in lines]
            elif any(text.strip() for text, _ in lines):
                slides.append((number, lines))
            characters += sum(len(text) for text, _ in lines)
            limits.check_characters(characters)
            limits.on_page(number, total)
    except (PythonPptxError, KeyError, ValueError, AttributeError, TypeError, IndexError) as error:
        raise damaged() from error
    except (RecursionError, SyntaxError, AssertionError, OSError) as error:
        raise damaged() from error
    text, marks = assemble([line for _, lines in slides for line in lines])
    return Draft(
        text,
        marks,
        pages=_pages(slides),
        removed=tuple(reading.removed),
        letters=held + reading.added,
        title=package.title(),
        notes=office_notes(
            macros=package.macros,
            pictures=reading.pictures,
            objects=reading.objects,
            hidden=reading.hidden,
        ),
    )


def _held(reading: _Reading, slide: Any) -> int:
    """The letters of all text elements of a slide, its notes and its diagrams."""
    roots = [slide.element]
    if slide.has_notes_slide:
        roots.append(slide.notes_slide.element)
    count = sum(letters(text.text or "") for root in roots for text in _texts(root))
    return count + sum(letters(line) for line in _diagrams(reading, slide, slide.element))


def _texts(root: Any) -> Iterator[Any]:
    """Text elements below ``root``; of alternatives the first."""
    for item in root:
        if item.tag == A + "t":
            yield item
        elif item.tag != _MC + "Fallback":
            yield from _texts(item)


def _slide(reading: _Reading, slide: Any) -> list[Line]:
    lines: list[Line] = []
    title = slide.shapes.title
    if title is not None and (text := _plain(title.text_frame)):
        lines.append((text, LineMark(Mark.HEADING, 1)))
    rest = [s for s in slide.shapes if title is None or s.shape_id != title.shape_id]
    for shape in _in_order(rest):
        lines += _shape(reading, slide, shape, 0)
    for alternative in slide.element.iter(_MC + "AlternateContent"):
        lines += _alternative(reading, alternative)
    lines += [(line, None) for line in _diagrams(reading, slide, slide.element)]
    if slide.has_notes_slide:
        lines += _notes(reading, slide.notes_slide)
    return lines


def _alternative(reading: _Reading, alternative: Any) -> list[Line]:
    """Shapes of a newer kind, which python-pptx passes over: their text, paragraph by paragraph."""
    choice = alternative.find(_MC + "Choice")
    lines = [] if choice is None else _paragraphs(choice.iter(A + "p"))
    if not lines:
        reading.objects += 1
    return lines


def _in_order(shapes: Iterable[Any]) -> list[Any]:
    """Shapes from the top, those of one row from the left; those without a place come last."""
    placed = [s for s in shapes if s.top is not None and s.left is not None]
    floating = [s for s in shapes if s.top is None or s.left is None]
    rows: list[list[Any]] = []
    for shape in sorted(placed, key=lambda s: s.top):
        if rows and shape.top - rows[-1][0].top < _ROW:
            rows[-1].append(shape)
        else:
            rows.append([shape])
    return [s for row in rows for s in sorted(row, key=lambda s: s.left)] + floating


def _shape(reading: _Reading, slide: Any, shape: Any, depth: int) -> list[Line]:
    from pptx.enum.shapes import MSO_SHAPE_TYPE as KIND

    if shape.is_placeholder and shape.placeholder_format.type.name in _RUNNING:
        if shape.has_text_frame and (text := _plain(shape.text_frame)):
            reading.removed.append(text)
        return []
    if hasattr(shape, "shapes"):  # a group
        inner = _in_order(shape.shapes) if depth < _DEEPEST_GROUP else list(shape.shapes)
        return [line for one in inner for line in _shape(reading, slide, one, depth + 1)]
    if getattr(shape, "has_table", False):
        return _table(reading, shape.table)
    if getattr(shape, "has_chart", False) or hasattr(shape, "image"):
        reading.pictures += 1
        return []
    if shape.has_text_frame:
        return _paragraphs(p._p for p in shape.text_frame.paragraphs)
    kind = shape.shape_type
    reading.objects += kind in (KIND.EMBEDDED_OLE_OBJECT, KIND.LINKED_OLE_OBJECT, KIND.MEDIA)
    return []


def _paragraphs(paragraphs: Iterable[Any]) -> list[Line]:
    """Paragraphs; those of a lower level are items."""
    lines: list[Line] = []
    for paragraph in paragraphs:
        properties = paragraph.find(A + "pPr")
        given = "" if properties is None else str(properties.get("lvl", ""))
        level = int(given) if given.isdecimal() else 0
        mark = LineMark(Mark.ITEM, min(level, _DEEPEST_ITEM)) if level else None
        lines += [(line, mark) for line in _text(paragraph).split("\n") if line.strip()]
    return lines


def _text(paragraph: Any) -> str:
    parts = [
        "\n" if item.tag == A + "br" else item.text or ""
        for item in paragraph.iter(A + "t", A + "br")
    ]
    return clean("".join(parts)).strip()


def _plain(frame: Any) -> str:
    return " ".join(" ".join(_text(p._p) for p in frame.paragraphs).split())


def _table(reading: _Reading, table: Any) -> list[Line]:
    """The rows of a table; what a merged cell covers is left to it."""
    headed = bool(table.first_row)
    rows: list[list[Cell]] = []
    for number, row in enumerate(table.rows):
        cells: list[Cell] = []
        for cell in row.cells:
            if cell.is_spanned:
                continue
            text = "\n".join(
                line for line, _ in _paragraphs(p._p for p in cell.text_frame.paragraphs)
            )
            down, across = (cell.span_height, cell.span_width) if cell.is_merge_origin else (1, 1)
            cells.append(
                Cell(text, down, across, header=headed and not number and len(table.rows) > 1)
            )
        rows.append(cells)
    block = table_block(rows)
    reading.added += block.added
    reading.removed += block.removed
    return block.lines


def _diagrams(reading: _Reading, slide: Any, root: Any) -> list[str]:
    """The texts of the diagrams (SmartArt) of a slide."""
    lines: list[str] = []
    for item in root.iter(_DIAGRAM):
        relation = slide.part.rels.get(item.get(_DATA, ""))
        if relation is not None and not relation.is_external:
            drawn = reading.package.xml(str(relation.target_part.partname).lstrip("/"))
            lines += [] if drawn is None else diagram_lines(drawn)
    return [clean(line).strip() for line in lines]


def _notes(reading: _Reading, notes: Any) -> list[Line]:
    """The speaker's notes; page numbers and dates of the notes page are left out."""
    lines: list[Line] = []
    body = notes.notes_text_frame
    if body is not None:
        lines = _paragraphs(p._p for p in body.paragraphs)
    for shape in notes.shapes:
        if shape.has_text_frame and (body is None or shape.text_frame._txBody is not body._txBody):
            text = _plain(shape.text_frame)
            reading.removed += [text] if text else []
    if lines:
        text, mark = lines[0]
        lines[0] = (f"备注：{text}", mark)
        reading.added += 2
    return lines


def _pages(slides: Iterable[tuple[int, list[Line]]]) -> tuple[Page, ...]:
    pages: list[Page] = []
    at = 0
    for number, lines in slides:
        text, _ = assemble(lines)
        pages.append(Page(number, str(number), at, at + len(text)))
        at += len(text) + 1
    return tuple(pages)
