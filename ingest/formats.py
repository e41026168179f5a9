"""What kind of file it is, told by its content, and the reader that turns it into a draft.

A new format: one module in ``ingest/readers`` with a function ``(bytes, Limits) -> Draft``, a line
in ``READERS``, and ``ingest.sniff.sniff`` that knows it.
"""

from __future__ import annotations

from enum import StrEnum
from importlib import import_module

from ingest.draft import Draft
from ingest.limits import Limits
from kb.errors import ReadError


class Format(StrEnum):
    """The kinds of files that can be told apart."""

    TEXT = "text"
    PDF = "pdf"
    DOCX = "docx"
    DOC = "doc"
    WPS = "wps"
    XLSX = "xlsx"
    XLS = "xls"
    PPTX = "pptx"
    HTML = "html"
    OFD = "ofd"
    IMAGE = "image"
    ZIP = "zip"


READERS: dict[Format, str] = {
    Format.PDF: "ingest.readers.pdf:read_pdf",
    Format.DOCX: "ingest.readers.docx:read_docx",
    Format.IMAGE: "ingest.readers.image:read_image",
    Format.OFD: "ingest.readers.ofd:read_ofd",
    Format.HTML: "ingest.readers.html:read_html",
    Format.DOC: "ingest.readers.legacy:read_doc",
    Format.WPS: "ingest.readers.legacy:read_doc",
    Format.XLSX: "ingest.readers.workbook:read_xlsx",
    Format.XLS: "ingest.readers.workbook:read_xls",
    Format.PPTX: "ingest.readers.slides:read_pptx",
}
"""Format -> ``module:function``; a reader is imported when a file of its kind comes.

Text has no entry: ``ingest.parse`` splits off its front matter first, then calls the Markdown or
the plain text reader. A zip has none: ``ingest.archive`` gives its members, each a file.
"""


def read(data: bytes, kind: Format, limits: Limits) -> Draft:
    """The draft of a file of that kind. Raises ReadError or QuarantineError, see the readers."""
    if kind not in READERS:
        raise ReadError(
            f"这种文件（{kind.value}）目前不能读取；请另存为 PDF、Markdown 或纯文本后再上传。",
            f"Files of this kind ({kind.value}) cannot be read yet; "
            "save it as PDF, Markdown or plain text and try again.",
        )
    module, _, function = READERS[kind].partition(":")
    draft = getattr(import_module(module), function)(data, limits)
    assert isinstance(draft, Draft)
    return draft
