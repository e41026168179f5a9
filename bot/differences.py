"""How two texts differ, paragraph by paragraph and inside a paragraph (difflib). Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

MOST_LINES = 6_000
"""Paragraphs that differ as a whole up to which they are compared one by one; comparing takes time
that grows with the square of their number where many are alike."""
MOST_CHARACTERS = 1_500
"""Characters of a paragraph up to which it is told what changed inside it."""
NEAR = 12
"""Paragraphs among which the one is looked for that a paragraph was changed into."""
ALIKE = 0.4
"""Ratio of difflib from which two paragraphs are one that was changed."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Difference:
    """A stretch of both texts: paragraphs that are the same in both, or one that was taken out,
    put in, or changed; then the spans tell what of it.
    """

    old: tuple[str, ...]
    new: tuple[str, ...]
    old_spans: tuple[Span, ...] = ()
    new_spans: tuple[Span, ...] = ()

    @property
    def same(self) -> bool:
        """Whether nothing differs here."""
        return self.old == self.new


def differences(old: str, new: str) -> list[Difference]:
    """Both texts in order, as stretches; blank lines do not count."""
    left, right = _lines(old), _lines(new)
    head = _common(left, right)
    tail = _common(left[head:][::-1], right[head:][::-1])
    made = [Difference(tuple(left[:head]), tuple(left[:head]))] if head else []
    made += _between(left[head : len(left) - tail], right[head : len(right) - tail])
    if tail:
        made.append(Difference(tuple(left[-tail:]), tuple(left[-tail:])))
    return made


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _common(left: Sequence[str], right: Sequence[str]) -> int:
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count


def _between(left: list[str], right: list[str]) -> Iterator[Difference]:
    if max(len(left), len(right)) > MOST_LINES:
        yield Difference(tuple(left), ())
        yield Difference((), tuple(right))
        return
    matcher = SequenceMatcher(None, left, right)  # lines that stand everywhere align nothing
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            yield Difference(tuple(left[a:b]), tuple(right[c:d]))
        else:
            yield from _replaced(left[a:b], right[c:d])


def _replaced(left: Sequence[str], right: Sequence[str]) -> Iterator[Difference]:
    """Paragraphs in place of others: those that are alike, in order, were changed."""
    at = 0
    for line in left:
        near = range(at, min(at + NEAR, len(right)))
        found = next((i for i in near if _alike(line, right[i])), None)
        if found is None:
            yield Difference((line,), ())
            continue
        for other in right[at:found]:
            yield Difference((), (other,))
        yield _changed(line, right[found])
        at = found + 1
    for other in right[at:]:
        yield Difference((), (other,))


def _alike(one: str, other: str) -> bool:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE:
        return False
    return max(len(one), len(other)) > MOST_CHARACTERS or matcher.ratio() >= ALIKE


def _changed(one: str, other: str) -> Difference:
    if max(len(one), len(other)) > MOST_CHARACTERS:
        return Difference((one,), (other,), ((0, len(one)),), ((0, len(other)),))
    parts = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    changed = [part for part in parts if part[0] != "equal"]
    return Difference(
        (one,),
        (other,),
        tuple((a, b) for _, a, b, _, _ in changed if a < b),
        tuple((c, d) for _, _, _, c, d in changed if c < d),
    )
