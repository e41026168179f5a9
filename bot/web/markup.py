"""Small pieces of HTML. Everything that comes from a document or a user goes through ``esc``."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from datetime import date
from urllib.parse import quote, urlencode

from bot.web.texts import validity_text
from kb.models import Validity

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e"
    "\u2060\u2066-\u2069\ufeff\ud800-\udfff]"
)
"""Control characters, those that reorder or hide their neighbours, and what UTF-8 cannot carry."""

_CJK = re.compile(r"[\u3400-\u9fff]")


def plain(text: str) -> str:
    """Text without the characters that nobody sees but that reorder or hide others: U+FFFD."""
    return _UNSEEN.sub("\ufffd", text)


def esc(text: str) -> str:
    """Text for HTML content and quoted attributes: nothing in it is markup any more.

    Characters that nobody sees but that reorder or hide others are shown as U+FFFD.
    """
    return html.escape(plain(text), quote=True)


def lang_attribute(text: str, page_lang: str) -> str:
    """``lang="zh-CN"`` for Chinese text on an English page, so that it is read out right."""
    return ' lang="zh-CN"' if page_lang == "en" and _CJK.search(text) else ""


def badge(
    validity: Validity, expires: date | None, lang: str, effective: date | None = None
) -> str:
    """A validity badge: colour by class, meaning by words."""
    words = esc(validity_text(validity, expires, lang, effective))
    return f'<span class="badge badge-{validity.value}">{words}</span>'


def source_url(
    document_id: str,
    lang: str,
    *,
    version: int | None = None,
    span: tuple[int, int] | None = None,
    on: date | None = None,
) -> str:
    """The address of a document's source page, at the quoted span if there is one."""
    query: dict[str, str] = {}
    if span is not None:
        query |= {"start": str(span[0]), "end": str(span[1])}
    if version is not None:
        query["version"] = str(version)
    if on is not None:
        query["on"] = on.isoformat()
    query["lang"] = lang
    anchor = "#q" if span is not None else ""
    return f"/source/{quote(document_id, safe='')}?{urlencode(query)}{anchor}"


def facts(rows: Iterable[tuple[str, str]]) -> str:
    """A definition list of (name, ready-made HTML); rows without a value are left out."""
    cells = (f"<div><dt>{esc(name)}</dt><dd>{value}</dd></div>" for name, value in rows if value)
    return f'<dl class="facts">{"".join(cells)}</dl>'


def breadcrumb(path: Iterable[str]) -> str:
    """A clause path as ``第三章 › 第二十四条``."""
    parts = [f"<span>{esc(step)}</span>" for step in path]
    return '<span class="sep" aria-hidden="true">›</span>'.join(parts)
