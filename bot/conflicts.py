"""Two documents in force that tell different figures for the same thing. Pure.

Both are given, with who issued them and when. Rules of another place or level, of another year, or
of a document that replaced the other are no conflict.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.extract import Sentence
from bot.figures import disagree, without_figures, years
from bot.likeness import pairs
from kb.models import DocumentInfo, Header, Validity
from kb.text import normalise

ALIKE = 0.6
"""Share of all pairs of characters, figures left out, that two sentences on one thing share."""
REACH = 4.0
"""Log odds below the answer at which another document's figure is still of the same thing."""
_IN_FORCE = frozenset({Validity.IN_FORCE, Validity.EXPIRING, Validity.UNDATED})
_LEVEL = re.compile(
    r"国家级|省级|市级|县级|大型|中型|小型|微型|首次|一次性|每年|新建|续建|最高|最低"
)


def conflict(one: Sentence, other: Sentence) -> bool:
    """Whether two sentences of different documents say different figures of the same thing."""
    mine, theirs = one.hit.document, other.hit.document
    if mine.document_id == theirs.document_id or not _comparable(mine, theirs):
        return False
    if not {one.hit.validity, other.hit.validity} <= _IN_FORCE:
        return False
    if years(one.text) != years(other.text) or _levels(one.text) != _levels(other.text):
        return False
    said, also = pairs(without_figures(one.text)), pairs(without_figures(other.text))
    alike = len(said & also) / len(said | also) if said and also else 0.0
    return alike >= ALIKE and disagree(one.text, other.text)


def _comparable(one: DocumentInfo, other: DocumentInfo) -> bool:
    """Whether both hold for the same places, and neither replaced the other."""
    headers = (one.header, other.header)
    replaced = {r for h in headers for r in (h.superseded_by, *h.supersedes)}
    names = {n for i in (one, other) for n in (i.document_id, i.header.title, i.header.doc_number)}
    return not (replaced & names - {""}) and set(headers[0].regions) == set(headers[1].regions)


def _levels(text: str) -> frozenset[str]:
    return frozenset(_LEVEL.findall(normalise(text)))


def with_opposing(chosen: Sequence[Sentence], found: Sequence[Sentence]) -> list[Sentence]:
    """The chosen sentences, and behind the first the likeliest that contradicts it, if any."""
    if not chosen:
        return []
    best, *rest = chosen
    against = [s for s in found if s.score >= best.score - REACH and conflict(best, s)]
    if not against:
        return list(chosen)
    other = max(against, key=lambda s: s.score)
    return [best, other, *(s for s in rest if s is not other)]


def conflicts(chosen: Sequence[Sentence]) -> list[tuple[Header, Header]]:
    """The pairs of documents among the chosen sentences that contradict each other."""
    return [
        (one.hit.document.header, other.hit.document.header)
        for i, one in enumerate(chosen)
        for other in chosen[i + 1 :]
        if conflict(one, other)
    ]
