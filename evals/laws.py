"""Every article of every law found, none invented: what the structure of real laws is read as.

``python -m evals.laws FOLDER`` reads each Markdown law below ``FOLDER/docs`` as an ingest would and
compares the articles its passages lie in with those of ``FOLDER/corpus.jsonl`` (further keys
``doc``: the law's path below ``docs``; ``article``: 第十二条). It prints how many were expected,
found, missing and invented, how alike their texts are, the share of the source's characters in
passages, the speed of reading, and every single difference.

A law may hold an article that the reference leaves out (``unlisted``): the reference keeps one of
several equal texts only. It is told from an invented one by the count: its number comes directly
behind the one before it and directly before the one behind it.
"""

from __future__ import annotations

import difflib
import sys
import time
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path

from rich.console import Console
from rich.table import Table

from evals.dataset import lines_of
from ingest.encodings import decode
from ingest.gate import coverage
from ingest.lines import line_spans, tidy_title
from ingest.numbering import label
from ingest.parse import parse_bytes
from ingest.readers.markdown import read_markdown
from ingest.source_text import clean, letters
from kb.models import ParsedDocument
from kb.paths import article_of

SORTS = ("missing", "invented", "twice", "unlisted", "text")


@dataclass(frozen=True, slots=True)
class Difference:
    """One article that is not as expected. ``what`` is one of ``SORTS``."""

    article: str
    what: str
    expected: str = ""
    found: str = ""
    alike: float = 0.0

    def __str__(self) -> str:
        if self.what != "text":
            return f"{self.article} {self.what}: {_short(self.found or self.expected)}"
        one, two = _plain(self.expected), _without_number(self.found, self.article)
        if two.startswith(one):
            how = f"the reference ends before: {_short(two[len(one) :])}"
        elif one.startswith(two):
            how = f"the reference goes on with: {_short(one[len(two) :])}"
        else:
            how = f"{_short(one)} | {_short(two)}"
        return f"{self.article} text ({self.alike:.3f} alike): {how}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One law: how many articles it should have and was read to have, and where they differ.

    ``coverage`` is the share of the source's letters in passages, or in headings that stand in
    the path of one; what the reader removed on purpose aside.
    """

    law: str
    expected: int
    found: int
    alike: float
    coverage: float
    differences: tuple[Difference, ...]

    def count(self, what: str) -> int:
        """How many differences are of that sort."""
        return sum(1 for d in self.differences if d.what == what)


def references(folder: Path) -> dict[str, dict[str, str]]:
    """Law (its path below ``docs``) → article → text, as ``corpus.jsonl`` has them."""
    laws: dict[str, dict[str, str]] = {}
    for record in lines_of(folder / "corpus.jsonl", ("doc", "article", "text")):
        laws.setdefault(record["doc"], {})[record["article"]] = record["text"]
    return laws


def articles(document: ParsedDocument) -> Iterator[tuple[str, str]]:
    """The articles of a document in order, each with the text from its number to its end."""
    for article, group in groupby(document.passages, lambda p: article_of(p.path)):
        if article is not None:
            passages = list(group)
            yield article, document.text[passages[0].start : passages[-1].end]


def compare(law: str, document: ParsedDocument, expected: Mapping[str, str]) -> Comparison:
    """The articles of one law as read, against those it has."""
    found: dict[str, str] = {}
    differences: list[Difference] = []
    for article, text in articles(document):
        if article in found:
            differences.append(Difference(article, "twice", found[article], text))
        found.setdefault(article, text)
    likeness: list[float] = []
    for article, text in expected.items():
        if article not in found:
            differences.append(Difference(article, "missing", expected=text))
            continue
        likeness.append(similarity(text, found[article], article))
        if likeness[-1] < 1:
            differences.append(Difference(article, "text", text, found[article], likeness[-1]))
    order = list(found)
    for at, article in enumerate(order):
        if article not in expected:
            what = "unlisted" if _counts_on(order, at) else "invented"
            differences.append(Difference(article, what, found=found[article]))
    alike = sum(likeness) / max(1, len(likeness))
    return Comparison(law, len(expected), len(found), alike, covered(document), tuple(differences))


def _counts_on(order: Sequence[str], at: int) -> bool:
    """Whether an article is the next of the one before it and the one behind is its next."""
    numbers = [
        (item.value, item.sub) if (item := label(name)) else (0, 0)
        for name in order[max(0, at - 1) : at + 2]
    ]
    return all(b in ((a[0] + 1, 0), (a[0], a[1] + 1)) for a, b in pairwise(numbers))


def similarity(expected: str, found: str, article: str) -> float:
    """How alike two texts are (0 to 1), white space, width and the article's number aside."""
    one, two = _plain(expected), _without_number(found, article)
    return 1.0 if one == two else difflib.SequenceMatcher(None, one, two, autojunk=False).ratio()


