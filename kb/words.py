"""The words a reader's documents use, by how they sound. For putting typing errors right.

Built from the documents one audience may see and from nothing else: a correction never shows a
word that stands only where the reader may not look. What is an ordinary word is jieba's business
(349,046 words with their frequency, in rjieba, whose import takes 0.09 s).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from kb import pinyin
from kb.text import normalise

_RUN = re.compile(r"[\u4e00-\u9fff]{2,}")
SHORTEST, LONGEST = 2, 10
"""Characters of the words and names kept."""
_SEEN = 2
"""A word of the texts counts when it stands there at least so often: typing errors do not."""
CHARACTERS = 2_000_000
"""Of the texts as much is read; segmenting takes a second for these."""
JOINTS = frozenset("的和与或及等是在了把给要不有")
"""No part of a name begins or ends with one."""


@dataclass(frozen=True, slots=True)
class Words:
    """Known words. ``names`` are (parts of) the names of terms and documents, ``frequent`` words
    of the texts with their count; ``by_sound`` finds both by ``pinyin.keys``.
    """

    names: frozenset[str]
    frequent: dict[str, int]
    by_sound: dict[str, tuple[str, ...]]

    def __contains__(self, word: str) -> bool:
        return word in self.names or word in self.frequent


def segment(text: str) -> list[str]:
    """The words of a Chinese text by dictionary alone; what is no word falls into characters."""
    import rjieba

    return rjieba.cut(text, False)


def read_words(names: Iterable[str], texts: Iterable[str]) -> Words:
    """Collect the words.

    Args:
        names: of terms and documents.
        texts: of the documents; what is beyond ``CHARACTERS`` is not read.
    """
    named = dict.fromkeys(part for name in names for part in _parts(name))
    frequent = {w: n for w, n in _count(texts).most_common() if n >= _SEEN}
    by_sound: dict[str, list[str]] = {}
    for word in dict.fromkeys([*named, *frequent]):
        for key in pinyin.keys(word):
            by_sound.setdefault(key, []).append(word)
    return Words(frozenset(named), frequent, {k: tuple(v) for k, v in by_sound.items()})


def by_letters(words: Words) -> dict[str, str]:
    """The words by how they are typed in letters; names before words of the texts."""
    found: dict[str, str] = {}
    for word in [*sorted(words.names), *words.frequent]:
        for letters in pinyin.spelled(word):
            found.setdefault(letters, word)
    return found


def _parts(name: str) -> Iterator[str]:
    """A name's stretches of whole words: 负面清单 -> 负面清单, 负面, 清单."""
    for run in _RUN.findall(normalise(name)):
        ends = [0]
        for word in segment(run):
            ends.append(ends[-1] + len(word))
        whole = {end for start, end in pairwise(ends) if end - start > 1}
        for start in ends:
            for end in ends:
                single = end in whole and ends[ends.index(end) - 1] == start
                fits = SHORTEST <= end - start <= LONGEST and (end - start > 2 or single)
                if fits and run[start] not in JOINTS and run[end - 1] not in JOINTS:
                    yield run[start:end]


def _count(texts: Iterable[str]) -> Counter[str]:
    counted: Counter[str] = Counter()
    left = CHARACTERS
    for text in texts:
        if left <= 0:
            break
        for run in _RUN.findall(normalise(text[:left])):
            counted.update(w for w in segment(run) if SHORTEST <= len(w) <= LONGEST)
        left -= len(text)
    return counted
