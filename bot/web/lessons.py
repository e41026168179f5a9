"""The routes of the pages for cadres: search, comparison, export. No logic of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated
from urllib.parse import parse_qsl, quote

from fastapi import APIRouter, Depends, Form, Path, Request, Response, params
from fastapi.responses import RedirectResponse

from bot import comparing, excerpts, lessons, searches
from bot.access import Visitor
from bot.engine import Engine
from bot.web.asked import answer, view_of
from bot.web.compare_page import compare_page
from bot.web.form_guard import guard_forms, token_field
from bot.web.frame import View
from bot.web.lessons_page import MOST_WORDS, lessons_page, lessons_url
from bot.web.lessons_texts import lessons_texts
from bot.web.saved_searches import Shelf
from bot.word import MEDIA_TYPE, excerpts_file, file_name
from bot.word_texts import word_texts
from kb.errors import QuestionError

MOST_VALUES = 20
"""Values of one facet an address may choose."""

Typed = Annotated[str, Form()]
Number = Annotated[int, Path(ge=1, lt=2**53)]


NOTHING = lessons.Result((), dict.fromkeys(lessons.FACETS, ()), ())


def lessons_router(
    engine: Engine,
    lang: str,
    visitor_of: Callable[[Request], Visitor],
    guards: Sequence[params.Depends] = (),
) -> APIRouter:
    """``/lessons`` and what is below it; ``guards`` are dependencies that let only staff in."""
    router = APIRouter(include_in_schema=False, dependencies=list(guards))

    catalog = engine.kb.catalog

    def found(
        request: Request, pairs: Sequence[tuple[str, str]], problem: str = "", status: int = 200
    ) -> Response:
        """The page of the search that the pairs of an address ask for."""
        selection, number = selection_of(pairs)
        since = number_of(pairs, "since", 0)
        here = lessons_url(selection, number, since)
        view = replace(view_of(request, lang, visitor_of), url=here)
        user = view.visitor
        try:
            result = lessons.search(engine, selection, view.role)
        except QuestionError as error:
            result, selection, number = NOTHING, lessons.Selection(), 1
            problem, status = error.message(view.lang), 400
        shelf = Shelf(searches.every(catalog, user.user), token_field(user), problem)
        page = lessons_page(result, selection, number, view, shelf, since)
        return answer(page, request, status)

    @router.get("/lessons")
    def search(request: Request) -> Response:
        return found(request, request.query_params.multi_items())

    @router.post("/lessons/saved", dependencies=[Depends(guard_forms)])
    def save(request: Request, title: Typed = "", address: Typed = "") -> Response:
        view = view_of(request, lang, visitor_of)
        here = canonical(address)
        try:
            seen = searches.newest(engine.kb)
            searches.save(catalog, view.visitor.user, title, here, seen)
        except QuestionError as error:
            return found(request, pairs_of(address), error.message(view.lang), 400)
        return _to(here)

    @router.get("/lessons/saved/{search_id}")
    def look(request: Request, search_id: Number) -> Response:
        user = visitor_of(request).user
        saved = searches.look(catalog, user, search_id, searches.newest(engine.kb))
        selection, number = selection_of(pairs_of(saved.address))
        return _to(lessons_url(selection, number, saved.seen))

    @router.post("/lessons/saved/{search_id}/delete", dependencies=[Depends(guard_forms)])
    def forget(request: Request, search_id: Number, address: Typed = "") -> Response:
        searches.forget(catalog, visitor_of(request).user, search_id)
        return _to(canonical(address))

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
        return exported(engine, [value for key, value in parse_qsl(body) if key == "ref"], view)

    return router


def selection_of(pairs: Sequence[tuple[str, str]]) -> tuple[lessons.Selection, int]:
    """The search an address asks for, and the number of its page; what is odd is left out."""
    words = next((value for key, value in pairs if key == "q"), "").strip()[:MOST_WORDS]
    chosen = {
        facet: tuple(dict.fromkeys(v[:60] for key, v in pairs if key == facet and v))[:MOST_VALUES]
        for facet in lessons.FACETS
    }
    everything = any(key == "all" and value == "1" for key, value in pairs)
    return lessons.Selection(words, chosen, everything), max(1, number_of(pairs, "page", 1))


def number_of(pairs: Sequence[tuple[str, str]], name: str, default: int) -> int:
    """A number in an address; what is odd is the default."""
    raw = next((value for key, value in pairs if key == name), "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else default


def pairs_of(address: str) -> list[tuple[str, str]]:
    """The pairs of an address that a form sent or that was kept."""
    return parse_qsl(address.partition("?")[2])


def canonical(address: str) -> str:
    """The search an address asks for as an address of ours, whatever else it holds."""
    return lessons_url(selection_of(pairs_of(address))[0])


def _to(address: str) -> Response:
    return RedirectResponse(address, 303, headers={"cache-control": "no-store"})


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
