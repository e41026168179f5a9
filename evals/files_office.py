"""Office files read whole: the readers against two other readings of the same files.

``source``: the text elements of a .docx, or the cells of a workbook, taken from the file by a few
lines that share nothing with the readers. ``office``: what LibreOffice writes as plain text, which
has the automatic numbers; it needs LibreOffice. Of each reading it is the share of the letters of
its paragraphs (cells) that stand, paragraph by paragraph, in the text or in what was removed on
purpose. ``python -m evals.files FOLDER --missing`` lists what does not.
"""

from __future__ import annotations

import io
import re
import subprocess
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from rich.table import Table

from ingest.draft import Mark
from ingest.formats import Format, read
from ingest.limits import LIMITS
from ingest.parse import parse_bytes
from ingest.readers.legacy import find_soffice
from ingest.sniff import sniff
from ingest.source_text import clean
from kb.errors import KbError

SUFFIXES = (".docx", ".doc", ".wps", ".xlsx", ".xls", ".pptx")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = re.compile(r"<mc:Fallback>.*?</mc:Fallback>", re.S)
_NOT_LETTER = re.compile(r"[\W_]+")
_SECONDS = 180


@dataclass(frozen=True, slots=True)
class Reading:
    """One file. ``source`` and ``office`` are shares from 0 to 1, None where there is no such
    reading; ``missing`` what stands in them and not in ours; ``refused`` why it was not read.
    """

    name: str
    lines: int = 0
    rows: int = 0
    items: int = 0
    headings: int = 0
    passages: int = 0
    notes: str = ""
    source: float | None = None
    office: float | None = None
    missing: tuple[str, ...] = ()
    refused: str = ""
    seconds: float = 0.0


def compare(folder: Path) -> list[Reading]:
    """Every office file directly in a folder."""
    files = (file for file in sorted(folder.iterdir()) if file.suffix.lower() in SUFFIXES)
    return [compare_file(file) for file in files]


def compare_file(file: Path) -> Reading:
    """One file read by us and by the others."""
    data = file.read_bytes()
    begun = time.perf_counter()
    try:
        kind = sniff(data)
        draft = read(data, kind, LIMITS)
        seconds = time.perf_counter() - begun
        passages = len(parse_bytes(data, file.name).passages)
    except KbError as error:
        return Reading(file.name, refused=error.en)
    own = _bare("\n".join((draft.text, *draft.removed)))
    sources = _source(data, kind)
    office = _by_libreoffice(file) if kind in (Format.DOCX, Format.DOC, Format.WPS) else None
    marks = Counter(mark.mark for mark in draft.marks.values())
    return Reading(
        file.name,
        draft.text.count("\n") + 1,
        marks[Mark.ROW],
        marks[Mark.ITEM],
        marks[Mark.HEADING],
        passages,
        " ".join(note.code for note in draft.notes),
        _share(sources, own),
        _share(office, own),
        tuple(unit for unit in (*(sources or ()), *(office or ())) if _bare(unit) not in own),
        seconds=seconds,
    )


def _bare(text: str) -> str:
    return _NOT_LETTER.sub("", clean(text))


def _share(units: Sequence[str] | None, own: str) -> float | None:
    if units is None:
        return None
    sizes = [(len(_bare(unit)), _bare(unit) in own) for unit in units]
    return sum(size for size, found in sizes if found) / max(1, sum(size for size, _ in sizes))


def _source(data: bytes, kind: Format) -> list[str] | None:
    """The paragraphs of a .docx or the texts of a workbook's cells, straight from the file."""
    if kind is Format.DOCX:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [
                name
                for name in archive.namelist()
                if re.match(r"word/(?:document|footnotes|endnotes)\.xml\Z", name)
            ]
            roots = [
                ElementTree.fromstring(_FALLBACK.sub("", archive.read(name).decode()))  # noqa: S314
                for name in names
            ]
        return [
            "".join(text.text or "" for text in paragraph.iter(_W + "t"))
            for root in roots
            for paragraph in root.iter(_W + "p")
            if paragraph.find(f".//{_W}p") is None
        ]
    if kind in (Format.XLSX, Format.XLS):
        import python_calamine

        with python_calamine.load_workbook(io.BytesIO(data)) as book:
            return [
                value
                for name in book.sheet_names
                for row in book.get_sheet_by_name(name).iter_rows()
                for value in row
                if isinstance(value, str)
            ]
    return None


def _by_libreoffice(file: Path) -> list[str] | None:
    program = find_soffice()
    if program is None:
        return None
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy = folder / f"source{file.suffix}"
        copy.write_bytes(file.read_bytes())
        subprocess.run(  # noqa: S603
            [
                program,
                f"-env:UserInstallation={(folder / 'profile').as_uri()}",
                "--headless",
                "--convert-to",
                "txt:Text (encoded):UTF8",
                "--outdir",
                name,
                str(copy),
            ],
            check=True,
            capture_output=True,
            timeout=_SECONDS,
        )
        return (folder / "source.txt").read_text(encoding="utf-8-sig").split("\n")


def table(readings: Sequence[Reading]) -> Table:
    """The figures, a file a row."""
    shown = Table("file", "lines", "rows", "items", "headings", "passages", "source", "office", "s")
    shown.add_column("notes or refusal", overflow="fold")
    for reading in readings:
        shares = [f"{s:.4f}" if s is not None else "" for s in (reading.source, reading.office)]
        counts = (reading.lines, reading.rows, reading.items, reading.headings, reading.passages)
        shown.add_row(
            reading.name,
            *map(str, counts),
            *shares,
            f"{reading.seconds:.1f}",
            reading.refused or reading.notes,
        )
    return shown
