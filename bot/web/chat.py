"""A conversation: what happens when a question is sent, an answer comes, a citation is chosen.

No Gradio here: the page's callbacks call these functions, and so do the tests.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from bot.answering import Claimed, Done, Event, answer_events
from bot.asked import Record, Way
from bot.engine import Engine
from bot.follow_up import PastTurn, Resolved
from bot.kept import KeptTurn, fingerprint
from bot.related import Related
from bot.web import render
from bot.web.hints import find_hints
from bot.web.render import Chosen, Turn
from bot.web.source import look_up
from bot.web.texts import EN, ZH
from bot.web.tools_texts import tools_texts
from bot.word import conversation_file, file_name
from kb.errors import KbError, NotFound, QuestionError
from kb.knowledge_base import KnowledgeBase
from kb.models import Kind, Role
from kb.text import sendable

TURNS = 50
"""Turns kept per conversation; the oldest go first."""

KEPT_CHARS = 2000
"""Characters of a question a conversation keeps; a longer one is refused anyway."""

log = logging.getLogger(__name__)


def parse_day(raw: object) -> date | None:
    """The day chosen on the page; None when nothing is chosen.

    Raises QuestionError for text that is not an ISO date.
    """
    if not isinstance(raw, str) or not raw.strip():
        return None
    try:
        return date.fromisoformat(raw.strip())
    except ValueError as error:
        shown = raw.strip()[:40]
        raise QuestionError(ZH.day_bad.format(day=shown), EN.day_bad.format(day=shown)) from error


def begin(turns: Sequence[Turn], question: object, day: object) -> list[Turn]:
    """The conversation with a new turn that waits for its answer, or says what is wrong.

    An empty question changes nothing.
    """
    text = sendable(question) if isinstance(question, str) else ""
    if not text.strip():
        return list(turns)
    n = turns[-1].n + 1 if turns else 1
    try:
        turn = Turn(n, text, parse_day(day))
    except QuestionError as error:
        turn = Turn(n, text, error=(error.zh, error.en))
    return [*turns, turn][-TURNS:]


def begin_alone(turns: Sequence[Turn], n: object) -> list[Turn]:
    """The conversation with the question of turn ``n`` once more, to be searched as it was asked.

    A turn that was not read as another question changes nothing.
    """
    old = next((t for t in turns if t.n == n and t.resolved), None)
    if old is None:
        return list(turns)
    return [*turns, Turn(turns[-1].n + 1, old.question, old.on, alone=True)][-TURNS:]


def is_waiting(turns: Sequence[Turn]) -> bool:
    """Whether the last turn still waits for its answer."""
    return bool(turns) and turns[-1].answer is None and turns[-1].error is None


def answering(
    engine: Engine,
    turns: Sequence[Turn],
    role: Role = Role.INVESTOR,
    lang: str = "zh",
    record: Record | None = None,
    *,
    worded: bool = True,
) -> Iterator[list[Turn]]:
    """The conversation each time more of the waiting turn's answer is known, for a role.

    The last one has the whole answer, or its error. Nothing waiting: the conversation as it is.
    ``record`` writes down what was asked; ``worded`` says whether a language model may word it.
    """
    if not is_waiting(turns):
        yield list(turns)
        return
    *before, turn = turns
    try:
        known = () if turn.alone else past(before)
        events = answer_events(engine, turn.question, role, turn.on, known, lang, worded=worded)
        for event in events:
            turn = _told(engine, turn, event)
            if not isinstance(event, Done):
                yield [*before, turn]
            elif record is not None:
                turn = replace(turn, ref=record(event.answer, role, Way.CHAT, turn.on))
    except KbError as error:
        turn = replace(turn, error=(error.zh, error.en))
    except Exception as error:  # noqa: BLE001  (the page must not die; the log says where)
        log_failure("asking", error)
        turn = replace(turn, error=(ZH.failed, EN.failed))
    yield [*before, replace(turn, question=turn.question[:KEPT_CHARS])]


def _told(engine: Engine, turn: Turn, event: Event) -> Turn:
    """A turn with what an event says of its answer."""
    if isinstance(event, Resolved):
        return replace(turn, resolved=event.text)
    if isinstance(event, Claimed):
        return replace(turn, said=(*turn.said, event))
    hints = find_hints(event.answer.claims, engine.kb.snapshot.glossary)  # holds public terms only
    return replace(turn, said=(), answer=replace(event.answer, hits=()), why=event.why, hints=hints)


def past(turns: Sequence[Turn]) -> tuple[PastTurn, ...]:
    """What was answered in a conversation, for questions that lean on it."""
    return tuple(
        PastTurn(t.question, t.resolved or t.question, t.answer)
        for t in turns
        if t.answer is not None
    )


def finish(
    engine: Engine,
    turns: Sequence[Turn],
    role: Role = Role.INVESTOR,
    record: Record | None = None,
    *,
    worded: bool = True,
) -> list[Turn]:
    """The conversation with the waiting turn answered for a role, or with its error."""
    *_, done = answering(engine, turns, role, record=record, worded=worded)
    return done


def log_failure(what: str, error: Exception) -> None:
    """Log where an unexpected error arose, without its message: that may quote the question."""
    places = "".join(traceback.format_tb(error.__traceback__))
    log.error("%s failed with %s\n%s", what, type(error).__name__, places)


def suggest(related: Related, turns: Sequence[Turn], role: Role) -> tuple[str, ...]:
    """Questions to go on with after the newest answer."""
    if not turns or turns[-1].answer is None:
        return ()
    asked = [words for t in turns for words in (t.question, t.resolved)]
    terms = list(dict.fromkeys(hint.name for hint in turns[-1].hints))
    return related.questions(turns[-1].answer, role, terms, asked)


def kept_turns(turns: Sequence[Turn], today: date) -> list[KeptTurn]:
    """What a link keeps of a conversation: what was answered, no more than can be asked again."""
    return [
        KeptTurn(t.question, (t.on or today).isoformat(), fingerprint(t.answer), t.alone)
        for t in turns
        if t.answer is not None
    ]


def restore(engine: Engine, kept: Sequence[KeptTurn], lang: str) -> list[Turn]:
    """A kept conversation, asked again as an investor and by the rules of its days.

    No language model words it: who has the link must not spend what its maker did, and two wordings
    of the same answer are no change.
    Without anything kept: one turn that says the link is over.
    """
    if not kept:
        return [Turn(1, tools_texts(lang).gone_question, error=tools_texts(lang).gone)]
    turns: list[Turn] = []
    for n, old in enumerate(kept, 1):
        asked = Turn(n, old.question, old.day, alone=old.alone)
        *_, turn = finish(engine, [*turns, asked], worded=False)
        changed = old.said and turn.answer is not None and fingerprint(turn.answer) != old.said
        turns.append(replace(turn, changed=bool(changed)))
    return turns


def word_file(kb: KnowledgeBase, turns: Sequence[Turn], lang: str) -> tuple[bytes, str]:
    """A conversation as a Word file, and its name."""
    title, today = tools_texts(lang).title, date.today()
    told = [(t.question, t.resolved, t.on, t.answer) for t in turns if t.answer is not None]
    content = conversation_file(told, kb.snapshot.live, title, today, lang)
    return content, file_name(title, today)


def first_citation(turns: Sequence[Turn]) -> Chosen | None:
    """The citation to show with the newest answer: its first one; None for a refusal."""
    if not turns:
        return None
    answer = turns[-1].answer
    if answer is None or not answer.citations:
        return None
    return Chosen(turns[-1].n, answer.citations[0].n)


def choose(turns: Sequence[Turn], turn: object, n: object) -> Chosen | None:
    """The citation a reader picked, None when there is no such one in this conversation."""
    for t in turns:
        if t.n == turn and t.answer is not None:
            return next((Chosen(t.n, c.n) for c in t.answer.citations if c.n == n), None)
    return None


def panel(
    kb: KnowledgeBase,
    turns: Sequence[Turn],
    chosen: Chosen | None,
    lang: str,
    role: Role = Role.INVESTOR,
) -> str:
    """The source panel for the chosen citation, or what the base holds when none is chosen."""
    turn = next((t for t in turns if chosen and t.n == chosen.turn), None)
    if chosen is None or turn is None or turn.answer is None:
        return render.panel_empty(holdings(kb, role), lang)
    c = next(c for c in turn.answer.citations if c.n == chosen.n)
    try:
        source = look_up(
            kb,
            c.document_id,
            turn.on or date.today(),
            version=c.version_id,
            span=(c.start, c.end),
            audiences=role.audiences,
        )
    except NotFound:
        source = None
    return render.panel(turn, chosen.n, source, lang)


def holdings(kb: KnowledgeBase, role: Role = Role.INVESTOR) -> dict[Kind, int]:
    """How many documents of each kind a role may read."""
    kinds = [info.header.kind for info in kb.documents(role.audiences)]
    return {kind: kinds.count(kind) for kind in Kind}
