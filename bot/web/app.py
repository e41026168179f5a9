"""The web application: the page, source pages, the JSON interface, and what guards them."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import Depends, FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from bot.access import ALLOWED, Refused, Verdict, mount_guard, require, visitor_of
from bot.api.chat import chat_router
from bot.api.errors import add_error_answers, told
from bot.api.routes import api_router
from bot.asking_again import after_ingest
from bot.engine import Engine
from bot.jobs import Jobs
from bot.metrics import Metrics, exposed
from bot.recorder import Recorder
from bot.traffic import Traffic
from bot.web.account import account_router
from bot.web.admin import admin_router
from bot.web.admin_site import AdminSite
from bot.web.asked import LANGUAGE_COOKIE, answer, view_of
from bot.web.chat import log_failure, parse_day
from bot.web.document import document_page, missing_page
from bot.web.form_guard import StaleForm
from bot.web.frame import ICON, STYLESHEET
from bot.web.health import health_router
from bot.web.identity import forget_what_is_over, identify, identify_key
from bot.web.lessons import lessons_router
from bot.web.mcp_door import add_mcp
from bot.web.measured import Measured
from bot.web.origin import cookie
from bot.web.page_images import PageImages, shows_pages
from bot.web.provider import provider_router
from bot.web.refusals import refusal
from bot.web.security import Shield, add_nonce
from bot.web.server import DrainingServer, listen
from bot.web.source import look_up
from bot.web.terms import terms_router
from bot.web.texts import EN, ZH, texts
from kb.errors import NotFound, QuestionError
from kb.models import Role
from kb.settings import Settings

if TYPE_CHECKING:
    import gradio as gr

PAGES = {"/cadre": Role.CADRE, "/": Role.INVESTOR}
"""The Gradio pages, and as whom they ask. What stands at ``/`` gets whatever nobody else takes."""

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
STATIC = Path(__file__).parent / "static"

_META = re.compile(r"<meta\s+(?:property|name)=\"(?:og|twitter):[^>]*>\s*")


def build_app(engine: Engine, settings: Settings, jobs: Jobs | None = None) -> FastAPI:
    """Everything a browser or a program can reach, over an engine. ``bot.access`` says by whom.

    ``jobs`` takes in what admins upload; who passes it closes it. What is asked is written down by
    ``app.state.recorder``; ``app.state.site`` is what admins work on.
    """
    from bot.web.page import build_page, language_of

    catalog = engine.kb.catalog
    jobs = jobs or Jobs(engine.kb, Traffic(), after_ingest(engine.kb))
    recorder = Recorder(catalog, keep_text=engine.kb.settings.keep_unanswered)

    @asynccontextmanager
    async def living(_app: FastAPI) -> AsyncIterator[None]:
        yield
        await asyncio.to_thread(recorder.flush)

    app = FastAPI(
        title=ZH.product, docs_url=None, redoc_url=None, openapi_url="/api/openapi.json",
        lifespan=living,
    )  # fmt: skip
    app.state.recorder = recorder
    app.state.metrics = metrics = Metrics(engine.kb, jobs)
    app.state.draining = threading.Event()
    record = metrics.counting(recorder.record)
    app.include_router(health_router(engine.kb, app.state.draining))
    app.include_router(api_router(engine, record, jobs))
    app.include_router(chat_router(engine, record))
    add_mcp(app, engine, record)
    add_error_answers(app)
    app.mount("/ui", StaticFiles(directory=STATIC))
    _add_sources(app, engine, settings.lang)
    app.include_router(terms_router(engine.kb, settings.lang, visitor_of))
    guards = [Depends(require(Role.CADRE))]
    app.include_router(lessons_router(engine, settings.lang, visitor_of, guards))
    app.state.site = AdminSite(engine, settings, jobs)
    app.include_router(admin_router(app.state.site))
    app.include_router(account_router(catalog, settings, provider=bool(settings.oidc_issuer)))
    if settings.oidc_issuer:
        app.include_router(provider_router(catalog, settings))

    @app.get("/favicon.ico", include_in_schema=False)
    def icon() -> RedirectResponse:
        return RedirectResponse(ICON)

    @app.exception_handler(Refused)
    def refused(request: Request, error: Refused) -> Response:
        return refusal(request.scope, error, settings.lang)

    @app.exception_handler(StaleForm)
    def stale(request: Request, error: StaleForm) -> Response:
        return refusal(request.scope, error, settings.lang)

    @app.exception_handler(Exception)
    def unexpected(request: Request, error: Exception) -> JSONResponse:
        log_failure(request.url.path, error)
        return told(request.url.path, 500, ZH.failed, EN.failed)

    def rewrite(html: str, scope: Scope, nonce: str) -> str:
        lang = language_of(cookie(scope, LANGUAGE_COOKIE), settings.lang)
        return add_nonce(front(html, lang, settings.lang), nonce)

    def mount_pages() -> None:
        for path, role in PAGES.items():
            mount(app, path, build_page(engine, settings.lang, role, record))

    _shut(app, settings.lang)
    _inside_a_loop(mount_pages)
    forget_what_is_over(catalog, settings)
    app.add_middleware(
        Shield,
        rewrite=rewrite,
        identify=lambda secret: identify(catalog, secret, settings),
        identify_key=lambda secret: identify_key(catalog, secret),
        settings=settings,
        mounts=tuple(PAGES),
    )
    app.add_middleware(Measured, metrics=metrics)
    return app


def mount(app: FastAPI, path: str, page: gr.Blocks) -> None:
    """Mount a Gradio page at an address of ``bot.access.ALLOWED``; the one at ``/`` comes last."""
    import gradio as gr

    from bot.web.theme import theme

    gr.mount_gradio_app(
        app,
        page,
        path=path,
        auth_dependency=None if path == "/" else mount_guard(path),
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        enable_monitoring=False,
        max_file_size=1,
        theme=theme(),
    )


def _shut(app: FastAPI, lang: str) -> None:
    """Nothing below an address of ours falls through to Gradio's page at ``/``."""

    def nothing(request: Request) -> Response:
        return refusal(request.scope, Refused(Verdict.UNKNOWN), lang)

    for area in ALLOWED.keys() - PAGES.keys():
        app.router.add_route(area + "{rest:path}", nothing, METHODS, include_in_schema=False)


