"""What goes when a document is removed, and what else changes by it. For the question before it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path, PurePath

from kb.erasure import AT_ONCE
from kb.family import Relative, relatives
from kb.knowledge_base import KnowledgeBase
from kb.models import Audience, DocumentInfo

QUESTION_SET = Path("evals/gold")
"""Where in the working folder the questions lie that the program is measured by."""


@dataclass(frozen=True, slots=True)
class Removal:
    """What a removal takes away and what it leaves.

    ``terms``: names that are explained nowhere else afterwards; ``relatives``: editions and copies,
    which stay; ``back_in_force``: documents that it alone superseded; ``comes_back``: the file of
    the corpus folder that brings it back when the server starts; ``questions``: those of the
    question set that ask for it; ``at_once``: whether every trace goes at once, or is out of sight
    and waits for ``kb doctor --repair``.
    """

    info: DocumentInfo
    terms: tuple[str, ...]
    relatives: tuple[Relative, ...]
    back_in_force: tuple[DocumentInfo, ...]
    comes_back: str
    questions: int
    at_once: bool


def removal(kb: KnowledgeBase, document_id: str) -> Removal:
    """What removing a document would do. Raises NotFound."""
    info = kb.document(document_id, list(Audience))
    snapshot = kb.snapshot
    elsewhere = {term.name for version, term in snapshot.terms if version != info.version_id}
    own = (term.name for version, term in snapshot.terms if version == info.version_id)
    every = list(snapshot.live.values())
    return Removal(
        info=info,
        terms=tuple(dict.fromkeys(name for name in own if name not in elsewhere)),
        relatives=tuple(relatives(info, every)),
        back_in_force=tuple(
            i for i in every if i.inferred and i.header.superseded_by == document_id
        ),
        comes_back=_file_of(kb.settings.corpus, info.source_name),
        questions=_questions(document_id, QUESTION_SET),
        at_once=snapshot.passages <= AT_ONCE,
    )


def _file_of(corpus: Path, source_name: str) -> str:
    """The file of a folder that goes by that name, empty when there is none."""
    wanted = PurePath(source_name)
    for path in sorted(corpus.rglob("*")) if corpus.is_dir() else ():
        if path.name == wanted.name and path.parts[-len(wanted.parts) :] == wanted.parts:
            return str(path)
    return ""


def _questions(document_id: str, folder: Path) -> int:
    """How many questions of a set name a document."""
    count = 0
    for file in sorted(folder.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            count += document_id in line and document_id in json.loads(line).get("relevant", ())
    return count
