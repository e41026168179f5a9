"""Question sets in the uniform form: ``corpus.jsonl`` and ``queries.jsonl`` in one folder.

corpus.jsonl: {id, title, text}. queries.jsonl: {id, question, relevant: [document ids],
answers: [strings], answerable}. Further keys (split, type, role, on …) are kept as they are.
A folder with ``*.jsonl`` questions only is asked over the base that is open.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from kb.errors import ReadError
from kb.models import Role


@dataclass(frozen=True, slots=True)
class Record:
    """One document of a set."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """One question of a set, with what is known of its answer."""

    id: str
    question: str
    relevant: tuple[str, ...]
    answers: tuple[str, ...]
    answerable: bool
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def asked(self) -> str:
        """The question as it is meant: a follow-up with what it leans on."""
        return str(self.extra.get("resolved", self.question))

    @property
    def role(self) -> Role:
        """Who asks."""
        return Role(self.extra.get("role", Role.INVESTOR))

    @property
    def on(self) -> date | None:
        """The day whose rules are asked for; None for today."""
        return date.fromisoformat(self.extra["on"]) if self.extra.get("on") else None


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """A named set: questions, and the documents they are asked over (empty: the open base)."""

    name: str
    records: tuple[Record, ...]
    items: tuple[Item, ...]

    def folder(self, data: Path) -> Path:
        """Where its base lies: in a folder of its own below ``data``, or the open base itself."""
        return data / "evals" / self.name if self.records else data


def load_set(folder: Path, limit: int | None = None) -> QuestionSet:
    """Read a set; ``limit`` keeps only the first so many questions.

    Raises ReadError naming the file and line that is not in the uniform form.
    """
    corpus = folder / "corpus.jsonl"
    queries = folder / "queries.jsonl"
    files = [queries] if queries.is_file() else sorted(folder.glob("*.jsonl"))
    files = [f for f in files if f != corpus]
    if not files:
        raise ReadError(
            f"{folder} 里没有 queries.jsonl。请给出一个题集文件夹，例如 evals/gold。",
            f"There is no queries.jsonl in {folder}. Name a folder with a question set, such as "
            "evals/gold.",
        )
    records = tuple(
        Record(str(r["id"]), str(r.get("title") or ""), str(r["text"]))
        for r in (lines_of(corpus, ("id", "text")) if corpus.is_file() else ())
    )
    items = [_item(r) for f in files for r in lines_of(f, ("id", "question"))]
    return QuestionSet(folder.resolve().name, records, tuple(items[:limit]))


def _item(r: dict[str, Any]) -> Item:
    known = ("id", "question", "relevant", "answers", "answerable")
    return Item(
        id=str(r["id"]),
        question=str(r["question"]),
        relevant=tuple(str(d) for d in r.get("relevant") or ()),
        answers=tuple(str(a) for a in r.get("answers") or ()),
        answerable=bool(r.get("answerable", True)),
        extra={k: v for k, v in r.items() if k not in known},
    )


def lines_of(file: Path, required: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """The records of a JSONL file; ReadError names the line that is none, or lacks a key."""
    with open(file, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
                for key in required:
                    record[key]
            except (ValueError, KeyError, TypeError) as error:
                raise ReadError(
                    f"{file} 第 {number} 行不是所需的 JSON 记录（{error}）。请改正该行。",
                    f"Line {number} of {file} is not a record of the uniform form ({error}). "
                    "Mend that line.",
                ) from error
            yield record
