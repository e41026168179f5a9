"""Whether a sentence forbids, demands, allows or exempts what its evidence does. Pure.

"不得" read as "可以" is the worst mistake of a summary, and one that neither words nor vectors
show: 同意 and 不同意 have a likeness of 0.97. So negations and modal words are compared by what
they stand before.
"""

# ruff: noqa: E501 (lists of words)
from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.alignment import edits, plain

_NOT = re.compile(
    r"不(?!需要(?:再)?[缴交纳]|断|仅|只|但|同|论|管|过|久|动产|足|到|够|超过|低于|高于|少于|多于|大于|小于|得(?:超过|低于|高于|少于|多于)|能(?:超过|低于|高于|少于|多于)|满|良|锈|含|便|力|利|法|对称|完全|一样)"
    r"|没(?!收)|未(?!来|成年|上市|经)|无(?=权|法|效|关)|除外|别(?=再)|并非|而非|非(?=必)"
)
_ENGLISH_NOT = re.compile(
    r"\b(?:not?|never|cannot|can't|isn't|aren't|doesn't|don't|without|neither|nor|prohibit\w*|forbid\w*|forbidden|ban(?:ned|s)?"
    r"|exclud\w*|except|ineligible|ceas\w*|abolish\w*|repeal\w*|cancel\w*|no longer|nothing|none|unless|refus\w*)\b"
)
_QUANTIFIED = re.compile(
    r"\b(?:no|not) (?:more|less|later|earlier|lower|higher|longer|shorter|exceed\w*|fewer)\b(?! valid| applies| apply| in force)|\bno\. ?\d|not exceeding|not only"
)
_MUST = re.compile(r"应(?!纳?税|缴|收|付|用|急|商|答|届|力|对)|一律|得(?=由|经)|务必")
_MAY = re.compile(
    r"(?<![许认小不])可(?!能|持续|再生|靠|行|研|见|用|转|观|比|控|耕|研)|允许|准予|有权|自愿|自主选择"
)
_ENGLISH_MUST = re.compile(
    r"\b(?:must|shall|required?|requires|need(?:s|ed)? to|ha(?:s|ve) to|mandatory|obliged|obligatory|compulsory)\b"
)
_ENGLISH_MAY = re.compile(
    r"\b(?:may|can|could|allowed|permitted|entitled|optional|eligible|free to)\b"
)
_BAN = re.compile(r"不得(?!超过|低于|高于|少于|多于)")

CLASSES: tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...] = (
    (
        "exempt",
        re.compile(
            r"免征|(?<![抵减])免税|免缴|免交|全免|免予征收|免收|免除|免于|不需要(?:再)?[缴交纳]|三免"
        ),
        re.compile(r"\bexempt\w*|tax-free|free of tax|\bwaive\w*"),
    ),
    ("halve", re.compile(r"减半|(?<=三)减半|一半"), re.compile(r"\bhal(?:f|ved?|ving)\b|50 ?%")),
    ("defer", re.compile(r"递延|缓缴|缓征|延期缴|暂不征"), re.compile(r"\bdefer\w*|postpon\w*")),
    ("refund", re.compile(r"退还|返还|退税|即征即退"), re.compile(r"\brefund\w*")),
    (
        "all",
        re.compile(r"所有|一律|全部(?!计)|任何|均可|都可以|无论"),
        re.compile(r"\b(?:all|every|any|always|regardless)\b"),
    ),
    (
        "only",
        re.compile(r"只有|仅限|仅(?!仅)|唯一|才(?!能源)|只(?=能|要|认|适用|对|限|算|看|收)"),
        re.compile(r"\b(?:only|solely|exclusively)\b"),
    ),
    (
        "forever",
        re.compile(r"长期(?!租)|永久|无限期|没有(?:规定|写)?截止"),
        re.compile(r"\b(?:permanent\w*|indefinite\w*|no (?:end|expiry) date|forever)\b"),
    ),
    ("auto", re.compile(r"自动"), re.compile(r"\bautomatic\w*")),
    (
        "force",
        re.compile(r"强制|强迫"),
        re.compile(r"\b(?:forc\w+|compel\w*|compuls\w+|mandatory)\b"),
    ),
    ("encourage", re.compile(r"鼓励"), re.compile(r"\bencourag\w*")),
    (
        "restrict",
        re.compile(r"限制类|淘汰类|禁止类"),
        re.compile(r"\b(?:restricted|eliminated|prohibited) categor\w+"),
    ),
    (
        "rise",
        re.compile(r"提高|增加|上调|增长|净增|上升|扩大"),
        re.compile(r"\b(?:rais\w+|increas\w+|grow\w*|grew|expand\w*|up)\b"),
    ),
    (
        "fall",
        re.compile(r"降低|下调|下降|净减|缩小|减少"),
        re.compile(r"\b(?:lower\w*|reduc\w+|decreas\w+|cut|fell|shrink\w*|drop\w*)\b"),
    ),
    (
        "stop",
        re.compile(r"停止|废止|取消|失效"),
        re.compile(r"\b(?:ceas\w*|abolish\w*|repeal\w*|cancel\w*|stop\w*)\b"),
    ),
    ("start", re.compile(r"施行|实施|生效"), re.compile(r"\b(?:in force|take effect|effective)\b")),
    (
        "before",
        re.compile(r"事前|事先|之前|提前"),
        re.compile(r"\b(?:before|prior|advance|beforehand)\b"),
    ),
    ("after", re.compile(r"事后|之后|以后"), re.compile(r"\b(?:after\w*|later|subsequent\w*)\b")),
)
"""Words that each make another rule of the same sentence, in Chinese and in English."""
_OPPOSED = (("exempt", "halve"), ("rise", "fall"), ("before", "after"), ("stop", "start"))
_STRONG = frozenset({"exempt", "halve", "defer", "refund", "forever", "auto", "all", "force"})
"""Classes that a sentence may not have when its evidence does not."""
_TURNS = tuple(
    (a, b)
    for one, other in map(
        str.split, ("应 可", "上 下", "前 后", "内 外", "高 低", "多 少", "增 减", "升 降", "先 后")
    )
    for a, b in ((one, other), (other, one))
)
"""Characters that turn a rule round where one stands in the place of the other."""
LEFT_OUT = 4
"""A longer stretch that a sentence only leaves out is a statement of its own."""
_WINDOW = 6
_SEGMENT = re.compile(r"[，。；：,;:、\s]+")
_SKIP = re.compile(r"[^\u4e00-\u9fff]+")


