"""The number at the start of a line, whatever language it is in."""

from __future__ import annotations

from dataclasses import dataclass

STRUCTURE_RANK = {
    "annex": 0, "annex title": 1, "编": 2, "分编": 3, "章": 4, "节": 5,
    "part": 6, "part cn": 7, "part cn_paren": 8, "条": 9,
}  # fmt: skip
"""Parts of a document from the outside in. ``part…`` are headings over articles that are numbered
一、 or （一） or not at all; ``annex title`` is the line below a bare 附件1."""
LIST_RANK = {
    "cn": 1,
    "cn_paren": 2,
    "decimal": 3,
    "num": 3,
    "num_paren": 4,
    "num_close": 5,
    "alpha": 5,
    "circled": 6,
    "roman": 6,
    "note": 6,
}
"""Lists from the outside in, as official documents nest them."""


@dataclass(frozen=True, slots=True)
class Label:
    """A number at the start of a line.

    ``family`` is one of the keys of ``STRUCTURE_RANK`` and ``LIST_RANK`` or ``question`` or
    ``answer``; ``value`` its number, ``sub`` the second one (第十七条之二 is 17, 2); ``text`` the
    label as written; ``body`` the offset in the line where the text behind it begins. ``strong``:
    what follows it looks like a clause and not like a cross-reference; ``faint``: it looks like a
    reference (第三条第一审…), and only its neighbours can tell. ``group`` tells decimal lists of
    other parents apart (``2.1`` has the group ``2``).
    """

    family: str
    value: int
    text: str
    body: int
    strong: bool = True
    sub: int = 0
    group: str = ""
    faint: bool = False


def after(line: str, end: int) -> int:
    """The offset of the first character at or behind ``end`` that is no space."""
    while end < len(line) and line[end] in " \u3000":
        end += 1
    return end
