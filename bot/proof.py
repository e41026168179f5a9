"""Whether a sentence that a language model wrote follows from what it cites. Pure, no model of
language judges.

First what can be compared exactly: amounts, dates, names, negations. One difference and the
sentence fails. Then how much of the sentence's own words and meaning the evidence holds: a weighted
sum over few features, fitted on labelled pairs (``bot/proof_weights.py``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from bot.alignment import edits
from bot.amounts import Amount, Day, amounts, days, in_figures, without
from bot.english_concepts import concept_fails
from bot.extract import clean
from bot.likeness import likeness as likeness_of
from bot.likeness import pairs as pairs_of
from bot.names import (
    kinds_fail,
    number_spans,
    numbers_fail,
    offices_fail,
    places_fail,
    titles_fail,
    without_titles,
)
from bot.polarity import polarity_fails
from bot.promises import promise_fails
from bot.proof_weights import CHINESE, ENGLISH, LEAST
from kb.text import is_english, normalise, tokens

LOOKED_AT = 4
"""Sentences of the evidence, the likest ones, that a claim may rest on."""
TOGETHER = 2
"""How many of them a claim may rest on at once."""

_ASIDE = re.compile(r"[（(][^（）()]*[)）]")
NEAR_COPY = 0.7
"""Share of pairs of characters from which a claim follows a sentence's wording."""
AS_NEAR = 0.03
"""A difference of such shares that tells nothing."""
LEAST_OF_CLAUSE = 0.12
"""Share of its information that the grounds must hold of each clause of a claim."""
SHORTEST_CLAUSE = 5
"""Characters of a clause that says something by itself."""

Idf = Callable[[Sequence[str]], Mapping[str, float]]
Likeness = Callable[[str, Sequence[str]], Sequence[float]]
"""A sentence and texts -> how alike they are in meaning (cosine, one each)."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A sentence of a document that a claim may rest on.

    ``text`` is what it says, with its lead; ``around`` names what it is said of: title, number,
    offices, path. ``dates`` are the first and last day the document holds.
    """

    text: str
    around: str
    regions: tuple[str, ...] = ()
    dates: tuple[date | None, date | None] = (None, None)

    @property
    def core(self) -> str:
        """What it says, without its number and what stands in brackets."""
        return clean(_ASIDE.sub("", self.text)) or self.text