def classes(normal: str) -> set[str]:
    """The classes of rule a normalised text has words of."""
    return {name for name, zh, en in CLASSES if zh.search(normal) or en.search(normal)}


def polarity_fails(said: str, shown: str, english: bool) -> str | None:
    """How a normalised sentence turns its evidence (its own sentences, normalised) round."""
    said, shown = plain(said), plain(shown)
    mine, theirs = classes(said), classes(shown)
    for name in sorted(mine & _STRONG - theirs):
        return name
    for one, other in _OPPOSED:
        for a, b in ((one, other), (other, one)):
            if a in mine and b not in mine and a not in theirs and b in theirs:
                return a
    if english:
        return _english_fails(said, shown)
    return _edited(said, shown) or _chinese_fails(said, shown)


def _edited(said: str, shown: str) -> str | None:
    """A short edit of the evidence's own wording that turns a rule round."""
    for edit in edits(shown, said):
        if not edit.added and len(edit.removed) > LEFT_OUT:
            continue
        if len(_NOT.findall(edit.removed)) % 2 != len(_NOT.findall(edit.added)) % 2:
            return f"{edit.removed}→{edit.added}"
        was, now = classes(edit.removed), classes(edit.added)
        if was and now and was != now:
            return f"{edit.removed}→{edit.added}"
        for one, other in _TURNS:
            if one in edit.removed and other in edit.added and one not in edit.added:
                return f"{edit.removed}→{edit.added}"
    return None


def _english_fails(said: str, shown: str) -> str | None:
    plain = _QUANTIFIED.sub(" ", said)
    negated = bool(_ENGLISH_NOT.search(plain))
    denied = bool(_NOT.search(shown) or _BAN.search(shown) or _ENGLISH_NOT.search(shown))
    if negated and not denied:
        return "negated"
    if _BAN.search(shown) and not negated and not _MAY.search(_BAN.sub("", shown)):
        return "ban lost"
    if denied and not negated and _all_denied(shown):
        return "negation lost"
    must, may = bool(_ENGLISH_MUST.search(said)), bool(_ENGLISH_MAY.search(said))
    shown_must = bool(_MUST.search(shown) or _BAN.search(shown) or _ENGLISH_MUST.search(shown))
    shown_may = bool(_MAY.search(_BAN.sub("", shown)) or _ENGLISH_MAY.search(shown))
    if must and not may and not shown_must and shown_may:
        return "must"
    if may and not must and not negated and shown_must and not shown_may:
        return "may"
    return None


def _all_denied(shown: str) -> bool:
    """Whether each clause of a sentence that says more than a name has a negation."""
    clauses = [c for c in _SEGMENT.split(shown) if len(c) > 5]
    return bool(clauses) and all(_NOT.search(c) or _BAN.search(c) for c in clauses)


def _chinese_fails(said: str, shown: str) -> str | None:
    for start, ahead in _scopes(_NOT, said):
        if not any(_alike(ahead, other) for _, other in _scopes(_NOT, shown)):
            return f"negated at {start}"
    for _, ahead in _scopes(_NOT, shown):
        for at in _places(ahead[:3], said):
            if not _NOT.search(said[max(0, at - _WINDOW) : at + 2]) and not _affirmed(ahead, shown):
                return "negation lost"
    for mine, others, name in ((_MAY, (_MUST, _BAN), "may"), (_MUST, (_MAY,), "must")):
        for _, ahead in _scopes(mine, said):
            same = any(_alike(ahead, scope) for _, scope in _scopes(mine, shown))
            turned = any(_alike(ahead, scope) for o in others for _, scope in _scopes(o, shown))
            if turned and not same:
                return name
            if name == "must" and not same and not _MUST.search(shown) and _MAY.search(shown):
                return name
    return None


def _scopes(words: re.Pattern[str], normal: str) -> Iterator[tuple[int, str]]:
    """Where a word of a pattern stands, and the Chinese characters it governs."""
    for m in words.finditer(normal):
        clause = _SEGMENT.split(normal[m.end() : m.end() + 3 * _WINDOW])
        yield m.start(), _SKIP.sub("", clause[0] if clause else "")[:_WINDOW]


def _alike(one: str, other: str) -> bool:
    """Whether two governed stretches share a pair of characters, or one is empty."""
    if len(one) < 2 or len(other) < 2:
        return True
    return bool(
        {one[i : i + 2] for i in range(len(one) - 1)}
        & {other[i : i + 2] for i in range(len(other) - 1)}
    )


def _places(head: str, normal: str) -> Sequence[int]:
    """Where a governed stretch begins in a text; short ones say too little."""
    if len(head) < 2:
        return []
    return [m.start() for m in re.finditer(re.escape(head), normal)]


def _affirmed(ahead: str, shown: str) -> bool:
    """Whether the evidence also says it without a negation."""
    return any(
        not _NOT.search(shown[max(0, at - _WINDOW) : at]) for at in _places(ahead[:2], shown)
    )
