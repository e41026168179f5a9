"""Terms of the glossary in an answer: found once each, with their definition at hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from bot.web.marking import folded
from bot.web.markup import esc, lang_attribute
from kb.glossary import Glossary
from kb.models import Claim, Term
from kb.text import normalise

MOST = 8
"""Terms explained in one answer; more would be a page of underlines."""


@dataclass(frozen=True, slots=True)
class Hint:
    """A term in a claim: the number of the claim, the span in its text, what it means."""

    claim: int
    start: int
    end: int
    name: str
    definition: str


def find_hints(claims: Sequence[Claim], glossary: Glossary) -> tuple[Hint, ...]:
    """The terms of the claims that have a definition, each at its first mention.

    A term whose definition is itself what is said needs no hint.
    """
    found: list[Hint] = []
    seen: set[str] = set()
    said = normalise(" ".join(claim.text for claim in claims))
    for i, claim in enumerate(claims):
        plain, origins = folded(claim.text)
        if plain != normalise(claim.text):
            continue  # places would be off
        for mention in glossary.mentions(claim.text):
            term = mention.term
            if term.name in seen or not _helps(term, said) or len(found) == MOST:
                continue
            seen.add(term.name)
            start, end = origins[mention.start], origins[mention.end - 1] + 1
            found.append(Hint(i, start, end, term.name, term.definition))
    return tuple(found)


def _helps(term: Term, said: str) -> bool:
    definition = normalise(term.definition)
    return bool(definition) and definition.strip("。 ") not in said


def with_hints(text: str, hints: Iterable[Hint], turn: int, lang: str) -> str:
    """A claim's text as HTML, its terms linked to their pages and described in place."""
    parts: list[str] = []
    at = 0
    for hint in hints:
        key = f"hint-{turn}-{hint.claim}-{hint.start}"
        parts.append(
            f'{esc(text[at : hint.start])}<span class="term"><a class="term-word" '
            f'href="/terms/{quote(hint.name, safe="")}" target="_blank" rel="noopener" '
            f'aria-describedby="{key}">{esc(text[hint.start : hint.end])}</a>'
            f'<span class="hint" role="tooltip" id="{key}"{lang_attribute(hint.name, lang)}>'
            f"{_named(hint, text)}{esc(hint.definition)}</span></span>"
        )
        at = hint.end
    parts.append(esc(text[at:]))
    return "".join(parts)


def _named(hint: Hint, text: str) -> str:
    """The term's own name, where the text uses another one."""
    if text[hint.start : hint.end] == hint.name:
        return ""
    return f"<b>{esc(hint.name)}</b>"
