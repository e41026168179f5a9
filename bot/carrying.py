"""What of the question before is carried into a follow-up, and how the two make one. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.leaning import asks_itself, bare, is_counted, is_facet, own_words
from bot.question import subject
from kb.glossary import Glossary
from kb.places import HOME, place_spans, within
from kb.text import has_chinese, normalise

_ENOUGH = 4
"""Characters before the words that ask, from which they tell what is asked about."""
JOIN = "，"
"""Stands between what is carried and the follow-up as it was asked."""
_YEAR = re.compile(
    r"(?<!\d)(?:(?:19|20)\d{2}\s*[—–~-]\s*)?(?:19|20)\d{2}年?度?[版本]?|[去今明前]年|现行|现在|目前"
)
_AMOUNT = re.compile(
    r"\d[\d.]*\s*[万亿]?\s*(?:美元|元|人|亩|平方米|吨|%)(?:以上|以下|以内|左右|的)*"
)
_ARTICLE = re.compile(r"第[零〇一二三四五六七八九十百千两\d]+条")
_NAMED = re.compile(r"《[^》]*》|“[^”]*”|\"[^\"]*\"")
_ASK = re.compile(
    r"(?:分别|各自|一共|总共|共|还)?(?:是|有|要|能|会|由|先看|分成|在|到|从)?(?:多少|第?几|哪|什么|啥|怎么|怎样|咋"
    r"|如何|多[久大高长快])(?:[个天条项年月号令倍家种类些钱人]|部分?法?|公里|时候|样|部门|组成|做|办|算|处理)*(?:内|以内)?"
    r"|[吗呢么]$|(\w)不\1|有没有|是否|能否|可否"
)
_FACET_TAIL = re.compile(
    r"(?:的|是|为|要|能|可以?|了|有|被|按|占|在|到|从|以|对|所|得|会|该|需要?|应当?|[，,：:]|把\w{0,4})+$"
)
_MEASURE = re.compile(
    r"(?:税率|比例|占比|份额|期限|金额|数额|时间|门槛|面积|产量|产值|规模|总额|全长|一共|总共)$"
)
_HEAD = re.compile(r"^(?:什么[是叫]|啥是|请问|我想知道|想问|关于|如果是?)")
_VERB = re.compile(r"要|能|可以|算|应|会|该|需|是|有|得")
_DEFINES = re.compile(r"^(?:什么[是叫]|啥是)|(?:是什么|什么意思|指什么|是啥)[？?]?$")


def topic(question: str) -> str:
    """What a question is about: without the words that ask and the facet it asks for."""
    plain = _HEAD.sub("", bare(question))
    hidden = _NAMED.sub(lambda m: "\x00" * len(m.group()), plain)
    asks = _ASK.search(hidden)
    if asks is None:
        return _short(plain)
    before, after = _short(plain[: asks.start()]), plain[asks.end() :]
    if len(before) >= _ENOUGH:
        return before
    left = subject(after).replace(" ", "") if asks_itself(after) else after
    return f"{before}{_short(left)}"


def _short(text: str) -> str:
    """A text without what leads to a question at its end, and the last facet it names."""
    text = _FACET_TAIL.sub("", text)
    shorter = _MEASURE.sub("", text)
    text = shorter if len(shorter) >= _ENOUGH else text
    head, of, last = text.rpartition("的")
    if of and len(head) >= 2 and (is_facet(last) or not own_words(last)):
        return _FACET_TAIL.sub("", head)
    return text


def of_its_kind(before: str, what: str) -> str:
    """The question before with another year, amount or place in it; empty if ``what`` is none."""
    for pattern in (_YEAR, _AMOUNT):
        if _whole(pattern, what) and pattern.search(before):
            return pattern.sub(what, before, count=1)
    places = place_spans(normalise(what))
    return _place_replaced(before, what) if places and _whole_place(what, places) else ""


def replaced(before: str, what: str, glossary: Glossary) -> str:
    """The question before with its counterpart of ``what`` in its place; empty if it has none.

    A term takes the place of the thing the question is about, and words that of words of the same
    shape (报告书 → 报告表).
    """
    if what.endswith("的"):
        return ""
    return _alike_replaced(before, what) or _term_replaced(before, what, glossary)


def article(before: str, what: str) -> str:
    """Another article of the rule whose article was asked about; empty when none was."""
    found = _ARTICLE.search(before)
    if found is None or not _whole(_ARTICLE, what):
        return ""
    return f"{before[: found.start()]}{what}是怎么规定的？"


def is_article(what: str) -> bool:
    """Whether words are the number of an article and no more."""
    return _whole(_ARTICLE, what)


def _whole(pattern: re.Pattern[str], what: str) -> bool:
    found = pattern.search(what)
    return found is not None and len(found.group()) >= len(what.replace("的", "")) - 1


def _whole_place(what: str, places: Sequence[tuple[int, int, str]]) -> bool:
    start, end, _ = places[0]
    return start == 0 and len(what) - end <= 1


def _place_replaced(before: str, what: str) -> str:
    """The places asked about before become the new one; one is put first where there was none."""
    spans = [s for s in place_spans(normalise(before)) if s[2] != HOME] or place_spans(
        normalise(before)
    )
    if not spans:
        return f"{what}{before}"
    (start, end, _), *more = spans
    made = before[:start] + what + before[end:]
    return made if not more else re.sub(rf"{what}(?:[和与、跟]\w{{2,4}})+", what, made)


def _alike_replaced(before: str, what: str) -> str:
    """Words of the same length that share half of their characters in the same places."""
    n = len(what)
    if n < 3:
        return ""
    best = (0, -1)
    for i in range(len(before) - n + 1):
        same = sum(a == b for a, b in zip(before[i : i + n], what, strict=True))
        if same < n and (same, -i) > (best[0], -best[1]):
            best = (same, i)
    same, i = best
    if same * 2 < n or same < 2:
        return ""
    return before[:i] + what + before[i + n :]


def _term_replaced(before: str, what: str, glossary: Glossary) -> str:
    """A term, or any thing, in place of what the question before is about."""
    if _DEFINES.search(bare(before)):
        return f"{what}是什么？"
    spans = [
        m
        for m in glossary.mentions(before)
        if not is_facet(m.term.name) and m.term.name != HOME and not place_spans(m.term.name)
    ]
    longest = max(spans, key=lambda m: (m.end - m.start, -m.start), default=None)
    if longest is not None and asks_itself(before[longest.end :]):
        return f"{what}{before[longest.end :]}"
    return f"{what}{_predicate(before)}" if asks_itself(before) else ""


def _predicate(before: str) -> str:
    """What a question asks, without what it asks it of: 的期限是几年, 要交企业所得税吗."""
    clause = re.split(r"[，,]", before.rstrip("？?。 "))[-1]
    asks = _ASK.search(clause)
    if asks is None:
        return ""
    start = asks.start()
    if start == len(clause) - 1:  # 吗: what is asked begins with its verb
        verb = _VERB.search(clause, 1)
        return f"{clause[verb.start() if verb else 0 :]}？"
    head = _FACET_TAIL.sub("", clause[:start])
    kept = head.rpartition("的")[2] if "的" in head else ""
    if kept and is_facet(kept):
        return f"的{clause[len(head) - len(kept) :]}？"
    return f"{clause[len(head) :]}？"


def with_facet(before: str, what: str) -> str:
    """The thing asked about before, and another facet of it (产量呢？)."""
    about = topic(before)
    return f"{about}的{what}是多少？" if is_counted(what) else f"{about}的{what}？"


def only_place(question: str) -> str:
    """The place of a question that names a place and only asks (昆山怎么做的？); else empty."""
    plain = bare(question)
    spans = place_spans(plain)
    if len(spans) != 1 or not has_chinese(plain):
        return ""
    start, end, place = spans[0]
    if HOME in within(place) or place in within(HOME):
        return ""
    return place if not own_words(plain[:start] + plain[end:]) else ""
