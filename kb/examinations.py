"""What ``kb doctor`` looks at: one function an examination, each gives findings with the remedy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kb import erasure, quarantine
from kb.entries import expected_keys
from kb.family import Relation, alike
from kb.healing import compare
from kb.knowledge_base import KnowledgeBase
from kb.models import UNSURE_PAGE, Audience, DocumentInfo, Validity
from kb.validity import validity

REPAIR = "kb doctor --repair"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: what it means in each language, and the ``command`` that mends it.

    ``severity``: ``error`` (answers are wrong or missing), ``warning`` (something is or may get
    lost), ``info`` (good to know), ``ok``. ``command`` is empty where there is nothing to run.
    ``subjects`` are the ids of the documents, or of the file set aside, that it is about.
    """

    severity: str
    code: str
    zh: str
    en: str
    command: str = ""
    subjects: tuple[str, ...] = ()


def catalog(kb: KnowledgeBase) -> list[Finding]:
    """Is every page of the catalog whole?"""
    told = kb.catalog.damage()
    if not told:
        return []
    return [
        Finding(
            "error",
            "catalog_damaged",
            f"目录数据库有损坏（{told}），它是唯一的依据，不能重建。请恢复最近的完好备份。",
            f"The catalog is damaged ({told}), and nothing else could rebuild it. Restore the "
            "latest backup that is whole.",
            "kb restore FILE --replace",
        )
    ]


def stores(kb: KnowledgeBase) -> list[Finding]:
    """Do both indexes hold exactly what the catalog shows, and can every vector be read?"""
    live = kb.snapshot.live.values()
    found = compare(kb.stores, live)
    findings = []
    if found.lexical:
        extra = len(found.lexical_extra) + found.lexical_repeats
        findings.append(_differs("词语索引", "lexical index", len(found.lexical_missing), extra))
    for audience in Audience:
        name_zh, name_en = f"向量（{audience.value}）", f"vector index ({audience.value})"
        if audience in found.torn:
            count = len(expected_keys(live)[audience])
            findings.append(
                Finding(
                    "error",
                    "vectors_torn",
                    f"{name_zh}文件已损坏，{count} 条读不全。将从目录重新计算，资料不会丢失。",
                    f"The {name_en} is damaged; its {count} vectors cannot all be read. They are "
                    "computed again from the catalog; no document is lost.",
                    REPAIR,
                )
            )
        elif found.missing[audience] or found.extra[audience]:
            missing, extra = len(found.missing[audience]), len(found.extra[audience])
            findings.append(_differs(name_zh, name_en, missing, extra))
    return findings


def _differs(zh: str, en: str, missing: int, extra: int) -> Finding:
    return Finding(
        "error",
        "store_differs",
        f"{zh}与目录不一致：缺 {missing} 条、多 {extra} 条，可能漏掉资料。将从目录补齐。",
        f"The {en} does not match the catalog: it lacks {missing} and has {extra} too many "
        "entries, so documents may be missed. It is made again from the catalog.",
        REPAIR,
    )


def remains(kb: KnowledgeBase) -> list[Finding]:
    """Do the indexes' files still hold what was removed or replaced?"""
    waste = kb.catalog.waste()
    percent = round(100 * erasure.share(waste, kb.snapshot.passages))
    if waste.owed:
        return [
            Finding(
                "warning",
                "erasure_owed",
                f"{waste.owed} 份已删除的资料不再被检索，但索引文件中还留有痕迹，"
                f"占 {percent}%；资料库较大，因此没有立即清除。",
                f"{waste.owed} removed documents are no longer found, but traces of them are "
                f"still in the index files ({percent} %), since the base is large.",
                REPAIR,
            )
        ]
    if erasure.is_bloated(waste, kb.snapshot.passages):
        return [
            Finding(
                "info",
                "bloat",
                f"索引文件中有 {percent}% 是旧版本留下的，占空间并拖慢检索；重建可以收回。",
                f"{percent} % of the index files are left by replaced versions; they take space "
                "and time. Rebuilding frees it.",
                REPAIR,
            )
        ]
    return []


def sources(kb: KnowledgeBase) -> list[Finding]:
    """Is every source file there, byte for byte as it came in?"""
    findings = []
    for info in kb.snapshot.live.values():
        if kb.files.is_whole(info.content_hash):
            continue
        there = kb.files.path(info.content_hash).exists()
        what_zh, what_en = ("被改动或损坏了", "was changed") if there else ("不见了", "is gone")
        findings.append(
            Finding(
                "warning",
                "source_changed" if there else "source_missing",
                f"资料 {info.document_id} 保存的原文件{what_zh}；检索和回答不受影响，"
                f"要补回请重新导入 {info.source_name or '该文件'}。",
                f"The kept source file of {info.document_id} {what_en}; search and answers are "
                f"unaffected. Ingest {info.source_name or 'the file'} again to restore it.",
                f"kb ingest {info.source_name or 'PATH'}",
                (info.document_id,),
            )
        )
    return findings


