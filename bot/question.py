"""What is asked: document numbers, articles, places, dates, terms. Pure functions, no store."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from bot.origin import is_origin
from bot.typing_errors import Correction
from bot.years import Year, is_future, is_past, years_in
from kb.errors import QuestionError
from kb.glossary import Glossary, Mention
from kb.places import latin_spans, place_spans
from kb.text import chinese_number, is_english, normalise, simplify, strip_control

_BRACKETED = re.compile(r"([\u4e00-\u9fff]{0,8})[〔\[(【](\d{4})[〕\])】]第?(\d+)号")
_BEFORE_NUMBER = re.compile(r".*(?:请问|根据|按照|依据|关于|文件|文号|的|和|与|在|问|查|是|看)")
_YEARLY = re.compile(r"(公告|通知|令)(\d{4})年第(\d+)号")
_ORDER = re.compile(r"令第(\d+)号|第(\d+)号令")
_ARTICLE = re.compile(
    r"第\s*([零〇一二三四五六七八九十百千两\d]+)\s*条(之[一二三四五六七八九十])?|\barticle\s+(\d{1,4})\b"
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}\s*年?(?!\d)")
_FIGURE = re.compile(r"\d+(?:\.\d+)?%?")
_PAST = re.compile(
    r"以前|过去|当时|当年|当初|早先|原先|曾经|历史上|[上前]一?[版轮]|上个版本|以前那|那一?轮|原来的"
    r"|老(?:政策|规[划定矩]|办法|标准|门槛|手续|目录|清单|版|一套)|旧(?:政策|规|办法|标准|门槛|目录|清单|版|的)"
    r"|(?:没改|修改|修订|改)之?前|已?废止|失效|过期|被取代|被替代|作废"
    r"|\b(?:formerly|former|previous(?:ly)?|used to|repealed|expired|superseded|in the past)\b"
)
_DEFINITION = re.compile(
    r"(?:是|指|叫|算)(?:的是)?(?:个|一种)?(?:什么|啥)(?!时候|条件|标准|材料|手续|税率|级别|比例)"
    r"|什么是|啥是|什么意思|啥意思|含义|定义|怎么理解|名词解释|指(?:的)?(?:是)?哪"
    r"|what (?:is|are|does) (?:the |a |an )?[\w'’ \-]+(?: mean)?\s*\?*$|meaning of|\bdefin"
)
"""Asks for a term to be explained."""
_ASKING = re.compile(
    r"(?:我们?)?(?:老板|领导|经理|同事|朋友|客户)让我(?:来|帮忙)?(?:问|打听|了解)一?下?|帮我?[问查看]一?下"
    r"|到底|究竟|老?听[说人]说?|请教一?下?|咨询一?下?|打听一?下?|那个啥|咋[样办]?|啥时候|啥|嘛|呀|哦|哎|唉"
    r"|请问一?下?|想问一?下?|问一下|我想知道|想了解一?下?|告诉我|麻烦|你好|您好|谢谢"
    r"|是多少|有多少|多少|是什么|有什么|什么样的?|什么时候|什么|有哪些|哪些|哪一?[年月日天个条种家项类次]"
    r"|如何|怎么样?|怎样|为什么|为何|能不能|可不可以|可以吗|是不是|有没有|要不要|是否|吗|呢|吧|啊"
    r"|多长时间|多久|多大|多高|几[年个月天条项家种次]|何时|何地|哪里|哪儿|谁|[？?！!。，,、]"
)
"""How a question is put says nothing about what it is about."""
_WORD = re.compile(r"[a-z][a-z'’\-]+")

_STOP = frozenset(
    """
    a about all am an and any are as at be been being but by can could did do does doing during
    each for from get had has have having he her his how i if in into is it its just let may me
    might more most much must my need no not now of on once one only or other our out over
    please same shall she should so some such tell than that the their them then there these
    they this those to too under until up upon us use was we were what when where whether which
    while who whom whose why will with within would yes you your long many far also give given
    apply applies applied applicable there's what's it's i'm last latest current currently valid
    receive obtain enjoy pay paid charge charged set located based
    """.split()
)
"""English words that carry no content of a question."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question taken apart.

    ``doc_numbers`` maps what to look for in a document's number to how the question wrote it.
    ``text`` is the cleaned question; ``search`` what the encoder sees (simplified; an
    English question with the Chinese terms it names behind it); ``words``
    what the lexical index looks for; ``expansions`` other names of the terms named. ``unknown``
    are content words of an English question that no term translates: evidence the base cannot
    check. ``places`` are the places asked about, ``origins`` those the asker only comes from.
    ``years`` are the years asked about, written or by their distance (去年); ``times`` all years,
    with what they bound; ``about_future`` is set when one is to come. ``numbers`` are
    the other figures (not those of document numbers and articles). ``bare`` is the question
    without its document numbers. ``corrections`` are typing errors: ``text`` still has them, all
    else is read without them. ``about_past`` is set when the question is about rules no longer
    in force, ``definition`` when a term is to be explained.
    """

    text: str
    search: str
    words: str
    english: bool
    expansions: tuple[str, ...]
    terms: tuple[str, ...]
    unknown: tuple[str, ...]
    doc_numbers: dict[str, str]
    bare: str
    articles: tuple[str, ...]
    places: tuple[str, ...]
    years: tuple[int, ...]
    numbers: tuple[str, ...]
    about_past: bool
    definition: bool
    corrections: tuple[Correction, ...] = ()
    origins: tuple[str, ...] = ()
    times: tuple[Year, ...] = ()
    about_future: bool = False


UNTIL = " 执行到哪一年？"
"""What a question about a year to come asks besides."""
PutRight = Callable[[str], tuple[str, tuple[Correction, ...]]]
"""A normalised question -> the same without typing errors, and what was changed."""


def as_written(normal: str) -> tuple[str, tuple[Correction, ...]]:
    """Correct nothing."""
    return normal, ()


def read_question(
    raw: str,
    glossary: Glossary,
    max_chars: int,
    put_right: PutRight = as_written,
    on: date | None = None,
) -> Question:
    """Take a question apart that is asked on a day (default: today).

    Raises QuestionError when nothing is asked, or more than ``max_chars`` characters.
    """
    text = " ".join(strip_control(raw.replace("\x00", "")).split())
    if not any(ch.isalnum() for ch in text):
        raise QuestionError(
            "请输入一个问题，例如：投资延安的鼓励类产业企业所得税税率是多少？",
            "Please enter a question, for example: What income tax rate applies to encouraged "
            "industries in Yan'an?",
        )
    if len(text) > max_chars:
        raise QuestionError(
            f"问题有 {len(text)} 个字，超过 {max_chars} 字的上限。请只保留要问的那一两句话。",
            f"The question has {len(text)} characters, more than the {max_chars} allowed. Please "
            "keep only the sentence or two that ask.",
        )
    normal, corrections = put_right(normalise(text))
    plain = normal if corrections else text
    english = is_english(plain)
    mentions = glossary.mentions(plain)
    terms = tuple(dict.fromkeys(m.term.name for m in mentions))
    spans = _places(normal, mentions, english)
    origins = dict.fromkeys(p for a, b, p in spans if is_origin(normal, a, b, p))
    asked = dict.fromkeys(p for a, b, p in spans if not is_origin(normal, a, b, p))
    on = on or date.today()
    times = years_in(normal, on)
    future = is_future(times, on)
    unknown: tuple[str, ...] = ()
    words = subject(plain)
    if english:
        named = [False] * len(normal)
        for start, end in [*((m.start, m.end) for m in mentions), *((a, b) for a, b, _ in spans)]:
            named[start:end] = [True] * (end - start)
        unknown = tuple(
            dict.fromkeys(
                w.group()
                for w in _WORD.finditer(normal)
                if w.group() not in _STOP and not any(named[w.start() : w.end()])
            )
        )
        numbers = re.findall(r"\d[\d.,]*%?", normal)
        terms = tuple(dict.fromkeys([*terms, *(p for *_, p in spans if p not in " ".join(terms))]))
        words = " ".join([*terms, *numbers, *unknown])
    return Question(
        text=text,
        search=f"{plain} {' '.join(terms)}"
        if english
        else simplify(plain) + (UNTIL if future else ""),
        words=words,
        english=english,
        expansions=(*glossary.expansions(plain), *(c.written for c in corrections)),
        terms=terms,
        unknown=unknown,
        doc_numbers=_doc_numbers(normal),
        bare=_without(normal, _BRACKETED, _YEARLY, _ORDER),
        articles=tuple(dict.fromkeys(_articles(normal))),
        places=tuple(asked),
        years=tuple(dict.fromkeys(t.year for t in times if _is_meant(t, on))),
        numbers=tuple(_numbers(normal)),
        about_past=_PAST.search(normal) is not None or is_past(times, on),
        definition=_DEFINITION.search(normal) is not None,
        corrections=corrections,
        origins=tuple(o for o in origins if o not in asked),
        times=times,
        about_future=future,
    )


def _places(normal: str, mentions: Iterable[Mention], english: bool) -> list[tuple[int, int, str]]:
    """Places named, and where: Chinese names, and in English questions those in Latin letters."""
    if not english:
        return place_spans(normal)
    spans = [(m.start, m.end, place) for m in mentions for *_, place in place_spans(m.term.name)]
    taken = {i for a, b, _ in spans for i in range(a, b)}
    spans += [s for s in latin_spans(normal) if not taken & set(range(s[0], s[1]))]
    return sorted(spans)


def _is_meant(time: Year, on: date) -> bool:
    """Whether evidence must speak of this very year; what is asked of today (今年) need not."""
    return not (time.named and time.year == on.year)


def subject(text: str) -> str:
    """The question without the words that only ask; the whole of it when nothing would be left."""
    plain = simplify(text)
    left = _ASKING.sub(" ", plain)
    return left if len(left.replace(" ", "")) >= 2 else plain


def _doc_numbers(normal: str) -> dict[str, str]:
    """Document numbers: the part to look for in normalised 文号 -> the number as written."""
    found: dict[str, str] = {}
    for m in _BRACKETED.finditer(normal):
        issuer = _BEFORE_NUMBER.sub("", m[1])
        core = f"〔{m[2]}〕{m[3]}号"
        found[issuer[-2:] + core] = issuer + core
    for m in _YEARLY.finditer(normal):
        found[f"{m[1]}{m[2]}年第{m[3]}号"] = m.group()
    for m in _ORDER.finditer(normal):
        found[f"令第{m[1] or m[2]}号"] = m.group()
    return found


def _numbers(normal: str) -> Iterable[str]:
    """Figures that are neither years nor parts of document numbers or articles."""
    return _FIGURE.findall(_without(normal, _BRACKETED, _YEARLY, _ORDER, _ARTICLE, _YEAR))


def _without(normal: str, *patterns: re.Pattern[str]) -> str:
    for pattern in patterns:
        normal = pattern.sub(" ", normal)
    return normal.strip()


def _articles(normal: str) -> Iterable[str]:
    for m in _ARTICLE.finditer(normal):
        number = m[1] or m[3]
        yield f"第{chinese_number(int(number)) if number.isdigit() else number}条{m[2] or ''}"
