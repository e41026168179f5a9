"""Kill an ingest again and again, and see that nothing is lost, half visible or left behind.

``python -m evals.soak --runs 200 [--seed N]`` makes a data folder; a child process adds, replaces
and removes documents in it and is killed: by a signal at any moment, or between any two operations
of the stores' code; in a third of the runs writes fail as on a full disk. Then another process
opens the folder and looks whether it is whole: the state before or after the step that was cut
short, every passage in every store, ``kb doctor`` content, no trace of what is gone in any file.
The encoder is a stand-in (``evals.hash_encoder``), so that kills hit the stores and not it.
Prints the figures as JSON; the exit status is 1 when anything was wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from evals import soak_work
from evals.soak_work import State

HOWS = ("signal", "point", "full")


def soak(runs: int, seed: int, base: Path) -> dict[str, Any]:
    """``runs`` kills in a data folder below ``base``; see the module's text."""
    chance = random.Random(seed)  # noqa: S311  (not for secrets)
    folder, journal, report = base / "data", base / "journal", base / "report"
    state: State = {}
    ever: list[tuple[str, int]] = []
    ends: Counter[str] = Counter()
    faults: list[str] = []
    steps = 0
    for run in range(runs):
        how = HOWS[run % len(HOWS)]
        journal.unlink(missing_ok=True)
        child = fork(soak_work.work, folder, state, journal, seed * 1_000_003 + run, how)
        ends[_end(child, journal, chance)] += 1
        told = [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()]
        legal = [state]
        for entry in told:
            if entry["event"] == "begin":
                legal = [legal[0], entry["after"]]
                ever += [(d, r) for d, r in entry["after"].items() if (d, r) not in ever]
            elif entry["event"] == "done":
                legal, steps = [legal[-1]], steps + 1
            elif entry["event"] == "broken":
                faults.append(f"run {run} ({how}): {entry['error']}")
        report.unlink(missing_ok=True)
        os.waitpid(fork(_report, folder, legal, ever, report), 0)
        found = json.loads(report.read_text(encoding="utf-8")) if report.exists() else None
        if found is None:
            faults.append(f"run {run} ({how}): the folder does not open")
            break
        faults += [f"run {run} ({how}): {fault}" for fault in found["faults"]]
        state = found["state"]
    return {
        "runs": runs, "seed": seed, "steps": steps, "ends": dict(ends), "documents": len(state),
        "faults": faults,
    }  # fmt: skip


def _report(folder: Path, legal: list[State], ever: list[tuple[str, int]], report: Path) -> None:
    found = soak_work.check(folder, legal, ever)
    report.write_text(json.dumps(found), encoding="utf-8")


def _end(child: int, journal: Path, chance: random.Random) -> str:
    """Wait for the child, killing it at a moment met by chance; how it ended."""
    until = time.monotonic() + chance.uniform(0.1, 2.5)
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            break
        time.sleep(0.002)
    else:
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        return "killed by a signal"
    if os.WIFSIGNALED(status):
        return "killed between two operations"
    return "failed with a message" if "failed" in journal.read_text("utf-8") else "came to its end"


def fork(action: Any, *arguments: Any) -> int:
    """Run ``action`` in a child process; it shares what is imported, so it starts at once."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        action(*arguments)
        status = 0
    except BaseException as error:  # noqa: BLE001  (whatever it is, the child must end here)
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
    finally:
        sys.stderr.flush()
        os._exit(status)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="Kill an ingest again and again.")
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as base:
        figures = soak(options.runs, options.seed, Path(base))
    figures["seconds"] = round(time.monotonic() - began, 1)
    print(json.dumps(figures, indent=2, ensure_ascii=False))
    sys.exit(1 if figures["faults"] else 0)


if __name__ == "__main__":
    main()
