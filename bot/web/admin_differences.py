"""Two versions of a document side by side as HTML: their texts and their headers. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from bot.differences import Difference, Span, differences
from bot.web.admin_frame import table
from bot.web.admin_header_texts import header_texts
from bot.web.admin_review_texts import ReviewTexts, review_texts
from bot.web.markup import esc, lang_attribute
from ingest.front_matter import KEYS, field_of
from kb.header_json import header_to_json
from kb.models import Header

CONTEXT = 1
"""Paragraphs shown before and after a change."""
_KEY_OF = {field_of(key): key for key in KEYS}


def text_differences(old: str, new: str, lang: str) -> str:
    """Both texts side by side, what is the same folded away."""
    t = review_texts(lang)
    found = differences(old, new)
    if all(part.same for part in found):
        return f'<p class="none">{esc(t.identical)}</p>'
    rows = [
        _same(part, i > 0, i + 1 < len(found), lang, t) if part.same else _row(part, lang, t)
        for i, part in enumerate(found)
    ]
    return (
        f'<div class="versus"><div class="heads" aria-hidden="true"><b>{esc(t.before)}</b>'
        f"<b>{esc(t.after)}</b></div>{''.join(rows)}</div>"
    )


def header_differences(old: Header, new: Header, lang: str) -> str:
    """The fields in which two headers differ; nothing when they are the same."""
    before, after = header_to_json(old), header_to_json(new)
    t, labels = review_texts(lang), header_texts(lang).labels
    rows = [
        [
            esc(labels[_KEY_OF[field.name]]),
            f"<del>{esc(_words(before.get(field.name)))}</del>" if field.name in before else "",
            f"<ins>{esc(_words(after.get(field.name)))}</ins>" if field.name in after else "",
        ]
        for field in fields(Header)
        if before.get(field.name) != after.get(field.name)
    ]
    if not rows:
        return ""
    return f"<h3>{esc(t.header_differences)}</h3>" + table(
        t.header_differences, [t.field, t.before, t.after], rows
    )


def _words(value: Any) -> str:
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


def _row(part: Difference, lang: str, t: ReviewTexts) -> str:
    old = _side(part.old, part.old_spans, "del", t.taken_out, not part.new, lang)
    new = _side(part.new, part.new_spans, "ins", t.put_in, not part.old, lang)
    return f'<div class="pair">{old}{new}</div>'


def _side(
    lines: Sequence[str], spans: Sequence[Span], tag: str, told: str, whole: bool, lang: str
) -> str:
    """One side of a change; ``whole``: there is nothing on the other."""
    if not lines:
        return '<div class="side-of none-here"></div>'
    shown = "".join(
        f"<p{lang_attribute(line, lang)}>{_marked(line, marks, tag)}</p>"
        for line in lines
        for marks in ([(0, len(line))] if whole else spans,)
    )
    word = f'<span class="sr">{esc(told)}: </span>' if whole else ""
    return f'<div class="side-of {tag}">{word}{shown}</div>'


def _marked(line: str, spans: Sequence[Span], tag: str) -> str:
    parts, at = [], 0
    for start, end in spans:
        parts.append(f"{esc(line[at:start])}<{tag}>{esc(line[start:end])}</{tag}>")
        at = end
    return "".join(parts) + esc(line[at:])


def _same(part: Difference, before: bool, after: bool, lang: str, t: ReviewTexts) -> str:
    """Paragraphs that did not change: those next to a change shown, the others folded."""
    lines = part.new
    head = lines[:CONTEXT] if before else ()
    tail = lines[len(lines) - CONTEXT :] if after and len(lines) > len(head) else ()
    middle = lines[len(head) : len(lines) - len(tail)]
    folded = (
        f"<details><summary>{esc(t.unchanged.format(n=len(middle)))}</summary>"
        f"{_plain(middle, lang)}</details>"
        if middle
        else ""
    )
    return f'<div class="same">{_plain(head, lang)}{folded}{_plain(tail, lang)}</div>'


def _plain(lines: Sequence[str], lang: str) -> str:
    return "".join(f"<p{lang_attribute(line, lang)}>{esc(line)}</p>" for line in lines)
