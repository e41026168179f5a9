"""Remarks beside an answer: what ends soon, what no longer holds, what was not found. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from kb.models import Citation, Grade, Note, Validity


def notes_for(
    citations: Sequence[Citation],
    on: date,
    *,
    missing_numbers: Sequence[str] = (),
    missing_articles: Sequence[str] = (),
) -> tuple[Note, ...]:
    """The notes an answer needs, most important first.

    Args:
        citations: what the answer cites.
        on: the day the answer holds for.
        missing_numbers: document numbers asked for that the base does not hold.
        missing_articles: articles asked for that no document found speaks of.
    """
    notes: dict[tuple[str, str], Note] = {}
    for note in (
        *_missing(missing_numbers),
        *_no_article(missing_articles),
        *_validity(citations, on),
        *_grades(citations),
    ):
        notes.setdefault((note.code, note.zh), note)
    return tuple(notes.values())


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
    unsure = (Grade.C, Grade.MEMORY)
    if any(c.grade in unsure for c in citations):
        yield Note(
            "check_source",
            "所引资料中有内容尚未与官方原文逐字核对，办理前请对照主管机关公布的原文。",
            "Some cited material has not been checked word by word against the official text; "
            "compare it with the published original before acting.",
        )
