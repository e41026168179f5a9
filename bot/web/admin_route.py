"""Routes of the administration: what goes wrong is told in a page of it, to programs as JSON."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import BeforeValidator

from bot.access import visitor_of
from bot.web.admin_frame import admin_page, problem
from bot.web.asked import answer, view_of
from bot.web.frame import View
from bot.web.upload import Duplicate, TooLarge
from kb.errors import AccountError, BusyError, KbError, NotFound, StoreError

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


def section_router(lang: str, here: str) -> APIRouter:
    """A router for a section's routes; ``lang`` is the page's language unless a reader chose."""

    class SectionRoute(APIRoute):
        def get_route_handler(self) -> Handler:
            handle = super().get_route_handler()

            async def told(request: Request) -> Response:
                try:
                    return await handle(request)
                except AccountError:
                    raise
                except KbError as error:
                    if "text/html" not in request.headers.get("accept", ""):
                        said = {"error": {"zh": error.zh, "en": error.en}}
                        return JSONResponse(said, status_of(error))
                    view = view_of(request, lang, visitor_of)
                    return answer(error_page(error, view, here), request, status_of(error))

            return told

    return APIRouter(route_class=SectionRoute)


def row_number(raw: str) -> int:
    """The number of a row in an address; 0, which no row has, for anything else."""
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 16 else 0


Row = Annotated[int, BeforeValidator(row_number)]
"""A row's number as a part of an address."""


def status_of(error: KbError) -> int:
    """The HTTP status of an error."""
    if isinstance(error, NotFound):
        return 404
    if isinstance(error, TooLarge):
        return 413
    if isinstance(error, Duplicate):
        return 409
    return 503 if isinstance(error, StoreError | BusyError) else 400


def error_page(error: KbError, view: View, here: str) -> str:
    """A page that says what was not done and what to do."""
    title = "Nothing was done" if view.lang == "en" else "没有执行"
    return admin_page(title, problem(error.message(view.lang)), view, here)
