"""What readers say is wrong with an answer: which sentence or citation, and the clause as it stood.

Bound to an answer that was really given: callers pass the answer of the session, never what a
request claims. The quoted text goes when its document is removed (``Catalog.withdraw``). Times are
seconds since 1970.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, select, update

from bot import audit
from kb import schema
from kb.catalog import Catalog
from kb.errors import BusyError, NotFound, QuestionError
from kb.models import Answer, Role, Status
from kb.text import sendable, strip_control

REMARK = 500
"""Characters of a reader's remark."""
NOTE = 2_000
"""Characters of an admin's note."""
MOST = 5_000
"""Flags kept at most: the oldest of those dealt with go first; without any, no further is taken."""
DONE_DAYS = 90
"""Days for which a flag is kept after it was dealt with."""
OPEN_DAYS = 365
"""Days for which any other is kept."""
_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of a flagged answer with one clause it cites, as both stood.

    ``start`` and ``end`` are offsets into the text of ``version_id``.
    """

    claim: int
    citation: int
    document_id: str
    version_id: int
    title: str
    doc_number: str
    path: tuple[str, ...]
    start: int
    end: int
    said: str
    quote: str


@dataclass(frozen=True, slots=True)
class Flag:
    """What a reader flagged: citation number ``citation``, or the answer as a whole (None).

    ``document_id`` is what the citation is of. ``done`` says when an admin dealt with it.
    """

    flag_id: int
    at: float
    role: Role
    question: str
    on: date | None
    status: Status
    citation: int | None
    document_id: str
    remark: str
    done: float | None
    done_by: str
    note: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What readers said of the answers that cite a document."""

    flags: int
    useful: int
    useless: int


def flag(
    catalog: Catalog,
    answer: Answer,
    role: Role,
    on: date | None,
    citation: int | None,
    remark: str,
    now: float,
) -> None:
    """Write down that a reader finds an answer wrong, or one citation of it.

    Raises NotFound when the answer has no such citation, QuestionError for a remark that is too
    long or needed and missing, BusyError when too many wait.
    """
    words = strip_control(sendable(remark)).strip()
    if len(words) > REMARK:
        raise QuestionError(
            f"说明有 {len(words)} 个字，超过 {REMARK} 字的上限。请缩短后提交。",
            f"The remark has {len(words)} characters, more than the {REMARK} allowed. Shorten it "
            "and submit again.",
        )
    cited = next((c for c in answer.citations if c.n == citation), None)
    if citation is not None and cited is None:
        raise NotFound(
            "这个回答没有这条引用。请重新选择。",
            "This answer has no such citation. Choose another.",
        )
    if cited is None and not words:
        raise QuestionError("请写明哪里有误，再提交。", "Say what is wrong, then submit again.")
    with catalog.begin() as connection:
        _make_room(connection)
        made = connection.execute(
            insert(schema.flags).values(
                at=now,
                role=role,
                question=answer.question,
                on_day=on.isoformat() if on else None,
                status=answer.status,
                citation=citation,
                document_id=cited.document_id if cited else None,
                remark=words,
                note="",
            )
        ).inserted_primary_key
        assert made is not None
        rows = _lines(answer, int(made[0]))
        if rows:
            connection.execute(insert(schema.flag_lines), rows)


