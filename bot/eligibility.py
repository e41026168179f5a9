"""What an asker is entitled to: policies with conditions on what they say, each told as met, unmet
or not known, with its clause.

Conditions are looked for measure by measure, in policies in force. Only what a clause says outright
is compared; all other demands of the same part of the document are given as not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.asker import CALLED, Asker, asker
from bot.conditions import Condition, conditions, judged, together
from bot.evidence import Evidence
from bot.extract import Sentence, clean, is_about, sentences_of
from bot.tables import Draft, DraftRow, DraftTable
from kb.answer_table import TableKind, Verdict
from kb.models import Hit, Kind
from kb.places import HOME, within
from kb.text import normalise

if TYPE_CHECKING:
    from bot.engine import Engine

MOST_POLICIES = 6
MOST_CLAUSES = 5
"""Clauses of one policy."""
FOUND = 12
"""Passages looked at for each measure."""
_GIVES = re.compile(r"减按|免征|减半|抵免|加计|税前扣除|税前摊销|实际税负|税率是|优先供应")
_DEMANDS = re.compile(
    r"不能享受|不得享受|不适用|才能|必须|应当|要(?:同时)?(?:拥有|列入|符合|满足|属于)|没有发生"
)
_BESIDES = re.compile(r"列入|拥有|属于|进入名单|进名单|取得")
"""Demands on something else than quantities within a clause."""
_EITHER = re.compile(r"或者?|之一")
"""Where one of several demands may be enough."""
_NUMBERED = re.compile(r"^(?:[（(]?[\d一二三四五六七八九十]{1,3}[)）.．、]?)$")
_LIMITED = re.compile(r"不适用|不能享受|不得享受")
_OPEN_ASK = re.compile(r"什么|哪些|哪几|what|which", re.IGNORECASE)
_TRADES = {
    "酒店": "住宿", "宾馆": "住宿", "饭店": "餐饮", "商贸": "批发", "零售业": "零售",
}  # fmt: skip
"""What a line of business is called in lists of them."""


@dataclass(frozen=True, slots=True)
class _Clause:
    sentence: Sentence
    verdict: Verdict
    said: str
    compared: int


def eligibility(engine: Engine, evidence: Evidence) -> DraftTable | None:
    """The policies whose conditions speak of what the asker says; None for other questions."""
    known = asker(evidence.question.text)
    if known is None:
        return None
    found = [
        row
        for hits in _documents(engine, evidence, known)
        if (row := _policy(engine, hits, known)) is not None
    ]
    wanted = evidence.chosen[0].hit.document.version_id if evidence.chosen else None
    if not _OPEN_ASK.search(normalise(evidence.question.text)):
        found = [r for r in found if _version(r[0]) == wanted] or found
    if not found:
        return None
    order = (Verdict.MET, Verdict.UNKNOWN, Verdict.UNMET)
    found.sort(key=lambda r: (_version(r[0]) != wanted, -r[1], order.index(_verdict(r[0]))))
    rows = tuple(row for row, _ in found)
    return DraftTable(
        TableKind.CONDITIONS, (), rows[:MOST_POLICIES], max(0, len(rows) - MOST_POLICIES)
    )


def _version(row: DraftRow) -> int:
    return row.cells[0].sentences[0].hit.document.version_id


def _verdict(row: DraftRow) -> Verdict:
    return row.verdict or Verdict.UNKNOWN


def _documents(engine: Engine, evidence: Evidence, known: Asker) -> Iterable[Hit]:
    """The policies found for the measures that the asker names, each with all its passages."""
    seen: dict[int, Hit] = {}
    for words in dict.fromkeys(CALLED[fact.measure] for fact in known.facts):
        query = replace(
            evidence.query,
            text=f"{words} 条件 优惠", words=words, kinds=(Kind.POLICY,), limit=FOUND,
            expansions=(), definition=False,
        )  # fmt: skip
        for hit in engine.kb.search(query):
            seen.setdefault(hit.document.version_id, hit)
    for hit in evidence.hits:
        if hit.document.header.kind is Kind.POLICY:
            seen.setdefault(hit.document.version_id, hit)
    for version, hit in seen.items():
        yield replace(hit, passages=tuple(engine.kb.catalog.passages(version)))


def _policy(engine: Engine, hit: Hit, known: Asker) -> tuple[DraftRow, int] | None:
    """A policy's row and how many facts it was compared with; None if it sets no such condition."""
    version = hit.document.version_id
    sentences = sentences_of([hit], engine.kb.catalog.texts({version}))
    told = [s for s in sentences if not is_about(s.text)]
    gives = next((s for s in told if _GIVES.search(s.text) and not _LIMITED.search(s.text)), None)
    clauses = [c for s in told if (c := _clause(s, known)) is not None]
    compared = sum(c.compared for c in clauses)
    if not compared or gives is None:
        return None
    parts = {_part(c.sentence) for c in clauses}
    own = {c.sentence.start for c in clauses}
    for s in told:
        if s.start in own or _part(s) not in parts or conditions(s.text):
            continue
        if _DEMANDS.search(s.text):
            clauses.append(_Clause(s, Verdict.UNKNOWN, "", 0))
    clauses.sort(key=lambda c: (not c.compared, c.sentence.start))
    kept = clauses[:MOST_CLAUSES]
    cells = [Draft((c.sentence,), c.verdict, c.said) for c in kept]
    if gives.start not in {c.sentence.start for c in kept}:
        cells.insert(0, Draft((gives,)))
    verdict = together([c.verdict for c in clauses])
    return DraftRow(hit.document.header.title, tuple(cells), verdict), compared


