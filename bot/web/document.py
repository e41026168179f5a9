"""A document's own page: the whole text with its outline, the quoted sentence marked. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.web.frame import View, page
from bot.web.markup import badge, breadcrumb, esc, facts, lang_attribute, source_url
from bot.web.page_images import spots
from bot.web.source import Line, Source, Successor, lines, path_at
from bot.web.texts import Texts, day_text, texts
from kb.models import Page, Passage


def document_page(
    source: Source,
    passages: Sequence[Passage],
    pages: Sequence[Page],
    view: View,
    *,
    pictures: bool = False,
    shown: int | None = None,
) -> str:
    """The HTML page of a document. ``#q`` is the first marked line.

    ``pictures``: its pages can be looked at; those of the quote are shown, and page ``shown``.
    """
    lang = view.lang
    t = texts(lang)
    header = source.info.header
    body = lines(source.text, passages, pages)
    if body and source.text[body[0].start : body[0].end].strip() == header.title.strip():
        body = body[1:] if not _touches(source.span, body[0]) else body
    headings = [(i, line) for i, line in enumerate(body) if line.level]
    outline = "".join(
        f'<li class="l{min(line.level, 4)}"><a href="#h{i}">'
        f"{esc(source.text[line.start : line.end].strip())}</a></li>"
        for i, line in headings
    )
    nav = (
        f'<nav class="outline" aria-label="{esc(t.outline)}"><h2>{esc(t.outline)}</h2>'
        f"<ol>{outline}</ol></nav>"
        if outline
        else ""
    )
    show = _Pictures(source, pages, shown, view) if pictures else None
    content = (
        f'<div class="doc-grid{"" if nav else " doc-plain"}">{nav}<main class="doc" id="text">'
        f'<div class="doc-head">{_marks(source, lang)}'
        f"<h1{lang_attribute(header.title, lang)}>{esc(header.title)}</h1>"
        f"{_facts(source, passages, t)}</div>"
        f"{_stale(source, t)}"
        f'<article class="doc-text"{lang_attribute(source.text[:2000], lang)} '
        f'aria-label="{esc(t.whole_text)}">{_body(source, body, t, show)}</article>'
        "</main></div>"
    )
    return page(header.title, content, view)


def missing_page(view: View) -> str:
    """The page for a document that does not exist, or that the reader may not know of."""
    t = texts(view.lang)
    content = (
        '<main class="doc doc-missing" id="text"><h1>'
        f"{esc(t.not_found)}</h1><p>{esc(t.not_found_more)}</p>"
        f'<p><a class="button" href="/">{esc(t.back_home)}</a></p></main>'
    )
    return page(t.not_found, content, replace(view, url="/"))  # not a word of what was asked


def successor_link(successor: Successor, lang: str) -> str:
    """The title of what replaced a document, linked where it can be opened. Ready-made HTML."""
    title = f"<span{lang_attribute(successor.title, lang)}>《{esc(successor.title)}》</span>"
    if not successor.document_id:
        return title
    return f'<a href="{esc(source_url(successor.document_id, lang))}">{title}</a>'


def _marks(source: Source, lang: str) -> str:
    header = source.info.header
    kind = texts(lang).kind[header.kind]
    mark = badge(source.validity, header.expires, lang, header.effective)
    return f'<p class="marks">{mark}<span class="tag">{esc(kind)}</span></p>'


def _facts(source: Source, passages: Sequence[Passage], t: Texts) -> str:
    header = source.info.header
    path = path_at(passages, source.span[0]) if source.span else ()
    return facts(
        (
            (t.doc_number, esc(header.doc_number)),
            (t.issuers, esc(t.join.join(header.issuers))),
            (t.published, day_text(header.published, t.lang)),
            (t.effective, day_text(header.effective, t.lang)),
            (t.expires, day_text(header.expires, t.lang)),
            (t.replaced, _replaced(source, t)),
            (t.clause, breadcrumb(path)),
            (t.checked, esc(t.grade[header.grade]) if header.grade else ""),
        )
    )


def _replaced(source: Source, t: Texts) -> str:
    if source.successor is None:
        return ""
    link = successor_link(source.successor, t.lang)
    return esc(t.replaced_by).replace("{by}", link)


def _stale(source: Source, t: Texts) -> str:
    if not source.stale:
        return ""
    return f'<p class="banner banner-warn" role="note" id="q">{esc(t.stale)}</p>'


@dataclass(frozen=True, slots=True)
class _Pictures:
    """The page pictures of a document: those shown, and links to the others."""

    source: Source
    pages: Sequence[Page]
    shown: int | None
    view: View

    def marks(self, page: Page) -> bool:
        """Whether the quote stands on a page and that is shown where the quote ends."""
        span = self.source.span
        return span is not None and max(span[0], page.start) < min(span[1], page.end)

    def link(self, page: Page) -> str:
        """A link that shows a page, empty where it is shown anyway."""
        if page.number == self.shown or self.marks(page):
            return ""
        version = self.source.info.version_id
        url = source_url(self.source.info.document_id, self.view.lang, version=version)
        words = esc(texts(self.view.lang).page_picture)
        return f' <a href="{esc(url)}&amp;page={page.number}#page-{page.number}">{words}</a>'

    def figure(self, page: Page) -> str:
        """A page's picture, the quote on it marked."""
        t = texts(self.view.lang)
        label = f"{t.page_no} {page.label or page.number}"
        version = self.source.info.version_id
        rectangles = "".join(
            f'<rect x="{s.left * 100:.3f}%" y="{s.top * 100:.3f}%" width="{s.width * 100:.3f}%" '
            f'height="{s.height * 100:.3f}%"/>'
            for s in (spots(page, self.source.span) if self.source.span else ())
        )
        overlay = f'<svg aria-hidden="true">{rectangles}</svg>' if rectangles else ""
        return (
            f'<figure class="page-picture" id="page-{page.number}"><div>'
            f'<img src="/source/image/{version}/{page.number}" loading="lazy" '
            f'alt="{esc(t.page_picture_of.format(page=label))}">{overlay}</div>'
            f"<figcaption>{esc(label)}</figcaption></figure>"
        )


