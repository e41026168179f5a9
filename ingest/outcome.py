"""What became of the files of a run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from kb.models import Note


class Result(StrEnum):
    """What became of a file."""

    ADDED = "added"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"
    QUARANTINED = "quarantined"
    REFUSED = "refused"


NOT_IN = frozenset({Result.QUARANTINED, Result.REFUSED})
"""The results of files that are not in the base."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One file's result. ``name`` is short: the bare one, or from an archive's name on.

    ``zh`` and ``en`` say why, and what to do, when it was refused or set aside (then under
    ``quarantine_id``; ``can_accept`` when an admin may overrule); ``document_id`` is then what
    still answers in its place, if anything does. ``notes`` tell what was left out of a document,
    or is unsure.
    """

    path: Path
    name: str
    result: Result
    document_id: str = ""
    title: str = ""
    passages: int = 0
    pages: int = 0
    notes: tuple[Note, ...] = ()
    quarantine_id: str = ""
    can_accept: bool = False
    zh: str = ""
    en: str = ""


OnOutcome = Callable[[Outcome], None]


def summary(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """How many files ended in each way."""
    counts = {result.value: 0 for result in Result}
    for outcome in outcomes:
        counts[outcome.result.value] += 1
    return counts
