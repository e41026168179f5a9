"""The facts that ``corpus/`` rests on, and the sentences that rest on each of them.

``corpus/facts.yaml`` holds every fact used: a statement in our own words, its figures, its sources
and how well it was checked; a document names the facts it uses in its front matter. After a fact
is corrected, ``python -m evals.facts T01-03`` prints every sentence that has to be looked at.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ingest.front_matter import FrontMatter, split
from kb.models import Grade
from kb.sentences import sentences

CORPUS = Path(__file__).parents[1] / "corpus"
_NUMERAL = "[一二三四五六七八九十百千零]+"
_FIGURE = re.compile(
    r"\d{4}年\d{1,2}月(?:\d{1,2}日)?"  # days and months
    r"|(?<!\d)\d{1,2}月\d{1,2}日"
    rf"|第{_NUMERAL}(?:至{_NUMERAL})?条"  # articles
    r"|[\u4e00-\u9fff]{2}〔\d{4}〕\d+号"  # document numbers
    r"|(?<![\d.])\d+(?:\.\d+)?[%‰万亿]?"
)
_LIKE = 0.35
"""Share of a statement's pairs of characters in a sentence that says the same without figures."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One checked fact; ``figures`` are written as ``figures`` finds them in a text."""

    id: str
    statement: str
    figures: tuple[str, ...]
    sources: tuple[str, ...]
    grade: Grade


@dataclass(frozen=True, slots=True)
class Source:
    """Where facts were checked: what it is, where it stands (may be empty), what to know of it."""

    id: str
    title: str
    at: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Use:
    """One sentence that rests on a fact, in a file of the corpus, and the figures they share."""

    path: Path
    sentence: str
    shared: tuple[str, ...]


def load_facts(path: Path = CORPUS / "facts.yaml") -> dict[str, Fact]:
    """All facts by id, in the order of the file."""
    facts = _yaml(path)["facts"]
    return {
        name: Fact(
            name,
            fact["statement"],
            tuple(map(str, fact["figures"])),
            tuple(fact["sources"]),
            Grade(fact["grade"]),
        )
        for name, fact in facts.items()
    }


def load_sources(path: Path = CORPUS / "facts.yaml") -> dict[str, Source]:
    """All sources by id, in the order of the file."""
    return {
        name: Source(name, source["title"], tuple(source["at"]), source["note"])
        for name, source in _yaml(path)["sources"].items()
    }


def _yaml(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


def figures(text: str) -> set[str]:
    """The days, months, articles, document numbers and numbers that a text writes in digits."""
    plain = re.sub(r"\s|\d{1,2}世纪", "", unicodedata.normalize("NFKC", text))
    return set(_FIGURE.findall(plain))


def covered(figure: str, known: Iterable[str]) -> bool:
    """Whether a figure is one of the known ones, or a part of one (the year of a day).

    A number may lose its unit only when it is written without one; a document number is compared
    by its end, because where it begins in a sentence cannot be told.
    """
    return any(
        figure == other or figure in _parts(other) or ("〔" in figure and other.endswith(figure))
        for other in known
    )


def _parts(figure: str) -> Iterator[str]:
    if day := re.fullmatch(r"(\d{4})年(\d{1,2})月(?:(\d{1,2})日)?", figure):
        yield from (day[1], f"{day[1]}年{day[2]}月", f"{day[2]}月{day[3]}日", day[2])
    elif number := re.search(r"〔(\d{4})〕(\d+)号", figure):
        yield from (number[1], number[2])
    else:
        yield figure.rstrip("%‰万亿")


def documents(corpus: Path = CORPUS) -> Iterator[tuple[Path, FrontMatter, str]]:
    """Path, front matter and text of every document of a corpus."""
    for path in sorted(corpus.rglob("*.md")):
        front, text = split(path.read_text(encoding="utf-8"))
        if front is not None:
            yield path, front, text


def uses(fact: Fact, corpus: Path = CORPUS) -> list[Use]:
    """Every sentence of the documents naming a fact that shares a figure with it or says the same.

    More than what rests on the fact may be found, never less than what repeats its figures; what
    is most like it comes first.
    """
    found: list[tuple[float, Use]] = []
    for path, front, text in documents(corpus):
        if fact.id in front.values.get("facts", ()):
            for start, end in sentences(text):
                sentence = text[start:end].strip()
                shared = sorted(figures(sentence) & set(fact.figures))
                alike = _alike(fact.statement, sentence)
                if shared or alike >= _LIKE:
                    found.append((len(shared) + alike, Use(path, sentence, tuple(shared))))
    return [use for _, use in sorted(found, key=lambda pair: -pair[0])]


def _alike(statement: str, sentence: str) -> float:
    pairs = [statement[i : i + 2] for i in range(len(statement) - 1)]
    return sum(pair in sentence for pair in pairs) / len(pairs) if pairs else 0.0


def describe(name: str, facts: Mapping[str, Fact], corpus: Path = CORPUS) -> Iterator[str]:
    """A fact and the sentences that rest on it, as lines for a person."""
    fact = facts[name]
    yield f"{fact.id} [{fact.grade.value}] {fact.statement}"
    for use in uses(fact, corpus):
        told = f"  ({', '.join(use.shared)})" if use.shared else ""
        yield f"  {use.path.relative_to(corpus)}: {use.sentence}{told}"


def main() -> None:
    """Print the facts named as arguments with their sentences."""
    facts = load_facts()
    unknown = [name for name in sys.argv[1:] if name not in facts]
    if unknown or not sys.argv[1:]:
        sys.exit(f"Name facts of corpus/facts.yaml, such as T01-03; not known: {unknown}")
    for name in sys.argv[1:]:
        print("\n".join(describe(name, facts)))


if __name__ == "__main__":
    main()
