"""Where an answer comes from: the stored document behind a citation. Data only, no markup.

Every look-up goes through ``KnowledgeBase.document`` with the reader's audiences, so for an
investor an internal document is as missing as one that never was.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kb.errors import NotFound
from kb.knowledge_base import KnowledgeBase
from kb.models import Audience, DocumentInfo, Page, Passage, Role, Validity
from kb.validity import validity

AROUND = 300
"""Characters of context shown beside a quoted sentence, before and after together."""

_BOUNDARY = "\n。！？；"


@dataclass(frozen=True, slots=True)
class Successor:
    """What replaced a document: its title, and its id when the reader may open it."""

    title: str
    document_id: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A document as it stands now, seen from one citation.

    ``span`` is the quoted place in ``text``, None when nothing is quoted, the place does not
    exist, or the document changed since the answer (``stale``).
    """

    info: DocumentInfo
    text: str
    on: date
    validity: Validity
    span: tuple[int, int] | None
    stale: bool
    successor: Successor | None


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A quote in its context; the flags tell whether it cuts a paragraph."""

    before: str
    quote: str
    after: str
    starts_inside: bool
    ends_inside: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph of a document: ``text[start:end]``. ``level`` is 0 for running text, else the
    depth of the heading from 1; ``page`` is the page that begins here, if one does.
    """

    start: int
    end: int
    level: int = 0
    page: Page | None = None


def look_up(
    kb: KnowledgeBase,
    document_id: str,
    on: date,
    *,
    version: int | None = None,
    span: tuple[int, int] | None = None,
    audiences: Sequence[Audience] = Role.INVESTOR.audiences,
) -> Source:
    """The document those audiences may see, on a day, with the quoted span if it still stands.

    Raises NotFound for a document that is missing, was removed, or is for others.
    """
    info = kb.document(document_id, audiences)
    text = kb.text(info)
    stale = version is not None and version != info.version_id
    good = span is not None and 0 <= span[0] < span[1] <= len(text) and not stale
    return Source(
        info=info,
        text=text,
        on=on,
        validity=validity(info.header, on),
        span=span if good else None,
        stale=stale,
        successor=_successor(kb, info, audiences),
    )


def _successor(
    kb: KnowledgeBase, info: DocumentInfo, audiences: Sequence[Audience]
) -> Successor | None:
    """What replaced it. An id that the reader may not open is not shown at all."""
    named = info.header.superseded_by
    if not named:
        return None
    try:
        found = kb.document(named, audiences)
    except NotFound:
        hidden = named in {i.document_id for i in kb.documents(Role.ADMIN.audiences)}
        return None if hidden else Successor(named)
    return Successor(found.header.title, found.document_id)


def excerpt(text: str, span: tuple[int, int], around: int = AROUND) -> Excerpt:
    """The quote and about ``around`` characters beside it, cut at sentence ends where possible."""
    start, end = span
    begin = max(0, start - around // 2)
    finish = min(len(text), end + around // 2)
    if begin > 0:
        cuts = [text.find(ch, begin, start) for ch in _BOUNDARY]
        begin = min((c for c in cuts if c >= 0), default=begin - 1) + 1
    if finish < len(text):
        finish = max((text.rfind(ch, end, finish) + 1 for ch in _BOUNDARY), default=0) or finish
    before = text[begin:start].lstrip("\n")
    after = text[end:finish].rstrip("\n")
    first, last = start - len(before), end + len(after)
    return Excerpt(
        before=before,
        quote=text[start:end],
        after=after,
        starts_inside=first > 0 and text[first - 1] != "\n",
        ends_inside=last < len(text) and text[last] != "\n",
    )


def path_at(passages: Sequence[Passage], offset: int) -> tuple[str, ...]:
    """The clause path of the passage that holds an offset; empty outside of all."""
    at = bisect_right([p.start for p in passages], offset) - 1
    return passages[at].path if at >= 0 and offset < passages[at].end else ()


def lines(text: str, passages: Sequence[Passage], pages: Sequence[Page] = ()) -> list[Line]:
    """The paragraphs of a document in order; together they hold all of its text.

    A line is a heading when it stands outside of every passage and is a step of the path of
    a passage below it.
    """
    depth: dict[str, int] = {}
    for passage in passages:
        for level, step in enumerate(passage.path, 1):
            depth.setdefault(step.strip(), level)
    ordered = sorted(passages, key=lambda p: p.start)
    starts = [p.start for p in ordered]
    waiting = sorted(pages, key=lambda p: p.start)
    found: list[Line] = []
    at = 0
    for raw in text.split("\n"):
        start, end = at, at + len(raw)
        at = end + 1
        if not raw.strip():
            continue
        inside = bisect_right(starts, start) - 1
        within = inside >= 0 and start < ordered[inside].end
        page = None
        while waiting and waiting[0].start < end:
            page = waiting.pop(0)
        found.append(Line(start, end, 0 if within else depth.get(raw.strip(), 0), page))
    return found
