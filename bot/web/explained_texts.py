"""The words of the fold-out that shows how an answer came about. Plain values, no markup."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExplainTexts:
    """The words of one language; ``understood`` and ``feature`` name what carries a code name."""

    why: str
    candidates: str
    weighed: str
    chosen: str
    sums: str
    bias: str
    limits: str
    understood: dict[str, str]
    feature: dict[str, str]


ZH = ExplainTexts(
    why="检索过程",
    candidates="候选条款",
    weighed="比较过的句子",
    chosen="选用",
    sums="可信度的构成（对数几率）",
    bias="起点",
    limits="可信度不低于 {answer} 才回答，不低于 {nearest} 给出最接近的内容，其余不回答。",
    understood={
        "search": "查找",
        "words": "词句",
        "expansions": "别名",
        "terms": "术语",
        "places": "地名",
        "years": "年份",
        "doc_numbers": "文号",
        "articles": "条款",
    },
    feature={
        "dense": "语义",
        "titled": "连同标题的语义",
        "first": "初检",
        "reader": "通读",
        "reader_hit": "通读整段",
        "bm25": "字词",
        "cover": "覆盖",
        "context": "连同标题的覆盖",
        "rank": "名次",
        "sort": "含所问类型",
        "glossary": "术语条目",
        "about": "仅为介绍",
        "article": "所问条款",
        "sentence_dense": "语义相近",
        "hit_cover": "问题被覆盖",
        "place_missing": "地点不符",
        "year_conflict": "年份不符",
        "sort_missing": "缺所问类型",
        "number_missing": "数字未出现",
        "english": "英文提问",
    },
)
EN = ExplainTexts(
    why="How this came about",
    candidates="Candidates",
    weighed="Sentences compared",
    chosen="chosen",
    sums="How the confidence adds up (log odds)",
    bias="start",
    limits="Answered from {answer}, the nearest shown from {nearest}, refused below.",
    understood={
        "search": "search",
        "words": "words",
        "expansions": "other names",
        "terms": "terms",
        "places": "places",
        "years": "years",
        "doc_numbers": "numbers",
        "articles": "articles",
    },
    feature={
        "dense": "meaning",
        "titled": "meaning with title",
        "first": "first look",
        "reader": "read together",
        "reader_hit": "passage read together",
        "bm25": "words",
        "cover": "cover",
        "context": "cover with title",
        "rank": "rank",
        "sort": "sort asked for",
        "glossary": "glossary entry",
        "about": "only introduces",
        "article": "article asked for",
        "sentence_dense": "nearness in meaning",
        "hit_cover": "question covered",
        "place_missing": "another place",
        "year_conflict": "another year",
        "sort_missing": "sort asked for missing",
        "number_missing": "figures missing",
        "english": "asked in English",
    },
)


def explain_texts(lang: str) -> ExplainTexts:
    """The words of a language; anything but ``en`` is Chinese."""
    return EN if lang == "en" else ZH
