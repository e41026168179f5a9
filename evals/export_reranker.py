"""A checkpoint's weights as the product ships them: ``python -m evals.export_reranker FROM TO``.

FROM is a file of ``evals.train_reranker``; TO is ``kb/reranker.npz``. Products become 7-bit
integers with one scale for each output channel, exactly those that run; the rest half floats.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from kb.onnx_graph import to_integers
from kb.pairs import MAX_TOKENS

NORMS, PRODUCTS = ("aln", "oln"), ("ao", "fi", "fo")


def exported(state: dict[str, torch.Tensor], layers: int) -> dict[str, NDArray[Any]]:
    """The arrays of ``kb/reranker.npz`` from a model's state."""
    held = {name: value.float().numpy() for name, value in state.items()}
    found: dict[str, NDArray[Any]] = {"layers": np.array(layers)}
    found["positions"] = held["positions"][:MAX_TOKENS].astype(np.float16)
    found["marks"] = held["marks"]
    _floats(found, held, "ln", "ln", np.float32)
    for name in ("inner", "outer"):
        _floats(found, held, name, name, np.float16)
    for n in range(layers):
        weights, bias = held[f"layers.{n}.qkv.weight"], held[f"layers.{n}.qkv.bias"]
        thirds = zip("qkv", np.split(weights, 3), np.split(bias, 3), strict=True)
        for part, w, b in thirds:
            _product(found, f"l{n}.{part}", w, b)
        for name in PRODUCTS:
            at = f"layers.{n}.{name}"
            _product(found, f"l{n}.{name}", held[f"{at}.weight"], held[f"{at}.bias"])
        for name in NORMS:
            _floats(found, held, f"l{n}.{name}", f"layers.{n}.{name}", np.float32)
    return found


def _product(
    found: dict[str, NDArray[Any]],
    name: str,
    weight: NDArray[np.float32],
    bias: NDArray[np.float32],
) -> None:
    integers, channel = to_integers(weight.T)
    found[f"{name}.w"], found[f"{name}.s"] = np.ascontiguousarray(integers.T), channel
    found[f"{name}.b"] = bias


def _floats(
    found: dict[str, NDArray[Any]], held: dict[str, NDArray[Any]], name: str, at: str, kind: Any
) -> None:
    found[f"{name}.w"] = held[f"{at}.weight"].astype(kind)
    found[f"{name}.b"] = held[f"{at}.bias"].astype(np.float32)


def main() -> None:
    """Read, convert, write."""
    source, target = map(Path, sys.argv[1:3])
    checkpoint = torch.load(source, map_location="cpu", weights_only=True)
    arrays: dict[str, Any] = exported(checkpoint["model"], checkpoint["layers"])
    np.savez_compressed(target, **arrays)
    print(f"{target}: {target.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
