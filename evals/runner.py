"""Ask every question of a set through the real engine, and measure.

The set's documents are taken in by the real pipeline into a data folder of their own, so the
figures are those of the product, not of a model of it. Baselines rank the same candidates by one
score alone, in the same run, with the same passages and the same rule against overlaps.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np

from bot.engine import Engine
from evals import calibration, metrics
from evals.check import problems, reader
from evals.dataset import Item, QuestionSet
from ingest.parse import parse_text
from kb.errors import QuestionError
from kb.knowledge_base import KnowledgeBase
from kb.models import Answer, Note, ParsedDocument, Role, Status
from kb.ranking import Candidate, drop_overlaps, rank
from kb.stores import Progress
from kb.weights import PASSAGE

DEPTH = 50
"""Hits looked at per question, so that ten different documents are seen."""
_BATCH = 256
GROUPS = (("split",), ("type",), ("type", "split"))
"""What the answers are counted by, where a set names it."""

BASELINES: dict[str, Callable[[Sequence[Candidate]], list[Candidate]]] = {}


@dataclass(slots=True)
class Tally:
    """Per-question values of one ranking, averaged at the end."""

    values: dict[str, list[float]] = field(default_factory=dict)

    def add(self, name: str, value: float) -> None:
        """Note one value."""
        self.values.setdefault(name, []).append(value)

    def means(self) -> dict[str, float | None]:
        """The average of each."""
        return {name: metrics.mean(v) for name, v in self.values.items()}


def ingest_set(kb: KnowledgeBase, questions: QuestionSet, progress: Progress | None = None) -> None:
    """Take the set's documents into the base, in batches; unchanged ones cost nothing.

    Their validity is left open: a set's questions are asked as of the set's own day.
    """
    records = questions.records
    for start in range(0, len(records), _BATCH):
        part = records[start : start + _BATCH]
        kb.add([_undated(parse_text(r.text, title=r.title, document_id=r.id)) for r in part])
        if progress:
            progress("ingest", min(start + _BATCH, len(records)), len(records))


def _undated(document: ParsedDocument) -> ParsedDocument:
    header = replace(
        document.header,
        published=None,
        effective=None,
        expires=None,
        supersedes=(),
        superseded_by="",
    )
    return replace(document, header=header)


def run(
    engine: Engine,
    questions: QuestionSet,
    *,
    baselines: bool = False,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Ask all questions; return the figures of the uniform form, shares between 0 and 1."""
    ours, plain = Tally(), {name: Tally() for name in BASELINES}
    outcomes: list[dict[str, Any]] = []
    stages: dict[str, list[float]] = {}
    names = {v: info.document_id for v, info in engine.kb.snapshot.live.items()}
    for i, item in enumerate(questions.items):
        question, role, on = item.asked, item.role, item.on
        started = time.perf_counter()
        answer, first = _ask(engine, question, role, on)
        stages.setdefault("all", []).append((time.perf_counter() - started) * 1000)
        for stage, ms in answer.timings.items():
            stages.setdefault(stage, []).append(ms)
        outcome = _judge(item, answer, first)
        outcomes.append(outcome)
        if item.answerable and item.relevant:
            asked = "empty_question" not in {note.code for note in answer.notes}
            hits = engine.search(question, role=role, on=on, limit=DEPTH) if asked else []
            outcome |= _measure(ours, item, [(h.document.document_id, h.text) for h in hits])
            if baselines:
                candidates = engine.candidates(question, role=role, on=on) if asked else []
                for name, order in BASELINES.items():
                    kept = drop_overlaps(order(candidates), DEPTH, wide=False)
                    _measure(plain[name], item, [(names[c.version_id], c.text) for c in kept])
        if progress:
            progress("ask", i + 1, len(questions.items))
    figures = _figures(questions, ours, plain if baselines else {}, outcomes, stages)
    return figures | {"problems": problems(questions.items, reader(engine.kb))}


def _ask(engine: Engine, question: str, role: Role, on: date | None) -> tuple[Answer, str]:
    """The answer, and the first sentence it has or, if refused, would have had.

    A question that cannot be asked (some sets hold empty ones) counts as refused.
    """
    try:
        evidence = engine.gather(question, role=role, on=on)
    except QuestionError as error:
        note = Note("empty_question", error.zh, error.en)
        return Answer(question, Status.REFUSED, (), (), (note,), 0.0, (), {}), ""
    first = evidence.chosen[0] if evidence.chosen else None
    return engine.answer(evidence), f"{first.lead}{first.text}" if first else ""


def _measure(tally: Tally, item: Item, found: Sequence[tuple[str, str]]) -> dict[str, float]:
    """Note one ranking of (document id, returned text); the same values by name."""
    order = list(dict.fromkeys(document for document, _ in found))
    top = [text for _, text in found[:3]]
    values = {
        "document_hit@1": metrics.hit_at(order, item.relevant, 1),
        "document_hit@5": metrics.hit_at(order, item.relevant, 5),
        "mrr@10": metrics.reciprocal_rank(order, item.relevant),
        "recall@10": metrics.recall_at(order, item.relevant),
        "answer_in_top1": float(metrics.inside(item.answers, top[:1])),
        "answer_in_top3": float(metrics.inside(item.answers, top)),
        "hit_chars_mean": float(np.mean([len(t) for t in top])) if top else 0.0,
    }
    for name, value in values.items():
        tally.add(name, value)
    return values


