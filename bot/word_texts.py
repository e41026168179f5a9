"""The words of exported Word files, in Chinese and in English."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WordTexts:
    """The words of one language."""

    product: str
    made: str
    source: str
    version: str
    gone: str
    excerpts: str
    nearest: str
    replaced: str
    meant: str


ZH = WordTexts(
    product="延安招商知识库",
    made="由延安招商知识库于{day}导出。内容为资料库摘编，办理前请以主管机关公布的原文和认定为准。",
    source="出处：",
    version="资料版本 {n}（{day} 入库）",
    gone="清单中有 {n} 条所在的资料已更新或删除，没有导出。请重新检索后再摘录。",
    excerpts="经验摘录",
    nearest="资料中最接近的内容如下，但没有直接回答这个问题。",
    replaced="所引版本已更新或删除",
    meant="按“{question}”查找。",
)

EN = WordTexts(
    product="Yan'an Investment Knowledge Base",
    made="Exported from the Yan'an Investment Knowledge Base on {day}. A digest: before acting, "
    "rely on the published originals and the decision of the authority in charge.",
    source="Source: ",
    version="version {n} (added {day})",
    gone="{n} passages of the list are missing: their documents were updated or removed. Search "
    "again and pick them anew.",
    excerpts="Excerpts",
    nearest="The nearest passages follow; they do not answer this question directly.",
    replaced="the version cited was updated or removed",
    meant="Searched as “{question}”.",
)


def word_texts(lang: str) -> WordTexts:
    """The words of a language; anything but ``en`` is Chinese."""
    return EN if lang == "en" else ZH
