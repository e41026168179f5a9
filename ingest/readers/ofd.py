"""OFD (GB/T 33190) → draft: the text of its pages with places, as of a PDF.

Own code: easyofd needs PyMuPDF (AGPL) and writes PDFs, ofdparser is no longer kept; what is needed
here is a zip of XML. Signatures and seals are not checked. Pages that are pictures are recognised.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ingest.containers import damaged
from ingest.draft import Draft
from ingest.joining import Printed
from ingest.limits import LIMITS, Limits
from ingest.readers.image import first_frame
from ingest.readers.layout import draft_of
from ingest.readers.metadata import metadata_title
from ingest.readers.ocr import notes_of, page_list
from ingest.readers.ofd_page import OFD, POINTS, Picture, Units, add_units, numbers
from ingest.readers.ooxml import Package, open_package
from ingest.readers.pages import (
    blank_notes,
    lost_objections,
    picture_notes,
    recognised,
    recogniser,
)
from ingest.readers.pdf_page import is_garbled
from ingest.readers.sheet import FEWEST_LETTERS, Sheet, shares
from ingest.source_text import clean, letters
from kb.errors import ReadError
from kb.models import Note

_A4 = (210.0, 297.0)
_COVERS = 0.3  # of a page: a picture this large may hold the page's text


@dataclass(slots=True)
class _Document:
    """One document of the file: its folder, its default page size, resources by their ids."""

    package: Package
    folder: str
    size: tuple[float, float] = _A4
    media: dict[str, str] = field(default_factory=dict)
    composites: dict[str, Any] = field(default_factory=dict)
    templates: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Page:
    sheet: Sheet
    picture: Picture | None
    media: str


def read_ofd(data: bytes, limits: Limits = LIMITS) -> Draft:
    """A draft of an OFD file: running headers and page numbers removed, paragraphs joined.

    Raises:
        ReadError: the file is damaged, holds too much, or no text at all.
    """
    package = open_package(data, limits)
    root = package.xml("OFD.xml")
    if root is None:
        raise damaged()
    pages: list[_Page] = []
    title, signed, annotated = "", False, False
    for body in root.iter(OFD + "DocBody"):
        title = title or metadata_title(body.findtext(f"{OFD}DocInfo/{OFD}Title") or "")
        signed = signed or body.find(OFD + "Signatures") is not None
        where = _resolved("", body.findtext(OFD + "DocRoot") or "")
        document = package.xml(where)
        if document is None:
            raise damaged()
        annotated = annotated or document.find(OFD + "Annotations") is not None
        pages += _pages(_opened(package, where, document), document, len(pages), limits)
    sheets, pictures, lost = _with_pictures(package, pages, limits)
    if not lost and not any(letters(line.text) for sheet in sheets for line in sheet.lines):
        raise ReadError(
            "这个 OFD 文件里没有读到文字；请导出为 PDF，或提供文字版后再上传。",
            "No text was found in this OFD file; export it as PDF or provide a text version.",
        )
    blank = [at + 1 for at, p in enumerate(pages) if not p.sheet.lines and p.picture is None]
    return draft_of(
        sheets,
        title=title,
        notes=[
            *notes_of(sheets),
            *blank_notes(blank),
            *picture_notes(pictures),
            *_left_out(signed, annotated),
        ],
        objections=[*lost_objections(lost), *_garbled(sheets)],
    )


def _opened(package: Package, where: str, document: Any) -> _Document:
    """The document at ``where`` with its resources and templates."""
    opened = _Document(package, posixpath.dirname(where))
    common = document.find(OFD + "CommonData")
    if common is None:
        return opened
    opened.size = _size(common.find(OFD + "PageArea"), _A4)
    for kind in ("PublicRes", "DocumentRes"):
        for item in common.iter(OFD + kind):
            name = _resolved(opened.folder, item.text or "")
            resources = package.xml(name)
            if resources is not None:
                _add_resources(opened, name, resources)
    for item in common.iter(OFD + "TemplatePage"):
        template = package.xml(_resolved(opened.folder, item.get("BaseLoc", "")))
        if template is not None:
            opened.templates[item.get("ID", "")] = template
    return opened


def _add_resources(opened: _Document, name: str, resources: Any) -> None:
    folder = _resolved(posixpath.dirname(name), resources.get("BaseLoc", ""))
    for media in resources.iter(OFD + "MultiMedia"):
        file = media.findtext(OFD + "MediaFile") or ""
        opened.media[media.get("ID", "")] = _resolved(folder, file)
    for unit in resources.iter(OFD + "CompositeGraphicUnit"):
        opened.composites[unit.get("ID", "")] = unit


def _resolved(folder: str, name: str) -> str:
    """The name of a member as another one refers to it; one beginning with ``/`` is of the root."""
    return posixpath.normpath(posixpath.join("/", folder, name.strip())).lstrip("/")


def _size(area: Any, default: tuple[float, float]) -> tuple[float, float]:
    values = numbers(area.findtext(OFD + "PhysicalBox")) if area is not None else []
    return (values[2], values[3]) if len(values) == 4 and min(values[2:]) > 0 else default


def _pages(opened: _Document, document: Any, number: int, limits: Limits) -> Iterator[_Page]:
    places = list(document.iterfind(f"{OFD}Pages/{OFD}Page"))
    limits.check_pages(number + len(places))
    total = 0
    for at, place in enumerate(places):
        content = opened.package.xml(_resolved(opened.folder, place.get("BaseLoc", "")))
        page = _page(opened, content, number + at)
        total += sum(len(line.text) for line in page.sheet.lines)
        limits.check_characters(total)
        limits.on_page(at + 1, len(places))
        yield page


def _page(opened: _Document, content: Any, number: int) -> _Page:
    if content is None:
        return _Page(Sheet(number, 1.0, 1.0, ()), Picture("", (0, 0, 1, 1)), "")
    width, height = _size(content.find(OFD + "Area"), opened.size)
    units = Units(number, width * POINTS, height * POINTS)
    for used in content.iterfind(OFD + "Template"):
        template = opened.templates.get(used.get("TemplateID", ""))
        body = template.find(OFD + "Content") if template is not None else None
        if body is not None:
            add_units(body, units, opened.composites)
    for body in content.iterfind(OFD + "Content"):
        add_units(body, units, opened.composites)
    sheet = Sheet(
        number,
        units.width,
        units.height,
        tuple(units.pieces),
        tuple(units.rules),
        tuple(units.removed),
    )
    largest = max(units.pictures, key=_area, default=None)
    if largest is None or _area(largest) < _COVERS * units.width * units.height:
        return _Page(sheet, None, "")
    return _Page(sheet, largest, opened.media.get(largest.resource, ""))


def _area(picture: Picture) -> float:
    left, top, right, bottom = picture.box
    return abs((right - left) * (bottom - top))


def _with_pictures(
    package: Package, pages: Sequence[_Page], limits: Limits
) -> tuple[list[Sheet], list[int], list[int]]:
    """All pages, those that are pictures recognised; the numbers (from 1) of pictures without text
    and of pages that are lost.
    """
    sheets: list[Sheet] = []
    pictures: list[int] = []
    lost: list[int] = []
    with recogniser(limits) as ocr:
        for page in pages:
            sheet = page.sheet
            number = sheet.number + 1
            if page.picture is not None and _count(sheet) < FEWEST_LETTERS:
                image = first_frame(package.read(page.media) or b"")
                read = recognised(ocr, sheet.number, image) if image is not None else None
                if read is None:
                    lost.append(number)
                elif _count(read) > _count(sheet):
                    sheet = _moved(read, page.picture, sheet)
                elif not sheet.lines:
                    pictures.append(number)
                limits.on_page(number, len(pages))
            sheets.append(sheet)
    return sheets, pictures, lost


def _moved(read: Sheet, picture: Picture, page: Sheet) -> Sheet:
    """A recognised picture, its lines where it stands on its page and in the page's unit."""
    left, top, right, bottom = picture.box
    across, down = (right - left) / read.width, (bottom - top) / read.height

    def moved(line: Printed) -> Printed:
        a, b, c, d = line.box or (0.0, 0.0, 1.0, 1.0)
        return replace(
            line,
            left=left + line.left * across,
            right=left + line.right * across,
            top=top + line.top * down,
            size=line.size * down,
            box=shares(
                left + a * (right - left),
                top + b * (bottom - top),
                left + c * (right - left),
                top + d * (bottom - top),
                page.width,
                page.height,
            ),
        )

    return Sheet(
        page.number,
        page.width,
        page.height,
        tuple(map(moved, read.lines)),
        tuple(
            (left + a * across, top + b * down, left + c * across, top + d * down)
            for a, b, c, d in read.rules
        ),
        (*page.removed, *read.removed),
        read.confidence,
    )


def _count(sheet: Sheet) -> int:
    return sum(letters(line.text) for line in sheet.lines)


def _left_out(signed: bool, annotated: bool) -> list[Note]:
    notes: list[Note] = []
    if signed:
        notes.append(
            Note(
                "signature",
                "文件带有电子签章：没有验证，印章里的字也没有收入。",
                "The file is signed: the signature was not checked, nor the text of seals taken.",
            )
        )
    if annotated:
        notes.append(
            Note(
                "annotations",
                "文件带有批注或水印，没有收入。",
                "The file has annotations or watermarks, which were not taken in.",
            )
        )
    return notes


def _garbled(sheets: Sequence[Sheet]) -> list[Note]:
    bad = [
        sheet.number + 1
        for sheet in sheets
        if sheet.confidence is None and is_garbled(clean("".join(x.text for x in sheet.lines)))
    ]
    if not bad:
        return []
    shown = page_list(bad)
    return [
        Note(
            "garbled_text",
            f"第 {shown} 页的文字是乱码（字体缺少编码表）；请导出为 PDF 或提供文字版后再上传。",
            f"The text of page(s) {shown} is garbled (fonts without a character map); export the "
            "file as PDF or provide a text version.",
        )
    ]
