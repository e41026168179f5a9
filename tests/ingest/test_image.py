"""Pictures of pages: every kind that is told apart, turned, too large, damaged."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import replace

import pytest
from PIL import Image

from ingest.limits import LIMITS, Limits
from ingest.ocr import Recogniser
from ingest.parse import parse_bytes
from ingest.readers.image import frame, read_image
from kb.errors import ReadError
from tests.ingest.making import pdf, pictures

LINE = "第一条 投资额超过五千万元的项目给予补助。"


def page() -> Image.Image:
    return pictures(pdf([[LINE, "第二条 本办法自印发之日起施行。"]]), dpi=150)[0]


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def test_pages_of_a_tiff_and_a_turned_photo() -> None:
    picture = page()
    tiff = saved(picture, "TIFF", save_all=True, append_images=[picture])
    with Recogniser() as ocr:
        limits = replace(LIMITS, ocr=ocr)
        document = parse_bytes(tiff, "扫描.tif", limits=limits)
        exif = Image.Exif()
        exif[0x0112] = 6  # to be shown turned by 90 degrees
        photo = saved(picture.transpose(Image.Transpose.ROTATE_90), "JPEG", exif=exif.tobytes())
        draft = read_image(photo, limits)
    assert [p.number for p in document.pages] == [1, 2]
    assert document.text.count(LINE) == 2
    assert draft.text.split("\n")[0] == LINE
    assert draft.pages[0].boxes[0].right > 0.5
    assert [note.code for note in draft.notes] == ["ocr"]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP", "BMP", "GIF"])
@pytest.mark.parametrize("mode", ["RGB", "L", "P", "1", "RGBA", "LA", "I;16", "CMYK"])
def test_every_kind_and_mode_becomes_a_page(kind: str, mode: str) -> None:
    picture = Image.new("L", (800, 900), 255)
    picture.paste(0, (100, 100, 300, 140))
    try:
        data = saved(picture.convert(mode) if mode != "I;16" else _sixteen(picture), kind)
    except (OSError, ValueError):
        pytest.skip(f"{kind} holds no {mode}")
    with Image.open(io.BytesIO(data)) as opened:
        made = frame(opened, 0)
    assert made.shape == (900, 800, 3)
    assert made[120, 200].max() < 60
    assert made[500, 500].min() > 200


def _sixteen(picture: Image.Image) -> Image.Image:
    return picture.convert("I").point(lambda value: value * 257).convert("I;16")


def test_what_cannot_be_seen_through_lies_on_white() -> None:
    picture = Image.new("RGBA", (800, 900), (0, 0, 0, 0))
    with Image.open(io.BytesIO(saved(picture, "PNG"))) as opened:
        assert frame(opened, 0).min() == 255


def test_large_damaged_and_empty_pictures_are_refused() -> None:
    with pytest.raises(ReadError, match="百万像素"):
        read_image(_png_of(30_000, 30_000))
    with pytest.raises(ReadError, match="百万像素"):
        read_image(_png_of(11_000, 10_000))
    whole = saved(page(), "PNG")
    for broken in (whole[:200], whole[:2000], b"\x89PNG\r\n\x1a\n" + b"x" * 100, b"GIF89a"):
        with pytest.raises(ReadError, match="损坏"):
            read_image(broken)
    many = [Image.new("L", (10, 10))] * 4
    tiff = saved(many[0], "TIFF", save_all=True, append_images=many)
    with pytest.raises(ReadError, match="拆成"):
        read_image(tiff, Limits(pages=3))
    with pytest.raises(ReadError, match="没有识别到文字"):
        read_image(saved(Image.new("L", (400, 400), 255), "PNG"))


def _png_of(width: int, height: int) -> bytes:
    """A few bytes that claim to be a huge picture."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0"))
