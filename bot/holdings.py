"""The documents of a base as an admin looks through them: chosen, counted, sorted. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kb.models import Audience, DocumentInfo, Grade, Kind, Validity
from kb.pinyin import readings
from kb.text import normalise
from kb.validity import validity

GRADES: tuple[str, ...] = (*(grade.value for grade in Grade), "none")
"""What can be chosen by grade; ``none``: without one."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is looked for: words of title, number, issuer, id or file name, and facets. Empty means
    everything. ``sort`` is a key of ``SORTS``.
    """

    words: str = ""
    kind: str = ""
    audience: str = ""
    validity: str = ""
    grade: str = ""
    sort: str = "added"


@dataclass(frozen=True, slots=True)
class Holding:
    """A document as it is listed; ``cited``: how often answers cited it, None when not counted."""

    info: DocumentInfo
    validity: Validity
    cited: int | None = None


def holdings(
    infos: Iterable[DocumentInfo],
    choice: Choice,
    on: date,
    cited: Mapping[str, int] | None = None,
) -> list[Holding]:
    """The documents chosen, in the order chosen; ``cited`` counts citations by document id."""
    counted = {} if cited is None else cited
    found = [
        Holding(
            info,
            validity(info.header, on),
            None if cited is None else counted.get(info.document_id, 0),
        )
        for info in infos
    ]
    wanted = normalise(choice.words).split()
    kept = [holding for holding in found if _fits(holding, choice) and _has(holding.info, wanted)]
    return sorted(kept, key=SORTS.get(choice.sort, SORTS["added"]))


def _fits(holding: Holding, choice: Choice) -> bool:
    header = holding.info.header
    grade = header.grade.value if header.grade else "none"
    pairs = (
        (choice.kind, header.kind.value),
        (choice.audience, header.audience.value),
        (choice.validity, holding.validity.value),
        (choice.grade, grade),
    )
    return all(not asked or asked == has for asked, has in pairs)


def _has(info: DocumentInfo, words: Iterable[str]) -> bool:
    header = info.header
    told = (header.title, header.doc_number, *header.issuers, info.document_id, info.source_name)
    text = normalise(" ".join(told))
    return all(word in text for word in words)


def _by_title(holding: Holding) -> Any:
    sound = tuple(readings(char)[0] for char in holding.info.header.title)
    return sound, holding.info.document_id


def _latest(day: Callable[[Holding], date | None]) -> Callable[[Holding], Any]:
    """Latest first, those without a day last."""
    return lambda h: (-(found.toordinal() if (found := day(h)) else 0), h.info.document_id)


SORTS: Mapping[str, Callable[[Holding], Any]] = {
    "added": lambda h: (_backwards(h.info.added_at), h.info.document_id),
    "title": _by_title,
    "published": _latest(lambda h: h.info.header.published or h.info.header.effective),
    "expires": lambda h: (h.info.header.expires or date.max, h.info.document_id),
    "passages": lambda h: (-h.info.passage_count, h.info.document_id),
    "cited": lambda h: (-(h.cited or 0), h.info.document_id),
    "id": lambda h: h.info.document_id,
}
"""Orders of the list: newest, by pinyin, latest day, soonest end, longest, most cited, id."""


def _backwards(text: str) -> tuple[int, ...]:
    """A key by which later texts come first."""
    return tuple(-ord(char) for char in text)


def choice_of(asked: Mapping[str, str]) -> Choice:
    """The choice an address asks for; values that do not exist are left out."""
    known = {
        "kind": {kind.value for kind in Kind},
        "audience": {audience.value for audience in Audience},
        "validity": {state.value for state in Validity},
        "grade": set(GRADES),
        "sort": set(SORTS),
    }
    chosen = {name: asked[name] for name, values in known.items() if asked.get(name) in values}
    return Choice(words=asked.get("q", "").strip()[:200], **chosen)
