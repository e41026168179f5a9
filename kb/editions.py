"""Which document replaces which, told from what all of them say of themselves. Pure.

Two ways lead to "superseded": a document names those it replaces (同时废止, ``supersedes``), or
it is a later edition of one with the same name. What a header says of its own end, or a person
has corrected, is never touched. Nobody learns of a document through this that he may not see: one
for fewer readers replaces nothing that others may read. Drafts replace nothing, and notices that
pass a document on are no editions of it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kb.models import Audience, DocumentInfo, Header, Kind, ParsedDocument
from kb.sketch import similarity
from kb.text import normalise
from kb.titles import edition_of, exact_key, family_key, is_draft, is_rule, passes_on

ALIKE = 0.3
"""Estimated Jaccard index from which texts of one name are editions of one rule. Of 140 different
laws no two reach 0.25."""
VERY_ALIKE = 0.5
"""The same for notices, which are often written to a pattern."""
_NUMBER_BEHIND = re.compile(r"[(（]([^()（）]*(?:[(（][^()（）]*[)）][^()（）]*)?号)[)）]\s*\Z")


@dataclass(frozen=True, slots=True)
class Replaced:
    """``older`` gives way to ``newer`` from the day ``on`` (None: at once), by document id.

    ``named``: the newer one says so; else it is a later edition.
    """

    older: str
    newer: str
    on: date | None
    named: bool


def with_successors(infos: Iterable[DocumentInfo]) -> list[DocumentInfo]:
    """The documents, each superseded one with its successor and the day in its header.

    What was inferred before, of other documents, is forgotten first.
    """
    documents = [_forget(info) if info.inferred else info for info in infos]
    found = successors(documents)
    return [
        _follow(info, found[info.document_id]) if info.document_id in found else info
        for info in documents
    ]


def _forget(info: DocumentInfo) -> DocumentInfo:
    header = replace(info.header, superseded_by="", superseded_on=None)
    return replace(info, header=header, inferred=False)


def _follow(info: DocumentInfo, by: Replaced) -> DocumentInfo:
    header = replace(info.header, superseded_by=by.newer, superseded_on=by.on)
    return replace(info, header=header, inferred=True)


def successors(infos: Sequence[DocumentInfo]) -> dict[str, Replaced]:
    """What replaces each document that does not say so itself: by the id of the older one.

    Of several the earliest counts, and one whose day is known before one whose day is not.
    """
    found: dict[str, Replaced] = {}
    for relation in (*_named(infos), *_later_editions(infos)):
        held = found.get(relation.older)
        if held is None or (relation.on or date.max) < (held.on or date.max):
            found[relation.older] = relation
    return found


def base_id(document_id: str) -> str:
    """The id under which all editions came in: ``policy@2024-01-01`` was ``policy``."""
    return document_id.split("@", 1)[0]


def takes_over(header: Header) -> date | None:
    """The first day on which a document can replace another: published, and in force."""
    known = [day for day in (header.effective, header.published) if day]
    if known:
        return max(known)
    year = edition_of(header.title)[1]
    return date(year, 1, 1) if year else None


def begins(header: Header) -> date | None:
    """The day by which editions are ordered: in force, else published, else named in the title."""
    return header.effective or header.published or takes_over(header)


def related(one: Header, other: Header) -> bool:
    """Whether the issuers and the places of two documents allow one rule; unknown ones do."""
    return all(
        not set(left) or not set(right) or set(left) & set(right)
        for left, right in ((one.issuers, other.issuers), (one.regions, other.regions))
    )


def keeps_earlier(old: DocumentInfo, old_text: str, new: ParsedDocument) -> str:
    """The id under which the earlier edition stays when another file takes its place, or "".

    A file called as last year's is not its correction when both say from when they hold, they
    differ in that or in their number, and in their text. An id that somebody chose always means
    the same document.
    """
    first, second = begins(old.header), begins(new.header)
    if new.id_given or not first or not second or old.content_hash == new.content_hash:
        return ""
    another = first != second or _plain(old.header.doc_number) != _plain(new.header.doc_number)
    if not another or old_text == new.text:
        return ""
    return f"{base_id(old.document_id)}@{first.isoformat()}"


def _open(info: DocumentInfo) -> bool:
    """Whether nothing is said yet of what replaces a document."""
    return not info.header.superseded_by and "superseded_by" not in info.corrected


def _may_replace(newer: DocumentInfo, older: DocumentInfo) -> bool:
    narrower = (
        newer.header.audience is Audience.INTERNAL and older.header.audience is Audience.PUBLIC
    )
    return (
        newer.document_id != older.document_id and not narrower and not is_draft(newer.header.title)
    )


# -- named by the newer one ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Names:
    """Where documents are found by what another one calls them."""

    by_id: Mapping[str, DocumentInfo]
    by_number: Mapping[str, Sequence[DocumentInfo]]
    by_title: Mapping[str, Sequence[DocumentInfo]]
    by_family: Mapping[str, Sequence[DocumentInfo]]


def _named(infos: Sequence[DocumentInfo]) -> Iterator[Replaced]:
    naming = [info for info in infos if info.header.supersedes]
    if not naming:
        return
    names = _names(infos)
    for newer in naming:
        on = takes_over(newer.header)
        for called in newer.header.supersedes:
            for older in _meant(called, newer, names):
                if _open(older) and _may_replace(newer, older):
                    yield Replaced(older.document_id, newer.document_id, on, named=True)


def _names(infos: Sequence[DocumentInfo]) -> _Names:
    numbers: dict[str, list[DocumentInfo]] = defaultdict(list)
    titles: dict[str, list[DocumentInfo]] = defaultdict(list)
    families: dict[str, list[DocumentInfo]] = defaultdict(list)
    for info in infos:
        numbers[_plain(info.header.doc_number)].append(info)
        titles[exact_key(info.header.title)].append(info)
        families[family_key(info.header.title)].append(info)
    return _Names({info.document_id: info for info in infos}, numbers, titles, families)


def _meant(called: str, newer: DocumentInfo, names: _Names) -> list[DocumentInfo]:
    """The documents that an entry of ``supersedes`` means: an id, a number, or a title that may
    have its number behind it.
    """
    if called in names.by_id:
        return [names.by_id[called]]
    behind = _NUMBER_BEHIND.search(called)
    number = _plain(behind.group(1) if behind else called)
    if number and number in names.by_number:
        return [info for info in names.by_number[number] if _before(info, newer)]
    title = called[: behind.start()] if behind else called
    found = names.by_title.get(exact_key(title), ())
    if not found and not edition_of(title)[0] and family_key(title):
        found = names.by_family.get(family_key(title), ())
    return [
        info
        for info in found
        if _before(info, newer)
        and not (behind and info.header.doc_number)
        and (not set(info.header.regions) or not set(newer.header.regions)
             or set(info.header.regions) & set(newer.header.regions))
    ]  # fmt: skip


def _before(older: DocumentInfo, newer: DocumentInfo) -> bool:
    first, second = begins(older.header), begins(newer.header)
    return first is None or second is None or first < second


def _plain(number: str) -> str:
    return re.sub(r"[\W_]+", "", normalise(number)).replace("第", "")


# -- later editions of the same name -------------------------------------------------------------


def families(infos: Iterable[DocumentInfo]) -> Iterator[list[DocumentInfo]]:
    """Documents that bear the same name, and those that came in under one id; at least two each."""
    groups: dict[tuple[str, str], list[DocumentInfo]] = defaultdict(list)
    for info in infos:
        if info.header.kind is Kind.POLICY and (key := family_key(info.header.title)):
            groups["title", key].append(info)
        groups["id", base_id(info.document_id)].append(info)
    yield from (members for members in groups.values() if len(members) > 1)


def _later_editions(infos: Iterable[DocumentInfo]) -> Iterator[Replaced]:
    for members in families(infos):
        dated = [(day, info) for info in members if (day := begins(info.header))]
        dated.sort(key=lambda pair: pair[0])
        for at, (day, older) in enumerate(dated):
            if not _open(older):
                continue
            for later, newer in dated[at + 1 :]:
                if later > day and _may_replace(newer, older) and is_edition(older, newer):
                    on = takes_over(newer.header)
                    yield Replaced(older.document_id, newer.document_id, on, named=False)
                    break


def is_edition(older: DocumentInfo, newer: DocumentInfo) -> bool:
    """Whether two documents of one name, or of one id, are editions of one rule.

    The name is enough for a rule or a marked edition of the same authority or place; else the
    texts must be alike.
    """
    one, other = older.header, newer.header
    unfit = any(is_draft(h.title) or passes_on(h.title) for h in (one, other))
    if unfit or not related(one, other):
        return False
    named_alike = family_key(one.title) == family_key(other.title)
    marked = edition_of(one.title)[0] or edition_of(other.title)[0]
    shared = set(one.issuers) & set(other.issuers) or set(one.regions) & set(other.regions)
    if named_alike and shared and (marked or is_rule(other.title)):
        return True
    came_as_one = base_id(older.document_id) == base_id(newer.document_id)
    sure = came_as_one or (named_alike and (marked or is_rule(other.title)))
    return similarity(older.sketch, newer.sketch) >= (ALIKE if sure else VERY_ALIKE)
