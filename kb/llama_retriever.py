"""The base as a LlamaIndex ``BaseRetriever``, so that LlamaIndex users can plug it in.

``RetrieverQueryEngine.from_args(KbRetriever(kb), llm=...)``
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from kb.knowledge_base import KnowledgeBase
from kb.models import Audience, Hit, Query


class KbRetriever(BaseRetriever):  # type: ignore[misc]  # LlamaIndex is not typed for mypy here
    """Windows of documents in force, best first. Safe to call from several threads.

    A node's text is ``document_text[start:end]``, its score the fused score (higher is better),
    its id ``document_id:start-end``. Metadata (``document_id``, ``title``, ``doc_number``,
    ``path``, ``page``, ``start``, ``end``, ``validity``) is for the program; a language model and
    an encoder see only the title and the number beside the text.
    """

    def __init__(
        self,
        kb: KnowledgeBase,
        audiences: Sequence[Audience] = (Audience.PUBLIC,),
        limit: int = 10,
        on: date | None = None,
    ) -> None:
        """``on``: the day whose rules are asked for; by default the day of each question."""
        super().__init__()
        self._kb = kb
        self._audiences = tuple(audiences)
        self._limit = limit
        self._on = on

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        query = Query(
            text=query_bundle.query_str,
            on=self._on or date.today(),
            audiences=self._audiences,
            limit=self._limit,
        )
        return [_node(hit) for hit in self._kb.search(query)]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)


def _node(hit: Hit) -> NodeWithScore:
    header = hit.document.header
    first = hit.passages[0] if hit.passages else None
    metadata = {
        "document_id": hit.document.document_id,
        "title": header.title,
        "doc_number": header.doc_number,
        "path": list(first.path) if first else [],
        "page": first.page if first else None,
        "start": hit.start,
        "end": hit.end,
        "validity": hit.validity.value,
    }
    unseen = [name for name in metadata if name not in ("title", "doc_number")]
    node = TextNode(
        id_=f"{hit.document.document_id}:{hit.start}-{hit.end}",
        text=hit.text,
        metadata=metadata,
        excluded_llm_metadata_keys=unseen,
        excluded_embed_metadata_keys=unseen,
        start_char_idx=hit.start,
        end_char_idx=hit.end,
    )
    return NodeWithScore(node=node, score=hit.score)
