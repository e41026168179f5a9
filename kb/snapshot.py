"""What is visible at one moment: an unchanging value, made anew after each change."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from kb.catalog import Catalog
from kb.editions import with_successors
from kb.glossary import Glossary
from kb.models import Audience, DocumentInfo, Term


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The visible state. Searches work on one snapshot from start to end.

    ``live`` by version id and ``by_id`` by document id are ordered by document id; ``terms`` are
    all terms with the version that defines each; ``terms_of`` tells a term's document by its name.
    """

    live: dict[int, DocumentInfo]
    by_id: dict[str, DocumentInfo]
    glossary: Glossary
    terms_of: dict[str, str]
    terms: tuple[tuple[int, Term], ...]

    @property
    def passages(self) -> int:
        """How many passages are visible."""
        return sum(info.passage_count for info in self.live.values())


def read_snapshot(catalog: Catalog) -> Snapshot:
    """All of what the catalog shows."""
    return _snapshot(catalog.live(), tuple(catalog.terms()), None)


def after(
    before: Snapshot, catalog: Catalog, published: Collection[int], gone: Collection[str]
) -> Snapshot:
    """The snapshot after a change, reading only what changed.

    ``published`` are the versions made visible; ``gone`` the ids of documents removed.
    """
    by_id = dict(before.by_id)
    for document_id in gone:
        by_id.pop(document_id, None)
    fresh = catalog.live(published) if published else []
    by_id |= {info.document_id: info for info in fresh}
    live = [by_id[document_id] for document_id in sorted(by_id)]
    held = {info.version_id for info in live} - set(published)
    terms = [pair for pair in before.terms if pair[0] in held]
    terms += catalog.terms(published) if published else []
    return _snapshot(live, tuple(terms), before)


def _snapshot(
    live: list[DocumentInfo], terms: tuple[tuple[int, Term], ...], before: Snapshot | None
) -> Snapshot:
    live = with_successors(live)
    versions = {info.version_id: info for info in live}
    by_id = {info.document_id: info for info in live}
    if before is not None and terms == before.terms:
        return Snapshot(versions, by_id, before.glossary, before.terms_of, terms)
    public = (t for v, t in terms if versions[v].header.audience is Audience.PUBLIC)
    names = {term.name: versions[v].document_id for v, term in terms}
    return Snapshot(versions, by_id, Glossary(public), names, terms)
