"""The routes under ``/api``."""

from __future__ import annotations

from fastapi import APIRouter

from bot.api.ask import ask_router
from bot.api.changing import changing_router
from bot.api.documents import documents_router
from bot.api.finding import finding_router
from bot.asked import Record
from bot.engine import Engine
from bot.jobs import Jobs


def api_router(engine: Engine, record: Record, jobs: Jobs) -> APIRouter:
    """All of them over an engine.

    ``record`` writes down what is asked, ``jobs`` takes in what admins send.
    """
    api = APIRouter(prefix="/api")
    api.include_router(ask_router(engine, record))
    api.include_router(finding_router(engine))
    api.include_router(documents_router(engine.kb))
    api.include_router(changing_router(engine.kb, jobs))
    return api
