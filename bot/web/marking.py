"""Where words stand in a text, however they are written there; and the HTML that marks them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.web.markup import esc
from kb.text import normalise

Span = tuple[int, int]


def folded(text: str) -> tuple[str, list[int]]:
    """A text in the form that is compared, and for each of its characters where it came from.

    Character by character, so that a find in the first is a place in the original.
    """
    out: list[str] = []
    origins: list[int] = []
    for at, char in enumerate(text):
        for made in normalise(char):
            out.append(made)
            origins.append(at)
    return "".join(out), origins


def places_of(text: str, words: Iterable[str]) -> list[Span]:
    """Where any of the words stand, in order; spans that touch or overlap are joined."""
    plain, origins = folded(text)
    found: list[Span] = []
    for word in {normalise(w).strip() for w in words} - {""}:
        at = plain.find(word)
        while at >= 0:
            last = at + len(word) - 1
            if _whole(plain, at, last + 1):
                found.append((origins[at], origins[last] + 1))
            at = plain.find(word, at + 1)
    return joined(found)


def _whole(plain: str, start: int, end: int) -> bool:
    """A Latin word or number counts only whole."""
    before = plain[start - 1 : start]
    after = plain[end : end + 1]
    return not (_latin(before) and _latin(plain[start])) and not (
        _latin(after) and _latin(plain[end - 1])
    )


def _latin(char: str) -> bool:
    return char.isascii() and char.isalnum()


def joined(spans: Iterable[Span]) -> list[Span]:
    """Spans in order, those that touch or overlap made one."""
    out: list[Span] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def marked(text: str, spans: Sequence[Span]) -> str:
    """The text as HTML, with those spans in ``mark``."""
    parts: list[str] = []
    at = 0
    for start, end in spans:
        parts.append(f"{esc(text[at:start])}<mark>{esc(text[start:end])}</mark>")
        at = end
    parts.append(esc(text[at:]))
    return "".join(parts)
