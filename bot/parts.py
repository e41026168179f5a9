"""The parts of a question that asks more than one thing, each to be looked for on its own. Pure.

By rule: sentences and clauses that ask; what stands before them is said with each. ``A和B分别…``
asks the same of two subjects. A clause with nothing of its own to look for (都叫什么, 该问谁) stays
with the one before it.
"""

from __future__ import annotations

import re

from bot.question import subject

MAX_PARTS = 3
"""What is asked besides stays with the last part."""
_OWN = 4
"""Characters of its own that a later part needs, besides the words that only ask."""
_ASKS = re.compile(
    r"多少|(?<![一二三四五六七八九十前这那好])几|(?<!没写)(?<!没说)(?<!没定)(?<!没讲)哪|什么|啥|怎么|怎样|咋|如何|谁|何时|何地|为何|多[久大高长]"
    r"|(\w{1,2})不\1|有没有|有无|是否|可否|能否|[吗呢么]$"
    r"|\b(?:what|which|who|whom|when|where|why|how|is|are|do|does|can|may|must)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[？?！!。；;\n]+")
_CLAUSE = re.compile(r"[，,：:]+|以及(?!其)|还有(?!没有)|另外|并且")
_POINTS_BACK = re.compile(r"^(?:又|也|还|那么)?(?:那|这|该|其(?!他)|它|他们?)")
_EACH = re.compile(r"[，,]?(?P<mid>[^，,]*?)(?:分别|各自|各(?=[是有为占]))")
_AND = re.compile(r"(?<!共)(?<!总)(?<!饱)和(?![解谐平])|(?<!参)与(?!否)|以及|跟|、")
_LONGEST_SUBJECT = 24


def parts(question: str) -> tuple[str, ...]:
    """The parts of a question, each complete enough to be asked alone; one, if it is not divided.

    ``利息怎么算，责任人会不会挨处分`` gives two; ``A和B分别是哪年批的`` one for A and one for B.
    """
    pieces = _pieces(question)
    first = next((i for i, piece in enumerate(pieces) if _ASKS.search(piece)), None)
    if first is None:
        return (question,)
    context = "，".join(pieces[:first])
    grouped = [pieces[first]]
    for piece in pieces[first + 1 :]:
        if len(grouped) < MAX_PARTS and _ASKS.search(piece) and _own(piece) >= _OWN:
            grouped.append(piece)
        else:
            grouped[-1] = f"{grouped[-1]}，{piece}"
    if len(grouped) == 1:
        return _each(question)
    about = subject(grouped[0]).replace(" ", "")
    told = [grouped[0]]
    told += [f"{about}，{piece}" if _POINTS_BACK.match(piece) else piece for piece in grouped[1:]]
    return tuple(f"{context}，{piece}" if context else piece for piece in told)


def _pieces(question: str) -> list[str]:
    """The clauses of a question, in order, without the marks between them."""
    return [
        piece
        for sentence in _SENTENCE.split(question)
        for clause in _CLAUSE.split(sentence)
        if (piece := clause.strip())
    ]


def _own(piece: str) -> int:
    """Characters a clause has besides the words that only ask; a Latin word counts as four."""
    left = subject(_ASKS.sub(" ", piece)).replace(" ", "")
    return len(left) if left and not _ASKS.fullmatch(left) else 0


def _each(question: str) -> tuple[str, ...]:
    """One question for each of the subjects of which the same is asked (A和B分别…)."""
    found = _EACH.search(question)
    if found is None:
        return (question,)
    before, tail = question[: found.start()], found["mid"]
    if not _AND.search(before):
        before, tail = f"{before}{tail}", ""
    names = [name.strip() for name in _AND.split(before)]
    last, of, rest = names[-1].partition("的")
    if of and not any("的" in name for name in names[:-1]):
        names[-1], tail = last, f"{of}{rest}{tail}"
    sound = 2 <= len(names) <= MAX_PARTS and all(2 <= len(n) <= _LONGEST_SUBJECT for n in names)
    if not sound:
        return (question,)
    asked = question[found.end() :]
    return tuple(f"{name}{tail}{asked}" for name in names)
