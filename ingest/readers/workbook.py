"""Workbooks (.xlsx, .xls) → draft: a page per sheet, each row a line that repeats its header.

Values, merged cells and sheet names by calamine (it reads both kinds and never evaluates a
formula); number formats and errors by ``workbook_marks``.
"""

from __future__ import annotations

import io
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from ingest.containers import damaged, encrypted
from ingest.draft import Draft, LineMark, Mark, assemble
from ingest.limits import LIMITS, Limits
from ingest.readers.cell_format import shown
from ingest.readers.office_notes import office_notes
from ingest.readers.office_table import Line, table_block
from ingest.readers.ooxml import A, Package, open_package
from ingest.readers.workbook_marks import SheetMarks, xls_marks, xlsx_marks
from ingest.source_text import clean, letters
from ingest.tables import Cell, count_header_rows
from kb.errors import ReadError
from kb.models import Note, Page

T = TypeVar("T")
Span = tuple[tuple[int, int], tuple[int, int]]

_NO_NAME = re.compile(r"(?:sheet|工作表|表)\s?\d*\Z", re.I)
_REMARK = re.compile(r"[（(]?(?:注|备注|说明|附注|数据来源|资料来源|来源|填表|填报|联系|※|\*)")
_LONG = 25  # characters of a line in the first column that is a remark and no row
_SHOWN_PLACES = 5
_MOST_COVERED = 1_000_000  # places under merged cells of a sheet; further ones stay empty


@dataclass(frozen=True, slots=True)
class _Grid:
    """The texts of a sheet by row and column from 0, and how far merged cells reach."""

    texts: dict[int, dict[int, str]]
    spans: dict[tuple[int, int], tuple[int, int]]
    covered: dict[tuple[int, int], tuple[int, int]]


@dataclass(slots=True)
class _Reading:
    """What was met in the sheets so far."""

    lines: list[list[Line]] = field(default_factory=list)
    pages: list[tuple[int, str]] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    letters: int = 0
    characters: int = 0
    unsaved: int = 0
    hidden: int = 0


def read_xlsx(data: bytes, limits: Limits = LIMITS) -> Draft:
    """A draft of an Excel workbook (.xlsx, .xlsm); macros and formulas are never run.

    Raises:
        ReadError: it is damaged, binary (.xlsb), needs a password, or holds too much.
    """
    package = open_package(data, limits)
    if package.main().lower().endswith(".bin"):
        raise ReadError(
            "这是二进制工作簿（.xlsb），不能读取；请在 Excel 或 WPS 中另存为 .xlsx 后再上传。",
            "This is a binary workbook (.xlsb), which cannot be read; save it as .xlsx.",
        )
    return _read(data, xlsx_marks(package), limits, package)


def read_xls(data: bytes, limits: Limits = LIMITS) -> Draft:
    """A draft of an Excel 97 workbook (.xls, Kingsoft .et). Raises ReadError like ``read_xlsx``."""
    return _read(data, xls_marks(data), limits, None)


def _read(
    data: bytes, marks: dict[str, SheetMarks], limits: Limits, package: Package | None
) -> Draft:
    import python_calamine as calamine

    book = _guarded(lambda: calamine.load_workbook(io.BytesIO(data)))
    sheets = [s for s in book.sheets_metadata if s.typ is calamine.SheetTypeEnum.WorkSheet]
    limits.check_pages(len(sheets))
    reading = _Reading()
    for number, sheet in enumerate(sheets, start=1):
        mark = marks.get(sheet.name, SheetMarks())
        grid = _grid(_guarded(partial(book.get_sheet_by_name, sheet.name)), mark)
        name = clean(sheet.name).strip()
        drawn = [] if package is None else _drawing(package, mark.drawing)
        if sheet.visible is not calamine.SheetVisibleEnum.Visible:
            _hide(reading, grid, drawn)
        else:
            _show(reading, grid, mark, number, name, drawn)
        limits.check_characters(reading.characters)
        limits.on_page(number, len(sheets))
    pictures = 0 if package is None else sum("/media/" in name for name in package.names)
    text, all_marks = assemble([line for lines in reading.lines for line in lines])
    return Draft(
        text,
        all_marks,
        pages=_pages(reading),
        removed=tuple(reading.removed),
        letters=reading.letters,
        title="" if package is None else package.title(),
        notes=office_notes(
            macros=package is not None and package.macros,
            pictures=pictures,
            hidden=reading.hidden,
        )
        + _remarks(reading),
    )


