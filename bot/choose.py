"""Which of the scored sentences make the answer, and in which order they are said. Pure.

The best sentence comes first: it answers. Others join while they are nearly as likely to hold the
answer, sooner when they stand beside one that is chosen, and when a part of the question is still
unsaid. So a sure answer is one sentence, and an unsure one up to four.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.extract import Sentence
from bot.figures import disagree
from bot.likeness import SAME, likeness, pairs
from bot.sorts import Sort, held_share
from kb.models import Kind
from kb.paths import topics
from kb.text import normalise

MAX_CHARS = 260
"""An answer stops growing here; the best sentence is always whole."""
MAX_SENTENCES = 4
KEEP = 2.5
"""Log odds below the best within which a sentence joins."""
BESIDE = 2.0
"""Log odds that a neighbour in the same clause is let off: the rule goes on there."""
WHOLE = 2.0
"""Log odds for a document that answers every part of a question; as much as ``sort`` weighs."""
REACH = 6.0
"""Log odds below the best at which a sentence may still say what is unsaid."""
EQUAL = 1.5
"""Log odds within which a document's own words are preferred to the glossary's summary."""


def choose(
    found: Sequence[Sentence],
    sorts: tuple[Sort, ...] = (),
    keep: float = KEEP,
    beside: float = BESIDE,
    most: int = MAX_SENTENCES,
) -> list[Sentence]:
    """The sentences that make the answer: the one that answers first, then those of its clause
    in the order of the text, then the others.

    Args:
        found: scored sentences in order of rank and place.
        sorts: what sorts of thing are asked for; one that is unsaid is looked for.
        keep: a sentence joins while its score is at most this much (log odds) below the best.
        beside: what a neighbour of a chosen sentence is let off.
        most: how many sentences at most.
    """
    if not found:
        return []
    whole = _wholeness(found, sorts)
    telling = [i for i, s in enumerate(found) if not s.features["about"]] or [*range(len(found))]
    words = {i: pairs(found[i].text) for i in telling}
    best = max(telling, key=lambda i: (found[i].score + whole[i], -i))
    best = _own_words(found, telling, words, best)
    best = _newest(found, telling, best)
    chosen = [best]
    room = MAX_CHARS - len(found[best].text)
    while len(chosen) < most:
        fit = [
            i
            for i in telling
            if i not in chosen
            and len(found[i].text) <= room
            and not any(_repeats(found[i], found[j], likeness(words[i], words[j])) for j in chosen)
        ]
        extra = _next(found, fit, chosen, keep, beside)
        if extra is None:
            extra = _unsaid(found, fit, chosen, sorts)
        if extra is None:
            break
        chosen.append(extra)
        room -= len(found[extra].text)
    return [found[i] for i in _reading_order(found, _telling_first(found, chosen, sorts))]


def _newest(found: Sequence[Sentence], telling: Sequence[int], best: int) -> int:
    """The sentence of the latest document of the same title, when it is about as good.

    Of two editions in force (one may be for some readers only) the later one tells what holds.
    """
    title, since = found[best].hit.document.header.title, _since(found[best])
    later = [
        i
        for i in telling
        if found[i].hit.document.header.title == title
        and _since(found[i]) > since
        and found[i].score >= found[best].score - EQUAL
    ]
    return max(later, key=lambda i: (_since(found[i]), found[i].score), default=best)


def _since(s: Sentence) -> date:
    header = s.hit.document.header
    return header.effective or header.published or date.min


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


def _own_words(
    found: Sequence[Sentence],
    telling: Sequence[int],
    words: dict[int, frozenset[str]],
    best: int,
) -> int:
    """A document's sentence in place of the glossary's that says the same about as well."""
    if found[best].hit.document.header.kind is not Kind.GLOSSARY:
        return best
    same = [
        i
        for i in telling
        if found[i].hit.document.header.kind is not Kind.GLOSSARY
        and found[i].score >= found[best].score - EQUAL
        and likeness(words[i], words[best]) >= SAME
    ]
    return max(same, key=lambda i: found[i].score, default=best)


def _repeats(s: Sentence, other: Sentence, alike: float) -> bool:
    """Whether a sentence is said already: in about the same words and figures, or as a lead."""
    same = alike >= SAME and not disagree(s.text, other.text)
    return same or (
        s.hit.document.version_id == other.hit.document.version_id
        and (s.start, s.end) == other.lead_span
    )


def _beside(found: Sequence[Sentence], i: int, chosen: Sequence[int]) -> bool:
    """Whether a sentence stands right before or after a chosen one, in the same clause."""
    return any(
        abs(i - j) == 1
        and found[i].hit is found[j].hit
        and topics(found[i].passage.path) == topics(found[j].passage.path)
        for j in chosen
    )


def _next(
    found: Sequence[Sentence],
    fit: Sequence[int],
    chosen: Sequence[int],
    keep: float,
    beside: float,
) -> int | None:
    """The likeliest sentence that is not too far below the best, if any."""
    floor = found[chosen[0]].score - keep
    let_off = {i: found[i].score + beside * _beside(found, i, chosen) for i in fit}
    best = max(fit, key=lambda i: (let_off[i], -i), default=None)
    return best if best is not None and let_off[best] >= floor else None


def _unsaid(
    found: Sequence[Sentence],
    fit: Sequence[int],
    chosen: Sequence[int],
    sorts: tuple[Sort, ...],
) -> int | None:
    """The best sentence that holds a sort of thing asked for and not yet said, if any.

    The answer's own document comes first.
    """
    said = normalise(" ".join(found[i].lead + found[i].text for i in chosen))
    unsaid = tuple(sort for sort in sorts if held_share((sort,), said) == 0)
    if not unsaid:
        return None
    version = found[chosen[0]].hit.document.version_id
    floor = found[chosen[0]].score - REACH
    fit = [
        i
        for i in fit
        if found[i].score >= floor and held_share(unsaid, normalise(found[i].text)) > 0
    ]
    own = [i for i in fit if found[i].hit.document.version_id == version]
    return max(own or fit, key=lambda i: (found[i].score, -i), default=None)


def _telling_first(
    found: Sequence[Sentence], chosen: Sequence[int], sorts: tuple[Sort, ...]
) -> list[int]:
    """The chosen, beginning with one that holds the sort of thing asked for, if the best does not.

    Who asks until when reads a date first, not what the rule is called.
    """
    told = [i for i in chosen if sorts and _holds(found[i], sorts)]
    first = told[0] if told and chosen[0] not in told else chosen[0]
    return [first, *(i for i in chosen if i != first)]


def _holds(s: Sentence, sorts: tuple[Sort, ...]) -> bool:
    return held_share(sorts, normalise(s.lead + s.text)) == 1.0


def _reading_order(found: Sequence[Sentence], chosen: Sequence[int]) -> list[int]:
    """The best first, then its clause in the order of the text, then the rest as it was chosen."""
    best, *rest = chosen
    clause = topics(found[best].passage.path)
    version = found[best].hit.document.version_id
    near = [
        i
        for i in rest
        if found[i].hit.document.version_id == version and topics(found[i].passage.path) == clause
    ]
    return [best, *sorted(near, key=lambda i: found[i].start), *(i for i in rest if i not in near)]
