"""Unanswered questions are asked again, by an admin or after an ingest; what is answered closes.

Only the status and a hash of the answer are kept: an answer's text would outlive its document. A
case closes when every question of it is answered, since questions of one meaning may still ask for
different things.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy import update

from bot import cases
from bot.cases import Case, State, Unanswered
from bot.engine import Engine
from bot.jobs import After
from bot.kept import fingerprint
from bot.unanswered import Encode, remembering, sort_in
from kb import schema
from kb.errors import NotFound, QuestionError
from kb.knowledge_base import KnowledgeBase
from kb.models import Answer, Status

MOST = 20
"""Questions of a case that are asked again: those asked last."""
CASES = 200
"""Cases asked again after an ingest: those that waited longest."""
SECONDS = 120.0
"""How long asking again after an ingest may take."""


def answer_now(engine: Engine, question: Unanswered) -> Answer | None:
    """What is said to a question today, as whom it was asked; None when it cannot be asked."""
    try:
        return engine.ask(question.text, question.role, question.on)
    except QuestionError:
        return None


def ask_again(engine: Engine, case_id: int, now: float) -> Case:
    """Ask the questions of a case again; close it when all of them are answered. Raises NotFound.

    An answer that an admin took for none (by opening the case again) does not close it.
    """
    catalog, table = engine.kb.catalog, schema.unanswered
    case = cases.get(catalog, case_id)
    asked = sorted(case.questions, key=lambda q: -q.last)[:MOST]
    answers = [(q, answer_now(engine, q)) for q in asked]
    told = [(q, a, fingerprint(a) if a is not None else None) for q, a in answers]
    with catalog.begin() as connection:
        connection.execute(
            update(schema.cases).where(schema.cases.c.case_id == case_id).values(asked_again=now)
        )
        for question, answer, said in told:
            connection.execute(
                update(table)
                .where(table.c.question_id == question.question_id)
                .values(outcome=answer.status if answer is not None else None, said=said)
            )
    settled = all(
        answer is not None and answer.status is Status.ANSWERED and said != question.rejected
        for question, answer, said in told
    )
    if settled and case.state is State.OPEN:
        cases.close(catalog, "", case_id, State.ANSWERED, now)
    return cases.get(catalog, case_id)


def after_ingest(kb: KnowledgeBase) -> After:
    """What the server's worker does after an ingest, over a base."""
    engine, encode = Engine(kb), remembering(kb)
    return lambda give_way, should_stop: ask_all_again(engine, encode, give_way, should_stop)


def ask_all_again(
    engine: Engine, encode: Encode, give_way: Callable[[], None], should_stop: Callable[[], bool]
) -> int:
    """Sort what was not answered and ask open cases again; return how many closed.

    Before each it gives way, and it ends when it should stop or after ``SECONDS``.
    """
    began, closed = time.monotonic(), 0
    give_way()
    sort_in(engine, encode, time.time())
    waiting = sorted(
        cases.every(engine.kb.catalog, State.OPEN), key=lambda c: (c.asked_again or 0.0, c.case_id)
    )
    for case in waiting[:CASES]:
        give_way()
        if should_stop() or time.monotonic() - began > SECONDS:
            break
        try:
            now = ask_again(engine, case.case_id, time.time())
        except NotFound:  # an admin's doing, or its time was over meanwhile
            continue
        closed += now.state is not State.OPEN
    return closed
