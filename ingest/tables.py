"""Tables → lines: merged cells filled, header rows found, each row a line that stands for itself.

Pure, and the same for every format: a reader gives the cells as they are drawn.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.joining import glue

_WIDEST = 1_000  # columns one cell may cover, as in the HTML standard
_MOST_FILLED = 2_000_000  # places of a table; spans that would make more are taken as one
_LONGEST_NAME = 40  # characters of a column's name; a longer one is shown whole once, above
_LONGEST_REPEATED = 200  # characters of a merged cell that is repeated in each of its rows
_LONGEST_HEADER_CELL = 24
_ENDS = "；;。 \u3000"
_FIGURE = re.compile(r"[\d.,，%％+\-－—~～万亿元/\s]+\Z")
_SENTENCE = re.compile(r"[。；！？]|[：:]\Z")
_HEADER_WORD = re.compile(
    r"(?:序号|编号|型号|文号|标准号|规格|参数|名称|内容|标准|项目|类别|类型|备注|单位|部门|说明|要求|金额|数量|条件|依据|措施|事项|指标"
    r"|方式|时间|日期|期限|地址|地点|电话|等级|比例|税率|范围|对象|材料|环节|步骤|政策|答案|解释|含义|定义|值"
    r"|额|率|面积|占比|年度|年份)"
    r"(?:（[^（）]{1,12}）|\([^()]{1,12}\))?\Z"
)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as drawn: its text, how many rows and columns it covers, whether it is a heading."""

    text: str
    rows: int = 1
    columns: int = 1
    header: bool = False


def table_lines(rows: Sequence[Sequence[Cell]], header_rows: int | None = None) -> list[str]:
    """The lines of a table: ``列名：值；列名：值。`` for each row.

    Args:
        rows: the cells that begin in each row, in order.
        header_rows: how many rows are headings, where the source says so; else they are guessed.
    """
    count = count_header_rows(rows) if header_rows is None else min(header_rows, len(rows))
    header, body = lay_out(rows, count)
    return rows_to_lines(header, body)


def count_header_rows(rows: Sequence[Sequence[Cell]]) -> int:
    """How many rows at the top name the columns.

    Rows of heading cells do. In a table without any, a first row of short different words does
    when it does not look like the rows below it. One cell as wide as the table is a caption, which
    goes with the header.
    """
    width = max((sum(cell.columns for cell in row) for row in rows), default=0)
    captions = 0
    while captions < min(3, len(rows) - 1) and _is_caption(rows[captions], width):
        captions += 1
    marked = captions
    while marked < len(rows) and rows[marked] and all(cell.header for cell in rows[marked]):
        marked += 1
    if marked > captions:
        return marked
    first = rows[captions] if captions < len(rows) else ()
    deep = max((cell.rows for cell in first), default=1)
    if not any(cell.columns > 1 for cell in first):
        deep = 1
    elif deep == 1 and len(rows) > captions + 2 and len(rows[captions + 1]) > len(first) > 1:
        deep = 2  # the names of the parts below the name of the whole
    if len(rows) <= captions + deep or width < 2:
        return captions
    names = [cell.text.strip() for row in rows[captions : captions + deep] for cell in row]
    below = [[cell.text.strip() for cell in row] for row in rows[captions + deep :][:20]]
    return captions + deep if _are_names(names, below, width) else captions


def _is_caption(row: Sequence[Cell], width: int) -> bool:
    return len(row) == 1 and row[0].columns >= width > 1 and 0 < len(row[0].text) <= 80


def _are_names(names: Sequence[str], below: Sequence[Sequence[str]], width: int) -> bool:
    filled = [name for name in names if name]
    if len(filled) < max(2, len(names) - 1):
        return False
    if any(
        len(name) > _LONGEST_HEADER_CELL or _FIGURE.match(name) or _SENTENCE.search(name)
        for name in filled
    ):
        return False
    known = sum(1 for name in filled if _HEADER_WORD.search(name))
    if width == 2:  # a list of names and values has two columns too
        second = [row[-1] for row in below if len(row) == 2]
        named = _HEADER_WORD.search(names[-1]) is not None
        return known == len(filled) or (named and all(map(_FIGURE.match, second)))
    if len(set(filled)) < len(filled) and not known:
        return False
    values = [text for row in below for text in row if text]
    figures = sum(1 for text in values if _FIGURE.match(text))
    longer = sum(map(len, values)) / max(1, len(values)) > 1.5 * sum(map(len, filled)) / len(filled)
    return known * 2 >= len(filled) or figures * 5 >= len(values) > 0 or longer


