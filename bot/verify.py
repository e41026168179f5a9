"""Check an answer against the stored text, without any model. Pure; used for every answer.

An answer passes when every quote stands verbatim at its offsets, every claim is cited, and every
number and every word of a claim stands in what it cites. What fails is dropped by the engine.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kb.models import Citation, Claim
from kb.text import normalise

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_WORDLESS = re.compile(r"[^\w%]+|_")


@dataclass(frozen=True, slots=True)
class Problem:
    """One failed check: the claim's index (None: a citation itself), a code, and the evidence."""

    claim: int | None
    code: str
    evidence: str


def check(
    claims: Sequence[Claim], citations: Sequence[Citation], texts: Mapping[int, str]
) -> list[Problem]:
    """All problems of an answer; an empty list means that everything is proven.

    Args:
        claims: the sentences of the answer.
        citations: what they cite, each with a unique number.
        texts: version id -> canonical text.
    """
    by_number = {c.n: c for c in citations}
    moved = moved_quotes(citations, texts)
    problems = [Problem(None, "quote_not_in_source", by_number[n].quote) for n in sorted(moved)]
    for i, claim in enumerate(claims):
        if not claim.citations:
            problems.append(Problem(i, "uncited", claim.text))
            continue
        bad = [n for n in claim.citations if n not in by_number or n in moved]
        if bad:
            problems.append(Problem(i, "citation_fails", str(bad[0])))
            continue
        quotes = " ".join(by_number[n].quote for n in claim.citations)
        problems += _unsupported(i, claim, quotes)
    return problems


def moved_quotes(citations: Sequence[Citation], texts: Mapping[int, str]) -> set[int]:
    """The numbers of citations whose quote does not stand verbatim at its place."""
    return {
        c.n
        for c in citations
        if not c.quote or texts.get(c.version_id, "")[c.start : c.end] != c.quote
    }


def _unsupported(i: int, claim: Claim, quotes: str) -> list[Problem]:
    said, shown = normalise(claim.text), normalise(quotes)
    numbers = set(_NUMBER.findall(shown))
    for number in _NUMBER.findall(said):
        if number not in numbers:
            return [Problem(i, "number_not_in_quote", number)]
    shown_words = _WORDLESS.sub("", shown)
    for part in _WORDLESS.split(said):
        if part and part not in shown_words:
            return [Problem(i, "wording_not_in_quote", part)]
    return []
