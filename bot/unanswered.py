"""From questions that were not answered to cases: submitted, sorted by meaning, let go in time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, delete, func, insert, select, update

from bot.asked import Asked, Way, keep_text
from bot.cases import State
from bot.engine import Engine
from bot.grouping import Gist, gist_of, nearest, subject_of
from bot.memo import VectorMemo
from bot.question import Question
from kb import schema
from kb.catalog import Catalog
from kb.errors import BusyError, QuestionError
from kb.knowledge_base import KnowledgeBase
from kb.models import Answer, Role
from kb.text import sendable, strip_control

CONTACT = 100
"""Characters of a contact."""
CONTACT_DAYS = 90
"""Days after which a contact is deleted, if its case was not closed before."""
CLOSED_DAYS = 90
"""Days for which a closed case is kept."""
QUIET_DAYS = 365
"""Days without anybody asking after which an open case is let go."""
MOST_WANTS = 2_000
"""Contacts kept at most; when there are as many, no further one is taken."""
LEADERS = 500
"""Cases a new question is compared with: those asked about last."""
AT_ONCE = 500
"""Questions sorted at a time."""
_DAY = 86_400.0

Encode = Callable[[Sequence[str]], NDArray[np.float32]]


def remembering(kb: KnowledgeBase) -> Encode:
    """The base's encoder for questions, which does not encode one twice."""

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        return kb.encoder.encode_queries(texts)  # loaded at first use

    return VectorMemo(encode)


def submit(
    catalog: Catalog, answer: Answer, role: Role, on: date | None, contact: str, now: float
) -> None:
    """Hand a question to the staff that was not answered, with a contact or without.

    Raises QuestionError when the contact is too long, BusyError when too many wait.
    """
    reach = " ".join(strip_control(sendable(contact)).split())
    if len(reach) > CONTACT:
        raise QuestionError(
            f"联系方式有 {len(reach)} 个字，超过 {CONTACT} 字。请只留一个电话或邮箱。",
            f"The contact has {len(reach)} characters, more than the {CONTACT} allowed. Leave one "
            "telephone number or e-mail address only.",
        )
    asked = Asked(
        "", now, role, Way.CHAT, answer.status, answer.confidence, {}, (), answer.question, on
    )
    wants = schema.wants
    with catalog.begin() as connection:
        question_id = keep_text(connection, asked, submitted=True)
        if not reach:
            return
        same = (wants.c.question_id == question_id) & (wants.c.contact == reach)
        connection.execute(delete(wants).where(same))
        held = connection.execute(select(func.count()).select_from(wants)).scalar_one()
        if held >= MOST_WANTS:
            raise BusyError(
                "等待答复的人太多，暂时不能再留联系方式。请清空联系方式后提交。",
                "Too many people wait for an answer to take another contact. Submit without one.",
            )
        connection.execute(insert(wants).values(question_id=question_id, contact=reach, at=now))


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A question without a case, or the first one of a case."""

    question_id: int
    case_id: int | None
    text: str
    role: Role


def sort_in(engine: Engine, encode: Encode, now: float) -> int:
    """Give each question without a case one: that of the same meaning, or its own.

    ``encode`` makes unit vectors (n, d) of questions. Returns how many were sorted, at most
    ``AT_ONCE``. Whoever asks or waits since a case was closed opens it again.
    """
    catalog, table = engine.kb.catalog, schema.unanswered
    fresh = select(table).where(table.c.case_id.is_(None)).order_by(table.c.question_id)
    with catalog.begin() as connection:
        waiting = [_waiting(row) for row in connection.execute(fresh.limit(AT_ONCE))]
        leaders = _leaders(connection) if waiting else []
    if waiting:
        gists = _gists(engine, encode, [*leaders, *waiting])
        heads = [leader.case_id or 0 for leader in leaders]
        known, unsorted = gists[: len(leaders)], gists[len(leaders) :]
        with catalog.begin() as connection:
            for question, gist in zip(waiting, unsorted, strict=True):
                place = nearest(gist, known) if gist is not None else None
                if place is None:
                    case_id = _open(connection, now)
                    heads.append(case_id)
                    known.append(gist)
                else:
                    case_id = heads[place]
                connection.execute(
                    update(table)
                    .where(table.c.question_id == question.question_id, table.c.case_id.is_(None))
                    .values(case_id=case_id)
                )
    _open_again(catalog)
    return len(waiting)


def _leaders(connection: Connection) -> list[_Waiting]:
    """The first question of every case, those asked about last, at most ``LEADERS``."""
    table = schema.unanswered
    heads = (
        select(func.min(table.c.question_id))
        .where(table.c.case_id.is_not(None))
        .group_by(table.c.case_id)
        .order_by(func.max(table.c.last).desc())
        .limit(LEADERS)
    )
    query = select(table).where(table.c.question_id.in_(heads)).order_by(table.c.question_id)
    return [_waiting(row) for row in connection.execute(query)]


def _gists(engine: Engine, encode: Encode, questions: Sequence[_Waiting]) -> list[Gist | None]:
    """What each is about; None for a question that today's settings no longer take."""
    read: list[Question | None] = []
    for question in questions:
        try:
            read.append(engine.read(question.text, question.role)[0])
        except QuestionError:
            read.append(None)
    subjects = [subject_of(asked) for asked in read if asked is not None]
    vectors = iter(encode(subjects) if subjects else ())
    return [gist_of(asked, next(vectors)) if asked is not None else None for asked in read]


def _open(connection: Connection, now: float) -> int:
    made = connection.execute(
        insert(schema.cases).values(state=State.OPEN, opened=now, note="", documents=[])
    ).inserted_primary_key
    assert made is not None
    return int(made[0])


def _open_again(catalog: Catalog) -> None:
    """Open cases again that were closed as answered and asked about in vain since, and any that
    somebody waits for who came since.
    """
    cases, table, wants = schema.cases, schema.unanswered, schema.wants
    of_case = table.c.case_id == cases.c.case_id
    asked = select(func.max(table.c.last)).where(of_case).scalar_subquery()
    waiting = select(func.max(wants.c.at)).select_from(wants.join(table)).where(of_case)
    in_vain = (cases.c.state == State.ANSWERED) & (asked > cases.c.closed)
    with catalog.begin() as connection:
        connection.execute(
            update(cases)
            .where(in_vain | (waiting.scalar_subquery() > cases.c.closed))
            .values(state=State.OPEN, closed=None, closed_by=None)
        )


def sweep(catalog: Catalog, now: float) -> None:
    """Delete contacts, cases and questions whose time is over (``*_DAYS``)."""
    cases, table, wants = schema.cases, schema.unanswered, schema.wants
    used = select(table.c.case_id).where(table.c.case_id.is_not(None))
    lively = used.where(table.c.last >= now - QUIET_DAYS * _DAY)
    with catalog.begin() as connection:
        connection.execute(delete(wants).where(wants.c.at < now - CONTACT_DAYS * _DAY))
        over = cases.c.closed < now - CLOSED_DAYS * _DAY
        connection.execute(delete(cases).where(over))
        quiet = (cases.c.state == State.OPEN) & cases.c.case_id.not_in(lively)
        connection.execute(delete(cases).where(quiet))
        connection.execute(delete(cases).where(cases.c.case_id.not_in(used)))
        old = table.c.case_id.is_(None) & (table.c.last < now - QUIET_DAYS * _DAY)
        connection.execute(delete(table).where(old))


def _waiting(row: Any) -> _Waiting:
    return _Waiting(row.question_id, row.case_id, row.text, Role(row.role))
