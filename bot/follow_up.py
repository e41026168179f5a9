"""A question that leans on those before it, said in full: by rule, without a model.

What is carried is the thing asked about before, its place, its year or what was asked of it. A
question that says by itself what it is about is left as it is: a new topic inherits nothing. Where
words alone do not decide, the document cited last does: what it speaks of goes on about it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot import follow_up_en
from bot.carrying import (
    JOIN,
    article,
    is_article,
    of_its_kind,
    only_place,
    replaced,
    topic,
    with_facet,
)
from bot.engine import Engine
from bot.leaning import (
    adds,
    bare,
    elliptical,
    is_counted,
    is_facet,
    own_words,
    points_at_document,
    points_back,
    without_pointer,
)
from bot.question import subject
from bot.years import years_in
from kb.models import Answer, DocumentInfo, Role
from kb.places import HOME, place_spans, within
from kb.ranking import coverage
from kb.text import is_english, normalise, tokens

LONGEST = 40
"""A longer question says what it is about."""
ENGLISH_WORDS = 16
"""The same in words of an English question."""
GOES_ON = 0.85
"""Share of a short question's information that the document cited last must hold."""
_MADE = re.compile(r"（(?:要点|摘编|摘要|节选)）|要点$")
SHORT = 18
"""Characters up to which a question without a word that leans may still go on."""


@dataclass(frozen=True, slots=True)
class PastTurn:
    """A question answered before in the same conversation.

    ``resolved`` is what was searched for it: the question itself, unless it leaned on others.
    """

    question: str
    resolved: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Resolved:
    """A follow-up was understood as the question ``text``, with ``carried`` from turns before."""

    text: str
    carried: tuple[str, ...]


def resolve(
    engine: Engine,
    question: str,
    turns: Sequence[PastTurn],
    role: Role = Role.INVESTOR,
    on: date | None = None,
) -> Resolved | None:
    """The question that a follow-up means; None for one that stands alone.

    Args:
        engine: whose terms, and whose documents cited before, tell what is meant.
        question: as it was asked.
        turns: what was asked and answered before, oldest first.
        role: who asks; a document that this role may not read decides nothing.
        on: the day of asking, for 去年.
    """
    if not turns or not bare(question):
        return None
    before = turns[-1]
    if is_english(normalise(question)):
        if len(question.split()) > ENGLISH_WORDS:
            return None
        made = follow_up_en.resolved(question, before.resolved, is_english(before.resolved))
    elif len(question) > LONGEST:
        made = None
    else:
        made = _resolved(engine, question, before, role, on or date.today())
    if made is None or bare(made[0]) == bare(question):
        return None
    return Resolved(made[0][: engine.kb.settings.max_question_chars], made[1])


def _resolved(
    engine: Engine, question: str, before: PastTurn, role: Role, on: date
) -> tuple[str, tuple[str, ...]] | None:
    about = _topic(before)
    title = _title(engine, before.answer, role)
    what = elliptical(question)
    if what and is_article(what):
        made = article(before.resolved, what) or (title and f"《{title}》{what}是怎么规定的？")
        return (made, (title or about,)) if made else None
    if what and (named := years_in(normalise(what), on)) and not any(c.isdigit() for c in what):
        what = f"{named[0].year}年"
    if what:
        return _replacing(engine, what, before, about, role)
    if title and points_at_document(question):
        return f"{without_pointer(question, title)}？", (title,)
    place = only_place(question)
    if place:
        asked = without_pointer(question).replace(place, "", 1)
        return of_its_kind(f"{about}{JOIN}{asked}？", place), (about,)
    if not about or about in normalise(question):
        return None
    if not _leans(engine, question, before, about, role):
        return None
    return f"{about}{JOIN}{without_pointer(question)}？", (about,)


def _topic(before: PastTurn) -> str:
    """What was asked about before: what that question itself carried, or its own subject."""
    if before.resolved != before.question and JOIN in before.resolved:
        return before.resolved.rsplit(JOIN, 1)[0]
    return topic(before.resolved)


def _replacing(
    engine: Engine, what: str, before: PastTurn, about: str, role: Role
) -> tuple[str, tuple[str, ...]] | None:
    """X呢: another facet of the same thing, or the same asked of another thing."""
    glossary = engine.kb.snapshot.glossary
    made = of_its_kind(before.resolved, what)
    if made:
        return made, _kept(made, what)
    term = any(m.start == 0 and m.end == len(what) for m in glossary.mentions(what))
    if (is_counted(what) or (is_facet(what) and not term)) and not place_spans(normalise(what)):
        return (with_facet(before.resolved, what), (about,)) if about else None
    went_on = before.resolved != before.question and JOIN in before.resolved
    if went_on and _holds(engine, what, before.answer, role):
        return f"{about}{JOIN}{what}呢？", (about,)
    made = replaced(before.resolved, what, glossary)
    if made:
        return made, _kept(made, what)
    return (f"{about}{JOIN}{what}呢？", (about,)) if about else None


def _kept(made: str, what: str) -> tuple[str, ...]:
    """What of a question stayed beside the words that were put in."""
    return tuple(part for part in [made.replace(what, "", 1).strip("，,？? ")] if part)


def _leans(engine: Engine, question: str, before: PastTurn, about: str, role: Role) -> bool:
    """Whether a question is not complete without the one before it."""
    plain = bare(question)
    if points_back(question) or adds(question):
        return True
    own = own_words(question)
    if not own:
        return True
    if len(plain) > SHORT or _names_another(engine, plain, before, role):
        return False
    return _holds(engine, plain, before.answer, role)


def _names_another(engine: Engine, plain: str, before: PastTurn, role: Role) -> bool:
    """Whether a question names a term or a place of its own."""
    known = normalise(before.resolved)
    for m in engine.kb.snapshot.glossary.mentions(plain):
        if (
            not is_facet(m.term.name)
            and m.term.name != HOME
            and plain[m.start : m.end] not in known
        ):
            return True
    return any(
        HOME not in within(place) and place not in within(HOME) and place not in known
        for *_, place in place_spans(plain)
    )


def _cited(engine: Engine, answer: Answer, role: Role) -> DocumentInfo | None:
    """The document an answer cites first, as it stands now, if this role may read it."""
    version = answer.citations[0].version_id if answer.citations else None
    info = engine.kb.snapshot.live.get(version) if version is not None else None
    return info if info is not None and info.header.audience in role.audiences else None


def _title(engine: Engine, answer: Answer, role: Role) -> str:
    """The title of the document cited first, without what says how it was made (（要点）)."""
    info = _cited(engine, answer, role)
    return _MADE.sub("", info.header.title).strip("《》 ") if info else ""


def _holds(engine: Engine, words: str, answer: Answer, role: Role) -> bool:
    """Whether the document cited first speaks of what the words are about."""
    info = _cited(engine, answer, role)
    if info is None:
        return False
    text = normalise(engine.kb.catalog.texts({info.version_id}).get(info.version_id, ""))
    own = own_words(words) or subject(words)
    return coverage(engine.kb.lexical.idf(tokens(own)), text) >= GOES_ON
