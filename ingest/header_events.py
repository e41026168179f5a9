"""What the lines under a law's title tell of its life: passed, published, amended, in force. Pure.

（2019年3月15日第十三届全国人民代表大会第二次会议通过）
2019年4月3日 中华人民共和国国务院令第711号修订
根据2023年9月1日《关于修改〈中华人民共和国民事诉讼法〉的决定》第五次修正
2010年10月1日 施行
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from ingest.dates import DAY, day
from ingest.numbering import label

_LONGEST = 1500
_OPENS = re.compile(rf"[（(]?\s?(?:根据\s?)?{DAY}")
_DAY = re.compile(DAY)
_NAMED = re.compile(r"《[^》]*》?|[〈<][^〉>]*[〉>]?")
_ACT = re.compile(r"(通过|批准|公布|颁布|发布|印发|修订|修正|修改|施行|实施)")
_ONE_PASSING = timedelta(days=365)
"""Two courts that make a rule together pass it within months, a law is published within days."""
_AMENDS = frozenset({"修订", "修正", "修改"})
_BEGINS = frozenset({"施行", "实施"})
ORDER = re.compile(
    r"([\u4e00-\u9fff]{2,20}(?:令|公告)\s?(?:[12][0-9]{3}\s?年\s?)?"
    r"第\s?[0-9一二三四五六七八九十百〇零]{1,5}\s?号)"
)
"""中华人民共和国国务院令第711号."""


@dataclass(frozen=True, slots=True)
class Event:
    """One day in the life of a law, and the span that tells of it.

    ``order`` is the span of the order's number, when the act was done by an order.
    """

    on: date
    start: int
    end: int
    amends: bool
    begins: bool
    order: tuple[int, int] | None


def events(text: str, lines: Sequence[tuple[int, int]]) -> tuple[Event, ...]:
    """The events of the lines between title and text, in the order written."""
    found: list[Event] = []
    for start, end in lines:
        line = text[start:end]
        if label(line) is not None or len(line) > _LONGEST:
            break
        if _OPENS.match(line) and "。" not in line:
            for event in _of_line(text, start, end):
                # passed again years later: what was passed is an amendment
                again = bool(found) and event.on - found[0].on > _ONE_PASSING and not event.begins
                found.append(replace(event, amends=event.amends or again))
    return tuple(found)


def _of_line(text: str, start: int, end: int) -> Iterator[Event]:
    days = list(_DAY.finditer(text, start, end))
    for match, following in zip(days, [*days[1:], None], strict=True):
        whole = text[match.end() : following.start() if following else end]
        # the act stands outside of the names of other laws
        bare = _NAMED.sub(lambda m: "　" * len(m.group()), whole)
        acts = [(act.group(), act.end()) for act in _ACT.finditer(bare)]
        if not acts and "关于修改" in whole:  # the line breaks off before its last word
            acts = [("修改", len(whole))]
        on = day(*match.groups())
        if not acts or on is None:
            continue
        order = ORDER.search(bare)
        yield Event(
            on,
            match.start(),
            match.end() + acts[-1][1],
            amends=acts[-1][0] in _AMENDS,
            begins=acts[-1][0] in _BEGINS,
            order=(match.end() + order.start(1), match.end() + order.end(1)) if order else None,
        )


def in_hand(happened: Sequence[Event]) -> tuple[Event, ...]:
    """The events that made the text what it is: from the last amendment on, all when none is."""
    last = max((i for i, event in enumerate(happened) if event.amends), default=0)
    return tuple(happened[last:])