def set_aside(kb: KnowledgeBase) -> list[Finding]:
    """Which files were not taken in?"""
    with kb.catalog.begin() as connection:
        entries = quarantine.entries(connection)
    return [
        Finding(
            "warning",
            "quarantined",
            f"文件 {entry.source_name} 没有入库，待处理（{entry.quarantine_id}）：{entry.zh}",
            f"The file {entry.source_name} was set aside ({entry.quarantine_id}): {entry.en}",
            f"kb ingest --accept {entry.quarantine_id}"
            if entry.can_accept
            else f"kb remove {entry.quarantine_id}",
            (entry.quarantine_id,),
        )
        for entry in entries
    ]


def dates(kb: KnowledgeBase) -> list[Finding]:
    """Which documents end soon, and which have ended?"""
    today = date.today()
    findings = []
    for info in kb.snapshot.live.values():
        ends, state = info.header.expires, validity(info.header, today)
        name_zh, name_en = _names(info)
        if ends and state is Validity.EXPIRING:
            findings.append(
                Finding(
                    "info",
                    "expiring",
                    f"资料{name_zh}将于 {ends.isoformat()} 到期，请留意是否有新文件接续。",
                    f"{name_en} ends on {ends.isoformat()}; look for its successor.",
                    f"kb show {info.document_id}",
                    (info.document_id,),
                )
            )
        elif ends and state is Validity.EXPIRED:
            findings.append(
                Finding(
                    "info",
                    "expired",
                    f"资料{name_zh}已于 {ends.isoformat()} 到期，只回答关于过去的问题；"
                    "有新文件请导入，不再需要可以删除。",
                    f"{name_en} ended on {ends.isoformat()} and only answers questions about the "
                    "past. Ingest its successor; remove it when it is of no use.",
                    f"kb remove {info.document_id}",
                    (info.document_id,),
                )
            )
    return findings


def recognition(kb: KnowledgeBase) -> list[Finding]:
    """Which pages were read off a picture with little certainty?"""
    pages: dict[int, list[int]] = {}
    for version, number in kb.catalog.doubtful_pages(UNSURE_PAGE):
        pages.setdefault(version, []).append(number)
    findings = []
    for version, numbers in pages.items():
        info = kb.snapshot.live.get(version)
        if info is None:
            continue
        name_zh, name_en = _names(info)
        listed = "、".join(map(str, numbers[:10])) + (" …" if len(numbers) > 10 else "")
        findings.append(
            Finding(
                "warning",
                "low_confidence",
                f"资料{name_zh}有 {len(numbers)} 页是从图片识别的，把握不大（第 {listed} 页）；"
                "请对照原件核对，最好换成有文字的版本再导入。",
                f"{len(numbers)} pages of {name_en} were read off pictures with little certainty "
                f"(pages {listed}). Check them, and better ingest an edition that holds text.",
                f"kb show {info.document_id}",
                (info.document_id,),
            )
        )
    return findings


def copies(kb: KnowledgeBase) -> list[Finding]:
    """Which documents hold the same text, and which only pass another one on?"""
    by_id = kb.snapshot.by_id
    findings = []
    for pair in alike(list(by_id.values())):
        one_zh, one_en = _names(by_id[pair.first])
        two_zh, two_en = _names(by_id[pair.second])
        if pair.relation is Relation.COPY:
            findings.append(
                Finding(
                    "info",
                    "same_text",
                    f"资料{one_zh}与{two_zh}的内容相同；留一份就够，不需要的可以删除。",
                    f"{one_en} and {two_en} hold the same text; one is enough, remove the other.",
                    f"kb show {pair.first}",
                    (pair.first, pair.second),
                )
            )
        else:
            findings.append(
                Finding(
                    "info",
                    "passed_on",
                    f"资料{two_zh}转发或印发了{one_zh}，两份都会被引用；只要一份的可以删除另一份。",
                    f"{two_en} passes {one_en} on, and both are cited; remove the one you do not "
                    "need.",
                    f"kb show {pair.first}",
                    (pair.first, pair.second),
                )
            )
    return findings


def _names(info: DocumentInfo) -> tuple[str, str]:
    return f" {info.document_id}《{info.header.title}》", f"{info.document_id}"
