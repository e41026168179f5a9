"""Word (.docx) → draft: headings, numbered paragraphs, tables, notes, boxes in their order.

Read with lxml: python-docx passes over what tracked changes, content controls, text boxes and
fields hold, does not draw automatic numbers, and refuses files with macros.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ingest.draft import Draft, LineMark, Mark, assemble
from ingest.limits import LIMITS, Limits
from ingest.readers.docx_headings import even_headings
from ingest.readers.docx_numbering import Counters, read_numbering
from ingest.readers.docx_styles import Style, Styles, is_on, numbering, outline_level, read_styles
from ingest.readers.docx_text import MC, Field, Found, chosen, collect, texts
from ingest.readers.office_notes import office_notes
from ingest.readers.office_table import Line, table_block
from ingest.readers.ooxml import Package, Relation, W, diagram_lines, open_package
from ingest.source_text import clean, letters
from ingest.tables import Cell

_APART = ("header", "footer", "comments")  # parts that go to ``removed``
_BEAT = 500  # paragraphs between two signs of life
_DEEPEST_ITEM = 6
_LAYOUT_ROWS = 2  # a table of so few rows with so long a cell only places text on the page
_LAYOUT_LETTERS = 600
_NOTE_SIGN = {"footnote": "脚注", "endnote": "尾注"}
_GALLERY = f"{W}sdtPr/{W}docPartObj/{W}docPartGallery"
_WRAPPERS = frozenset(W + name for name in ("ins", "moveTo", "customXml", "smartTag", "sdtContent"))
_DELETED = frozenset((W + "del", W + "moveFrom"))


@dataclass(slots=True)
class _Reading:
    """The document's parts, where its lists and fields stand, and what was met so far.

    ``below``: lines that go behind the block being read (notes, tables inside tables); ``added``:
    letters drawn that no text element holds (numbers, repeated headers).
    """

    package: Package
    relations: dict[str, Relation]
    styles: Styles
    counters: Counters
    limits: Limits
    notes: dict[tuple[str, str], Any]
    fields: list[Field] = field(default_factory=list)
    below: list[Line] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    told: dict[tuple[str, str], int] = field(default_factory=dict)
    characters: int = 0
    paragraphs: int = 0
    added: int = 0
    pictures: int = 0
    objects: int = 0


def read_docx(data: bytes, limits: Limits = LIMITS) -> Draft:
    """A draft of a Word document (.docm and templates too; their macros are ignored).

    Automatic numbers are drawn; deleted and hidden text, comments, page headers and footers and
    the table of contents are ``removed``; foot- and endnotes stand behind their paragraph or table.

    Raises:
        ReadError: it is damaged, needs a password, or holds too much.
    """
    package = open_package(data, limits)
    main = package.main()
    root = package.xml(main)
    relations = package.relations(main)
    parts = {
        kind: [part for name in names if (part := package.xml(name)) is not None]
        for kind, names in _part_names(relations).items()
    }
    styles = read_styles(_first(parts["styles"]))
    reading = _Reading(
        package,
        relations,
        styles,
        Counters(read_numbering(_first(parts["numbering"]), dict(styles.lists))),
        limits,
        _notes(parts),
    )
    lines: list[Line] = []
    body = root.find(W + "body")
    for group in _blocks(reading, () if body is None else body):
        lines += [*group, *reading.below]
        reading.below.clear()
    text, marks = assemble(even_headings(lines))
    limits.on_page(1, 1)
    apart = ["".join(texts(part)) for kind in _APART for part in parts[kind]]
    untold = ["".join(texts(n)) for key, n in reading.notes.items() if key not in reading.told]
    removed = [*reading.deleted, *reading.hidden, *reading.left_out, *untold, *apart]
    held = [piece for part in (root, *reading.notes.values()) for piece in texts(part)]
    return Draft(
        text,
        marks,
        removed=tuple(filter(None, (clean(piece).strip() for piece in removed))),
        letters=sum(map(letters, held)) + sum(map(letters, apart)) + reading.added,
        title=package.title(),
        notes=office_notes(
            macros=package.macros,
            pictures=reading.pictures,
            objects=reading.objects,
            deleted=len(reading.deleted),
            hidden=len(reading.hidden),
        ),
    )


def _part_names(relations: dict[str, Relation]) -> dict[str, list[str]]:
    kinds = ("styles", "numbering", "footnotes", "endnotes", *_APART)
    return {
        kind: sorted({r.target for r in relations.values() if r.kind == kind and not r.external})
        for kind in kinds
    }


def _first(parts: Sequence[Any]) -> Any:
    return parts[0] if parts else None


def _notes(parts: dict[str, list[Any]]) -> dict[tuple[str, str], Any]:
    """Foot- and endnotes by (kind, id), without the lines that separate them from the text."""
    return {
        (kind, item.get(W + "id", "")): item
        for kind in _NOTE_SIGN
        for part in parts[kind + "s"]
        for item in part.iter(W + kind)
        if item.get(W + "type", "normal") == "normal"
    }


def _blocks(reading: _Reading, parent: Any, *, in_cell: bool = False) -> Iterator[list[Line]]:
    """The lines of each paragraph and table below ``parent``, in order."""
    for item in parent:
        tag = item.tag
        if tag == W + "p":
            yield _paragraph(reading, item, in_cell)
        elif tag == W + "tbl":
            yield from _table(reading, item, in_cell)
        elif tag == W + "sdt":
            yield from _control(reading, item, in_cell)
        elif tag in _WRAPPERS:
            yield from _blocks(reading, item, in_cell=in_cell)
        elif tag in _DELETED:
            reading.deleted.append("".join(texts(item)))
        elif tag == MC + "AlternateContent" and (branch := chosen(item)) is not None:
            yield from _blocks(reading, branch, in_cell=in_cell)
        elif tag == W + "altChunk":
            reading.objects += 1


def _control(reading: _Reading, item: Any, in_cell: bool) -> Iterator[list[Line]]:
    """A content control; a whole table of contents is left out."""
    content = item.find(W + "sdtContent")
    if content is None:
        return
    gallery = item.find(_GALLERY)
    if gallery is None or gallery.get(W + "val") != "Table of Contents":
        yield from _blocks(reading, content, in_cell=in_cell)
        return
    for group in _blocks(reading, content, in_cell=in_cell):
        reading.left_out += [text for text, _ in group]


# -- paragraphs


def _paragraph(reading: _Reading, item: Any, in_cell: bool) -> list[Line]:
    reading.paragraphs += 1
    if reading.paragraphs % _BEAT == 0:
        reading.limits.on_page(0, 1)
    properties = item.find(W + "pPr")
    style_id, style = _style(reading, properties)
    found = collect(item, reading.fields, reading.styles.hidden_runs, hidden=style.hidden)
    text = clean("".join(found.parts)).strip()
    reading.characters += len(text)
    reading.limits.check_characters(reading.characters)
    gone = not text and bool(found.deleted) and _mark_is_deleted(properties)
    drawn, mark = ("", None) if gone else _number(reading, properties, style_id, style)
    _remember(reading, found)
    if style.contents:
        reading.left_out.append(text)
        return []
    outlined = outline_level(properties)
    heading = style.heading if outlined is None else outlined
    if heading:
        mark = LineMark(Mark.HEADING, heading)
        text = " ".join(text.split("\n"))
    if in_cell and not text:
        text, drawn = drawn.rstrip(" .．、"), ""
        reading.added += letters(text)
    lines: list[Line] = []
    if text:
        reading.added += letters(drawn)
        first, *rest = text.split("\n")
        lines = [(drawn + first, mark), *((line, None) for line in rest)]
    return lines + _hung(reading, found)


def _style(reading: _Reading, properties: Any) -> tuple[str, Style]:
    named = None if properties is None else properties.find(W + "pStyle")
    name = reading.styles.default if named is None else named.get(W + "val", "")
    return name, reading.styles.paragraphs.get(name, Style())


def _mark_is_deleted(properties: Any) -> bool:
    return properties is not None and properties.find(f"{W}rPr/{W}del") is not None


def _number(
    reading: _Reading, properties: Any, style_id: str, style: Style
) -> tuple[str, LineMark | None]:
    """The automatic number of a paragraph and its mark as a list item."""
    number_id, level = numbering(properties)
    by_style = number_id is None
    number_id = style.number_id if number_id is None else number_id
    listed = reading.counters.lists.get(number_id or "0")
    if listed is None or number_id is None:
        return "", None
    if level is None:
        tied = listed.level_of_style(style_id) if by_style else None
        level = style.level if tied is None else tied
    drawn = reading.counters.next(number_id, level)
    return drawn, LineMark(Mark.ITEM, min(level + 1, _DEEPEST_ITEM))


def _remember(reading: _Reading, found: Found) -> None:
    for into, pieces in (
        (reading.deleted, found.deleted),
        (reading.hidden, found.hidden),
        (reading.left_out, found.contents),
    ):
        joined = "".join(pieces)
        if joined.strip():
            into.append(joined)
    reading.pictures += found.pictures
    reading.objects += found.objects
    reading.added += sum(map(letters, found.added))


def _hung(reading: _Reading, found: Found) -> list[Line]:
    """The lines of text boxes and diagrams anchored in a paragraph; its notes go below."""
    lines: list[Line] = []
    for box in found.boxes:
        lines += [line for group in _blocks(reading, box) for line in group]
    for diagram in found.diagrams:
        relation = reading.relations.get(diagram)
        part = None if relation is None else reading.package.xml(relation.target)
        drawn = [] if part is None else diagram_lines(part)
        reading.added += sum(map(letters, drawn))
        lines += [(line, None) for line in drawn]
    for key in found.references:
        note = reading.notes.get(key)
        if note is None or key in reading.told:
            continue
        reading.told[key] = sum(1 for kind, _ in reading.told if kind == key[0]) + 1
        sign = f"{_NOTE_SIGN[key[0]]}{reading.told[key]}："
        said = " ".join(text for group in _blocks(reading, note) for text, _ in group)
        reading.added += letters(sign)
        reading.below.append((sign + said, None))
    return lines


# -- tables


def _table(reading: _Reading, item: Any, in_cell: bool) -> Iterator[list[Line]]:
    """A table's lines; one inside a cell goes below the table it stands in."""
    rows = [
        list(_inside(row, W + "tc"))
        for row in _inside(item, W + "tr")
        if not _is_deleted(reading, row)
    ]
    if _is_layout(rows):
        for row in rows:
            for cell in row:
                yield from _blocks(reading, cell, in_cell=in_cell)
        return
    block = table_block(_cells(reading, item, rows))
    reading.added += block.added
    reading.left_out += block.removed
    if in_cell:
        reading.below += block.lines
    else:
        yield block.lines


