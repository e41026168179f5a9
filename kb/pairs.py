"""Question and passage as the reranker reads them: one text, one row of ids, one row of marks.

Used by the product and by the training alike, so that both see the same input. Both sides are
normalised first. A token is marked when its letters also stand on the other side: the model then
sees at once which words of a question (a place, a year, an attribute) the passage does not hold,
and need not learn to compare words. (Marking exact matches in a cross-encoder's input: Boualili
et al., MarkedBERT, SIGIR 2020.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kb.paths import topics
from kb.text import normalise
from kb.unigram import Unigram

QUESTION_TOKENS = 64
"""A longer question counts up to here."""
MAX_TOKENS = 192
"""Of question and passage together, about 250 Chinese characters; the rest is left out."""
MARKS = 4
"""Question token, question token found in the passage; passage token, found in the question."""
PASSAGE = 2
"""The marks from here on are the passage's."""


@dataclass(frozen=True, slots=True)
class Side:
    """One half of a pair: normalised text, token ids without the special ones, their letters."""

    text: str
    ids: tuple[int, ...]
    letters: tuple[str, ...]


def passage_text(title: str, path: Sequence[str], lead: str, text: str) -> str:
    """What is read of a passage, a window or a sentence: title, path, lead-in line, its words.

    A lead-in line that the words begin with anyway is not said twice.
    """
    lead = "" if text.startswith(lead) else lead
    return "\n".join(part for part in (title, *topics(path), lead, text) if part)


def side_of(tokenizer: Unigram, text: str) -> Side:
    """A question or a passage, tokenised. At most ``MAX_TOKENS`` tokens."""
    normal = normalise(text)
    ids = tokenizer.encode(normal, MAX_TOKENS)[1:-1]
    return Side(normal, tuple(ids), tuple(tokenizer.letters(i) for i in ids))


def join(tokenizer: Unigram, question: Side, passage: Side) -> tuple[list[int], list[int]]:
    """``<s> question </s> passage </s>`` as ids, and a mark for each (``MARKS``)."""
    asked = question.ids[: QUESTION_TOKENS - 2]
    told = passage.ids[: MAX_TOKENS - 3 - len(asked)]
    ids = [tokenizer.bos, *asked, tokenizer.eos, *told, tokenizer.eos]
    found_in_passage = [int(letters in passage.text) for letters in question.letters[: len(asked)]]
    found_in_question = [
        PASSAGE + int(letters in question.text) for letters in passage.letters[: len(told)]
    ]
    return ids, [0, *found_in_passage, 0, *found_in_question, PASSAGE]
