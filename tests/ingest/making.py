"""Real files for the tests of this folder, made on the spot."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pypdfium2 as pdfium
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, NumberObject, TextStringObject
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from ingest.tree import Node, walk
from kb.models import ParsedDocument

FONT = "STSong-Light"
WIDTH, HEIGHT, MARGIN, SIZE = 595.0, 842.0, 72.0, 16.0
PER_LINE = 28


def pdf(
    pages: Sequence[Sequence[str]],
    *,
    header: str = "",
    footer: str = "",
    title: str = "",
    centred: int = 0,
) -> bytes:
    """A PDF whose pages hold the given printed lines; a line may begin with full-width spaces.

    ``footer`` may hold ``{n}`` for the number of the page; the first ``centred`` lines of the
    first page are centred.
    """
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(WIDTH, HEIGHT))
    canvas.setTitle(title)
    for number, lines in enumerate(pages, start=1):
        canvas.setFont(FONT, SIZE)
        if header:
            canvas.drawString(MARGIN, HEIGHT - 40, header)
        y = HEIGHT - 90
        for index, line in enumerate(lines):
            bare = line.lstrip("\u3000")
            x = MARGIN + SIZE * (len(line) - len(bare))
            if number == 1 and index < centred:
                x = (WIDTH - SIZE * len(bare)) / 2
            canvas.drawString(x, y, bare)
            y -= SIZE * 1.5
        if footer:
            canvas.drawCentredString(WIDTH / 2, 40, footer.format(n=number))
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def wrapped(paragraphs: Sequence[str]) -> list[str]:
    """Paragraphs as printed lines: two characters of indent, 28 characters a line."""
    lines: list[str] = []
    for paragraph in paragraphs:
        rest = "\u3000\u3000" + paragraph
        while rest:
            lines.append(rest[:PER_LINE])
            rest = rest[PER_LINE:]
    return lines


def picture_pdf(text_pages: int, picture_pages: int) -> bytes:
    """A PDF of some pages of text, then some that are one picture each."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(WIDTH, HEIGHT))
    for _ in range(text_pages):
        canvas.setFont(FONT, SIZE)
        for row in range(10):
            canvas.drawString(
                MARGIN, HEIGHT - 90 - row * 24, f"第{row}行：招商引资政策的正文文字。"
            )
        canvas.showPage()
    for _ in range(picture_pages):
        canvas.drawImage(ImageReader(_grey_image()), 0, 0, WIDTH, HEIGHT)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _grey_image() -> io.BytesIO:
    """A picture in the simplest format there is."""
    width = height = 64
    pixels = bytes((x * y) % 256 for y in range(height) for x in range(width))
    return _png(width, height, pixels)


def _png(width: int, height: int, pixels: bytes) -> io.BytesIO:
    import struct
    import zlib

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    rows = b"".join(b"\x00" + pixels[y * width : (y + 1) * width] for y in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return io.BytesIO(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def scanned(data: bytes, *, dpi: int = 150, degrees: float = 0.0) -> bytes:
    """The pages of a PDF as pictures in another one, as a scanner makes it; turned a little."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(WIDTH, HEIGHT))
    for picture in pictures(data, dpi=dpi):
        turned = picture.rotate(degrees, fillcolor="white", resample=Image.Resampling.BILINEAR)
        canvas.drawImage(ImageReader(turned), 0, 0, WIDTH, HEIGHT)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def pictures(data: bytes, *, dpi: int = 150) -> list[Image.Image]:
    """The pages of a PDF as pictures."""
    document = pdfium.PdfDocument(data)
    try:
        return [page.render(scale=dpi / 72).to_pil() for page in document]
    finally:
        document.close()


def encrypted(data: bytes, user_password: str) -> bytes:
    """The same PDF behind a password (an empty one opens for everybody)."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    writer.encrypt(user_password=user_password, owner_password="owner", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def labelled(data: bytes, prefix: str) -> bytes:
    """The same PDF with printed page labels ``prefix1``, ``prefix2``…"""
    from pypdf.generic import ArrayObject, DictionaryObject

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    style = DictionaryObject(
        {NameObject("/S"): NameObject("/D"), NameObject("/P"): TextStringObject(prefix)}
    )
    numbers = ArrayObject([NumberObject(0), style])
    writer.root_object[NameObject("/PageLabels")] = DictionaryObject({NameObject("/Nums"): numbers})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def shape(text: str, root: Node) -> list[str]:
    """A tree as lines: indent by depth, ``#`` before headings, then the first 12 characters."""
    lines: list[str] = []
    stack = [(child, 0) for child in reversed(root.children)]
    while stack:
        node, depth = stack.pop()
        mark = "# " if node.heading else ""
        lines.append("  " * depth + mark + text[node.start : node.end][:12])
        stack.extend((child, depth + 1) for child in reversed(node.children))
    assert len(lines) == sum(1 for _ in walk(root))
    return lines


def shown(document: ParsedDocument) -> list[tuple[str, str]]:
    """The passages of a document as (path, text)."""
    return [(" > ".join(p.path), document.text[p.start : p.end]) for p in document.passages]
