"""The routes for adding documents: uploading, what waits for a decision, taking it in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from bot import audit
from bot.access import visitor_of
from bot.web.admin_add_page import add_page, review_url, state_words
from bot.web.admin_add_texts import add_texts
from bot.web.admin_route import section_router, status_of
from bot.web.admin_site import AdminSite
from bot.web.asked import answer, view_of
from bot.web.upload import receive, wish_of
from kb import uploads
from kb.errors import KbError, NotFound, ReadError
from kb.models import Audience
from kb.uploads import Upload

Typed = Annotated[str, Form()]
_CHUNK = 1 << 18


def add_router(site: AdminSite) -> APIRouter:
    """``/admin/add`` and what is below it, ``/admin/upload``."""
    router = section_router(site.settings.lang, "add")
    kb, jobs = site.kb, site.jobs

    @router.get("/admin/add")
    def show(request: Request) -> HTMLResponse:
        return _page(request)

    @router.get("/admin/add/state")
    def state(request: Request) -> JSONResponse:
        """How far each upload is, for the page's script."""
        view = view_of(request, site.settings.lang, visitor_of)
        pages, taken = jobs.previews.pages(), jobs.in_jobs()
        told = [
            _told(upload, state_words(upload, pages, taken, view.lang))
            for upload in uploads.every(kb.catalog)
        ]
        return JSONResponse({"uploads": told}, headers={"cache-control": "no-store"})

    @router.post("/admin/upload")
    async def upload(
        request: Request, name: str = "", kind: str = "", audience: str = "", replaces: str = "",
        look: str = "1",
    ) -> JSONResponse:  # fmt: skip
        """One file as the whole body: what the page's script and the command line send."""
        wish = wish_of(visitor_of(request).user, kind, audience, replaces)
        made = await receive(kb, jobs, name, wish, request.stream())
        await run_in_threadpool(_uploaded, made, look != "0")
        return JSONResponse({"upload_id": made.upload_id, "review": review_url(made.upload_id)})

    @router.post("/admin/add")
    async def send(request: Request) -> Response:
        """The plain form: several files, without a script."""
        made: list[Upload] = []
        errors: list[KbError] = []
        async with request.form() as form:
            kind, audience, replaces = (
                str(form.get(key, "")) for key in ("kind", "audience", "replaces")
            )
            wish = wish_of(visitor_of(request).user, kind, audience, replaces)
            at_once = form.get("then") == "take"
            for file in form.getlist("files"):
                if not isinstance(file, UploadFile) or not file.filename:
                    continue
                try:
                    made.append(await receive(kb, jobs, file.filename, wish, _chunks(file)))
                except KbError as error:
                    errors.append(error)
        if not made and not errors:
            errors.append(ReadError(*_NOTHING))
        return await run_in_threadpool(_sent, request, made, errors, at_once)

    @router.post("/admin/add/take")
    def take(request: Request, upload: Annotated[list[str], Form()] = []) -> Response:  # noqa: B006
        """Take the chosen uploads in, or discard them."""
        if not upload:
            return _page(request, [ReadError(*_NONE_CHOSEN)], status=400)
        job_id = jobs.submit(visitor_of(request).user, uploads=list(dict.fromkeys(upload)))
        if "text/html" not in request.headers.get("accept", ""):
            return JSONResponse({"job_id": job_id})
        return RedirectResponse(f"/admin/jobs/{job_id}", 303)

    @router.post("/admin/add/discard")
    def discard(request: Request, upload: Annotated[list[str], Form()] = []) -> Response:  # noqa: B006
        if not upload:
            return _page(request, [ReadError(*_NONE_CHOSEN)], status=400)
        names = [uploads.find(kb.catalog, i).name for i in upload]
        if set(upload) & jobs.in_jobs():
            raise NotFound(*_TAKEN)
        jobs.previews.discard(upload)
        audit.note(site.catalog, visitor_of(request).user, "upload.discard", "、".join(names)[:500])
        return RedirectResponse("/admin/add?done=discarded", 303)

    def _uploaded(made: Upload, look: bool) -> None:
        audit.note(site.catalog, made.who, "upload", made.name)
        if look:
            jobs.previews.wake()

    def _sent(
        request: Request, made: list[Upload], errors: list[KbError], at_once: bool
    ) -> Response:
        for each in made:
            _uploaded(each, look=not at_once)
        if made and at_once:
            ids = [each.upload_id for each in made]
            job_id = jobs.submit(visitor_of(request).user, uploads=ids)
            if not errors:
                return RedirectResponse(f"/admin/jobs/{job_id}", 303)
        if errors:
            return _page(request, errors, len(made), max(status_of(error) for error in errors))
        if len(made) == 1:
            return RedirectResponse(review_url(made[0].upload_id), 303)
        return RedirectResponse(f"/admin/add?{urlencode({'done': 'sent'})}", 303)

    def _page(
        request: Request, errors: list[KbError] | None = None, kept: int = 0, status: int = 200
    ) -> HTMLResponse:
        view = view_of(request, site.settings.lang, visitor_of)
        said = add_texts(view.lang).done.get(request.query_params.get("done", ""), "")
        if kept:
            said = add_texts(view.lang).kept.format(n=kept)
        replaces = request.query_params.get("replaces", "")
        target = kb.document(replaces, list(Audience)) if replaces else None
        html = add_page(
            uploads.every(kb.catalog),
            jobs.previews.pages(),
            jobs.in_jobs(),
            site.settings.max_file_mb,
            view,
            said=said,
            errors=[error.message(view.lang) for error in errors or ()],
            target=target,
        )
        return answer(html, request, status)

    return router


def _told(upload: Upload, words: tuple[str, str]) -> dict[str, Any]:
    state, said = words
    return {"upload_id": upload.upload_id, "state": state, "said": said}


async def _chunks(file: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await file.read(_CHUNK):
        yield chunk


_NOTHING = (
    "没有选择文件。请选择一个或几个文件再上传。",
    "No file was chosen. Choose one or more files and upload them.",
)
_NONE_CHOSEN = ("没有选中文件。请先勾选。", "No file is ticked. Tick some first.")
_TAKEN = (
    "选中的文件里有正在导入的，没有丢弃。要停止导入请到任务页。",
    "Some of these files are being taken in; nothing was discarded. To stop that see the jobs.",
)
