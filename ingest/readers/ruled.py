"""Tables drawn with ruling lines: from the lines and the text between them to rows of cells. Pure.

Lines that touch make a grid; where a line of the grid is missing between two places, they are one
merged cell. What it takes: at least two columns, two rows, and text in more than one place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from ingest.joining import Printed, Rectangle, glue
from ingest.readers.sheet import Rule, Sheet, around, joined, rows, shares
from ingest.tables import Cell

_MOST_RULES = 4_000  # of a page; more is a drawing
_MOST_PLACES = 20_000  # of a grid


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: the cells that begin in it, its page and its rectangle there."""

    cells: tuple[Cell, ...]
    page: int
    box: Rectangle | None


@dataclass(frozen=True, slots=True)
class Table:
    """A table of one page, and (see ``continued``) of the pages it goes on over.

    ``edges`` are the places of its column lines in shares of the page's width.
    """

    place: Printed
    edges: tuple[float, ...]
    rows: tuple[Row, ...]


def find_tables(sheet: Sheet) -> tuple[list[Table], list[Printed]]:
    """The ruled tables of a page and the pieces of text that stand in none."""
    rest = list(sheet.lines)
    if not 4 <= len(sheet.rules) <= _MOST_RULES or not rest:
        return [], rest
    size = median(piece.size for piece in rest)
    tolerance = max(0.25 * size, 0.002 * sheet.width)
    tables: list[Table] = []
    for flat, upright in _grids(sheet.rules, tolerance):
        xs, ys = _lines(upright, flat, tolerance)
        if len(xs) < 3 or len(ys) < 3 or (len(xs) - 1) * (len(ys) - 1) > _MOST_PLACES:
            continue
        inside = [piece for piece in rest if _within(piece, xs, ys)]
        table = _table(sheet, xs, ys, flat, upright, inside, tolerance)
        if table is not None:
            tables.append(table)
            taken = {id(piece) for piece in inside}
            rest = [piece for piece in rest if id(piece) not in taken]
    return tables, rest


def _within(piece: Printed, xs: Sequence[float], ys: Sequence[float]) -> bool:
    x, y = (piece.left + piece.right) / 2, piece.top + piece.size / 2
    return xs[0] <= x <= xs[-1] and ys[0] <= y <= ys[-1]


def _grids(rules: Sequence[Rule], tolerance: float) -> list[tuple[list[Rule], list[Rule]]]:
    """Groups of horizontal and vertical lines that touch each other, from the top."""
    flat = _merged([r for r in rules if r[3] - r[1] <= r[2] - r[0]], tolerance)
    upright = [
        (b, a, d, c)
        for a, b, c, d in _merged(
            [(b, a, d, c) for a, b, c, d in rules if d - b > c - a], tolerance
        )
    ]
    parent = list(range(len(flat) + len(upright)))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    for i, h in enumerate(flat):
        for j, v in enumerate(upright):
            if (
                h[0] - tolerance <= v[0] <= h[2] + tolerance
                and v[1] - tolerance <= h[1] <= v[3] + tolerance
            ):
                parent[root(len(flat) + j)] = root(i)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = defaultdict(lambda: ([], []))
    for i, h in enumerate(flat):
        groups[root(i)][0].append(h)
    for j, v in enumerate(upright):
        groups[root(len(flat) + j)][1].append(v)
    found = [group for group in groups.values() if len(group[0]) >= 2 and group[1]]
    return sorted(found, key=lambda group: min(rule[1] for rule in group[0]))


def _merged(flat: list[Rule], tolerance: float) -> list[Rule]:
    """Horizontal pieces that continue or cover each other, as one line each."""
    lanes: list[list[Rule]] = []
    for rule in sorted(flat, key=lambda rule: (rule[1] + rule[3]) / 2):
        y = (rule[1] + rule[3]) / 2
        if lanes and y - lanes[-1][0][1] <= tolerance:
            lanes[-1].append((rule[0], lanes[-1][0][1], rule[2], lanes[-1][0][1]))
        else:
            lanes.append([(rule[0], y, rule[2], y)])
    found: list[Rule] = []
    for lane in lanes:
        begin, y, end, _ = min(lane)
        for left, _, right, _ in sorted(lane):
            if left > end + tolerance:
                found.append((begin, y, end, y))
                begin, end = left, right
            end = max(end, right)
        found.append((begin, y, end, y))
    return found


