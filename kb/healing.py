"""Do the derived stores hold what the catalog shows? And making them do so.

Every open compares counts, which costs nothing. After a crash, or when counts differ, every key
and every vector is looked at (about 3 s for 100,000 passages). What differs is mended on the
spot, unless so many passages must be encoded that the user should be asked first.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import islice

from kb.entries import entries_of, expected_keys
from kb.errors import StoreError
from kb.models import Audience, DocumentInfo
from kb.stores import Encode, Progress, Stores, guarded, purge
from kb.vectors import VectorIndex

AT_ONCE = 1_000
"""Passages encoded while opening: half a minute at most. More wait for ``kb doctor --repair``."""
_BATCH = 512


@dataclass(frozen=True, slots=True)
class Difference:
    """What the derived stores lack and hold too much, by key.

    ``lexical_repeats`` are entries beyond the first of a key; ``torn`` are audiences whose
    vectors cannot be read: all of theirs are missing then.
    """

    lexical_missing: set[int]
    lexical_extra: set[int]
    lexical_repeats: int
    missing: dict[Audience, set[int]]
    extra: dict[Audience, set[int]]
    torn: frozenset[Audience]

    @property
    def lexical(self) -> bool:
        """Whether the lexical index differs."""
        return bool(self.lexical_missing or self.lexical_extra or self.lexical_repeats)

    @property
    def to_encode(self) -> int:
        """How many passages must be encoded to mend it."""
        return sum(map(len, self.missing.values()))


def compare(stores: Stores, live: Collection[DocumentInfo]) -> Difference:
    """Every key and every vector of the derived stores against what must be there."""
    wanted = expected_keys(live)
    everything = set().union(*wanted.values())
    lexical = stores.lexical.keys()
    read = {audience: stores.vectors.readable(audience) for audience in Audience}
    has = {audience: keys or set() for audience, keys in read.items()}
    return Difference(
        lexical_missing=everything - lexical,
        lexical_extra=lexical - everything,
        lexical_repeats=stores.lexical.count() - len(lexical),
        missing={a: wanted[a] - has[a] for a in Audience},
        extra={a: has[a] - wanted[a] for a in Audience},
        torn=frozenset(a for a, keys in read.items() if keys is None),
    )


def sweep(stores: Stores, anew: bool = False) -> None:
    """Delete versions that are not live, and files nobody needs, from every store.

    ``anew``: write the derived stores anew first. After a failed write tantivy cannot go on, and
    Chroma's files may be torn although its memory is not.

    Raises StoreError when there is no space even for that.
    """
    if anew:
        live = stores.catalog.live()
        guarded(lambda: stores.lexical.rewrite(entries_of(stores.catalog, live)))
        guarded(lambda: stores.vectors.rewrite(_readable(stores.vectors, expected_keys(live))))
    purge(stores, stores.catalog.hidden())
    guarded(lambda: stores.files.sweep(stores.catalog.source_hashes()))


def _readable(
    vectors: VectorIndex, wanted: Mapping[Audience, set[int]]
) -> dict[Audience, set[int]]:
    return {a: (vectors.readable(a) or set()) & keys for a, keys in wanted.items()}


def drop_torn(vectors: VectorIndex) -> None:
    """Give up vectors that a kill made unreadable, before anything else is done with them."""
    read = {audience: vectors.readable(audience) for audience in Audience}
    if None in read.values():
        vectors.rewrite({audience: keys or set() for audience, keys in read.items()})


def heal(
    stores: Stores, live: Collection[DocumentInfo], encode: Encode, thorough: bool = False
) -> None:
    """Make a base that is being opened whole, if that is quick.

    ``thorough``: look at every key and vector even when the counts agree (after a crash).

    Raises StoreError with the command when too many passages would have to be encoded: a base
    that would silently not find something must not open.
    """
    passages = sum(info.passage_count for info in live)
    counts_agree = stores.lexical.count() == stores.vectors.count() == passages
    if counts_agree and not thorough:
        return
    found = compare(stores, live)
    if found.to_encode > AT_ONCE:
        raise StoreError(
            f"索引缺 {found.to_encode} 条向量，可能漏掉资料。运行 kb doctor --repair "
            "从目录重算，资料不会丢失。",
            f"The index lacks {found.to_encode} vectors and would miss documents. Run kb doctor "
            "--repair to compute them from the catalog; no document is lost.",
        )
    try:
        mend(stores, live, found, encode)
    except Exception:
        if found.lexical_missing or found.to_encode:
            raise
        # only entries too many, which no search returns: a full disk still opens


def mend(
    stores: Stores,
    live: Collection[DocumentInfo],
    found: Difference,
    encode: Encode,
    progress: Progress | None = None,
) -> None:
    """Make both derived stores hold what they must, and nothing else."""
    if found.lexical_extra or found.lexical_repeats:
        stores.lexical.rewrite(entries_of(stores.catalog, live))
    elif found.lexical_missing:
        stores.lexical.add(entries_of(stores.catalog, live, found.lexical_missing))
    if found.torn:
        drop_torn(stores.vectors)
    stores.vectors.delete(sorted(set().union(*found.extra.values())))
    _encode_missing(stores, live, found.missing, encode, progress)


def _encode_missing(
    stores: Stores,
    live: Collection[DocumentInfo],
    missing: Mapping[Audience, set[int]],
    encode: Encode,
    progress: Progress | None,
) -> None:
    done, total = 0, sum(map(len, missing.values()))
    for audience, keys in missing.items():
        entries = entries_of(stores.catalog, live, keys) if keys else iter(())
        while part := list(islice(entries, _BATCH)):
            vectors = encode([text for *_, text in part])
            stores.vectors.add(audience, [key for key, *_ in part], vectors)
            done += len(part)
            if progress:
                progress("encode", done, total)
    if total:
        stores.vectors.sync()
