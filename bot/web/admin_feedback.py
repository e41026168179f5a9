"""The page of feedback: what readers flagged, as it stood, and whether it was dealt with."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot import feedback
from bot.access import visitor_of
from bot.clock import minute_of
from bot.feedback import NOTE, Flag, Line, Told
from bot.web.admin_feedback_texts import FeedbackTexts, feedback_texts
from bot.web.admin_frame import admin_page, done, page_number, paging, post_form, table
from bot.web.admin_route import Row, section_router
from bot.web.admin_site import AdminSite
from bot.web.admin_usage_texts import usage_texts
from bot.web.asked import answer, view_of
from bot.web.frame import View
from bot.web.markup import breadcrumb, esc, lang_attribute, source_url
from kb.models import Role

ADDRESS = "/admin/feedback"
PER_PAGE = 20
_MOST_ID = 200
_MOST_DOCUMENTS = 200

Typed = Annotated[str, Form()]


def feedback_router(site: AdminSite) -> APIRouter:
    """``/admin/feedback`` and what its forms do."""
    router = section_router(site.settings.lang, "feedback")

    @router.get(ADDRESS)
    def every(request: Request) -> HTMLResponse:
        view, asked = view_of(request, site.settings.lang, visitor_of), request.query_params
        settled, document_id = asked.get("done") == "1", asked.get("document", "")[:_MOST_ID]
        number = page_number(asked.get("page", ""))
        feedback.sweep(site.catalog, time.time())
        found, count = feedback.flags(
            site.catalog, done=settled, document_id=document_id,
            limit=PER_PAGE, skip=(number - 1) * PER_PAGE,
        )  # fmt: skip
        held = {i.document_id: i.header.title for i in site.kb.documents(Role.ADMIN.audiences)}
        html = feedback_page(
            found, count, number, feedback.by_document(site.catalog), held, view,
            settled=settled, document_id=document_id, saved=asked.get("saved") == "1",
        )  # fmt: skip
        return answer(html, request)

    @router.post(ADDRESS + "/{flag_id}")
    def settle(request: Request, flag_id: Row, act: Typed = "", note: Typed = "") -> Response:
        feedback.settle(
            site.catalog, visitor_of(request).user, flag_id,
            done=act in ("settle", "keep"), note=note.strip(), now=time.time(),
        )  # fmt: skip
        shown = "1" if act in ("reopen", "keep") else ""
        told = urlencode({"done": shown, "saved": "1"})
        return RedirectResponse(f"{ADDRESS}?{told}", 303, headers={"cache-control": "no-store"})

    return router


def feedback_page(
    found: Sequence[Flag],
    count: int,
    number: int,
    told: Mapping[str, Told],
    held: Mapping[str, str],
    view: View,
    *,
    settled: bool = False,
    document_id: str = "",
    saved: bool = False,
) -> str:
    """The page: ``found`` of ``count`` flags that are ``settled`` or not, what was ``told`` of each
    document, the titles ``held`` by id; ``document_id`` is the one chosen, if any.
    """
    t = feedback_texts(view.lang)
    nothing = t.nothing_done if settled else t.nothing_open
    cards = "".join(_card(flag, held, view, t) for flag in found)
    cards = cards or f'<p class="none">{esc(nothing)}</p>'
    query = {"done": "1" if settled else "", "document": document_id}
    before, after = (
        f"{ADDRESS}?{urlencode(query | {'page': n})}" for n in (number - 1, number + 1)
    )
    content = (
        f"{done(t.saved if saved else '')}{_tabs(settled, t)}{_only(document_id, held, t)}{cards}"
        f"{paging((before, after), number, max(1, -(-count // PER_PAGE)), view)}"
        f"{_by_document(told, held, view.lang, t)}"
    )
    return admin_page(t.title, content, view, "feedback", lead=t.lead)


def _tabs(settled: bool, t: FeedbackTexts) -> str:
    links = "".join(
        f'<li><a href="{ADDRESS}?done={value}"{current if here else ""}>{esc(words)}</a></li>'
        for value, words, here in (("", t.open, not settled), ("1", t.done, settled))
        for current in (' aria-current="page"',)
    )
    return f'<nav class="states" aria-label="{esc(t.tabs)}"><ul>{links}</ul></nav>'


def _only(document_id: str, held: Mapping[str, str], t: FeedbackTexts) -> str:
    if not document_id:
        return ""
    words = t.only.format(title=held.get(document_id, document_id))
    return f'<p class="links">{esc(words)} <a href="{ADDRESS}">{esc(t.every)}</a></p>'


def _card(flag: Flag, held: Mapping[str, str], view: View, t: FeedbackTexts) -> str:
    what = t.whole if flag.citation is None else t.citation.format(n=flag.citation)
    role = usage_texts(view.lang).roles[flag.role]
    marks = [what, role, minute_of(flag.at)]
    if flag.done is not None:
        marks.append(t.settled_by.format(who=flag.done_by, at=minute_of(flag.done)))
    tags = " ".join(f'<span class="tag">{esc(mark)}</span>' for mark in marks)
    remark = ""
    if flag.remark:
        remark = (
            f'<p class="remark"{lang_attribute(flag.remark, view.lang)}><b>{esc(t.remark)}</b> '
            f'<span class="typed">{esc(flag.remark)}</span></p>'
        )
    return (
        f'<article class="flag" id="flag-{flag.flag_id}">'
        f"<h2{lang_attribute(flag.question, view.lang)}>{esc(flag.question)}</h2>"
        f"<p>{tags}</p>{remark}{_stood(flag, held, view.lang, t)}{_form(flag, view, t)}</article>"
    )


def _stood(flag: Flag, held: Mapping[str, str], lang: str, t: FeedbackTexts) -> str:
    if not flag.lines:
        return f'<p class="none">{esc(t.removed)}</p>'
    claims = [list(lines) for _, lines in groupby(flag.lines, key=lambda line: line.claim)]
    items = "".join(
        f"<li><p{lang_attribute(lines[0].said, lang)}>{esc(lines[0].said)}</p>"
        f"{''.join(_clause(line, flag, held, lang, t) for line in lines)}</li>"
        for lines in claims
    )
    return (
        f"<details{' open' if flag.done is None else ''}><summary>{esc(t.said)}</summary>"
        f'<ol class="stood">{items}</ol></details>'
    )


def _clause(line: Line, flag: Flag, held: Mapping[str, str], lang: str, t: FeedbackTexts) -> str:
    mine = line.citation == flag.citation
    mark = f' <span class="tag tag-new">{esc(t.this_one)}</span>' if mine else ""
    where = " ".join(part for part in (esc(line.doc_number), breadcrumb(line.path)) if part)
    link = f'<span class="tag">{esc(t.gone_document)}</span>'
    if line.document_id in held:
        span = (line.start, line.end)
        url = source_url(line.document_id, lang, version=line.version_id, span=span, on=flag.on)
        link = f'<a href="{esc(url)}" target="_blank" rel="noopener">{esc(t.open_source)}</a>'
    return (
        f'<figure class="clause"><figcaption>[{line.citation}] {esc(line.title)} '
        f'<span class="sub">{where}</span> {link}{mark}</figcaption>'
        f'<blockquote aria-label="{esc(t.stood)}"{lang_attribute(line.quote, lang)}>'
        f"{esc(line.quote)}</blockquote></figure>"
    )


def _form(flag: Flag, view: View, t: FeedbackTexts) -> str:
    field = f"note-{flag.flag_id}"
    acts = (("settle", t.settle), ("", t.save))
    if flag.done is not None:
        acts = (("reopen", t.reopen), ("keep", t.save))
    buttons = "".join(
        f'<button type="submit" name="act" value="{act}">{esc(words)}</button>'
        for act, words in acts
    )
    fields = (
        f'<label for="{field}">{esc(t.note)}</label>'
        f'<textarea id="{field}" name="note" rows="2" maxlength="{NOTE}">{esc(flag.note)}'
        f'</textarea><div class="settling">{buttons}</div>'
    )
    return post_form(f"{ADDRESS}/{flag.flag_id}", view, fields, "stacked")


def _by_document(
    told: Mapping[str, Told], held: Mapping[str, str], lang: str, t: FeedbackTexts
) -> str:
    if not told:
        return ""
    rows = []
    for i, counts in list(told.items())[:_MOST_DOCUMENTS]:
        title, url = held.get(i, i), f"{ADDRESS}?{urlencode({'document': i})}"
        link = f'<a href="{esc(url)}"{lang_attribute(title, lang)}>{esc(title)}</a>'
        rows.append([link, str(counts.flags), str(counts.useless), str(counts.useful)])
    listed = table(t.by_document, t.by_document_heads, rows)
    return f"<section><h2>{esc(t.by_document)}</h2>{listed}</section>"
