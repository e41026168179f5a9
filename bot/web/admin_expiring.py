"""The page of what takes force, ends and is superseded: a timeline and its table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import Response
from fastapi.routing import APIRouter

from bot.access import visitor_of
from bot.timeline import Event, Month, Sort, between, events, month_of, read_month
from bot.web.admin_documents_page import document_url
from bot.web.admin_expiring_texts import ExpiringTexts, expiring_texts
from bot.web.admin_frame import admin_page, problem, table
from bot.web.admin_route import section_router
from bot.web.admin_site import AdminSite
from bot.web.asked import answer, view_of
from bot.web.frame import View
from bot.web.markup import esc, lang_attribute
from bot.web.timeline_picture import anchor, timeline_picture
from kb.models import Audience, DocumentInfo

ADDRESS = "/admin/expiring"
SPANS = (6, 12, 24, 36, 60)
"""Months that can be looked at together."""
USUAL, BEFORE = 24, 6
"""The usual span, and how much of it lies before today."""


def expiring_router(site: AdminSite) -> APIRouter:
    """``/admin/expiring``."""
    router = section_router(site.settings.lang, "expiring")

    @router.get(ADDRESS)
    def timeline(request: Request, start: str = "", months: str = "", sort: str = "") -> Response:
        view = view_of(request, site.settings.lang, visitor_of)
        today = date.today()
        first = read_month(start) or month_of(today).later(-BEFORE)
        span = int(months) if months in map(str, SPANS) else USUAL
        chosen = Sort(sort) if sort in set(Sort) else None
        misread = start[:40] if start and read_month(start) is None else ""
        html = expiring_page(
            site.kb.snapshot.by_id, first, span, chosen, today, view, misread=misread
        )
        return answer(html, request)

    return router


def expiring_page(
    documents: Mapping[str, DocumentInfo],
    first: Month,
    span: int,
    sort: Sort | None,
    on: date,
    view: View,
    *,
    misread: str = "",
) -> str:
    """The page: ``span`` months from ``first`` on, of all events or those of a ``sort``.

    ``misread`` is a month in the address that cannot be read.
    """
    t = expiring_texts(view.lang)
    found = [e for e in events(documents.values()) if sort is None or e.sort is sort]
    months = between(found, first, first.later(span - 1))
    wrong = problem(t.bad_month.format(month=misread)) if misread else ""
    rows = [
        _row(event, documents, view.lang, t, anchor(month) if event is listed[0] else "")
        for month, listed in months.items()
        for event in listed
    ]
    listed = table(t.title, t.heads, rows) if rows else f'<p class="none">{esc(t.nothing)}</p>'
    content = (
        f"{wrong}{_form(first, span, sort, t)}"
        f'<figure class="chart"><div class="scroll" tabindex="0" role="region" '
        f'aria-label="{esc(t.chart)}">{timeline_picture(months, on, t)}</div>'
        f"<figcaption>{_legend(t)}<span>{esc(t.chart_more)}</span></figcaption></figure>"
        f"{_around(first, span, sort, t)}{listed}{_unknown(found, documents, view.lang, t)}"
    )
    return admin_page(t.title, content, view, "expiring", lead=t.lead)


def _address(first: Month, span: int, sort: Sort | None) -> str:
    pairs = {"start": str(first), "months": str(span)} | ({"sort": sort.value} if sort else {})
    return f"{ADDRESS}?{urlencode(pairs)}"


def _form(first: Month, span: int, sort: Sort | None, t: ExpiringTexts) -> str:
    spans = "".join(
        f'<option value="{n}"{" selected" if n == span else ""}>{esc(t.months_of.format(n=n))}'
        "</option>"
        for n in SPANS
    )
    sorts = f'<option value="">{esc(t.everything)}</option>' + "".join(
        f'<option value="{s.value}"{" selected" if s is sort else ""}>{esc(t.sorts[s])}</option>'
        for s in Sort
    )
    return (
        f'<form class="in-row filter" method="get" action="{ADDRESS}">'
        f'<p><label for="start">{esc(t.from_month)}</label><input type="month" id="start" '
        f'name="start" value="{first}"></p>'
        f'<p><label for="months">{esc(t.months)}</label>'
        f'<select id="months" name="months">{spans}</select></p>'
        f'<p><label for="sort">{esc(t.what)}</label>'
        f'<select id="sort" name="sort">{sorts}</select></p>'
        f'<p class="go"><button class="main" type="submit">{esc(t.show)}</button></p></form>'
    )


def _legend(t: ExpiringTexts) -> str:
    keys = "".join(
        f'<span class="key"><svg class="swatch" viewBox="0 0 12 12" aria-hidden="true">'
        f'<rect class="bar-{s.value}" width="12" height="12"/></svg>{esc(t.sorts[s])}</span>'
        for s in Sort
    )
    return f'<span class="keys">{keys}</span>'


def _around(first: Month, span: int, sort: Sort | None, t: ExpiringTexts) -> str:
    before, after = (
        _address(first.later(-span), span, sort),
        _address(first.later(span), span, sort),
    )
    return (
        f'<p class="around"><a href="{esc(before)}">← {esc(t.earlier)}</a> '
        f'<a href="{esc(after)}">{esc(t.later)} →</a></p>'
    )


def _row(
    event: Event,
    documents: Mapping[str, DocumentInfo],
    lang: str,
    t: ExpiringTexts,
    place: str = "",
) -> list[str]:
    day = event.day.isoformat() if event.day else "—"
    at = f' id="{place}"' if place else ""
    return [
        f'<span class="short"{at}>{day}</span>',
        f'<span class="short what what-{event.sort.value}">{esc(t.sorts[event.sort])}</span>',
        _link(event.document, lang),
        _more(event, documents, lang, t),
    ]


def _more(event: Event, documents: Mapping[str, DocumentInfo], lang: str, t: ExpiringTexts) -> str:
    parts = []
    if event.by:
        successor = documents.get(event.by)
        name = _link(successor, lang) if successor else esc(event.by)
        before, after = map(esc, t.by.split("{by}"))
        parts.append(f"<span>{before}{name}{after}</span>")
    marks = [t.internal] if event.document.header.audience is Audience.INTERNAL else []
    marks += [t.corrected] if event.corrected else []
    marks += [t.inferred] if event.inferred else []
    parts += [f'<span class="tag">{esc(mark)}</span>' for mark in marks]
    return " ".join(parts)


def _link(info: DocumentInfo, lang: str) -> str:
    title = info.header.title
    return (
        f'<a href="{esc(document_url(info.document_id))}"{lang_attribute(title, lang)}>'
        f"{esc(title)}</a>"
    )


def _unknown(
    found: Sequence[Event], documents: Mapping[str, DocumentInfo], lang: str, t: ExpiringTexts
) -> str:
    rows = [_row(event, documents, lang, t) for event in found if event.day is None]
    if not rows:
        return ""
    return f"<h2>{esc(t.unknown)}</h2><p>{esc(t.unknown_more)}</p>{table(t.unknown, t.heads, rows)}"
