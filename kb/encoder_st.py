"""Any sentence-transformers model as an encoder, for those who configure one (``KB_ENCODER``).

sentence-transformers and torch take seconds to import; this module is imported only then.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import socket
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from kb.encoder import Fingerprint, Progress, Vectors
from kb.errors import EncoderError
from kb.unigram import UNENCODABLE

_HUB_NAME = re.compile(r"[\w-][\w.-]*(/[\w-][\w.-]*)?", re.ASCII)
_SLICE = 128  # passages between two progress reports
_E5_PROMPTS = {"query": "query: ", "document": "passage: "}


class SentenceTransformersEncoder:
    """A model folder or a hub name, with the prompts the model itself asks for.

    A hub model that was used before is taken from the local cache without asking the network.
    Models of the e5 family that do not state their prompts get ``query: `` and ``passage: ``.
    """

    def __init__(self, name: str, threads: int | None = None) -> None:
        """Load the model. Raises EncoderError when it is missing or cannot be loaded."""
        self._model = _load(name)
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
        label = Path(name).name if _folder(name) else name
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


def _folder(name: str) -> Path | None:
    path = Path(name).expanduser()
    return path if path.is_dir() else None


def _load(name: str) -> Any:
    """The model, from its folder, else from the local cache, else from the hub."""
    folder = _folder(name)
    if folder is None and not _HUB_NAME.fullmatch(name):
        raise EncoderError(
            f"找不到模型文件夹 {name}。请检查 KB_ENCODER，或删去该设置以使用离线编码器。",
            f"There is no model folder {name}. Check KB_ENCODER, or remove it to use the offline "
            "encoder.",
        )
    if folder is not None:
        os.environ["HF_HUB_OFFLINE"] = "1"  # before the import below reads it
    offline = os.environ.get("HF_HUB_OFFLINE", "").upper() in {"1", "ON", "YES", "TRUE"}
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise EncoderError(
            "没有安装 sentence-transformers。请运行 pip install sentence-transformers，"
            "或删去 KB_ENCODER 以使用离线编码器。",
            "sentence-transformers is not installed. Run pip install sentence-transformers, or "
            "remove KB_ENCODER to use the offline encoder.",
        ) from error
    try:
        return SentenceTransformer(str(folder or name), local_files_only=True)
    except Exception as error:  # whatever a model raises, the remedy is one
        if folder is not None:
            raise _unloadable(str(folder), error) from error
        if offline or not _hub_answers():
            raise _absent(name) from error
    try:
        return SentenceTransformer(name)
    except Exception as error:
        raise _unloadable(name, error) from error


def _hub_answers() -> bool:
    """Whether the hub's name resolves; without this a machine with no network waits a minute."""
    if any(os.environ.get(key) for key in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")):
        return True  # then the proxy resolves names
    host = urlsplit(os.environ.get("HF_ENDPOINT", "https://huggingface.co")).hostname
    try:
        socket.getaddrinfo(host, 443)
    except OSError:
        return False
    return True


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


def _absent(name: str) -> EncoderError:
    return EncoderError(
        f"本机没有模型 {name}，也连不上模型库。请在能上网的机器上运行 "
        f"hf download {name} --local-dir 文件夹，拷来后把 KB_ENCODER 设为该文件夹；"
        "或删去 KB_ENCODER 以使用离线编码器。",
        f"The model {name} is not on this machine and the hub cannot be reached. On a machine with "
        f"a network run hf download {name} --local-dir FOLDER, copy it here and set KB_ENCODER to "
        "that folder; or remove KB_ENCODER to use the offline encoder.",
    )


def _unloadable(name: str, error: Exception) -> EncoderError:
    reason = " ".join(str(error).split())[:200]
    return EncoderError(
        f"模型 {name} 无法加载（{reason}）。请确认它是完整的 sentence-transformers 模型，"
        "或删去 KB_ENCODER 以使用离线编码器。",
        f"The model {name} cannot be loaded ({reason}). Make sure it is a complete "
        "sentence-transformers model, or remove KB_ENCODER to use the offline encoder.",
    )
