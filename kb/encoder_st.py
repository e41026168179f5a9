"""Any sentence-transformers model as an encoder, for those who configure one (``KB_ENCODER``).

sentence-transformers and torch take seconds to import; this module is imported only then.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kb.encoder import Fingerprint, Progress, Vectors
from kb.errors import EncoderError
from kb.hub_model import Use, load_model, model_folder
from kb.unigram import UNENCODABLE

_SLICE = 128  # passages between two progress reports
_USE = Use("SentenceTransformer", "KB_ENCODER", "离线编码器", "the offline encoder")
_E5_PROMPTS = {"query": "query: ", "document": "passage: "}


class SentenceTransformersEncoder:
    """A model folder or a hub name, with the prompts the model itself asks for.

    A hub model that was used before is taken from the local cache without asking the network.
    Models of the e5 family that do not state their prompts get ``query: `` and ``passage: ``.
    """

    def __init__(self, name: str, threads: int | None = None) -> None:
        """Load the model. Raises EncoderError when it is missing or cannot be loaded."""
        self._model = load_model(name, _USE)
        if threads:
            import torch

            torch.set_num_threads(threads)
        stated = any(self._model.prompts.get(key) for key in ("query", "document", "passage"))
        if not stated and "e5" in re.split(r"[^a-z0-9]+", Path(name).name.lower()):
            self._model.prompts = dict(_E5_PROMPTS)
        dimension = self._model.get_embedding_dimension()
        if not dimension:
            raise EncoderError(
                f"模型 {name} 不输出句向量。请换一个 sentence-transformers 句向量模型。",
                f"The model {name} gives no sentence vectors. Choose a sentence-transformers "
                "embedding model.",
            )
        label = Path(name).name if model_folder(name) else name
        self._fingerprint = Fingerprint(label, _version(self._model), int(dimension))
        self._lock = threading.Lock()  # Hugging Face's tokenizers refuse a second caller

    @property
    def fingerprint(self) -> Fingerprint:
        """Name, a hash of weights, prompts and pooling, and the dimension."""
        return self._fingerprint

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """(texts, dimension) float32 unit rows, in the given order."""
        return self._encode(self._model.encode_query, texts, None)

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """(texts, dimension) float32 unit rows, in the given order."""
        return self._encode(self._model.encode_document, texts, progress)

    def _encode(
        self, encode: Callable[..., Any], texts: Sequence[str], progress: Progress | None
    ) -> Vectors:
        clean = [text.translate(UNENCODABLE) for text in texts]
        vectors = np.empty((len(clean), self._fingerprint.dimension), np.float32)
        for start in range(0, len(clean), _SLICE):
            part = clean[start : start + _SLICE]
            with self._lock:
                rows = encode(part, normalize_embeddings=True, show_progress_bar=False)
            vectors[start : start + len(part)] = rows
            if progress is not None:
                progress(start + len(part), len(clean))
        return vectors


def _version(model: Any) -> str:
    """Twelve hex digits over prompts, module settings and a sample of every weight tensor.

    Sampled, so that a model of gigabytes is not read twice; a retrained model differs in it.
    """
    digest = hashlib.sha256(json.dumps(model.prompts, sort_keys=True).encode())
    for module in model:
        settings = module.get_config_dict() if hasattr(module, "get_config_dict") else {}
        digest.update(f"{type(module).__name__}{json.dumps(settings, default=str)}".encode())
    for name, tensor in sorted(model.state_dict().items()):
        flat = tensor.detach().flatten()
        sample = flat[:: max(1, flat.numel() // 64)][:64].float().cpu().numpy()
        digest.update(f"{name}{tuple(tensor.shape)}".encode() + sample.tobytes())
    return digest.hexdigest()[:12]
