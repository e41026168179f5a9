"""What was asked, as numbers: when, as whom, by which way in, how it ended and how long it took.

No names, no addresses, and no text, but for questions that were not answered: their text is kept so
that somebody can see what is missing (``Settings.keep_unanswered``). Single rows are kept for
``DAYS``, then summed by day. ``bot.recorder`` writes behind the answers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.secret import hashed
from kb import schema
from kb.catalog import Catalog
from kb.models import Answer, Role, Status
from kb.text import normalise

DAYS = 90
"""Days for which single rows are kept; older ones are summed by day."""
MOST = 200_000
"""Single rows at most: beyond it the oldest days are summed sooner."""
MOST_TEXTS = 5_000
"""Texts of unanswered questions at most; the one not asked for longest goes first."""


class Way(StrEnum):
    """How a question came in."""

    CHAT = "chat"
    API = "api"
    OPENAI = "openai"
    MCP = "mcp"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question and how it ended.

    ``ref`` names it and cannot be guessed; ``at`` is seconds since 1970; ``timings`` are
    milliseconds per stage, ``documents`` the ids of those cited. ``text`` is the question, empty
    where it is not kept; ``on`` the day by whose rules it was asked, None for the day itself.
    """

    ref: str
    at: float
    role: Role
    way: Way
    status: Status
    confidence: float
    timings: Mapping[str, float]
    documents: tuple[str, ...]
    text: str = ""
    on: date | None = None


Record = Callable[[Answer, Role, Way, date | None], str]
"""Writes down an answered question and returns its ``ref``: what every way in calls."""


@dataclass(frozen=True, slots=True)
class Total:
    """The questions of a day, a role, a way in and a status: how many, and sums over them.

    ``timings`` are milliseconds per stage over all of them, ``documents`` how often each was cited,
    ``useful`` and ``useless`` how many readers said so.
    """

    day: date
    role: Role
    way: Way
    status: Status
    questions: int
    timings: Mapping[str, float]
    documents: Mapping[str, int]
    useful: int = 0
    useless: int = 0


def asked_of(
    answer: Answer, role: Role, way: Way, on: date | None, *, ref: str, now: float, keep_text: bool
) -> Asked:
    """What is written down of an answer; its text only where it was not answered."""
    unanswered = answer.status is not Status.ANSWERED
    return Asked(
        ref,
        now,
        role,
        way,
        answer.status,
        answer.confidence,
        answer.timings,
        tuple(dict.fromkeys(c.document_id for c in answer.citations)),
        answer.question if keep_text and unanswered else "",
        on,
    )


def write(catalog: Catalog, rows: Sequence[Asked]) -> None:
    """Write questions down, all of them or none. Raises StoreError."""
    if not rows:
        return
    with catalog.begin() as connection:
        connection.execute(insert(schema.asked), [_row(asked) for asked in rows])
        for asked in rows:
            if asked.text:
                keep_text(connection, asked)


def keep_text(connection: Connection, asked: Asked, *, submitted: bool = False) -> int:
    """Keep the text of a question, once however often it is asked; return the id of it.

    What a reader submits was asked already: it does not count again.
    """
    table = schema.unanswered
    on = asked.on.isoformat() if asked.on else None
    made = upsert(table).values(
        text_hash=hashed(f"{asked.role}|{on}|{normalise(asked.text)}"),
        text=asked.text,
        role=asked.role,
        on_day=on,
        way=asked.way,
        status=asked.status,
        times=1,
        first=asked.at,
        last=asked.at,
        submitted=submitted,
    )
    seen = {"times": table.c.times + 1, "last": asked.at, "status": asked.status}
    again = made.on_conflict_do_update(
        index_elements=["text_hash"],
        set_={"submitted": True, "last": asked.at} if submitted else seen,
    ).returning(table.c.question_id)
    question_id = int(connection.execute(again).scalar_one())
    held = connection.execute(select(func.count()).select_from(table)).scalar_one()
    if held > MOST_TEXTS:
        oldest = (
            select(table.c.question_id)
            .where(table.c.question_id != question_id)
            .order_by(table.c.submitted, table.c.last)
            .limit(held - MOST_TEXTS)
        )
        connection.execute(delete(table).where(table.c.question_id.in_(oldest.scalar_subquery())))
    return question_id


