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

from bot.sorts import Sort, asked_sorts, held_share
from kb.models import Hit, Passage, PassageKind
from kb.paths import topics
from kb.ranking import Weights, coverage
from kb.sentences import sentences
from kb.text import normalise

MAX_CHARS = 220
"""An answer stops growing here; the best sentence is always whole."""
MAX_SENTENCES = 3
KEEP = 3.0
GAIN = 0.08
WHOLE = 2.0
"""Log odds for a document that answers every part of a question; as much as ``sort`` weighs."""
REACH = 6.0
"""Log odds below the best at which a sentence may still complete the answer."""
_NUMBERING = re.compile(
    r"^\s*(?:[（(][一二三四五六七八九十百\d]{1,4}[）)]|[一二三四五六七八九十]{1,3}、|\d{1,3}[.．、](?!\d)|[①-⑳])\s*"
)
_FIELD = re.compile(r"^(?:别名|英文|相关|出处|来源)[：:]")
"""Lines of a glossary entry that help to find it and are no answer."""
_ABOUT = re.compile(
    r"^本(?:文|篇|资料|词条)(?:说明|介绍|梳理|汇总|列出|整理|讲|回答|归纳|是|评为|内容)"
)
"""A sentence that says what a document is about, not what holds."""
_LABEL = re.compile(r"^(?:定义|详解|释义|答)[：:]\s*")


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
        if b > a and clean(text[a:b]) and not _FIELD.match(text[a:b]):
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
    sorts = asked_sorts(normalise(question))
    for s, vector in zip(found, vectors, strict=True):
        context = (
            f"{s.hit.document.header.title} {' '.join(topics(s.passage.path))} {s.lead} {s.text}"
        )
        body = normalise(s.lead + s.text)
        s.features = {
            "dense": float(vector @ question_vector),
            "cover": coverage(idf, body),
            "context": coverage(idf, normalise(context)),
            "rank": 1.0 / (1 + s.rank),
            "sort": held_share(sorts, body) if sorts else 0.0,
            "glossary": s.hit.scores.get("glossary", 0.0),
            "about": float(_ABOUT.match(clean(s.text)) is not None),
        }
        s.score = weights.evidence(s.features)


def choose(
    found: Sequence[Sentence],
    idf: Mapping[str, float],
    sorts: tuple[Sort, ...] = (),
    keep: float = KEEP,
    gain: float = GAIN,
) -> list[Sentence]:
    """The sentences that make the answer: the best one, and what completes it.

    Two things complete an answer: neighbours in the same clause that score nearly as well (the
    rule goes on), and a sentence that speaks of what the question asks besides
    ("税率是多少，执行到哪一年").

    Args:
        found: scored sentences in order of rank and place.
        idf: the question's tokens and their information.
        sorts: what sorts of thing are asked for; one that is unsaid is looked for.
        keep: a neighbour joins while its score is at most this much (log odds) below the best.
        gain: another sentence joins when it adds this share of the question's information.
    """
    if not found:
        return []
    whole = _wholeness(found, sorts)
    telling = [i for i, s in enumerate(found) if not s.features["about"]] or range(len(found))
    best = max(telling, key=lambda i: (found[i].score + whole[i], -i))
    chosen = [best]
    room = MAX_CHARS - len(found[best].text)
    subject = topics(found[best].passage.path)
    for step in (1, -1):
        i = best + step
        while 0 <= i < len(found) and len(chosen) < MAX_SENTENCES:
            s = found[i]
            near = s.hit is found[best].hit and topics(s.passage.path) == subject
            if not near or s.score < found[best].score - keep or len(s.text) > room:
                break
            if s.features["about"] and not found[best].features["about"]:
                break
            chosen.append(i)
            room -= len(s.text)
            i += step
    while len(chosen) < MAX_SENTENCES:
        extra = _completing(found, chosen, idf, sorts, gain, room)
        if extra is None:
            break
        chosen.append(extra)
        room -= len(found[extra].text)
    return [found[i] for i in sorted(chosen)]


def _wholeness(found: Sequence[Sentence], sorts: tuple[Sort, ...]) -> list[float]:
    """What a sentence gains from its document answering the other parts of the question too.

    One source for "税率是多少，执行到哪一年" is better than two; only such questions are affected.
    """
    if len(sorts) < 2:
        return [0.0] * len(found)
    said: dict[int, str] = {}
    for s in found:
        version = s.hit.document.version_id
        said[version] = f"{said.get(version, '')}\n{normalise(s.lead + s.text)}"
    share = {version: held_share(sorts, text) for version, text in said.items()}
    return [WHOLE * share[s.hit.document.version_id] for s in found]


def _completing(
    found: Sequence[Sentence],
    chosen: Sequence[int],
    idf: Mapping[str, float],
    sorts: tuple[Sort, ...],
    gain: float,
    room: int,
) -> int | None:
    """The best sentence that says what is asked for and still unsaid, if any.

    The answer's own document comes first; another one only for a sort of thing still missing.
    """
    version = found[chosen[0]].hit.document.version_id
    said = normalise(" ".join(found[i].lead + found[i].text for i in chosen))
    total = sum(idf.values()) or 1.0
    left = {token: weight for token, weight in idf.items() if token not in said}
    unsaid = tuple(sort for sort in sorts if held_share((sort,), said) == 0)
    floor = max(found[i].score for i in chosen) - REACH
    best: tuple[bool, float, int] | None = None
    for i, s in enumerate(found):
        if i in chosen or len(s.text) > room:
            continue
        own = s.hit.document.version_id == version
        text = normalise(s.text)
        adds = coverage(left, text) * sum(left.values()) / total
        answers = bool(unsaid) and held_share(unsaid, text) > 0 and s.score >= floor
        fits = ((own and adds >= gain) or answers) and s.features["about"] == 0
        if fits and (best is None or (own, s.score) > best[:2]):
            best = (own, s.score, i)
    return None if best is None else best[2]


def clean(text: str) -> str:
    """A sentence without its list number or field label, for reading; the quote keeps it."""
    return _LABEL.sub("", _NUMBERING.sub("", text)).strip()
