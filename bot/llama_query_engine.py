"""The engine as a LlamaIndex query engine: answers with citations, for LlamaIndex programs."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.response.schema import Response
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from bot.answering import answer_events, last
from bot.engine import Engine
from bot.spoken import spoken
from kb.models import Citation, Role
from kb.text import is_english


class KbQueryEngine(BaseQueryEngine):  # type: ignore[misc]  # LlamaIndex is not typed for mypy here
    """Answers as ``Engine`` does. Safe to call from several threads.

    ``str(response)`` is the answer with numbered sources; ``source_nodes`` are the quotes, in the
    order of their numbers; ``metadata`` holds ``status``, ``confidence`` and ``answer`` itself.
    """

    def __init__(
        self, engine: Engine, role: Role = Role.INVESTOR, on: date | None = None, site: str = ""
    ) -> None:
        """``on``: the day whose rules hold (None: today); ``site``: where links lead to."""
        super().__init__(callback_manager=None)
        self._engine = engine
        self._role = role
        self._on = on
        self._site = site

    def _get_prompt_modules(self) -> dict[str, Any]:
        """There are no prompts to change: what may be said is what documents say."""
        return {}

    def _query(self, query_bundle: QueryBundle) -> Response:
        question = query_bundle.query_str
        lang = "en" if is_english(question) else "zh"
        answer = last(answer_events(self._engine, question, self._role, self._on, (), lang)).answer
        return Response(
            response=spoken(answer, lang, self._site),
            source_nodes=[_node(citation) for citation in answer.citations],
            metadata={
                "status": answer.status.value, "confidence": answer.confidence, "answer": answer,
            },
        )  # fmt: skip

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        return await asyncio.to_thread(self._query, query_bundle)


def _node(citation: Citation) -> NodeWithScore:
    metadata = {
        "document_id": citation.document_id,
        "title": citation.title,
        "doc_number": citation.doc_number,
        "path": list(citation.path),
        "page": citation.page,
        "validity": citation.validity.value,
    }
    node = TextNode(
        id_=f"{citation.document_id}:{citation.start}-{citation.end}",
        text=citation.quote,
        metadata=metadata,
        start_char_idx=citation.start,
        end_char_idx=citation.end,
    )
    return NodeWithScore(node=node)
