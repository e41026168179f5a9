"""``kb doctor``: is everything as it should be? Every finding carries its remedy.

``repair`` makes what is derived from the one truth, the catalog, equal to it again, and erases
what removals left; the examinations themselves are in ``kb.examinations``.
"""

from __future__ import annotations

from kb import erasure, generations, healing
from kb.catalog import Catalog
from kb.encoder import Encoder
from kb.errors import EncoderMismatch, StoreError
from kb.examinations import (
    REPAIR,
    Finding,
    catalog,
    copies,
    dates,
    recognition,
    remains,
    set_aside,
    sources,
    stores,
)
from kb.exchange import CATALOG
from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings
from kb.stores import Progress, guarded, must_have_catalog

EXAMINATIONS = (catalog, stores, remains, sources, set_aside, recognition, dates, copies)
_ORDER = ("error", "warning", "info", "ok")


def examine(settings: Settings, progress: Progress | None = None) -> list[Finding]:
    """Open the base and examine it. What keeps it from opening is a finding too."""
    try:
        with KnowledgeBase(settings, progress, check=False) as kb:
            return examine_open(kb)
    except EncoderMismatch as error:
        return [Finding("error", "encoder_differs", error.zh, error.en, REPAIR)]
    except StoreError as error:
        return [Finding("error", "cannot_open", error.zh, error.en, REPAIR)]


def examine_open(kb: KnowledgeBase) -> list[Finding]:
    """Findings of an open base, errors first. Waits for a change that is under way."""
    with kb.writing:  # half a change would look like a fault
        findings = [finding for examination in EXAMINATIONS for finding in examination(kb)]
    if not any(f.severity == "error" for f in findings):
        count, passages = len(kb.snapshot.live), kb.snapshot.passages
        findings.append(
            Finding(
                "ok",
                "stores_agree",
                f"{count} 份资料、{passages} 条条款，目录、词语索引和向量全部一致。",
                f"{count} documents, {passages} passages: catalog, lexical index and vectors "
                "all agree.",
            )
        )
    return sorted(findings, key=lambda f: _ORDER.index(f.severity))


def repair(
    settings: Settings, progress: Progress | None = None, encoder: Encoder | None = None
) -> list[Finding]:
    """Mend what is damaged or differs, from the catalog, and examine again. ``encoder`` shares one
    that is already loaded.

    Raises StoreError when the catalog itself is damaged, BusyError when the base is in use.
    """
    with _open(settings, progress, encoder) as kb:
        mend(kb, progress)
        return examine_open(kb)


def mend(kb: KnowledgeBase, progress: Progress | None = None) -> None:
    """Make both derived stores equal to the catalog, and leave no trace of what is gone.

    The base may be answering meanwhile; changes of documents wait.

    Raises StoreError when the disk is full; what was whole stays so.
    """
    with kb.writing:
        live = kb.snapshot.live.values()

        def encode() -> None:
            found = healing.compare(kb.stores, live)
            healing.mend(kb.stores, live, found, kb.encoder.encode_passages, progress)

        guarded(encode)
        if kb.catalog.waste().passages:
            erasure.erase(kb.stores, live, progress)


def _open(settings: Settings, progress: Progress | None, encoder: Encoder | None) -> KnowledgeBase:
    """Open the base, giving up a derived store that does not open: it can be made again."""
    vectors, lexical = settings.data / "vectors", settings.data / "lexical"
    try:
        return KnowledgeBase(settings, progress, encoder, check=False)
    except EncoderMismatch:
        generations.restart(vectors)
    except StoreError:
        must_have_catalog(settings.data)
        Catalog(settings.data / CATALOG).close()  # raises when that is what is damaged
        generations.restart(lexical)  # seconds to make again; vectors only if they must be
    try:
        return KnowledgeBase(settings, progress, encoder, check=False)
    except StoreError:
        generations.restart(vectors)
        return KnowledgeBase(settings, progress, encoder, check=False)
