"""The search page for cadres: words, facets, documents with their best passages. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from bot.excerpts import Reference
from bot.lessons import FACETS, Count, Find, Found, Result, Selection
from bot.web.frame import View, page
from bot.web.lessons_texts import LessonsTexts, lessons_texts
from bot.web.marking import Span, marked, places_of
from bot.web.markup import badge, esc, lang_attribute, source_url
from bot.web.saved_searches import Shelf, saved_searches
from bot.web.texts import texts
from kb.models import Audience, DocumentInfo, Kind

PER_PAGE = 15
"""Documents on one page."""
SHOWN_VALUES = 8
"""Values of a facet shown at once; the rest are folded."""
MOST_WORDS = 200
"""Characters of a search."""


def lessons_url(selection: Selection, number: int = 1, since: int = 0) -> str:
    """The address of a search: all of its state, so that it can be kept and shared.

    Versions above ``since``, if given, are marked as new.
    """
    pairs = [("q", selection.words)] if selection.words else []
    pairs += [(facet, value) for facet in FACETS for value in selection.of(facet)]
    if selection.everything:
        pairs.append(("all", "1"))
    if number > 1:
        pairs.append(("page", str(number)))
    if since:
        pairs.append(("since", str(since)))
    return f"/lessons?{urlencode(pairs)}" if pairs else "/lessons"


def toggled(selection: Selection, facet: str, value: str) -> Selection:
    """The selection with a value of a facet chosen, or no longer."""
    held = selection.of(facet)
    values = tuple(v for v in held if v != value) if value in held else (*held, value)
    return Selection(selection.words, {**selection.chosen, facet: values}, selection.everything)


def lessons_page(
    result: Result,
    selection: Selection,
    number: int,
    view: View,
    shelf: Shelf,
    since: int = 0,
) -> str:
    """What a search found; ``shelf`` is what its reader saved.

    With ``since``, documents whose version is above it are marked as new.
    """
    t = lessons_texts(view.lang)
    shown = result.documents[(number - 1) * PER_PAGE : number * PER_PAGE]
    told = (t.found if selection.words else t.browsing).format(n=len(result.documents))
    new = {f.info.version_id for f in result.documents if since and f.info.version_id > since}
    if since:
        told += (t.new_ones if new else t.nothing_new).format(n=len(new))
    cards = "".join(
        _card(found, result.marks, view.lang, t, new=found.info.version_id in new)
        for found in shown
    )
    export = (
        f'<p class="export-row no-script"><button type="submit" class="main">'
        f"{esc(t.export_page)}</button></p>"
        if any(found.finds for found in shown)
        else ""
    )
    listed = (
        f'<form action="/lessons/export" method="post" class="cards">{cards}{export}</form>'
        if shown
        else _nothing(selection, t)
    )
    content = (
        f'<main class="wide" id="text"><div class="page-head"><h1>{esc(t.title)}</h1>'
        f'<p class="lead">{esc(t.lead)}</p>{tabs("search", t)}{_form(selection, t)}</div>'
        f'<div class="search-grid"><div class="side">{_facets(result, selection, view.lang, t)}'
        f"{saved_searches(shelf, lessons_url(selection), t)}</div>"
        f'<section class="results" aria-label="{esc(told)}">{_chosen(selection, view.lang, t)}'
        f'<p class="told" role="status">{esc(told)}</p>{listed}'
        f"{_paging(selection, number, since, len(result.documents), t)}</section></div>"
        f"{tray(t)}</main>"
    )
    return page(t.title, content, view, "lessons", script=True)


def tabs(here: str, t: LessonsTexts) -> str:
    """The two ways to look at lessons: searching, comparing."""
    every = (
        ("search", "/lessons?kind=experience", t.title),
        ("compare", "/lessons/compare", t.compare),
    )
    links = "".join(
        f'<li><a href="{url}"{current if key == here else ""}>{esc(name)}</a></li>'
        for key, url, name in every
        for current in (' aria-current="page"',)
    )
    return f'<ul class="tabs">{links}</ul>'


def _form(selection: Selection, t: LessonsTexts) -> str:
    kept = "".join(
        f'<input type="hidden" name="{facet}" value="{esc(value)}">'
        for facet in FACETS
        for value in selection.of(facet)
    )
    checked = " checked" if selection.everything else ""
    return (
        '<form class="seek-box" role="search" action="/lessons" method="get"><div class="seek">'
        f'<label class="sr" for="q">{esc(t.search_label)}</label>'
        f'<input type="search" id="q" name="q" value="{esc(selection.words)}" '
        f'maxlength="{MOST_WORDS}" placeholder="{esc(t.placeholder)}" autocomplete="off">{kept}'
        f'<button type="submit" class="main">{esc(t.search)}</button></div>'
        f'<label class="check"><input type="checkbox" name="all" value="1"{checked}> '
        f"{esc(t.everything)}</label></form>"
    )


def _value(facet: str, value: str, lang: str) -> str:
    """A facet's value in words."""
    if facet == "kind" and value in set(Kind):
        return texts(lang).kind[Kind(value)]
    return value