def _guarded(call: Callable[[], T]) -> T:
    """What calamine returns. Raises ReadError for whatever it raises, panics included."""
    import python_calamine as calamine

    try:
        return call()
    except calamine.PasswordError as error:
        raise encrypted() from error
    except (calamine.CalamineError, OSError, ValueError, OverflowError) as error:
        raise damaged() from error
    except BaseException as error:
        # A Rust panic is no Exception, and its class cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise damaged() from error


def _grid(sheet: Any, marks: SheetMarks) -> _Grid:
    texts: dict[int, dict[int, str]] = {}
    if sheet.start is not None:
        top, left = sheet.start
        for row, values in enumerate(_guarded(sheet.to_python), start=top):
            cells = {
                column: text
                for column, value in enumerate(values, start=left)
                if value != ""
                and (text := clean(shown(value, marks.formats.get((row, column), ""))).strip())
            }
            if cells:
                texts[row] = cells
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    covered: dict[tuple[int, int], tuple[int, int]] = {}
    bottom = max(texts, default=0)
    right = max((max(cells) for cells in texts.values()), default=0)
    for begin, end in sheet.merged_cell_ranges or ():
        if texts.get(begin[0], {}).get(begin[1]):
            last = (min(end[0], bottom), min(end[1], right))
            places = (last[0] - begin[0] + 1) * (last[1] - begin[1] + 1)
            if len(covered) + places > _MOST_COVERED:
                continue
            columns = range(begin[1], last[1] + 1)
            under = {(r, c): begin for r in range(begin[0], last[0] + 1) for c in columns}
            del under[begin]
            if not any(texts.get(r, {}).get(c) for r, c in under):  # nothing under it may get lost
                spans[begin] = last
                covered |= under
    return _Grid(texts, spans, covered)


def _hide(reading: _Reading, grid: _Grid, drawn: Sequence[str]) -> None:
    """A hidden sheet is left out, and said to be."""
    held = [text for cells in grid.texts.values() for text in cells.values()] + list(drawn)
    if held:
        reading.hidden += 1
        reading.letters += sum(map(letters, held))
        reading.removed.append(" ".join(held))


def _show(
    reading: _Reading, grid: _Grid, marks: SheetMarks, number: int, name: str, drawn: Sequence[str]
) -> None:
    lines: list[Line] = []
    for run in _blocks(grid):
        above, rows, below = _head_and_foot(run)
        block = table_block(rows)
        lines += [*above, *block.lines, *below]
        reading.removed += block.removed
        reading.letters += block.added
    lines += [(text, None) for text in drawn]
    reading.letters += sum(letters(t) for cells in grid.texts.values() for t in cells.values())
    reading.letters += sum(map(letters, drawn))
    if any(text.strip() for text, _ in lines):
        if not _NO_NAME.match(name):
            lines.insert(0, (name, LineMark(Mark.HEADING, 1)))
            reading.letters += letters(name)
        reading.lines.append(lines)
        reading.pages.append((number, name))
        reading.characters += sum(len(text) for text, _ in lines)
    reading.errors += [f"{name}!{_address(*place)}" for place in marks.errors]
    reading.unsaved += marks.unsaved


def _blocks(grid: _Grid) -> list[list[list[Cell]]]:
    """The tables of a sheet: runs of rows between blank ones.

    A run that has no header of its own and fits the columns of the one above goes on with it.
    """
    covered = {row for row, _ in grid.covered}
    runs: list[list[int]] = []
    for row in sorted(grid.texts.keys() | covered):
        if runs and row == runs[-1][-1] + 1:
            runs[-1].append(row)
        else:
            runs.append([row])
    blocks: list[list[int]] = []
    columns: set[int] = set()
    headed = False
    for run in runs:
        own = set(_columns(grid, run))
        _, rows, _ = _head_and_foot(_drawn(grid, run))
        has_header = count_header_rows(rows) > 0
        filled = len(grid.texts.get(run[0], {}))
        if headed and not has_header and filled > 1 and own <= columns:
            blocks[-1] += run
        else:
            blocks.append(run)
            columns, headed = own, has_header
    return [_drawn(grid, rows) for rows in blocks]


