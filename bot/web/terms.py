"""The routes of the glossary's pages. What they show comes from ``bot.dictionary``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from bot import dictionary
from bot.access import Visitor
from bot.web.asked import answer, view_of
from bot.web.terms_page import MOST_WORDS, list_page, missing_term, term_page, term_url
from kb.knowledge_base import KnowledgeBase
from kb.validity import validity


def terms_router(
    kb: KnowledgeBase, lang: str, visitor_of: Callable[[Request], Visitor]
) -> APIRouter:
    """``/terms`` and ``/terms/NAME``, in the page's language ``lang`` unless a reader chose."""
    router = APIRouter(include_in_schema=False)

    @router.get("/terms")
    def all_terms(request: Request, q: str = "") -> HTMLResponse:
        view = view_of(request, lang, visitor_of)
        every = dictionary.entries(kb, view.role.audiences)
        words = q.strip()[:MOST_WORDS]
        found = dictionary.search(every, words) if words else every
        return answer(list_page(found, len(every), words, view), request)

    @router.get("/terms/{name:path}")
    def one_term(request: Request, name: str) -> HTMLResponse:
        view = view_of(request, lang, visitor_of)
        audiences = view.role.audiences
        every = dictionary.entries(kb, audiences)
        entry = dictionary.named(every, name)
        if entry is None:
            return answer(missing_term(view), request, 404)
        used = dictionary.uses(kb, entry, audiences)
        today = date.today()
        versions = {use.info.version_id: use.info for use in used}
        related = [
            (word, term_url(other.name) if (other := dictionary.named(every, word)) else "")
            for word in entry.related
        ]
        html = term_page(
            entry,
            {m.info.version_id: dictionary.explanation(kb, m) for m in entry.meanings},
            used,
            kb.catalog.texts(versions),
            related,
            {v: validity(info.header, today) for v, info in versions.items()},
            view,
        )
        return answer(html, request)

    return router
