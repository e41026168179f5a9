"""The encoder as a LlamaIndex ``BaseEmbedding``, so that LlamaIndex users can plug it in.

``Settings.embed_model = KbEmbedding(load_encoder("offline", folder))``
"""

from __future__ import annotations

import asyncio
from typing import Any

from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.bridge.pydantic import PrivateAttr

from kb.encoder import Encoder


class KbEmbedding(BaseEmbedding):  # type: ignore[misc]  # LlamaIndex is not typed for mypy here
    """Queries and texts keep their different prefixes; vectors are unit rows as lists of float."""

    _encoder: Encoder = PrivateAttr()

    def __init__(self, encoder: Encoder, embed_batch_size: int = 256, **options: Any) -> None:
        """``embed_batch_size`` texts go to the encoder at once; it spreads them over the cores."""
        options.setdefault("model_name", encoder.fingerprint.text)
        super().__init__(embed_batch_size=embed_batch_size, **options)
        self._encoder = encoder

    @classmethod
    def class_name(cls) -> str:
        """The name LlamaIndex writes into serialized settings."""
        return "KbEmbedding"

    def _get_query_embedding(self, query: str) -> list[float]:
        return _lists(self._encoder.encode_queries([query]))[0]

    def _get_text_embedding(self, text: str) -> list[float]:
        return _lists(self._encoder.encode_passages([text]))[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return _lists(self._encoder.encode_passages(texts))

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return await asyncio.to_thread(self._get_query_embedding, query)

    async def _aget_text_embedding(self, text: str) -> list[float]:
        return await asyncio.to_thread(self._get_text_embedding, text)

    async def _aget_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return await asyncio.to_thread(self._get_text_embeddings, texts)


def _lists(vectors: Any) -> list[list[float]]:
    rows: list[list[float]] = vectors.tolist()
    return rows
