"""Elements of a web page → lines: paragraphs, headings, numbered list items, table rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ingest.draft import LineMark, Mark
from ingest.joining import glue
from ingest.numbering import label
from ingest.readers.html_parts import is_data
from ingest.readers.text import restore_lines
from ingest.source_text import clean, letters
from ingest.tables import Cell, table_lines

_BLOCKS = frozenset(
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hr legend li main nav ol p pre section summary table "
    "tbody td tfoot th thead tr ul caption".split()
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BOLD = frozenset({"b", "strong"})
_HEADING_LEVEL_BOLD = 7
_LONGEST_BOLD = 40
_DEEPEST_ITEM = 6
_PLAIN_END = frozenset("。！？；，、：:;,.")
_SPACE = re.compile(r"[ \t\r\n\f]+")
_BREAK = re.compile(r"\n+")
_SUPERSCRIPT = str.maketrans("0123456789+-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ")
_SUBSCRIPT = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")
_SMALL = re.compile(r"[0-9+\-n]{1,4}\Z")
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_CHINESE = "零一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Line:
    """One line, its mark, the letters of it in links, and whether it is part of the document."""

    text: str
    mark: LineMark | None
    linked: int
    main: bool


@dataclass(slots=True)
class Lines:
    """The lines of a page; ``removed`` and ``added`` letters; ``pictures`` left out."""

    lines: list[Line] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)
    added: int = 0
    pictures: int = 0


@dataclass(slots=True)
class _List:
    """An open list: how its items are numbered, and the number of the last."""

    kind: str
    number: int
    step: int = 1


@dataclass(slots=True)
class _Open:
    """The line being written, and what is open around it."""

    pieces: list[str] = field(default_factory=list)
    linked: int = 0
    bold: int = 0
    mark: LineMark | None = None
    number: str = ""
    term: str = ""
    lists: list[_List] = field(default_factory=list)
    main: int = 0
    depth: dict[str, int] = field(default_factory=dict)

    def within(self, *tags: str) -> bool:
        return any(self.depth.get(tag, 0) for tag in tags)


def read_lines(body: Any, main: Any, dropped: frozenset[Any]) -> Lines:
    """The lines of all that is not dropped; those in ``main`` are told from those around it."""
    from lxml import etree

    out = Lines()
    now = _Open()
    tables: set[Any] = set()
    walker = etree.iterwalk(body, events=("start", "end", "comment", "pi"))
    for event, element in walker:
        if event == "start":
            if element in dropped:
                out.removed.extend(_all_texts(element))
                walker.skip_subtree()
            elif element.tag == "table" and is_data(element):
                _end_line(now, out)
                tables.add(element)
                _table(element, dropped, now, out)
                walker.skip_subtree()
            else:
                _start(element, main, now, out)
        elif event == "end" and element not in dropped and element not in tables:
            _end(element, main, now, out)
        if event != "start" and element is not body and element.tail:
            _write(element.tail, now)
    _end_line(now, out)
    return out


def _all_texts(element: Any) -> Iterator[str]:
    """The texts in an element that a reader would see."""
    for child in element.iter():
        if isinstance(child.tag, str) and child.tag not in ("script", "style") and child.text:
            yield _tidy(child.text)
        if child is not element and child.tail:
            yield _tidy(child.tail)


def _tidy(text: str) -> str:
    return clean(_SPACE.sub(" ", text)).strip()


def _start(element: Any, main: Any, now: _Open, out: Lines) -> None:
    tag = element.tag
    now.depth[tag] = now.depth.get(tag, 0) + 1
    if tag in _BLOCKS:
        _end_line(now, out)
    if element is main:
        now.main += 1
    if tag in _HEADINGS:
        now.mark = LineMark(Mark.HEADING, _HEADINGS[tag])
    elif tag in ("ol", "ul"):
        now.lists.append(_open_list(element))
    elif tag == "li":
        _item(element, now, out)
    elif tag == "br":
        if now.mark and now.mark.mark is Mark.HEADING:
            now.pieces.append("\n")  # a title over several lines is one
        else:
            _end_line(now, out)
    elif tag == "a":
        href = (element.get("href") or "").strip()
        if href and not href.startswith(("#", "javascript:")) and now.main:
            out.targets.append(href[:2000])
    elif tag == "img":
        out.pictures += bool(now.main and _is_picture(element))
    if element.text:
        _write(element.text, now)


def _end(element: Any, main: Any, now: _Open, out: Lines) -> None:
    tag = element.tag
    if tag == "dt":
        _end_term(now, out)
    elif tag in _BLOCKS:
        _end_line(now, out)
    if tag == "li" or tag in _HEADINGS:
        now.mark, now.number = None, ""
    elif tag in ("dd", "dl") and now.term:  # a term without a definition
        out.lines.append(Line(now.term, None, 0, now.main > 0))
        now.term = ""
    elif tag in ("ol", "ul") and now.lists:
        now.lists.pop()
    if element is main:
        now.main -= 1
    now.depth[tag] = now.depth.get(tag, 1) - 1


def _write(text: str, now: _Open) -> None:
    if now.within("pre"):
        now.pieces.append(text)
        return
    text = _SPACE.sub(_space, text)
    if now.within("sup", "sub") and _SMALL.match(text):
        text = text.translate(_SUPERSCRIPT if now.within("sup") else _SUBSCRIPT)
    if now.pieces or text.strip(" \n"):
        now.pieces.append(text)
        if now.within("a"):
            now.linked += letters(text)
        if now.within(*_BOLD):
            now.bold += letters(text)


def _end_line(now: _Open, out: Lines) -> None:
    """Close the line being written, if there is something in it."""
    if not now.pieces:
        return
    if now.within("pre") and now.pieces:
        _preformatted(now, out)
    text = _joined(now.pieces)
    if not text:
        now.pieces = []
        return
    mark = now.mark
    if now.number and label(text) is None:  # some pages number by hand inside a numbered list
        out.added += letters(now.number)
        text = now.number + text
    if now.term:
        text = f"{now.term}：{text}"
    elif mark is None and now.bold == letters(text) and _may_head(text) and not now.lists:
        mark = LineMark(Mark.HEADING, _HEADING_LEVEL_BOLD)
    out.lines.append(Line(text, mark, now.linked, now.main > 0))
    now.pieces, now.linked, now.bold = [], 0, 0
    now.mark, now.number, now.term = None, "", ""


def _may_head(text: str) -> bool:
    return 1 < len(text) <= _LONGEST_BOLD and text[-1] not in _PLAIN_END


def _end_term(now: _Open, out: Lines) -> None:
    """The term of a definition waits for what it means; a question stands alone."""
    text = _joined(now.pieces)
    if text and text[-1] not in "？?。" and len(text) <= _LONGEST_BOLD:
        now.term = text.rstrip("：: ")
        now.pieces, now.linked, now.bold = [], 0, 0
    else:
        _end_line(now, out)


def _joined(pieces: list[str]) -> str:
    """One line of its pieces; a line break in the source beside Chinese characters is nothing."""
    text = "".join(pieces)
    if _SPACE.search(text) is None:
        return clean(text).strip()
    text = _BREAK.sub("\n", _SPACE.sub(_space, text))
    parts = [part for part in text.split("\n") if part]
    joined = ""
    for part in parts:
        joined += glue(joined[-1:], part) + part
    return clean(joined).strip()


def _space(match: re.Match[str]) -> str:
    return "\n" if "\n" in match.group() else " "


def _preformatted(now: _Open, out: Lines) -> None:
    """Lines as they stand: code, or the hard-wrapped text of an old page."""
    text = clean("".join(now.pieces)).strip("\n")
    now.pieces = []
    if not text.strip():
        return
    chinese = sum(1 for char in text if "\u4e00" <= char <= "\u9fff")
    if chinese > 0.3 * max(1, letters(text)):
        lines = restore_lines([line.strip() for line in text.split("\n")], text)
        found = [Line(line, None, 0, now.main > 0) for line in lines if line.strip()]
    else:
        mark = LineMark(Mark.VERBATIM)
        found = [Line(x, mark, 0, now.main > 0) for x in text.split("\n") if x.strip()]
    out.lines.extend(found)


def _open_list(element: Any) -> _List:
    style = (element.get("style") or "").lower()
    if element.tag == "ul" or "list-style-type:none" in style.replace(" ", ""):
        return _List("", 0)
    kind = element.get("type") or "1"
    if "cjk-ideographic" in style or "chinese" in style:
        kind = "一"
    step = -1 if element.get("reversed") is not None else 1
    items = sum(1 for _ in element.iterchildren("li"))
    start = _number(element.get("start"), items if step < 0 else 1)
    return _List(kind if kind in ("1", "a", "A", "i", "I", "一") else "1", start - step, step)


def _item(element: Any, now: _Open, out: Lines) -> None:
    depth = min(_DEEPEST_ITEM, max(1, len(now.lists)))
    now.mark = LineMark(Mark.ITEM, depth)
    if not now.lists or not now.lists[-1].kind:
        return
    top = now.lists[-1]
    top.number = _number(element.get("value"), top.number + top.step)
    now.number = _numeral(top.number, top.kind)


def _numeral(number: int, kind: str) -> str:
    """What stands before an item: ``3. ``, ``c. ``, ``iii. ``, ``三、``."""
    if kind in "aA" and 1 <= number <= 26:
        text = chr(ord(kind) + number - 1)
    elif kind in "iI" and 1 <= number <= 39:
        rest, text = number, ""
        for value, sign in _ROMAN:
            text, rest = text + sign * (rest // value), rest % value
        text = text.upper() if kind == "I" else text
    elif kind == "一" and 1 <= number <= 99:
        tens, ones = divmod(number, 10)
        head = ("" if tens == 1 else _CHINESE[tens]) + "十" if tens else ""
        return head + (_CHINESE[ones] if ones or not tens else "") + "、"
    else:
        text = str(number)
    return text + ". "


def _number(text: str | None, default: int) -> int:
    bare = (text or "").strip()
    return int(bare) if re.fullmatch(r"-?[0-9]{1,6}", bare) else default


def _is_picture(element: Any) -> bool:
    sizes = [
        _number((element.get(name) or "").removesuffix("px"), 100) for name in ("width", "height")
    ]
    return min(sizes) >= 50 and bool(element.get("src") or element.get("data-src"))


def _table(table: Any, dropped: frozenset[Any], now: _Open, out: Lines) -> None:
    main = now.main > 0
    for caption in table.iterchildren("caption"):
        text = _cell(caption, dropped, main, out).text
        out.lines.append(Line(text.replace("\n", ""), None, 0, main))
    rows = list(table.iterdescendants("tr"))
    cells = [[_cell(c, dropped, main, out) for c in row.iterchildren("td", "th")] for row in rows]
    heads = sum(1 for row in rows if row.getparent().tag == "thead")
    lines = table_lines(cells, heads if 0 < heads < len(rows) else None)
    in_cells = sum(letters(cell.text) for row in cells for cell in row)
    out.added += sum(map(letters, lines)) - in_cells
    out.lines.extend(Line(line, LineMark(Mark.ROW), 0, main) for line in lines)


def _cell(cell: Any, dropped: frozenset[Any], main: bool, out: Lines) -> Cell:
    if cell in dropped or cell.getparent() in dropped:
        out.removed.extend(_all_texts(cell))
        return Cell("")
    inner = read_lines(cell, cell, dropped)
    out.removed.extend(inner.removed)
    out.targets.extend(inner.targets if main else ())
    out.added += inner.added
    out.pictures += inner.pictures if main else 0
    return Cell(
        "\n".join(line.text for line in inner.lines),
        _number(cell.get("rowspan"), 1) or 10**6,  # 0: down to the end of the table
        _number(cell.get("colspan"), 1) or 1,
        cell.tag == "th",
    )