def _inside(parent: Any, tag: str) -> Iterator[Any]:
    """Rows of a table or cells of a row, those in content controls and insertions too."""
    for item in parent:
        if item.tag == tag:
            yield item
        elif item.tag in _WRAPPERS or item.tag == W + "sdt":
            yield from _inside(item, tag)


def _is_deleted(reading: _Reading, row: Any) -> bool:
    if row.find(f"{W}trPr/{W}del") is None:
        return False
    reading.deleted.append("".join(texts(row)))
    return True


def _is_layout(rows: Sequence[Sequence[Any]]) -> bool:
    """Whether a table only places text: one column, one row, or few rows and long cells."""
    if len(rows) < 2 or all(len(row) < 2 for row in rows):
        return True
    return len(rows) <= _LAYOUT_ROWS and any(
        sum(map(len, texts(cell))) > _LAYOUT_LETTERS for row in rows for cell in row
    )


def _cells(reading: _Reading, table: Any, rows: Sequence[Sequence[Any]]) -> list[list[Cell]]:
    """The cells that begin in each row, with how far they reach."""
    drawn: list[list[list[Any]]] = []  # [text, rows, columns, header] of each cell
    open_cells: dict[int, list[Any]] = {}
    for row in rows:
        column = 0
        begun: list[list[Any]] = []
        owner = row[0].getparent() if row else None
        while owner is not None and owner.tag != W + "tr":
            owner = owner.getparent()
        head = owner is not None and is_on(owner.find(f"{W}trPr/{W}tblHeader"))
        before = _number_of(owner, f"{W}trPr/{W}gridBefore") if owner is not None else 0
        if before:
            begun.append(["", 1, before, head])
            column = before
        for cell in row:
            span = max(1, _number_of(cell, f"{W}tcPr/{W}gridSpan"))
            merge = cell.find(f"{W}tcPr/{W}vMerge")
            goes_on = merge is not None and merge.get(W + "val", "continue") != "restart"
            text = "\n".join(
                line for group in _blocks(reading, cell, in_cell=True) for line, _ in group
            )
            if goes_on and column in open_cells:
                above = open_cells[column]
                above[1] += 1
                above[0] = "\n".join(filter(None, (above[0], text)))
            elif _joins_left(cell) and begun:
                begun[-1][2] += span
                begun[-1][0] = "\n".join(filter(None, (begun[-1][0], text)))
            else:
                begun.append([text, 1, span, head])
                open_cells[column] = begun[-1]
            column += span
        drawn.append(begun)
    if len(rows) > 1 and _is_bold(rows[0]) and not _is_bold(rows[1]):
        for cell in drawn[0]:
            cell[3] = True
    return [[Cell(*cell) for cell in row] for row in drawn]


def _is_bold(row: Sequence[Any]) -> bool:
    """Whether all text of a row is set in bold: so are headers that nobody marked as such."""
    runs = [run for cell in row for run in cell.iter(W + "r") if any(t.strip() for t in texts(run))]
    return bool(runs) and all(is_on(run.find(f"{W}rPr/{W}b")) for run in runs)


def _joins_left(cell: Any) -> bool:
    merge = cell.find(f"{W}tcPr/{W}hMerge")
    return merge is not None and merge.get(W + "val", "continue") != "restart"


def _number_of(item: Any, path: str) -> int:
    found = item.find(path)
    value = "" if found is None else str(found.get(W + "val", ""))
    return min(int(value), 1_000) if value.isdecimal() else 0
