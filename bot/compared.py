"""Things side by side: places, policies or years, each asked about on its own.

The same is asked of each thing; a cell holds what answers it, or nothing. Places that are asked
about without a topic are compared by the headings that documents of theirs share.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.comparing import Cell as Found
from bot.comparing import compare, label_of, of_it_alone
from bot.evidence import Evidence
from bot.extract import Sentence, clean, sentences_of
from bot.likeness import SAME, likeness, pairs
from bot.question import Question, subject
from bot.tables import Draft, DraftRow, DraftTable
from kb.answer_table import TableKind
from kb.models import DocumentInfo, Hit, Kind, Role
from kb.paths import topics
from kb.places import place_spans, within
from kb.text import normalise
from kb.validity import is_in_force, validity

if TYPE_CHECKING:
    from bot.engine import Engine

MOST_THINGS = 3
MOST_ROWS = 8
MOST_SENTENCES = 2
"""Sentences of one cell."""
ALIKE = 0.5
"""Share of the shorter heading's pairs from which two headings are of one thing."""
_COMPARES = re.compile(
    r"(?:有什么|有何|有哪些|的|之间)?(?:不同|区别|差别|差异|异同|不一样)(?:之处|点|在哪里?|是什么|吗)?|相比|比较一?下?|对比一?下?"
    r"|哪个(?:更|好)|\bdiffer(?:s|ence|ences|ent)?\b|\bcompared?\b|\bversus\b|\bvs\b"
)
_EACH = re.compile(r"分别|各自|各(?=怎么|怎样|如何|是|有|做)")
_HOW = re.compile(r"怎么做|怎样做|如何做|做法|经验|怎么招|打法|办法")
_AND = re.compile(r"\s*(?:和|与|跟|同|、|以及|及|\band\b|\bversus\b|\bvs\b|\bwith\b)\s*")
_LEAD = re.compile(
    r"^(?:请?(?:帮我)?(?:对比|比较)(?:一下)?|请问|compare"
    r"|what(?:'s| is| are)? the differences? between)\s*",
    re.IGNORECASE,
)
_YEARS = re.compile(r"(?<!\d)((?:19|20)\d{2})(?:年?版|年?本|年)?")
_ASPECTS = (("定义", "{}是什么？"), ("条件", "{}的条件是什么？"), ("期限", "{}执行到什么时候？"))
_LABELS = ("做了什么", "成效", "可以借鉴", "不能照搬", "建议")


@dataclass(frozen=True, slots=True)
class Things:
    """What is compared (``places`` or ``years`` tell the sort), and what of it (empty: all)."""

    names: tuple[str, ...]
    topic: str
    asks: str = ""
    places: bool = False
    years: bool = False
    how: bool = False


def things(question: Question) -> Things | None:
    """The things a question compares; None for a question that does not."""
    normal = normalise(question.text).rstrip("?？。!！ ")
    found = _COMPARES.search(normal)
    each = _EACH.search(normal)
    if found is None and (each is None or not (_HOW.search(normal) or len(question.places) > 1)):
        return None
    rest = _COMPARES.sub("", _LEAD.sub("", normal))
    how = found is not None or _HOW.search(normal) is not None
    named = tuple(dict.fromkeys(question.places))
    if any(one != other and one in within(other) for one in named for other in named):
        return None
    if 2 <= len(named) <= MOST_THINGS:
        names = tuple(_whole_name(rest, name) for name in named)
        topic = _topic(rest, names)
        if question.english:
            topic = "".join(term for term in question.terms if term not in named)
        return Things(names, topic, places=True, how=how)
    years = tuple(dict.fromkeys(_YEARS.findall(rest)))
    if 2 <= len(years) <= MOST_THINGS and found is not None:
        marks = [m.group() for m in _YEARS.finditer(rest)]
        return Things(tuple(marks[: len(years)]), "", rest, years=True)
    return _two(rest) if found is not None else None


def _whole_name(rest: str, place: str) -> str:
    """A place with what of it is named: 苏州工业园区."""
    found = re.search(rf"{place}(?:工业园区|高新区|经开区|开发区|新区)?", rest)
    return found.group() if found else place