def _make_room(connection: Connection) -> None:
    table = schema.flags
    held = connection.execute(select(func.count()).select_from(table)).scalar_one()
    if held < MOST:
        return
    oldest = select(table.c.flag_id).where(table.c.done.is_not(None)).order_by(table.c.done)
    gone = connection.execute(delete(table).where(table.c.flag_id.in_(oldest.limit(MOST // 10))))
    if not gone.rowcount:
        raise BusyError(
            "等待处理的反馈太多，暂时不能再提交。请稍后再试，或直接联系主管部门。",
            "Too much feedback waits to be dealt with. Try again later, or write to the authority "
            "in charge.",
        )


def _lines(answer: Answer, flag_id: int) -> list[dict[str, Any]]:
    by_number = {c.n: c for c in answer.citations}
    return [
        {
            "flag_id": flag_id,
            "claim": i,
            "citation": n,
            "document_id": by_number[n].document_id,
            "version_id": by_number[n].version_id,
            "title": by_number[n].title,
            "doc_number": by_number[n].doc_number,
            "path": list(by_number[n].path),
            "start": by_number[n].start,
            "end": by_number[n].end,
            "said": claim.text,
            "quote": by_number[n].quote,
        }
        for i, claim in enumerate(answer.claims)
        for n in dict.fromkeys(claim.citations)
        if n in by_number
    ]


# -- what admins see and do ------------------------------------------------------------------


def flags(
    catalog: Catalog, *, done: bool = False, document_id: str = "", limit: int = 50, skip: int = 0
) -> tuple[list[Flag], int]:
    """Flags that are dealt with or not, newest first, and how many there are in all.

    With ``document_id`` those of citations of one document.
    """
    table = schema.flags
    wanted: ColumnElement[bool] = table.c.done.is_not(None) if done else table.c.done.is_(None)
    if document_id:
        wanted = and_(wanted, table.c.document_id == document_id)
    query = select(table).where(wanted).order_by(table.c.flag_id.desc()).limit(limit).offset(skip)
    count = select(func.count()).select_from(table).where(wanted)
    with catalog.begin() as connection:
        found = _flags(connection, connection.execute(query).all())
        return found, int(connection.execute(count).scalar_one())


def waiting(catalog: Catalog) -> int:
    """How many flags nobody has dealt with."""
    table = schema.flags
    query = select(func.count()).select_from(table).where(table.c.done.is_(None))
    with catalog.begin() as connection:
        return int(connection.execute(query).scalar_one())


def settle(catalog: Catalog, who: str, flag_id: int, *, done: bool, note: str, now: float) -> None:
    """Write an admin's note on a flag, and whether it is dealt with.

    Raises NotFound, or QuestionError for a long note.
    """
    if len(note) > NOTE:
        raise QuestionError(
            f"备注有 {len(note)} 个字，超过 {NOTE} 字的上限。请缩短后再保存。",
            f"The note has {len(note)} characters, more than the {NOTE} allowed. Shorten it and "
            "save again.",
        )
    table = schema.flags
    values = {"note": note, "done": now if done else None, "done_by": who if done else None}
    with catalog.begin() as connection:
        changed = connection.execute(
            update(table).where(table.c.flag_id == flag_id).values(**values)
        )
    if not changed.rowcount:
        raise NotFound(
            "没有这条反馈，或者它已按保存期限删除。请返回列表。",
            "There is no such feedback, or its time is over. Go back to the list.",
        )
    audit.note(catalog, who, "flag.change", f"#{flag_id} {'done' if done else 'open'}")


def by_document(catalog: Catalog) -> dict[str, Told]:
    """What readers said of the citations of each document, as far as single rows are kept."""
    asked, table = schema.asked, schema.flags
    votes: Counter[tuple[str, bool]] = Counter()
    counted = (
        select(table.c.document_id, func.count())
        .where(table.c.document_id.is_not(None))
        .group_by(table.c.document_id)
    )
    voted = select(asked.c.documents, asked.c.useful).where(asked.c.useful.is_not(None))
    with catalog.begin() as connection:
        flagged = {str(i): int(n) for i, n in connection.execute(counted)}
        for documents, useful in connection.execute(voted):
            votes.update((document_id, useful) for document_id in documents)
    names = flagged.keys() | {document_id for document_id, _ in votes}
    told = {i: Told(flagged.get(i, 0), votes[i, True], votes[i, False]) for i in names}
    return dict(sorted(told.items(), key=lambda item: (-item[1].flags, -item[1].useless, item[0])))


def sweep(catalog: Catalog, now: float) -> None:
    """Delete flags whose time is over."""
    table = schema.flags
    with catalog.begin() as connection:
        connection.execute(
            delete(table).where(
                (table.c.done < now - DONE_DAYS * _DAY) | (table.c.at < now - OPEN_DAYS * _DAY)
            )
        )


def _flags(connection: Connection, rows: Sequence[Any]) -> list[Flag]:
    table = schema.flag_lines
    query = (
        select(table)
        .where(table.c.flag_id.in_([row.flag_id for row in rows]))
        .order_by(table.c.flag_id, table.c.claim, table.c.citation)
    )
    held: dict[int, list[Line]] = {}
    for row in connection.execute(query):
        held.setdefault(row.flag_id, []).append(
            Line(
                row.claim, row.citation, row.document_id, row.version_id, row.title,
                row.doc_number, tuple(row.path), row.start, row.end, row.said, row.quote,
            )
        )  # fmt: skip
    return [
        Flag(
            row.flag_id, row.at, Role(row.role), row.question,
            date.fromisoformat(row.on_day) if row.on_day else None, Status(row.status),
            row.citation, row.document_id or "", row.remark, row.done, row.done_by or "",
            row.note, tuple(held.get(row.flag_id, ())),
        )
        for row in rows
    ]  # fmt: skip
