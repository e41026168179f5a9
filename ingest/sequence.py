"""Which of the labels found at line starts are genuine: decided by numbering continuity.

About one 第X条 in eight stands in a text as a cross-reference, and a wrapped line may well begin
with one; ``3.`` may be the end of a figure. A label is taken only where it continues a count.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ingest.label import LIST_RANK, Label
from ingest.numbering_en import roman

_LARGEST_GAP = (
    3  # a skipped （三） may be lost in the source; a jump from （二） to （十） is a reference
)
_MARKED = frozenset(
    {"cn", "cn_paren", "circled"}
)  # forms that hardly ever begin a running line by chance
_LETTERED = frozenset({"alpha", "roman"})
"""Forms that begin a running line by chance (``A. Smith``): a list of one is none."""

_Number = tuple[int, int]
_Places = Mapping[_Number, Sequence[int]]


def genuine(labels: Sequence[Label | None], restarts: Sequence[bool] = ()) -> list[Label | None]:
    """The labels with those that break their sequence replaced by None.

    ``restarts[i]`` is true where the numbering of articles may start anew at any number
    (a Markdown heading or an annex begins there).
    """
    return _lists(_romans(_articles(_annexes(labels), restarts)))


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
    strong: dict[_Number, list[int]] = defaultdict(list)
    plain: dict[_Number, list[int]] = defaultdict(list)
    for at, item in enumerate(labels):
        if item and item.family == "条" and not item.faint:
            plain[item.value, item.sub].append(at)
            if item.strong:
                strong[item.value, item.sub].append(at)
    before: _Number | None = None
    for at, item in enumerate(labels):
        if (item and item.family == "annex" and item.strong) or (
            at < len(restarts) and restarts[at]
        ):
            before = None
        if not item or item.family != "条":
            continue
        if _continues(item, before, at, strong, plain):
            before = (item.value, item.sub)
        else:
            kept[at] = None
    return kept


def _continues(
    item: Label, before: _Number | None, at: int, strong: _Places, plain: _Places
) -> bool:
    here = (item.value, item.sub)
    if before is None:
        if item.faint:
            return False
        return item.strong or here == (1, 0) or _goes_on(plain, here, at)
    value, sub = before
    if here in ((value + 1, 0), (value, sub + 1)):
        return not item.faint or _only_one(plain, here, at)
    if item.faint:
        return False
    if not item.strong:
        # Numbers without a space behind them: one left out, then the count goes on.
        lost = _next(plain, (value + 1, 0), at) is None
        return here > before and lost and _goes_on(plain, here, at)
    if here == (1, 0):
        return True
    if here <= before:
        return False
    # A gap: the next number still comes before the count restarts, so this is a reference.
    following = _next(strong, (value + 1, 0), at)
    restart = _next(strong, (1, 0), at)
    return following is None or (restart is not None and restart < following)


def _goes_on(plain: _Places, here: _Number, at: int) -> bool:
    """Whether the next two articles follow."""
    second = _next(plain, (here[0] + 1, 0), at)
    return second is not None and _next(plain, (here[0] + 2, 0), second) is not None


def _only_one(plain: _Places, here: _Number, at: int) -> bool:
    """Whether no better line has this number before one of the next numbers comes."""
    later = [_next(plain, (here[0] + ahead, 0), at) for ahead in range(1, _LARGEST_GAP + 3)]
    following = min((place for place in later if place is not None), default=None)
    better = _next(plain, here, at)
    return following is not None and (better is None or better > following)


def _next(where: _Places, key: _Number, at: int) -> int | None:
    places = where.get(key, ())
    index = bisect_right(places, at)
    return places[index] if index < len(places) else None


def _romans(labels: Sequence[Label | None]) -> list[Label | None]:
    """Single letters that count on a list of Roman numerals, or begin one, become ``roman``."""
    kept = list(labels)
    lettered = [(at, item) for at, item in enumerate(labels) if item and item.family in _LETTERED]
    last: dict[tuple[str, str], int] = {}
    for index, (at, item) in enumerate(lettered):
        following = lettered[index + 1][1] if index + 1 < len(lettered) else None
        value = roman(_letters(item.text)) if item.family == "alpha" else None
        told = item
        if value is not None and _is_roman(item, value, last, following):
            told = kept[at] = replace(item, family="roman", value=value)
        last[told.family, told.group] = told.value
    return kept


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, text))


def _is_roman(
    item: Label, value: int, last: Mapping[tuple[str, str], int], following: Label | None
) -> bool:
    counts_as_letter = last.get(("alpha", item.group)) == item.value - 1
    counts_as_roman = last.get(("roman", item.group)) == value - 1 and value > 1
    begins = (
        value == 1
        and following is not None
        and (following.family, following.value, following.group) == ("roman", 2, item.group)
    )
    return begins or (counts_as_roman and not counts_as_letter)


def _lists(labels: Sequence[Label | None]) -> list[Label | None]:
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
        begins = item.value == 1 and (item.family not in _LETTERED or ahead[at] == 2)
        if (
            begins
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
