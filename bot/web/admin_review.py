"""The routes where an upload is looked at, put right and taken in. No logic of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from bot.access import visitor_of
from bot.review import choose_target, put_right, review, take_back
from bot.web.admin_add_page import review_url
from bot.web.admin_documents import page_of
from bot.web.admin_header_form import changes_in
from bot.web.admin_review_page import review_page, unread_page
from bot.web.admin_route import section_router, status_of
from bot.web.admin_site import AdminSite
from bot.web.asked import answer, view_of
from bot.web.page_images import PageImages
from ingest.correcting import field_named
from ingest.page_image import HEAD, has_pages
from kb import uploads
from kb.errors import KbError, ReadError
from kb.uploads import Upload

Typed = Annotated[str, Form()]


def review_router(site: AdminSite) -> APIRouter:
    """``/admin/add/ID`` and what is below it."""
    router = section_router(site.settings.lang, "add")
    kb, jobs, catalog = site.kb, site.jobs, site.catalog
    images = PageImages(kb)

    @router.get("/admin/add/{upload_id}")
    def show(request: Request, upload_id: str) -> HTMLResponse:
        return _page(request, uploads.find(catalog, upload_id))

    @router.get("/admin/add/{upload_id}/image/{number}")
    def picture(upload_id: str, number: int) -> Response:
        upload = uploads.find(catalog, upload_id)
        path = uploads.path_of(kb.folder, upload)
        found = images.drawn(upload.content_hash, number, path.read_bytes)
        return Response(found, media_type="image/webp")

    @router.post("/admin/add/{upload_id}/header")
    async def save(request: Request, upload_id: str) -> Response:
        sent = {key: str(value) for key, value in (await request.form()).items()}
        return await run_in_threadpool(_save, request, upload_id, sent, False)

    @router.post("/admin/add/{upload_id}/accept")
    async def accept(request: Request, upload_id: str) -> Response:
        sent = {key: str(value) for key, value in (await request.form()).items()}
        return await run_in_threadpool(_save, request, upload_id, sent, True)

    @router.post("/admin/add/{upload_id}/undo")
    def undo(request: Request, upload_id: str, undo: Typed = "") -> Response:
        upload = uploads.find(catalog, upload_id)
        try:
            take_back(kb, upload, field_named(undo))
        except ReadError as error:
            return _page(request, upload, error=error)
        return _to(upload_id, "undone")

    @router.post("/admin/add/{upload_id}/target")
    def target(
        request: Request, upload_id: str, replaces: Typed = "", none: Typed = ""
    ) -> Response:
        upload = uploads.find(catalog, upload_id)
        try:
            choose_target(kb, upload, "" if none else replaces.strip())
        except KbError as error:
            return _page(request, upload, error=error)
        return _to(upload_id, "target")

    def _save(request: Request, upload_id: str, sent: Mapping[str, str], take: bool) -> Response:
        upload = uploads.find(catalog, upload_id)
        view = view_of(request, site.settings.lang, visitor_of)
        try:
            values = changes_in(sent, view.lang)
            if values:
                put_right(kb, upload, values)
        except ReadError as error:
            return _page(request, upload, error=error, typed=sent)
        if not take:
            return _to(upload_id, "saved" if values else "same")
        if upload.can_accept:
            uploads.change(catalog, upload_id, accepted=True)
        job_id = jobs.submit(visitor_of(request).user, uploads=[upload_id])
        return RedirectResponse(f"/admin/jobs/{job_id}", 303)

    def _page(
        request: Request,
        upload: Upload,
        *,
        error: KbError | None = None,
        typed: Mapping[str, str] | None = None,
    ) -> HTMLResponse:
        view = view_of(request, site.settings.lang, visitor_of)
        made = review(kb, upload)
        if made is None:
            return answer(unread_page(upload, view), request)
        html = review_page(
            made,
            page_of(request),
            view,
            pictures=_shows_pages(upload),
            taken=upload.upload_id in jobs.in_jobs(),
            said=request.query_params.get("done", ""),
            error=error.message(view.lang) if error else "",
            typed=typed,
        )
        return answer(html, request, status_of(error) if error else 200)

    def _shows_pages(upload: Upload) -> bool:
        try:
            with uploads.path_of(kb.folder, upload).open("rb") as file:
                return has_pages(file.read(HEAD))
        except OSError:
            return False

    return router


def _to(upload_id: str, said: str) -> Response:
    return RedirectResponse(f"{review_url(upload_id)}?done={said}", 303)
