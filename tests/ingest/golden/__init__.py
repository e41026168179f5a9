"""Golden files: documents of every hard shape, and what they are read as, in readable text.

Beside each ``NAME.md`` or ``NAME.txt`` stands ``NAME.expected``: every line of the canonical text
in order, headings with ``#``, passages below their path.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ingest.parse import parse_bytes
from kb.models import ParsedDocument, Passage, PassageKind

FOLDER = Path(__file__).parent
_STEPS = " › "


def sources() -> list[Path]:
    """The documents, by name."""
    return sorted(f for f in FOLDER.iterdir() if f.suffix in (".md", ".txt"))


def expected(source: Path) -> Path:
    """Where it is written what a document is to be read as."""
    return source.with_suffix(".expected")


def shown(source: Path) -> str:
    """A document as it is read now, in the form of the golden files."""
    return render(parse_bytes(source.read_bytes(), source.name))


def render(document: ParsedDocument) -> str:
    r"""Title and lines; of a passage its number, path, kind, lead, text and window.

    ``[3] 第一章 › 第二条`` begins a passage, ``(row)`` is its kind, ``< …`` the line that leads in,
    ``  … 5`` the last passage of its window, if that is another. What stands in no passage is a
    heading: ``# …``.
    """
    return "\n".join([f"title: {document.header.title}", *_lines(document), ""])


def _lines(document: ParsedDocument) -> Iterator[str]:
    text, behind = document.text, 0
    for passage in document.passages:
        yield from _headings(text[behind : passage.start])
        kind = "" if passage.kind is PassageKind.CLAUSE else f" ({passage.kind.value})"
        yield f"[{passage.ordinal}] {_STEPS.join(passage.path)}{kind}".rstrip()
        if passage.lead:
            yield f"    < {text[slice(*passage.lead)]}"
        yield from (f"    {line}" for line in text[passage.start : passage.end].split("\n"))
        if passage.window_end != passage.end:
            yield f"    … {_last(document.passages, passage)}"
        behind = passage.end
    yield from _headings(text[behind:])


def _headings(text: str) -> Iterator[str]:
    return (f"# {line.strip()}" for line in text.split("\n") if line.strip())


def _last(passages: tuple[Passage, ...], passage: Passage) -> int:
    return next(p.ordinal for p in passages if p.end == passage.window_end)
