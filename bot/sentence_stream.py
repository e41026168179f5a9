"""A model's reply, piece by piece, into sentences with the numbers they cite. Pure.

A sentence is complete when its end has come and it has its citation, or when the next one begins:
so it can be checked and shown long before the reply is at its end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kb.sentences import sentences
from kb.text import strip_control

_MARK = re.compile(r"\s*[\[［【]\s*(?:资料\s*)?(\d{1,3}(?:\s*[,，、]\s*\d{1,3})*)\s*[\]］】]")
_AFTER_END = re.compile(rf"([。！？!?；;]+[”’」』]?|(?<=[a-z0-9%)])\.)((?:{_MARK.pattern})+)")
_THINK = re.compile(r"<think(?:ing)?>")
_THOUGHT = re.compile(r"</think(?:ing)?>")
_TAG = len("</thinking>")
_OPEN_MARK = re.compile(r"\s*[\[［【][^\]］】]{0,16}\Z")
_DECORATION = re.compile(
    r"^\s*(?:[-*•·>#]+\s*|\d{1,2}[.、)）]\s*(?!\d)|[（(]\d{1,2}[)）]\s*)+|\*\*|__|`"
)
_ENDED = re.compile(r"[。！？!?；;.…][”’」』]?\s*\Z")
_CITED_END = re.compile(r"[\]］】]\s*[。！？!?.…]+[”’」』]?\s*\Z")
_LEAD_IN = re.compile(r"[:：]\s*\Z")
_WORD = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence as a model wrote it, without its marks, and the passages it names."""

    text: str
    cited: tuple[int, ...]


def written(pieces: Iterable[str]) -> Iterator[Written]:
    """The sentences of a reply, each as soon as it is complete.

    Thoughts before the answer, headings, bullets and words that only lead in are left out. The
    last sentence counts only with its end: a reply that was cut off may mean its contrary.
    """
    rest = ""
    for piece in without_thoughts(pieces):
        complete, rest = _cut(_marks_inside(rest + piece))
        for text in complete:
            yield from _read(text)
    for a, b in sentences(rest):
        if _ENDED.search(rest[a:b]) or b < len(rest.rstrip()):
            yield from _read(rest[a:b])


def without_thoughts(pieces: Iterable[str]) -> Iterator[str]:
    """A reply without what stands between the tags of a model that thinks aloud."""
    held, thinking = "", False
    for piece in pieces:
        held += piece
        while found := (_THOUGHT if thinking else _THINK).search(held):
            if not thinking:
                yield held[: found.start()]
            held, thinking = held[found.end() :], not thinking
        tag = held.rfind("<", max(0, len(held) - _TAG))
        ready = len(held) if tag < 0 else tag
        if not thinking:
            yield held[:ready]
        held = held[ready:]
    if not thinking:
        yield held


def _cut(text: str) -> tuple[list[str], str]:
    """The complete sentences of a text, and what may still go on."""
    spans = sentences(text)
    if not spans:
        return [], text
    last = text[slice(*spans[-1])]
    if _CITED_END.search(last):
        return [text[a:b] for a, b in spans], text[spans[-1][1] :]
    begun = spans[-2:] if _OPEN_MARK.match(last) else spans[-1:]  # a mark of the one before it
    done = spans[: len(spans) - len(begun)]
    return [text[a:b] for a, b in done], text[begun[0][0] :]


def _marks_inside(text: str) -> str:
    """Citations that follow the end of a sentence, put before it."""
    return _AFTER_END.sub(lambda m: m.group(2) + m.group(1), text)


def _read(text: str) -> Iterator[Written]:
    cited = [int(n) for marks in _MARK.findall(text) for n in re.findall(r"\d+", marks)]
    plain = _DECORATION.sub("", strip_control(_MARK.sub("", text))).strip()
    if not _WORD.search(plain) or (_LEAD_IN.search(plain) and not cited):
        return
    yield Written(plain, tuple(dict.fromkeys(cited)))
