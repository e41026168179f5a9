"""Labelled pairs of a sentence and a clause, made by rule from the clauses of ``corpus/``.

``python -m evals.verification_pairs`` writes ``evals/verify/rules.jsonl`` anew: true sentences (the
clause itself, its figures written otherwise, other words for its modal verbs, its first statement
alone, with its document named) and false ones (another figure, year, subject, negation or modal
verb, the right sentence with the wrong clause, a clause with the end of another). The same corpus
gives the same file. ``evals/verify/hand.jsonl`` is written by hand.
"""

# ruff: noqa: E501 (lists of words)
from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

from bot.extract import clean, is_about
from bot.likeness import likeness, pairs
from evals.verification import CORPUS, FOLDER, Clause, Pair, clauses_of, load_pairs
from kb.text import chinese_number

SEED = 7
A_DOCUMENT = 4
"""Clauses of a document that sentences are made of."""
_SOURCE = re.compile(r"（(?:[^（）]*(?:第[^（）]*条|号|待核)[^（）]*)）")
_PERCENT = re.compile(r"(?<![\d.])(\d{1,3})%")
_MONEY = re.compile(r"(?<![\d.])(\d{1,4})万元")
_YEARS = re.compile(r"(?<![\d第])([2-9]|[1-4]\d)年(?![版度本第—-])")
_YEAR = re.compile(r"((?:19|20)\d{2})年")
_OTHER_WORDS = (
    ("可以", "可"), ("不能", "不得"), ("应当", "应"), ("应当", "必须"), ("不适用", "不能适用"),
    ("不需要", "无需"), ("享受", "适用"), ("按照", "按"), ("不超过", "最多不超过"), ("不低于", "至少达到"),
    ("依据", "根据"), ("要占", "须占"), ("也就是", "即"), ("一般", "通常"), ("包括", "涵盖"),
)  # fmt: skip
_SUBJECTS = (
    ("企业所得税", "增值税"), ("增值税", "企业所得税"), ("高新技术企业", "小型微利企业"),
    ("小型微利企业", "高新技术企业"), ("中小企业", "国有企业"), ("外商投资企业", "民营企业"), ("外国投资者", "台湾同胞"),
    ("工业用地", "商业用地"), ("研发费用", "广告费用"), ("税务机关", "商务部门"), ("陕西", "四川"), ("延安", "榆林"),
    ("苹果", "葡萄"), ("大型企业", "个体工商户"), ("资源税", "契税"), ("光伏", "风电"), ("昆山", "苏州"), ("常州", "南京"),
    ("合肥", "武汉"), ("民营企业", "外商投资企业"), ("产业园区", "居民小区"), ("有限责任公司", "合伙企业"),
)  # fmt: skip
_TURNED = (
    ("不得", "可以"), ("不能", "可以"), ("可以", "不得"), ("不适用", "适用"), ("不需要", "需要"), ("免征", "减半征收"),
    ("减半", "免于"), ("不属于", "属于"), ("不超过", "不低于"), ("不低于", "不超过"), ("以上", "以下"), ("禁止", "允许"),
    ("没有", "已有"), ("都不", "都"), ("不再", "仍然"), ("不是", "就是"), ("提高", "降低"), ("鼓励", "禁止"), ("属于", "不属于"),
    ("废止", "施行"), ("增长", "下降"), ("适用", "不适用"),
)  # fmt: skip
_MODAL = (
    ("应当", "可以"), ("必须", "可以"), ("可以", "必须"), ("鼓励", "强制要求"), ("可以", "应当"), ("须", "可以"), ("要先", "不用先"),
)  # fmt: skip
_INVENTED = (
    "同时由县财政按季度发放房租补贴", "并由园区管委会免费提供厂房和宿舍", "逾期未办的按日加收万分之三的滞纳金",
    "并优先安排子女入学和医疗保障", "企业还要缴纳履约保证金五十万元", "经市长办公会批准后可以上浮一倍",
    "所需资金由省级产业引导基金全额承担", "并自动列入信用红名单", "有关数据每月在市政府官网公示",
)  # fmt: skip


