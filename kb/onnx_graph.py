"""Write an ONNX graph the way ONNX Runtime runs it fastest on a CPU, without torch.

Products are 8-bit integer products, one scale per output channel. Weights use 7 of the 8 bits:
then no processor's integer instruction can overflow (AVX2's saturates at 16 bits), and results
are the same on every machine up to rounding.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kb.encoder_source import BLOCK, Source

CONTRIB = "com.microsoft"
WEIGHTS = "weights.bin"
MOST = 63
"""The largest weight: 7 bits with the sign."""
_EXTERNAL_FROM = 1 << 14  # bytes; larger tensors go into weights.bin, which is memory-mapped


class Graph:
    """An ONNX graph under construction; large constants go into one external file."""

    def __init__(self, folder: Path) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self._file = open(folder / WEIGHTS, "wb")  # noqa: SIM115  closed by close()

    def constant(self, name: str, value: npt.NDArray[Any]) -> str:
        """A constant tensor; returns its name."""
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
        """A node with one output; returns the output's name."""
        from onnx import helper

        self.nodes.append(helper.make_node(op, inputs, [output], domain=domain, **options))
        return output

    def words(self, source: Source, ids: str) -> str:
        """Word embeddings of ``ids``, from the 4-bit table exactly as it is."""
        scales, nibbles = source.blocks("emb.word", source.width)
        table = pairs_of(nibbles).reshape(len(scales), -1)
        inputs = [self.constant("words", table), ids, self.constant("words.s", scales)]
        options = {"bits": 4, "block_size": BLOCK, "gather_axis": 0, "quantize_axis": 1}
        return self.add("GatherBlockQuantized", inputs, "word", CONTRIB, **options)

    def places(self, positions: npt.NDArray[np.float32], ids: str) -> str:
        """The first rows of ``positions``, one for each of ``ids``."""
        self.constant("positions", positions)
        self.constant("zero", np.array([0]))
        self.constant("one", np.array([1]))
        self.add("Shape", [ids], "length", start=1, end=2)
        return self.add("Slice", ["positions", "zero", "length", "zero"], "position")

    def quantized(self, name: str) -> list[str]:
        """``name`` as 8-bit integers, its scale and its zero point: one scale for the tensor."""
        from onnx import helper

        outputs = [f"{name}.int", f"{name}.scale", f"{name}.zero"]
        if not any(outputs[0] in node.output for node in self.nodes[-4:]):
            self.nodes.append(helper.make_node("DynamicQuantizeLinear", [name], outputs))
        return outputs

    def product(
        self,
        name: str,
        x: str,
        integers: npt.NDArray[np.int8],
        channel: npt.NDArray[np.float32],
        bias: npt.NDArray[np.float32],
    ) -> str:
        """``x @ (integers * channel) + bias`` for ``integers`` (columns, rows)."""
        value, scale, zero = self.quantized(x)
        inputs = [value, self.constant(f"{name}.w", integers), scale]
        inputs += [self.constant(f"{name}.s", channel), zero, "", self.constant(f"{name}.b", bias)]
        return self.add("MatMulIntegerToFloat", inputs, name, CONTRIB)

    def normalized(
        self,
        name: str,
        x: str,
        weight: npt.NDArray[np.float32],
        bias: npt.NDArray[np.float32],
        epsilon: float,
    ) -> str:
        """LayerNormalization of ``x`` over its last axis."""
        inputs = [x, self.constant(f"{name}.w", weight), self.constant(f"{name}.b", bias)]
        return self.add("LayerNormalization", inputs, name, axis=-1, epsilon=epsilon)

    def close(self) -> None:
        """Finish the file of weights."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def write(
        self, file: Path, name: str, inputs: list[str], output: str, shape: list[Any]
    ) -> None:
        """Write the graph: int64 ``inputs`` (texts, tokens) to a float ``output`` of ``shape``."""
        from onnx import TensorProto, helper

        taken = [
            helper.make_tensor_value_info(i, TensorProto.INT64, ["texts", "tokens"]) for i in inputs
        ]
        given = helper.make_tensor_value_info(output, TensorProto.FLOAT, shape)
        graph = helper.make_graph(self.nodes, name, taken, [given], self.constants)
        opsets = [helper.make_opsetid("", 21), helper.make_opsetid(CONTRIB, 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=10)
        file.write_bytes(model.SerializeToString())


def to_integers(
    weights: npt.NDArray[np.float32],
) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float32]]:
    """Weights (columns, rows) as 7-bit integers and one scale (rows,) per output channel."""
    channel = np.abs(weights).max(axis=0) / MOST
    channel[channel == 0] = 1.0
    return np.rint(weights / channel).astype(np.int8), channel.astype(np.float32)


def pairs_of(nibbles: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Two neighbours to a byte, the first in the low half: ONNX Runtime's order."""
    packed: npt.NDArray[np.uint8] = nibbles[..., 0::2] | (nibbles[..., 1::2] << np.uint8(4))
    return packed