@dataclass(frozen=True, slots=True)
class Proof:
    """What a claim rests on: indexes of grounds, in order, and how surely (0 to 1)."""

    grounds: tuple[int, ...]
    support: float


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a claim does not follow: a code, and what was found."""

    code: str
    evidence: str = ""


def prove(claim: str, grounds: Sequence[Ground], idf: Idf, likeness: Likeness) -> Proof | Failure:
    """The least grounds that a claim follows from, or why it follows from none.

    Of what fails, the failure of the likest grounds is told.
    """
    if not grounds or not tokens(claim):
        return Failure("no_evidence")
    said, english = in_figures(normalise(claim)), is_english(claim)
    alike = likeness(claim, [g.text for g in grounds])
    weights = idf(tokens(claim))
    order = sorted(
        range(len(grounds)),
        key=lambda i: -(alike[i] + (0 if english else _cover(said, grounds[i].text, weights))),
    )[:LOOKED_AT]
    first: Failure | None = None
    for chosen in _choices(order):
        held = [grounds[i] for i in chosen]
        failure = contradiction(said, held, english)
        if failure is None:
            told = features(said, held, weights, likeness)
            support = (ENGLISH if english else CHINESE).probability(told)
            if support >= LEAST and told.get("weakest", 1.0) >= LEAST_OF_CLAUSE:
                return Proof(tuple(sorted(chosen)), support)
            failure = Failure("unsupported", f"{support:.2f}")
        first = first or failure
    assert first is not None
    return first


def _choices(order: Sequence[int]) -> Iterator[tuple[int, ...]]:
    for size in range(1, TOGETHER + 1):
        yield from combinations(order, size)


def contradiction(said: str, held: Sequence[Ground], english: bool) -> Failure | None:
    """The first thing that a normalised sentence says otherwise than its grounds, if any."""
    shown = normalise("。".join(g.text for g in held))
    context = normalise(" ".join([*(g.around for g in held), shown]))
    regions = tuple({normalise(r) for g in held for r in g.regions})
    told = without_titles(said)
    checks: tuple[tuple[str, Callable[[], str | None]], ...] = (
        ("number", lambda: numbers_fail(said, context)),
        ("title", lambda: titles_fail(said, context)),
        ("place", lambda: places_fail(said, context, regions)),
        ("kind", lambda: kinds_fail(told, shown, context)),
        ("office", lambda: offices_fail(said, context)),
        ("promise", lambda: promise_fails(told, context)),
        ("date", lambda: _dates_fail(without(told, number_spans(told)), shown, held)),
        ("amount", lambda: _amounts_fail(told, shown, context)),
        ("exchanged", lambda: _exchanged(told, normalise("。".join(g.core for g in held)))),
        ("concept", lambda: _concept_fails(told, context, english)),
        (
            "polarity",
            lambda: polarity_fails(without_figures(told), without_figures(shown), english),
        ),
    )
    for code, check in checks:
        found = check()
        if found is not None:
            return Failure(code, found)
    return None


def _exchanged(said: str, shown: str) -> str | None:
    """A word of content that stands in the place of another, in what is else the same wording."""
    if likeness_of(pairs_of(said), pairs_of(shown)) < NEAR_COPY:
        return None
    for edit in edits(without_figures(shown), without_figures(said)):
        removed, added = (_content(text) for text in (edit.removed, edit.added))
        if "%" in edit.removed + edit.added:  # another way to put a figure or a day
            continue
        if len(removed) > 1 and len(added) > 1 and not set(removed) & set(added):
            return f"{edit.removed}→{edit.added}"
    return None


def _content(text: str) -> str:
    return "".join(c for c in text if c not in _EMPTY and _HAN.match(c))


def turns_its_model_round(claim: str, grounds: Sequence[Ground], chosen: Sequence[int]) -> bool:
    """Whether a claim follows the wording of one sentence, says otherwise, and rests on another.

    What it changed would else be found in some other sentence.
    """
    said = in_figures(normalise(claim))
    mine = pairs_of(said)
    shares = [len(mine & pairs_of(g.core)) / (len(mine) or 1) for g in grounds]
    model = max(range(len(grounds)), key=shares.__getitem__)
    if shares[model] < NEAR_COPY or (model in chosen and len(chosen) == 1):
        return False
    if len(chosen) == 1 and shares[chosen[0]] > shares[model] - AS_NEAR:
        return False
    return contradiction(said, [grounds[model]], is_english(claim)) is not None


def _concept_fails(said: str, context: str, english: bool) -> str | None:
    return concept_fails(said, context) if english else None


def _dates_fail(said: str, shown: str, held: Sequence[Ground]) -> str | None:
    theirs = days(shown)
    for g in held:
        begins, ends = g.dates
        theirs += [Day(begins.year, begins.month, begins.day, "from")] if begins else []
        theirs += [Day(ends.year, ends.month, ends.day, "until")] if ends else []
    for day in days(said):
        same = [d for d in theirs if day.within(d) and (d.end or day.side)]
        if not same or (day.side and all(d.side and d.side != day.side for d in same)):
            return said[day.start : day.end]
    return None


def without_figures(normal: str) -> str:
    """A normalised text with one sign for each date, amount and number of a document."""
    normal = _blanked(normal, [(d.start, d.end) for d in days(normal)])
    normal = _blanked(normal, number_spans(normal))
    return _blanked(normal, [(a.start, a.end) for a in amounts(normal)])


def _blanked(normal: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in sorted(spans, reverse=True):
        normal = normal[:start] + "%" + normal[end:]
    return normal


def _figures(normal: str) -> list[Amount]:
    spans = [*number_spans(normal), *((d.start, d.end) for d in days(normal))]
    return amounts(without(normal, spans))


def _amounts_fail(said: str, shown: str, context: str) -> str | None:
    theirs = _figures(shown)
    loose = {a.value for a in theirs} | {a.value for a in amounts(context)}
    for mine in _figures(said):
        same = [a for a in theirs if a.key == mine.key]
        if mine.unit in ("", "次数"):
            same = [a for a in theirs if a.value == mine.value] or same
            if not same and mine.value in loose:
                continue
        if not same or (mine.bound and all(a.bound and a.bound != mine.bound for a in same)):
            return said[mine.start : mine.end]
        if _of_another(mine, same, theirs, said, shown):
            return f"{said[mine.start : mine.end]} of another"
    return None


_CLAUSE = re.compile(r"[，。；,;]")


def _of_another(
    mine: Amount, same: Sequence[Amount], theirs: Sequence[Amount], said: str, shown: str
) -> bool:
    """Whether the words around an amount stand, in the evidence, around another one of its unit."""
    rivals = [a for a in theirs if a.unit == mine.unit and a.value != mine.value]
    if not rivals or mine.unit == "":
        return False
    around = set(tokens(_near(said, mine)))
    own = max(len(around & set(tokens(_near(shown, a)))) for a in same)
    other = max(len(around & set(tokens(_near(shown, a)))) for a in rivals)
    stated = {a.key for a in _figures(said)}
    return other > 1.35 * own + 2 and not any(a.key in stated for a in rivals)


def _near(text: str, amount: Amount) -> str:
    """The clause that an amount stands in."""
    before = max((m.end() for m in _CLAUSE.finditer(text, 0, amount.start)), default=0)
    after = _CLAUSE.search(text, amount.end)
    return text[before : after.start() if after else len(text)]


def _cover(said: str, shown: str, weights: Mapping[str, float]) -> float:
    words = set(tokens(said))
    total = sum(weights.get(w, 0.0) for w in words)
    held = set(tokens(shown))
    return sum(weights.get(w, 0.0) for w in words if w in held) / total if total else 0.0


def features(
    said: str, held: Sequence[Ground], weights: Mapping[str, float], likeness: Likeness
) -> dict[str, float]:
    """What speaks for a normalised sentence following from its grounds.

    ``alike`` is the likeness in meaning. Of an English sentence, ``part`` is that of its statement
    that is least alike. Of a Chinese one, ``cover`` is the share of its information whose words
    the grounds hold, ``weakest`` that of the clause that is covered least, ``gap`` the longest
    stretch (in tens of characters) of which they hold no pair, ``swap`` whether words of content
    were put in the place of others.
    """
    shown = normalise("。".join(g.text for g in held))
    cores = [g.core for g in held]
    alike = max(likeness(said, cores))
    if is_english(said):
        parts = [p for p in _PARTS.split(said) if len(p.split()) >= SHORTEST_PART]
        least = min((max(likeness(p, cores)) for p in parts), default=alike)
        return {"alike": alike, "part": least}
    context = normalise(" ".join([*(g.around for g in held), shown]))
    told = without_titles(said)
    clauses = [c for c in _CLAUSE.split(told) if len(c) >= SHORTEST_CLAUSE]
    return {
        "cover": _cover(said, context, weights),
        "weakest": min((_cover(c, context, weights) for c in clauses), default=1.0),
        "gap": min(1.0, _gap(said, context) / 10),
        "swap": float(_swapped(without_figures(told), without_figures(shown)) > 1),
        "alike": alike,
    }


def _swapped(said: str, shown: str) -> int:
    """Characters of content that a sentence puts in the place of others, in the same wording."""
    return max(
        (
            sum(c not in _EMPTY for c in edit.added)
            for edit in edits(shown, said)
            if edit.removed and not (set(edit.added) & set(edit.removed))
        ),
        default=0,
    )


_PARTS = re.compile(r"[,;:]|\b(?:and|but|or|after|until|if|when|for)\b")
SHORTEST_PART = 3
"""Words of an English statement that says something by itself."""
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_EMPTY = frozenset("的了在是有和与及或等其这那也都就并且对于由以为上下中内后前时将被把从自到至按照")


def _gap(said: str, shown: str) -> int:
    longest = 0
    for run in _HAN.findall(said):
        length = 0
        for i, char in enumerate(run):
            pair = run[i : i + 2]
            held = (len(pair) == 2 and pair in shown) or (i > 0 and run[i - 1 : i + 1] in shown)
            length = 0 if held else length + (char not in _EMPTY)
            longest = max(longest, length)
    return longest
