"""The form for a document's header: each value, where it is from, and what a person changes. Pure.

Each field comes with the value that was shown (``was.KEY``): only what its reader changed is a
correction, so that two admins at one document do not undo each other's work.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.record import Field, Origin
from bot.web.admin_header_texts import HeaderTexts, header_texts
from bot.web.markup import esc, lang_attribute
from bot.web.texts import texts
from ingest.correcting import correction_of
from kb.errors import ReadError
from kb.models import Audience, Grade, Kind

FIRST = (
    "title", "doc_number", "issuer", "kind", "audience", "published", "effective", "expires",
    "grade",
)  # fmt: skip
FURTHER = (
    "superseded_by", "superseded_on", "supersedes", "region", "chains", "topics", "years",
    "sources", "facts",
)  # fmt: skip
"""The fields of the form by key of front matter: those shown at once, those folded away."""

_DATES = frozenset({"published", "effective", "expires", "superseded_on"})
_LISTS = frozenset(
    {"issuer", "supersedes", "region", "chains", "topics", "years", "sources", "facts"}
)
_WAS = "was."
MOST = 20_000
"""Characters of a field that are looked at."""


def header_form(
    fields: Sequence[Field], lang: str, *, typed: Mapping[str, str] | None = None, undo: str = ""
) -> str:
    """The fields of the form. ``typed``: what was sent before and not accepted, which stays;
    ``undo``: the address where a correction is taken back, if there are any.
    """
    t = header_texts(lang)
    held = {field.key: field for field in fields}
    made = {key: _field(key, held.get(key), lang, t, typed or {}, undo) for key in FIRST + FURTHER}
    further = "".join(made[key] for key in FURTHER)
    unfolded = " open" if typed else ""
    return (
        f'<div class="header-fields">{"".join(made[key] for key in FIRST)}</div>'
        f'<details class="further"{unfolded}><summary>{esc(t.more)}</summary>'
        f'<div class="header-fields">{further}</div></details>'
    )


def changes_in(sent: Mapping[str, str], lang: str) -> dict[str, Any]:
    """Field of ``Header`` -> JSON value, None for empty: what a reader of the form changed.

    Raises ReadError, which names the field by its label.
    """
    made: dict[str, Any] = {}
    for key in FIRST + FURTHER:
        if key not in sent:
            continue
        lines, before = _lines(sent[key]), _lines(sent.get(_WAS + key, ""))
        if lines == before:
            continue
        try:
            field, value = correction_of(key, lines)
        except ReadError as error:
            label = header_texts(lang).labels[key]
            raise ReadError(f"{label}：{error.zh}", f"{label}: {error.en}") from error
        made[field] = value
    return made


def origin_words(field: Field, lang: str) -> str:
    """Where a value is from, as ready-made HTML."""
    t = header_texts(lang)
    words = esc(t.origins[field.origin])
    if field.origin is not Origin.TEXT:
        return words
    page = f" · {esc(t.page.format(page=field.page))}" if field.page else ""
    quote = esc(field.quote)
    return f"{words}{page} <q{lang_attribute(field.quote, lang)}>{quote}</q>"


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text[:MOST].splitlines() if line.strip()]


def _value(field: Field | None) -> str:
    if field is None or field.value is None:
        return ""
    return "\n".join(map(str, field.value)) if isinstance(field.value, list) else str(field.value)


def _field(
    key: str, field: Field | None, lang: str, t: HeaderTexts, typed: Mapping[str, str], undo: str
) -> str:
    was = typed.get(_WAS + key, _value(field))
    value = typed.get(key, _value(field))
    told = origin_words(field, lang) if field else ""
    if key in _LISTS:
        told = f"{esc(t.several)} {told}" if told else esc(t.several)
    hint = f'<p class="hint" id="hint-{key}">{told}</p>' if told else ""
    corrected = field is not None and field.origin is Origin.CORRECTION
    taken_back = (
        f'<button type="submit" name="undo" value="{key}" formaction="{esc(undo)}" formnovalidate '
        f'aria-label="{esc(t.undo_of.format(label=t.labels[key]))}">{esc(t.undo)}</button>'
        if corrected and undo
        else ""
    )
    described = f' aria-describedby="hint-{key}"' if told else ""
    return (
        f'<div class="field{" corrected" if corrected else ""}">'
        f'<label for="field-{key}">{esc(t.labels[key])}</label>'
        f"{_control(key, value, described, lang, t)}"
        f'<input type="hidden" name="{_WAS}{key}" value="{esc(was)}">{hint}{taken_back}</div>'
    )


def _control(key: str, value: str, described: str, lang: str, t: HeaderTexts) -> str:
    named = f'id="field-{key}" name="{key}"{described}'
    choices = _choices(key, lang, t)
    if choices is not None:
        options = "".join(
            f'<option value="{esc(each)}"{" selected" if each == value else ""}>{esc(words)}'
            "</option>"
            for each, words in choices
        )
        return f"<select {named}>{options}</select>"
    if key in _LISTS:
        rows = min(8, max(1, value.count("\n") + 1))
        return f'<textarea {named} rows="{rows}" spellcheck="false">\n{esc(value)}</textarea>'
    sort = "date" if key in _DATES and _is_day(value) else "text"
    return f'<input {named} type="{sort}" value="{esc(value)}" autocomplete="off">'


def _is_day(value: str) -> bool:
    """Whether a date field can show a value; what it cannot show it would lose."""
    return not value or (len(value) == 10 and value[4] == value[7] == "-")


def _choices(key: str, lang: str, t: HeaderTexts) -> list[tuple[str, str]] | None:
    shown = texts(lang)
    if key == "kind":
        return [(kind.value, shown.kind[kind]) for kind in Kind]
    if key == "audience":
        return [(Audience.PUBLIC.value, t.public), (Audience.INTERNAL.value, t.internal)]
    if key == "grade":
        return [("", t.unknown), *((grade.value, shown.grade[grade]) for grade in Grade)]
    return None