def _judge(item: Item, answer: Answer, first: str) -> dict[str, Any]:
    text = "".join(claim.text for claim in answer.claims)
    answered = answer.status is Status.ANSWERED
    wanted = [*item.answers, *item.extra.get("must_contain", ())]
    unwanted = item.extra.get("must_not_contain", ())
    shown = metrics.loose(text)
    return {
        "id": item.id,
        "type": item.extra.get("type", ""),
        "split": item.extra.get("split", ""),
        "question": item.question,
        "answerable": item.answerable,
        "answered": answered,
        "nearest": answer.status is Status.NEAREST,
        "confidence": answer.confidence,
        "wanted": wanted,
        "answer": text,
        "chars": len(text),
        "contains": answered and bool(wanted) and all(metrics.loose(a) in shown for a in wanted),
        "first_sentence": bool(item.answers) and metrics.inside(item.answers, [first]),
        "returned": answered and bool(wanted) and metrics.covered(wanted, text),
        "cited": answered
        and bool(item.relevant)
        and answer.citations[0].document_id in item.relevant,
        "forbidden": any(metrics.loose(u) in shown for u in unwanted),
    }


def _figures(
    questions: QuestionSet,
    ours: Tally,
    plain: dict[str, Tally],
    outcomes: list[dict[str, Any]],
    stages: dict[str, list[float]],
) -> dict[str, Any]:
    yes = [o for o in outcomes if o["answerable"]]
    no = [o for o in outcomes if not o["answerable"]]
    answered = [o for o in yes if o["answered"]]
    return {
        "set": questions.name,
        "questions": len(outcomes),
        **ours.means(),
        "first_sentence": metrics.mean([o["first_sentence"] for o in yes]),
        "answer_returned": metrics.mean([o["returned"] for o in yes]),
        "answer_contains": metrics.mean([o["contains"] for o in yes]),
        "answer_chars_median": metrics.percentile([o["chars"] for o in answered], 50),
        "citation_right": metrics.mean([o["cited"] for o in answered]),
        "false_refusals": metrics.mean([not o["answered"] for o in yes]),
        "false_answers": metrics.mean([o["answered"] for o in no]),
        "nearest_of_refusals": metrics.mean([o["nearest"] for o in yes if not o["answered"]]),
        "nearest_of_not_covered": metrics.mean([o["nearest"] for o in no]),
        "forbidden": metrics.mean([o["forbidden"] for o in outcomes]),
        **trust(outcomes),
        "p50_ms": metrics.percentile(stages.get("all", []), 50),
        "p95_ms": metrics.percentile(stages.get("all", []), 95),
        "stages": {
            s: {"p50_ms": metrics.percentile(v, 50), "p95_ms": metrics.percentile(v, 95)}
            for s, v in stages.items()
        },
        "baselines": {name: tally.means() for name, tally in plain.items()},
        "rankings": {name: tally.values for name, tally in plain.items()} | {"ours": ours.values},
        "groups": {" · ".join(keys): by_group(outcomes, *keys) for keys in GROUPS},
        "outcomes": outcomes,
    }


def trust(outcomes: Sequence[Mapping[str, Any]]) -> dict[str, float | None]:
    """How well the confidence tells what is covered from what is not, and whether it is true.

    Answering is right when a passage among the top three holds the answer.
    """
    yes = [o["confidence"] for o in outcomes if o["answerable"]]
    no = [o["confidence"] for o in outcomes if not o["answerable"]]
    covered = [bool(o["answerable"] and o.get("answer_in_top3")) for o in outcomes]
    bins = calibration.reliability([o["confidence"] for o in outcomes], covered)
    return {
        "refusal_auc": metrics.auc(yes, no),
        "false_answers_at_5": calibration.false_answers_at(calibration.trade_off(yes, no), 0.05),
        "calibration_error": calibration.calibration_error(bins),
    }


def _by(feature: str) -> Callable[[Sequence[Candidate]], list[Candidate]]:
    return lambda found: sorted(found, key=lambda c: -c.features[feature])


def _z_sum(found: Sequence[Candidate]) -> list[Candidate]:
    """The plain sum of per-query z-scores of cosine and BM25."""
    total = np.zeros(len(found))
    for feature in ("dense", "bm25"):
        values = np.array([c.features[feature] for c in found])
        total += (values - values.mean()) / (values.std() or 1.0) if len(values) else 0.0
    return [found[i] for i in np.argsort(-total, kind="stable")]


def _fitted(found: Sequence[Candidate]) -> list[Candidate]:
    """By the product's own weights, without its second look and without wider passages."""
    return rank([replace(c) for c in found], PASSAGE)


BASELINES.update(
    {"dense": _by("dense"), "lexical": _by("bm25"), "z_sum": _z_sum, "fitted": _fitted}
)


def by_group(outcomes: Iterable[dict[str, Any]], *keys: str) -> dict[str, dict[str, Any]]:
    """Outcome shares by one key or several, such as ``type`` and ``split``."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for o in outcomes:
        groups.setdefault(" · ".join(o[key] or "-" for key in keys), []).append(o)
    return {name: _shares(group) for name, group in sorted(groups.items())}


def _shares(outcomes: Sequence[dict[str, Any]]) -> dict[str, Any]:
    yes = [o for o in outcomes if o["answerable"]]
    return {
        "questions": len(outcomes),
        "document_right": metrics.mean([o["document_hit@1"] for o in yes if "document_hit@1" in o]),
        "answer_contains": metrics.mean([o["contains"] for o in yes]),
        "citation_right": metrics.mean([o["cited"] for o in yes if o["answered"]]),
        "false_refusals": metrics.mean([not o["answered"] for o in yes]),
        "false_answers": metrics.mean([o["answered"] for o in outcomes if not o["answerable"]]),
        "forbidden": metrics.mean([o["forbidden"] for o in outcomes]),
    }