def _body(source: Source, body: Sequence[Line], t: Texts, show: _Pictures | None) -> str:
    parts = []
    first = True
    last = max((i for i, line in enumerate(body) if _touches(source.span, line)), default=-1)
    for i, line in enumerate(body):
        if line.page is not None:
            label = esc(line.page.label or str(line.page.number))
            link = show.link(line.page) if show else ""
            parts.append(f'<p class="page-mark">{esc(t.page_no)} {label}{link}</p>')
            if show and line.page.number == show.shown and not show.marks(line.page):
                parts.append(show.figure(line.page))
        marked = _touches(source.span, line)
        words = _marked(source, line)
        anchor = ' id="q"' if marked and first else ""
        first = first and not marked
        if line.level:
            tag = f"h{min(line.level + 1, 6)}"
            inner = f"<span{anchor}>{words}</span>" if anchor else words
            parts.append(f'<{tag} id="h{i}">{inner}</{tag}>')
        else:
            parts.append(f"<p{anchor}>{words}</p>")
        if show and i == last:
            parts += [show.figure(page) for page in show.pages if show.marks(page)]
    return "".join(parts)


def _touches(span: tuple[int, int] | None, line: Line) -> bool:
    return span is not None and max(span[0], line.start) < min(span[1], line.end)


def _marked(source: Source, line: Line) -> str:
    """The line with the part of the quote that falls into it marked."""
    if source.span is None or not _touches(source.span, line):
        return esc(source.text[line.start : line.end])
    start, end = max(source.span[0], line.start), min(source.span[1], line.end)
    text = source.text
    return (
        f"{esc(text[line.start : start])}<mark>{esc(text[start:end])}</mark>"
        f"{esc(text[end : line.end])}"
    )
