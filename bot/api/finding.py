"""``/api/search``, ``/api/terms`` and ``/api/health``: what the base holds, for its reader."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from bot.access import Visitor, require
from bot.api.errors import DESCRIBED
from bot.api.models import HealthBody, SearchBody, TermBody, TermsBody
from bot.api.values import hit_to_json, plain
from bot.dictionary import Entry, entries, named
from bot.dictionary import search as search_terms
from bot.engine import Engine
from bot.lessons import Selection
from bot.lessons import search as search_lessons
from kb.errors import NotFound, QuestionError
from kb.models import Kind, Role
from kb.text import sendable

MAX_HITS = 50
"""Most hits one search returns."""
MOST_VALUES = 50
"""Values of one facet a request may name."""

Values = Annotated[list[str], Query(max_length=MOST_VALUES)]


def finding_router(engine: Engine) -> APIRouter:
    """The routes over an engine."""
    api = APIRouter(responses=DESCRIBED)
    anybody = Depends(require(Role.INVESTOR))

    @api.get("/search", response_model=SearchBody, tags=["search"])
    def search(
        q: Annotated[str, Query(description="words, or a question")],
        limit: Annotated[int, Query(ge=1, le=MAX_HITS, description="most hits")] = 10,
        on: Annotated[date | None, Query(description="by the rules of this day")] = None,
        kind: Annotated[list[Kind], Query(description="policy, experience or glossary")] = [],  # noqa: B006
        region: Annotated[Values, Query(description="places; any of them")] = [],  # noqa: B006
        chain: Annotated[Values, Query(description="industry chains")] = [],  # noqa: B006
        topic: Annotated[Values, Query(description="topics")] = [],  # noqa: B006
        year: Annotated[list[int], Query(max_length=MOST_VALUES, description="years")] = [],  # noqa: B006
        everything: Annotated[
            bool, Query(alias="all", description="also what is not in force")
        ] = False,
        facets: Annotated[bool, Query(description="count the documents of each value too")] = False,
        visitor: Visitor = anybody,
    ) -> Any:
        """The passages nearest to the words, best first.

        Values of one facet widen a search, different facets narrow it.
        """
        words = sendable(q).strip()
        if not words:
            raise QuestionError("请输入要查找的词。", "Please enter what to search for.")
        clean = {
            "region": tuple(map(sendable, region)),
            "chain": tuple(map(sendable, chain)),
            "topic": tuple(map(sendable, topic)),
        }
        filters: dict[str, Any] = {f"{name}s": values for name, values in clean.items()}
        if everything:
            filters["include_out_of_force"] = True
        hits = engine.search(
            words, visitor.role, on, kinds=tuple(kind), years=tuple(year), limit=limit, **filters
        )
        made: dict[str, Any] = {"hits": [hit_to_json(hit) for hit in hits]}
        if facets:
            chosen = clean | {"kind": tuple(k.value for k in kind), "year": tuple(map(str, year))}
            found = search_lessons(engine, Selection(words, chosen, everything), visitor.role, on)
            made["facets"] = plain(found.counts)
        return made

    @api.get("/terms", response_model=TermsBody, tags=["terms"])
    def terms(
        q: Annotated[str, Query(description="part of a name, pinyin, or of a definition")] = "",
        limit: Annotated[int, Query(ge=1, le=500, description="most terms")] = 100,
        offset: Annotated[int, Query(ge=0, le=1_000_000, description="how many to skip")] = 0,
        visitor: Visitor = anybody,
    ) -> Any:
        """The glossary, or what a search in it finds."""
        found = search_terms(entries(engine.kb, visitor.role.audiences), sendable(q))
        return {
            "terms": [term_to_json(e) for e in found[offset : offset + limit]],
            "total": len(found),
        }

    @api.get("/terms/{name}", response_model=TermBody, tags=["terms"])
    def term(name: str, visitor: Visitor = anybody) -> Any:
        """One term, by its name, another name of it, or its English name."""
        return term_to_json(term_named(engine, name, visitor.role))

    @api.get("/health", response_model=HealthBody, tags=["health"])
    def health(visitor: Visitor = anybody) -> Any:
        """Whether the base answers, and what the visitor may read of it."""
        documents = engine.kb.documents(visitor.role.audiences)
        return {
            "status": "ok",
            "documents": len(documents),
            "passages": sum(info.passage_count for info in documents),
        }

    return api


def term_named(engine: Engine, name: str, role: Role) -> Entry:
    """The entry of a name. Raises NotFound."""
    found = named(entries(engine.kb, role.audiences), sendable(name))
    if found is None:
        raise NotFound(
            "术语库没有这个词。请用 /api/terms?q= 查找相近的词。",
            "The glossary has no such term. Look for similar ones with /api/terms?q=.",
        )
    return found


def term_to_json(entry: Entry) -> dict[str, Any]:
    """A term as plain JSON values."""
    return {
        "name": entry.name,
        "reading": entry.reading,
        "aliases": list(entry.aliases),
        "english": list(entry.english),
        "related": list(entry.related),
        "meanings": [
            {
                "definition": m.term.definition,
                "document_id": m.info.document_id,
                "title": m.info.header.title,
                "start": m.term.start,
                "end": m.term.end,
            }
            for m in entry.meanings
        ],
    }
