"""The pages of usage: what was asked as charts with their tables, and as a list. Their routes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from fastapi import Request
from fastapi.responses import Response
from fastapi.routing import APIRouter

from bot import usage
from bot.access import visitor_of
from bot.asked import Way
from bot.usage import BINS, MOST_DAYS, Wanted
from bot.web.admin_frame import page_number
from bot.web.admin_route import section_router
from bot.web.admin_site import AdminSite
from bot.web.admin_usage_page import ADDRESS, LIST, PER_PAGE, USUAL, list_page, usage_page
from bot.web.asked import answer, view_of
from kb.models import Role, Status


def usage_router(site: AdminSite) -> APIRouter:
    """``/admin/usage`` and ``/admin/usage/questions``."""
    router = section_router(site.settings.lang, "usage")

    @router.get(ADDRESS)
    def charts(request: Request) -> Response:
        view = view_of(request, site.settings.lang, visitor_of)
        wanted, misread = wanted_of(request.query_params, date.today())
        found = usage.look(site.catalog, wanted)
        documents = site.kb.snapshot.by_id
        html = usage_page(found, wanted, documents, site.settings, view, misread=misread)
        return answer(html, request)

    @router.get(LIST)
    def listed(request: Request) -> Response:
        view = view_of(request, site.settings.lang, visitor_of)
        wanted, misread = wanted_of(request.query_params, date.today())
        total = usage.count(site.catalog, wanted)
        last = max(1, -(-total // PER_PAGE))
        number = min(page_number(request.query_params.get("page", "")), last)
        rows = usage.questions(site.catalog, wanted, PER_PAGE, (number - 1) * PER_PAGE)
        documents = site.kb.snapshot.by_id
        html = list_page(rows, total, number, wanted, documents, view, misread=misread)
        return answer(html, request)

    return router


def wanted_of(raw: Mapping[str, str], today: date) -> tuple[Wanted, bool]:
    """What an address asks for, and whether its days could not be read (the usual ones then)."""
    role, way, status, tenth = (raw.get(k, "") for k in ("role", "way", "status", "tenth"))
    first, last = today - timedelta(days=USUAL - 1), today
    misread = False
    try:
        last = date.fromisoformat(raw["last"]) if raw.get("last") else last
        first = date.fromisoformat(raw["first"]) if raw.get("first") else first
    except ValueError:
        misread = True
    if misread or first > last or not 1970 <= last.year <= 9000:
        first, last, misread = today - timedelta(days=USUAL - 1), today, True
    first = max(first, last - timedelta(days=MOST_DAYS - 1))
    return (
        Wanted(
            first,
            last,
            Role(role) if role in set(Role) else None,
            Way(way) if way in set(Way) else None,
            Status(status) if status in set(Status) else None,
            int(tenth) if tenth in map(str, range(BINS)) else None,
        ),
        misread,
    )
