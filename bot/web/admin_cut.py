"""How a text was cut: its passages with their paths, and what stands between them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.web.markup import breadcrumb, esc, lang_attribute
from kb.models import Page, Passage


@dataclass(frozen=True, slots=True)
class Cut:
    """A part of a text: a passage with its path and number, or text between passages (headings,
    lines of the head), which has neither. ``page`` is the label of the page it begins on.
    """

    text: str
    start: int
    page: str = ""
    path: tuple[str, ...] = ()
    ordinal: int | None = None


def cut_of(text: str, passages: Sequence[Passage], pages: Sequence[Page] = ()) -> list[Cut]:
    """All of a text, in order: no character that prints is left out."""
    made: list[Cut] = []
    at = 0
    for passage in sorted(passages, key=lambda p: p.start):
        made += _between(text, at, passage.start, pages)
        start = max(at, passage.start)
        made.append(
            Cut(
                text[start : passage.end],
                passage.start,
                _page(passage.start, pages),
                passage.path,
                passage.ordinal,
            )
        )
        at = max(at, passage.end)
    return made + _between(text, at, len(text), pages)


def _between(text: str, start: int, end: int, pages: Sequence[Page]) -> list[Cut]:
    held = text[start:end]
    if not held.strip():
        return []
    begin = start + len(held) - len(held.lstrip())
    return [Cut(held.strip(), begin, _page(begin, pages))]


def _page(offset: int, pages: Sequence[Page]) -> str:
    for page in pages:
        if page.start <= offset < page.end:
            return page.label or str(page.number)
    return ""


def cut_list(cut: Sequence[Cut], lang: str) -> str:
    """The parts as a list: passages as boxes under their paths, the rest as plain lines."""
    label = "Page {page}" if lang == "en" else "第 {page} 页"
    items, page = [], ""
    for part in cut:
        if part.page != page:
            page = part.page
            items.append(f'<li class="page-mark">{esc(label.format(page=page))}</li>')
        words = f"<p{lang_attribute(part.text, lang)}>{esc(part.text)}</p>"
        if part.ordinal is None:
            items.append(f'<li class="beside">{words}</li>')
        else:
            where = f'<span class="where">{breadcrumb(part.path)}</span>' if part.path else ""
            items.append(
                f'<li class="passage"><b class="n">{part.ordinal + 1}</b>{where}{words}</li>'
            )
    return f'<ol class="cut">{"".join(items)}</ol>'
