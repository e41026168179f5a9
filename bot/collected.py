"""All of a kind of support across documents (有哪些税收优惠): one item a document, each once.

The answer's own sentence comes first. Other policies join with the sentence that tells what they
give, nearest first, while they speak of what is asked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.evidence import Evidence
from bot.extract import Sentence, clean, is_about, sentences_of
from bot.likeness import SAME, likeness, pairs
from bot.tables import Draft, DraftRow, DraftTable
from kb.answer_table import TableKind
from kb.models import Hit, Kind
from kb.ranking import coverage
from kb.text import normalise, tokens

if TYPE_CHECKING:
    from bot.engine import Engine

MOST_ITEMS = 8
NEAREST = 3
"""Windows found first: their documents speak of what is asked, in other words perhaps."""
FOUND = 60
"""Passages looked at."""
HOLDS = 0.5
"""Share of the question's information that an item and its document's title must hold."""
_SUPPORT = "优惠|减免|抵免|扶持|奖补|补贴"
_ALL = re.compile(
    rf"(?:哪些|哪几[种项类]|什么样的|什么)[^,，。;；?？]{{0,8}}(?:{_SUPPORT})(?:政策|措施)?"
    rf"|(?:{_SUPPORT})(?:政策|措施)?(?:都|一共|总共)?(?:有|包括|分)?(?:哪些|哪几[种项类])"
    r"|\b(?:what|which|list)\b.{0,30}\b(?:incentives|preferences|tax breaks|tax benefits)\b"
)
_GIVES = re.compile(
    r"减按|免征|减半|抵免|加计|税前扣除|税前摊销|实际税负|税率是15%|减征|抵扣应纳税所得额|免征关税|计入收入总额"
)
_DENIES = re.compile(r"不能|不得|不适用|不再|旧政策|旧规定|例如|举例|不算")


def asks_for_all(question: str) -> bool:
    """Whether a question asks for all of a kind of support, not for that of one policy."""
    return _ALL.search(normalise(question)) is not None


def collection(engine: Engine, evidence: Evidence) -> DraftTable | None:
    """What several policies give, one row each; None where one holds all, or it is not asked."""
    question = evidence.question
    sure = evidence.chosen and evidence.confidence >= engine.kb.settings.nearest_from
    if not sure or not asks_for_all(question.text):
        return None
    words = _wanted(evidence)
    idf = engine.kb.lexical.idf(t for t in tokens(words) if len(t) > 1)
    query = replace(
        evidence.query, kinds=(Kind.POLICY,), limit=FOUND, text=f"{evidence.query.text} 优惠"
    )
    hits = [*evidence.hits, *engine.kb.search(query)]
    first = {h.document.version_id: h for h in reversed(hits)}
    order = list(dict.fromkeys(h.document.version_id for h in hits))
    best = evidence.chosen[0]
    items = [best] if idf or _gives(best) else []
    near = {h.document.version_id for h in evidence.hits[:NEAREST]}
    for version in order:
        hit = first[version]
        if items and version == items[0].hit.document.version_id:
            continue
        if hit.document.header.kind is not Kind.POLICY:
            continue
        item = _item(engine, hit, idf) or (_item(engine, hit, {}) if version in near else None)
        if item is not None and not any(_same(item, other) for other in items):
            items.append(item)
    if len(items) < 2:
        return None
    kept = [[s] for s in items[:MOST_ITEMS]]
    if items[0] is best:
        kept[0] = _beside(evidence)
        if not any(_gives(s) for s in kept[0]) and (own := _item(engine, best.hit, idf)):
            kept[0].append(own)
    rows = tuple(
        DraftRow(group[0].hit.document.header.title, (Draft(tuple(group)),)) for group in kept
    )
    left = len(items) - len(kept)
    return DraftTable(TableKind.LIST, (), rows, left)


def _beside(evidence: Evidence) -> list[Sentence]:
    """The answer's own sentences of its first document."""
    version = evidence.chosen[0].hit.document.version_id
    return [s for s in evidence.chosen if s.hit.document.version_id == version]


def _wanted(evidence: Evidence) -> str:
    """What the support asked for is for or of, without the words for support itself."""
    words = re.sub(rf"{_SUPPORT}|政策|措施|享受|企业|投资|税收", " ", evidence.query.words)
    for place in evidence.question.places:
        words = words.replace(place, " ")
    return " ".join(words.split())


def _item(engine: Engine, hit: Hit, idf: Mapping[str, float]) -> Sentence | None:
    """The first sentence of a policy that gives something and speaks of what is asked."""
    version = hit.document.version_id
    whole = replace(hit, passages=tuple(engine.kb.catalog.passages(version)))
    giving = [s for s in sentences_of([whole], engine.kb.catalog.texts({version})) if _gives(s)]
    if not idf:
        return giving[0] if giving else None
    own = (s for s in giving if coverage(idf, normalise(s.text)) >= HOLDS)
    return next(own, None) or next((s for s in giving if _of(s, idf)), None)


def _gives(s: Sentence) -> bool:
    """Whether a sentence tells that something is given, and not that it is not."""
    plain = clean(s.text)
    said = _GIVES.search(plain) and not _DENIES.search(plain)
    return bool(said) and not is_about(plain) and not plain.startswith("本文")


def _of(s: Sentence, idf: Mapping[str, float]) -> bool:
    told = normalise(" ".join([s.hit.document.header.title, *s.passage.path, s.text]))
    return coverage(idf, told) >= HOLDS


def _same(one: Sentence, other: Sentence) -> bool:
    return likeness(pairs(one.text), pairs(other.text)) >= SAME
