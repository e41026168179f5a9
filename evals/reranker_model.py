"""The reranker in torch, for training only; ``kb/reranker_build.py`` writes the same as ONNX.

The lower layers of multilingual-e5-small over ``<s> question </s> passage </s>``, with an
embedding of its own for each mark (``kb.pairs``), and a small head over the first token and the
means of the two sides. The word embeddings stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from kb.encoder_source import Source
from kb.pairs import MARKS, PASSAGE

HIDDEN = 256
"""Width of the head."""


class Layer(nn.Module):
    """One BERT layer, normalised after each half."""

    def __init__(self, source: Source, at: str) -> None:
        super().__init__()
        self.heads = source.heads
        self.qkv = nn.Linear(source.width, 3 * source.width)
        self.ao = nn.Linear(source.width, source.width)
        self.fi = nn.Linear(source.width, source.inner)
        self.fo = nn.Linear(source.inner, source.width)
        self.aln = nn.LayerNorm(source.width, source.epsilon)
        self.oln = nn.LayerNorm(source.width, source.epsilon)
        parts = [_linear(source, f"{at}.{part}", source.width) for part in "qkv"]
        _fill(
            self.qkv, np.concatenate([w for w, _ in parts]), np.concatenate([b for _, b in parts])
        )
        for name in ("ao", "fi", "fo"):
            columns = source.inner if name == "fo" else source.width
            _fill(getattr(self, name), *_linear(source, f"{at}.{name}", columns))
        for name in ("aln", "oln"):
            _fill(
                getattr(self, name),
                source.floats(f"{at}.{name}.w"),
                source.floats(f"{at}.{name}.b"),
            )

    def forward(self, x: Tensor, mask: Tensor | None, drop: float) -> Tensor:
        """(pairs, tokens, width) -> the same; ``mask`` (pairs, 1, 1, tokens) is true on tokens."""
        pairs, size, width = x.shape
        q, k, v = (
            t.view(pairs, size, self.heads, -1).transpose(1, 2)
            for t in self.qkv(x).split(width, dim=-1)
        )
        context = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        y = self.ao(context.transpose(1, 2).reshape(pairs, size, width))
        x = self.aln(x + functional.dropout(y, drop, self.training))
        y = self.fo(functional.gelu(self.fi(x)))
        out: Tensor = self.oln(x + functional.dropout(y, drop, self.training))
        return out


class Reranker(nn.Module):
    """One logit for a pair of question and passage."""

    words: Tensor

    def __init__(self, source: Source, layers: Sequence[int]) -> None:
        super().__init__()
        scales, nibbles = source.blocks("emb.word", source.width)
        words = ((nibbles.astype(np.float32) - 8) * scales[:, :, None]).reshape(-1, source.width)
        self.register_buffer("words", torch.from_numpy(words).bfloat16(), persistent=False)
        positions = (
            source.floats("emb.pos", -1, source.width) + source.floats("emb.type")[: source.width]
        )
        self.positions = nn.Parameter(torch.from_numpy(positions.copy()))
        self.marks = nn.Parameter(torch.zeros(MARKS, source.width))
        nn.init.normal_(self.marks, std=0.01)
        self.ln = nn.LayerNorm(source.width, source.epsilon)
        _fill(self.ln, source.floats("emb.ln.w"), source.floats("emb.ln.b"))
        self.layers = nn.ModuleList(Layer(source, f"l{n}") for n in layers)
        self.inner = nn.Linear(4 * source.width, HIDDEN)
        self.outer = nn.Linear(HIDDEN, 1)
        self.drop = 0.1

    def forward(self, ids: Tensor, marks: Tensor, lengths: Tensor) -> Tensor:
        """Logits (pairs,) of padded ids and marks (pairs, tokens)."""
        size = ids.shape[1]
        real = torch.arange(size, device=ids.device)[None] < lengths[:, None]
        mask = None if bool(real.all()) else real[:, None, None]
        x = self.words[ids] + self.positions[:size] + self.marks[marks]
        x = functional.dropout(self.ln(x), self.drop, self.training)
        for layer in self.layers:
            x = layer(x, mask, self.drop)
        x = x.float()
        asked = ((marks < PASSAGE) & real).float()
        told = ((marks >= PASSAGE) & real).float()
        q = torch.einsum("pt,ptw->pw", asked / asked.sum(1, keepdim=True), x)
        p = torch.einsum("pt,ptw->pw", told / told.sum(1, keepdim=True), x)
        told_of = torch.cat([x[:, 0], q, p, q * p], dim=1)
        told_of = functional.dropout(told_of, self.drop, self.training)
        logit: Tensor = self.outer(functional.gelu(self.inner(told_of)))
        return logit[:, 0].float()


def _linear(
    source: Source, name: str, columns: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    scales, nibbles = source.blocks(f"{name}.w", columns)
    weights = ((nibbles.astype(np.float32) - 8) * scales[:, :, None]).reshape(-1, columns)
    return weights, source.floats(f"{name}.b")


def _fill(
    module: nn.Linear | nn.LayerNorm, weight: NDArray[np.float32], bias: NDArray[np.float32]
) -> None:
    with torch.no_grad():
        module.weight.copy_(torch.tensor(weight))
        module.bias.copy_(torch.tensor(bias))
