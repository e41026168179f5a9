"""Damage a data folder in every way a disk can, and see what its user sees and that all comes back.

``python -m evals.faults [--rounds N] [--most N] [--seed N]``. A scene harms one file of a small
base: gone, cut short, cleared, overwritten in places. Then one process opens the base and
searches: it may answer as before, or say in words what is wrong; it must not end by a signal, tell
of anything but a ``KbError``, or find less without a word. Then ``kb doctor --repair``, and where
the catalog is what is damaged ``kb restore``, must bring the same answers back. Prints JSON; the
exit status is 1 when anything was wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from evals.hash_encoder import HashEncoder
from evals.soak import fork
from evals.soak_work import DOCUMENTS, source
from ingest.parse import parse_bytes
from kb import generations
from kb.backup import back_up
from kb.doctor import repair
from kb.errors import KbError
from kb.knowledge_base import KnowledgeBase
from kb.models import Audience, Query
from kb.restore import restore
from kb.settings import Settings

DAY = date(2026, 11, 23)
QUERIES = ("规定第2项事务", "第3版规定", "由D01办理")
LONGEST = 60
"""Seconds that any step may take."""
Harm = Callable[[Path, random.Random], None]


def gone(file: Path, _chance: random.Random) -> None:
    """The file is not there."""
    file.unlink()


def cut(file: Path, chance: random.Random) -> None:
    """The file ends too early."""
    os.truncate(file, chance.randrange(max(1, file.stat().st_size)))


def cleared(file: Path, _chance: random.Random) -> None:
    """The file has its length, and nothing in it."""
    file.write_bytes(bytes(file.stat().st_size))


def spoiled(file: Path, chance: random.Random) -> None:
    """A page of the file holds something else."""
    content = bytearray(file.read_bytes())
    at = chance.randrange(max(1, len(content))) // 4096 * 4096
    content[at : at + 4096] = chance.randbytes(min(4096, len(content) - at))
    file.write_bytes(content)


HARMS: dict[str, Harm] = {"gone": gone, "cut": cut, "cleared": cleared, "spoiled": spoiled}


def settings_of(folder: Path) -> Settings:
    """The settings of a base that is only searched."""
    return Settings.model_validate({"data": folder, "reranker": "none"})


def make(folder: Path, backup: Path) -> None:
    """A small base, some of it internal, and a backup of it."""
    with KnowledgeBase(settings_of(folder), encoder=HashEncoder()) as kb:
        kb.add([parse_bytes(source(name, 3), f"{name}.md") for name in DOCUMENTS])
        back_up(kb, backup)


def seen(folder: Path) -> dict[str, Any]:
    """What somebody sees who opens the base and searches: hits, or the message."""
    try:
        with KnowledgeBase(settings_of(folder), encoder=HashEncoder()) as kb:
            return {"hits": [list(_hits(kb, words)) for words in QUERIES]}
    except KbError as error:
        return {"message": error.zh}


def _hits(kb: KnowledgeBase, words: str) -> Iterator[tuple[str, str]]:
    query = Query(text=words, on=DAY, audiences=tuple(Audience), limit=5)
    yield from sorted((hit.document.document_id, hit.text) for hit in kb.search(query))


def repaired(folder: Path) -> dict[str, Any]:
    """What ``kb doctor --repair`` says: codes of what is left, or the message."""
    try:
        return {"left": [f.code for f in repair(settings_of(folder), encoder=HashEncoder())]}
    except KbError as error:
        return {"message": error.zh}


def restored(backup: Path, folder: Path) -> dict[str, Any]:
    """What ``kb restore`` put back."""
    return {"documents": restore(backup, folder, replace=True).documents}


def apart(action: Callable[[Path], dict[str, Any]], folder: Path, report: Path) -> dict[str, Any]:
    """What an action tells in a process of its own, or how that ended."""

    def tell() -> None:
        signal.alarm(LONGEST)
        report.write_text(json.dumps(action(folder)), encoding="utf-8")

    report.unlink(missing_ok=True)
    _, status = os.waitpid(fork(tell), 0)  # only children open a base: it makes threads
    if not report.exists():
        return {"died": f"signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else "an error"}
    found: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    return found


def targets(folder: Path) -> list[str]:
    """The files of a base worth harming, by their path in it; those of current indexes only."""
    stores = [generations.current(folder / store) for store in ("lexical", "vectors")]
    files = [path for store in stores for path in store.rglob("*") if path.is_file()]
    files += [folder / "catalog.sqlite", *(folder / s / "current" for s in ("lexical", "vectors"))]
    return sorted(str(path.relative_to(folder)) for path in files if path.suffix != ".lock")


def scene(
    whole: Path, backup: Path, truth: dict[str, Any], name: str, harm: Harm, chance: random.Random
) -> dict[str, Any]:
    """Harm one file of a copy; what was seen, by what it came back, and what was wrong."""
    folder, report = whole.with_name("harmed"), whole.with_name("report")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(whole, folder)
    harm(folder / name, chance)
    first = apart(seen, folder, report)
    other = "the same" if first == truth else "something else"
    told: dict[str, Any] = {"seen": first.get("message", other), "by": "opening"}
    if "hits" in first and first != truth:
        told["wrong"] = "found something else without a word"
    if "died" in first:
        told["wrong"] = f"opening died of {first['died']}"
    if first == truth:
        return told
    mended = apart(repaired, folder, report)
    told["by"] = "repair"
    if "died" in mended:
        told["wrong"] = f"repair died of {mended['died']}"
    if apart(seen, folder, report) != truth:
        told["by"] = "restore"
        told["repair said"] = mended.get("message", "")
        apart(lambda folder: restored(backup, folder), folder, report)
        if apart(seen, folder, report) != truth:
            told["wrong"] = "neither repair nor restore brought it back"
        elif "message" not in mended and "catalog_damaged" not in mended.get("left", ()):
            told["wrong"] = f"repair said {mended} and had mended nothing"
    return told


def bench(rounds: int, seed: int, base: Path, most: int = 0) -> dict[str, Any]:
    """Every harm to every file, ``rounds`` times, or only the first ``most`` of them in an order
    by chance; see the module's text.
    """
    whole, backup = base / "whole", base / "backup.zip"
    chance = random.Random(seed)  # noqa: S311  (not for secrets)
    os.waitpid(fork(make, whole, backup), 0)
    truth = apart(seen, whole, base / "report")
    found: dict[str, dict[str, Any]] = {}
    for number in range(rounds):
        pairs = [(name, what) for name in targets(whole) for what in HARMS]
        chance.shuffle(pairs)
        for name, what in pairs[: most or None]:
            told = scene(whole, backup, truth, name, HARMS[what], chance)
            key = f"{Path(name).parts[0]}/{Path(name).suffix or Path(name).name} {what}"
            if key not in found or "wrong" in told:
                found[key] = told | {"file": name, "round": number}
    ways = [told["by"] for told in found.values()]
    return {
        "scenes": found,
        "came back by": {way: ways.count(way) for way in sorted(set(ways))},
        "faults": {key: told["wrong"] for key, told in found.items() if "wrong" in told},
    }


def main() -> None:
    """Print what was found."""
    parser = argparse.ArgumentParser(description="Harm every file of a data folder in turn.")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--most", type=int, default=0, help="scenes a round; 0 = all")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as base:
        found = bench(options.rounds, options.seed, Path(base), options.most)
    print(json.dumps(found, indent=2, ensure_ascii=False))
    sys.exit(1 if found["faults"] else 0)


if __name__ == "__main__":
    main()
