"""Character errors of the PDF reader: text layers and scans against the texts they were made from.

``python -m evals.files_pdf FOLDER`` reads every ``NAME-text-N.pdf`` and ``NAME-scan-N.pdf`` of a
folder and compares it with ``NAME-truth-N.txt``: the Levenshtein distance over the length of the
truth, white space and invisible characters left out of both.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path

from ingest.limits import LIMITS
from ingest.ocr import Recogniser
from ingest.readers.pdf import read_pdf
from ingest.source_text import clean

_NAME = re.compile(r"(.+)-(text|scan)-([0-9]+)\.pdf\Z")


@dataclass(frozen=True, slots=True)
class Compared:
    """One file: ``errors`` edits in ``characters``; ``seconds`` of reading, ``pages`` read.

    ``shown`` are the differences as (truth, read), at most twenty.
    """

    name: str
    characters: int
    errors: int
    pages: int
    seconds: float
    shown: tuple[tuple[str, str], ...] = ()

    @property
    def rate(self) -> float:
        """Character error rate."""
        return self.errors / max(1, self.characters)


def distance(a: str, b: str) -> int:
    """The Levenshtein distance, by Myers' bit vectors (J. ACM 46(3), 1999), Hyyrö's form."""
    if not a:
        return len(b)
    places: dict[str, int] = {}
    for at, char in enumerate(a):
        places[char] = places.get(char, 0) | 1 << at
    mask = (1 << len(a)) - 1
    last = 1 << (len(a) - 1)
    plus, minus, score = mask, 0, len(a)
    for char in b:
        equal = places.get(char, 0)
        vertical = equal | minus
        horizontal = (((equal & plus) + plus) ^ plus) | equal
        up = minus | (mask & ~(horizontal | plus))
        down = plus & horizontal
        score += bool(up & last) - bool(down & last)
        up = (up << 1 | 1) & mask
        down = (down << 1) & mask
        plus = down | (mask & ~(vertical | up))
        minus = up & vertical
    return score


def bare(text: str) -> str:
    """A text without white space and invisible characters."""
    return "".join(clean(text).split())


def compare(folder: Path) -> list[Compared]:
    """Every PDF of the folder that has a truth beside it."""
    found: list[Compared] = []
    with Recogniser() as ocr:
        for path in sorted(folder.glob("*.pdf")):
            match = _NAME.match(path.name)
            truth_path = folder / f"{match[1]}-truth-{match[3]}.txt" if match else None
            if truth_path is None or not truth_path.exists():
                continue
            data = path.read_bytes()
            begin = time.perf_counter()
            draft = read_pdf(data, replace(LIMITS, ocr=ocr))
            seconds = time.perf_counter() - begin
            truth = bare(truth_path.read_text(encoding="utf-8"))
            read = bare(draft.text)
            found.append(
                Compared(
                    path.name,
                    len(truth),
                    distance(truth, read),
                    len(draft.pages),
                    round(seconds, 2),
                    differences(truth, read),
                )
            )
    return found


def differences(truth: str, read: str) -> tuple[tuple[str, str], ...]:
    """Where two texts differ, with what stands there in each."""
    matcher = SequenceMatcher(None, truth, read, autojunk=False)
    return tuple(
        (truth[a0:a1], read[b0:b1])
        for kind, a0, a1, b0, b1 in matcher.get_opcodes()
        if kind != "equal"
    )[:20]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures of a folder."""
    parser = argparse.ArgumentParser(description="Character errors of the PDF reader")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    found = compare(options.folder)
    if options.json:
        print(json.dumps([{**asdict(one), "rate": one.rate} for one in found], ensure_ascii=False))
        return
    for one in found:
        print(
            f"{one.name}: {one.rate:.3%} of {one.characters} characters wrong, "
            f"{one.seconds / max(1, one.pages):.2f} s a page"
        )
        for truth, read in one.shown:
            print(f"    {truth!r} read as {read!r}")


if __name__ == "__main__":
    main()
