"""Unanswered questions as cases: of one meaning, who looks after them, what became of them.

A case is open until an admin closes it or all its questions are answered (``bot.asking_again``).
Whoever submitted a question may have left a contact, which admins see while the case is open. All
times are seconds since 1970.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from bot import audit
from kb import schema
from kb.catalog import Catalog
from kb.errors import NotFound, QuestionError
from kb.knowledge_base import KnowledgeBase
from kb.models import Audience, Role, Status

NOTE = 2_000
"""Characters of a note."""
LINKED = 20
"""Documents a case may be linked to."""


class State(StrEnum):
    """Where a case is. What is ``declined`` is not asked again."""

    OPEN = "open"
    ANSWERED = "answered"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Want:
    """Somebody who wants an answer, by what they left to be reached."""

    contact: str
    at: float


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question nobody could be answered.

    ``on`` is the day asked for, None for that of asking; ``status`` how it ended when it was asked,
    ``outcome`` how it ended when it was asked again.
    """

    question_id: int
    text: str
    role: Role
    on: date | None
    way: str
    status: Status
    times: int
    first: float
    last: float
    submitted: bool
    outcome: Status | None
    said: str | None
    rejected: str | None
    wants: tuple[Want, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """Questions of one meaning, the one asked first foremost (never none)."""

    case_id: int
    state: State
    opened: float
    closed: float | None
    closed_by: str
    assignee: str
    note: str
    documents: tuple[str, ...]
    asked_again: float | None
    questions: tuple[Unanswered, ...]

    @property
    def times(self) -> int:
        """How often they were asked in all."""
        return sum(q.times for q in self.questions)

    @property
    def first(self) -> float:
        """When one was asked first."""
        return min(q.first for q in self.questions)

    @property
    def last(self) -> float:
        """When one was asked last."""
        return max(q.last for q in self.questions)

    @property
    def wants(self) -> tuple[Want, ...]:
        """Everybody who wants an answer."""
        return tuple(want for q in self.questions for want in q.wants)


# -- reading ---------------------------------------------------------------------------------


def every(catalog: Catalog, state: State | None = None) -> list[Case]:
    """All cases of a state, those that most people wait for first, then the latest."""
    table = schema.cases
    query = select(table) if state is None else select(table).where(table.c.state == state)
    with catalog.begin() as connection:
        found = _cases(connection, connection.execute(query).all())
    return sorted(found, key=lambda c: (-len(c.wants), -c.times, -c.last))


def get(catalog: Catalog, case_id: int) -> Case:
    """One case. Raises NotFound."""
    table = schema.cases
    with catalog.begin() as connection:
        rows = connection.execute(select(table).where(table.c.case_id == case_id)).all()
        found = _cases(connection, rows)
    if not found:
        raise NotFound(
            "没有这组问题，或者它已按保存期限删除。请返回列表。",
            "There is no such group of questions, or its time is over. Go back to the list.",
        )
    return found[0]


def counts(catalog: Catalog) -> dict[State, int]:
    """How many cases are in each state."""
    table = schema.cases
    query = select(table.c.state, func.count()).group_by(table.c.state)
    with catalog.begin() as connection:
        found = {State(state): int(n) for state, n in connection.execute(query)}
    return {state: found.get(state, 0) for state in State}


def _cases(connection: Connection, rows: Sequence[Any]) -> list[Case]:
    ids = [row.case_id for row in rows]
    table, wants = schema.unanswered, schema.wants
    query = select(table).where(table.c.case_id.in_(ids)).order_by(table.c.question_id)
    questions = connection.execute(query).all()
    wanted: dict[int, list[Want]] = {}
    asked = wants.c.question_id.in_([q.question_id for q in questions])
    for row in connection.execute(select(wants).where(asked).order_by(wants.c.want_id)):
        wanted.setdefault(row.question_id, []).append(Want(row.contact, row.at))
    held: dict[int, list[Unanswered]] = {}
    for row in questions:
        held.setdefault(row.case_id, []).append(
            _question(row, tuple(wanted.get(row.question_id, ())))
        )
    return [
        Case(
            row.case_id, State(row.state), row.opened, row.closed, row.closed_by or "",
            row.assignee or "", row.note, tuple(row.documents), row.asked_again,
            tuple(held[row.case_id]),
        )
        for row in rows
        if row.case_id in held
    ]  # fmt: skip


def _question(row: Any, wants: tuple[Want, ...]) -> Unanswered:
    return Unanswered(
        row.question_id, row.text, Role(row.role),
        date.fromisoformat(row.on_day) if row.on_day else None, row.way, Status(row.status),
        row.times, row.first, row.last, row.submitted,
        Status(row.outcome) if row.outcome else None, row.said, row.rejected, wants,
    )  # fmt: skip


# -- what admins change ----------------------------------------------------------------------


def look_after(
    kb: KnowledgeBase,
    who: str,
    case_id: int,
    *,
    assignee: str,
    note: str,
    documents: Sequence[str],
) -> None:
    """Write down who looks after a case (empty: nobody), a note, and which documents answer it.

    Raises NotFound when there is no such case, user or document, QuestionError for a long note.
    """
    get(kb.catalog, case_id)
    if len(note) > NOTE:
        raise QuestionError(
            f"备注有 {len(note)} 个字，超过 {NOTE} 字的上限。请缩短后再保存。",
            f"The note has {len(note)} characters, more than the {NOTE} allowed. Shorten it and "
            "save again.",
        )
    linked = list(dict.fromkeys(documents))[:LINKED]
    for document_id in linked:
        kb.document(document_id, list(Audience))
    users, table = schema.users, schema.cases
    with kb.catalog.begin() as connection:
        known = select(users.c.name).where(users.c.name == assignee)
        if assignee and connection.execute(known).first() is None:
            raise NotFound(
                f"没有名为 {assignee} 的用户。请从列表中选择。",
                f"There is no user {assignee}. Choose one from the list.",
            )
        connection.execute(
            update(table)
            .where(table.c.case_id == case_id)
            .values(assignee=assignee or None, note=note, documents=linked)
        )
    audit.note(kb.catalog, who, "case.change", _named(case_id, assignee, *linked))


def close(catalog: Catalog, who: str, case_id: int, state: State, now: float) -> None:
    """Close a case; contacts are deleted. An empty ``who``: it closed itself. Raises NotFound."""
    get(catalog, case_id)
    with catalog.begin() as connection:
        connection.execute(
            update(schema.cases)
            .where(schema.cases.c.case_id == case_id)
            .values(state=state, closed=now, closed_by=who or None)
        )
        _drop_wants(connection, case_id)
    if who:
        audit.note(catalog, who, "case.close", _named(case_id, state))


def reopen(catalog: Catalog, who: str, case_id: int) -> None:
    """Open a case again: what was said last is then no answer to it. Raises NotFound."""
    get(catalog, case_id)
    cases, table = schema.cases, schema.unanswered
    with catalog.begin() as connection:
        connection.execute(
            update(cases)
            .where(cases.c.case_id == case_id)
            .values(state=State.OPEN, closed=None, closed_by=None)
        )
        connection.execute(
            update(table).where(table.c.case_id == case_id).values(rejected=table.c.said)
        )
    audit.note(catalog, who, "case.reopen", _named(case_id))


def _drop_wants(connection: Connection, case_id: int) -> None:
    table = schema.unanswered
    asked = select(table.c.question_id).where(table.c.case_id == case_id)
    connection.execute(delete(schema.wants).where(schema.wants.c.question_id.in_(asked)))


def _named(case_id: int, *more: str) -> str:
    """A case as the audit record names it: never by a question's text."""
    return " ".join([f"#{case_id}", *(m for m in more if m)])[:500]
