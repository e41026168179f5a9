"""Pages with places → draft: what runs along goes, tables become rows, lines become paragraphs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ingest.draft import Draft, LineMark, Mark
from ingest.joining import Printed, glue, is_bare_label, is_cjk, paragraphs
from ingest.readers.columns import in_order
from ingest.readers.pages import running_only_notes
from ingest.readers.ruled import Table, continued, find_tables
from ingest.readers.running import running_lines
from ingest.readers.sheet import Sheet, around
from ingest.source_text import letters
from ingest.tables import count_header_rows, lay_out, rows_to_lines
from kb.models import Box, Note, Page

_LEADER = re.compile(r"\s*(?:[.．·]\s?|…){4,}\s*[0-9ivxlcIVXLC]{0,5}\s*\Z")
_TABLE = "\ue000。"  # stands for a table where lines are compared; never a running line


@dataclass(slots=True)
class _Body:
    """The lines of all pages in order; ``rows`` are those that are table rows, ``whole`` also the
    lines above a table; ``repeated`` counts letters that are said again (a header in each row).
    """

    lines: list[Printed] = field(default_factory=list)
    rows: set[int] = field(default_factory=set)
    whole: set[int] = field(default_factory=set)
    removed: list[str] = field(default_factory=list)
    repeated: int = 0


def draft_of(
    sheets: Sequence[Sheet],
    *,
    labels: Sequence[str] = (),
    title: str = "",
    notes: Sequence[Note] = (),
    objections: Sequence[Note] = (),
) -> Draft:
    """The draft of a file read page by page.

    Args:
        sheets: the pages.
        labels: their printed labels, one each, or none.
        title: the one in the file's own metadata.
        notes: what the user should know.
        objections: reasons not to take it in (see ``Draft``).
    """
    flows = [_flow(sheet) for sheet in sheets]
    flows, leaders = _without_leaders(flows)
    running = running_lines(
        [[_TABLE if isinstance(item, Table) else item.text for item in flow] for flow in flows]
    )
    body = _body(flows, running)
    text, marks, boxes, spans = _compose(body, len(sheets))
    removed = [*(line for sheet in sheets for line in sheet.removed), *leaders, *body.removed]
    running_only = [
        sheet.number + 1
        for sheet, (start, end) in zip(sheets, spans, strict=True)
        if sheet.lines and start == end
    ]
    source = sum(letters(line.text) for sheet in sheets for line in sheet.lines)
    return Draft(
        text,
        marks,
        pages=tuple(
            Page(
                sheet.number + 1,
                labels[at] if labels else str(sheet.number + 1),
                *spans[at],
                tuple(boxes[at]),
                sheet.confidence,
            )
            for at, sheet in enumerate(sheets)
        ),
        removed=tuple(removed),
        letters=source
        + body.repeated
        + sum(letters(line) for sheet in sheets for line in sheet.removed),
        title=title,
        notes=(*notes, *running_only_notes(running_only)),
        objections=tuple(objections),
    )


def _flow(sheet: Sheet) -> list[Printed | Table]:
    """The lines and tables of a page in reading order."""
    tables, rest = find_tables(sheet)
    known = {id(table.place): table for table in tables}
    return [known.get(id(line), line) for line in in_order(rest, [table.place for table in tables])]


def _without_leaders(
    flows: Sequence[Sequence[Printed | Table]],
) -> tuple[list[list[Printed | Table]], list[str]]:
    """Entries of a table of contents without their dots and page number, and what was cut off.

    The shortened entry ends where its title ends, so it is never joined with the next one.
    """
    cut: list[str] = []
    kept: list[list[Printed | Table]] = []
    for flow in flows:
        own: list[Printed | Table] = []
        for item in flow:
            if isinstance(item, Table) or not any(c in item.text for c in ".．…·"):
                own.append(item)
                continue
            match = _LEADER.search(item.text)
            if match is None or not match.start():
                own.append(item)
                continue
            cut.append(match.group())
            width = (item.right - item.left) * match.start() / len(item.text)
            short = item.text[: match.start()]
            own.append(replace(item, text=short, right=item.left + width / 2))
        kept.append(own)
    return kept, cut


def _body(flows: Sequence[Sequence[Printed | Table]], running: Sequence[set[int]]) -> _Body:
    body = _Body()
    waiting: Table | None = None
    for flow, gone in zip(flows, running, strict=True):
        for at, item in enumerate(flow):
            if isinstance(item, Table):
                longer = continued(waiting, item) if waiting is not None else None
                if longer is None:
                    _add_table(body, waiting)
                    waiting = item
                else:
                    waiting, repeated = longer
                    body.removed += repeated
            elif at in gone:
                body.removed.append(item.text)
            else:
                _add_table(body, waiting)
                waiting = None
                body.lines.append(item)
    _add_table(body, waiting)
    return body


def _add_table(body: _Body, table: Table | None) -> None:
    if table is None:
        return
    cells = [row.cells for row in table.rows]
    count = count_header_rows(cells)
    header, texts = lay_out(cells, count)
    lines = rows_to_lines(header, texts)
    filled = [
        row
        for row, own in zip(table.rows[count:], texts, strict=True)
        if any(cell.strip("；;。 \u3000") for cell in own)
    ]
    above = len(lines) - len(filled)
    top = around([row.box for row in table.rows[:count] if row.box is not None])
    for at, line in enumerate(lines):
        row = filled[at - above] if at >= above else None
        place = replace(
            table.place,
            text=line,
            page=row.page if row else table.place.page,
            box=row.box if row else top,
        )
        if row:
            body.rows.add(len(body.lines))
        body.whole.add(len(body.lines))
        body.lines.append(place)
    said = sum(map(letters, lines))
    body.repeated += max(0, said - sum(letters(cell.text) for row in cells for cell in row))


def _compose(
    body: _Body, page_count: int
) -> tuple[str, dict[int, LineMark], list[list[Box]], list[tuple[int, int]]]:
    """The canonical text, its marks, and for each page its boxes and its span."""
    parts: list[str] = []
    marks: dict[int, LineMark] = {}
    boxes: list[list[Box]] = [[] for _ in range(page_count)]
    at = 0
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for group in paragraphs(body.lines, body.whole):
        if parts:
            parts.append("\n")
            at += 1
        if group[0] in body.rows:
            marks[at] = LineMark(Mark.ROW)
        before = ""
        for index in group:
            line = body.lines[index]
            between = _between(before, line.text)
            parts += [between, line.text]
            at += len(between)
            first.setdefault(line.page, at)
            if line.box is not None:
                boxes[line.page].append(Box(at, at + len(line.text), *line.box))
            at += len(line.text)
            last[line.page] = at
            before = line.text
    spans: list[tuple[int, int]] = []
    end = 0
    for page in range(page_count):
        start = first.get(page, end)
        end = last.get(page, start)
        spans.append((start, end))
    return "".join(parts), marks, boxes, spans


def _between(before: str, after: str) -> str:
    """The glue of two joined lines; a Chinese line that ended in a space stays without it."""
    if is_bare_label(before):
        return " "
    return "" if before and is_cjk(before[-1]) else glue(before, after)
