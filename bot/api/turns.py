"""The conversation that a request brings with it: what was asked, and which documents answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.engine import Engine
from bot.follow_up import PastTurn
from kb.errors import NotFound
from kb.models import Answer, Citation, Role, Status
from kb.text import sendable
from kb.validity import validity

LOOKED_AT = 3
"""Latest turns that are looked at: what a question leans on lies close by."""


@dataclass(frozen=True, slots=True)
class Given:
    """An earlier turn as a caller tells it.

    ``resolved`` is how it was understood, empty if as it stands; ``documents`` are the ids cited,
    None if that is not known.
    """

    question: str
    resolved: str = ""
    documents: tuple[str, ...] | None = None


def past_turns(
    engine: Engine, given: Sequence[Given], role: Role, on: date | None
) -> list[PastTurn]:
    """The turns as ``answer_events`` takes them. What an answer said is not taken from a caller.

    Documents that the role may not read are left out. Where a caller does not tell the documents of
    the last turn, it is asked again.

    Raises QuestionError for a question that cannot be asked.
    """
    made: list[PastTurn] = []
    kept = [turn for turn in given if turn.question.strip()][-LOOKED_AT:]
    for turn in kept:
        question = sendable(turn.question)
        resolved = sendable(turn.resolved) or question
        if turn.documents is None and turn is kept[-1]:
            answer = engine.ask(resolved, role, on)
        else:
            answer = _said(engine, resolved, turn.documents or (), role, on or date.today())
        made.append(PastTurn(question, resolved, answer))
    return made


def _said(engine: Engine, question: str, documents: Sequence[str], role: Role, on: date) -> Answer:
    """An answer that is only known to have cited these documents."""
    citations: list[Citation] = []
    for document_id in documents:
        try:
            info = engine.kb.document(document_id, role.audiences)
        except NotFound:
            continue
        header = info.header
        citations.append(
            Citation(
                len(citations) + 1, document_id, info.version_id, header.title, header.doc_number,
                header.issuers, (), None, "", 0, 0, validity(header, on), header.effective,
                header.expires, header.grade,
            )
        )  # fmt: skip
    status = Status.ANSWERED if citations else Status.REFUSED
    return Answer(question, status, (), tuple(citations), (), 0.0, (), {})
