"""Train the reranker: ``python -m evals.train_reranker SAMPLES OUT --hours 1.2``.

SAMPLES is the file that ``evals.training_pairs`` wrote. OUT gets ``log.jsonl`` (every step),
``checkpoint.pt`` (every three minutes, whole or not at all) and at the end ``final.pt``. The loss
of a group: listwise softmax of the right text among the wrong ones; logistic loss of every pair
(does this text answer this question?); and the right question must score above spoilt ones.

Seeds and data are fixed. ``--steps`` repeats a run exactly (the learning rate then follows the
steps; with ``--hours`` it follows the clock). On a CPU every thread computes its share of the
groups with one core: that is faster than cores sharing each product.
"""

from __future__ import annotations

import argparse
import copy
import json
import os
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

import kb as _kb  # noqa: F401  (offline switches first)
from evals.reranker_model import Reranker
from evals.training_groups import Group, epochs
from evals.training_pairs import Sample
from kb import unigram
from kb.encoder_source import Source, find_source, read_verified
from kb.pairs import Side, join, side_of

SEED = 7
MICRO = 10
"""Pairs computed together; of like length, so that little is padding."""
EASY = 0.3
"""Weight of a wrong candidate in the logistic loss: it may answer after all."""
SAVE = 180.0


class Reader:
    """Pairs of texts to padded tensors, remembering what was tokenised."""

    def __init__(self, folder: Path) -> None:
        self.tokenizer = unigram.load(folder)
        self._side = cache(self._tokenised)

    def _tokenised(self, text: str) -> Side:
        return side_of(self.tokenizer, text)

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[tuple[list[int], list[int]]]:
        """Ids and marks of each pair."""
        return [join(self.tokenizer, self._side(q), self._side(p)) for q, p in pairs]


def logits(
    model: Reranker, rows: Sequence[tuple[list[int], list[int]]], device: str, micro: int
) -> Tensor:
    """Logits (pairs,) in order; computed in batches of like length."""
    order = sorted(range(len(rows)), key=lambda i: len(rows[i][0]))
    parts = []
    for start in range(0, len(order), micro):
        part = [rows[i] for i in order[start : start + micro]]
        size = max(len(ids) for ids, _ in part)
        ids, marks = np.zeros((2, len(part), size), np.int64)
        for i, (row, mark) in enumerate(part):
            ids[i, : len(row)], marks[i, : len(row)] = row, mark
        lengths = torch.tensor([len(row) for row, _ in part], device=device)
        with torch.autocast(device, torch.bfloat16):
            parts.append(
                model(torch.from_numpy(ids).to(device), torch.from_numpy(marks).to(device), lengths)
            )
    back = torch.empty(len(order), dtype=torch.long)
    back[torch.tensor(order)] = torch.arange(len(order))
    return torch.cat(parts)[back.to(device)]


def loss_of(scores: Tensor, groups: Sequence[Group]) -> tuple[Tensor, dict[str, float]]:
    """The sum over the groups, and its parts for the log."""
    total = scores.new_zeros(())
    parts = {"list": 0.0, "yes": 0.0, "no": 0.0, "spoilt": 0.0, "first": 0.0}
    at = 0
    for group in groups:
        own = scores[at : at + len(group.pairs)]
        at += len(group.pairs)
        right, wrong, spoilt = own[0], own[1 : 1 + group.wrong], own[1 + group.wrong :]
        ranking = -functional.log_softmax(own[: 1 + group.wrong], dim=0)[0]
        yes = functional.softplus(-right)
        no = EASY * functional.softplus(wrong).mean() if len(wrong) else scores.new_zeros(())
        loss = ranking + 0.7 * yes + no
        if len(spoilt):
            off = functional.softplus(spoilt).mean() + functional.softplus(spoilt - right).mean()
            loss = loss + 0.7 * off
            parts["spoilt"] += float(off.detach())
        total = total + loss
        parts["list"] += float(ranking.detach())
        parts["yes"] += float(yes.detach())
        parts["no"] += float(no.detach())
        parts["first"] += float(len(wrong) == 0 or right > wrong.max())
    return total, parts


def rate(progress: float) -> float:
    """The share of the highest learning rate: a short rise, then a straight fall to nothing."""
    return min(progress / 0.04, (1 - progress) / 0.96) if progress < 1 else 0.0


