"""How Chinese documents number their parts: 第三章, 第二十四条, 一、, （一）, 1., （1）, ①, 问：…

``label`` looks at one line alone; whether a label is genuine or a cross-reference that happens
to stand at a line start is decided by its neighbours, in ``ingest.sequence``.
"""

from __future__ import annotations

import re
import string
from functools import lru_cache

from ingest import numbering_en
from ingest.label import Label, after

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．", "0123456789.")

_NUMERAL = "零〇一二三四五六七八九十百千两"
_STRUCTURE = re.compile(
    rf"第\s{{0,2}}([{_NUMERAL}]{{1,9}}|[0-9０-９]{{1,4}})\s{{0,2}}(分编|编|章|节|条)(?:之([{_NUMERAL}]{{1,3}}))?"
)
_CHINESE = re.compile(r"([一二三四五六七八九十百]{1,5})\s{0,2}[、．.]")
_CHINESE_PAREN = re.compile(r"[（(]\s?([一二三四五六七八九十百]{1,5})\s?[)）]、?")
_DECIMAL = re.compile(
    r"([0-9]{1,2}(?:[.．][0-9]{1,2}){1,3})(?:[.．、](?![0-9])|(?=[\s\u4e00-\u9fff]))"
)
_NUMBER = re.compile(r"([0-9０-９]{1,3})\s?[.．、](?![0-9０-９])")
_NUMBER_PAREN = re.compile(r"[（(]\s?([0-9０-９]{1,3})\s?[)）]、?")
_NUMBER_CLOSE = re.compile(r"([0-9０-９]{1,2})\s?[)）]、?")
_QUESTION = re.compile(
    r"(?:[0-9]{1,3}\s?[.、．]\s?)?(?:(?:问题?|Q|Question)\s?[0-9]{0,3}\s?[:：]|[【\[]问[】\]]\s?[:：]?)"
)
_ANSWER = re.compile(r"(?:答复?|A|Answer)\s?[0-9]{0,3}\s?[:：]|[【\[]答[】\]]\s?[:：]?")
_NOTE = re.compile(r"[\[［]([0-9]{1,3})[\]］][ \u3000]{0,3}|[〔【]([0-9]{1,3})[〕】][ \u3000]{0,3}")
_ANNEX = re.compile(
    r"(?:附件|附录|附表|附图|附)\s{0,2}([一二三四五六七八九十]{1,3}|[0-9０-９]{1,3})?\s{0,2}([:：]?)"
)

# What follows a cross-reference, not a clause: 第三条规定的…, 第十二条第二款…, 第五条、第六条…
_REFERENCE = re.compile(
    r"规定|所[列述称指]|的|第|、|至|和|及|与|或|中[的规]|之|以[上下外]|，|,|。|；|修改|内容|前款|[（(][一二三四五六七八九十]{1,3}[)）]"
)
_REFERENCE_AFTER_SPACE = re.compile(rf"(?:第[{_NUMERAL}]{{1,4}}[款项条]|、|至第|和第|及第|或者第)")
# What begins no article even where no space is set behind the numbers of articles.
_NEVER_BEHIND = re.compile(
    rf"第[{_NUMERAL}0-9]{{1,4}}[款项条]|[、，,。；]|规定|[至和及与或]者?第|之规定|中?的规定|[（(]"
)
_UNIT_BEHIND = re.compile(
    r"\s?(?:倍|万|亿|元|个|百|千|公|平方|米|吨|年|月|日|小时|分钟|折|级|%|％)"
)
# 一、二期工程; 二、三产业: a pair of numbers in running text
_PAIR_BEHIND = re.compile(r"[一二三四五六七八九十][、期级类等线批阶年月届号季者产代]")

_SINGLE = {chr(0x2460 + i): i + 1 for i in range(20)} | {chr(0x2776 + i): i + 1 for i in range(10)}
_SINGLE_PAREN = {chr(0x2474 + i): i + 1 for i in range(20)}
_SINGLE_DOT = {chr(0x2488 + i): i + 1 for i in range(20)}
_FIRST = (
    frozenset("第附问答（([［【〔" + "一二三四五六七八九十百" + "0123456789０１２３４５６７８９")
    | frozenset(string.ascii_letters)
    | frozenset(_SINGLE)
    | frozenset(_SINGLE_PAREN)
    | frozenset(_SINGLE_DOT)
)


@lru_cache(maxsize=4096)
def numeral(text: str) -> int:
    """The value of a Chinese or Arabic numeral (``二百一十`` → 210, ``二〇二五`` → 2025)."""
    plain = text.translate(_FULL_WIDTH)
    if plain.isdecimal():
        return int(plain)
    if not any(char in _UNITS for char in plain):
        return int("".join(str(_DIGITS[char]) for char in plain))
    total, current = 0, 0
    for char in plain:
        if char in _UNITS:
            total += (current or 1) * _UNITS[char]
            current = 0
        else:
            current = _DIGITS[char]
    return total + current


