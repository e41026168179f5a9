"""How well sentences are verified: ``python -m evals.verification [--show] [--fit]``.

For each kind of labelled pair (``evals/verify/*.jsonl``) how many false sentences are caught and
how many true ones are dropped, on the documents that the weights were fitted on and on the others.
``--show`` lists the wrong ones of the half that is fitted on, and no others; ``--fit`` prints
weights anew. Sentences are judged over the base of the configured data folder, which must hold
``corpus/``.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import kb as _kb  # noqa: F401  (offline switches first)
from bot.amounts import in_figures
from bot.proof import Failure, Ground, Idf, Likeness, contradiction, features, prove
from ingest.parse import parse_file
from kb.models import Audience
from kb.text import is_english, normalise, tokens

FOLDER = Path(__file__).parent / "verify"
CORPUS = Path(__file__).parents[1] / "corpus"
COST = 2.0
"""What a false sentence that passes costs, in true ones that are dropped."""
PENALTY = 0.5
"""L2 on weights of features scaled to like size."""
Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of a document of the corpus, and what it is said of."""

    document: str
    title: str
    text: str
    ground: Ground


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence, the clause it cites, and whether it follows from it.

    ``document`` decides which half the pair is in; ``cited`` is the clause's own when another.
    """

    text: str
    kind: str
    holds: bool
    document: str
    clause: str
    cited: str = ""

    def as_json(self) -> dict[str, Any]:
        """One line of a file."""
        line: dict[str, Any] = {
            "text": self.text,
            "kind": self.kind,
            "holds": self.holds,
            "document": self.document,
            "clause": self.clause,
        }
        return line | ({"cited": self.cited} if self.cited else {})


def clauses_of(path: Path) -> list[Clause]:
    """The clauses of a document, with what a reader is told of it."""
    made = parse_file(path)
    head = made.header
    if head.audience is not Audience.PUBLIC:
        return []
    found = []
    for passage in made.passages:
        lead = made.text[slice(*passage.lead)] if passage.lead else ""
        text = made.text[passage.start : passage.end]
        around = " ".join([head.title, head.doc_number, *head.issuers, *passage.path])
        ground = Ground(lead + text, around, head.regions, (head.effective, head.expires))
        found.append(Clause(made.document_id, head.title, text, ground))
    return found


def load_pairs(folder: Path = FOLDER) -> list[Pair]:
    """All labelled pairs, in the order of the files."""
    lines = [
        line
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    return [Pair(**json.loads(line)) for line in lines]


def is_test(document: str, documents: Sequence[str]) -> bool:
    """Whether a document is in the half that is only measured: every second one, by name."""
    return sorted(documents).index(document) % 2 == 1


@dataclass(frozen=True, slots=True)
class Judged:
    """A pair and what was said of it."""

    pair: Pair
    test: bool
    passed: bool
    why: str


def grounds_of(pairs: Iterable[Pair]) -> list[tuple[Pair, Ground, bool]]:
    """Each pair with its ground, and whether it is in the half that is only measured."""
    clauses = [c for path in sorted(CORPUS.rglob("*.md")) for c in clauses_of(path)]
    grounds = {(c.document, c.text): c.ground for c in clauses}
    documents = sorted({c.document for c in clauses})
    return [
        (p, grounds[(p.cited or p.document, p.clause)], is_test(p.document, documents))
        for p in pairs
    ]


def fitted(pairs: Iterable[Pair], idf: Idf, likeness: Likeness) -> str:
    """Weights of support, fitted on the pairs of one half that nothing exact contradicts."""
    from scipy.optimize import minimize

    told: dict[bool, list[tuple[dict[str, float], bool]]] = {True: [], False: []}
    for pair, ground, test in grounds_of(pairs):
        said, english = in_figures(normalise(pair.text)), is_english(pair.text)
        if test or contradiction(said, [ground], english) is not None:
            continue
        found = features(said, [ground], idf(tokens(pair.text)), likeness)
        told[english].append((found, pair.holds))
    lines = []
    for english, examples in told.items():
        names = ("alike", "part") if english else ("cover", "weakest", "gap", "swap", "alike")
        x = np.array([[f[name] for name in names] for f, _ in examples])
        y = np.array([holds for _, holds in examples], float)
        middle, spread = x.mean(0), x.std(0) + 1e-9
        z = (x - middle) / spread

        def loss(w: Vector, z: Vector = z, y: Vector = y) -> float:
            log_odds = z @ w[1:] + w[0]
            of = np.logaddexp(0, -log_odds) * y + np.logaddexp(0, log_odds) * (1 - y) * COST
            return float(of.sum() + PENALTY * (w[1:] ** 2).sum())

        w = minimize(loss, np.zeros(len(names) + 1)).x
        of = {name: round(float(v), 2) for name, v in zip(names, w[1:] / spread, strict=True)}
        bias = float(w[0] - (w[1:] / spread) @ middle)
        lines.append(
            f"{'ENGLISH' if english else 'CHINESE'} {len(y)} ({int(y.sum())} true): {bias:.2f} {of}"
        )
    return "\n".join(lines)


def judge(pairs: Iterable[Pair], idf: Idf, likeness: Likeness) -> list[Judged]:
    """Verify each sentence against the clause it cites."""
    judged = []
    for pair, ground, test in grounds_of(pairs):
        result = prove(pair.text, [ground], idf, likeness)
        why = f"{result.code} {result.evidence}" if isinstance(result, Failure) else ""
        judged.append(Judged(pair, test, not why, why))
    return judged


def table(judged: Sequence[Judged]) -> str:
    """Caught and dropped by kind, and altogether."""
    rows = []
    for holds, word in ((False, "caught"), (True, "dropped")):
        kinds = sorted({j.pair.kind for j in judged if j.pair.holds is holds})
        for kind in [*kinds, ""]:
            of = [j for j in judged if j.pair.holds is holds and kind in ("", j.pair.kind)]
            lost = sum(not j.passed for j in of)
            rows.append(f"  {kind or 'all':16} {word} {lost:4}/{len(of):<4} {lost / len(of):.3f}")
    return "\n".join(rows)


def main() -> None:
    """Measure, and print."""
    from bot.engine import Engine
    from kb.knowledge_base import KnowledgeBase
    from kb.settings import load_settings

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--data", type=Path)
    options = parser.parse_args()
    with KnowledgeBase(load_settings(data=options.data)) as kb:
        judged = judge(load_pairs(), kb.lexical.idf, Engine(kb).likeness)
        if options.fit:
            print(fitted(load_pairs(), kb.lexical.idf, Engine(kb).likeness))
            return
    for test, name in ((False, "fitted on"), (True, "test")):
        print(f"{name}\n{table([j for j in judged if j.test is test])}")
    if options.show:
        for j in judged:
            if not j.test and j.passed is not j.pair.holds:
                print(f"{j.pair.kind}\t{j.pair.holds}\t{j.why}\n  {j.pair.text}\n  {j.pair.clause}")


if __name__ == "__main__":
    main()
