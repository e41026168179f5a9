"""Answer without an LLM: choose the sentences of the hits that answer, and quote them.

Every sentence of the best hits gets features (how much of the question's information it holds,
how near in meaning it is, how good its hit is) and a calibrated probability. The best sentence is
the answer; what follows it in the same clause or list joins while it keeps carrying the answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from kb.models import Hit, Passage, PassageKind
from kb.ranking import Weights, coverage
from kb.sentences import sentences
from kb.text import normalise

MAX_CHARS = 220
"""An answer stops growing here; the best sentence is always whole."""
MAX_SENTENCES = 3
_NUMBERING = re.compile(
    r"^\s*(?:[（(][一二三四五六七八九十百\d]{1,4}[）)]|[一二三四五六七八九十]{1,3}、|\d{1,3}[.．、](?!\d)|[①-⑳])\s*"
)
_HOW_MUCH = re.compile(
    r"多少|几[个年条项家人元倍成次天日月级座]|多大|多高|多长|比例|税率|标准|金额|额度|上限|期限|何时|什么时候|哪[一]?[年天月]|哪日"
    r"|how (?:much|many|long)|what (?:is the )?rate|until when|when\b"
)


@dataclass(slots=True)
class Sentence:
    """One sentence of a hit, with where it stands and what speaks for it."""

    hit: Hit
    rank: int
    passage: Passage
    start: int
    end: int
    text: str
    lead: str
    features: dict[str, float] = field(default_factory=dict)
    score: float = 0.0


def sentences_of(hits: Sequence[Hit], texts: Mapping[int, str]) -> list[Sentence]:
    """All sentences of the hits, in order of rank and place, each once."""
    found: list[Sentence] = []
    seen: set[tuple[int, int]] = set()
    for rank, hit in enumerate(hits):
        text = texts[hit.document.version_id]
        for passage in hit.passages:
            lead = text[slice(*passage.lead)] if passage.lead else ""
            for start, end in _sentence_spans(text, passage):
                place = (hit.document.version_id, start)
                if place not in seen:
                    seen.add(place)
                    found.append(Sentence(hit, rank, passage, start, end, text[start:end], lead))
    return found


def _sentence_spans(text: str, passage: Passage) -> list[tuple[int, int]]:
    """Sentence spans of a passage, trimmed; a row is one sentence, bare numbering is none."""
    if passage.kind is PassageKind.ROW:
        return [(passage.start, passage.end)]
    spans = []
    for start, end in sentences(text[passage.start : passage.end]):
        raw = text[passage.start + start : passage.start + end]
        a = passage.start + start + len(raw) - len(raw.lstrip())
        b = passage.start + start + len(raw.rstrip())
        if b > a and clean(text[a:b]):
            spans.append((a, b))
    return spans


def score_sentences(
    found: Sequence[Sentence],
    question: str,
    question_vector: NDArray[np.float32],
    idf: Mapping[str, float],
    encode: Callable[[Sequence[str]], NDArray[np.float32]],
    weights: Weights,
) -> None:
    """Fill in features and scores, in place. ``encode``: passages -> unit rows (n, d)."""
    if not found:
        return
    vectors = encode([f"{s.lead}{s.text}" for s in found])
    wants_number = _HOW_MUCH.search(normalise(question)) is not None
    for s, vector in zip(found, vectors, strict=True):
        context = f"{s.hit.document.header.title} {' '.join(s.passage.path)} {s.lead} {s.text}"
        body = normalise(s.lead + s.text)
        s.features = {
            "dense": float(vector @ question_vector),
            "cover": coverage(idf, body),
            "context": coverage(idf, normalise(context)),
            "hit": s.hit.score,
            "rank": 1.0 / (1 + s.rank),
            "number": float(wants_number and any(ch.isdigit() for ch in s.text)),
            "question": float(s.text.rstrip("」”\"' ").endswith(("？", "?"))),
            "short": float(len(clean(s.text)) < 12),
        }
        s.score = weights.probability(s.features)


def choose(found: Sequence[Sentence], keep: float = 0.5) -> list[Sentence]:
    """The sentences that make the answer: the best one, and neighbours that carry it on.

    Args:
        found: scored sentences in order of rank and place.
        keep: a neighbour joins while its score is at least this share of the best one's.
    """
    if not found:
        return []
    best = max(range(len(found)), key=lambda i: (found[i].score, -i))
    chosen = [best]
    size = len(found[best].text)
    for step in (1, -1):
        i = best + step
        while 0 <= i < len(found) and len(chosen) < MAX_SENTENCES:
            s = found[i]
            close = s.hit is found[best].hit and s.score >= keep * found[best].score
            if not close or size + len(s.text) > MAX_CHARS:
                break
            chosen.append(i)
            size += len(s.text)
            i += step
    return [found[i] for i in sorted(chosen)]


def clean(text: str) -> str:
    """A sentence without its list number, for reading; the quote keeps it."""
    return _NUMBERING.sub("", text).strip()
