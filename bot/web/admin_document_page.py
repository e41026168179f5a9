"""One document for admins: its header and where it is from, relatives, notes, passages; and the
question before it is removed. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from urllib.parse import urlencode

from bot.record import Origin, Record
from bot.removal import Removal
from bot.web.admin_cut import Cut, cut_list
from bot.web.admin_documents_page import audience_tag, document_url
from bot.web.admin_documents_texts import DocumentsTexts, documents_texts
from bot.web.admin_frame import admin_page, done, paging, post_form, problem, table
from bot.web.admin_header_form import header_form
from bot.web.admin_header_texts import header_texts
from bot.web.frame import View
from bot.web.markup import badge, esc, facts, lang_attribute, source_url
from bot.web.texts import day_text
from kb.family import Relative
from kb.models import DocumentInfo, Note
from kb.validity import validity

PER_PAGE = 60
"""Passages on one page."""


def document_page(
    made: Record,
    cut: Sequence[Cut],
    number: int,
    on: date,
    view: View,
    *,
    said: str = "",
    error: str = "",
    typed: Mapping[str, str] | None = None,
) -> str:
    """The page of a document. ``typed`` is what could not be saved, for the reason ``error``."""
    t = documents_texts(view.lang)
    info = made.info
    content = (
        f"{done(t.done.get(said, ''))}{problem(error)}{_glance(info, on, view.lang, t)}"
        f"{notes_list(made.notes, t.notes, view.lang)}"
        f'<section aria-labelledby="s-header"><h2 id="s-header">{esc(t.header)}</h2>'
        f"<p>{esc(t.header_lead)}</p>{_header(made, view, t, typed)}</section>"
        f"{_actions(info, on, view, t)}{_relatives(made.relatives, on, view.lang, t)}"
        f"{_cut(info, cut, number, view, t)}"
    )
    return admin_page(info.header.title, content, view, "documents")


def notes_list(notes: Sequence[Note], title: str, lang: str) -> str:
    """The remarks of the reader of a file; nothing when there are none."""
    if not notes:
        return ""
    items = "".join(f"<li>{esc(note.en if lang == 'en' else note.zh)}</li>" for note in notes)
    return f'<section class="remarks"><h2>{esc(title)}</h2><ul>{items}</ul></section>'


def _glance(info: DocumentInfo, on: date, lang: str, t: DocumentsTexts) -> str:
    header = info.header
    state = badge(validity(header, on), header.expires, lang, header.effective)
    rows = (
        (t.id, f"<code>{esc(info.document_id)}</code>"),
        (t.file, esc(info.source_name)),
        (t.validity, state),
        (t.audience, audience_tag(header.audience, t)),
        (
            t.passages,
            f"{info.passage_count:,} · {esc(t.characters.format(n=f'{info.characters:,}'))}",
        ),
        (t.added, esc(info.added_at[:10])),
    )
    read = source_url(info.document_id, lang)
    anew = f"/admin/add?{urlencode({'replaces': info.document_id})}"
    return (
        f'{facts(rows)}<p class="buttons"><a class="button" href="{esc(read)}">{esc(t.read)}</a>'
        f'<a class="button" href="{esc(anew)}">{esc(t.new_version)}</a></p>'
    )


def _header(made: Record, view: View, t: DocumentsTexts, typed: Mapping[str, str] | None) -> str:
    document_id = made.info.document_id
    fields = header_form(
        made.fields, view.lang, typed=typed, undo=document_url(document_id, "undo")
    )
    save = f'<p><button type="submit" class="main">{esc(t.save)}</button></p>'
    return post_form(document_url(document_id, "header"), view, fields + save, "header-form")


def _actions(info: DocumentInfo, on: date, view: View, t: DocumentsTexts) -> str:
    yesterday = min(on - timedelta(days=1), info.header.expires or date.max)
    retire = (
        f'<p>{esc(t.retire_lead)}</p><div class="header-fields"><div class="field">'
        f'<label for="retire-day">{esc(t.retire_day)}</label><input type="date" id="retire-day" '
        f'name="expires" value="{yesterday.isoformat()}" required></div>'
        f'<div class="field"><label for="retire-by">{esc(t.retire_by)}</label>'
        '<input type="text" id="retire-by" name="superseded_by" maxlength="300" '
        'autocomplete="off"></div></div>'
        f'<p><button type="submit">{esc(t.do_retire)}</button></p>'
    )
    document_id = info.document_id
    form = post_form(document_url(document_id, "retire"), view, retire)
    remove = document_url(document_id, "remove")
    return (
        f'<section aria-labelledby="s-actions"><h2 id="s-actions">{esc(t.actions)}</h2>'
        f'<div class="boxes"><div class="box"><h3>{esc(t.retire)}</h3>{form}</div>'
        f'<div class="box"><h3>{esc(t.remove)}</h3><p>{esc(t.remove_lead)}</p>'
        f'<p><a class="button danger" href="{esc(remove)}">{esc(t.remove)}…</a></p></div>'
        "</div></section>"
    )


def _relatives(found: Sequence[Relative], on: date, lang: str, t: DocumentsTexts) -> str:
    listed = (
        table(
            t.editions,
            [t.document, t.editions, t.validity],
            [_relative(relative, on, lang, t) for relative in found],
        )
        if found
        else f'<p class="none">{esc(t.no_editions)}</p>'
    )
    return f"<section><h2>{esc(t.editions)}</h2>{listed}</section>"


def _relative(relative: Relative, on: date, lang: str, t: DocumentsTexts) -> list[str]:
    header = relative.info.header
    begins = day_text(header.effective or header.published, lang)
    return [
        f'{document_link(relative.info, lang)}<span class="sub">{esc(begins)}</span>',
        esc(t.relations[relative.relation]),
        badge(validity(header, on), header.expires, lang, header.effective),
    ]


def document_link(info: DocumentInfo, lang: str) -> str:
    """A link to a document's page for admins."""
    title = info.header.title
    return (
        f'<a href="{esc(document_url(info.document_id))}"{lang_attribute(title, lang)}>'
        f'{esc(title)}</a><span class="sub">{esc(info.document_id)}</span>'
    )