def train(samples: Sequence[Sample], out: Path, chosen: argparse.Namespace) -> None:
    """Train and write; see the module's docstring."""
    torch.manual_seed(SEED)
    cpu = chosen.device == "cpu"
    workers = chosen.threads if cpu else 1
    if cpu:
        torch.set_num_threads(1)
    source = Source.parse(read_verified(find_source()))
    model = Reranker(source, range(chosen.layers)).to(chosen.device)
    if chosen.start:
        model.load_state_dict(torch.load(chosen.start, map_location=chosen.device)["model"])
    reader = Reader(chosen.encoder)
    copies = [model, *(copy.deepcopy(model) for _ in range(workers - 1))]
    for one in copies:
        one.train()
    head = [p for n, p in model.named_parameters() if n.startswith(("inner", "outer", "marks"))]
    body = [p for n, p in model.named_parameters() if not n.startswith(("inner", "outer", "marks"))]
    optimizer = torch.optim.AdamW(
        [{"params": body, "top": chosen.rate}, {"params": head, "top": 5 * chosen.rate}],
        lr=0.0, betas=(0.9, 0.98), weight_decay=0.01,
    )  # fmt: skip
    stream = epochs(samples, SEED)
    began, saved = time.monotonic(), time.monotonic()
    micro = MICRO if cpu else 1024

    def work(at: int, groups: Sequence[Group]) -> tuple[float, dict[str, float], int]:
        rows = reader.read([pair for group in groups for pair in group.pairs])
        loss, parts = loss_of(logits(copies[at], rows, chosen.device, micro), groups)
        (loss / chosen.groups).backward()
        return float(loss.detach()), parts, len(rows)

    with open(out / "log.jsonl", "a", encoding="utf-8") as log, ThreadPoolExecutor(workers) as pool:
        step = 0
        while True:
            elapsed = time.monotonic() - began
            progress = step / chosen.steps if chosen.steps else elapsed / 3600 / chosen.hours
            if progress >= 1:
                break
            for group in optimizer.param_groups:
                group["lr"] = group["top"] * rate(progress)
            groups = stream.take(chosen.groups)
            done = list(
                pool.map(work, range(workers), [groups[i::workers] for i in range(workers)])
            )
            _gather(model, copies[1:])
            norm = float(torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0))
            optimizer.step()
            optimizer.zero_grad(set_to_none=False)
            _share(model, copies[1:])
            step += 1
            record = {"step": step, "epoch": stream.epoch, "seconds": round(elapsed, 1)}
            record |= {
                "pairs": sum(n for *_, n in done),
                "norm": round(norm, 3),
                "progress": round(progress, 4),
            }
            record |= {
                k: round(sum(p[k] for _, p, _ in done) / chosen.groups, 4) for k in done[0][1]
            }
            log.write(json.dumps(record) + "\n")
            log.flush()
            if time.monotonic() - saved > SAVE:
                saved = time.monotonic()
                _save(model, out / "checkpoint.pt", step)
    _save(model, out / "final.pt", step)


def _gather(model: Reranker, copies: Sequence[Reranker]) -> None:
    """Add the copies' gradients to the model's."""
    for one in copies:
        for p, q in zip(model.parameters(), one.parameters(), strict=True):
            if q.grad is not None:
                p.grad = q.grad.clone() if p.grad is None else p.grad.add_(q.grad)
                q.grad.zero_()


def _share(model: Reranker, copies: Sequence[Reranker]) -> None:
    """Give the copies the model's weights."""
    with torch.no_grad():
        for one in copies:
            for p, q in zip(model.parameters(), one.parameters(), strict=True):
                q.copy_(p)


def _save(model: Reranker, file: Path, step: int) -> None:
    torch.save(
        {"model": model.state_dict(), "layers": len(model.layers), "step": step},
        file.with_suffix(".part"),
    )
    os.replace(file.with_suffix(".part"), file)


def main() -> None:
    """Read the arguments and train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("samples", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--encoder", type=Path, default=Path("data/encoder"))
    parser.add_argument("--hours", type=float, default=1.2)
    parser.add_argument("--steps", type=int, default=0)
    parser.add_argument("--groups", type=int, default=16, help="groups a step")
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--start", type=Path, help="go on from a checkpoint's weights")
    chosen = parser.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    with open(chosen.samples, encoding="utf-8") as lines:
        samples = [Sample(**json.loads(line)) for line in lines]
    train(samples, chosen.out, chosen)


if __name__ == "__main__":
    main()
