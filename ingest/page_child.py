"""The process that draws one page: ``python -m ingest.page_child PARENT NUMBER``.

Reads a PDF or a picture from standard input and writes the page as WebP to standard output.
Files are data of unknown origin, so whatever a library makes of one happens here, and not in the
process that serves everybody. Run by ``ingest.page_image``.
"""

from __future__ import annotations

import os
import resource
import sys
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

from ingest.formats import Format
from ingest.parent import die_with
from ingest.sniff import sniff

MEMORY = 1_500_000_000
"""Bytes of data this process may hold; a page of 2,500 pixels takes a tenth of it."""
QUALITY = 80


def main() -> None:
    """Draw the page that the arguments name."""
    parent, number = int(sys.argv[1]), int(sys.argv[2])
    die_with(parent)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # libraries must not write into the picture
    answer.write(draw(sys.stdin.buffer.read(), number))
    answer.close()


def draw(data: bytes, number: int) -> bytes:
    """A page (from 1) as WebP, as its reader saw it. Raises whatever the libraries raise."""
    from PIL import Image

    pixels = _pdf_page(data, number) if sniff(data) is Format.PDF else _picture(data, number)
    target = BytesIO()
    Image.fromarray(pixels[:, :, ::-1]).save(target, "WEBP", quality=QUALITY, method=2)
    return target.getvalue()


def _pdf_page(data: bytes, number: int) -> NDArray[np.uint8]:
    import pypdfium2

    from ingest.readers.pdf_page import render

    document = pypdfium2.PdfDocument(data)
    try:
        return render(document, number - 1)
    finally:
        document.close()


def _picture(data: bytes, number: int) -> NDArray[np.uint8]:
    from PIL import Image

    from ingest.readers.image import frame

    with Image.open(BytesIO(data)) as picture:
        return frame(picture, number - 1)


if __name__ == "__main__":
    main()
