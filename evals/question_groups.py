"""What share of questions is taken for one at a threshold: ``python -m evals.question_groups``.

The threshold is ``bot.grouping.ALIKE``. Pairs that should be joined: gold questions of the dev
split with the same answer in the same place, training questions about one clause of ``corpus/``.
Pairs that should not: training questions about other clauses of the same document, about other
documents. Its near misses (the same subject, something else asked) are counted too; they are hard
by design.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

import kb as _kb  # noqa: F401  (offline switches first)
from bot.grouping import Gist, gist_of, same, subject_of
from bot.question import read_question
from kb.encoder import load_encoder
from kb.glossary import Glossary

GOLD, TRAINING = Path("evals/gold"), Path("evals/training/digests.jsonl")
THRESHOLDS = (0.90, 0.91, 0.92, 0.93, 0.94)
MOST = 3_000
"""Pairs of a kind at most."""

Row = dict[str, Any]
Pairs = list[tuple[str, str]]


def pairs_of(gold: Iterable[Row], training: Sequence[Row]) -> dict[str, Pairs]:
    """Pairs of questions by what they have in common; of the gold set, the dev split only."""
    answered: dict[Any, list[str]] = defaultdict(list)
    for q in gold:
        if q["split"] == "dev" and q["answerable"]:
            place = (q["cite"]["document"], *q["cite"].get("path", ()), *q["answers"])
            answered[place].append(q.get("resolved") or q["question"])
    draw = random.Random(1)  # noqa: S311  (not for secrets)
    few = draw.sample(training, min(120, len(training)))
    return {
        "gold, same answer": _together(answered.values()),
        "training, same clause": _within(training, lambda r: (r["document"], r["path"])),
        "training, another clause of the document": _cut(
            [
                (a["question"], b["question"])
                for a, b in combinations(training, 2)
                if a["document"] == b["document"] and a["path"] != b["path"]
            ],
            draw,
        ),
        "training, another document": _cut(
            [
                (a["question"], b["question"])
                for a, b in combinations(few, 2)
                if a["document"] != b["document"]
            ],
            draw,
        ),
        "training, near miss": [(r["question"], r["miss"]) for r in training],
    }


def joined(pairs: Pairs, gists: dict[str, Gist], threshold: float) -> float:
    """Share of the pairs taken for one."""
    return float(np.mean([same(gists[a], gists[b], threshold) for a, b in pairs]))


def _together(groups: Iterable[Sequence[str]]) -> Pairs:
    return [pair for group in groups for pair in combinations(dict.fromkeys(group), 2)]


def _within(rows: Iterable[Row], key: Callable[[Row], Any]) -> Pairs:
    groups: dict[Any, list[str]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row["question"])
    return _together(groups.values())


def _cut(pairs: Pairs, draw: random.Random) -> Pairs:
    return draw.sample(pairs, min(MOST, len(pairs)))


def _lines(files: Iterable[Path]) -> Iterator[Row]:
    for file in files:
        yield from map(json.loads, file.read_text(encoding="utf-8").splitlines())


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("data"), help="where the encoder lies")
    folder = parser.parse_args().data / "encoder"
    kinds = pairs_of(_lines(sorted(GOLD.glob("*.jsonl"))), list(_lines([TRAINING])))
    texts = list(dict.fromkeys(text for pairs in kinds.values() for pair in pairs for text in pair))
    asked = [read_question(text, Glossary(()), 2_000) for text in texts]
    encoder, subjects = load_encoder("offline", folder), [subject_of(q) for q in asked]
    vectors = np.concatenate(
        [encoder.encode_queries(subjects[i : i + 64]) for i in range(0, len(subjects), 64)]
    )
    gists = {t: gist_of(q, v) for t, q, v in zip(texts, asked, vectors, strict=True)}
    print(f"{'pairs':44}{'n':>6}" + "".join(f"{t:>8.2f}" for t in THRESHOLDS))
    for name, pairs in kinds.items():
        shares = "".join(f"{joined(pairs, gists, t):>8.3f}" for t in THRESHOLDS)
        print(f"{name:44}{len(pairs):>6}{shares}")


if __name__ == "__main__":
    main()
