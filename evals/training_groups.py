"""What one training step reads: a question with one right text, wrong ones, and spoilt questions.

Every epoch draws anew: a window or a single sentence, other wrong texts, another noise. A spoilt
question is one its text leaves open: written so by us (a miss), or the question moved to another
place or year by rule.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from evals.training_pairs import Sample
from kb.places import HOME, PARENTS, places_in, within
from kb.text import normalise

WRONG = 4
"""Wrong texts a group."""
LONG = 320
"""Characters from which a right text is likely cut off before its end."""
_YEAR = re.compile(r"(?:19|20)\d{2}(?=年|\b)")
_ABROAD = ("日本", "美国", "德国", "新加坡", "越南", "泰国", "韩国", "英国")
_SWAP = str.maketrans(
    {"请": "情", "税": "说", "资": "姿", "报": "抱", "企": "启", "办": "半", "款": "宽"}
)


@dataclass(frozen=True, slots=True)
class Group:
    """``pairs[0]`` is right, the next ``wrong`` have its question, the rest its text."""

    pairs: tuple[tuple[str, str], ...]
    wrong: int


def draw(sample: Sample, rng: random.Random) -> Group:
    """A group of a sample. ``rng`` decides everything."""
    short = bool(sample.right_short) and rng.random() < 0.4
    right = rng.choice(sample.right_short if short else sample.right)
    if len(right) > LONG and sample.right_short:
        short, right = True, rng.choice(sample.right_short)
    question = noisy(sample.question, rng)
    if sample.source in ("laws", "lecoqa") and rng.random() < 0.06:
        question = f"在{rng.choice((HOME, '陕西', '西安', '我们县里'))}，{question}"
    # A wrong text nearer the top is drawn more often.
    count = min(WRONG, len(sample.wrong))
    places = [int(len(sample.wrong) * rng.random() ** 1.6) for _ in range(4 * count)]
    chosen = list(dict.fromkeys(places))[:count]
    kind = sample.wrong_short if (rng.random() < (0.75 if short else 0.25)) else sample.wrong
    wrong = [(kind if i < len(kind) else sample.wrong)[i] for i in chosen]
    pairs = [(question, right), *((question, text) for text in wrong)]
    pairs += [(noisy(miss, rng), right) for miss in sample.misses]
    moved = elsewhere(question, right, sample.source, rng) or another_year(question, right, rng)
    if moved:
        pairs.append((moved, right))
    return Group(tuple(pairs), len(wrong))


def noisy(question: str, rng: random.Random) -> str:
    """Sometimes with a letter lost, two swapped, or a homophone; mostly as it is."""
    if len(question) < 8 or rng.random() > 0.08:
        return question
    at = rng.randrange(1, len(question) - 2)
    kind = rng.randrange(3)
    if kind == 0:
        return question[:at] + question[at + 1 :]
    if kind == 1:
        return question[:at] + question[at + 1] + question[at] + question[at + 2 :]
    return question.translate(_SWAP)


def elsewhere(question: str, text: str, source: str, rng: random.Random) -> str | None:
    """The question about a place that the text does not speak for; None where that is no change.

    National law holds everywhere in the country, but not abroad.
    """
    asked, told = places_in(normalise(question)), places_in(normalise(text))
    if source in ("laws", "lecoqa"):
        return f"{rng.choice(_ABROAD)}的规定里，{question}" if rng.random() < 0.08 else None
    speaks = {region for place in told for region in within(place)} | set(told)
    others = [p for p in PARENTS if p not in speaks and len(p) == 2]
    named = [p for p in asked if p in told and p in question]
    if named and rng.random() < 0.6:
        return question.replace(named[0], rng.choice(others))
    if told and not asked and rng.random() < 0.3:
        return f"{rng.choice(others)}{rng.choice(('的', '那边', '，', '市'))}{question}"
    return None


def another_year(question: str, text: str, rng: random.Random) -> str | None:
    """The question about a year that the text does not name, if it names one that the text does."""
    years = [y for y in _YEAR.findall(question) if y in text]
    if not years or rng.random() > 0.5:
        return None
    others = [str(y) for y in range(2010, 2031) if str(y) not in text]
    return question.replace(rng.choice(years), rng.choice(others))


def epochs(samples: Sequence[Sample], seed: int) -> Groups:
    """An endless stream of groups, every sample once an epoch."""
    return Groups(samples, random.Random(seed))  # noqa: S311  no secret


class Groups:
    """Iterator over groups; ``epoch`` counts how often the samples have been through."""

    def __init__(self, samples: Sequence[Sample], rng: random.Random) -> None:
        self._samples, self._rng = samples, rng
        self._order: list[int] = []
        self.epoch = -1

    def take(self, count: int) -> list[Group]:
        """The next ``count`` groups."""
        found = []
        for _ in range(count):
            if not self._order:
                self._order = self._rng.sample(range(len(self._samples)), len(self._samples))
                self.epoch += 1
            found.append(draw(self._samples[self._order.pop()], self._rng))
        return found
