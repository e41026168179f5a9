"""How the tests of this folder read the corpus and the fact sheet.

The fact sheet is looked for in the folder named by the environment variable ``KB_FACTS``, else in
``../shared/facts`` beside the repository; checks against it are skipped where it is missing.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

REPOSITORY = Path(__file__).resolve().parents[2]
CORPUS = REPOSITORY / "corpus"
FACTS = Path(os.environ.get("KB_FACTS", REPOSITORY.parent / "shared" / "facts"))
GRADES = ("A", "B", "C", "memory")

_HAN = re.compile(r"[\u4e00-\u9fff]")


def front_matter(path: Path) -> dict[str, Any]:
    """The YAML block at the head of a document."""
    loaded = yaml.safe_load(path.read_text(encoding="utf-8").split("---\n", 2)[1])
    assert isinstance(loaded, dict), path.name
    return loaded


def body(path: Path) -> str:
    """The text of a document after its front matter."""
    return path.read_text(encoding="utf-8").split("---\n", 2)[2]


def sections(path: Path) -> list[tuple[str, str]]:
    """Headings of the second level with the text below each, in order."""
    parts = re.split(r"(?m)^## ", body(path))[1:]
    return [(part.split("\n", 1)[0].strip(), part.split("\n", 1)[1]) for part in parts]


def split_sentences(text: str) -> list[str]:
    """Whole sentences of a clause, cut after 。！？, without the empty rest."""
    return [part.strip() for part in re.findall(r"[^。！？]+[。！？]*", text) if part.strip()]


@cache
def sheet() -> str:
    """The fact sheet; the calling test is skipped where it is not available."""
    path = FACTS / "policy-facts.md"
    if not path.is_file():
        pytest.skip("fact sheet not available")
    return path.read_text(encoding="utf-8")


@cache
def report() -> str:
    """The report the lessons rest on; the calling test is skipped where it is not available."""
    path = FACTS / "report.txt"
    if not path.is_file():
        pytest.skip("report not available")
    return path.read_text(encoding="utf-8")


def _compared(text: str) -> list[str]:
    """Sentences between 。；！？ and line ends (and table cells), letters and digits only."""
    text = re.sub(r"\[[^\]]*\]", "", text)
    text = re.sub(r"(?m)^\s*(?:#+|-|\d+\.)?\s*(?:[A-Z]\d{2}-\d{2}\s)?", "", text)
    parts = re.split(r"[。；;！？!?\n|]", unicodedata.normalize("NFKC", text))
    return [re.sub(r"[^\w%‰]", "", part) for part in parts]


def _own_lines(path: Path) -> Iterable[str]:
    """Lines of a document that are its own prose: no headings, and no label before the text."""
    for line in body(path).splitlines():
        if not line.startswith("#"):
            yield re.sub(r"^(?:\d+\. )?(?:[\u4e00-\u9fff]{2,4}(?:（[^）]*）)?：)?", "", line)


def copied_sentences(path: Path) -> list[str]:
    """Sentences of eight or more Chinese characters that stand in the sheet or the report too."""
    theirs = set(_compared(sheet())) | set(_compared(report()))
    own = _compared(own_prose(path))
    return [text for text in own if len(_HAN.findall(text)) >= 8 and text in theirs]


def longest_loan(text: str) -> str:
    """The longest run of Chinese characters shared with the sheet or the report.

    Titles in 《》 and quoted slogans in “” are left out: they cannot be said in other words.
    """
    theirs = sheet() + report()
    longest = ""
    for run in re.findall(r"[\u4e00-\u9fff]+", re.sub(r"《[^》]*》|“[^”]*”", "|", text)):
        for start in range(len(run)):
            while run[start : start + len(longest) + 1] in theirs:
                if start + len(longest) + 1 > len(run):
                    break
                longest = run[start : start + len(longest) + 1]
    return longest


def own_prose(path: Path) -> str:
    """What a document says in its own words."""
    return "\n".join(_own_lines(path))