def _topic(rest: str, names: Sequence[str]) -> str:
    for name in names:
        rest = rest.replace(name, " ")
    rest = _HOW.sub(" ", _EACH.sub(" ", rest))
    left = re.sub(r"[和与跟同、,，有市的\s]|以及", "", subject(rest))
    return left if len(left) >= 2 else ""


def _two(rest: str) -> Things | None:
    """A和B的X: two things and what is asked of both."""
    parts = [p.strip() for p in _AND.split(rest) if p.strip()]
    if not 2 <= len(parts) <= MOST_THINGS:
        return None
    last, of, topic = parts[-1].partition("的")
    names = [*parts[:-1], last if of else parts[-1]]
    names = [re.sub(r"^(?:the|a|an)\s+", "", _EACH.sub("", name)) for name in names]
    if any(not 2 <= len(name) <= 40 for name in names):
        return None
    return Things(tuple(names), subject(topic).strip() if of else "")


def comparison(engine: Engine, evidence: Evidence) -> DraftTable | None:
    """The things compared side by side; None for another question, or if nothing is held."""
    asked = things(evidence.question)
    if asked is None:
        return None
    role = _role(evidence)
    if asked.places and not asked.topic:
        rows = _shared_headings(engine, asked, evidence, role)
    elif asked.places and asked.how:
        rows = _labelled(engine, asked, evidence, role) or _asked(engine, asked, evidence, role)
    else:
        rows = _asked(engine, asked, evidence, role)
    rows = [row for row in rows if any(cell.sentences for cell in row.cells)]
    if not rows:
        return None
    left = max(0, len(rows) - MOST_ROWS)
    return DraftTable(TableKind.COMPARISON, asked.names, tuple(rows[:MOST_ROWS]), left)


def _role(evidence: Evidence) -> Role:
    internal = len(evidence.query.audiences) > 1
    return Role.CADRE if internal else Role.INVESTOR


def _asked(engine: Engine, asked: Things, evidence: Evidence, role: Role) -> list[DraftRow]:
    """One row for each aspect: the same question of each thing."""
    forms: tuple[tuple[str, str], ...]
    if asked.years:
        forms = (("", asked.asks),)
    elif asked.topic:
        forms = ((asked.topic, f"{{}}的{asked.topic}"),)
    else:
        forms = _ASPECTS
    rows = []
    for head, form in forms:
        cells = []
        for name in asked.names:
            question = _for_one(form, name, asked)
            found = engine.gather(question, role, evidence.query.on)
            cells.append(_cell(engine, found, name, asked))
        rows.append(DraftRow(head, tuple(cells)))
    return _once(rows)


def _for_one(form: str, name: str, asked: Things) -> str:
    """The question about one of the things."""
    if not asked.years:
        return form.replace("{}", name)
    for other in asked.names:
        if other != name:
            form = re.sub(rf"{_AND.pattern}?{re.escape(other)}", "", form, count=1)
    return re.sub(rf"^{_AND.pattern}", "", form)


def _cell(engine: Engine, found: Evidence, name: str, asked: Things) -> Draft:
    """What answers the question about one thing, if it is sure, and speaks of this very thing."""
    if found.confidence < engine.kb.settings.refuse_below or not found.chosen:
        return Draft()
    kept = [s for s in found.chosen if _speaks_of(s, name, asked)]
    return Draft(tuple(kept[:MOST_SENTENCES]))


def _speaks_of(s: Sentence, name: str, asked: Things) -> bool:
    told = normalise(
        " ".join([s.hit.document.header.title, *topics(s.passage.path), s.lead, s.text])
    )
    if asked.years:
        return name[:4] in normalise(s.lead + s.text)
    if asked.places:
        return place_spans(name)[0][2] in told
    words = pairs(name)
    return name in told or likeness(words, pairs(told)) >= SAME


