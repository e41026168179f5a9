"""Typing errors in a question, put right by what the documents say. Pure.

Most are characters that sound alike (青单 for 清单), some are neighbours in the wrong order, some
words are typed in letters. A stretch is read as a known word only where what was written is no
word, stands in no document the reader may see, and sounds like one that does. Figures, document
numbers, dates and places are never touched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from kb import pinyin
from kb.places import place_spans
from kb.words import JOINTS, LONGEST, Words, by_letters, segment

_RUN = re.compile(r"[\u4e00-\u9fff]{2,}")
_LETTERS = re.compile(r"[a-z]+(?:[ '’]+[a-z]+)*")
_PLAIN = frozenset(
    "的了吗呢吧啊嘛么呀哦得地着过在是有不没能会要可就都也还才又再很太我你您他她它们咱俺这那哪"
    "几多少个些和与或跟同给被把让叫到从向对为以及等后前上下里中内外间时年月日号条款项元亿万千百"
    "十一二三四五六七八九零两半第做办起分用想去来说问谁啥咋怎何"
)
"""Characters that stand alone in any sentence: they are typed on purpose, unless a long name says
otherwise."""
_FIGURES = frozenset("零〇一二三四五六七八九十百千万亿两半几")
_SURE = 4
"""Characters of a name from which its other characters vouch for a plain one among them."""
_LEAST_LETTERS = 4


@dataclass(frozen=True, slots=True)
class Correction:
    """What was written, and what it was read as."""

    written: str
    read: str


@dataclass(frozen=True, slots=True)
class _Change:
    start: int
    end: int
    read: str
    weight: tuple[int, bool, int]


def correct(
    normal: str, words: Words, stands: Callable[[str], bool]
) -> tuple[str, tuple[Correction, ...]]:
    """A normalised question as it was probably meant, and what was changed in it.

    Args:
        normal: the question, as of ``kb.text.normalise``.
        words: what the reader's documents say.
        stands: whether a stretch stands in one of them.
    """
    changes = _from_letters(normal, words) or _chosen(_changes(normal, words, stands))
    made = normal
    for change in reversed(changes):
        made = made[: change.start] + change.read + made[change.end :]
    return made, tuple(Correction(normal[c.start : c.end], c.read) for c in changes)


def _chosen(changes: Iterator[_Change]) -> list[_Change]:
    """The weightiest changes, none overlapping another, in order of place."""
    kept: list[_Change] = []
    for change in sorted(changes, key=lambda c: c.weight, reverse=True):
        if all(change.end <= k.start or change.start >= k.end for k in kept):
            kept.append(change)
    return sorted(kept, key=lambda c: c.start)


def _changes(normal: str, words: Words, stands: Callable[[str], bool]) -> Iterator[_Change]:
    for run in _RUN.finditer(normal):
        text, at = run.group(), run.start()
        known = _known(text, words)
        for start in range(len(text)):
            for end in range(start + 2, min(start + LONGEST, len(text)) + 1):
                if all(known[start:end]):
                    continue
                written = text[start:end]
                for read in _candidates(written, words):
                    if _fits(written, read, known[start:end], words) and not stands(written):
                        same = sum(a == b for a, b in zip(written, read, strict=True))
                        weight = (same, read in words.names, words.frequent.get(read, 0))
                        yield _Change(at + start, at + end, read, weight)


def _known(text: str, words: Words) -> list[bool]:
    """For each character whether it is part of a word: an ordinary one, a known one, a place."""
    known = [False] * len(text)
    ends = [0]
    for word in segment(text):
        ends.append(ends[-1] + len(word))
    spans = [(a, b) for a, b in pairwise(ends) if b - a > 1]
    spans += [
        (a, b)
        for a in range(len(text))
        for b in range(a + 2, min(a + LONGEST, len(text)) + 1)
        if text[a:b] in words
    ]
    for a, b in [*spans, *((a, b) for a, b, _ in place_spans(text))]:
        known[a:b] = [True] * (b - a)
    return known


def _candidates(written: str, words: Words) -> dict[str, None]:
    """Known words that sound like it, or are it with two neighbours in the other order."""
    found: dict[str, None] = {}
    for key in pinyin.keys(written):
        found.update(dict.fromkeys(words.by_sound.get(key, ())))
    if len(written) >= _SURE:
        for i in range(len(written) - 1):
            turned = written[:i] + written[i + 1] + written[i] + written[i + 2 :]
            if turned in words.names:
                found[turned] = None
    found.pop(written, None)
    return found


def _fits(written: str, read: str, known: list[bool], words: Words) -> bool:
    """Whether the change is small, and all that it changes stood there without sense."""
    if len(read) != len(written):
        return False
    changed = [i for i, (a, b) in enumerate(zip(written, read, strict=True)) if a != b]
    if any(known[i] or written[i] in _FIGURES or read[i] in _FIGURES for i in changed):
        return False
    if 2 * len(changed) > len(written):
        return False
    sure = len(written) >= _SURE and read in words.names
    if any(written[i] in _PLAIN for i in changed):
        return sure and len(changed) == 1 and read[changed[0]] not in JOINTS
    if len(written) < _SURE:  # nothing else vouches for it
        exact = all(pinyin.may_stand_for(written[i], read[i]) for i in changed)
        return exact and not any(known) and (len(written) > 2 or not set(written) & _PLAIN)
    return True


def _from_letters(normal: str, words: Words) -> list[_Change]:
    """Words typed in letters (``xibu dakaifa``), where all letters of a question are such."""
    stretches = list(_LETTERS.finditer(normal))
    if not stretches or not all(
        pinyin.is_pinyin(w) for s in stretches for w in re.split(r"[ '’]+", s.group())
    ):
        return []
    typed = by_letters(words)
    changes = []
    for stretch in stretches:
        ends = [m.span() for m in re.finditer(r"[a-z]+", stretch.group())]
        i = 0
        while i < len(ends):
            for j in range(len(ends), i, -1):
                written = stretch.group()[ends[i][0] : ends[j - 1][1]]
                for part in _readable(re.sub(r"[ '’]", "", written), typed):
                    a = stretch.start() + ends[i][0]
                    changes.append(_Change(a, a + len(written), part, (0, True, 0)))
                    i = j - 1
                    break
                else:
                    continue
                break
            i += 1
    return changes


def _readable(letters: str, typed: dict[str, str]) -> Iterator[str]:
    """The letters as known words end to end, in as few as can be; nothing where they are not."""
    best: list[list[str] | None] = [[], *([None] * len(letters))]
    for end in range(1, len(letters) + 1):
        for start in range(end - 1, -1, -1):
            before, word = best[start], typed.get(letters[start:end])
            if before is not None and word and end - start >= _LEAST_LETTERS:
                here = best[end]
                if here is None or len(before) + 1 < len(here):
                    best[end] = [*before, word]
    if letters and best[-1]:
        yield "".join(best[-1])
