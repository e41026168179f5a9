"""The routes where admins look after documents. No logic of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from bot import audit
from bot.access import visitor_of
from bot.asked import DAYS, totals
from bot.holdings import choice_of, holdings
from bot.record import Record, record
from bot.removal import removal
from bot.web.admin_cut import cut_of
from bot.web.admin_document_page import corrected_keys, document_page, removal_page
from bot.web.admin_documents_page import document_url, documents_page
from bot.web.admin_frame import page_number
from bot.web.admin_header_form import changes_in
from bot.web.admin_route import section_router
from bot.web.admin_site import AdminSite
from bot.web.asked import answer, view_of
from ingest.correcting import correction_of, field_named
from kb.catalog import Catalog
from kb.errors import ReadError
from kb.models import Audience

Typed = Annotated[str, Form()]
_NO_DAY = (
    "没有写最后有效日。请填一个日期，例如 2025-12-31。",
    "The last day in force is missing. Give a date, for example 2025-12-31.",
)
EVERYBODY = tuple(Audience)


def documents_router(site: AdminSite) -> APIRouter:
    """``/admin/documents`` and what is below it."""
    router = section_router(site.settings.lang, "documents")
    kb = site.kb

    @router.get("/admin/documents")
    def listed(request: Request) -> HTMLResponse:
        view = view_of(request, site.settings.lang, visitor_of)
        choice = choice_of(request.query_params)
        today = date.today()
        found = holdings(kb.documents(EVERYBODY), choice, today, cited_of(site.catalog, today))
        said = request.query_params.get("done", "")
        return answer(documents_page(found, choice, page_of(request), view, said), request)

    @router.get("/admin/documents/{document_id}")
    def one(request: Request, document_id: str) -> HTMLResponse:
        made = record(kb, document_id, EVERYBODY)
        said = request.query_params.get("done", "")
        return answer(_page(request, made, said=said), request)

    @router.post("/admin/documents/{document_id}/header")
    async def put_right(request: Request, document_id: str) -> Response:
        sent = {key: str(value) for key, value in (await request.form()).items()}
        return await run_in_threadpool(_put_right, request, document_id, sent)

    @router.post("/admin/documents/{document_id}/undo")
    def take_back(request: Request, document_id: str, undo: Typed = "") -> Response:
        kb.correct(document_id, {}, [field_named(undo)])
        _note(request, "document.undo", f"{document_id} {undo}")
        return _to(document_id, "undone")

    @router.post("/admin/documents/{document_id}/retire")
    def retire(
        request: Request, document_id: str, expires: Typed = "", superseded_by: Typed = ""
    ) -> Response:
        made = record(kb, document_id, EVERYBODY)
        if not expires.strip():
            return _refused(request, made, ReadError(*_NO_DAY))
        written = {"expires": expires} | ({"superseded_by": superseded_by} if superseded_by else {})
        try:
            values = dict(correction_of(key, [value]) for key, value in written.items())
            kb.correct(document_id, values)
        except ReadError as error:
            return _refused(request, made, error)
        _note(request, "document.retire", f"{document_id} {expires}")
        return _to(document_id, "retired")

    @router.get("/admin/documents/{document_id}/remove")
    def ask(request: Request, document_id: str) -> HTMLResponse:
        view = view_of(request, site.settings.lang, visitor_of)
        corrected = corrected_keys(record(kb, document_id, EVERYBODY))
        return answer(removal_page(removal(kb, document_id), corrected, view), request)

    @router.post("/admin/documents/{document_id}/remove")
    def remove(request: Request, document_id: str) -> Response:
        title = kb.document(document_id, EVERYBODY).header.title
        erased = kb.remove(document_id)
        _note(request, "document.remove", f"{document_id} {title}")
        said = "removed" if erased else "later"
        return RedirectResponse(f"/admin/documents?done={said}", 303)

    def _put_right(request: Request, document_id: str, sent: Mapping[str, str]) -> Response:
        view = view_of(request, site.settings.lang, visitor_of)
        made = record(kb, document_id, EVERYBODY)
        try:
            values = changes_in(sent, view.lang)
            if values:
                kb.correct(document_id, values)
        except ReadError as error:
            return _refused(request, made, error, sent)
        if not values:
            return _to(document_id, "same")
        _note(request, "document.correct", f"{document_id} {' '.join(values)}")
        return _to(document_id, "saved")

    def _refused(
        request: Request, made: Record, error: ReadError, typed: Mapping[str, str] | None = None
    ) -> Response:
        view = view_of(request, site.settings.lang, visitor_of)
        html = _page(request, made, error=error.message(view.lang), typed=typed)
        return answer(html, request, 400)

    def _page(
        request: Request,
        made: Record,
        said: str = "",
        error: str = "",
        typed: Mapping[str, str] | None = None,
    ) -> str:
        view = view_of(request, site.settings.lang, visitor_of)
        version = made.info.version_id
        cut = cut_of(kb.text(made.info), kb.catalog.passages(version), kb.catalog.pages(version))
        return document_page(
            made, cut, page_of(request), date.today(), view, said=said, error=error, typed=typed
        )

    def _note(request: Request, what: str, target: str) -> None:
        audit.note(site.catalog, visitor_of(request).user, what, target)

    return router


def cited_of(catalog: Catalog, today: date) -> Counter[str]:
    """How often answers cited each document in the last ``DAYS``, by id."""
    counted: Counter[str] = Counter()
    for total in totals(catalog, today - timedelta(days=DAYS)):
        counted.update(total.documents)
    return counted


def page_of(request: Request) -> int:
    """The number of the page of a list that an address asks for, from 1."""
    return page_number(request.query_params.get("page", ""))


def _to(document_id: str, said: str) -> Response:
    return RedirectResponse(f"{document_url(document_id)}?done={said}", 303)
