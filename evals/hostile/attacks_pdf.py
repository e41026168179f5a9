"""Attacks by PDFs and pictures: circles, depth, sizes."""

from __future__ import annotations

import struct
import zlib

from evals.hostile.attacks_text import Attacks

_FONT = b"<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"


def raw_pdf(objects: list[bytes], trailer: bytes = b"<</Root 1 0 R>>") -> bytes:
    """A PDF of the given objects, numbered from 1, with a right cross-reference table."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    at = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer\n%b\nstartxref\n%d\n%%%%EOF\n" % (trailer, at))


def _many_pages(count: int) -> bytes:
    kids = b" ".join(b"%d 0 R" % (number + 4) for number in range(count))
    stream = b"BT /F 12 Tf 72 700 Td (Article 1. Investment is welcome in this city.) Tj ET"
    return raw_pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Count %d/Kids[%b]>>" % (count, kids),
            b"<</Length %d>>stream\n%b\nendstream" % (len(stream), stream),
            *(
                b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 3 0 R/Resources%b>>"
                % _FONT
                for _ in range(count)
            ),
        ]
    )


def _one_page(content: bytes, box: bytes = b"0 0 595 842", extra: bytes = b"") -> bytes:
    return raw_pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R%b>>" % extra,
            b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[%b]/Contents 4 0 R/Resources%b>>" % (box, _FONT),
            content,
        ]
    )


def _stream_bomb() -> bytes:
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(b" " * 1_000_000) for _ in range(1_000)) + packer.flush()
    return _one_page(b"<</Length %d/Filter/FlateDecode>>stream\n%b\nendstream" % (len(data), data))


def _png(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * ((width // 8 + 1) * min(height, 2_000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


ATTACKS: Attacks = {
    "PDF: 10,000 pages": ("a.pdf", lambda: _many_pages(10_000)),
    "PDF: 30,000 pages": ("a.pdf", lambda: _many_pages(30_000)),
    "PDF: stream of 1 GB": ("a.pdf", _stream_bomb),
    "PDF: pages in themselves": (
        "a.pdf",
        lambda: raw_pdf(
            [
                b"<</Type/Catalog/Pages 2 0 R>>",
                b"<</Type/Pages/Count 9/Kids[2 0 R 2 0 R]/Parent 2 0 R>>",
            ]
        ),
    ),
    "PDF: a page count of a billion": (
        "a.pdf",
        lambda: raw_pdf(
            [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 999999999/Kids[]>>"]
        ),
    ),
    "PDF: cross-references in a circle": (
        "a.pdf",
        lambda: raw_pdf([b"<</Type/Catalog/Pages 2 0 R>>"], b"<</Root 1 0 R/Prev 9>>"),
    ),
    "PDF: arrays of 100,000 levels": (
        "a.pdf",
        lambda: raw_pdf([b"<</Type/Catalog/Pages 2 0 R/X " + b"[" * 100_000 + b">>"]),
    ),
    "PDF: operators of 100,000 levels": (
        "a.pdf",
        lambda: _one_page(b"<</Length 700000>>stream\n" + b"q " * 350_000 + b"\nendstream"),
    ),
    "PDF: huge page": (
        "a.pdf",
        lambda: _one_page(
            b"<</Length 20>>stream\n0 0 99999 99999 re f \nendstream", b"0 0 999999999 999999999"
        ),
    ),
    "PDF: script": (
        "a.pdf",
        lambda: _one_page(
            b"<</Length 48>>stream\nBT /F 12 Tf 72 700 Td (Invest here now.) Tj ET\nendstream",
            extra=b"/OpenAction<</S/JavaScript/JS(app.launchURL\\('http://127.0.0.1/'\\))>>",
        ),
    ),
    "PDF: labels in a circle": (
        "a.pdf",
        lambda: raw_pdf(
            [
                b"<</Type/Catalog/Pages 2 0 R/PageLabels 3 0 R>>",
                b"<</Type/Pages/Count 0/Kids[]>>",
                b"<</Kids[3 0 R]>>",
            ]
        ),
    ),
    "picture: 60,000 pixels square": ("a.png", lambda: _png(60_000, 60_000)),
    "picture: 9,000 pixels square": ("a.png", lambda: _png(9_000, 9_000)),
    "picture: one pixel": ("a.png", lambda: _png(1, 1)),
}
"""Name of the attack -> what the file is called, and what makes it."""
