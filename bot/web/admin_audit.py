"""The page of what was done: filtered by who, what and day, and as a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import Form, Request
from fastapi.responses import Response
from fastapi.routing import APIRouter

from bot import audit
from bot.access import visitor_of
from bot.audit import LOCAL, WHAT, Entry, Wanted
from bot.clock import local_time, zone_name
from bot.sheets import CSV_TYPE, EXCEL_TYPE, MOST_ROWS, csv_file, excel_file
from bot.web.admin_audit_texts import AuditTexts, audit_texts
from bot.web.admin_frame import admin_page, page_number, paging, post_form, problem, table
from bot.web.admin_route import section_router
from bot.web.admin_site import AdminSite
from bot.web.asked import answer, view_of
from bot.web.frame import View
from bot.web.markup import esc

ADDRESS = "/admin/audit"
PER_PAGE = 50
_MOST_WORDS = 100

Typed = Annotated[str, Form()]


def audit_router(site: AdminSite) -> APIRouter:
    """``/admin/audit`` and its export."""
    router = section_router(site.settings.lang, "audit")

    def show(
        request: Request, raw: Mapping[str, str], status: int = 200, wrong: str = ""
    ) -> Response:
        view = view_of(request, site.settings.lang, visitor_of)
        wanted, misread = wanted_of(raw)
        total = audit.count(site.catalog, wanted)
        last = max(1, -(-total // PER_PAGE))
        number = min(page_number(raw.get("page", "")), last)
        entries = audit.search(site.catalog, wanted, PER_PAGE, (number - 1) * PER_PAGE)
        if misread and not wrong:
            wrong = audit_texts(view.lang).bad_day.format(day=misread)
        html = audit_page(
            entries, total, number, wanted, audit.known(site.catalog), view, wrong=wrong
        )
        return answer(html, request, status)

    @router.get(ADDRESS)
    def every(request: Request) -> Response:
        return show(request, request.query_params)

    @router.post(ADDRESS + "/export")
    def export(
        request: Request, form: Typed = "csv", who: Typed = "", what: Typed = "",
        target: Typed = "", first: Typed = "", last: Typed = "",
    ) -> Response:  # fmt: skip
        raw = {"who": who, "what": what, "target": target, "first": first, "last": last}
        view = view_of(request, site.settings.lang, visitor_of)
        wanted, _ = wanted_of(raw)
        if audit.count(site.catalog, wanted) > MOST_ROWS:
            wrong = audit_texts(view.lang).too_many.format(n=MOST_ROWS)
            return show(request, raw, 400, wrong)
        entries = audit.search(site.catalog, wanted)
        audit.note(site.catalog, view.visitor.user, "audit.export", query_of(wanted))
        return exported(entries, form, view.lang)

    return router


def wanted_of(raw: Mapping[str, str]) -> tuple[Wanted, str]:
    """What an address or a form asks for, and the day in it that cannot be read (or nothing)."""
    days: list[date | None] = []
    misread = ""
    for key in ("first", "last"):
        typed = raw.get(key, "").strip()
        try:
            day = date.fromisoformat(typed) if typed else None
            if day is not None and not 1970 <= day.year <= 9000:  # what no clock ever showed
                raise ValueError(typed)
            days.append(day)
        except ValueError:
            days.append(None)
            misread = misread or typed[:_MOST_WORDS]
    who, what, target = (
        raw.get(key, "").strip()[:_MOST_WORDS] for key in ("who", "what", "target")
    )
    return Wanted(who, what, target, *days), misread


def query_of(wanted: Wanted) -> str:
    """What is wanted as the query of an address; what does not matter is left out."""
    return urlencode([(key, value) for key, value in _pairs(wanted) if value])


def exported(entries: Sequence[Entry], form: str, lang: str) -> Response:
    """The entries as a file: ``form`` is ``excel``, anything else is CSV."""
    t = audit_texts(lang)
    rows = [(local_time(e.at), _who(e.who, t), _what(e.what, lang), e.target) for e in entries]
    name = f"{t.title}-{date.today().isoformat()}"
    if form == "excel":
        content, of_type, suffix = excel_file(t.heads, rows, t.title), EXCEL_TYPE, "xlsx"
    else:
        content, of_type, suffix = csv_file(t.heads, rows), CSV_TYPE, "csv"
    return Response(
        content,
        media_type=of_type,
        headers={
            "content-disposition": f"attachment; filename*=UTF-8''{quote(name)}.{suffix}",
            "cache-control": "no-store",
        },
    )


def audit_page(
    entries: Sequence[Entry],
    total: int,
    number: int,
    wanted: Wanted,
    known: tuple[Sequence[str], Sequence[str]],
    view: View,
    *,
    wrong: str = "",
) -> str:
    """The page; ``total`` entries are wanted, ``entries`` are those of page ``number``; ``known``
    are everybody and everything to choose from.
    """
    t = audit_texts(view.lang)
    rows = [
        [
            f'<time datetime="{esc(e.at)}">{esc(local_time(e.at))}</time>',
            f'<span class="short">{esc(_who(e.who, t))}</span>',
            f'<span class="short">{esc(_what(e.what, view.lang))}</span>',
            esc(e.target),
        ]
        for e in entries
    ]
    listed = table(t.title, t.heads, rows) if rows else f'<p class="none">{esc(t.nothing)}</p>'
    query = query_of(wanted)
    links = tuple(
        f"{ADDRESS}?{query}{'&' if query else ''}page={n}" for n in (number - 1, number + 1)
    )
    content = (
        f"{problem(wrong)}{_filter(wanted, known, view.lang, t)}"
        f'<p class="told" role="status">{esc(t.found.format(n=f"{total:,}"))}</p>{listed}'
        f"{paging((links[0], links[1]), number, max(1, -(-total // PER_PAGE)), view)}"
        f"{_export(wanted, view, t) if rows else ''}"
    )
    return admin_page(t.title, content, view, "audit", lead=t.lead.format(zone=zone_name()))


def _filter(
    wanted: Wanted, known: tuple[Sequence[str], Sequence[str]], lang: str, t: AuditTexts
) -> str:
    people = [("", t.anybody), *((name, _who(name, t)) for name in known[0])]
    things = [("", t.anything), *((key, _what(key, lang)) for key in known[1])]
    days = "".join(
        f'<p><label for="{key}">{esc(words)}</label><input type="date" id="{key}" name="{key}" '
        f'value="{day.isoformat() if day else ""}"></p>'
        for key, words, day in (("first", t.first, wanted.first), ("last", t.last, wanted.last))
    )
    return (
        f'<form class="in-row filter" method="get" action="{ADDRESS}">'
        f"{_choice('who', t.who, people, wanted.who)}{_choice('what', t.what, things, wanted.what)}"
        f'<p><label for="target">{esc(t.target)}</label><input type="search" id="target" '
        f'name="target" maxlength="{_MOST_WORDS}" value="{esc(wanted.target)}"></p>{days}'
        f'<p class="go"><button class="main" type="submit">{esc(t.filter)}</button> '
        f'<a href="{ADDRESS}">{esc(t.reset)}</a></p></form>'
    )


def _choice(key: str, words: str, options: Sequence[tuple[str, str]], chosen: str) -> str:
    listed = "".join(
        f'<option value="{esc(value)}"{" selected" if value == chosen else ""}>{esc(name)}</option>'
        for value, name in options
    )
    return (
        f'<p><label for="{key}">{esc(words)}</label><select id="{key}" name="{key}">{listed}'
        "</select></p>"
    )


def _export(wanted: Wanted, view: View, t: AuditTexts) -> str:
    hidden = "".join(
        f'<input type="hidden" name="{key}" value="{esc(value)}">'
        for key, value in _pairs(wanted)
        if value
    )
    buttons = (
        f'<button type="submit" name="form" value="csv">{esc(t.csv)}</button> '
        f'<button type="submit" name="form" value="excel">{esc(t.excel)}</button>'
    )
    label = f'<span class="sr">{esc(t.export)}</span>'
    return post_form(f"{ADDRESS}/export", view, f"{label}{hidden}{buttons}", "export")


def _pairs(wanted: Wanted) -> list[tuple[str, str]]:
    return [
        ("who", wanted.who),
        ("what", wanted.what),
        ("target", wanted.target),
        ("first", wanted.first.isoformat() if wanted.first else ""),
        ("last", wanted.last.isoformat() if wanted.last else ""),
    ]


def _who(name: str, t: AuditTexts) -> str:
    if name == LOCAL:
        return t.machine.format(name=name)
    return name or t.nobody


def _what(key: str, lang: str) -> str:
    return WHAT[key][lang == "en"] if key in WHAT else key