def label(line: str, *, references: bool = False) -> Label | None:
    """The label a line begins with, or None. ``line`` must not begin with white space.

    With ``references`` a 第X条 that looks like a cross-reference is returned too, as ``faint``.
    """
    first = line[0] if line else ""
    if first not in _FIRST:
        return None
    if first == "第":
        return _structure(line, references)
    if first == "附":
        return _annex(line)
    if first in "问Q" or first in "答A" or first in "【[":
        found = _dialogue(line)
        if found:
            return found
    if first in "（(":
        return _parenthesis(line) or numbering_en.letter(line)
    if first in "[［【〔":
        match = _NOTE.match(line)
        if not match:
            return None
        number = match.group(1) or match.group(2)
        return Label("note", int(number), match.group().strip(), match.end())
    if first.isascii() and first.isalpha():
        return numbering_en.structure(line) or numbering_en.letter(line)
    for table, family in ((_SINGLE, "circled"), (_SINGLE_PAREN, "num_paren"), (_SINGLE_DOT, "num")):
        if first in table:
            return Label(family, table[first], first, after(line, 1))
    return _plain_number(line)


def _dialogue(line: str) -> Label | None:
    for pattern, family in ((_QUESTION, "question"), (_ANSWER, "answer")):
        match = pattern.match(line)
        if match:
            return Label(family, 0, match.group(), after(line, match.end()))
    return None


def _structure(line: str, references: bool) -> Label | None:
    match = _STRUCTURE.match(line)
    if not match:
        return None
    number, unit, sub = match.groups()
    end = match.end()
    rest = line[end:]
    faint = False
    if unit == "条":
        strong = not rest or rest[0] in " \u3000\t【〔［[:：（("
        if strong and _REFERENCE_AFTER_SPACE.match(rest.lstrip()):
            strong = False
        if rest and rest[0] in "（(" and _CHINESE_PAREN.match(rest):
            strong = False
        if not strong and _REFERENCE.match(rest.lstrip()):
            if not references or _NEVER_BEHIND.match(rest.lstrip()):
                return None
            faint = True
    else:
        bare = rest.strip()
        strong = not bare or rest[0] in " \u3000\t:："
        if len(bare) > 50 or bare[-1:] in "。；，！;" or "。" in bare:
            return None
        if not strong and _REFERENCE.match(bare):
            return None
    text = "".join(match.group().split())
    return Label(
        unit,
        numeral(number),
        text,
        after(line, end),
        strong,
        numeral(sub) if sub else 0,
        faint=faint,
    )


def _annex(line: str) -> Label | None:
    match = _ANNEX.match(line)
    if not match:
        return None
    number, colon = match.groups()
    rest = line[match.end() :].strip()
    if line.startswith("附") and line[1:2] not in "件录表图" and (rest or not colon):
        return None
    if rest and (len(rest) > 50 or rest[-1] in "。；，、;" or "。" in rest):
        return None
    if rest and not number and (not colon or _NUMBER.match(rest) or line[1:2] not in "件录表图"):
        return None
    if rest and number and rest[0] in "的所中和及、至":
        return None
    # With a text behind a colon it may be the list of annexes at the end of a notice: weak.
    text = re.sub(r"\s+", "", match.group()).rstrip(":：")
    return Label(
        "annex", numeral(number) if number else 1, text, after(line, match.end()), not rest
    )


def _parenthesis(line: str) -> Label | None:
    match = _CHINESE_PAREN.match(line)
    if match:
        return Label(
            "cn_paren", numeral(match.group(1)), match.group().strip(), after(line, match.end())
        )
    match = _NUMBER_PAREN.match(line)
    if match:
        return Label(
            "num_paren", numeral(match.group(1)), match.group().strip(), after(line, match.end())
        )
    return None


def _plain_number(line: str) -> Label | None:
    match = _CHINESE.match(line)
    if match:
        if _PAIR_BEHIND.match(line, match.end()):
            return None
        return Label("cn", numeral(match.group(1)), match.group().strip(), after(line, match.end()))
    match = _DECIMAL.match(line)
    if match:
        if _UNIT_BEHIND.match(line, match.end()):
            return None
        numbers = match.group(1).translate(_FULL_WIDTH).split(".")
        return Label(
            "decimal",
            int(numbers[-1]),
            match.group().strip(),
            after(line, match.end()),
            group=".".join(numbers[:-1]),
        )
    match = _QUESTION.match(line)
    if match:
        return Label("question", 0, match.group(), after(line, match.end()))
    for pattern, family in ((_NUMBER, "num"), (_NUMBER_CLOSE, "num_close")):
        match = pattern.match(line)
        if match:
            return Label(
                family, numeral(match.group(1)), match.group().strip(), after(line, match.end())
            )
    return None
