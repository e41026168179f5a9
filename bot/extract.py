"""Read the best hits sentence by sentence: spans of the text, each with what it hangs on. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kb.models import Hit, Passage, PassageKind
from kb.paths import topics
from kb.sentences import sentences

LONGEST_LEAD = 160
"""A sentence before that is longer is not said again to make clear what 其 or 该 means."""
_NUMBERING = re.compile(
    r"^\s*(?:[（(][一二三四五六七八九十百\d]{1,4}[）)]|[一二三四五六七八九十]{1,3}、|\d{1,3}[.．、](?!\d)|[①-⑳])\s*"
)
_FIELD = re.compile(r"^(?:别名|英文|相关|出处|来源)[：:]")
"""Lines of a glossary entry that help to find it and are no answer."""
_ABOUT = re.compile(
    r"^本(?:文|篇|资料|词条)(?:说明|介绍|梳理|汇总|列出|整理|讲|回答|归纳|是|评为|内容)|^标有“待核”的"
)
"""A sentence that says what a document is about, not what holds."""
_LABEL = re.compile(r"^(?:定义|详解|释义|答|做了什么|成效|口径|要点)[：:]\s*")
"""Field names that add nothing; those that judge (不能照搬, 建议) stay."""
_LEANING = re.compile(
    r"^(?:其(?![他它余])|该|此(?!外|后)|这|上述|前述|前款|前项|前两款|上款|同款|它|他们?|她们?|本[款项](?!目))"
)
"""Begins with a word that stands for something said before."""


@dataclass(slots=True)
class Sentence:
    """One sentence of a hit, with where it stands and what speaks for it.

    ``lead_span`` is the place in the text, and ``lead`` the words, of what must be said with it:
    the line that introduces its list, or the sentence that a 其 or 该 at its start points to.
    """

    hit: Hit
    rank: int
    passage: Passage
    start: int
    end: int
    text: str
    lead: str = ""
    lead_span: tuple[int, int] | None = None
    features: dict[str, float] = field(default_factory=dict)
    score: float = 0.0


def sentences_of(hits: Sequence[Hit], texts: Mapping[int, str]) -> list[Sentence]:
    """All sentences of the hits, in order of rank and place, each once."""
    found: list[Sentence] = []
    seen: set[tuple[int, int]] = set()
    for rank, hit in enumerate(hits):
        text = texts[hit.document.version_id]
        before: tuple[Passage, tuple[int, int]] | None = None
        for passage in hit.passages:
            for span in _sentence_spans(text, passage):
                lead = passage.lead or _leant_on(text, passage, span, before)
                before = (passage, span)
                place = (hit.document.version_id, span[0])
                if place in seen:
                    continue
                seen.add(place)
                words = text[slice(*lead)] if lead else ""
                lead = lead if words.strip() else None
                found.append(Sentence(hit, rank, passage, *span, text[slice(*span)], words, lead))
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


def _leant_on(
    text: str,
    passage: Passage,
    span: tuple[int, int],
    before: tuple[Passage, tuple[int, int]] | None,
) -> tuple[int, int] | None:
    """The sentence before, in the same clause, when this one begins by pointing back to it."""
    if before is None or not _LEANING.match(clean(text[slice(*span)])):
        return None
    other, place = before
    same = topics(other.path) == topics(passage.path)
    return place if same and place[1] - place[0] <= LONGEST_LEAD else None


def clean(text: str) -> str:
    """A sentence without its list number or field label, for reading; the quote keeps it."""
    return _LABEL.sub("", _NUMBERING.sub("", text)).strip()


def is_about(text: str) -> bool:
    """Whether a sentence only says what its document is about (本文说明…)."""
    return _ABOUT.match(clean(text)) is not None
