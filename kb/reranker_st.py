"""Any sentence-transformers cross-encoder as a reranker, for those who configure one.

sentence-transformers and torch take seconds to import; this module is imported only then
(``KB_RERANKER``).
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np

from kb.hub_model import Use, load_model
from kb.reranker import Logits
from kb.unigram import UNENCODABLE

_USE = Use("CrossEncoder", "KB_RERANKER", "离线重排模型", "the offline reranker")


class SentenceTransformersReranker:
    """A model folder or a hub name; its raw logit, whatever activation the model asks for.

    A hub model that was used before is taken from the local cache without asking the network.
    """

    def __init__(self, name: str, threads: int | None = None) -> None:
        """Load the model. Raises EncoderError when it is missing or cannot be loaded."""
        self._model = load_model(name, _USE)
        if threads:
            import torch

            torch.set_num_threads(threads)
        self._lock = threading.Lock()  # Hugging Face's tokenizers refuse a second caller

    def score(self, question: str, passages: Sequence[str]) -> Logits:
        """(passages,) float32 logits, in the given order."""
        import torch

        if not passages:
            return np.empty(0, np.float32)
        asked = question.translate(UNENCODABLE)
        pairs = [(asked, passage.translate(UNENCODABLE)) for passage in passages]
        with self._lock:
            found = self._model.predict(
                pairs, activation_fn=torch.nn.Identity(), show_progress_bar=False
            )
        return np.asarray(found, np.float32).reshape(len(pairs), -1)[:, -1]
