"""What an ingest in the background costs those who ask meanwhile.

``python -m evals.bench_jobs [--pages 1000] [--questions 60]`` takes ``corpus/`` into a fresh data
folder. Then, round by round, it asks a share of the questions (of the gold set's dev split) three
times: while nothing else is done; while the server's background worker takes in so many pages of
text; and while as many are taken in without giving way. Prints JSON: milliseconds a question takes
in each (median, 95th percentile), the ratios to the quiet ones, and passages a second.
"""

from __future__ import annotations

import argparse
import html
import json
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import numpy as np

import kb as _kb  # noqa: F401  (offline switches first)
from bot.attended import AttendedEngine
from bot.engine import Engine
from bot.jobs import Jobs
from bot.traffic import Traffic
from evals.dataset import load_set
from ingest.pipeline import ingest
from ingest.progress import Event
from kb.encoder import load_encoder
from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings

CORPUS = Path("corpus")
GOLD = Path("evals/gold")
_LINES = 22  # of a page
_LEAST = 5.0  # seconds of ingest before questions are timed: readers have started by then
ROUNDS = 4


def write_pages(pages: int, target: Path, sort: str) -> None:
    """Files of 50 pages whose sentences are those of the corpus, each made to differ."""
    words = cycle(
        line
        for path in sorted(CORPUS.rglob("*.md"))
        for line in path.read_text(encoding="utf-8").split("\n---\n")[-1].splitlines()
        if len(line) > 20
    )
    for number in range(max(1, pages // 50)):
        chosen = list(islice(words, 50 * _LINES))
        lines = [f"{i}. {line}（{sort}{number}）" for i, line in enumerate(chosen, 1)]
        title = f"测试文件{sort}第{number}号"
        if number % 5:
            made, suffix = f"# {title}\n\n" + "\n\n".join(lines), "md"
        else:  # these are read by a process of their own
            body = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
            made, suffix = f"<title>{title}</title><h1>{title}</h1>{body}", "html"
        (target / f"{sort}-{number:03}.{suffix}").write_text(made, encoding="utf-8")


def ask_all(ask: Callable[[str], Any], questions: Sequence[str]) -> list[float]:
    """Milliseconds each question takes."""
    times: list[float] = []
    for question in questions:
        before = time.perf_counter()
        ask(question)
        times.append((time.perf_counter() - before) * 1000)
        time.sleep(0.05)  # somebody reads
    return times


@contextmanager
def in_background(kb: KnowledgeBase, traffic: Traffic, folder: Path) -> Iterator[list[Event]]:
    """Take a folder in as the server does; the last event is in the list at the end."""
    events: list[Event] = []
    jobs = Jobs(kb, traffic)
    try:
        job_id = jobs.submit("bench", [folder])
        yield events
        events.append(jobs.get(job_id).event)
    finally:
        jobs.close()


@contextmanager
def rudely(kb: KnowledgeBase, folder: Path) -> Iterator[list[Event]]:
    """Take a folder in by a thread that gives way to nobody."""
    events: list[Event] = []
    stop = threading.Event()
    thread = threading.Thread(
        target=lambda: ingest(kb, [folder], on_event=events.append, should_stop=stop.is_set)
    )
    thread.start()
    try:
        yield events
    finally:
        stop.set()
        thread.join()


def bench(pages: int, count: int, base: Path) -> dict[str, Any]:
    """See the module's text for the figures."""
    questions = [item.question for item in load_set(GOLD).items if item.extra.get("split") == "dev"]
    questions = questions[:: max(1, len(questions) // count)][:count]
    encoder = load_encoder("offline", base / "encoder")
    times: dict[str, list[float]] = {"quiet": [], "background": [], "without_giving_way": []}
    rates: dict[str, list[float]] = {"background": [], "without_giving_way": []}
    with KnowledgeBase(Settings.model_validate({"data": base / "data"}), encoder=encoder) as kb:
        ingest(kb, [CORPUS])
        traffic = Traffic()
        engine, plain = AttendedEngine(kb, traffic), Engine(kb)
        for number in range(ROUNDS):
            asked = questions[number::ROUNDS]
            ask_all(engine.ask, asked)  # warm
            times["quiet"] += ask_all(engine.ask, asked)
            for sort, ask in (("background", engine.ask), ("without_giving_way", plain.ask)):
                folder = base / f"{sort}-{number}"
                folder.mkdir()
                write_pages(pages, folder, f"{sort}{number}")
                began = time.perf_counter()
                work = (
                    in_background(kb, traffic, folder)
                    if sort == "background"
                    else rudely(kb, folder)
                )
                with work as events:
                    time.sleep(_LEAST)
                    times[sort] += ask_all(ask, asked)
                seconds = time.perf_counter() - began
                rates[sort].append(events[-1].passages_done / seconds)
    quiet = float(np.median(times["quiet"]))
    return {
        "questions": len(questions),
        "ms": {sort: _two(found) for sort, found in times.items()},
        "ratio": {sort: round(float(np.median(times[sort])) / quiet, 2) for sort in rates},
        "passages_a_second": {sort: round(float(np.mean(r)), 1) for sort, r in rates.items()},
    }


def _two(times: Sequence[float]) -> dict[str, float]:
    return {
        "median": round(float(np.median(times)), 1),
        "p95": round(float(np.percentile(times, 95)), 1),
    }


def main() -> None:
    """Run the bench and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--questions", type=int, default=60)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        result = bench(chosen.pages, chosen.questions, Path(made))
    sys.stdout.write(json.dumps(result, ensure_ascii=False, indent=2) + "\n")


if __name__ == "__main__":
    main()
