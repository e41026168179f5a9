"""A document and its relatives: editions, what it replaces, copies, forwarding notices. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np

from kb.editions import base_id, begins, is_edition
from kb.models import DocumentInfo
from kb.sketch import alike_pairs, held, stack
from kb.titles import exact_key, family_key, passes_on

COPY = 0.9
"""Estimated Jaccard index from which two texts are the same: copies among 237 notices taken from
web pages have 0.96 and more, two that were written from one source at most 0.87."""
INSIDE = 0.9
"""Share of a text that stands in a longer one, from which the longer one passes it on."""
_LEAST = 0.5


class Relation(StrEnum):
    """What a relative is to the document that is looked at."""

    EARLIER = "earlier_edition"
    LATER = "later_edition"
    REPLACED = "replaced"
    SUCCESSOR = "successor"
    COPY = "copy"
    FORWARDED = "forwarded"
    FORWARDING = "forwarding"
    SAME_NAME = "same_name"


@dataclass(frozen=True, slots=True)
class Relative:
    """A document and what it is to the one that is looked at."""

    info: DocumentInfo
    relation: Relation


@dataclass(frozen=True, slots=True)
class Alike:
    """Two documents whose texts are the same, or of which ``second`` holds all of ``first``."""

    first: str
    second: str
    jaccard: float
    relation: Relation


def relatives(info: DocumentInfo, infos: Iterable[DocumentInfo]) -> list[Relative]:
    """The relatives of a document among ``infos`` (those its reader may see), earliest first."""
    others = [other for other in infos if other.document_id != info.document_id]
    found: dict[str, Relation] = {}
    for other in others:
        relation = _by_name(info, other)
        if relation:
            found[other.document_id] = relation
    for other, relation in _by_text(info, others):
        if found.get(other.document_id, Relation.SAME_NAME) is Relation.SAME_NAME:
            found[other.document_id] = relation
    made = [Relative(o, found[o.document_id]) for o in others if o.document_id in found]
    return sorted(made, key=lambda r: (begins(r.info.header) or date.max, r.info.document_id))


def alike(infos: Sequence[DocumentInfo]) -> Iterator[Alike]:
    """All copies and forwarding notices among documents, for ``kb doctor``."""
    _, sizes = stack([info.sketch for info in infos])
    for left, right, share in alike_pairs([info.sketch for info in infos], _LEAST):
        short, long = sorted((left, right), key=lambda i: (sizes[i], i))
        relation = _alike(infos[short], infos[long], share, sizes[short], sizes[long])
        if relation:
            yield Alike(infos[short].document_id, infos[long].document_id, share, relation)


def _by_name(info: DocumentInfo, other: DocumentInfo) -> Relation | None:
    one, two = info.header, other.header
    if two.superseded_by in (info.document_id, one.title):
        return _edition(info, other) or Relation.REPLACED
    if one.superseded_by in (other.document_id, two.title):
        return _edition(info, other) or Relation.SUCCESSOR
    same_name = family_key(one.title) and family_key(one.title) == family_key(two.title)
    if same_name or base_id(info.document_id) == base_id(other.document_id):
        return _edition(info, other) or (Relation.SAME_NAME if same_name else None)
    return None


def _edition(info: DocumentInfo, other: DocumentInfo) -> Relation | None:
    """Which edition of ``info`` the other one is, if it is one."""
    mine, its = begins(info.header), begins(other.header)
    if mine is None or its is None or mine == its:
        return None
    older, newer = (info, other) if mine < its else (other, info)
    if not is_edition(older, newer):
        return None
    return Relation.LATER if newer is other else Relation.EARLIER


def _by_text(
    info: DocumentInfo, others: Sequence[DocumentInfo]
) -> Iterator[tuple[DocumentInfo, Relation]]:
    minima, sizes = stack([info.sketch, *(other.sketch for other in others)])
    shares = (minima[1:] == minima[0]).mean(axis=1)
    near = np.flatnonzero((shares >= _LEAST) & (sizes[1:] > 0) & (sizes[0] > 0))
    for i in map(int, near):
        other, size, mine = others[i], sizes[i + 1], sizes[0]
        if size >= mine:
            relation = _alike(info, other, float(shares[i]), mine, size)
        else:
            relation = _alike(other, info, float(shares[i]), size, mine)
            relation = Relation.FORWARDED if relation is Relation.FORWARDING else relation
        if relation:
            yield other, relation


def _alike(
    short: DocumentInfo, long: DocumentInfo, share: float, size: float, other: float
) -> Relation | None:
    """What two like texts are: the longer one passes on the shorter, or they are copies.

    Texts of different days are editions, however alike.
    """
    first, second = begins(short.header), begins(long.header)
    if share >= COPY and (first is None or second is None or first == second):
        return Relation.COPY
    named = family_key(short.header.title)
    sends = passes_on(long.header.title) or "印发" in long.header.title
    if held(share, size, other) >= INSIDE and named and sends and _passed(named, long.header.title):
        return Relation.FORWARDING
    return None


def _passed(name: str, title: str) -> bool:
    return name in exact_key(title) or name == family_key(title)
