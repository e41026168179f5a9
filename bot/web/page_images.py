"""Pictures of pages: who may see one, where a quote stands on it, and the last ones kept."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ingest.page_image import HEAD, has_pages, page_image
from kb.errors import BusyError, NotFound
from kb.knowledge_base import KnowledgeBase
from kb.models import Audience, Box, DocumentInfo, Page

KEPT_BYTES = 48_000_000
"""Pictures kept in memory; the longest unused go first."""
AT_ONCE = 2
"""Pages drawn at the same time."""
WAIT = 20.0
"""Seconds to wait for one's turn."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A rectangle on a page, in shares of its width and height from the upper left corner."""

    left: float
    top: float
    width: float
    height: float


class PageImages:
    """Draws pages of a base's sources and keeps the last ones. For several threads."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self._kb = kb
        self._turns = threading.Semaphore(AT_ONCE)
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, int], bytes] = OrderedDict()
        self._size = 0

    def get(self, version_id: int, number: int, audiences: Sequence[Audience]) -> bytes:
        """The picture of a page of a visible version.

        Raises NotFound when there is none those audiences may see, ReadError when it cannot be
        drawn, BusyError when too many are being drawn.
        """
        info = self._kb.snapshot.live.get(version_id)
        if info is None or info.header.audience not in audiences or not shows_pages(self._kb, info):
            raise _no_page()
        if number not in {page.number for page in self._kb.catalog.pages(version_id)}:
            raise _no_page()
        return self.drawn(info.content_hash, number, lambda: self._kb.files.read(info.content_hash))

    def drawn(self, content_hash: str, number: int, read: Callable[[], bytes]) -> bytes:
        """The picture of a page of a file, whoever may see it; ``read`` gives its bytes.

        Raises ReadError when it cannot be drawn, BusyError when too many are being drawn.
        """
        key = (content_hash, number)
        held = self._held(key)
        if held is not None:
            return held
        if not self._turns.acquire(timeout=WAIT):
            raise BusyError(
                "看页面图像的人太多，请稍后再试。",
                "Too many page pictures are asked for; try again shortly.",
            )
        try:
            held = self._held(key)
            if held is None:
                held = page_image(read(), number)
                self._keep(key, held)
            return held
        finally:
            self._turns.release()

    def _held(self, key: tuple[str, int]) -> bytes | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _keep(self, key: tuple[str, int], picture: bytes) -> None:
        with self._lock:
            self._size += len(picture) - len(self._kept.get(key, b""))
            self._kept[key] = picture
            while self._size > KEPT_BYTES and self._kept:
                self._size -= len(self._kept.popitem(last=False)[1])


def _no_page() -> NotFound:
    return NotFound("没有这一页。", "There is no such page.")


def shows_pages(kb: KnowledgeBase, info: DocumentInfo) -> bool:
    """Whether a document's source is printed pages that can be looked at."""
    try:
        with kb.files.path(info.content_hash).open("rb") as file:
            return has_pages(file.read(HEAD))
    except OSError:
        return False


def spots(page: Page, span: tuple[int, int]) -> list[Spot]:
    """Where a span of the text stands on a page: one rectangle a printed line.

    Of a line that the span cuts, the share of its characters.
    """
    return [
        _part(box, max(span[0], box.start), min(span[1], box.end))
        for box in page.boxes
        if max(span[0], box.start) < min(span[1], box.end)
    ]


def _part(box: Box, start: int, end: int) -> Spot:
    width = (box.right - box.left) / max(1, box.end - box.start)
    left = box.left + (start - box.start) * width
    return Spot(left, box.top, (end - start) * width, box.bottom - box.top)
