"""What is said of an answer that a language model wrote, or should have written. Pure."""

from __future__ import annotations

from kb.errors import LlmError
from kb.models import Note

FALLEN_BACK = "llm_fell_back"
"""The code of notes that tell why an answer is in the documents' own words."""
DROPPED = "llm_dropped"
"""The code of the note that tells how many sentences were left out."""


def dropped_note(count: int) -> Note:
    """How many sentences of the model were not borne out."""
    return Note(
        DROPPED,
        f"大模型另有 {count} 句没有通过核对，已略去。",
        f"{count} more sentence{'s' if count > 1 else ''} of the language model did not pass the "
        "check and were left out.",
    )


def unproven(count: int) -> Note:
    """Most sentences were not borne out."""
    return Note(
        FALLEN_BACK,
        f"大模型的回答有 {count} 句没有通过核对，改为直接引用原文。",
        f"{count} sentence{'s' if count > 1 else ''} of the language model did not pass the check; "
        "the documents are quoted instead.",
    )


def declined() -> Note:
    """The model wrote nothing that could be checked."""
    return Note(
        FALLEN_BACK,
        "大模型没有给出可以核对的回答，改为直接引用原文。",
        "The language model gave nothing that could be checked; the documents are quoted instead.",
    )


def failed(error: LlmError) -> Note:
    """The model could not be used."""
    zh, en = error.zh.partition("。")[0], error.en.partition(". ")[0].rstrip(".")
    return Note(
        FALLEN_BACK,
        f"{zh}，改为直接引用原文。",
        f"{en}; the documents are quoted instead.",
    )
