"""The tree of a document: a node is one line of the text and what belongs to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.label import LIST_RANK
from kb.models import PassageKind


@dataclass(slots=True, eq=False)
class Node:
    """A line and what belongs to it.

    ``title`` is what it gives to the path of the passages in it (empty: nothing); ``step`` the 款
    of an article it lies in, which stands before its title, or behind that of the article itself;
    ``body`` the offset where its text begins behind the label; ``heading``: it is no text of its
    own. ``value`` is its number; ``list_rank``: how deep lists of its form are usually nested.
    ``lead`` is the span of the line that introduces the list this item belongs to.
    """

    start: int
    end: int
    family: str = "text"
    label: str = ""
    title: str = ""
    body: int = 0
    heading: bool = False
    level: int = 0
    rank: int | None = None
    kind: PassageKind = PassageKind.CLAUSE
    value: int = 0
    list_rank: int = LIST_RANK["num"]
    lead: tuple[int, int] | None = None
    step: str = ""
    children: list[Node] = field(default_factory=list)


def walk(node: Node) -> Iterator[Node]:
    """All nodes below ``node`` in the order of the text."""
    stack = list(reversed(node.children))
    while stack:
        current = stack.pop()
        yield current
        stack.extend(reversed(current.children))
