"""Where one sentence ends and the next begins, for Chinese and English text.

Pure and linear in the length of the text. Used to cut long clauses and to choose quotes.
"""

from __future__ import annotations

import re
from bisect import bisect_right

_PAIRS = {
    "“": "”",
    "「": "」",
    "『": "』",
    "《": "》",
    "〈": "〉",
    "（": "）",
    "(": ")",
    "【": "】",
    "〔": "〕",
}
_CLOSERS = frozenset(_PAIRS.values())
_BRACKET = re.compile("[" + re.escape("".join(_PAIRS) + "".join(_CLOSERS)) + "\n]")
_QUOTE_ENDS = frozenset("”」』")
_END = re.compile(r"[。！？!?]+|…+|\.+|\n+|[；;]")
_TAIL = frozenset("”’」』")
_ENUMERATION = re.compile(
    r"\s*(?:[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.．、](?!\d)|[一二三四五六七八九十]{1,3}(?:、|是)|[①-⑳])"
)
_ABBREVIATIONS = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "st",
        "no",
        "nos",
        "art",
        "arts",
        "sec",
        "ch",
        "fig",
        "figs",
        "vol",
        "pp",
        "p",
        "etc",
        "eg",
        "ie",
        "vs",
        "inc",
        "ltd",
        "co",
        "corp",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sept",
        "sep",
        "oct",
        "nov",
        "dec",
        "approx",
        "dept",
        "est",
        "para",
        "e.g",
        "i.e",
        "u.s",
        "u.k",
    ]
)
_WORD_BEFORE = re.compile(r"[A-Za-z][A-Za-z.]*\Z")
_NUMBER_ONLY = re.compile(r"[\s(（]*[0-9A-Za-z]{1,3}\Z")
LONG_SENTENCE = 120
LONGEST_BRACKET = 300


def brackets(text: str, *, limit: int = LONGEST_BRACKET) -> list[tuple[int, int]]:
    """The outermost matched brackets and quotation marks, as ``(start, end)`` spans in order.

    A pair longer than ``limit`` characters or running over a line break is not reported (a
    forgotten closing mark must not swallow the text), nor is a mark without a partner.
    """
    spans: list[tuple[int, int]] = []
    stack: list[tuple[int, str]] = []
    for match in _BRACKET.finditer(text):
        mark, at = match.group(), match.start()
        if mark == "\n":
            stack.clear()
        elif mark in _PAIRS:
            stack.append((at, _PAIRS[mark]))
        else:
            depth = len(stack) - 1
            # A bounded look back: marks that wrongly nest deeper than this are a damaged text.
            while depth >= max(0, len(stack) - 8) and stack[depth][1] != mark:
                depth -= 1
            if depth < max(0, len(stack) - 8):
                continue
            start = stack[depth][0]
            del stack[depth:]
            if at + 1 - start > limit:
                continue
            while spans and spans[-1][0] > start:
                spans.pop()
            spans.append((start, at + 1))
    return spans


def sentences(text: str, *, semicolons: bool = False) -> list[tuple[int, int]]:
    """The spans of the sentences of ``text``: in order, not overlapping, trimmed of white space.

    Every character that is not white space stands in exactly one span. A line break always
    ends a sentence; closing quotation marks stay with theirs; nothing is split inside
    ``《》“”（）`` and the like unless the pair is longer than ``LONGEST_BRACKET``. With
    ``semicolons`` a ``；`` ends a sentence too where an enumeration goes on behind it
    (``；（二）``) or where the sentence is longer than ``LONG_SENTENCE``.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for cut in _boundaries(text):
        _append(spans, text, start, cut, semicolons)
        start = cut
    _append(spans, text, start, len(text), semicolons)
    return spans


def _append(
    spans: list[tuple[int, int]], text: str, start: int, end: int, semicolons: bool
) -> None:
    pieces = _at_semicolons(text, start, end) if semicolons else [(start, end)]
    for left, right in pieces:
        span = strip_span(text, left, right)
        if span[0] < span[1]:
            spans.append(span)


def strip_span(text: str, start: int, end: int) -> tuple[int, int]:
    """``(start, end)`` without the white space at either side; empty spans stay empty."""
    piece = text[start:end]
    bare = piece.strip()
    if not bare:
        return start, start
    left = start + len(piece) - len(piece.lstrip())
    return left, left + len(bare)


def _at_semicolons(text: str, start: int, end: int) -> list[tuple[int, int]]:
    piece = text[start:end]
    if "；" not in piece and ";" not in piece:
        return [(start, end)]
    protected = brackets(piece)
    starts = [span[0] for span in protected]
    long = end - start > LONG_SENTENCE
    pieces: list[tuple[int, int]] = []
    left = start
    for match in re.finditer("[；;]", piece):
        at = bisect_right(starts, match.start()) - 1
        if at >= 0 and match.start() < protected[at][1]:
            continue
        if long or _ENUMERATION.match(piece, match.end()):
            pieces.append((left, start + match.end()))
            left = start + match.end()
    pieces.append((left, end))
    return pieces


def _boundaries(text: str) -> list[int]:
    """Positions behind the ends of sentences, ascending."""
    protected = brackets(text)
    cuts: list[int] = []
    inside = 0
    begin = 0
    for match in _END.finditer(text):
        at, end = match.span()
        if end <= begin or text[at] in "；;":
            continue
        while inside < len(protected) and protected[inside][1] <= at:
            inside += 1
        if inside < len(protected) and protected[inside][0] < at:
            open_at, close = protected[inside]
            # The end of a quotation, or of a bracket that is a sentence of its own.
            whole = text[close - 1] in _QUOTE_ENDS or not text[begin:open_at].strip()
            if end != close - 1 or not whole or text[at] == ".":
                continue
            end = close
        elif not _ends(text, begin, at, end):
            continue
        while end < len(text) and text[end] in _TAIL:
            end += 1
        if end < len(text) and text[end] == '"' and text.count('"', begin, end) % 2:
            end += 1
        cuts.append(end)
        begin = end
    return cuts


def _ends(text: str, begin: int, at: int, end: int) -> bool:
    """Whether the mark at ``text[at:end]`` ends the sentence that began at ``begin``."""
    mark = text[at]
    after = text[end] if end < len(text) else "\n"
    if mark in "。！？\n":
        return True
    if mark in "!?":
        return not (after.isascii() and after.isalnum()) and after not in "=&/"
    if mark == "…":
        return after.isspace() or after in _TAIL
    # A full stop in Latin script, or a point in a number, a name, an abbreviation, an address.
    if end - at > 1:
        return after.isspace()
    before = text[at - 1] if at else " "
    if _is_cjk(before):
        return after.isspace() or _is_cjk(after)
    if not after.isspace() and after not in '"”’)':
        return False
    if _NUMBER_ONLY.match(text, begin, at):
        return False
    word = _WORD_BEFORE.search(text, max(begin, at - 12), at)
    if word and (word.group().lower() in _ABBREVIATIONS or len(word.group()) == 1):
        return False
    following = text[end : end + 8].lstrip(" \t\"'”’)")
    return not following or not following[0].islower()


def _is_cjk(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff"
