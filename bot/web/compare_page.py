"""The page that puts places side by side on one topic. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.comparing import MOST_PLACES, Cell, Comparison
from bot.excerpts import Reference
from bot.web.frame import View, page
from bot.web.lessons_page import MOST_WORDS, picker, tabs, tray
from bot.web.lessons_texts import LessonsTexts, lessons_texts
from bot.web.marking import marked, places_of
from bot.web.markup import badge, esc, lang_attribute, source_url
from kb.paths import place as place_in

PRESET = ("常州", "昆山", "延安")
"""Places offered first, where the base holds them."""


def compare_page(
    found: Comparison | None,
    topic: str,
    places: Sequence[str],
    known: Sequence[str],
    view: View,
    problem: str = "",
) -> str:
    """The form, and the comparison if one was asked for; ``problem`` says why there is none."""
    t = lessons_texts(view.lang)
    said = f'<p class="banner banner-warn" role="alert">{esc(problem)}</p>' if problem else ""
    table = _table(found, topic, view.lang, t) if found is not None else ""
    content = (
        f'<main class="wide" id="text"><div class="page-head"><h1>{esc(t.compare)}</h1>'
        f'<p class="lead">{esc(t.compare_lead)}</p>{tabs("compare", t)}'
        f"{_form(topic, places, known, t)}</div>{said}{table}{tray(t)}</main>"
    )
    return page(t.compare, content, view, "lessons", script=True)


def _form(topic: str, places: Sequence[str], known: Sequence[str], t: LessonsTexts) -> str:
    offered = [p for p in PRESET if p in known]
    chosen = [*places, *[""] * MOST_PLACES][:MOST_PLACES] if places else offered
    every = sorted({*known, *(p for p in chosen if p)}, key=lambda p: (p not in offered, p))
    selects = "".join(
        _select(n, chosen[n - 1] if n <= len(chosen) else "", every, t)
        for n in range(1, MOST_PLACES + 1)
    )
    return (
        '<form class="compare-form" action="/lessons/compare" method="get">'
        f'<label class="topic"><span>{esc(t.topic)}</span><input name="topic" '
        f'value="{esc(topic)}" maxlength="{MOST_WORDS}" required '
        f'placeholder="{esc(t.topic_placeholder)}" autocomplete="off"></label>{selects}'
        f'<button type="submit" class="main">{esc(t.do_compare)}</button></form>'
    )


def _select(n: int, chosen: str, every: Sequence[str], t: LessonsTexts) -> str:
    options = "".join(
        f'<option value="{esc(name)}"{" selected" if name == chosen else ""}>{esc(name)}</option>'
        for name in every
    )
    return (
        f'<label><span>{esc(t.place.format(n=n))}</span><select name="place">'
        f'<option value="">{esc(t.no_place)}</option>{options}</select></label>'
    )


def _table(found: Comparison, topic: str, lang: str, t: LessonsTexts) -> str:
    heads = "".join(
        f'<th scope="col" lang="zh-CN">{esc(place)} '
        f'<span class="tag">{esc(t.held.format(n=found.held(i)))}</span></th>'
        for i, place in enumerate(found.places)
    )
    rows = "".join(
        f'<tr><th scope="row"{lang_attribute(row.label, lang)}>{esc(row.label or t.other)}</th>'
        + "".join(
            _cell(cells, place, found.marks, lang, t)
            for place, cells in zip(found.places, row.cells, strict=True)
        )
        + "</tr>"
        for row in found.rows
    )
    if not rows:
        rows = (
            f'<tr><th scope="row">{esc(t.other)}</th>'
            + "".join(
                f'<td data-place="{esc(place)}"><p class="empty">'
                f"{esc(t.empty_column.format(place=place, topic=topic))}</p></td>"
                for place in found.places
            )
            + "</tr>"
        )
    return (
        f'<div class="compare"><table class="places-{len(found.places)}"><thead><tr>'
        f'<th scope="col"><span class="sr">{esc(t.aspect)}</span></th>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _cell(
    cells: Sequence[Cell], place: str, marks: Sequence[str], lang: str, t: LessonsTexts
) -> str:
    if not cells:
        return f'<td data-place="{esc(place)}"><p class="empty">{esc(t.empty_cell)}</p></td>'
    inner = "".join(_passage(c, marks, lang, t) for c in cells)
    return f'<td data-place="{esc(place)}"><ul>{inner}</ul></td>'


def _passage(cell: Cell, marks: Sequence[str], lang: str, t: LessonsTexts) -> str:
    info, passage = cell.info, cell.passage
    header = info.header
    url = source_url(
        info.document_id, lang, version=info.version_id, span=(passage.start, passage.end)
    )
    reference = Reference(info.document_id, info.version_id, passage.start, passage.end)
    where = place_in(passage.path)
    return (
        f"<li><p{lang_attribute(cell.text, lang)}>{marked(cell.text, places_of(cell.text, marks))}"
        f'</p><p class="cited-in"><a href="{esc(url)}"{lang_attribute(header.title, lang)}>'
        f"《{esc(header.title)}》{esc(where)}</a> "
        f"{badge(cell.validity, header.expires, lang, header.effective)}"
        f"{picker(reference, header.title, cell.text, t)}</p></li>"
    )