def _inside_a_loop(action: Callable[[], None]) -> None:
    """Call it while an event loop runs: without one Gradio makes some and never closes them."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:

        async def inside() -> None:
            action()

        asyncio.run(inside())
    else:
        action()


def _add_sources(app: FastAPI, engine: Engine, first: str) -> None:
    """The page of each document its reader may see; all others are missing alike."""
    images = PageImages(engine.kb)

    @app.get("/source/image/{version_id}/{number}", include_in_schema=False)
    def picture(request: Request, version_id: int, number: int) -> Response:
        visitor = visitor_of(request)
        found = images.get(version_id, number, visitor.role.audiences)
        kept = "no-store" if visitor.user else "private, max-age=3600"
        return Response(found, media_type="image/webp", headers={"cache-control": kept})

    @app.get("/source/{document_id:path}", include_in_schema=False)
    def source(
        request: Request,
        document_id: str,
        start: str = "",
        end: str = "",
        version: str = "",
        on: str = "",
        page: str = "",
    ) -> HTMLResponse:
        kb = engine.kb
        view = view_of(request, first, visitor_of)
        try:
            found = look_up(
                kb,
                document_id,
                _day(on),
                version=_number(version),
                span=_span(_number(start), _number(end)),
                audiences=view.role.audiences,
            )
            version_id = found.info.version_id
            pages = kb.catalog.pages(version_id)
            html = document_page(
                found,
                kb.catalog.passages(version_id),
                pages,
                view,
                pictures=bool(pages) and shows_pages(kb, found.info),
                shown=_number(page),
            )
        except NotFound:
            return answer(missing_page(view), request, 404)
        return answer(html, request)


def front(html: str, lang: str, first: str) -> str:
    """Gradio's page as ours: its language, our style from the first paint, no talk of Gradio.

    ``first`` is the language the page is built in; while another is on its way nothing shows.
    """
    t = texts(lang)
    waiting = ' class="waiting"' if lang != first else ""
    html = re.sub(r'<html\s+lang="en"', f'<html lang="{t.html_lang}"{waiting}', html, count=1)
    own = (
        f"<title>{t.product} · {t.page}</title>"
        f'<link rel="icon" href="{ICON}" type="image/svg+xml">'
        f'<link rel="stylesheet" href="{STYLESHEET}"><script src="/ui/kb.js" defer></script>'
    )
    return _META.sub("", html).replace("</head>", f"{own}</head>", 1)


def serve(
    engine: Engine,
    settings: Settings,
    on_ready: Callable[[str], None],
    jobs: Jobs | None = None,
) -> None:
    """Serve until stopped (Ctrl-C); ``on_ready`` gets the page's address once it answers.

    Raises SettingsError when the address cannot be listened on.
    """
    with listen(settings.host, settings.port) as listening:
        server = make_server(engine, settings, on_ready, jobs)
        with exposed(server.metrics, settings):
            server.run(sockets=[listening])


def make_server(
    engine: Engine,
    settings: Settings,
    on_ready: Callable[[str], None],
    jobs: Jobs | None = None,
) -> DrainingServer:
    """The server ``serve`` runs; it prints nothing, and stops when ``should_exit`` is set."""
    return DrainingServer(build_app(engine, settings, jobs), on_ready, settings.drain_seconds)


def _day(raw: str) -> date:
    try:
        return parse_day(raw) or date.today()
    except QuestionError:
        return date.today()


def _number(raw: str) -> int | None:
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 12 else None


def _span(start: int | None, end: int | None) -> tuple[int, int] | None:
    return (start, end) if start is not None and end is not None else None
