"""Twenty kills (``make soak`` does two hundred), and that a fault would be seen."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from evals.hash_encoder import HashEncoder
from evals.soak_work import check, mark, open_folder, source
from ingest.parse import parse_bytes

ROOT = Path(__file__).parents[2]


def test_twenty_kills_lose_nothing_and_leave_nothing() -> None:
    """In a process of its own: it forks, which one with threads must not."""
    run = [sys.executable, "-m", "evals.soak", "--runs", "20", "--seed", "3"]
    ended = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, timeout=300)
    figures = json.loads(ended.stdout)
    assert figures["faults"] == [], ended.stderr
    assert ended.returncode == 0
    assert figures["ends"]["killed by a signal"] >= 3
    assert figures["steps"] > 5


def test_a_fault_is_seen(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with open_folder(folder) as kb:
        kb.add([parse_bytes(source("D01", 3), "D01.md")])
    assert check(folder, [{"D01": 3}], [("D01", 3)]) == {"state": {"D01": 3}, "faults": []}
    (told,) = check(folder, [{"D01": 2}], [("D01", 3)])["faults"]
    assert "none of" in told
    (folder / "stray.md").write_bytes(source("D02", 1))
    faults = check(folder, [{"D01": 3}], [("D01", 3), ("D02", 1)])["faults"]
    assert any("unknown files" in fault for fault in faults)
    assert any("still in a file" in fault for fault in faults)


def test_the_stand_in_encoder_gives_unit_rows() -> None:
    rows = HashEncoder().encode_passages(["甲乙丙", mark("D01", 1), ""])
    assert rows.shape == (3, 64)
    assert (rows**2).sum(axis=1) == pytest.approx([1, 1, 1], abs=1e-5)
