"""The glossary as a dictionary: entries in the order of pinyin, search, and where terms are used.

Everything is asked of the base for given audiences, so what a reader may not see is in no list,
no count and no definition.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kb import keys
from kb.knowledge_base import KnowledgeBase
from kb.models import Audience, DocumentInfo, Kind, Passage, PassageKind, Term
from kb.text import has_chinese, normalise, tokens

MOST_WINDOWS = 2000
"""Passages looked at for the uses of one name; a commoner word is counted no further."""

_READINGS = {"长三角": "chang san jiao", "长江": "chang jiang", "长板": "chang ban"}
"""How names begin that the pinyin tables read wrongly."""

_NAMED = ("别名", "又称", "又名", "简称", "同义词", "也叫", "英文", "英文名", "英译", "相关")
_LABELS = ("定义", "释义", "解释", "含义")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one document says a term means."""

    term: Term
    info: DocumentInfo


@dataclass(frozen=True, slots=True)
class Entry:
    """A name with all its visible meanings; ``reading`` is its pinyin, ``letter`` A to Z or #."""

    name: str
    reading: str
    meanings: tuple[Meaning, ...]

    @property
    def letter(self) -> str:
        """The letter it stands under."""
        first = self.reading[:1].upper()
        return first if "A" <= first <= "Z" else "#"

    @property
    def aliases(self) -> tuple[str, ...]:
        """Its other Chinese names."""
        return _union(m.term.aliases for m in self.meanings)

    @property
    def english(self) -> tuple[str, ...]:
        """Its English names."""
        return _union(m.term.english for m in self.meanings)

    @property
    def related(self) -> tuple[str, ...]:
        """Names of related terms, as the glossary gives them."""
        return _union(m.term.related for m in self.meanings)


@dataclass(frozen=True, slots=True)
class Use:
    """A document that uses a term, and the passages where it does, in order."""

    info: DocumentInfo
    passages: tuple[Passage, ...]


def _union(groups: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for group in groups for word in group))


@lru_cache(maxsize=10_000)
def reading(name: str) -> str:
    """The pinyin of a name, syllables apart; Latin letters and digits as they are."""
    from pypinyin import lazy_pinyin

    for start, known in _READINGS.items():
        if name.startswith(start):
            rest = lazy_pinyin(name[len(start) :])
            return " ".join([known, *rest]).lower()
    return " ".join(lazy_pinyin(name)).lower()


def entries(kb: KnowledgeBase, audiences: Sequence[Audience]) -> list[Entry]:
    """Every term with a definition that those audiences may see, by pinyin."""
    view = kb.snapshot
    meanings: dict[str, list[Meaning]] = {}
    for version, term in view.terms:
        info = view.live.get(version)
        if term.definition and info is not None and info.header.audience in audiences:
            meanings.setdefault(term.name, []).append(Meaning(term, info))
    made = [Entry(name, reading(name), tuple(found)) for name, found in meanings.items()]
    return sorted(made, key=lambda e: (e.letter == "#", e.reading, e.name))


def named(all_entries: Iterable[Entry], name: str) -> Entry | None:
    """The entry of that name, else the first with that alias or English name."""
    wanted = normalise(name)
    first: Entry | None = None
    for entry in all_entries:
        if normalise(entry.name) == wanted:
            return entry
        others = (*entry.aliases, *entry.english)
        if first is None and any(normalise(other) == wanted for other in others):
            first = entry
    return first


def search(all_entries: Sequence[Entry], words: str) -> list[Entry]:
    """Entries whose name, alias, English name or pinyin the words are part of, best first;
    then those whose definition holds them.
    """
    wanted = normalise(words).strip()
    if not wanted:
        return list(all_entries)
    ranked = [(rank, i) for i, e in enumerate(all_entries) if (rank := _rank(e, wanted)) < 9]
    return [all_entries[i] for _, i in sorted(ranked)]


def _rank(entry: Entry, wanted: str) -> int:
    """How well an entry fits, 0 best; 9 means not at all."""
    name = normalise(entry.name)
    others = [normalise(n) for n in (*entry.aliases, *entry.english)]
    if name == wanted:
        return 0
    if wanted in others:
        return 1
    if name.startswith(wanted):
        return 2
    if wanted in name:
        return 3
    if any(wanted in other for other in others):
        return 4
    if not has_chinese(wanted) and _sounds(entry.reading, wanted):
        return 5
    if len(wanted) > 1 and any(wanted in normalise(m.term.definition) for m in entry.meanings):
        return 6
    return 9


def _sounds(read: str, typed: str) -> bool:
    """Whether Latin letters are the beginning of a reading, whole or by initials: ``fdjj``."""
    bare = typed.replace(" ", "")
    if len(bare) < 2 or not bare.isascii():
        return False
    initials = "".join(syllable[:1] for syllable in read.split())
    return read.replace(" ", "").startswith(bare) or initials.startswith(bare)


def explanation(kb: KnowledgeBase, meaning: Meaning) -> list[tuple[str, str]]:
    """What an entry says besides its definition, as (label, text): 详解, 举例, 出处 …"""
    version = meaning.info.version_id
    term = meaning.term
    text = kb.catalog.texts([version]).get(version, "")
    holds = [
        p
        for p in kb.catalog.passages(version)
        if p.start <= term.start < p.end and p.kind is PassageKind.TERM
    ]
    if not holds or not text:
        return []
    found: list[tuple[str, str]] = []
    for line in text[term.end : holds[0].end].split("\n"):
        label, colon, rest = line.strip().replace(":", "：", 1).partition("：")
        if not line.strip() or (colon and label in (*_NAMED, *_LABELS)):
            continue
        found.append((label, rest.strip()) if colon and len(label) <= 4 else ("", line.strip()))
    return found


def uses(kb: KnowledgeBase, entry: Entry, audiences: Sequence[Audience]) -> list[Use]:
    """Where the base uses a term (by its name or an alias), most passages first.

    Glossaries are left out: a dictionary that quotes itself tells nothing.
    """
    view = kb.snapshot
    names = [n for n in (entry.name, *entry.aliases) if len(n) > 1]
    found: set[tuple[int, int]] = set()
    for name in names:
        for key in kb.lexical.holding(tokens(name), audiences, MOST_WINDOWS):
            found.add(keys.unpack(key))
    seen = {
        (version, ordinal)
        for version, ordinal in found
        if (info := view.live.get(version)) is not None
        and info.header.audience in audiences
        and info.header.kind is not Kind.GLOSSARY
    }
    texts = kb.catalog.texts({version for version, _ in seen})
    wanted = [normalise(name) for name in names]
    by_version: dict[int, list[Passage]] = {}
    for (version, _), passage in kb.catalog.windows(seen).items():
        said = normalise(texts.get(version, "")[passage.start : passage.end])
        if any(name in said for name in wanted):
            by_version.setdefault(version, []).append(passage)
    made = [
        Use(view.live[version], tuple(sorted(passages, key=lambda p: p.start)))
        for version, passages in by_version.items()
    ]
    return sorted(made, key=lambda use: (-len(use.passages), use.info.header.title))