def _cut(info: DocumentInfo, cut: Sequence[Cut], number: int, view: View, t: DocumentsTexts) -> str:
    last = max(1, -(-len(cut) // PER_PAGE))
    number = min(number, last)
    address = document_url(info.document_id)
    links = (f"{address}?page={number - 1}#cut", f"{address}?page={number + 1}#cut")
    listed = cut_list(cut[(number - 1) * PER_PAGE : number * PER_PAGE], view.lang)
    return (
        f'<section id="cut"><h2>{esc(t.cut)}</h2><p>{esc(t.cut_lead)}</p>{listed}'
        f"{paging(links, number, last, view)}</section>"
    )


def removal_page(made: Removal, corrected: Sequence[str], view: View) -> str:
    """The question before a document is removed: what goes, what stays, what else changes."""
    t = documents_texts(view.lang)
    info, lang = made.info, view.lang
    labels = header_texts(lang).labels
    goes = [t.goes_passages.format(n=f"{info.passage_count:,}", chars=f"{info.characters:,}")]
    goes.append(t.goes_file.format(name=info.source_name))
    if made.terms:
        goes.append(t.goes_terms.format(n=len(made.terms), names=_some(made.terms)))
    if corrected:
        names = _some([labels.get(key, key) for key in corrected])
        goes.append(t.goes_corrections.format(n=len(corrected), names=names))
    if made.questions:
        goes.append(t.goes_questions.format(n=made.questions))
    stays = [document_link(relative.info, lang) for relative in made.relatives]
    back = [document_link(other, lang) for other in made.back_in_force]
    warning = t.comes_back.format(file=made.comes_back) if made.comes_back else ""
    form = post_form(
        document_url(info.document_id, "remove"),
        view,
        f'<p class="buttons"><button type="submit" class="danger">{esc(t.do_remove)}</button>'
        f'<a class="button" href="{esc(document_url(info.document_id))}">{esc(t.keep)}</a></p>',
    )
    content = (
        f"{_listed(t.goes, [esc(item) for item in goes])}{_listed(t.stays, stays)}"
        f"{_listed(t.back, back)}{_warning(warning)}{_warning('' if made.at_once else t.later)}"
        f'<p class="none">{esc(t.no_undo)}</p>{form}'
    )
    lead = t.removal_lead.format(title=info.header.title, id=info.document_id)
    return admin_page(t.removal, content, view, "documents", lead=lead)


def corrected_keys(made: Record) -> list[str]:
    """The keys of a document's corrected fields."""
    return [field.key for field in made.fields if field.origin is Origin.CORRECTION]


def _listed(title: str, items: Sequence[str]) -> str:
    if not items:
        return ""
    listed = "".join(f"<li>{item}</li>" for item in items)
    return f'<h2>{esc(title)}</h2><ul class="plain">{listed}</ul>'


def _warning(words: str) -> str:
    return f'<p class="notice" role="note">{esc(words)}</p>' if words else ""


def _some(names: Sequence[str], most: int = 12) -> str:
    return "、".join(names[:most]) + ("…" if len(names) > most else "")
