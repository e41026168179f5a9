"""The routes of the jobs: the list, one of them, how far it is, cancelling it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from bot.access import visitor_of
from bot.jobs import Job
from bot.web.admin_jobs_page import file_words, job_page, job_url, jobs_page, progress_words
from bot.web.admin_route import section_router
from bot.web.admin_site import AdminSite
from bot.web.asked import answer, view_of


def jobs_router(site: AdminSite) -> APIRouter:
    """``/admin/jobs`` and what is below it."""
    router = section_router(site.settings.lang, "jobs")
    jobs = site.jobs

    @router.get("/admin/jobs")
    def listed(request: Request) -> HTMLResponse:
        view = view_of(request, site.settings.lang, visitor_of)
        return answer(jobs_page(jobs.every(), view), request)

    @router.get("/admin/jobs/{job_id}")
    def one(request: Request, job_id: str) -> HTMLResponse:
        view = view_of(request, site.settings.lang, visitor_of)
        job = jobs.get(job_id)
        said = request.query_params.get("done", "")
        return answer(job_page(job, _not_yet(job), view, said), request)

    @router.get("/admin/jobs/{job_id}/state")
    def state(request: Request, job_id: str) -> JSONResponse:
        """How far a job is, with rate and time left, for the page's script."""
        view = view_of(request, site.settings.lang, visitor_of)
        told = state_of(jobs.get(job_id), view.lang)
        return JSONResponse(told, headers={"cache-control": "no-store"})

    @router.post("/admin/jobs/{job_id}/cancel")
    def cancel(request: Request, job_id: str) -> Response:
        jobs.cancel(job_id, visitor_of(request).user)
        return RedirectResponse(f"{job_url(job_id)}?done=cancelled", 303)

    return router


def state_of(job: Job, lang: str) -> dict[str, Any]:
    """A job for the page's script: where it is, and words for it and for each of its files."""
    return {
        "state": job.state.value,
        "over": job.over,
        "said": progress_words(job, lang),
        "done": job.event.files_done,
        "files": job.event.files,
        "rate": job.pace.rate if job.pace else None,
        "left": job.pace.left if job.pace else None,
        "each": {name: file_words(file, lang) for name, file in job.files.items()},
    }


def _not_yet(job: Job) -> list[str]:
    """The names of files that a job has not come to."""
    return [name for name in job.names if name not in job.files]
