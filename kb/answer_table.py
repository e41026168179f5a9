"""The values of an answer that is a table: things compared, items listed, conditions weighed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class TableKind(StrEnum):
    """What the rows and columns of an answer's table are.

    ``COMPARISON``: ``heads`` are the things compared, a row is an aspect of them. ``LIST``: a row
    is one item, its head the document. ``CONDITIONS``: a row is a policy, each cell one of its
    conditions or, without a verdict, what it gives.
    """

    COMPARISON = "comparison"
    LIST = "list"
    CONDITIONS = "conditions"


class Verdict(StrEnum):
    """How a condition stands to what the asker said of themselves."""

    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: sentences of documents and the citations they rest on; empty if nothing is held.

    ``said`` is the asker's own fact that a condition was compared with.
    """

    text: str = ""
    citations: tuple[int, ...] = ()
    verdict: Verdict | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: what it is about, and its cells; ``verdict`` sums up those of a policy."""

    head: str
    cells: tuple[Cell, ...]
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class AnswerTable:
    """An answer that needs more than one passage, side by side; every sentence is a claim too.

    ``left_out`` counts the rows that were found and are not given.
    """

    kind: TableKind
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    left_out: int = 0
