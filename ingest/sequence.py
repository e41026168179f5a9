"""Which of the labels found at line starts are genuine: decided by numbering continuity.

About one 第X条 in eight stands in a text as a cross-reference, and a wrapped line may well begin
with one; ``3.`` may be the end of a figure. A label is taken only where it continues a count.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence

from ingest.numbering import LIST_RANK, Label

_LARGEST_GAP = (
    3  # a skipped （三） may be lost in the source; a jump from （二） to （十） is a reference
)
_MARKED = frozenset(
    {"cn", "cn_paren", "circled"}
)  # forms that hardly ever begin a running line by chance


def genuine(labels: Sequence[Label | None], restarts: Sequence[bool] = ()) -> list[Label | None]:
    """The labels with those that break their sequence replaced by None.

    ``restarts[i]`` is true where the numbering of articles may start anew at any number
    (a Markdown heading or an annex begins there).
    """
    return _lists(_articles(_annexes(labels), restarts))


def _annexes(labels: Sequence[Label | None]) -> list[Label | None]:
    """Without the list of annexes a notice ends with (附件1：…, 附件2：… on neighbouring lines)."""
    weak = [bool(item and item.family == "annex" and not item.strong) for item in labels]
    return [
        None
        if weak[at] and (weak[at - 1 : at] == [True] or weak[at + 1 : at + 2] == [True])
        else item
        for at, item in enumerate(labels)
    ]


def _articles(labels: Sequence[Label | None], restarts: Sequence[bool]) -> list[Label | None]:
    kept = list(labels)
    where: dict[tuple[int, int], list[int]] = defaultdict(list)
    for at, item in enumerate(labels):
        if item and item.family == "条" and item.strong:
            where[item.value, item.sub].append(at)
    before: tuple[int, int] | None = None
    for at, item in enumerate(labels):
        if (item and item.family == "annex" and item.strong) or (
            at < len(restarts) and restarts[at]
        ):
            before = None
        if not item or item.family != "条":
            continue
        if _continues(item, before, at, where):
            before = (item.value, item.sub)
        else:
            kept[at] = None
    return kept


def _continues(
    item: Label, before: tuple[int, int] | None, at: int, where: dict[tuple[int, int], list[int]]
) -> bool:
    here = (item.value, item.sub)
    if before is None:
        return item.strong or here == (1, 0)
    value, sub = before
    if here in ((value + 1, 0), (value, sub + 1)):
        return True
    if not item.strong:
        return False
    if here == (1, 0):
        return True
    if here <= before:
        return False
    # A gap: the next number still comes before the count restarts, so this is a reference.
    following = _next(where, (value + 1, 0), at)
    restart = _next(where, (1, 0), at)
    return following is None or (restart is not None and restart < following)


def _next(where: dict[tuple[int, int], list[int]], key: tuple[int, int], at: int) -> int | None:
    places = where.get(key, [])
    index = bisect_right(places, at)
    return places[index] if index < len(places) else None


def _lists(labels: list[Label | None]) -> list[Label | None]:
    kept = list(labels)
    following: dict[tuple[str, str], int] = {}
    ahead: list[int | None] = [None] * len(labels)
    for at in range(len(labels) - 1, -1, -1):
        item = labels[at]
        if item and item.family in LIST_RANK:
            key = (item.family, item.group)
            ahead[at] = following.get(key)
            following[key] = item.value
    last: dict[tuple[str, str], int] = {}
    for at, item in enumerate(labels):
        if not item or item.family not in LIST_RANK:
            continue
        key = (item.family, item.group)
        previous = last.get(key)
        if (
            item.value == 1
            or (
                previous is not None
                and (
                    item.value == previous + 1
                    or (item.family in _MARKED and previous < item.value <= previous + _LARGEST_GAP)
                )
            )
            or ahead[at] == item.value + 1
        ):
            last[key] = item.value
        else:
            kept[at] = None
    return kept