def bare(text: str) -> str:
    """A clause without its number and label, and without the sources in brackets behind it."""
    return clean(_SOURCE.sub("", text)).strip()


def true_sentences(clause: Clause, rng: random.Random) -> Iterator[tuple[str, str]]:
    """(kind, sentence) that follow from a clause."""
    text = bare(clause.text)
    if rng.random() < 0.4:
        yield "verbatim", text
    han = _PERCENT.sub(lambda m: f"百分之{chinese_number(int(m[1]))}", text)
    han = _MONEY.sub(lambda m: f"{chinese_number(int(m[1]))}万元", han)
    han = _YEARS.sub(lambda m: f"{chinese_number(int(m[1]))}年", han)
    if han != text:
        yield "unit", han
    said = text
    for word, other in rng.sample(_OTHER_WORDS, len(_OTHER_WORDS)):
        if word in said and other not in said:
            said = said.replace(word, other, 1)
    if said != text:
        yield "para", said
    first = re.split(r"[；]|(?<=[\u4e00-\u9fff])，(?=[^，]{12,}$)", text)[0].rstrip("，。；")
    if 14 <= len(first) < len(text) - 6 and not re.search(
        r"(?:的|时|后|由|和|以|自|从|把)$", first
    ):
        yield "summary", first + "。"
    if rng.random() < 0.4:
        yield "named", f"根据《{clause.title.removesuffix('（要点）')}》，{text}"


