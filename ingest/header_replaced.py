"""Which documents a text says it puts out of force: 《…》同时废止. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.header_number import NUMBER, number_text
from ingest.numbering import label

Span = tuple[int, int]

_AFTER = re.compile(
    r"(?:同时|即行|予以|一并|相应|届时|随之|自行)\s?(?:废止|失效|停止执行|停止施行|作废)|不再(?:执行|适用|施行)|(?:起|后|即|均)(?:废止|停止执行|失效)"
)
_BEFORE = re.compile(r"(?:同时废止|现予废止|代替|替代|取代|(?:并|，)废止)[了：:]?\s?(?=(?:原)?《)")
_NAME = re.compile(
    r"《((?:[^《》]|《[^《》]*》){2,120})》(?:\s?[（(]([^（）()]{2,40}(?:[（(][^（）()]{1,12}[）)][^（）()]{0,12})?)[）)])?"
)
_PART = re.compile(
    r"\s?(?:第[零〇一二三四五六七八九十百千0-9]{1,6}[条款项章]|中(?:的|有关|关于)|有关|相关|附件)"
)
_CITED = re.compile(r"(?:根据|依照|依据|按照|依|违反|修改|关于废止|适用)\Z")
_PARTLY = re.compile(r"(?:不一致|相抵触|不符|有关规定|相关规定|部分|除外)")
_LONGEST_CLAUSE = 2_000
"""Characters looked at on one side of 废止: a list of dozens of documents fits, no endless line."""
_BARE_NUMBER = re.compile(rf"{NUMBER.pattern}(?:文件|文)?")


def replaced(text: str) -> tuple[tuple[str, ...], Span | None]:
    """The documents put out of force, and the span that says so.

    Each as ``title（文号）``, or only what is given of the two. A document of which only a part
    goes, and one that goes as far as it differs, stays in force.
    """
    names: dict[str, None] = {}
    span: Span | None = None
    for start, end in _clauses(text):
        for name, at in _named(text, start, end):
            names.setdefault(name)
            span = (min(span[0], at[0]), max(span[1], at[1])) if span else at
    return tuple(names), span


def _clauses(text: str) -> Iterator[Span]:
    """The pieces of sentences that name what goes: before 同时废止, or behind it."""
    for match in _AFTER.finditer(text):
        first = max(0, match.start() - _LONGEST_CLAUSE)
        begin = max(first, *(text.rfind(s, first, match.start()) + 1 for s in "。；;\n"))
        if not _PARTLY.search(text, begin, match.start()):
            yield begin, match.start()
    for match in _BEFORE.finditer(text):
        last = min(len(text), match.end() + _LONGEST_CLAUSE)
        stops = [text.find(stop, match.end(), last) for stop in "。；;\n"]
        end = min((stop for stop in stops if stop >= 0), default=last)
        yield match.end(), end


def _named(text: str, start: int, end: int) -> Iterator[tuple[str, Span]]:
    inside: list[Span] = []
    for match in _NAME.finditer(text, start, end):
        inside.append(match.span())
        if _PART.match(text, match.end(), end) or _CITED.search(text[start : match.start()]):
            continue
        title = re.sub(r"\s+", "", match.group(1))
        number = NUMBER.search(match.group(2) or "")
        given = number_text(number) if number else _order(match.group(2) or "")
        yield f"{title}（{given}）" if given else title, match.span()
    for match in _BARE_NUMBER.finditer(text, start, end):
        covered = any(a <= match.start() < b for a, b in inside)
        before = text[start : match.start()]
        lead = re.search(r"(?:原|，|、|^\s*|和|及)\Z", before.rstrip())
        if not covered and lead and not _PART.match(text, match.end(), end) and not label(before):
            yield number_text(match), match.span()


def _order(text: str) -> str:
    found = re.fullmatch(
        r"[\u4e00-\u9fff]{0,20}(?:令|公告)\s?(?:[12][0-9]{3}\s?年\s?)?第?\s?[0-9一二三四五六七八九十百]{1,5}\s?号",
        text.strip(),
    )
    return re.sub(r"\s+", "", text) if found else ""
