"""For whatever watches the server: is it alive, and would it answer a question now?"""

from __future__ import annotations

import threading

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from sqlalchemy import text

from kb.errors import KbError
from kb.knowledge_base import KnowledgeBase


def health_router(kb: KnowledgeBase, draining: threading.Event) -> APIRouter:
    """``/healthz`` and ``/readyz``: open to everybody, and telling nothing of what is held.

    ``draining`` is set once the server is about to stop.
    """
    router = APIRouter(include_in_schema=False)

    @router.get("/healthz")
    def alive() -> dict[str, str]:
        return {"status": "alive"}

    @router.get("/readyz")
    def ready() -> JSONResponse:
        checks = {
            "base": _is_open(kb),
            "encoder": kb.models.encoder_is_loaded,
            "accepting": not draining.is_set(),
        }
        fine = all(checks.values())
        return JSONResponse(
            {"status": "ready" if fine else "not ready", "checks": checks}, 200 if fine else 503
        )

    return router


def _is_open(kb: KnowledgeBase) -> bool:
    """Whether the catalog can be read now."""
    try:
        with kb.catalog.begin() as connection:
            connection.execute(text("SELECT live_version FROM documents LIMIT 1")).all()
    except KbError:
        return False
    return True
