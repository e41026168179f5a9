"""The page where an upload is looked at before it goes live. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.review import Fate, Review
from bot.web.admin_add_page import review_url
from bot.web.admin_cut import Cut, cut_list, cut_of
from bot.web.admin_differences import header_differences, text_differences
from bot.web.admin_document_page import notes_list
from bot.web.admin_documents_page import document_url
from bot.web.admin_frame import admin_page, done, paging, post_form, problem
from bot.web.admin_header_form import header_form
from bot.web.admin_review_texts import ReviewTexts, review_texts
from bot.web.frame import View
from bot.web.markup import esc, lang_attribute
from kb.models import Page
from kb.uploads import Stage, Upload

PER_PAGE = 60
"""Parts of a text without pages that are shown at once."""


def unread_page(upload: Upload, view: View) -> str:
    """The page of an upload that is still being read, or could not be."""
    t = review_texts(view.lang)
    if upload.stage is Stage.FAILED:
        why = upload.en if view.lang == "en" else upload.zh
        told = problem(f"{t.failed}{why}")
    else:
        told = f'<p class="notice" role="status">{esc(t.reading)} {esc(t.reading_more)}</p>'
    content = f"{told}{_discard(upload, view, t)}"
    return admin_page(upload.name, content, view, "add", lead=t.lead)


def review_page(
    made: Review,
    number: int,
    view: View,
    *,
    pictures: bool = False,
    taken: bool = False,
    said: str = "",
    error: str = "",
    typed: Mapping[str, str] | None = None,
) -> str:
    """The page. ``pictures``: its pages can be looked at; ``taken``: it is in a job already;
    ``typed`` is what could not be saved, for the reason ``error``.
    """
    t = review_texts(view.lang)
    upload, lang = made.upload, view.lang
    why = upload.en if lang == "en" else upload.zh
    doubts = (
        f'<p class="notice wrong" role="note">{esc(t.objected)} {esc(why)}</p>'
        if upload.can_accept
        else problem(why)
    )
    told = f'<p class="notice" role="status">{esc(t.taken)}</p>' if taken else ""
    content = (
        f"{done(t.done.get(said, ''))}{problem(error)}{told}{doubts}{_fate(made, view, t)}"
        f'<section aria-labelledby="s-header"><h2 id="s-header">{esc(t.header)}</h2>'
        f"<p>{esc(t.header_lead)}</p>{_header(made, view, t, typed)}</section>"
        f"{notes_list(made.document.notes, t.remarks, lang)}{_differences(made, lang, t)}"
        f"{_text(made, number, pictures, view, t)}{_discard(upload, view, t)}"
    )
    return admin_page(made.header.title, content, view, "add", lead=f"{upload.name} · {t.lead}")


def _fate(made: Review, view: View, t: ReviewTexts) -> str:
    info = made.target
    title = info.header.title if info else ""
    own = info.document_id if info else made.upload.replaces or ""
    words = esc(t.fates[made.fate]).replace("{id}", esc(own))
    link = (
        f'<a href="{esc(document_url(own))}"{lang_attribute(title, view.lang)}>{esc(title)}</a>'
        if info
        else esc(title)
    )
    told = [words.replace("{title}", link)]
    if made.kept_as:
        told.append(esc(t.kept_as.format(id=made.kept_as)))
    if made.fixed:
        told.append(esc(t.fixed))
    cls = "notice wrong" if made.fate is Fate.GONE else "notice"
    shown = f'<p class="{cls}" role="note">{" ".join(told)}</p>'
    return shown if made.fixed else shown + _target_form(made, view, t)


def _target_form(made: Review, view: View, t: ReviewTexts) -> str:
    own = made.target.document_id if made.target else ""
    fields = (
        f'<div class="in-line"><label for="target">{esc(t.target_id)}</label>'
        f'<input type="text" id="target" name="replaces" value="{esc(own)}" maxlength="120" '
        f'autocomplete="off"><button type="submit">{esc(t.target_change)}</button>'
        f'<button type="submit" name="none" value="1">{esc(t.target_none)}</button></div>'
    )
    form = post_form(review_url(made.upload.upload_id, "target"), view, fields)
    return f'<details class="target"><summary>{esc(t.target)}</summary>{form}</details>'


def _header(made: Review, view: View, t: ReviewTexts, typed: Mapping[str, str] | None) -> str:
    own = made.upload.upload_id
    fields = header_form(made.fields, view.lang, typed=typed, undo=review_url(own, "undo"))
    accept = t.accept_objected if made.upload.can_accept else t.accept
    buttons = (
        f'<p class="buttons decide"><button type="submit" class="main" '
        f'formaction="{esc(review_url(own, "accept"))}">{esc(accept)}</button>'
        f'<button type="submit">{esc(t.save)}</button></p>'
    )
    return post_form(review_url(own, "header"), view, fields + buttons, "header-form")


def _differences(made: Review, lang: str, t: ReviewTexts) -> str:
    if made.target is None or made.fate is not Fate.REPLACES:
        return ""
    return (
        f"<section><h2>{esc(t.differences)}</h2>"
        f"{text_differences(made.target_text, made.document.text, lang)}"
        f"{header_differences(made.target.header, made.header, lang)}</section>"
    )


def _text(made: Review, number: int, pictures: bool, view: View, t: ReviewTexts) -> str:
    document = made.document
    cut = cut_of(document.text, document.passages, document.pages)
    lead = esc(t.cut_lead.format(n=f"{len(document.passages):,}"))
    shown = (
        _page_beside(made, cut, number, view, t)
        if pictures and document.pages
        else _parts(made, cut, number, view)
    )
    return f'<section id="cut"><h2>{esc(t.cut)}</h2><p>{lead}</p>{shown}</section>'


def _parts(made: Review, cut: Sequence[Cut], number: int, view: View) -> str:
    last = max(1, -(-len(cut) // PER_PAGE))
    number = min(number, last)
    listed = cut_list(cut[(number - 1) * PER_PAGE : number * PER_PAGE], view.lang)
    return listed + _pages(made, number, last, view)


def _page_beside(made: Review, cut: Sequence[Cut], number: int, view: View, t: ReviewTexts) -> str:
    """One page of the source: its picture, and beside it how its text was cut."""
    pages = made.document.pages
    number = min(number, len(pages))
    page: Page = pages[number - 1]
    label = page.label or str(page.number)
    here = [part for part in cut if page.start <= part.start < page.end]
    text = cut_list(here, view.lang) if here else f'<p class="none">{esc(t.empty_page)}</p>'
    picture = (
        f'<figure><img src="{esc(review_url(made.upload.upload_id, "image", str(page.number)))}" '
        f'alt="{esc(t.picture.format(page=label))}">'
        f"<figcaption>{esc(t.page.format(page=label))}</figcaption></figure>"
    )
    return (
        f'<div class="beside-page">{picture}<div>{text}</div></div>'
        f"{_pages(made, number, len(pages), view)}"
    )


def _pages(made: Review, number: int, last: int, view: View) -> str:
    address = review_url(made.upload.upload_id)
    links = (f"{address}?page={number - 1}#cut", f"{address}?page={number + 1}#cut")
    return paging(links, number, last, view)


def _discard(upload: Upload, view: View, t: ReviewTexts) -> str:
    form = post_form(
        "/admin/add/discard",
        view,
        f'<input type="hidden" name="upload" value="{esc(upload.upload_id)}">'
        f'<p class="buttons"><button type="submit" class="danger">{esc(t.discard)}</button>'
        f'<span class="none">{esc(t.discard_lead)}</span></p>',
    )
    return f'<section>{form}<p><a href="/admin/add">{esc(t.back)}</a></p></section>'