def _facets(result: Result, selection: Selection, lang: str, t: LessonsTexts) -> str:
    groups = "".join(
        _facet(facet, result.counts[facet], selection, lang, t)
        for facet in FACETS
        if result.counts[facet]
    )
    n = sum(len(selection.of(facet)) for facet in FACETS)
    told = f"{t.filters} ({n})" if n else t.filters
    return (
        f'<details class="facets" open><summary>{esc(told)}</summary>'
        f'<nav aria-label="{esc(t.filters)}">{groups}</nav></details>'
    )


def _facet(
    facet: str, counts: Sequence[Count], selection: Selection, lang: str, t: LessonsTexts
) -> str:
    ordered = sorted(counts, key=lambda c: not c.chosen)
    links = [_count(facet, c, selection, lang) for c in ordered]
    rest = links[SHOWN_VALUES:]
    folded = (
        f"<details><summary>{esc(t.more_values.format(n=len(rest)))}</summary>"
        f"<ul>{''.join(rest)}</ul></details>"
        if rest
        else ""
    )
    name = esc(t.facets[facet])
    return (
        f'<div class="facet"><h2 id="f-{facet}">{name}</h2>'
        f'<ul aria-labelledby="f-{facet}">{"".join(links[:SHOWN_VALUES])}</ul>{folded}</div>'
    )


def _count(facet: str, count: Count, selection: Selection, lang: str) -> str:
    url = lessons_url(toggled(selection, facet, count.value))
    chosen = ' aria-current="true"' if count.chosen else ""
    words = _value(facet, count.value, lang)
    return (
        f'<li><a href="{esc(url)}" rel="nofollow"{chosen}>'
        f"<span{lang_attribute(words, lang)}>{esc(words)}</span> <b>{count.documents}</b></a></li>"
    )


def _chosen(selection: Selection, lang: str, t: LessonsTexts) -> str:
    """What is chosen, each with a way to drop it."""
    pills = []
    for facet in FACETS:
        for value in selection.of(facet):
            words = _value(facet, value, lang)
            url = lessons_url(toggled(selection, facet, value))
            label = esc(t.drop.format(value=words))
            pills.append(
                f'<li><a href="{esc(url)}" aria-label="{label}">{esc(t.facets[facet])}: '
                f'{esc(words)} <span aria-hidden="true">×</span></a></li>'
            )
    if not pills:
        return ""
    none = lessons_url(Selection(selection.words, {}, selection.everything))
    return (
        f'<ul class="pills chosen" aria-label="{esc(t.chosen)}">{"".join(pills)}'
        f'<li><a class="clear" href="{esc(none)}">{esc(t.clear)}</a></li></ul>'
    )


def _nothing(selection: Selection, t: LessonsTexts) -> str:
    wider = lessons_url(Selection(selection.words, {}, everything=True))
    return (
        f'<div class="nothing"><h2>{esc(t.nothing)}</h2><p>{esc(t.nothing_more)}</p>'
        f'<p><a class="button" href="{esc(wider)}">{esc(t.widen)}</a></p></div>'
    )


def _card(
    found: Found, marks: Sequence[str], lang: str, t: LessonsTexts, *, new: bool = False
) -> str:
    header = found.info.header
    finds = "".join(_find(found.info, f, marks, lang, t) for f in found.finds)
    listed = f'<ul class="finds">{finds}</ul>' if finds else ""
    mark = f' <span class="tag tag-new">{esc(t.new)}</span>' if new else ""
    return (
        f'<article class="card"><h3><a href="{esc(source_url(found.info.document_id, lang))}"'
        f"{lang_attribute(header.title, lang)}>{esc(header.title)}</a>{mark}</h3>"
        f"{card_marks(found, lang, t)}{listed}</article>"
    )


