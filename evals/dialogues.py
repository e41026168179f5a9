"""Conversations asked turn by turn: is a follow-up searched as what it means, and nothing else?

``python -m evals.dialogues evals/gold/dialogues --data data/gold`` asks every dialogue of the
folder over the base in the data folder, without a language model, and prints shares by split. With
``--show`` it lists the turns of ``dev`` that went wrong; those of ``test`` are only counted.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bot.engine import Engine
from bot.follow_up import PastTurn, resolve
from evals.dataset import lines_of
from evals.metrics import loose, mean
from kb.knowledge_base import KnowledgeBase
from kb.models import Answer, Role
from kb.settings import load_settings

ALONE = frozenset(("first", "topic"))
"""Kinds of turns that say by themselves what they are about, and must not be changed."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One turn as it went: what was searched for it, and whether that was right."""

    split: str
    kind: str
    question: str
    searched: str
    document: str
    right: bool
    contains: bool

    @property
    def changed(self) -> bool:
        """Whether the question was read as another one."""
        return self.searched != self.question


def dialogues(folder: Path) -> list[dict[str, Any]]:
    """The dialogues of a folder. Raises ReadError for a line that is none."""
    files = sorted(folder.glob("*.jsonl"))
    return [line for file in files for line in lines_of(file, ("id", "split", "turns"))]


def talk(engine: Engine, dialogue: dict[str, Any]) -> Iterator[Asked]:
    """Ask one dialogue, each turn with those before it."""
    role, on = Role(dialogue["role"]), date.fromisoformat(dialogue["on"])
    turns: list[PastTurn] = []
    for turn in dialogue["turns"]:
        meant = resolve(engine, turn["question"], turns, role, on)
        searched = meant.text if meant else turn["question"]
        answer = engine.ask(searched, role, on)
        said = loose("".join(claim.text for claim in answer.claims))
        yield Asked(
            dialogue["split"],
            turn["kind"],
            turn["question"],
            searched,
            document_of(answer),
            document_of(answer) in turn["relevant"],
            all(loose(words) in said for words in turn["must_contain"]),
        )
        turns.append(PastTurn(turn["question"], searched, answer))


def document_of(answer: Answer) -> str:
    """The document a reader is shown first: the first one cited, else the nearest one."""
    if answer.citations:
        return answer.citations[0].document_id
    return answer.nearest[0].document_id if answer.nearest else ""


def figures(asked: Sequence[Asked]) -> dict[str, float | int | None]:
    """Shares over some turns: the right document, what must be said, and false readings."""
    leaning = [a for a in asked if a.kind not in ALONE]
    return {
        "turns": len(asked),
        "document_right": mean([a.right for a in asked]),
        "document_right_of_follow_ups": mean([a.right for a in leaning]),
        "answer_contains": mean([a.contains for a in asked]),
        "left_as_asked": mean([not a.changed for a in leaning]),
        "changed_although_alone": mean([a.changed for a in asked if a.kind in ALONE]),
    }


def in_context(engine: Engine, folder: Path) -> list[Asked]:
    """The follow-ups of a question set as they were typed, after the questions they follow."""
    items = {line["id"]: line for file in sorted(folder.glob("*.jsonl")) for line in _lines(file)}
    asked: list[Asked] = []
    for item in items.values():
        if item.get("type") != "followups":
            continue
        chain = [item]
        while (before := chain[0].get("follows")) in items:
            chain.insert(0, items[before])
        turns = [
            {"question": i["question"], "kind": "first" if n == 0 else "follows",
             "relevant": i["relevant"], "must_contain": i["must_contain"]}
            for n, i in enumerate(chain)
        ]  # fmt: skip
        *_, last = talk(engine, item | {"turns": turns})
        asked.append(last)
    return asked


def _lines(file: Path) -> Iterable[dict[str, Any]]:
    return lines_of(file, ("id", "question"))


def main() -> None:
    """Ask, and print the figures of both splits."""
    parser = argparse.ArgumentParser(prog="python -m evals.dialogues")
    parser.add_argument("folder", type=Path, help="folder with dialogues, evals/gold/dialogues")
    parser.add_argument("--data", type=Path, required=True, help="data folder with the corpus")
    parser.add_argument("--show", action="store_true", help="list turns of dev that went wrong")
    given = parser.parse_args()
    settings = load_settings().model_copy(update={"data": given.data})
    with KnowledgeBase(settings) as kb:
        engine = Engine(kb)
        asked = [turn for d in dialogues(given.folder) for turn in talk(engine, d)]
        context = in_context(engine, given.folder.parent)
    for name, turns in (("dialogues", asked), ("followups with their context", context)):
        for split in sorted({a.split for a in turns}):
            part = [a for a in turns if a.split == split]
            shown = {k: round(v, 3) for k, v in figures(part).items() if v is not None}
            print(name, split, shown)
    if given.show:
        for a in asked + context:
            wrong = not a.right or not a.contains or a.changed == (a.kind in ALONE)
            if a.split == "dev" and wrong:
                print(a)


if __name__ == "__main__":
    main()
