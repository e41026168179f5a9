"""Where a sentence follows the wording of its evidence, and what it puts in another place. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

ANCHOR = 2
"""Characters that must agree on each side of a stretch for it to be an edit."""
SHORT = 8
"""A longer stretch is another way to put it, not an edit."""
_LOOSE = re.compile(r"[^\w%]+|_")
_ASIDE = re.compile(r"[（(][^（）()]*[)）]")
_ENDS = "^^{}^^"
"""Both begin and end alike, so that an edit there is one too."""
_SAME_WORDS = (
    (re.compile(r"不能够?|不可以|不准|不许|不允许|禁止|严禁|不应当?"), "不得"),
    (re.compile(r"(?:无需要?|无须|不用|不必|不须|不需要?)再?[缴交纳]纳?"), "免征"),
    (re.compile(r"无需要?|无须|不用|不必|不须|不需要?"), "不需要"),
    (
        re.compile(
            r"(?<!不)可以|(?<=[\u4e00-\u9fff])可(?=[按在以自由从享申继获持用向依减免])|能够|(?<![不可才功性产效只])能(?=[按在享申继获持用减免])|均可"
        ),
        "可",
    ),
    (
        re.compile(
            r"应当|必须|须(?!知)|(?<![不无])需要?(?!求)|(?<![主重不需])要(?!求|素|件|点|么|害|约)"
        ),
        "应",
    ),
    (re.compile(r"享受|享有"), "适用"),
    (re.compile(r"取得|获得"), "取得"),
    (re.compile(r"依据|根据|依照|按照"), "按"),
    (re.compile(r"最多不超过|至多不超过|不多于|不高于|不大于|不超出"), "不超过"),
    (re.compile(r"至少达到|不少于|不小于"), "不低于"),
    (re.compile(r"缴纳|交纳|上缴"), "缴"),
    (re.compile(r"通常|一般"), "一般"),
    (re.compile(r"涵盖|包含|包括"), "包括"),
)


@dataclass(frozen=True, slots=True)
class Edit:
    """Between two stretches that agree, the evidence has ``removed`` and the sentence ``added``."""

    removed: str
    added: str


def plain(normal: str) -> str:
    """A normalised text in one set of words for what is allowed, demanded and forbidden."""
    for words, word in _SAME_WORDS:
        normal = words.sub(word, normal)
    return normal


def edits(shown: str, said: str) -> Iterator[Edit]:
    """The short edits that turn the evidence into the sentence, both normalised, in order."""
    old, new = (_ENDS.format(_LOOSE.sub("", plain(_ASIDE.sub("", text)))) for text in (shown, said))
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    blocks = [b for b in matcher.get_matching_blocks() if b.size >= ANCHOR]
    for one, two in pairwise(blocks):
        removed = old[one.a + one.size : two.a]
        added = new[one.b + one.size : two.b]
        if (removed or added) and len(removed) <= SHORT and len(added) <= SHORT:
            yield Edit(removed, added)
