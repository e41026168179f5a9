"""How much a file may hold: what a reader must check before it spends time or memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.errors import ReadError

if TYPE_CHECKING:
    from ingest.ocr import Recogniser

MEGABYTE = 1_000_000


def quiet(_done: int, _total: int) -> None:
    """Nobody is told."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one file. A reader that meets one raises ReadError with what to do.

    ``file_bytes``: the file itself; ``characters``: the text read from it; ``pages``: pages, slides
    or sheets; ``unpacked_bytes``: everything in a container (zip, docx, xlsx, ofd …) unpacked;
    ``members``: files in a container. ``on_page(done, total)`` is called after every page; whoever
    watches the reader takes it as a sign of life. ``ocr`` is the recogniser that files of one run
    share; without it a file that needs one opens its own.
    """

    file_bytes: int = 200 * MEGABYTE
    characters: int = 20_000_000
    pages: int = 20_000
    unpacked_bytes: int = 1_000 * MEGABYTE
    members: int = 10_000
    on_page: Callable[[int, int], None] = quiet
    ocr: Recogniser | None = None

    def check_size(self, size: int) -> None:
        """Raise ReadError for a file of more than ``file_bytes``."""
        if size > self.file_bytes:
            raise ReadError(
                f"文件有 {size / MEGABYTE:.1f} MB，超过上限 {self.file_bytes / MEGABYTE:.0f} MB；"
                "请拆分或压缩图片后再上传。",
                f"The file has {size / MEGABYTE:.1f} MB, more than the limit of "
                f"{self.file_bytes / MEGABYTE:.0f} MB; split it or shrink its pictures.",
            )

    def check_characters(self, count: int) -> None:
        """Raise ReadError for a text of more than ``characters``."""
        if count > self.characters:
            raise ReadError(
                f"文字有 {count:,} 字，超过上限 {self.characters:,} 字；请拆成几个文件再上传。",
                f"The text has {count:,} characters, more than the limit of "
                f"{self.characters:,}; split the file and try again.",
            )

    def check_pages(self, count: int) -> None:
        """Raise ReadError for more than ``pages`` pages, slides or sheets."""
        if count > self.pages:
            raise ReadError(
                f"文件有 {count:,} 页，超过上限 {self.pages:,} 页；请拆成几个文件再上传。",
                f"The file has {count:,} pages, more than the limit of {self.pages:,}; split it "
                "and try again.",
            )


LIMITS = Limits()
"""The usual bounds."""
