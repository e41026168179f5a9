"""Texts to vectors: the offline encoder, or any sentence-transformers model.

Every encoder gives unit rows, so a dot product is the cosine. Vectors of different encoders must
never meet in one index; ``Fingerprint`` tells them apart.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from kb import encoder_build, unigram
from kb.errors import EncoderError

Vectors = npt.NDArray[np.float32]
Progress = Callable[[int, int], None]
"""``progress(done, total)`` in texts."""


T = TypeVar("T")

OFFLINE = "offline"
"""The name of the offline encoder in the settings."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Which encoder made a vector. Equal fingerprints mean comparable vectors."""

    model: str
    version: str
    dimension: int

    @property
    def text(self) -> str:
        """``model/version/dimension``, as stored with the vectors."""
        return f"{self.model}/{self.version}/{self.dimension}"


OFFLINE_FINGERPRINT = Fingerprint(
    encoder_build.MODEL, encoder_build.RECIPE, encoder_build.DIMENSION
)


class Encoder(Protocol):
    """What the base needs of an encoder. Safe to call from several threads."""

    @property
    def fingerprint(self) -> Fingerprint:
        """What to store with the vectors."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """(texts, dimension) float32 unit rows for questions, in the given order."""
        ...

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """(texts, dimension) float32 unit rows for passages, in the given order."""
        ...


class OnnxEncoder:
    """multilingual-e5-small as made by ``kb.encoder_build``, run by ONNX Runtime on the CPU.

    Each text runs alone on one thread, and ``threads`` texts run at once. On a CPU that is faster
    than batches (no padding, no waiting of threads for each other, activations stay in the
    cache); and a text's vector does not depend on its neighbours. The threads are made for each
    call: a question never waits behind an ingest, and they have the priority of who calls (Linux
    gives a thread that of its maker). One text a thread is begun ahead of ``progress``, so a
    caller that takes its time there, or raises, holds the encoder up.

    A text counts up to its 512th token, about 750 Chinese characters; the rest is left out.
    """

    def __init__(self, folder: Path, threads: int | None = None) -> None:
        """Load from a built ``folder``. ``threads``: texts at once, by default one per core.

        Raises EncoderError when the folder is damaged.
        """
        reason = encoder_build.damage(folder)
        if reason is not None:
            raise _damaged(folder, reason)
        try:
            self._tokenizer = unigram.load(folder)
            self._session = session(folder / encoder_build.GRAPH)
        except Exception as error:  # ONNX Runtime's errors share no base class
            raise _damaged(folder, f"{type(error).__name__}: {error}") from error
        self._threads = threads or cores()

    @property
    def fingerprint(self) -> Fingerprint:
        """What to store with the vectors."""
        return OFFLINE_FINGERPRINT

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """(texts, 384) float32 unit rows, in the given order."""
        return self._encode("query: ", texts, None)

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """(texts, 384) float32 unit rows, in the given order."""
        return self._encode("passage: ", texts, progress)

    def _encode(self, prefix: str, texts: Sequence[str], progress: Progress | None) -> Vectors:
        def row(index: int) -> Vectors:
            ids = self._tokenizer.encode(prefix + texts[index], encoder_build.MAX_TOKENS)
            found = self._session.run(None, {"input_ids": np.array([ids], np.int64)})
            vector: Vectors = found[0][0]
            return vector

        vectors = np.empty((len(texts), encoder_build.DIMENSION), np.float32)
        with closing(one_a_thread(row, texts, self._threads)) as rows:
            for done, (index, vector) in enumerate(rows, start=1):
                vectors[index] = vector
                if progress is not None:
                    progress(done, len(texts))
        return vectors


def one_a_thread(
    run: Callable[[int], T], texts: Sequence[str], threads: int
) -> Generator[tuple[int, T], None, None]:
    """``(index, run(index))`` of every text, ``threads`` at once, some of them made ahead.

    The longest first, so that no thread is left alone with a long text at the end. The threads are
    made for this call and have the priority of who calls.
    """
    order = sorted(range(len(texts)), key=lambda index: -len(texts[index]))
    if threads == 1 or len(order) <= 1:
        for index in order:
            yield index, run(index)
        return
    threads = min(threads, len(order))
    with ThreadPoolExecutor(threads, thread_name_prefix="model") as pool:
        begun: deque[tuple[int, Future[T]]] = deque()
        try:
            for index in order:
                begun.append((index, pool.submit(run, index)))
                if len(begun) > threads:
                    done, future = begun.popleft()
                    yield done, future.result()
            while begun:
                done, future = begun.popleft()
                yield done, future.result()
        finally:
            for _, future in begun:
                future.cancel()


def cores() -> int:
    """The processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def load_encoder(
    name: str,
    folder: Path,
    threads: int | None = None,
    progress: encoder_build.BuildProgress | None = None,
) -> Encoder:
    """The encoder a setting names: ``offline``, a sentence-transformers hub name, or its folder.

    ``folder`` holds the offline encoder and is made, or mended, when needed. ``threads`` of None
    means all cores. ``progress(done, total, what)`` reports the making.
    Raises EncoderError with the remedy.
    """
    if name != OFFLINE:
        from kb.encoder_st import SentenceTransformersEncoder

        return SentenceTransformersEncoder(name, threads)
    encoder_build.build_encoder(folder, progress)
    try:
        return OnnxEncoder(folder, threads)
    except EncoderError:
        # Sizes were right; if a byte has rotted, make the folder anew, once.
        if encoder_build.damage(folder, deep=True) is None:
            raise
        encoder_build.build_encoder(folder, progress, again=True)
        return OnnxEncoder(folder, threads)


def session(graph: Path) -> Any:
    """An ONNX Runtime session with no threads of its own; callers bring theirs."""
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # The graph is written the way it should run. The optimizer would only cost loading time and
    # fuse Add and LayerNormalization into a slower operator.
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    return ort.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])


def _damaged(folder: Path, reason: str) -> EncoderError:
    return EncoderError(
        f"离线编码器文件夹 {folder} 损坏（{reason}）。请删除该文件夹后重试，会自动重新生成。",
        f"The offline encoder in {folder} is damaged ({reason}). Delete that folder and retry; "
        "it is made anew by itself.",
    )