def _without_number(text: str, article: str) -> str:
    return _plain(text).removeprefix(_plain(article))


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _short(text: str) -> str:
    text = "".join(text.split())
    return text if len(text) <= 60 else text[:59] + "…"


def covered(document: ParsedDocument) -> float:
    """The share of a Markdown source's letters that can be cited; see ``Comparison``."""
    text = document.text
    steps = "\n".join(
        [tidy_title(document.header.title), *{step for p in document.passages for step in p.path}]
    )
    spans = [(p.start, p.end) for p in document.passages]
    spans += [(a, b) for a, b in line_spans(text) if tidy_title(text[a:b]) in steps]
    draft = read_markdown(clean(decode(document.source)))
    source = draft.letters - sum(map(letters, draft.removed))
    return coverage(text, spans) * letters(text) / source


def run(folder: Path) -> tuple[list[Comparison], int, float]:
    """All laws compared; how many characters they have, and the seconds it took to read them."""
    expected = references(folder)
    compared: list[Comparison] = []
    characters, seconds = 0, 0.0
    for file in sorted((folder / "docs").rglob("*.md")):
        data = file.read_bytes()
        began = time.perf_counter()
        document = parse_bytes(data, file.name)
        seconds += time.perf_counter() - began
        characters += len(document.text)
        law = file.relative_to(folder / "docs").as_posix()
        compared.append(compare(law, document, expected.get(law, {})))
    return compared, characters, seconds


def report(compared: Sequence[Comparison], characters: int, seconds: float) -> None:
    """Print the totals, and each law's differences below them."""
    console = Console()
    shares = [c.coverage for c in compared]
    likeness = [c.alike for c in compared if c.expected]
    table = Table("laws", str(len(compared)))
    table.add_row("articles expected", str(sum(c.expected for c in compared)))
    table.add_row("found", str(sum(c.found for c in compared)))
    for sort in SORTS:
        table.add_row(sort, str(sum(c.count(sort) for c in compared)))
    table.add_row("likeness of texts, mean", f"{sum(likeness) / max(1, len(likeness)):.5f}")
    table.add_row("coverage, lowest", f"{min(shares):.4f}")
    table.add_row("coverage, mean", f"{sum(shares) / len(shares):.4f}")
    table.add_row("characters", f"{characters:,}")
    table.add_row("characters a second", f"{characters / seconds:,.0f}")
    console.print(table)
    for one in compared:
        if one.differences:
            console.out(one.law, style="bold", highlight=False)
            for difference in one.differences:
                console.out(f"  {difference}", highlight=False)


def main() -> None:
    """Compare the laws of the folder that is named; exit 1 if one is missing or invented."""
    if len(sys.argv) != 2 or not (Path(sys.argv[1]) / "corpus.jsonl").is_file():
        sys.exit("usage: python -m evals.laws FOLDER   (with FOLDER/docs and FOLDER/corpus.jsonl)")
    compared, characters, seconds = run(Path(sys.argv[1]))
    report(compared, characters, seconds)
    if any(c.count(sort) for c in compared for sort in ("missing", "invented", "twice")):
        sys.exit(1)


if __name__ == "__main__":
    main()
