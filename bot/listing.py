"""A question for a list gets the list: its items in order, under the line that leads in. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.extract import Sentence, sentences_of
from kb.models import Passage
from kb.text import normalise

LIST_CHARS = 600
"""A list is given whole up to this length; of a longer one as many items as fit."""
_ASKED = re.compile(
    r"哪些|哪几|[有列]什么(?:条件|材料|要求|情形|措施|步骤)|条件|材料|情形|资格|步骤|流程|程序|手续|名单|清单"
    r"|(?:怎么|怎样|如何)(?:办理?|申请|申报|登记)|包括什么|分别是"
    r"|\b(?:list|conditions?|requirements?|documents? (?:needed|required)|steps?|procedures?)\b"
)


@dataclass(frozen=True, slots=True)
class Listing:
    """The items of a list that are said, in order, and how many it has in its document."""

    items: tuple[Sentence, ...]
    total: int


def asks_for_list(question: str) -> bool:
    """Whether a question asks for several things that a text would list."""
    return _ASKED.search(normalise(question)) is not None


def listing(best: Sentence, passages: Sequence[Passage], text: str) -> Listing | None:
    """The list the best sentence belongs to or leads into; None when it does neither.

    Args:
        best: the sentence that answers.
        passages: all passages of its document, in order.
        text: the canonical text of its document.
    """
    lead = best.passage.lead
    if lead is None and best.text.rstrip().endswith(("：", ":")):
        lead = (best.start, best.end)
    items = tuple(p for p in passages if lead is not None and p.lead == lead)
    if len(items) < 2:
        return None
    whole = replace(best.hit, passages=items)
    found = sentences_of([whole], {whole.document.version_id: text})
    for s in found:
        s.rank, s.score, s.features = best.rank, best.score, best.features
    kept = _fitting(found)
    if best.start not in {s.start for s in kept} and best.passage.lead is not None:
        kept = _fitting([s for s in found if s.start >= best.start])
    return Listing(tuple(kept), len(found))


def _fitting(items: Sequence[Sentence]) -> list[Sentence]:
    """The first items that fit together; one at least."""
    kept: list[Sentence] = []
    room = LIST_CHARS
    for s in items:
        room -= len(s.text)
        if room < 0 and kept:
            break
        kept.append(s)
    return kept