def _columns(grid: _Grid, rows: Sequence[int]) -> list[int]:
    return sorted({column for row in rows for column in grid.texts.get(row, {})})


def _drawn(grid: _Grid, rows: Sequence[int]) -> list[list[Cell]]:
    """The cells that begin in each of the rows, in the columns that hold anything there."""
    columns = _columns(grid, rows)
    kept = set(rows)
    drawn: list[list[Cell]] = []
    for row in rows:
        cells: list[Cell] = []
        for column in columns:
            if (row, column) in grid.covered and grid.covered[row, column][0] in kept:
                continue
            end = grid.spans.get((row, column), (row, column))
            down = sum(1 for r in range(row, end[0] + 1) if r in kept)
            across = bisect_right(columns, end[1]) - bisect_left(columns, column)
            cells.append(Cell(grid.texts.get(row, {}).get(column, ""), down, across))
        drawn.append(cells)
    return drawn


def _head_and_foot(
    rows: list[list[Cell]],
) -> tuple[list[Line], list[list[Cell]], list[Line]]:
    """Titles and remarks above a table, the table, the remarks below it."""
    begin, end = 0, len(rows)
    while begin < end - 1 and _stands_above(rows[begin]):
        begin += 1
    while end > begin + 1 and _stands_below(rows[end - 1]):
        end -= 1
    return _text(rows[:begin]), rows[begin:end], _text(rows[end:])


def _filled(row: Sequence[Cell]) -> list[str]:
    return [cell.text for cell in row if cell.text]


def _stands_above(row: Sequence[Cell]) -> bool:
    """One text alone, or several that each give their own name (``单位：万元``)."""
    filled = _filled(row)
    alone = len(filled) <= 1 and all(cell.rows == 1 for cell in row if cell.text)
    named = 2 * len(filled) <= len(row) and all("：" in text or ":" in text for text in filled)
    if len(row) == 1:
        return row[0].rows == 1 < row[0].columns
    return alone or named


def _stands_below(row: Sequence[Cell]) -> bool:
    filled = _filled(row)
    if len(filled) != 1 or not row[0].text:
        return False
    wide = len(row) == 1 and row[0].columns > 1
    return row[0].rows == 1 and (wide or bool(_REMARK.match(filled[0])) or len(filled[0]) > _LONG)


def _text(rows: Sequence[Sequence[Cell]]) -> list[Line]:
    return [
        (line, None) for row in rows for line in "　".join(_filled(row)).split("\n") if line.strip()
    ]


def _drawing(package: Package, name: str) -> list[str]:
    """The texts of the boxes drawn on a sheet."""
    root = package.xml(name) if name else None
    if root is None:
        return []
    said = (clean("".join(t.text or "" for t in p.iter(A + "t"))) for p in root.iter(A + "p"))
    return [line.strip() for line in said if line.strip()]


def _pages(reading: _Reading) -> tuple[Page, ...]:
    pages: list[Page] = []
    at = 0
    for (number, name), lines in zip(reading.pages, reading.lines, strict=True):
        text, _ = assemble(lines)
        pages.append(Page(number, name, at, at + len(text)))
        at += len(text) + 1
    return tuple(pages)


def _address(row: int, column: int) -> str:
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return f"{name}{row + 1}"


def _remarks(reading: _Reading) -> tuple[Note, ...]:
    notes: list[Note] = []
    if reading.errors:
        places = "、".join(reading.errors[:_SHOWN_PLACES])
        more = len(reading.errors) > _SHOWN_PLACES
        notes.append(
            Note(
                "cell_errors",
                f"有 {len(reading.errors)} 个单元格是错误值（如 #REF!），没有收入："
                f"{places}{'等' if more else ''}；请在 Excel 中改正后再上传。",
                f"{len(reading.errors)} cells hold an error (such as #REF!) and were left out: "
                f"{places}{' …' if more else ''}; correct them in Excel and upload it again.",
            )
        )
    if reading.unsaved:
        notes.append(
            Note(
                "formulas_without_value",
                f"有 {reading.unsaved} 个公式没有保存计算结果，没有收入；请用 Excel 或 WPS 打开并"
                "保存一次后再上传。",
                f"{reading.unsaved} formulas have no stored result and were left out; open the "
                "file in Excel or WPS, save it, and upload it again.",
            )
        )
    return tuple(notes)
