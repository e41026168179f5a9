"""The numbered passages that a language model is given, within its context. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.evidence import Evidence
from bot.extract import Sentence, is_about, sentences_of
from bot.steering import steers
from kb.models import Hit

MOST = 8
"""Passages for one answer."""
_AROUND = 120
"""Tokens of what stands around a passage: its document, number, place and marks."""
_WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")


@dataclass(frozen=True, slots=True)
class Source:
    """A passage under its number, and the sentences of it that a claim can rest on."""

    n: int
    hit: Hit
    sentences: tuple[Sentence, ...]


def sources_of(evidence: Evidence, texts: Mapping[int, str], room: int) -> list[Source]:
    """The passages of an answer: those of the chosen sentences first, then by rank.

    Args:
        evidence: what was found for this reader; nothing else is given.
        texts: version id -> canonical text, for the versions of all hits.
        room: tokens that the passages may take together; the first is given in any case.
    """
    found: list[Source] = []
    for hit in _in_order(evidence):
        if hit.document.version_id not in texts or steers(hit.text):
            continue
        cost = model_tokens(hit.text) + _AROUND
        if found and cost > room:
            continue
        room -= cost
        said = tuple(s for s in sentences_of([hit], texts) if not is_about(s.text))
        found.append(Source(len(found) + 1, hit, said))
        if len(found) == MOST:
            break
    return found


def _in_order(evidence: Evidence) -> list[Hit]:
    hits = [*(s.hit for s in evidence.chosen), *evidence.hits]
    return list({(hit.document.version_id, hit.start): hit for hit in hits}.values())


def model_tokens(text: str) -> int:
    """About how many tokens a text has, rather too many: one a Chinese character, one for two
    others (Qwen and DeepSeek count fewer).
    """
    wide = len(_WIDE.findall(text))
    return wide + (len(text) - wide + 1) // 2