def rate(catalog: Catalog, ref: str, useful: bool | None) -> bool:
    """Write down whether a reader found an answer useful, or takes that back (None).

    Returns whether there is such an answer still.
    """
    table = schema.asked
    with catalog.begin() as connection:
        done = connection.execute(update(table).where(table.c.ref == ref).values(useful=useful))
        return bool(done.rowcount)


def totals(catalog: Catalog, since: date) -> list[Total]:
    """Everything asked from a day on, by day, role, way in and status."""
    asked, days = schema.asked, schema.asked_days
    with catalog.begin() as connection:
        rows = connection.execute(select(asked).where(asked.c.day >= since.isoformat()))
        found = _summed(_total(row) for row in rows)
        old = connection.execute(select(days).where(days.c.day >= since.isoformat()))
        found = _summed([*found, *(_stored(row) for row in old)])
    return sorted(found, key=lambda t: (t.day, t.role, t.way, t.status))


def sum_up(catalog: Catalog, today: date) -> None:
    """Sum the rows that are old or too many by day, and let them go."""
    table = schema.asked
    oldest = (today - timedelta(days=DAYS)).isoformat()
    per_day = select(table.c.day, func.count()).group_by(table.c.day).order_by(table.c.day)
    with catalog.begin() as connection:
        counted = [(str(day), int(n)) for day, n in connection.execute(per_day)]
    held = sum(n for _, n in counted)
    for day, n in counted:
        if day >= oldest and held <= MOST:
            break
        _sum_day(catalog, day)
        held -= n


def _sum_day(catalog: Catalog, day: str) -> None:
    table = schema.asked
    with catalog.begin() as connection:
        # the write comes first: nothing can be written between reading and letting go
        gone = connection.execute(delete(table).where(table.c.day == day).returning(*table.c))
        fresh = [_total(row) for row in gone.all()]
        days = schema.asked_days
        known = connection.execute(delete(days).where(days.c.day == day).returning(*days.c)).all()
        made = _summed([*fresh, *(_stored(row) for row in known)])
        connection.execute(
            insert(days),
            [
                {
                    "day": day,
                    "role": t.role,
                    "way": t.way,
                    "status": t.status,
                    "questions": t.questions,
                    "timings": {stage: round(ms, 3) for stage, ms in t.timings.items()},
                    "documents": dict(t.documents),
                    "useful": t.useful,
                    "useless": t.useless,
                }
                for t in made
            ],
        )


def _summed(parts: Iterable[Total]) -> list[Total]:
    """Totals of the same day, role, way in and status as one."""
    found: dict[tuple[date, Role, Way, Status], Total] = {}
    for part in parts:
        key = (part.day, part.role, part.way, part.status)
        before = found.get(key)
        if before is None:
            found[key] = part
            continue
        timings, documents = Counter(before.timings), Counter(before.documents)
        timings.update(part.timings)
        documents.update(part.documents)
        found[key] = replace(
            part,
            questions=before.questions + part.questions,
            timings=timings,
            documents=documents,
            useful=before.useful + part.useful,
            useless=before.useless + part.useless,
        )
    return list(found.values())


def _row(asked: Asked) -> dict[str, Any]:
    return {
        "ref": asked.ref,
        "at": asked.at,
        "day": datetime.fromtimestamp(asked.at).date().isoformat(),
        "role": asked.role,
        "way": asked.way,
        "status": asked.status,
        "confidence": asked.confidence,
        "timings": dict(asked.timings),
        "documents": list(asked.documents),
    }


def _total(row: Any) -> Total:
    """A single question as a total of one."""
    return Total(
        date.fromisoformat(row.day), Role(row.role), Way(row.way), Status(row.status),
        1, row.timings, dict.fromkeys(row.documents, 1),
        int(row.useful is True), int(row.useful is False),
    )  # fmt: skip


def _stored(row: Any) -> Total:
    return Total(
        date.fromisoformat(row.day), Role(row.role), Way(row.way), Status(row.status),
        row.questions, row.timings, row.documents, row.useful, row.useless,
    )  # fmt: skip
