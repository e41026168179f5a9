"""An answer as events, in the order a reader should see them: what every way in calls.

The conversation of the page, the JSON interface and the command line show the same answer; those
that can, show each sentence as soon as it is proven.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bot.engine import Engine
from bot.evidence import Evidence
from bot.explain import Explanation
from bot.follow_up import PastTurn, Resolved, resolve
from bot.follow_up_llm import resolve_by_model
from bot.writing import is_asked, write
from kb.models import Answer, Citation, Claim, Role


@dataclass(frozen=True, slots=True)
class Claimed:
    """One proven sentence, and the citations that its numbers stand for.

    ``generated`` says that a language model worded it.
    """

    claim: Claim
    citations: tuple[Citation, ...]
    generated: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """The whole answer, and every score behind it: the last event, always there."""

    answer: Answer
    why: Explanation


Event = Resolved | Claimed | Done


def answer_events(
    engine: Engine,
    question: str,
    role: Role,
    on: date | None,
    turns: Sequence[PastTurn] = (),
    lang: str = "zh",
    *,
    worded: bool = True,
) -> Iterator[Event]:
    """Answer a question for a role, by the rules of a day (None: today), event by event.

    Sentences of a language model come as they are proven; if it then fails, ``Done`` has the
    answer in the documents' own words: what ``Done`` says is the answer.

    Args:
        engine: what answers.
        question: as it was asked.
        role: who asks; nothing that this role may not read is looked at.
        on: the day whose rules hold.
        turns: what was asked and answered before, oldest first; without any, the question is
            searched as it was asked.
        lang: the reader's language (``zh`` or ``en``), for words that are not from a document.
        worded: whether a language model may word the answer, and say a follow-up in full that no
            rule understands, where one is set.

    Raises QuestionError when nothing is asked, or too much.
    """
    meant = resolve(engine, question, turns, role, on)
    if meant is None and worded:
        meant = resolve_by_model(engine.kb.settings, question, turns)
    if meant is not None:
        yield meant
    evidence = engine.gather(meant.text if meant else question, role, on)
    answer, why = engine.answer(evidence), engine.explain(evidence)
    if worded and is_asked(engine, evidence, answer):
        answer = yield from _written(engine, evidence, answer)
    else:
        for claim in answer.claims:
            yield Claimed(claim, tuple(c for c in answer.citations if c.n in claim.citations))
    yield Done(answer, why)


def _written(
    engine: Engine, evidence: Evidence, answer: Answer
) -> Generator[Claimed, None, Answer]:
    """The answer in a language model's words, or, with a note why, the one there is."""
    told = write(engine, evidence, answer)
    while True:
        try:
            claim, citations = next(told)
        except StopIteration as end:
            whole: Answer = end.value
            return whole
        yield Claimed(claim, citations, generated=True)


def last(events: Iterator[Event]) -> Done:
    """The end of an answer, for whoever shows it as a whole."""
    for event in events:
        if isinstance(event, Done):
            return event
    raise AssertionError("an answer without an end")
