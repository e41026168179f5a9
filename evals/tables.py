"""Questions that need more than one passage: does the table hold the cells it must?

``python -m evals.tables evals/gold/tables --data data/gold`` asks every question of the folder and
prints, by split and kind, the share of questions that got a table of their kind, of expected cells
that are there, and of verdicts that are right. With ``--show`` it lists what is missing of ``dev``.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bot.engine import Engine
from evals.dataset import lines_of
from evals.metrics import loose, mean
from kb.answer_table import AnswerTable, Cell, TableKind, Verdict
from kb.knowledge_base import KnowledgeBase
from kb.models import Role
from kb.settings import load_settings


@dataclass(frozen=True, slots=True)
class Looked:
    """How one question went: whether there was a table, and each expected cell, found or not."""

    split: str
    kind: str
    question: str
    planned: bool
    cells: tuple[tuple[str, bool], ...]
    verdicts: tuple[bool, ...]


def questions(folder: Path) -> list[dict[str, Any]]:
    """The questions of a folder. Raises ReadError for a line that is none."""
    files = sorted(folder.glob("*.jsonl"))
    return [line for file in files for line in lines_of(file, ("id", "question", "cells"))]


def look(engine: Engine, item: dict[str, Any]) -> Looked:
    """Ask one question and look for the cells it must have."""
    answer = engine.ask(item["question"], Role(item["role"]), date.fromisoformat(item["on"]))
    planned = answer.table is not None and answer.table.kind.value == item["kind"]
    table = answer.table if planned else None
    cells, verdicts = [], []
    for wanted in item["cells"]:
        found = [c for c in cells_of(table, wanted["head"]) if holds(c, wanted["contains"])]
        cells.append((f"{wanted['head']}: {wanted['contains']}", bool(found)))
        if "verdict" in wanted:
            verdicts.append(any(c.verdict is Verdict(wanted["verdict"]) for c in found))
    return Looked(
        item["split"], item["kind"], item["question"], planned, tuple(cells), tuple(verdicts)
    )


def cells_of(table: AnswerTable | None, head: str) -> list[Cell]:
    """The cells under a head: a column of a comparison, the row of a document else."""
    if table is None:
        return []
    if table.kind is TableKind.COMPARISON:
        at = [i for i, name in enumerate(table.heads) if loose(head) in loose(name)]
        return [row.cells[i] for row in table.rows for i in at]
    rows = [row for row in table.rows if loose(head) in loose(row.head)]
    return [cell for row in rows for cell in row.cells]


def holds(cell: Cell, words: str) -> bool:
    """Whether a cell says the words, loosely compared."""
    return loose(words) in loose(cell.text)


def figures(looked: list[Looked]) -> dict[str, float | int | None]:
    """The shares over some questions."""
    return {
        "questions": len(looked),
        "planned": mean([one.planned for one in looked]),
        "cells_right": mean([found for one in looked for _, found in one.cells]),
        "verdicts_right": mean([right for one in looked for right in one.verdicts]),
    }


def main() -> None:
    """Ask, and print the figures by split and kind."""
    parser = argparse.ArgumentParser(prog="python -m evals.tables")
    parser.add_argument("folder", type=Path, help="folder with questions, evals/gold/tables")
    parser.add_argument("--data", type=Path, required=True, help="data folder with the corpus")
    parser.add_argument("--show", action="store_true", help="list what is missing of dev")
    given = parser.parse_args()
    settings = load_settings().model_copy(update={"data": given.data})
    with KnowledgeBase(settings) as kb:
        engine = Engine(kb)
        looked = [look(engine, item) for item in questions(given.folder)]
    for split in sorted({one.split for one in looked}):
        part = [one for one in looked if one.split == split]
        groups = {"all": part} | {
            kind.value: [one for one in part if one.kind == kind.value] for kind in TableKind
        }
        for name, group in groups.items():
            shares = {k: round(v, 3) for k, v in figures(group).items() if v is not None}
            print(split, name, shares)
    for one in looked if given.show else ():
        if one.split == "dev" and not (
            one.planned and all(found for _, found in one.cells) and all(one.verdicts)
        ):
            print(one)


if __name__ == "__main__":
    main()
