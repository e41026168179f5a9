"""Glossary terms at work: find the terms a question names, and say them in other words.

Both directions count: an alias in the question brings the term's own name and the other aliases,
and English names bring the Chinese ones, which is how an English question meets Chinese clauses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kb.models import Term
from kb.text import has_chinese, normalise

_WORD = re.compile(r"[a-z0-9][a-z0-9'’&+.%]*")
"""A hyphen parts words: ``super-deduction`` is ``super deduction``."""
_SUFFIXES = ("'s", "ies", "es", "s")
_MAX_WORDS = 8


@dataclass(frozen=True, slots=True)
class Mention:
    """A term named in a question: its span in the normalised question, and the term."""

    start: int
    end: int
    term: Term


def _stem(word: str) -> str:
    """Fold plurals and possessives: ``enterprise``, ``enterprises``, ``enterprise's`` are one."""
    word = word.strip(".").replace("’", "'")
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            word = word[: -len(suffix)] + ("y" if suffix == "ies" else "")
            break
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def _phrase(text: str) -> tuple[str, ...]:
    return tuple(_stem(word) for word in _WORD.findall(text))


class Glossary:
    """All live terms, ready to be looked up. Built once per change of the base; then read only."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self.terms = tuple(terms)
        self._chinese: dict[str, Term] = {}
        self._english: dict[tuple[str, ...], Term] = {}
        for term in self.terms:
            for name in (term.name, *term.aliases, *term.english):
                normal = normalise(name)
                if has_chinese(normal):
                    if len(normal) >= 2:
                        self._chinese.setdefault(normal, term)
                elif phrase := _phrase(normal):
                    self._english.setdefault(phrase, term)
        self._longest = max(map(len, self._chinese), default=0)

    def mentions(self, question: str) -> list[Mention]:
        """Terms named in the question, longest names first at each place, without overlap."""
        text = normalise(question)
        return sorted(self._chinese_mentions(text) + self._english_mentions(text), key=_by_start)

    def _chinese_mentions(self, text: str) -> list[Mention]:
        found = []
        i = 0
        while i < len(text):
            for length in range(min(self._longest, len(text) - i), 1, -1):
                term = self._chinese.get(text[i : i + length])
                if term is not None:
                    found.append(Mention(i, i + length, term))
                    i += length - 1
                    break
            i += 1
        return found

    def _english_mentions(self, text: str) -> list[Mention]:
        words = list(_WORD.finditer(text))
        stems = [_stem(word.group()) for word in words]
        found = []
        i = 0
        while i < len(words):
            for length in range(min(_MAX_WORDS, len(words) - i), 0, -1):
                term = self._english.get(tuple(stems[i : i + length]))
                if term is not None:
                    found.append(Mention(words[i].start(), words[i + length - 1].end(), term))
                    i += length - 1
                    break
            i += 1
        return found

    def expansions(self, question: str) -> list[str]:
        """Other Chinese names of the terms in the question, each once, in order of mention."""
        text = normalise(question)
        names: dict[str, None] = {}
        for mention in self.mentions(question):
            term = mention.term
            for name in (term.name, *term.aliases):
                if has_chinese(name) and normalise(name) not in text:
                    names.setdefault(name)
        return list(names)


def _by_start(mention: Mention) -> int:
    return mention.start
