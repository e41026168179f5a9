"""Whether a question set still stands on the documents it is asked over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from evals.dataset import Item
from evals.metrics import loose
from kb.knowledge_base import KnowledgeBase
from kb.models import Role


@dataclass(frozen=True, slots=True)
class Held:
    """A document of the base as a question needs it: its words, loosely, and its headings."""

    words: str
    headings: frozenset[str]


def problems(items: Iterable[Item], held: Callable[[str], Held | None]) -> list[str]:
    """What is wrong with a set, one line a fault, with the question's id.

    Every document named is there; the heading cited is in it; what an answer must contain stands
    in the cited document, or in all relevant ones together when it takes two.
    """
    return [f"{item.id}: {fault}" for item in items for fault in _faults(item, held)]


def _faults(item: Item, held: Callable[[str], Held | None]) -> Iterator[str]:
    cite = item.extra.get("cite") or {}
    named = [*item.relevant, *filter(None, (cite.get("document"), item.extra.get("near")))]
    for name in dict.fromkeys(named):
        if held(name) is None:
            yield f"there is no document {name}"
    if not item.answerable or not cite:
        return
    cited = held(cite["document"])
    if cited is None:
        return
    if cite["document"] not in item.relevant:
        yield f"{cite['document']} is cited and not relevant"
    for heading in cite.get("path", ()):
        if loose(heading) not in cited.headings:
            yield f"{cite['document']} has no heading “{heading}”"
    several = item.extra.get("type") == "two_documents"
    sources = [held(name) for name in item.relevant] if several else [cited]
    words = "\n".join(source.words for source in sources if source)
    for wanted in dict.fromkeys([*item.answers, *item.extra.get("must_contain", ())]):
        if loose(wanted) not in words:
            yield f"“{wanted}” does not stand in {cite['document']}"


def reader(kb: KnowledgeBase) -> Callable[[str], Held | None]:
    """Documents of an open base by id, each read once, internal ones included."""
    infos = {info.document_id: info for info in kb.documents(Role.ADMIN.audiences)}
    read: dict[str, Held] = {}

    def held(document_id: str) -> Held | None:
        if document_id not in infos:
            return None
        if document_id not in read:
            info = infos[document_id]
            paths = [p.path for p in kb.catalog.passages(info.version_id)]
            headings = frozenset(loose(heading) for path in paths for heading in path)
            read[document_id] = Held(loose(kb.text(info)), headings)
        return read[document_id]

    return held
