"""The list of all documents for admins: filter, order, pages. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from urllib.parse import quote, urlencode

from bot.holdings import GRADES, SORTS, Choice, Holding
from bot.web.admin_documents_texts import DocumentsTexts, documents_texts
from bot.web.admin_frame import admin_page, done, paging, table
from bot.web.frame import View
from bot.web.markup import badge, esc, lang_attribute
from bot.web.texts import texts
from kb.models import Audience, Grade, Kind, Validity

PER_PAGE = 50
"""Documents on one page."""

Options = Sequence[tuple[str, str]]


def document_url(document_id: str, *below: str) -> str:
    """The address of a document's page for admins, or of one below it."""
    return "/".join(["/admin/documents", quote(document_id, safe="@"), *below])


def documents_url(choice: Choice, number: int = 1) -> str:
    """The address of a choice of documents."""
    named = asdict(choice) | {"q": choice.words, "words": ""}
    pairs = {key: value for key, value in named.items() if value}
    if choice.sort == Choice().sort:
        del pairs["sort"]
    if number > 1:
        pairs["page"] = str(number)
    return f"/admin/documents?{urlencode(pairs)}" if pairs else "/admin/documents"


def documents_page(
    found: Sequence[Holding], choice: Choice, number: int, view: View, said: str = ""
) -> str:
    """One page of the documents chosen; ``said`` is a key of what was just done."""
    t = documents_texts(view.lang)
    last = max(1, -(-len(found) // PER_PAGE))
    number = min(number, last)
    shown = found[(number - 1) * PER_PAGE : number * PER_PAGE]
    links = (documents_url(choice, number - 1), documents_url(choice, number + 1))
    counted = any(holding.cited is not None for holding in found)
    listed = (
        _table(shown, counted, view.lang, t) + paging(links, number, last, view)
        if shown
        else f'<div class="nothing"><p>{esc(t.nothing)}</p></div>'
    )
    content = (
        f"{done(t.done.get(said, ''))}{_form(choice, counted, view.lang, t)}"
        f'<p class="told" role="status">{esc(t.found.format(n=len(found)))}</p>{listed}'
    )
    return admin_page(t.title, content, view, "documents", lead=t.lead)


def _form(choice: Choice, counted: bool, lang: str, t: DocumentsTexts) -> str:
    shown = texts(lang)
    grades = [(g, shown.grade[Grade(g)] if g != "none" else t.no_grade) for g in GRADES]
    sorts = [(key, t.sorts[key]) for key in SORTS if counted or key != "cited"]
    selects = (
        ("kind", t.kind, [(k.value, shown.kind[k]) for k in Kind], choice.kind),
        ("audience", t.audience, _audiences(t), choice.audience),
        ("validity", t.validity, [(v.value, shown.validity[v]) for v in Validity], choice.validity),
        ("grade", t.grade, grades, choice.grade),
    )
    fields = "".join(
        _select(name, label, [("", t.any), *options], value)
        for name, label, options, value in selects
    )
    clear = (
        f'<a class="clear" href="/admin/documents">{esc(t.clear)}</a>' if choice != Choice() else ""
    )
    return (
        '<form class="filters" role="search" action="/admin/documents" method="get">'
        f'<div class="field wide-field"><label for="q">{esc(t.words)}</label>'
        f'<input type="search" id="q" name="q" value="{esc(choice.words)}" maxlength="200" '
        f'autocomplete="off"></div>{fields}{_select("sort", t.sort, sorts, choice.sort)}'
        f'<div class="buttons"><button type="submit" class="main">{esc(t.find)}</button>{clear}'
        "</div></form>"
    )


def _audiences(t: DocumentsTexts) -> Options:
    return [(Audience.PUBLIC.value, t.public), (Audience.INTERNAL.value, t.internal)]


def _select(name: str, label: str, options: Options, value: str) -> str:
    made = "".join(
        f'<option value="{esc(key)}"{" selected" if key == value else ""}>{esc(words)}</option>'
        for key, words in options
    )
    return (
        f'<div class="field"><label for="by-{name}">{esc(label)}</label>'
        f'<select id="by-{name}" name="{name}">{made}</select></div>'
    )


def _table(shown: Sequence[Holding], counted: bool, lang: str, t: DocumentsTexts) -> str:
    heads = [t.document, t.kind, t.audience, t.validity, t.passages, t.added]
    heads += [t.cited] if counted else []
    return table(t.title, heads, [_row(holding, counted, lang, t) for holding in shown])


def _row(holding: Holding, counted: bool, lang: str, t: DocumentsTexts) -> list[str]:
    info, header = holding.info, holding.info.header
    number = f'<span class="sub">{esc(header.doc_number)}</span>' if header.doc_number else ""
    cells = [
        f'<a href="{esc(document_url(info.document_id))}"{lang_attribute(header.title, lang)}>'
        f'{esc(header.title)}</a><span class="sub">{esc(info.document_id)}</span>{number}',
        f'<span class="short">{esc(texts(lang).kind[header.kind])}</span>',
        f'<span class="short">{audience_tag(header.audience, t)}</span>',
        badge(holding.validity, header.expires, lang, header.effective),
        f"{info.passage_count:,}",
        f'<span class="short">{esc(info.added_at[:10])}</span>',
    ]
    return [*cells, f"{holding.cited or 0:,}"] if counted else cells


def audience_tag(audience: Audience, t: DocumentsTexts) -> str:
    """For whom a document is, internal ones marked."""
    if audience is Audience.INTERNAL:
        return f'<span class="tag tag-internal">{esc(t.internal)}</span>'
    return esc(t.public)
