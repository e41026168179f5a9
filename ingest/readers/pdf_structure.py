"""What pypdf knows of a PDF and pdfium does not: page labels, the title in the metadata, locks."""

from __future__ import annotations

import io
from dataclasses import dataclass

from ingest.readers.metadata import metadata_title
from ingest.source_text import clean
from kb.errors import ReadError


@dataclass(frozen=True, slots=True)
class Structure:
    """The printed page labels and the title in the metadata, where there are any."""

    labels: tuple[str, ...] = ()
    title: str = ""


def structure_of(data: bytes) -> Structure:
    """Labels and title; empty where pypdf cannot read what pdfium can.

    Raises:
        ReadError: it needs a password.
    """
    import logging

    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError, WrongPasswordError

    logger = logging.getLogger("pypdf")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise encrypted()
        metadata = reader.metadata
        title = metadata_title(str(metadata.title or "")) if metadata else ""
        labels = tuple(clean(label).strip() for label in reader.page_labels)
    except (FileNotDecryptedError, WrongPasswordError) as error:
        raise encrypted() from error
    except (
        PyPdfError,
        DependencyError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        RecursionError,
        OSError,
    ):
        # pdfium mends more than pypdf does; without pypdf only labels and title are missing.
        return Structure()
    finally:
        logger.setLevel(level)
    return Structure(labels, title)


def encrypted() -> ReadError:
    """The error for a file behind a password."""
    return ReadError(
        "这个 PDF 设有打开密码，无法读取；请去掉密码（另存为不加密的 PDF）后再上传。",
        "This PDF needs a password to open; save it without a password and upload it again.",
    )
