"""What a reader hands on: the canonical text of a file, and what its layout says of the lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from kb.models import Note, Page

EMPTY_PAGE = "empty_page"
"""Code of the note that names pages with nothing on them."""
PICTURE_PAGE = "picture_page"
"""Code of the note that names pages with pictures, but no text in them."""


class Mark(StrEnum):
    """What the source's own mark-up says a line is; lines without a mark are plain text."""

    HEADING = "heading"
    ITEM = "item"
    ROW = "row"
    VERBATIM = "verbatim"


@dataclass(frozen=True, slots=True)
class LineMark:
    """The mark of one line. ``level``: of a heading 1 (highest) to 7, of an item its depth."""

    mark: Mark
    level: int = 1


@dataclass(frozen=True, slots=True)
class Draft:
    """The canonical text of a file: one paragraph, item, heading or table row a line.

    ``marks`` is keyed by the offset at which a line starts. ``removed`` records what was taken out
    on purpose (running headers, page numbers, comments, link targets). ``letters`` is the number of
    letters, digits and Chinese characters the source had, ``removed`` included: what the gate
    compares with. ``title`` is the one in the file's own metadata, empty if there is none.
    ``notes`` tell the user what was left out or is unsure (pictures, low OCR confidence).
    ``objections`` are a reader's own reasons, each with its remedy, not to take the document in as
    it was read (pages whose text could not be recognised): the gate refuses it with them, unless
    an admin accepts. A page that holds no text needs a note ``EMPTY_PAGE`` or ``PICTURE_PAGE``.
    """

    text: str
    marks: dict[int, LineMark] = field(default_factory=dict)
    pages: tuple[Page, ...] = ()
    removed: tuple[str, ...] = ()
    letters: int = 0
    title: str = ""
    notes: tuple[Note, ...] = ()
    objections: tuple[Note, ...] = ()


def assemble(lines: list[tuple[str, LineMark | None]]) -> tuple[str, dict[int, LineMark]]:
    """Join lines to one text and key their marks by offset; empty lines are left out."""
    marks: dict[int, LineMark] = {}
    texts: list[str] = []
    at = 0
    for text, mark in lines:
        bare = text.strip()
        if not bare:
            continue
        if mark is not None:
            marks[at] = mark
        texts.append(bare)
        at += len(bare) + 1
    return "\n".join(texts), marks
