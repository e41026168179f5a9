"""The text of one Word paragraph: runs in order, with what is hidden or deleted told apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ingest.readers.docx_styles import is_on
from ingest.readers.ooxml import W

MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_V = "{urn:schemas-microsoft-com:vml}"
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}relIds"
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart"
_DATA = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}dm"
_SKIPPED = frozenset({W + "pPr", W + "rPr", W + "sectPr", W + "tblPr", W + "sdtPr", W + "rt"})
_DELETED = frozenset({W + "del", W + "moveFrom"})
_DRAWN = frozenset({W + "drawing", W + "pict", W + "object"})
_BREAKS = {
    W + "br": "\n",
    W + "cr": "\n",
    W + "tab": "\t",
    W + "ptab": "\t",
    W + "noBreakHyphen": "-",
}
_TEXT = frozenset({W + "t", W + "delText", M + "t"})
_BETWEEN = {M + "f": "/", M + "sSup": "^", M + "sSub": "_", M + "rad": "√"}
_MATHS = frozenset({M + name for name in ("num", "den", "e", "sup", "sub", "deg")})


def _run(first: int, last: int, signs: str) -> dict[int, str]:
    return {code: chr(ord(signs) + code - first) for code in range(first, last + 1)}


# Signs of the symbol fonts that stand for numbers or boxes in forms; others are counted.
_WINGDINGS = {
    0x6F: "□", 0x71: "□", 0x72: "□", 0x78: "☒", 0xA8: "□", 0xFC: "√", 0xFD: "☒", 0xFE: "☑",
    **_run(0x81, 0x8A, "①"), **_run(0x8C, 0x95, "❶"),
}  # fmt: skip
_WINGDINGS_2 = {
    0x30: "□", 0x50: "√", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA3: "□",
    **_run(0x6A, 0x73, "①"), **_run(0x76, 0x7F, "❶"),
}  # fmt: skip
_SYMBOL = {
    0x61: "α", 0x62: "β", 0x67: "γ", 0x64: "δ", 0x6D: "μ", 0x71: "θ", 0x6C: "λ", 0x70: "π",
    0x73: "σ", 0x57: "Ω", 0xA3: "≤", 0xB3: "≥", 0xB1: "±", 0xB0: "°", 0xB4: "×", 0xB8: "÷",
    0xB9: "≠", 0xBB: "≈", 0xAE: "→", 0xA5: "∞", 0x2D: "−", 0x44: "Δ", 0x53: "Σ",
}  # fmt: skip
_SYMBOLS = {"wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2, "symbol": _SYMBOL}


@dataclass(slots=True)
class Field:
    """A field that is open: its instruction, and whether its result has begun."""

    code: str = ""
    result: bool = False


@dataclass(slots=True)
class Found:
    """What a paragraph holds besides its text.

    ``boxes``: text boxes; ``references``: (``footnote`` or ``endnote``, id); ``diagrams``: ids of
    drawings with text in a part of their own; ``added``: signs drawn that no text element holds.
    """

    parts: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    contents: list[str] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)
    references: list[tuple[str, str]] = field(default_factory=list)
    diagrams: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    pictures: int = 0
    objects: int = 0


def collect(
    element: Any, fields: list[Field], hidden_runs: frozenset[str], *, hidden: bool = False
) -> Found:
    """Read a paragraph (or any element with runs).

    ``fields`` are those open when it begins; they are left as they are when it ends, because a
    table of contents is one field over many paragraphs.
    """
    found = Found()
    _Walk(found, fields, hidden_runs).children(element, hidden, False)
    return found


def chosen(alternate: Any) -> Any:
    """The branch of an AlternateContent that is read: the first with text or a picture in it."""
    branches = alternate.findall(MC + "Choice") + alternate.findall(MC + "Fallback")
    for branch in branches:
        if next(branch.iter(*_TEXT, _A + "blip", _V + "imagedata", _DIAGRAM), None) is not None:
            return branch
    return branches[0] if branches else None


def texts(root: Any) -> Iterable[str]:
    """Every text element below ``root``, one branch of each alternative."""
    stack = [root]
    while stack:
        element = stack.pop()
        if element.tag in _TEXT:
            yield element.text or ""
        elif element.tag == MC + "AlternateContent":
            branch = chosen(element)
            if branch is not None:
                stack.append(branch)
        else:
            stack.extend(reversed(element))


def _within_a_box(box: Any, drawing: Any) -> bool:
    """Whether a text box stands inside another one of the same drawing."""
    for ancestor in box.iterancestors():
        if ancestor is drawing:
            return False
        if ancestor.tag == box.tag:
            return True
    return False


class _Walk:
    """One pass over the runs of a paragraph."""

    def __init__(self, found: Found, fields: list[Field], hidden_runs: frozenset[str]) -> None:
        self.found = found
        self.fields = fields
        self.hidden_runs = hidden_runs

    def children(self, element: Any, hidden: bool, deleted: bool) -> None:
        for child in element:
            self.element(child, hidden, deleted)

    def element(self, element: Any, hidden: bool, deleted: bool) -> None:
        tag = element.tag
        if tag in _TEXT:
            self.text(element.text or "", hidden, deleted or tag == W + "delText")
        elif tag == W + "r":
            self.children(element, hidden or self.hides(element), deleted)
        elif tag in _BREAKS:
            self.text(_BREAKS[tag], hidden, deleted)
        elif tag in _SKIPPED:
            if tag == W + "rt":
                self.found.hidden.append("".join(texts(element)))
        elif tag in _DELETED:
            self.children(element, hidden, True)
        elif tag in _DRAWN:
            self.drawn(element)
        elif tag == MC + "AlternateContent":
            branch = chosen(element)
            if branch is not None:
                self.children(branch, hidden, deleted)
        elif tag == W + "sym":
            self.symbol(element, hidden or deleted)
        elif tag in (W + "footnoteReference", W + "endnoteReference"):
            kind = "footnote" if tag == W + "footnoteReference" else "endnote"
            self.found.references.append((kind, element.get(W + "id", "")))
        elif tag == W + "fldChar":
            self.field(element.get(W + "fldCharType", ""))
        elif tag == W + "instrText":
            if self.fields and not self.fields[-1].result:
                self.fields[-1].code += element.text or ""
        elif tag == W + "fldSimple":
            self.fields.append(Field(element.get(W + "instr", ""), result=True))
            self.children(element, hidden, deleted)
            self.fields.pop()
        elif tag in _BETWEEN:
            self.formula(element, hidden, deleted)
        else:
            self.children(element, hidden, deleted)

    def text(self, text: str, hidden: bool, deleted: bool) -> None:
        if deleted:
            self.found.deleted.append(text)
        elif hidden:
            self.found.hidden.append(text)
        elif any(f.result and f.code.split()[:1] == ["TOC"] for f in self.fields):
            self.found.contents.append(text)
        else:
            self.found.parts.append(text)

    def hides(self, run: Any) -> bool:
        properties = run.find(W + "rPr")
        if properties is None:
            return False
        switch = properties.find(W + "vanish")
        if switch is not None:
            return is_on(switch)
        style = properties.find(W + "rStyle")
        return style is not None and style.get(W + "val") in self.hidden_runs

    def field(self, kind: str) -> None:
        if kind == "begin":
            self.fields.append(Field())
        elif kind == "separate" and self.fields:
            self.fields[-1].result = True
        elif kind == "end" and self.fields:
            self.fields.pop()

    def drawn(self, element: Any) -> None:
        box = False
        for child in element.iter(
            W + "txbxContent", _A + "blip", _V + "imagedata", _DIAGRAM, _CHART
        ):
            if child.tag == W + "txbxContent":
                box = True
                if not _within_a_box(child, element):  # else it is read with the outer one
                    self.found.boxes.append(child)
            elif child.tag == _DIAGRAM:
                self.found.diagrams.append(child.get(_DATA, ""))
            elif element.tag != W + "object" and not box:
                self.found.pictures += 1
        self.found.objects += element.tag == W + "object"

    def symbol(self, element: Any, gone: bool) -> None:
        code = element.get(W + "char", "")
        try:
            value = int(code, 16) & 0xFFF
        except ValueError:
            return
        sign = _SYMBOLS.get(element.get(W + "font", "").lower(), {}).get(value)
        if sign and not gone:
            self.found.parts.append(sign)
            self.found.added.append(sign)

    def formula(self, element: Any, hidden: bool, deleted: bool) -> None:
        """A fraction, power, index or root in one line: ``1/2``, ``m^2``, ``√x``."""
        operands = [child for child in element if child.tag in _MATHS]
        sign = _BETWEEN[element.tag]
        for at, operand in enumerate(operands):
            if at or sign == "√":
                self.text(sign if operand.tag != M + "deg" else "", hidden, deleted)
            self.children(operand, hidden, deleted)
