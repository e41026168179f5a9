"""``kb doctor``: do all stores agree with the catalog? Every finding carries its remedy.

``repair`` rebuilds what is derived from the one truth, the catalog: the lexical index always (it
costs a second), vectors only where they are missing, foreign or made by another encoder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from kb import keys
from kb.errors import EncoderMismatch, StoreError
from kb.knowledge_base import KnowledgeBase, Progress
from kb.lexical import LexicalIndex
from kb.models import Audience, DocumentInfo, Validity
from kb.retriever import index_text
from kb.settings import Settings
from kb.validity import validity
from kb.vectors import VectorIndex

_BATCH = 512


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: ``severity`` is ``ok``, ``info``, ``warning`` or ``error``."""

    severity: str
    code: str
    zh: str
    en: str


def examine(settings: Settings, progress: Progress | None = None) -> list[Finding]:
    """Open the base and compare its stores. What keeps it from opening is a finding too."""
    try:
        with KnowledgeBase(settings, progress, check=False) as kb:
            return examine_open(kb)
    except StoreError as error:
        return [Finding("error", "cannot_open", error.zh, error.en)]


def examine_open(kb: KnowledgeBase) -> list[Finding]:
    """Findings of an open base, errors first."""
    findings = [*_stores(kb), *_sources(kb), *_dates(kb)]
    order = {"error": 0, "warning": 1, "info": 2}
    findings.sort(key=lambda f: order[f.severity])
    if not any(f.severity == "error" for f in findings):
        count = len(kb.snapshot.live)
        passages = sum(i.passage_count for i in kb.snapshot.live.values())
        findings.append(
            Finding(
                "ok",
                "stores_agree",
                f"{count} 份资料、{passages} 条条款，目录、词语索引、向量和原文件全部一致。",
                f"{count} documents, {passages} passages: catalog, lexical index, vectors and "
                "source files all agree.",
            )
        )
    return findings


def expected_keys(live: Sequence[DocumentInfo], audience: Audience) -> set[int]:
    """The keys the derived stores must hold for an audience."""
    return {
        keys.pack(info.version_id, i)
        for info in live
        if info.header.audience is audience
        for i in range(info.passage_count)
    }


def _stores(kb: KnowledgeBase) -> list[Finding]:
    live = list(kb.snapshot.live.values())
    wanted = {a: expected_keys(live, a) for a in Audience}
    findings = []
    lexical = kb.lexical.keys()
    for store_zh, store_en, has, should in (
        ("词语索引", "lexical index", lexical, set().union(*wanted.values())),
        *(
            (f"向量（{a.value}）", f"vectors ({a.value})", kb.vectors.keys(a), wanted[a])
            for a in Audience
        ),
    ):
        missing, extra = len(should - has), len(has - should)
        if missing or extra:
            findings.append(
                Finding(
                    "error",
                    "store_differs",
                    f"{store_zh}缺 {missing} 条、多 {extra} 条。运行 kb doctor --repair 重建。",
                    f"The {store_en} lacks {missing} and has {extra} too many entries. Run kb "
                    "doctor --repair.",
                )
            )
    return findings


def _sources(kb: KnowledgeBase) -> list[Finding]:
    held = set(kb.files.hashes())
    return [
        Finding(
            "warning",
            "source_missing",
            f"资料 {info.document_id} 的原文件不见了；检索和回答不受影响，要补回请重新导入该文件。",
            f"The source file of {info.document_id} is gone; search and answers are unaffected. "
            "Ingest the file again to restore it.",
        )
        for info in kb.snapshot.live.values()
        if info.content_hash not in held
    ]


def _dates(kb: KnowledgeBase) -> list[Finding]:
    findings = []
    for info in kb.snapshot.live.values():
        ends = info.header.expires
        if ends and validity(info.header, date.today()) is Validity.EXPIRING:
            findings.append(
                Finding(
                    "info",
                    "expiring",
                    f"资料 {info.document_id}《{info.header.title}》{ends.isoformat()} 到期，"
                    "请留意是否有新文件接续。",
                    f"{info.document_id} ends on {ends.isoformat()}; look for its successor.",
                )
            )
    return findings


def repair(settings: Settings, progress: Progress | None = None) -> list[Finding]:
    """Rebuild what is damaged or differs, from the catalog, and examine again.

    Raises StoreError when the catalog itself is damaged, BusyError when the base is in use.
    """
    try:
        kb = KnowledgeBase(settings, progress, check=False)
    except EncoderMismatch:
        VectorIndex.erase(settings.data / "vectors")
        kb = KnowledgeBase(settings, progress, check=False)
    except StoreError:
        # one of the derived stores does not open; both can be made again
        VectorIndex.erase(settings.data / "vectors")
        LexicalIndex.erase(settings.data / "lexical")
        kb = KnowledgeBase(settings, progress, check=False)
    with kb:
        rebuild(kb, progress)
        return examine_open(kb)


def rebuild(kb: KnowledgeBase, progress: Progress | None = None) -> None:
    """Make both derived stores equal to the catalog."""
    live = list(kb.snapshot.live.values())
    wanted = {a: expected_keys(live, a) for a in Audience}
    everything = set().union(*wanted.values())
    if kb.lexical.keys() != everything:
        kb.lexical.clear()
        for info in live:
            kb.lexical.add(_entries(kb, info, None))
    missing: set[int] = set()
    for audience in Audience:
        has = kb.vectors.keys(audience)
        kb.vectors.delete(sorted(has - wanted[audience]))
        missing |= wanted[audience] - has
    done = 0
    for info in live:
        entries = _entries(kb, info, missing)
        for start in range(0, len(entries), _BATCH):
            part = entries[start : start + _BATCH]
            vectors = kb.encoder.encode_passages([text for *_, text in part])
            kb.vectors.add(info.header.audience, [key for key, *_ in part], np.asarray(vectors))
            done += len(part)
            if progress:
                progress("encode", done, len(missing))


def _entries(
    kb: KnowledgeBase, info: DocumentInfo, only: set[int] | None
) -> list[tuple[int, int, Audience, str]]:
    """(key, version, audience, text to index) of a document's passages, or of those in ``only``."""
    if only is not None and not any(
        keys.pack(info.version_id, i) in only for i in range(info.passage_count)
    ):
        return []
    text = kb.text(info)
    return [
        (key, info.version_id, info.header.audience, index_text(info.header.title, p, text))
        for p in kb.catalog.passages(info.version_id)
        if (key := keys.pack(info.version_id, p.ordinal)) is not None
        and (only is None or key in only)
    ]