def lay_out(
    rows: Sequence[Sequence[Cell]], header_rows: int
) -> tuple[list[list[str]], list[list[str]]]:
    """Header and body as rows of texts, merged cells filled.

    A cell over several rows stands in each of them (a long one only in its first). A cell over
    several columns stands in each of a header; in the body only in its first, so that no value is
    said twice.
    """
    filled: list[list[str]] = []
    hanging: dict[int, tuple[int, str]] = {}
    room = _MOST_FILLED
    for number, row in enumerate(rows):
        head = number < header_rows
        texts: list[str] = []
        below: dict[int, tuple[int, str]] = {}
        waiting = list(reversed(row))
        while waiting or hanging:
            column = len(texts)
            if column in hanging:
                left, text = hanging.pop(column)
                texts.append(text)
                if left > 1:
                    below[column] = (left - 1, text)
                continue
            cell = waiting.pop() if waiting else Cell("")
            own = _unwrapped(cell.text) if head else _one_line(cell.text)
            again = own if len(own) <= _LONGEST_REPEATED else ""
            # A header does not hang into the body, nor anything below the table.
            down = min(cell.rows, (header_rows if head else len(rows)) - number) if room > 0 else 1
            across = min(cell.columns, _WIDEST - column) if room > 0 else 1
            for offset in range(max(1, across)):
                texts.append(own if not offset else again if head else "")
                hanging.pop(column + offset, None)
                if down > 1:
                    below[column + offset] = (down - 1, again if head or not offset else "")
        hanging = below if room > 0 else {}
        room -= len(texts)
        filled.append(texts)
    return filled[:header_rows], filled[header_rows:]


def rows_to_lines(header_rows: Sequence[Sequence[str]], rows: Sequence[Sequence[str]]) -> list[str]:
    """One line a row: ``列名：值；列名：值。``, so that it can be understood and quoted alone.

    Args:
        header_rows: the rows that name the columns, merged cells filled; ``补助·企业`` is made of
            two. One that says the same in every column is a caption and becomes a line.
        rows: the others. Empty cells are left out; a row
            with nothing but its first one is a group and stands without a name.

    Returns:
        The lines; longer column names are cut in them and shown whole in a line above.
    """
    names, lines = _names(header_rows)
    for row in rows:
        cells = [_one_line(cell).strip(_ENDS) for cell in row]
        filled = [(at, cell) for at, cell in enumerate(cells) if cell]
        if not filled:
            continue
        if len(filled) == 1 and filled[0][0] == 0 and len(cells) > 1:
            lines.append(_sentence(filled[0][1]))
        elif not any(names):
            lines.append(_sentence(_unnamed([cell for _, cell in filled])))
        else:
            lines.append(
                _sentence(
                    "；".join(
                        f"{names[at]}：{cell}" if at < len(names) and names[at] else cell
                        for at, cell in filled
                    )
                )
            )
    if not any(any(map(str.strip, row)) for row in rows) and any(names):  # a form, not filled in
        lines.append("；".join(name for name in names if name))
    return lines


def _names(header_rows: Sequence[Sequence[str]]) -> tuple[list[str], list[str]]:
    """The name of every column, and the lines for captions and names too long to repeat."""
    width = max(map(len, header_rows), default=0)
    above: list[str] = []
    parts: list[list[str]] = [[] for _ in range(width)]
    for row in header_rows:
        cells = [_one_line(cell).strip(_ENDS + "：:") for cell in row]
        if cells and cells[0] and len(cells) == width > 1 and len(set(cells)) == 1:
            above.append(cells[0])
            continue
        for own, cell in zip(parts, cells, strict=False):
            if cell and cell not in own:
                own.append(cell)
    names = []
    for own in parts:
        name = "·".join(own)
        if len(name) > _LONGEST_NAME:
            above += [cell for cell in own if cell not in above]
            name = name[: _LONGEST_NAME - 1] + "…"
        names.append(name)
    return names, above


def _unnamed(cells: Sequence[str]) -> str:
    """A row of a table without a header: ``名：值`` where that is what two cells are."""
    if len(cells) == 2 and len(cells[0]) <= 20 and not _SENTENCE.search(cells[0]):
        return "：".join(cells)
    joined = cells[0]
    for before, cell in pairwise(cells):
        joined += cell if before[-1] in "：:" else "；" + cell
    return joined


def _sentence(text: str) -> str:
    return text if text[-1] in "。！？!?" else text + "。"


def _unwrapped(text: str) -> str:
    """The name in a narrow header cell: its lines are one word."""
    joined = ""
    for line in filter(None, map(str.strip, text.split("\n"))):
        joined += glue(joined, line) + line
    return joined


def _one_line(text: str) -> str:
    """A cell's lines joined by commas where no mark ends them."""
    if "\n" not in text:
        return text.strip()
    joined = ""
    for line in text.split("\n"):
        bare = line.strip()
        if bare:
            joined += bare if not joined or joined[-1] in "，。；：、！？,;:" else "，" + bare
    return joined
