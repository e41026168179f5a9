"""The routes of the pages for cadres: search, comparison, export. No logic of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from urllib.parse import parse_qsl, quote

from fastapi import APIRouter, Request, Response
from fastapi.params import Depends

from bot import comparing, excerpts, lessons
from bot.access import Visitor
from bot.engine import Engine
from bot.web.asked import answer, view_of
from bot.web.compare_page import compare_page
from bot.web.frame import View
from bot.web.lessons_page import MOST_WORDS, lessons_page
from bot.web.lessons_texts import lessons_texts
from bot.word import MEDIA_TYPE, excerpts_file, file_name
from bot.word_texts import word_texts
from kb.errors import QuestionError

MOST_VALUES = 20
"""Values of one facet an address may choose."""


def lessons_router(
    engine: Engine,
    lang: str,
    visitor_of: Callable[[Request], Visitor],
    guards: Sequence[Depends] = (),
) -> APIRouter:
    """``/lessons`` and what is below it; ``guards`` are dependencies that let only staff in."""
    router = APIRouter(include_in_schema=False, dependencies=list(guards))

    @router.get("/lessons")
    def search(request: Request) -> Response:
        view = view_of(request, lang, visitor_of)
        selection, number = selection_of(request.query_params.multi_items())
        try:
            result = lessons.search(engine, selection, view.role)
        except QuestionError as error:
            return _refused(error, view, request)
        return answer(lessons_page(result, selection, number, view), request)

    @router.get("/lessons/compare")
    def compare(request: Request) -> Response:
        view = view_of(request, lang, visitor_of)
        topic = request.query_params.get("topic", "").strip()[:MOST_WORDS]
        places = [p for p in request.query_params.getlist("place") if p.strip()]
        places = [p.strip()[:20] for p in places[: comparing.MOST_PLACES]]
        known = comparing.known_places(engine, view.role)
        found, problem = None, ""
        if topic and len(set(places)) >= 2:
            try:
                found = comparing.compare(engine, topic, places, view.role)
            except QuestionError as error:
                problem = error.en if view.lang == "en" else error.zh
        elif request.query_params:
            problem = lessons_texts(view.lang).choose_two if topic or places else ""
        return answer(compare_page(found, topic, places, known, view, problem), request)

    @router.post("/lessons/export")
    async def export(request: Request) -> Response:
        body = (await request.body()).decode("utf-8", "replace")
        view = view_of(request, lang, visitor_of)
        pairs = parse_qsl(body, max_num_fields=4 * excerpts.MOST)
        return exported(engine, [value for key, value in pairs if key == "ref"], view)

    return router


def selection_of(pairs: Sequence[tuple[str, str]]) -> tuple[lessons.Selection, int]:
    """The search an address asks for, and the number of its page; what is odd is left out."""
    words = next((value for key, value in pairs if key == "q"), "").strip()[:MOST_WORDS]
    chosen = {
        facet: tuple(dict.fromkeys(v[:60] for key, v in pairs if key == facet and v))[:MOST_VALUES]
        for facet in lessons.FACETS
    }
    raw = next((value for key, value in pairs if key == "page"), "1")
    number = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 5 else 1
    everything = any(key == "all" and value == "1" for key, value in pairs)
    return lessons.Selection(words, chosen, everything), max(1, number)


def exported(engine: Engine, raw: Sequence[str], view: View) -> Response:
    """The passages referred to as a Word file, those this reader may read."""
    today = date.today()
    references = excerpts.read_references(raw)
    found, gone = excerpts.look_up(engine.kb, references, view.role.audiences, today)
    title = word_texts(view.lang).excerpts
    return word_response(
        excerpts_file(found, gone, title, today, view.lang), file_name(title, today)
    )


def word_response(content: bytes, name: str) -> Response:
    """A Word file as a download."""
    return Response(
        content,
        media_type=MEDIA_TYPE,
        headers={
            "content-disposition": f"attachment; filename*=UTF-8''{quote(name)}",
            "cache-control": "no-store",
        },
    )


def _refused(error: QuestionError, view: View, request: Request) -> Response:
    """The search page with nothing found and the reason."""
    empty = lessons.Result((), dict.fromkeys(lessons.FACETS, ()), ())
    return answer(lessons_page(empty, lessons.Selection(), 1, view), request, 400)
