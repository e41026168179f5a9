"""Hand-made answers for tests of what the page shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from bot.explain import Explanation, Looked, Part
from kb.models import (
    Answer,
    Citation,
    Claim,
    Grade,
    Nearest,
    Note,
    Status,
    Validity,
)

HOSTILE = (
    '<img src=x onerror="alert(1)"><script>alert(2)</script>'
    "[点我](javascript:alert(3)) ' \" \u202e\u2066\x07 ${alert(4)} {{5}}"
)
"""Everything that must come out as text."""


def citation(n: int = 1, **changes: Any) -> Citation:
    """A citation into a document T01."""
    made = Citation(
        n=n,
        document_id="T01",
        version_id=7,
        title="西部大开发企业所得税政策",
        doc_number="财政部公告2020年第23号",
        issuers=("财政部", "税务总局"),
        path=("一、税率与期限", "1."),
        page=None,
        quote="税率是15%。",
        start=10,
        end=17,
        validity=Validity.IN_FORCE,
        effective=date(2021, 1, 1),
        expires=date(2030, 12, 31),
        grade=Grade.C,
    )
    return replace(made, **changes)


def answered(**changes: Any) -> Answer:
    """An answer of two sentences over two citations."""
    made = Answer(
        question="税率是多少？",
        status=Status.ANSWERED,
        claims=(Claim("税率是15%。", (1,)), Claim("执行到2030年底。", (1, 2))),
        citations=(citation(1), citation(2, start=20, end=30, quote="执行到2030年底。")),
        notes=(),
        confidence=0.91,
        nearest=(),
        timings={"read": 0.4, "search": 12.6},
    )
    return replace(made, **changes)


def refused(**changes: Any) -> Answer:
    """A refusal with one document near by."""
    made = answered(
        status=Status.REFUSED,
        claims=(),
        citations=(),
        notes=(Note("number_not_held", "没有收录该文号。", "No such number."),),
        confidence=0.12,
        nearest=(Nearest("P17-2", "稳外资行动方案", "国办函〔2025〕16号", ("一",)),),
    )
    return replace(made, **changes)


def explanation(words: str = "税率") -> Explanation:
    """Scores behind an answer, with ``words`` wherever a document or a question could put any."""
    looked = Looked(words, words, (words,), words, 0.5, {words: 0.5}, chosen=True)
    return Explanation(
        understood={"search": words},
        hits=(looked,),
        sentences=(looked,),
        bias=-1.0,
        parts=(Part(words, 1.0, 2.0),),
        confidence=0.73,
        refuse_below=0.6,
        nearest_from=0.3,
        reasons=(Note("place_missing", words, words),),
    )
