"""What admins change through the interface: files taken in behind the server, documents removed."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, UploadFile

from bot import audit
from bot.access import Visitor, require
from bot.api.errors import DESCRIBED
from bot.api.models import JobBody, RemovedBody
from bot.file_names import safe_name
from bot.jobs import Job, Jobs
from kb.errors import ReadError
from kb.knowledge_base import KnowledgeBase
from kb.models import Audience, Kind, Role
from kb.stores import not_written

MOST_FILES = 100
"""Files one request may bring."""


def changing_router(kb: KnowledgeBase, jobs: Jobs) -> APIRouter:
    """The routes over a base and its queue of ingests."""
    api = APIRouter(tags=["documents, for admins"], responses=DESCRIBED)
    admin = Depends(require(Role.ADMIN))

    @api.post("/documents", status_code=202, response_model=JobBody)
    def add(
        files: list[UploadFile],
        kind: Annotated[Kind | None, Query(description="what files that do not say so are")] = None,
        audience: Annotated[
            Audience | None, Query(description="for whom files that do not say so are")
        ] = None,
        visitor: Visitor = admin,
    ) -> Any:
        """Add or replace documents from files and archives. They are read behind the server."""
        folder = jobs.inbox()
        try:
            paths = []
            for upload in files[:MOST_FILES]:
                paths.append(_new_file(folder, upload.filename or ""))
                with paths[-1].open("xb") as target:
                    shutil.copyfileobj(upload.file, target)
            if len(files) > MOST_FILES:
                raise ReadError(
                    f"一次最多上传 {MOST_FILES} 个文件。请分几次上传，或打成压缩包。",
                    f"At most {MOST_FILES} files at once. Send them in parts, or as an archive.",
                )
            job_id = jobs.submit(visitor.user, paths, kind=kind, audience=audience)
        except BaseException as error:
            shutil.rmtree(folder, ignore_errors=True)
            if isinstance(error, OSError):
                raise not_written(error) from error
            raise
        return job_to_json(jobs.get(job_id))

    @api.delete("/documents/{document_id}", response_model=RemovedBody)
    def remove(document_id: str, visitor: Visitor = admin) -> Any:
        """Remove a document from every store."""
        title = kb.document(document_id, visitor.role.audiences).header.title
        erased = kb.remove(document_id)
        audit.note(kb.catalog, visitor.user, "document.remove", f"{document_id} {title}")
        return {"document_id": document_id, "erased": erased}

    @api.get("/jobs/{job_id}", response_model=JobBody)
    def job(job_id: str, visitor: Visitor = admin) -> Any:
        """How far an ingest is, and what became of each file."""
        return job_to_json(jobs.get(job_id))

    return api


def job_to_json(job: Job) -> dict[str, Any]:
    """A job as plain JSON values."""
    outcomes = job.outcomes or tuple(f.outcome for f in job.files.values() if f.outcome)
    error = None if job.error is None else {
        "code": "failed", "zh": job.error[0], "en": job.error[1],
    }  # fmt: skip
    return {
        "job_id": job.job_id,
        "state": job.state.value,
        "outcomes": [
            {
                "name": o.name, "result": o.result.value, "document_id": o.document_id,
                "zh": o.zh, "en": o.en,
            }
            for o in outcomes
        ],
        "error": error,
    }  # fmt: skip


def _new_file(folder: Path, given: str) -> Path:
    """Where an uploaded file is put: in ``folder`` by its name, whatever it calls itself. Folders
    in the name tell what the document is, and tell it from others that are called alike.
    """
    name = safe_name(given)
    path, n = folder / name, 1
    while path.exists():
        path, n = folder / str(n) / name, n + 1
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
