"""Files set aside: why, what to do, taking them in all the same, removing them."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot import audit
from bot.access import visitor_of
from bot.clock import local_time
from bot.web.admin_add_page import size_words
from bot.web.admin_frame import admin_page, done, post_form, table
from bot.web.admin_jobs_page import job_url
from bot.web.admin_jobs_texts import JobsTexts, jobs_texts
from bot.web.admin_route import section_router
from bot.web.admin_site import AdminSite
from bot.web.asked import answer, view_of
from bot.web.frame import View
from bot.web.markup import esc
from kb import quarantine
from kb.quarantine import SetAside


def quarantine_router(site: AdminSite) -> APIRouter:
    """``/admin/quarantine`` and what is below it."""
    router = section_router(site.settings.lang, "quarantine")

    @router.get("/admin/quarantine")
    def listed(request: Request) -> HTMLResponse:
        view = view_of(request, site.settings.lang, visitor_of)
        with site.catalog.begin() as connection:
            found = quarantine.entries(connection)
        said = request.query_params.get("done", "")
        return answer(quarantine_page(found, view, said), request)

    @router.post("/admin/quarantine/{quarantine_id}/accept")
    def accept(request: Request, quarantine_id: str) -> Response:
        _find(quarantine_id)
        job_id = site.jobs.submit(visitor_of(request).user, accepted=[quarantine_id])
        return RedirectResponse(job_url(job_id), 303)

    @router.get("/admin/quarantine/{quarantine_id}/remove")
    def ask(request: Request, quarantine_id: str) -> HTMLResponse:
        view = view_of(request, site.settings.lang, visitor_of)
        return answer(removal_page(_find(quarantine_id), view), request)

    @router.post("/admin/quarantine/{quarantine_id}/remove")
    def remove(request: Request, quarantine_id: str) -> Response:
        entry = _find(quarantine_id)
        quarantine.remove(site.kb, quarantine_id)
        target = f"{quarantine_id} {entry.source_name}"
        audit.note(site.catalog, visitor_of(request).user, "quarantine.remove", target)
        return RedirectResponse("/admin/quarantine?done=removed", 303)

    def _find(quarantine_id: str) -> SetAside:
        with site.catalog.begin() as connection:
            return quarantine.find(connection, quarantine_id)

    return router


def aside_url(quarantine_id: str, *below: str) -> str:
    """The address of what is done to a file set aside."""
    return "/".join(["/admin/quarantine", quarantine_id, *below])


def quarantine_page(found: Sequence[SetAside], view: View, said: str = "") -> str:
    """All files set aside, each with the reason and what can be done."""
    t = jobs_texts(view.lang)
    rows = [_row(entry, view, t) for entry in found]
    listed = (
        table(t.aside, [t.file, t.why, t.size, t.since], rows)
        if rows
        else f'<p class="none">{esc(t.aside_none)}</p>'
    )
    content = done(t.removed if said == "removed" else "") + listed
    return admin_page(t.aside, content, view, "quarantine", lead=t.aside_lead)


def removal_page(entry: SetAside, view: View) -> str:
    """The question before a file set aside is removed."""
    t = jobs_texts(view.lang)
    form = post_form(
        aside_url(entry.quarantine_id, "remove"),
        view,
        f'<p class="buttons"><button type="submit" class="danger">{esc(t.do_remove)}</button>'
        f'<a class="button" href="/admin/quarantine">{esc(t.keep)}</a></p>',
    )
    lead = t.remove_lead.format(name=entry.source_name)
    return admin_page(t.remove_title, form, view, "quarantine", lead=lead)


def _row(entry: SetAside, view: View, t: JobsTexts) -> list[str]:
    accept = (
        post_form(
            aside_url(entry.quarantine_id, "accept"),
            view,
            f'<button type="submit">{esc(t.accept)}</button>',
        )
        if entry.can_accept
        else f"<span>{esc(t.cannot_accept)}</span>"
    )
    remove = aside_url(entry.quarantine_id, "remove")
    return [
        f'{esc(entry.source_name)}<span class="sub">{esc(entry.quarantine_id)}</span>',
        f"<p>{esc(entry.en if view.lang == 'en' else entry.zh)}</p>"
        f'<div class="buttons">{accept}<a href="/admin/add">{esc(t.add_again)}</a>'
        f'<a href="{esc(remove)}">{esc(t.remove)}…</a></div>',
        esc(size_words(entry.size)),
        esc(local_time(entry.added_at)[:10]),
    ]
