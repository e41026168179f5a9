"""Pictures of pages (PNG, JPEG, TIFF, WEBP, BMP, GIF) → draft, by OCR."""

from __future__ import annotations

import io
import struct
import warnings
from typing import TYPE_CHECKING, Any

from ingest.draft import Draft
from ingest.limits import LIMITS, Limits
from ingest.ocr import fitting
from ingest.readers.layout import draft_of
from ingest.readers.ocr import notes_of
from ingest.readers.pages import lost_objections, picture_notes, recognised, recogniser
from ingest.readers.sheet import Sheet
from ingest.source_text import letters
from kb.errors import ReadError
from kb.models import Note

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PIXELS = 100_000_000
"""Of one picture: A3 at 600 dpi has 70 million. A larger one is refused before it is unpacked."""

# What Pillow raises over damaged files.
_BROKEN = (OSError, ValueError, SyntaxError, TypeError, LookupError, EOFError, struct.error)
_FORMATS = ("PNG", "JPEG", "TIFF", "WEBP", "BMP", "GIF")


def read_image(data: bytes, limits: Limits = LIMITS) -> Draft:
    """A draft of a picture; of a TIFF with several pages all of them.

    Raises:
        ReadError: it is damaged, too large, of another kind, or holds no readable text.
    """
    from PIL import Image, UnidentifiedImageError

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # sizes are checked here, damaged metadata does not matter
        try:
            with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
                return _read(picture, limits)
        except Image.DecompressionBombError as error:
            raise _too_large() from error
        except (UnidentifiedImageError, *_BROKEN) as error:
            raise _damaged() from error


def first_frame(data: bytes) -> NDArray[np.uint8] | None:
    """A picture inside a document, as ``Recogniser`` takes it; None if it cannot be opened."""
    from PIL import Image, UnidentifiedImageError

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
                return frame(picture, 0)
        except (Image.DecompressionBombError, UnidentifiedImageError, ReadError, *_BROKEN):
            return None


def _read(picture: Any, limits: Limits) -> Draft:
    count = int(getattr(picture, "n_frames", 1))
    notes: list[Note] = []
    if count > 1 and picture.format != "TIFF":  # frames of an animation are no pages
        count = 1
        notes.append(
            Note(
                "animation",
                "这是动图，只读取了第一帧。",
                "This is an animation; only its first frame was read.",
            )
        )
    limits.check_pages(count)
    sheets: list[Sheet] = []
    lost: list[int] = []
    pictures: list[int] = []
    with recogniser(limits) as ocr:
        for number in range(count):
            image = frame(picture, number)
            sheet = recognised(ocr, number, image)
            limits.on_page(number + 1, count)
            if sheet is None:
                lost.append(number + 1)
            elif not sheet.lines:
                pictures.append(number + 1)
            sheets.append(sheet or Sheet(number, 1.0, 1.0, ()))
            limits.check_characters(sum(len(line.text) for s in sheets for line in s.lines))
    if not lost and not any(letters(line.text) for sheet in sheets for line in sheet.lines):
        raise ReadError(
            "这张图片里没有识别到文字；请换成更清晰、端正的图片，或提供文字版。",
            "No text was found in this picture; provide a clearer, upright one or a text version.",
        )
    return draft_of(
        sheets,
        notes=[*notes, *notes_of(sheets), *picture_notes(pictures)],
        objections=lost_objections(lost),
    )


def frame(picture: Any, number: int) -> NDArray[np.uint8]:
    """A page as it is to be seen (turned as its EXIF data say, on white): blue, green, red."""
    import numpy as np
    from PIL import Image, ImageOps

    try:
        picture.seek(number)
        width, height = picture.size
        if width * height > PIXELS:
            raise _too_large()
        scale = fitting(width, height, 1.0)
        if scale < 0.5:
            picture.draft("RGB", (int(width * scale), int(height * scale)))  # JPEG only
        frame = ImageOps.exif_transpose(picture)
        if frame.mode in ("RGBA", "LA", "PA") or "transparency" in frame.info:
            frame = frame.convert("RGBA")
            white = Image.new("RGBA", frame.size, "white")
            frame = Image.alpha_composite(white, frame)
        elif frame.mode.startswith(("I", "F")):  # 16 bits a pixel or more
            grey = np.asarray(frame, dtype=np.float64)
            grey = (grey - grey.min()) * (255.0 / max(1.0, float(np.ptp(grey))))
            frame = Image.fromarray(grey.astype(np.uint8))
        frame = frame.convert("RGB")
        scale = fitting(*frame.size, 1.0)
        if abs(scale - 1.0) > 0.05:
            size = [max(1, round(side * scale)) for side in frame.size]
            frame = frame.resize(size, Image.Resampling.LANCZOS)
        return np.ascontiguousarray(np.asarray(frame, dtype=np.uint8)[:, :, ::-1])
    except _BROKEN as error:
        raise _damaged() from error


def _damaged() -> ReadError:
    return ReadError(
        "这张图片已损坏，或不是支持的格式，打不开；请另存为 PNG 或 JPEG 后再上传。",
        "This picture is damaged or of an unsupported kind; save it as PNG or JPEG and try again.",
    )


def _too_large() -> ReadError:
    return ReadError(
        f"图片超过 {PIXELS // 1_000_000} 百万像素，太大；请缩小或裁成几张再上传。",
        f"The picture has more than {PIXELS // 1_000_000} million pixels; shrink or split it.",
    )
