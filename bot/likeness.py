"""How much two sentences say the same: shared pairs of characters. Pure."""

from __future__ import annotations

import re

from kb.text import normalise

SAME = 0.7
"""Share of the shorter sentence from which the other one adds nothing."""
_LOOSE = re.compile(r"[\W_]+")


def pairs(text: str) -> frozenset[str]:
    """The pairs of neighbouring characters of a text, without punctuation and spaces."""
    plain = _LOOSE.sub("", normalise(text))
    return frozenset(plain[i : i + 2] for i in range(len(plain) - 1))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Share (0..1) of the smaller set that stands in the other too; 0 when one is empty."""
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller else 0.0