def _lines(
    upright: Sequence[Rule], flat: Sequence[Rule], tolerance: float
) -> tuple[list[float], list[float]]:
    """The x of the columns' edges and the y of the rows'; open sides are closed."""
    xs = [rule[0] for rule in upright]
    xs += [min(rule[0] for rule in flat), max(rule[2] for rule in flat)]
    ys = [rule[1] for rule in flat]
    return _distinct(xs, tolerance), _distinct(ys, tolerance)


def _distinct(values: Sequence[float], tolerance: float) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > 1.5 * tolerance:
            found.append(value)
    return found


def _table(
    sheet: Sheet,
    xs: list[float],
    ys: list[float],
    flat: Sequence[Rule],
    upright: Sequence[Rule],
    inside: Sequence[Printed],
    tolerance: float,
) -> Table | None:
    columns, count = len(xs) - 1, len(ys) - 1
    owner = _merged_places(xs, ys, flat, upright, tolerance)
    texts: dict[int, list[Printed]] = defaultdict(list)
    for piece in inside:
        middle = piece.top + piece.size / 2
        column = max(0, sum(1 for x in xs[:-1] if x <= (piece.left + piece.right) / 2) - 1)
        row = max(0, sum(1 for y in ys[:-1] if y <= middle) - 1)
        texts[owner[row * columns + column]].append(piece)
    if len(texts) < 2 or len(set(owner)) < 4:
        return None
    made: list[Row] = []
    for row in range(count):
        cells: list[Cell] = []
        for column in range(columns):
            place = row * columns + column
            if owner[place] != place:
                continue
            across = sum(1 for p in range(place, (row + 1) * columns) if owner[p] == place)
            down = sum(1 for r in range(row, count) if owner[r * columns + column] == place)
            cells.append(Cell(_text(texts.get(place, ())), down, across))
        box = shares(xs[0], ys[row], xs[-1], ys[row + 1], sheet.width, sheet.height)
        made.append(Row(tuple(cells), sheet.number, box))
    boxes = [row.box for row in made if row.box is not None]
    place_ = Printed("", sheet.number, xs[0], xs[-1], ys[0], ys[-1] - ys[0], around(boxes))
    return Table(place_, tuple(x / sheet.width for x in xs), tuple(made))


def _merged_places(
    xs: Sequence[float],
    ys: Sequence[float],
    flat: Sequence[Rule],
    upright: Sequence[Rule],
    tolerance: float,
) -> list[int]:
    """For each place of the grid (row by row) the upper left place of the cell it belongs to.

    Only whole rectangles are merged; a cell in another form is taken apart again.
    """
    columns, count = len(xs) - 1, len(ys) - 1
    owner = list(range(columns * count))
    for row in range(count):
        y = (ys[row] + ys[row + 1]) / 2
        for column in range(1, columns):
            if not any(
                abs(v[0] - xs[column]) <= 1.5 * tolerance and v[1] <= y <= v[3] for v in upright
            ):
                owner[row * columns + column] = owner[row * columns + column - 1]
    for row in range(1, count):
        at = 0
        while at < columns:
            start = row * columns + at
            end = at + 1
            while end < columns and owner[row * columns + end] == start:
                end += 1
            above = owner[start - columns]
            x = [(xs[c] + xs[c + 1]) / 2 for c in range(at, end)]
            open_above = not any(
                abs(h[1] - ys[row]) <= 1.5 * tolerance and h[0] <= middle <= h[2]
                for h in flat
                for middle in x
            )
            same = (
                above % columns == at
                and all(owner[start - columns + c] == above for c in range(end - at))
                and (end == columns or owner[start - columns + end - at] != above)
            )
            if open_above and same:
                for c in range(end - at):
                    owner[start + c] = above
            at = end
    return owner


def _text(pieces: Sequence[Printed]) -> str:
    """The lines of a cell, joined where the line was only full."""
    text = ""
    for line in map(joined, rows(pieces)):
        text += glue(text, line.text) + line.text
    return text


def continued(before: Table, after: Table) -> tuple[Table, tuple[str, ...]] | None:
    """Both as one table if ``after`` goes on with ``before``, and the header said again, if any."""
    if len(before.edges) != len(after.edges) or any(
        abs(a - b) > 0.015 for a, b in zip(before.edges, after.edges, strict=True)
    ):
        return None
    again = 0
    while (
        again < min(3, len(after.rows) - 1, len(before.rows))
        and after.rows[again].cells == before.rows[again].cells
    ):
        again += 1
    repeated = tuple(cell.text for row in after.rows[:again] for cell in row.cells if cell.text)
    return Table(before.place, before.edges, before.rows + after.rows[again:]), repeated
