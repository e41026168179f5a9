"""How long the rule that answers holds, when that is asked and the answer does not say it. Pure.

A document tells its term once (执行期限 …), often far from the clause that answers, so it is looked
for in the whole of the answer's own document.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.extract import Sentence, sentences_of
from bot.sorts import Sort, held_share
from kb.models import Passage
from kb.text import normalise

_TERM = re.compile(r"执行|有效|施行|实施|期限|适用|享受")


def term_of(
    chosen: Sequence[Sentence], sorts: Sequence[Sort], passages: Sequence[Passage], text: str
) -> Sentence | None:
    """The sentence of the best sentence's document that tells until when it holds.

    None when that is not asked, is said already, or stands nowhere.

    Args:
        chosen: the sentences of the answer, the best first.
        sorts: what the question asks for.
        passages: all passages of the best sentence's document.
        text: the canonical text of that document.
    """
    until = tuple(sort for sort in sorts if sort.name == "until")
    said = normalise(" ".join(s.lead + s.text for s in chosen))
    if not chosen or not until or held_share(until, said) > 0:
        return None
    best = chosen[0]
    whole = replace(best.hit, passages=tuple(passages))
    for s in sentences_of([whole], {whole.document.version_id: text}):
        words = normalise(s.text)
        if _TERM.search(words) and held_share(until, words) > 0:
            s.rank, s.score, s.features = best.rank, best.score, best.features
            return s
    return None
