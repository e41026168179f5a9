"""Damaged and hostile files through the readers: none may crash, hang or fill the memory.

``python -m evals.hostile [FOLDER] --count 2000 --seed 1 --whole 200`` makes that many files:
attacks, then damaged copies of small sound files of every format and of the smaller files in
``FOLDER``. Each is read in a reading process with the given bounds, as an ingest does; ``--whole``
of them also go through a whole ingest into a new base, which is checked afterwards. It prints what
became of them by kind, the slowest, the memory used, and ends with status 1 if one of them ended
in anything but a document or a reason, or took longer than allowed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from evals.hostile.bases import found, made
from evals.hostile.files import cases
from evals.hostile.run import End, Outcome, Whole, ingest_whole, memory, read_all
from ingest.child import Bounds
from ingest.limits import MEGABYTE


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", help="sound files to damage as well")
    parser.add_argument("--count", type=int, default=2000, help="how many files")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--whole", type=int, default=200, help="how many through a whole ingest")
    parser.add_argument("--seconds", type=float, default=60.0, help="for one file")
    parser.add_argument("--megabytes", type=int, default=2000, help="of memory for one file")
    parser.add_argument("--keep", type=Path, help="where to keep files that ended badly")
    args = parser.parse_args()
    bounds = Bounds(args.seconds, args.seconds, args.megabytes * MEGABYTE)
    bases = {**made(), **found(args.folder)}
    console = Console()
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory() as folder:
        for outcome in read_all(cases(args.count, args.seed, bases), bounds, Path(folder)):
            outcomes.append(replace(outcome, case=replace(outcome.case, data=b"")))
            if len(outcomes) % 100 == 0:
                console.print(f"{len(outcomes)} of {args.count}")
            if outcome.bad(args.seconds):
                console.print(f"{outcome.case.name} ({outcome.case.kind}): {outcome.why}")
                if args.keep:
                    args.keep.mkdir(parents=True, exist_ok=True)
                    (args.keep / outcome.case.name).write_bytes(outcome.case.data)
        show(console, outcomes)
        bad = sum(outcome.bad(args.seconds) for outcome in outcomes)
        whole = None
        if args.whole:
            some = cases(args.count, args.seed + 1, bases)
            whole = ingest_whole(some, args.whole, bounds, Path(folder))
            show_whole(console, whole)
    sys.exit(1 if bad or (whole and not whole.good) else 0)


def show(console: Console, outcomes: list[Outcome]) -> None:
    """Counts by kind and end, the slowest files, and the memory."""
    table = Table("kind", *(end.value for end in End), title=f"{len(outcomes)} files")
    for kind in sorted({outcome.case.group for outcome in outcomes}):
        own = [outcome.end for outcome in outcomes if outcome.case.group == kind]
        table.add_row(kind, *(str(own.count(end)) for end in End))
    ends = [outcome.end for outcome in outcomes]
    table.add_row("all", *(str(ends.count(end)) for end in End))
    console.print(table)
    slow = Table("seconds", "end", "kind", title="slowest")
    for outcome in sorted(outcomes, key=lambda outcome: -outcome.seconds)[:8]:
        slow.add_row(f"{outcome.seconds:.1f}", outcome.end.value, outcome.case.kind)
    console.print(slow)
    here, readers = memory()
    console.print(f"memory at most: {here} MB here, {readers} MB in a reading process")


def show_whole(console: Console, whole: Whole) -> None:
    """What a whole ingest made of its files, and what the base says of itself afterwards."""
    counts = ", ".join(f"{name} {count}" for name, count in whole.counts.items() if count)
    console.print(
        f"whole ingest of {whole.files} files in {whole.seconds:.0f} s: {counts}; "
        f"findings of the doctor: {len(whole.findings)}"
    )
    for finding in whole.findings:
        console.print(f"  {finding}")


if __name__ == "__main__":
    main()
