"""A few of the harms a disk can do (``make soak`` does all of them to every file)."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_whatever_is_damaged_is_told_and_comes_back() -> None:
    """In a process of its own: it forks, which one with threads must not."""
    run = [sys.executable, "-m", "evals.faults", "--most", "10", "--seed", "5"]
    ended = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, timeout=300)
    found = json.loads(ended.stdout)
    assert found["faults"] == {}, ended.stderr
    assert ended.returncode == 0
    assert len(found["scenes"]) >= 8