def _once(rows: Sequence[DraftRow]) -> list[DraftRow]:
    """The rows without sentences that a row before has."""
    seen: set[tuple[int, int]] = set()
    made = []
    for row in rows:
        cells = []
        for cell in row.cells:
            kept = tuple(
                s for s in cell.sentences if (s.hit.document.version_id, s.start) not in seen
            )
            cells.append(replace(cell, sentences=kept))
        seen |= {(s.hit.document.version_id, s.start) for c in cells for s in c.sentences}
        made.append(replace(row, cells=tuple(cells)))
    return made


def _labelled(engine: Engine, asked: Things, evidence: Evidence, role: Role) -> list[DraftRow]:
    """Rows by the labels that lessons put before their passages (做了什么, 成效)."""
    places = [place_spans(name)[0][2] for name in asked.names]
    found = compare(engine, asked.topic, places, role, evidence.query.on)
    rows = []
    for label in _LABELS:
        columns = [
            [cell for row in found.rows for cell in row.cells[i] if label_of(cell.text)[0] == label]
            for i in range(len(places))
        ]
        cells = tuple(
            Draft(tuple(_sentences(engine, cell)[0] for cell in column[:MOST_SENTENCES]))
            for column in columns
        )
        rows.append(DraftRow(label, cells))
    return [row for row in _once(rows) if any(cell.sentences for cell in row.cells)]


def _sentences(engine: Engine, cell: Found) -> list[Sentence]:
    p = cell.passage
    hit = Hit(cell.info, (p,), cell.text, p.start, p.end, 0.0, cell.validity)
    return sentences_of([hit], engine.kb.catalog.texts({cell.info.version_id}))


def _shared_headings(
    engine: Engine, asked: Things, evidence: Evidence, role: Role
) -> list[DraftRow]:
    """Rows by the headings of the lessons of each place, those that several share first."""
    columns = [_headings(engine, place_spans(name)[0][2], evidence, role) for name in asked.names]
    rows: list[tuple[str, int, list[tuple[Sentence, ...]]]] = []
    for i, column in enumerate(columns):
        for at, (head, sentences) in enumerate(column):
            cells = next((r[2] for r in rows if _of_one(r[0], head) and not r[2][i]), None)
            if cells is None:
                cells = [() for _ in columns]
                rows.append((head, at, cells))
            cells[i] = sentences
    rows.sort(key=lambda r: (-sum(map(bool, r[2])), r[1]))
    return [DraftRow(head, tuple(Draft(cell) for cell in cells)) for head, _, cells in rows]


def _headings(
    engine: Engine, place: str, evidence: Evidence, role: Role
) -> list[tuple[str, tuple[Sentence, ...]]]:
    """The headings of a place's own lessons, each with what was done and what came of it."""
    found: dict[str, list[Sentence]] = {}
    for info in engine.kb.documents(role.audiences):
        if not _of_place(info, place, evidence):
            continue
        text = engine.kb.catalog.texts({info.version_id})
        passages = tuple(engine.kb.catalog.passages(info.version_id))
        state = validity(info.header, evidence.query.on)
        whole = Hit(info, passages, "", 0, 0, 0.0, state)
        for s in sentences_of([whole], text):
            head = _short(s)
            if head and re.search(r"做了什么|成效", s.text[:12]):
                found.setdefault(head, []).append(s)
    return [(head, _best(sentences)) for head, sentences in found.items()]


def _best(sentences: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """The first of each label."""
    first = {s.text.lstrip("0123456789.．、 ")[:3]: s for s in reversed(sentences)}
    kept = sorted(first.values(), key=lambda s: s.start)
    return tuple(kept[:MOST_SENTENCES])


def _of_place(info: DocumentInfo, place: str, evidence: Evidence) -> bool:
    header = info.header
    return (
        header.kind is Kind.EXPERIENCE
        and place in header.title
        and of_it_alone(place, info)
        and is_in_force(header, evidence.query.on)
    )


def _short(s: Sentence) -> str:
    """The heading of a sentence up to its colon (缺什么招什么：把电池拆成环节)."""
    steps = [step for step in topics(s.passage.path) if not re.match(r"^\d", step)]
    return re.split(r"[：:]", clean(steps[-1]))[0] if steps else ""


def _of_one(one: str, other: str) -> bool:
    return one == other or likeness(pairs(one), pairs(other)) >= ALIKE
