"""How English documents number their parts: Chapter II, Article 5, Annex 1, (a), (ii), B."""

from __future__ import annotations

import re

from ingest.label import Label, after

_WORDS = {
    word: value
    for value, word in enumerate(
        "one two three four five six seven eight nine ten".split(), start=1
    )
}
_FAMILIES = {
    "article": "条", "art.": "条",
    "section": "节", "sec.": "节",
    "chapter": "章",
    "part": "编", "title": "编", "book": "编",
    "annex": "annex", "appendix": "annex", "schedule": "annex", "exhibit": "annex",
}  # fmt: skip
_STRUCTURE = re.compile(
    r"(article|art\.|section|sec\.|chapter|part|title|book|annex|appendix|schedule|exhibit)"
    r"[ ]{1,3}([0-9]{1,4}|[IVXLC]{1,8}|[A-Z]|one|two|three|four|five|six|seven|eight|nine|ten)"
    r"(?![\w&/-])",
    re.I,
)
_CLAUSE_BEHIND = re.compile(r"[ ]{0,3}(?:[.:—–-](?![0-9])|[(\[【](?![0-9a-z]{1,3}[)\]]))")
_TITLE_BEHIND = re.compile(
    r"[ \u3000\t]+(?!(?:Paragraph|Clause|Section|Article|Subsection|And|Or|Of)\b)"
    r"[\"“‘(]?[A-Z\u4e00-\u9fff]"
)
_LETTER_PAREN = re.compile(r"[(（]([a-zA-Z]|[ivx]{2,5}|[IVX]{2,5})[)）][ \u3000]{0,3}")
_LETTER = re.compile(r"(?:([a-zA-Z])[)）][ \u3000]{0,3}|([a-zA-Z])(?:[.．][ \u3000]+|、))")
_ROMAN = re.compile(r"(?=[ivxlc])(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})\Z")
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_LONGEST_HEADING = 100


def roman(text: str) -> int | None:
    """The value of a Roman numeral from 1 to 99 in either case; None for anything else."""
    plain = text.lower()
    if not _ROMAN.match(plain):
        return None
    values = [_ROMAN_VALUES[char] for char in plain]
    return sum(-value if value < max(values[at:]) else value for at, value in enumerate(values))


def structure(line: str) -> Label | None:
    """``Article 5 …``, ``Chapter II …``, ``Annex A``; None for a reference in running text.

    The word begins with a capital; behind the number stand nothing, a mark, or a capital:
    ``Article 5 of this Law`` and ``Article 5(2)`` are references.
    """
    match = _STRUCTURE.match(line)
    if not match or not line[0].isupper():
        return None
    family = _FAMILIES[match.group(1).lower()]
    rest = line[match.end() :]
    bare = rest.strip()
    if bare and not _CLAUSE_BEHIND.match(rest) and not _TITLE_BEHIND.match(rest):
        return None
    end = match.end()
    mark = re.match(r"[ ]{0,3}[.:—–-]", rest)
    end += mark.end() if mark else 0
    if family != "条" and bare and (len(bare) > _LONGEST_HEADING or bare[-1] in ".;,。；，"):
        if family != "节":
            return None
        family = "条"  # Section 5. Whoever …: a clause that American laws call a section
    value = _value(match.group(2))
    return Label(family, value, " ".join(match.group().split()), after(line, end))


def _value(text: str) -> int:
    if text.isdecimal():
        return int(text)
    return _WORDS.get(text.lower()) or roman(text) or ord(text[0].upper()) - ord("A") + 1


def letter(line: str) -> Label | None:
    """``(a)``, ``a)``, ``A.``, ``(ii)``: family ``alpha`` or, of several letters, ``roman``.

    A single letter is ``alpha`` until its neighbours tell (see ``ingest.sequence``); ``group``
    tells the forms apart.
    """
    match = _LETTER_PAREN.match(line)
    form = "()"
    if not match:
        match = _LETTER.match(line)
        form = ")" if match and match.group(1) else "."
    if not match:
        return None
    text = match.group(1) or match.group(2)
    group = form + ("A" if text.isupper() else "a")
    if len(text) > 1:
        value = roman(text)
        if value is None:
            return None
        return Label("roman", value, match.group().strip(), match.end(), group=group)
    return Label(
        "alpha", ord(text.lower()) - ord("a") + 1, match.group().strip(), match.end(), group=group
    )