def false_sentences(clause: Clause, rng: random.Random) -> Iterator[tuple[str, str]]:
    """(kind, sentence) that a clause does not bear out."""
    text = bare(clause.text)
    spots = list(
        re.finditer(r"(?<![\d.〔第—-])(\d{1,4})(?=%|万元|元|个月|日内|年内|人|亩|倍|天)", text)
    )
    if spots:
        m = rng.choice(spots)
        value = int(m[1])
        nearby = (value + 5, value * 2, value + 10, max(1, value // 2))
        figure = str(rng.choice([v for v in nearby if v != value]))
        if figure not in text:
            yield "number", text[: m.start()] + figure + text[m.end() :]
    dates = list(_YEAR.finditer(text))
    if dates:
        m = rng.choice(dates)
        year = str(int(m[1]) + rng.choice((-3, -2, 2, 3)))
        if year not in text:
            yield "year", text[: m.start()] + year + text[m.end(1) :]
    for kind, table in (("subject", _SUBJECTS), ("negation", _TURNED), ("modality", _MODAL)):
        for word, other in rng.sample(table, len(table)):
            if word in text and other not in text:
                yield kind, text.replace(word, other, 1)
                break
    if rng.random() < 0.3:
        yield "invented", text.rstrip("。；") + "，" + rng.choice(_INVENTED) + "。"


_ENGLISH = (
    ("subject", "corporate income tax", "VAT"), ("subject", "VAT", "stamp duty"),
    ("subject", "high-tech", "small low-profit"), ("subject", "R&D", "advertising"),
    ("subject", "industrial land", "residential land"), ("subject", "foreign", "Taiwan"),
    ("negation", "can be", "cannot be"), ("negation", "may not", "may"), ("negation", "are exempt", "are not exempt"),
    ("negation", "is exempt", "is not exempt"), ("negation", "must", "need not"), ("negation", "can enjoy", "cannot enjoy"),
    ("negation", "is valid", "is not valid"), ("negation", "may pay", "may not pay"), ("negation", "at least", "at most"),
    ("negation", "at most", "at least"), ("negation", "exempt", "taxed at half"), ("negation", "applies", "does not apply"),
    ("modality", "must", "may"), ("modality", "have to", "may"), ("modality", "may ", "must "), ("modality", "can ", "must "),
)  # fmt: skip
_ENGLISH_TAILS = (
    ", and receive a cash subsidy from the city", ", after approval by the mayor's office",
    ", and their staff pay no personal income tax",
)  # fmt: skip


def english_false(text: str, rng: random.Random) -> Iterator[tuple[str, str]]:
    """(kind, sentence) made wrong from an English one."""
    for kind, word, other in rng.sample(_ENGLISH, len(_ENGLISH)):
        negated = word == "may " and "may not" in text  # must not is the same
        if word in text and other not in text and not negated:
            yield kind, text.replace(word, other, 1)
    for m in list(
        re.finditer(
            r"\b(?!(?:19|20)\d\d)\d+(?=%| million| days| employees| January| December)", text
        )
    )[:1]:
        yield (
            "number",
            f"{text[: m.start()]}{int(m.group()) + rng.choice((2, 5, 20))}{text[m.end() :]}",
        )
    for m in list(re.finditer(r"\b20\d\d\b", text))[-1:]:
        yield (
            "year",
            f"{text[: m.start()]}{int(m.group()) + rng.choice((-2, 2, 3))}{text[m.end() :]}",
        )
    yield "invented", text.rstrip(".") + rng.choice(_ENGLISH_TAILS) + "."


def made_in_english(clauses: list[Clause], rng: random.Random) -> Iterator[Pair]:
    """False pairs of the English sentences written by hand."""
    by_text = {(c.document, c.text): c for c in clauses}
    for pair in load_pairs():
        if pair.kind == "english":
            clause = by_text[pair.document, pair.clause]
            for kind, text in list(english_false(pair.text, rng))[:3]:
                yield Pair(text, f"english_{kind}", False, pair.document, pair.clause)
            for _, other in wrong_clauses(clause, clauses, rng):
                yield Pair(
                    pair.text, "english_citation", False, pair.document, other.text, other.document
                )


def wrong_clauses(
    clause: Clause, clauses: list[Clause], rng: random.Random
) -> Iterator[tuple[str, Clause]]:
    """(kind, clause) that a true sentence is cited to by mistake: near by, and far away."""
    mine = pairs(bare(clause.text))
    for kind, same in (("citation_near", True), ("citation_far", False)):
        others = [
            c
            for c in clauses
            if (c.document == clause.document) is same
            and c.text != clause.text
            and likeness(mine, pairs(c.text)) < 0.45
        ]
        if others:
            yield kind, rng.choice(others)


def made_by_rule(corpus: Path = CORPUS, seed: int = SEED) -> list[Pair]:
    """All pairs, in the order of the documents."""
    rng = random.Random(seed)  # noqa: S311  (a fixed choice, no secret)
    clauses = [c for path in sorted(corpus.rglob("*.md")) for c in clauses_of(path)]
    clauses = [
        c
        for c in clauses
        if 24 <= len(bare(c.text)) <= 160 and "\n" not in c.text and not is_about(c.text)
    ]
    made: list[Pair] = []
    for document in sorted({c.document for c in clauses}):
        own = [c for c in clauses if c.document == document]
        for clause in rng.sample(own, min(A_DOCUMENT, len(own))):
            good = list(true_sentences(clause, rng))
            for kind, text in rng.sample(good, min(2, len(good))):
                made.append(Pair(text, kind, True, document, clause.text))
            bad = list(false_sentences(clause, rng))
            for kind, text in rng.sample(bad, min(3, len(bad))):
                made.append(Pair(text, kind, False, document, clause.text))
            if rng.random() < 0.25:
                for kind, other in wrong_clauses(clause, clauses, rng):
                    made.append(
                        Pair(bare(clause.text), kind, False, document, other.text, other.document)
                    )
    return [
        *made,
        *made_in_english(
            [c for path in sorted(corpus.rglob("*.md")) for c in clauses_of(path)], rng
        ),
    ]


def main() -> None:
    """Write the file anew."""
    lines = [json.dumps(p.as_json(), ensure_ascii=False) for p in made_by_rule()]
    (FOLDER / "rules.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} pairs")


if __name__ == "__main__":
    main()
