"""Tables of office files: captions and notes taken off, blank form rows out, the rest as rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.draft import LineMark, Mark
from ingest.source_text import letters
from ingest.tables import Cell, table_lines

Line = tuple[str, LineMark | None]

_HEADER_ROWS = 3
_NOT_LETTER = re.compile(r"[\W_]+")
_ORDINAL = re.compile(r"[（(]?\d{1,4}[)）.．、]?\Z")


@dataclass(frozen=True, slots=True)
class TableBlock:
    """The lines of a table.

    ``removed``: numbers of rows in which nothing else stands (a form to fill in) and names of
    columns without a value; ``added``: how many more letters the lines have than the cells,
    because each row repeats its header.
    """

    lines: list[Line]
    removed: tuple[str, ...]
    added: int


def table_block(rows: Sequence[Sequence[Cell]]) -> TableBlock:
    """The lines of a table as drawn.

    Rows at the top and at the bottom that are one cell as wide as the table are its caption and
    its notes: plain lines. So is all of a table of one column or one row.
    """
    width = max((sum(cell.columns for cell in row) for row in rows), default=0)
    body = [row for row in rows if row]
    above: list[Line] = []
    below: list[Line] = []
    while len(body) > 1 and _is_wide(body[0], width):
        above += _plain(body.pop(0))
    while len(body) > 1 and _is_wide(body[-1], width):
        below = _plain(body.pop()) + below
    removed: tuple[str, ...] = ()
    if not any(cell.rows > 1 for row in body for cell in row):
        blank = [row for row in body if _is_blank_form(row)]
        removed = tuple(row[0].text for row in blank)
        body = [row for row in body if not _is_blank_form(row)]
    filled = [row for row in body if any(cell.text.strip() for cell in row)]
    if width < 2:
        lines = [line for row in filled for line in _plain(row)]
    elif len(filled) < 2:
        texts = [cell.text.strip().replace("\n", "，") for row in filled for cell in row]
        lines = [("；".join(filter(None, texts)), None)]
    else:
        lines = [(line, LineMark(Mark.ROW)) for line in table_lines(body)]
    removed += _unused_names(body, lines)
    drawn = sum(letters(text) for text, _ in above + lines + below) + sum(map(letters, removed))
    held = sum(letters(cell.text) for row in rows for cell in row)
    return TableBlock(above + lines + below, removed, max(0, drawn - held))


def _unused_names(body: Sequence[Sequence[Cell]], lines: Sequence[Line]) -> tuple[str, ...]:
    """Texts of the uppermost rows that no line has: names of columns that are empty."""
    said = _NOT_LETTER.sub("", "".join(text for text, _ in lines))
    return tuple(
        cell.text
        for row in body[:_HEADER_ROWS]
        for cell in row
        if _NOT_LETTER.sub("", cell.text) not in said
    )


def _is_wide(row: Sequence[Cell], width: int) -> bool:
    """Whether a row is one cell as wide as the table, or text in its first cell alone."""
    return len(row) == 1 and row[0].columns >= width > 1 and row[0].rows == 1


def _is_blank_form(row: Sequence[Cell]) -> bool:
    return (
        len(row) > 1
        and bool(_ORDINAL.match(row[0].text.strip()))
        and not any(cell.text.strip() for cell in row[1:])
    )


def _plain(row: Sequence[Cell]) -> list[Line]:
    return [(line, None) for cell in row for line in cell.text.split("\n")]
