"""The second look: how surely does this passage answer this question? One logit a pair.

A cross-encoder reads question and passage together. It costs milliseconds a passage, so it is
asked about a few tens of candidates, not about an index. What it reads of a passage is made by
``kb.pairs.passage_text``, for windows and single sentences alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from kb import reranker_build, unigram
from kb.encoder import OFFLINE, cores, one_a_thread, session
from kb.errors import EncoderError
from kb.pairs import Side, join, side_of

Logits = npt.NDArray[np.float32]
NONE = "none"
"""The setting that does without."""
_REMEMBERED = 2048
"""Passages whose tokens are kept: the same clauses are read for many questions."""


class Reranker(Protocol):
    """What the base needs of a reranker. Safe to call from several threads."""

    def score(self, question: str, passages: Sequence[str]) -> Logits:
        """(passages,) float32 logits: above 0 means more likely answered than not."""
        ...


class OnnxReranker:
    """Ours, run by ONNX Runtime on the CPU: each pair alone on one thread, as ``kb.encoder``."""

    def __init__(self, folder: Path, threads: int | None = None) -> None:
        """Load from a built ``folder``. ``threads``: pairs at once, by default one per core.

        Raises EncoderError when the folder is damaged.
        """
        try:
            self.tokenizer = unigram.load(folder)
            self._session = session(folder / reranker_build.GRAPH)
        except Exception as error:  # ONNX Runtime's errors share no base class
            raise _damaged(folder, error) from error
        self._threads = threads or cores()
        self._passage = lru_cache(_REMEMBERED)(self._side)

    def _side(self, text: str) -> Side:
        return side_of(self.tokenizer, text)

    def score(self, question: str, passages: Sequence[str]) -> Logits:
        """(passages,) float32 logits, in the given order."""
        asked = self._side(question)

        def one(index: int) -> float:
            ids, marks = join(self.tokenizer, asked, self._passage(passages[index]))
            feed = {"input_ids": np.array([ids], np.int64), "marks": np.array([marks], np.int64)}
            return float(self._session.run(None, feed)[0][0])

        logits = np.empty(len(passages), np.float32)
        for index, logit in one_a_thread(one, passages, self._threads):
            logits[index] = logit
        return logits


def load_reranker(
    name: str,
    folder: Path,
    threads: int | None = None,
    progress: reranker_build.BuildProgress | None = None,
) -> Reranker | None:
    """The reranker a setting names, or None for ``none``.

    ``offline`` is ours, made in ``folder`` at first use; None when its weights are not part of
    this installation. Anything else names a sentence-transformers cross-encoder or its folder.
    Raises EncoderError with the remedy.
    """
    if name == NONE:
        return None
    if name != OFFLINE:
        from kb.reranker_st import SentenceTransformersReranker

        return SentenceTransformersReranker(name, threads)
    if not reranker_build.TRAINED.is_file():
        return None
    reranker_build.build_reranker(folder, progress, trained=reranker_build.TRAINED)
    return OnnxReranker(folder, threads)


def _damaged(folder: Path, error: Exception) -> EncoderError:
    reason = f"{type(error).__name__}: {error}"
    return EncoderError(
        f"重排模型文件夹 {folder} 损坏（{reason}）。请删除该文件夹后重试，会自动重新生成。",
        f"The reranker in {folder} is damaged ({reason}). Delete that folder and retry; it is made "
        "anew by itself.",
    )