def card_marks(found: Found, lang: str, t: LessonsTexts) -> str:
    """Badges of a document: validity, kind, audience, grade, regions."""
    header = found.info.header
    tags = [texts(lang).kind[header.kind]]
    tags += header.regions[:4]
    inner = "".join(
        f'<span class="tag"{lang_attribute(tag, lang)}>{esc(tag)}</span>' for tag in tags
    )
    if header.audience is Audience.INTERNAL:
        inner = f'<span class="tag tag-internal">{esc(t.internal)}</span>{inner}'
    grade = (
        f'<span class="grade" title="{esc(texts(lang).grade[header.grade])}">'
        f"{esc(texts(lang).grade[header.grade])}</span>"
        if header.grade
        else ""
    )
    mark = badge(found.validity, header.expires, lang, header.effective)
    return f'<p class="marks">{mark}{inner}{grade}</p>'


def _find(info: DocumentInfo, find: Find, marks: Sequence[str], lang: str, t: LessonsTexts) -> str:
    reference = Reference(info.document_id, info.version_id, find.start, find.end)
    url = source_url(info.document_id, lang, version=info.version_id, span=(find.start, find.end))
    return (
        f'<li><p class="where">{_path(find.path, marks)}</p>'
        f"<blockquote{lang_attribute(find.text, lang)}>"
        f"{sentence_marked(find.text, places_of(find.text, marks), find.best)}</blockquote>"
        f'<p class="actions"><a href="{esc(url)}">{esc(t.open_at)}</a>'
        f"{picker(reference, info.header.title, find.text, t)}</p></li>"
    )


def _path(path: Sequence[str], marks: Sequence[str]) -> str:
    """Where a passage stands, the words that were looked for marked."""
    steps = [f"<span>{marked(step, places_of(step, marks))}</span>" for step in path]
    return '<span class="sep" aria-hidden="true">›</span>'.join(steps)


def picker(reference: Reference, title: str, text: str, t: LessonsTexts) -> str:
    """A box to tick a passage for export; the page's script makes it a list that is kept."""
    return (
        f'<label class="pick"><input type="checkbox" name="ref" value="{esc(reference.text)}" '
        f'data-title="{esc(title)}" data-text="{esc(text[:60])}" '
        f'aria-label="{esc(t.pick.format(title=title))}"> <span>{esc(t.collect)}</span></label>'
    )


def sentence_marked(text: str, words: Sequence[Span], best: Span | None) -> str:
    """A passage as HTML: the words marked, the best sentence emphasised."""
    if best is None:
        return _marked_between(text, 0, len(text), words)
    start, end = best
    return (
        f"{_marked_between(text, 0, start, words)}"
        f'<strong class="best">{_marked_between(text, start, end, words)}</strong>'
        f"{_marked_between(text, end, len(text), words)}"
    )


def _marked_between(text: str, start: int, end: int, words: Sequence[Span]) -> str:
    inside = [(max(a, start) - start, min(b, end) - start) for a, b in words]
    return marked(text[start:end], [(a, b) for a, b in inside if a < b])


def _paging(selection: Selection, number: int, since: int, total: int, t: LessonsTexts) -> str:
    last = max(1, -(-total // PER_PAGE))
    if last == 1:
        return ""
    links = []
    if number > 1:
        url = lessons_url(selection, number - 1, since)
        links.append(f'<a href="{esc(url)}">{esc(t.previous)}</a>')
    links.append(f"<span>{number} / {last}</span>")
    if number < last:
        url = lessons_url(selection, number + 1, since)
        links.append(f'<a href="{esc(url)}">{esc(t.next)}</a>')
    return f'<nav class="paging" aria-label="{esc(t.pages)}">{"".join(links)}</nav>'


def tray(t: LessonsTexts) -> str:
    """The list of picked passages; the page's script fills it and keeps it while it is open."""
    return (
        f'<aside class="tray" hidden aria-label="{esc(t.tray)}" '
        f'data-remove="{esc(t.tray_remove)}" data-collect="{esc(t.collect)}" '
        f'data-collected="{esc(t.collected)}"><details><summary>{esc(t.tray)} '
        f'<b class="n">0</b></summary><ol></ol><p class="none">{esc(t.tray_note)}</p></details>'
        '<form action="/lessons/export" method="post"><span class="refs"></span>'
        f'<button type="submit" class="main">{esc(t.export)}</button> '
        f'<button type="button" class="empty">{esc(t.tray_clear)}</button></form></aside>'
    )
