"""How an ingest behaves as the base grows: rate, share of the encoder, memory, size, questions.

``python -m evals.scale --passages 10000 --laws FOLDER`` repeats the Markdown laws of a folder, each
copy with a title and numbers of its own, until there are so many passages; takes them into an
empty data folder through the pipeline, then once more; and asks questions. ``--hash`` puts the
encoder of ``evals.hash_encoder`` in the real one's place, to see what the stores cost. Prints JSON:
passages/s in each fifth of the run and the last to the first, the encoder's share of the time,
peak memory of the process and of its children, the second run's time to the first's, seconds to
open the base, to examine it and to remove a document, bytes on disk, milliseconds a question takes.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

import kb as _kb  # noqa: F401  (offline switches first)
from evals.bench_ingest import Timed
from evals.hash_encoder import HashEncoder
from ingest.parse import parse_bytes
from ingest.pipeline import ingest
from ingest.progress import Event
from kb.doctor import examine_open
from kb.encoder import Encoder, load_encoder
from kb.knowledge_base import KnowledgeBase
from kb.models import Query
from kb.settings import Settings

_QUESTIONS = 200


def copies(laws: Path, passages: int, target: Path) -> int:
    """Write copies of the laws until they hold so many passages; return how many they hold."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(laws.rglob("*.md"))]
    sizes = [len(parse_bytes(text.encode(), "law.md").passages) for text in texts]
    written = number = 0
    while written < passages:
        text, size = texts[number % len(texts)], sizes[number % len(texts)]
        head, _, rest = text.partition("\n")
        copy = f"{head}（第{number}号副本）\n{rest}".replace("第一条", f"第一条 副本{number}：", 1)
        (target / f"{number:06}.md").write_text(copy, encoding="utf-8")
        written, number = written + size, number + 1
    return written


def scale(laws: Path, passages: int, base: Path, encoder: Encoder) -> dict[str, Any]:
    """Take in so many passages; see the module's text for the figures."""
    source = base / "in"
    source.mkdir(parents=True)
    copies(laws, passages, source)
    timed = Timed(encoder)
    settings = Settings.model_validate({"data": base / "data"})
    marks: list[tuple[float, int]] = []

    def on_event(_event: Event) -> None:
        held = kb.snapshot.passages
        if marks[-1][1] != held:
            marks.append((time.perf_counter(), held))
            sys.stderr.write(f"{held} passages, {marks[-1][0] - marks[0][0]:.0f} s\n")

    with KnowledgeBase(settings, encoder=timed) as kb:
        began = time.perf_counter()
        marks.append((began, 0))
        outcomes = ingest(kb, [source], on_event=on_event)
        first = time.perf_counter() - began
        share = timed.seconds / first
        began = time.perf_counter()
        ingest(kb, [source])
        second = time.perf_counter() - began
    began = time.perf_counter()
    with KnowledgeBase(settings, encoder=timed) as kb:
        opened = time.perf_counter() - began
        asked = sorted(_ask(kb))
        began = time.perf_counter()
        severities = {finding.severity for finding in examine_open(kb)}
        examined = time.perf_counter() - began
        held = kb.snapshot.passages
        began = time.perf_counter()
        erased = kb.remove(next(iter(kb.snapshot.by_id)))
        removed = time.perf_counter() - began
    rates = _rates(marks)
    used = {p: resource.getrusage(p).ru_maxrss // 1024 for p in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)}  # fmt: skip  # noqa: E501
    return {
        "documents": len(outcomes),
        "passages": held,
        "seconds": round(first, 1),
        "passages_a_second": round(held / first, 1),
        "rate_by_fifth": rates,
        "last_to_first": round(rates[-1] / rates[0], 2),
        "encoder_share": round(share, 3),
        "peak_mb": used[resource.RUSAGE_SELF],
        "peak_mb_children": used[resource.RUSAGE_CHILDREN],
        "second_run_seconds": round(second, 2),
        "first_to_second": round(first / second, 1),
        "open_seconds": round(opened, 2),
        "doctor_seconds": round(examined, 2),
        "doctor": sorted(severities),
        "remove_seconds": round(removed, 2),
        "remove_erased": erased,
        "disk_mb": {
            place.name: sum(p.stat().st_size for p in place.rglob("*") if p.is_file()) // 1_000_000
            for place in settings.data.iterdir()
            if place.is_dir()
        },
        "catalog_mb": (settings.data / "catalog.sqlite").stat().st_size // 1_000_000,
        "question_ms_p50": round(1000 * float(np.percentile(asked, 50)), 1),
        "question_ms_p95": round(1000 * float(np.percentile(asked, 95)), 1),
    }


def _rates(marks: list[tuple[float, int]]) -> list[float]:
    """Passages a second in each fifth of the passages."""
    times, held = np.array([t for t, _ in marks]), np.array([n for _, n in marks])
    edges = np.interp(np.linspace(0, held[-1], 6), held, times)
    return [round(float(held[-1] / 5 / seconds), 1) for seconds in np.diff(edges)]


def _ask(kb: KnowledgeBase) -> Iterator[float]:
    """Seconds that searches take: the starts of clauses all over the base, as questions."""
    live = list(kb.snapshot.live.values())
    for number in range(_QUESTIONS):
        info = live[number * len(live) // _QUESTIONS]
        passage = kb.catalog.passages(info.version_id)[number % info.passage_count]
        words = kb.text(info)[passage.start : passage.end][:30]
        began = time.perf_counter()
        kb.search(Query(text=words, on=date.today()))
        yield time.perf_counter() - began


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="Ingest very many passages.")
    parser.add_argument("--passages", type=int, default=10_000)
    parser.add_argument("--laws", type=Path, required=True, help="a folder of Markdown laws")
    parser.add_argument("--hash", action="store_true", help="an encoder that costs nothing")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        base = Path(made)
        encoder = HashEncoder(384) if options.hash else load_encoder("offline", base / "encoder")
        figures = scale(options.laws, options.passages, base, encoder)
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
