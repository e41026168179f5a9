"""The words of the glossary's pages, in Chinese and in English."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TermsTexts:
    """The words of one language."""

    title: str
    lead: str
    search_label: str
    placeholder: str
    search: str
    clear: str
    letters: str
    count: str
    found: str
    nothing: str
    nothing_more: str
    all_terms: str
    also: str
    english: str
    definition: str
    explanation: str
    source: str
    original: str
    checked: str
    used: str
    used_in: str
    unused: str
    times: str
    more_passages: str
    more_documents: str
    related: str
    ask: str
    ask_question: str
    not_found: str
    not_found_more: str
    other: str


ZH = TermsTexts(
    title="名词解释",
    lead="招商工作里常见的名词：是什么意思，出自哪里，资料里哪些条款用到。",
    search_label="查名词",
    placeholder="名称、别名、英文或拼音首字母，如 fdjj",
    search="查找",
    clear="显示全部",
    letters="按拼音首字母",
    count="共 {n} 个名词",
    found="“{words}”：找到 {n} 个名词",
    nothing="没有找到“{words}”",
    nothing_more="换个说法，或只写其中两三个字；也可以到政策问答直接提问。",
    all_terms="全部名词",
    also="又称",
    english="英文",
    definition="定义",
    explanation="详解",
    source="出处",
    original="打开原文",
    checked="核对情况",
    used="资料中的用法",
    used_in="{docs} 份资料的 {n} 条里用到",
    unused="资料的条款里还没有用到这个名词。",
    times="{n} 条",
    more_passages="还有 {n} 条",
    more_documents="还有 {n} 份资料",
    related="相关名词",
    ask="去提问",
    ask_question="{name}是什么？",
    not_found="没有这个名词",
    not_found_more="它可能已被删除或改名。可以在全部名词里查找。",
    other="其他",
)

EN = TermsTexts(
    title="Terms",
    lead="The words of investment promotion: what they mean, where that is said, and which clauses "
    "use them.",
    search_label="Look up a term",
    placeholder="Chinese, English, or pinyin initials such as fdjj",
    search="Search",
    clear="Show all",
    letters="By first letter of the pinyin",
    count="{n} terms",
    found="“{words}”: {n} terms found",
    nothing="Nothing found for “{words}”",
    nothing_more="Try another word or only a part of it, or ask in Policy Q&A.",
    all_terms="All terms",
    also="Also called",
    english="English",
    definition="Definition",
    explanation="Explanation",
    source="Source",
    original="Open the original",
    checked="Checked",
    used="Where it is used",
    used_in="used in {n} clauses of {docs} documents",
    unused="No clause uses this term yet.",
    times="{n} clauses",
    more_passages="{n} more clauses",
    more_documents="{n} more documents",
    related="Related terms",
    ask="Ask about it",
    ask_question="{name}是什么？",
    not_found="There is no such term",
    not_found_more="It may have been removed or renamed. Look for it among all terms.",
    other="Other",
)


def terms_texts(lang: str) -> TermsTexts:
    """The words of a language; anything but ``en`` is Chinese."""
    return EN if lang == "en" else ZH
