"""Run question sets, keep their results, and write one page about all: ``docs/evaluation.html``.

``python -m evals.publish SET …`` measures ``evals/gold`` over the open data folder and each
further SET (a folder in the uniform form) over its own, as ``kb eval`` does, with baselines, and
once more without the reranker, to tell what each step adds (``evals.ladder``; printed as well).
Each is compared with the result kept before, which is then replaced.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any

import kb as _kb  # noqa: F401  (offline switches first)
from bot.engine import Engine
from evals.dataset import load_set
from evals.kept import FOLDER, compared, keep_run
from evals.ladder import as_markdown, ladder
from evals.page import page
from evals.runner import ingest_set, run
from kb.knowledge_base import KnowledgeBase
from kb.reranker import NONE
from kb.settings import Settings, load_settings

PAGE = Path("docs/evaluation.html")


def measured(folder: Path, settings: Settings) -> dict[str, Any]:
    """The figures of a set with its baselines, and what changed since the kept result."""
    questions = load_set(folder)
    own = questions.folder(settings.data)
    settings = settings.model_copy(update={"data": own})
    with KnowledgeBase(settings) as kb:
        ingest_set(kb, questions)
        figures = run(Engine(kb), questions, baselines=True)
    with KnowledgeBase(settings.model_copy(update={"reranker": NONE})) as kb:
        without = run(Engine(kb), questions)
    steps = ladder(figures, without)
    return figures | {"differences": compared(figures), "ladder": steps}


def main() -> None:
    """Measure, keep, write the page."""
    settings, today = load_settings(), date.today()
    runs = []
    for folder in (Path("evals/gold"), *map(Path, sys.argv[1:])):
        figures = measured(folder, settings)
        keep_run(figures, FOLDER / f"{figures['set']}.json", today)
        runs.append(figures)
        print(as_markdown(figures["set"], figures["ladder"]), flush=True)
    PAGE.write_text(page(runs, settings.refuse_below, today), encoding="utf-8")


if __name__ == "__main__":
    main()
