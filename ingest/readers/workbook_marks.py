"""What calamine does not tell of a workbook: number formats, errors, how far its sheets reach.

calamine gives values; it aborts the whole process for a sheet with one cell at the far corner, so
a sheet is measured here before it is opened there.
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ingest.containers import damaged
from ingest.readers.ooxml import Package
from kb.errors import ReadError

MOST_PLACES = 5_000_000  # of the rectangle that holds all cells of a sheet
S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"

_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})\Z")
_BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00",
    37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00", 41: "#,##0", 42: "#,##0",
    43: "#,##0.00", 44: "#,##0.00", 48: "0.0E+0", 14: "yyyy/m/d", 17: "yyyy-m", 27: "yyyy-m",
    57: "yyyy-m",
}  # fmt: skip
_BOUNDSHEET, _FORMAT, _XF = 0x85, 0x041E, 0xE0
_NUMBER, _FORMULA, _RK, _MULRK, _BOOLERR = 0x0203, 0x0006, 0x027E, 0x00BD, 0x0205
_TEXTS = frozenset({0x00FD, 0x0204, 0x00D6})
_CELLS = _TEXTS | {_NUMBER, _FORMULA, _RK, _MULRK, _BOOLERR}


@dataclass(slots=True)
class SheetMarks:
    """Of one sheet: format codes by (row, column) from 0, cells that hold an error, or nothing yet.

    ``unsaved``: formulas whose result the file does not hold.
    """

    formats: dict[tuple[int, int], str] = field(default_factory=dict)
    errors: list[tuple[int, int]] = field(default_factory=list)
    unsaved: int = 0
    drawing: str = ""
    _first: tuple[int, int] | None = None
    _last: tuple[int, int] = (0, 0)

    def hold(self, row: int, column: int) -> None:
        """Count a cell with a value in. Raises ReadError when the sheet reaches too far."""
        first = self._first or (row, column)
        self._first = (min(first[0], row), min(first[1], column))
        self._last = (max(self._last[0], row), max(self._last[1], column))
        rows = self._last[0] - self._first[0] + 1
        columns = self._last[1] - self._first[1] + 1
        if rows * columns > MOST_PLACES:
            raise ReadError(
                f"工作表过大（{rows:,} 行 × {columns:,} 列），或有单元格在很远的位置；"
                "请删去多余的单元格，或拆成几个文件后再上传。",
                f"A sheet is too large ({rows:,} rows × {columns:,} columns) or has a cell far "
                "away; delete stray cells or split the file, and upload it again.",
            )


def xlsx_marks(package: Package) -> dict[str, SheetMarks]:
    """The marks of every sheet of an .xlsx by its name. Raises ReadError."""
    main = package.main()
    root = package.xml(main)
    if root is None or root.tag != S + "workbook":
        raise damaged()
    relations = package.relations(main)
    codes = _codes(
        next((package.xml(r.target) for r in relations.values() if r.kind == "styles"), None)
    )
    found: dict[str, SheetMarks] = {}
    for sheet in root.iter(S + "sheet"):
        relation = relations.get(sheet.get(R + "id", ""))
        if relation is not None and not relation.external and relation.kind == "worksheet":
            found[sheet.get("name", "")] = _sheet(package, relation.target, codes)
    return found


def _codes(styles: Any) -> list[str]:
    """The number format of every cell style, in order."""
    if styles is None:
        return []
    own = {item.get("numFmtId"): item.get("formatCode", "") for item in styles.iter(S + "numFmt")}
    formats = styles.find(S + "cellXfs")
    numbers = [] if formats is None else [item.get("numFmtId", "0") for item in formats]
    return [own.get(n) or _BUILT_IN.get(int(n) if n.isdecimal() else 0, "") for n in numbers]


def _sheet(package: Package, name: str, codes: list[str]) -> SheetMarks:
    from lxml import etree

    marks = SheetMarks()
    real = package.names.get(name.lower())
    if real is None:
        return marks
    row = column = -1
    try:
        with package.archive.open(real) as stream:
            walk = etree.iterparse(
                stream, events=("start", "end"), resolve_entities=False, no_network=True,
                load_dtd=False, remove_comments=True, remove_pis=True,
            )  # fmt: skip
            for event, item in walk:
                if event == "start":
                    if item.tag == S + "row":
                        given = item.get("r", "")
                        row, column = int(given) - 1 if given.isdecimal() else row + 1, -1
                    continue
                if item.tag == S + "c":
                    row, column = _place(item.get("r", ""), row, column)
                    _cell(marks, item, row, column, codes)
                elif item.tag == S + "row":
                    item.clear()
                    while item.getprevious() is not None:
                        del item.getparent()[0]
                elif item.tag == S + "drawing":
                    drawing = package.relations(name).get(item.get(R + "id", ""))
                    marks.drawing = drawing.target if drawing and not drawing.external else ""
    except (etree.XMLSyntaxError, ValueError) as error:
        raise damaged() from error
    return marks


def _place(reference: str, row: int, column: int) -> tuple[int, int]:
    match = _REFERENCE.match(reference)
    if match is None:
        return max(row, 0), column + 1
    column = 0
    for letter in match.group(1):
        column = column * 26 + ord(letter) - 64
    return int(match.group(2)) - 1, column - 1


def _cell(marks: SheetMarks, item: Any, row: int, column: int, codes: list[str]) -> None:
    value = item.find(S + "v")
    empty = value is None or not value.text
    if empty and item.find(S + "is") is None:
        marks.unsaved += item.find(S + "f") is not None
        return
    marks.hold(row, column)
    if item.get("t") == "e":
        marks.errors.append((row, column))
    style = item.get("s", "")
    if item.get("t", "n") in ("n", "d") and style.isdecimal() and int(style) < len(codes):
        code = codes[int(style)]
        if code and code != "General":
            marks.formats[row, column] = code


def xls_marks(data: bytes) -> dict[str, SheetMarks]:
    """The marks of every sheet of an .xls by its name ([MS-XLS] 2.4). Raises ReadError."""
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            name = next(n for n in ("Workbook", "Book") if ole.exists(n))
            stream = ole.openstream(name).read()
    except (OSError, ValueError, StopIteration, IndexError, TypeError, MemoryError) as error:
        raise damaged() from error
    sheets: dict[int, str] = {}
    current = ""
    own: dict[int, str] = {}
    styles: list[int] = []
    marks: dict[str, SheetMarks] = {}
    try:
        for at, kind, body in _records(stream):
            current = sheets.get(at, current)
            if kind == _BOUNDSHEET:
                sheets[struct.unpack_from("<I", body)[0]] = _string(body[6:], 1)
            elif kind == _FORMAT:
                own[struct.unpack_from("<H", body)[0]] = _string(body[2:], 2)
            elif kind == _XF:
                styles.append(struct.unpack_from("<H", body, 2)[0])
            elif kind in _CELLS:
                _record(marks.setdefault(current, SheetMarks()), kind, body, styles, own)
    except (struct.error, IndexError) as error:
        raise damaged() from error
    return marks


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    at = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield at, kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _string(body: bytes, width: int) -> str:
    """A BIFF8 string: its length in ``width`` bytes, a flag for two bytes a character, the text."""
    count = int.from_bytes(body[:width], "little")
    wide = body[width] & 1
    raw = body[width + 1 : width + 1 + count * (1 + wide)]
    return raw.decode("utf-16-le" if wide else "latin-1", "replace")


def _record(
    marks: SheetMarks, kind: int, body: bytes, styles: list[int], own: dict[int, str]
) -> None:
    row, column, style = struct.unpack_from("<HHH", body)
    places = [(column, style)]
    if kind == _MULRK:
        places = [
            (column + n, struct.unpack_from("<H", body, 4 + 6 * n)[0])
            for n in range((len(body) - 6) // 6)
        ]
    for at, used in places:
        marks.hold(row, at)
        if kind in _TEXTS or used >= len(styles):
            continue
        code = own.get(styles[used]) or _BUILT_IN.get(styles[used], "")
        if code and code != "General":
            marks.formats[row, at] = code
    failed = kind == _FORMULA and body[6] == 2 and body[12:14] == b"\xff\xff"
    if failed or (kind == _BOOLERR and body[7]):
        marks.errors.append((row, column))
