"""Remarks beside an answer: what ends soon, what no longer holds, what was not found. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from bot.listing import Listing
from bot.typing_errors import Correction
from bot.years import When, Year
from kb.models import Citation, Grade, Header, Note, Validity

UNCHECKED = "待核"
"""The mark, in a document, of a sentence that was not compared with an official text."""


def notes_for(
    citations: Sequence[Citation],
    on: date,
    *,
    corrections: Sequence[Correction] = (),
    times: Sequence[Year] = (),
    unmet: tuple[int, tuple[int, ...]] | None = None,
    missing_numbers: Sequence[str] = (),
    missing_articles: Sequence[str] = (),
    missing_parts: Sequence[str] = (),
    conflicting: Sequence[tuple[Header, Header]] = (),
    listed: Listing | None = None,
) -> tuple[Note, ...]:
    """The notes an answer needs, most important first.

    Args:
        citations: what the answer cites.
        on: the day the answer holds for.
        corrections: what was read otherwise than it was written.
        times: the years asked about.
        unmet: a year asked about, and the other years the nearest evidence tells of instead.
        missing_numbers: document numbers asked for that the base does not hold.
        missing_articles: articles asked for that no document found speaks of.
        missing_parts: parts of the question for which nothing was found.
        conflicting: pairs of documents that tell different figures for the same thing.
        listed: the list that is the answer, which may be longer than what is said of it.
    """
    notes: dict[tuple[str, str], Note] = {}
    for note in (
        *_corrected(corrections),
        *_other_years(unmet),
        *_ends_before(citations, times),
        *_missing(missing_numbers),
        *_no_article(missing_articles),
        *_no_part(missing_parts),
        *_conflicts(conflicting),
        *_goes_on(listed),
        *_validity(citations, on),
        *_grades(citations),
    ):
        notes.setdefault((note.code, note.zh), note)
    return tuple(notes.values())


def _corrected(corrections: Sequence[Correction]) -> Iterable[Note]:
    for c in corrections:
        yield Note(
            "read_as",
            f"已按“{c.read}”理解“{c.written}”。如果理解有误，请换一种写法再问。",
            f"Read “{c.written}” as “{c.read}”. If that is not what you meant, put it another way.",
        )


def _other_years(unmet: tuple[int, tuple[int, ...]] | None) -> Iterable[Note]:
    if unmet:
        year, told = unmet
        zh, en = "、".join(f"{y}年" for y in told), ", ".join(map(str, told))
        yield Note(
            "other_year",
            f"问的是{year}年，找到的资料讲的是{zh}，没有讲到{year}年。",
            f"You ask about {year}; what was found tells of {en} and says nothing of {year}.",
        )


def _ends_before(citations: Sequence[Citation], times: Sequence[Year]) -> Iterable[Note]:
    years = [t.year for t in times if t.when is not When.BEFORE]
    for c in citations:
        if years and c.expires and max(years) > c.expires.year:
            yield Note(
                "ends_before",
                f"《{c.title}》执行到{c.expires:%Y年%m月%d日}，{max(years)}年是否延续，"
                "要看届时公布的规定。",
                f"{c.title} ends on {c.expires.isoformat()}; whether it holds in {max(years)} "
                "depends on rules still to come.",
            )


def _missing(numbers: Sequence[str]) -> Iterable[Note]:
    for number in numbers:
        yield Note(
            "number_not_held",
            f"资料库没有收录文号为 {number} 的文件。",
            f"The base holds no document numbered {number}.",
        )


def _no_article(articles: Sequence[str]) -> Iterable[Note]:
    for article in articles:
        yield Note(
            "article_not_held",
            f"找到的资料里没有{article}的内容。请写明是哪份文件的{article}，或查阅官方原文。",
            f"Nothing found speaks of {article}. Name the document it belongs to, or see the "
            "official text.",
        )


def _no_part(parts: Sequence[str]) -> Iterable[Note]:
    for part in parts:
        yield Note(
            "part_not_held",
            f"没有找到关于“{part}”的内容，以上只回答了其余部分。",
            f"Nothing was found about “{part}”; only the rest is answered.",
        )


def _conflicts(pairs: Sequence[tuple[Header, Header]]) -> Iterable[Note]:
    for one, other in pairs:
        yield Note(
            "sources_differ",
            f"两份资料说法不同：{_origin(one)}与{_origin(other)}给出的数字不一致，请向发布机关核实。",
            f"Two sources differ: {_origin(one)} and {_origin(other)} give different figures; ask "
            "the authority that issued them.",
        )


def _origin(header: Header) -> str:
    """A document with who issued it and when."""
    day = header.published or header.effective
    told = "，".join([*header.issuers, *([day.isoformat()] if day else [])])
    return f"《{header.title}》" + (f"（{told}）" if told else "")


def _goes_on(listed: Listing | None) -> Iterable[Note]:
    if listed is not None and len(listed.items) < listed.total:
        title = f"《{listed.items[0].hit.document.header.title}》"
        yield Note(
            "list_goes_on",
            f"该清单共有{listed.total}项，这里列出{len(listed.items)}项，其余请看{title}原文。",
            f"The list has {listed.total} items, {len(listed.items)} of which are given; see "
            f"{title} for the rest.",
        )


def _validity(citations: Sequence[Citation], on: date) -> Iterable[Note]:
    for c in citations:
        title = f"《{c.title}》"
        if c.validity is Validity.EXPIRING and c.expires:
            days = (c.expires - on).days
            yield Note(
                "expiring",
                f"{title}将于{c.expires:%Y年%m月%d日}到期，还有{days}天，请关注是否延续。",
                f"{title} ends on {c.expires.isoformat()}, in {days} days; watch for an extension.",
            )
        elif c.validity is Validity.EXPIRED and c.expires:
            yield Note(
                "expired",
                f"{title}已于{c.expires:%Y年%m月%d日}到期失效，以下内容仅供了解过去的规定。",
                f"{title} expired on {c.expires.isoformat()}; it only tells what used to hold.",
            )
        elif c.validity is Validity.SUPERSEDED:
            yield Note(
                "superseded",
                f"{title}已被取代（{c.superseded_by}），以下内容仅供了解过去的规定。",
                f"{title} has been superseded ({c.superseded_by}); it only tells what used to "
                "hold.",
            )
        elif c.validity is Validity.NOT_YET and c.effective:
            yield Note(
                "not_yet",
                f"{title}自{c.effective:%Y年%m月%d日}起施行，目前尚未生效。",
                f"{title} takes effect on {c.effective.isoformat()}; it does not hold yet.",
            )


def _grades(citations: Sequence[Citation]) -> Iterable[Note]:
    """What was checked less well than a law's full text; every note shows the mark 待核."""
    marked = [c for c in citations if UNCHECKED in c.quote]
    if marked:
        yield Note(
            "unchecked",
            f"标有“{UNCHECKED}”的句子没有对照到官方原文，请先向主管机关核实再使用。",
            f"A sentence marked {UNCHECKED} (to be checked) was not compared with an official "
            "text; have the competent authority confirm it before you rely on it.",
        )
    reprints = _titles(c for c in citations if c.grade is Grade.C)
    if reprints:
        yield Note(
            "reprint",
            f"{reprints}核对自转载文本（{UNCHECKED}），办理前请对照主管机关公布的原文。",
            f"{reprints}: checked against reprints only; compare it with the published original "
            "before acting.",
        )
    told = {c.document_id for c in marked}
    partly = _titles(c for c in citations if c.grade is Grade.MEMORY and c.document_id not in told)
    if partly:
        yield Note(
            "partly_checked",
            f"{partly}的部分内容没有对照到官方原文（{UNCHECKED}），办理前请对照原文。",
            f"{partly}: parts of it were not compared with an official text; compare it with the "
            "original before acting.",
        )


def _titles(citations: Iterable[Citation]) -> str:
    """The titles of what is cited, each once."""
    return "".join(dict.fromkeys(f"《{c.title}》" for c in citations))
