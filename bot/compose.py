"""From chosen sentences to numbered claims and citations. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.extract import Sentence, clean
from kb.models import Citation, Claim, Hit, Nearest

NEAREST = 3
"""Documents offered with a refusal."""


def compose(
    chosen: Sequence[Sentence], titles: Mapping[str, str]
) -> tuple[list[Claim], list[Citation]]:
    """One claim a sentence, in order; the same place is cited under one number.

    A list item is joined with the line that introduces its list, a sentence that begins with 其
    or 该 with the one it points to, and cites both. ``titles`` names documents by id, to say by
    which one another was superseded.
    """
    claims: list[Claim] = []
    citations: dict[tuple[int, int, int], Citation] = {}
    said = {(s.hit.document.version_id, s.start, s.end) for s in chosen}
    for s in chosen:
        version = s.hit.document.version_id
        numbers = []
        text = clean(s.text)
        if s.lead_span is not None and (version, *s.lead_span) not in said:
            said.add((version, *s.lead_span))
            text = clean(s.lead) + text
            numbers.append(cite(citations, s, s.lead_span, s.lead, titles))
        numbers.append(cite(citations, s, (s.start, s.end), s.text, titles))
        claims.append(Claim(text, tuple(numbers)))
    return claims, list(citations.values())


def cite(
    citations: dict[tuple[int, int, int], Citation],
    s: Sentence,
    span: tuple[int, int],
    quote: str,
    titles: Mapping[str, str],
) -> int:
    """The number under which a place is cited, a new one when it was not yet."""
    place = (s.hit.document.version_id, *span)
    if place not in citations:
        header = s.hit.document.header
        citations[place] = Citation(
            n=len(citations) + 1,
            document_id=s.hit.document.document_id,
            version_id=s.hit.document.version_id,
            title=header.title,
            doc_number=header.doc_number,
            issuers=header.issuers,
            path=s.passage.path,
            page=s.passage.page,
            quote=quote,
            start=span[0],
            end=span[1],
            validity=s.hit.validity,
            effective=header.effective,
            expires=header.expires,
            grade=header.grade,
            superseded_by=titles.get(header.superseded_by, header.superseded_by),
        )
    return citations[place].n


def nearest(hits: Sequence[Hit]) -> tuple[Nearest, ...]:
    """The nearest documents, each once, best first."""
    found: dict[str, Nearest] = {}
    for hit in hits:
        header = hit.document.header
        found.setdefault(
            hit.document.document_id,
            Nearest(
                hit.document.document_id,
                header.title,
                header.doc_number,
                hit.passages[0].path if hit.passages else (),
            ),
        )
    return tuple(found.values())[:NEAREST]
