"""What an ingest spends its time on, and what doing it again costs.

``python -m evals.bench_ingest [FOLDER]`` (default ``corpus``) takes the folder into an empty data
folder, then once more, and prints as JSON: documents, passages, the share of the first run spent
in the encoder, the ratio of the second run's time to the first's, and how many passages the
second run encoded.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import kb as _kb  # noqa: F401  (offline switches first)
from ingest.pipeline import ingest
from kb.encoder import Encoder, Fingerprint, Progress, Vectors, load_encoder
from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings


class Timed:
    """An encoder that notes how long it worked and on how many passages."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.seconds = 0.0
        self.passages = 0

    @property
    def fingerprint(self) -> Fingerprint:
        """That of the encoder inside."""
        return self._encoder.fingerprint

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """(n, d) unit rows."""
        return self._encoder.encode_queries(texts)

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """(n, d) unit rows, timed."""
        started = time.perf_counter()
        vectors = self._encoder.encode_passages(texts, progress)
        self.seconds += time.perf_counter() - started
        self.passages += len(texts)
        return vectors


def bench(folder: Path) -> dict[str, Any]:
    """Ingest ``folder`` twice into a fresh data folder; see the module's text for the figures."""
    with tempfile.TemporaryDirectory() as made:
        encoder = Timed(load_encoder("offline", Path(made) / "encoder"))
        settings = Settings.model_validate({"data": Path(made) / "data"})
        with KnowledgeBase(settings, encoder=encoder) as kb:
            seconds = []
            encoded = []
            for _ in range(2):
                before = encoder.passages
                started = time.perf_counter()
                outcomes = ingest(kb, [folder])
                seconds.append(time.perf_counter() - started)
                encoded.append(encoder.passages - before)
            return {
                "documents": len(outcomes),
                "passages": encoded[0],
                "encoder_share": round(encoder.seconds / seconds[0], 3),
                "second_run_seconds": round(seconds[1], 3),
                "second_to_first": round(seconds[1] / seconds[0], 5),
                "second_run_encoded": encoded[1],
            }


def main() -> None:
    """Print the figures for the folder named on the command line, or ``corpus``."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("corpus")
    print(json.dumps(bench(folder), indent=2))


if __name__ == "__main__":
    main()