def _part(s: Sentence) -> tuple[str, ...]:
    """The part of a document that a sentence stands in, without its own number."""
    return tuple(step for step in s.passage.path if not _NUMBERED.match(step))


def _clause(s: Sentence, known: Asker) -> _Clause | None:
    """A clause that sets a condition on what the asker says, with how it stands to it."""
    found = conditions(s.text)
    told = [(c, *judged(c, known)) for c in found]
    if any(c.for_whom and verdict is Verdict.UNMET for c, verdict, _ in told):
        return None  # written for others
    compared = [fact.said for _, _, fact in told if fact is not None]
    if compared:
        verdict = _of_all(told)
        if verdict is Verdict.UNMET and len(found) > 1 and _EITHER.search(s.text):
            verdict = Verdict.UNKNOWN
        if verdict is Verdict.MET and _BESIDES.search(s.text):
            verdict = Verdict.UNKNOWN
        return _Clause(s, verdict, "；".join(dict.fromkeys(compared)), len(compared))
    return _trade(s, known) or _region(s, known)


def _of_all(told: Sequence[tuple[Condition, Verdict, object]]) -> Verdict:
    demands = [v for c, v, _ in told if not c.for_whom] or [v for _, v, _ in told]
    if any(c.for_whom and v is Verdict.UNKNOWN for c, v, _ in told):
        return Verdict.UNKNOWN
    return together(demands)


def _trade(s: Sentence, known: Asker) -> _Clause | None:
    """A list of lines of business that are left out, when the asker's is among them."""
    if not _LIMITED.search(s.text):
        return None
    text = normalise(s.text)
    for trade in known.industries:
        if _TRADES.get(trade, trade).removesuffix("业") in text:
            return _Clause(s, Verdict.UNMET, trade, 1)
    return None


def _region(s: Sentence, known: Asker) -> _Clause | None:
    """A clause for firms of a region that the asker's place lies in."""
    found = re.search(r"设在(西部|陕西|延安)", clean(s.text))
    if found is None or not known.places:
        return None
    inside = any(found[1] in within(place) or (found[1] in within(HOME) and place == HOME)
                 for place in known.places)  # fmt: skip
    said = "、".join(known.places)
    return _Clause(s, Verdict.MET if inside else Verdict.UNKNOWN, said, 0)
