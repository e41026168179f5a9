"""What the pages of usage look like. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

from bot.asked import DAYS, Asked, Way
from bot.clock import local_time
from bot.usage import BINS, Usage, Wanted
from bot.web.admin_documents_page import document_url
from bot.web.admin_frame import admin_page, paging, problem, section_address, table
from bot.web.admin_usage_texts import UsageTexts, usage_texts
from bot.web.charts import SCRIPTS, Chart, figure
from bot.web.frame import View
from bot.web.markup import esc, lang_attribute
from bot.web.texts import texts
from kb.models import DocumentInfo, Role, Status
from kb.settings import Settings

ADDRESS = "/admin/usage"
LIST = ADDRESS + "/questions"
PER_PAGE = 50
SPANS = (7, 30, 90, 365)
"""Days that one click looks at together."""
USUAL = 30
MOST_CITED = 20
"""Documents in the chart of those cited most."""

_COLOURS = {Status.ANSWERED: 1, Status.NEAREST: 5, Status.REFUSED: 2}

Documents = Mapping[str, DocumentInfo]


def usage_page(
    found: Usage,
    wanted: Wanted,
    documents: Documents,
    settings: Settings,
    view: View,
    *,
    misread: bool = False,
) -> str:
    """The charts with their tables; ``misread``: the days in the address could not be read."""
    t = usage_texts(view.lang)
    wrong = problem(t.bad_days) if misread else ""
    shown = _charts(found, wanted, documents, settings, view.lang, t)
    content = (
        f"{wrong}{_spans(wanted, t)}{_form(wanted, ADDRESS, t)}{_tiles(found, wanted, t)}"
        + (shown if found.statuses.total() else f'<p class="none">{esc(t.nothing)}</p>')
        + _never(found, documents, view.lang, t)
    )
    return admin_page(t.title, content, view, "usage", lead=t.lead, scripts=SCRIPTS)


def list_page(
    rows: Sequence[Asked],
    total: int,
    number: int,
    wanted: Wanted,
    documents: Documents,
    view: View,
    *,
    misread: bool = False,
) -> str:
    """Single questions: ``rows`` are those of page ``number``, of ``total``."""
    t = usage_texts(view.lang)
    listed = (
        table(t.listed, t.listed_heads, [_question(q, documents, view.lang, t) for q in rows])
        if rows
        else f'<p class="none">{esc(t.nothing)}</p>'
    )
    links = tuple(f"{_url(wanted, LIST)}&page={n}" for n in (number - 1, number + 1))
    content = (
        f"{problem(t.bad_days) if misread else ''}{_form(wanted, LIST, t)}"
        f'<p class="told"><span role="status">{esc(t.found.format(n=f"{total:,}"))}</span> '
        f'<a href="{esc(_url(replace(wanted, status=None, tenth=None)))}">{esc(t.back)}</a> '
        f"{_unanswered(t)}</p>{listed}"
        f"{paging((links[0], links[1]), number, max(1, -(-total // PER_PAGE)), view)}"
    )
    return admin_page(t.listed, content, view, "usage", lead=t.listed_lead.format(days=DAYS))


def _charts(
    found: Usage, wanted: Wanted, documents: Documents, settings: Settings, lang: str, t: UsageTexts
) -> str:
    charts = (
        _days(found, wanted, t),
        _ways(found, wanted, t),
        _cited(found, documents, lang, t),
        _stages(found, lang, t),
        _confidence(found, wanted, settings, t),
    )
    return "".join(figure(chart, t.table) for chart in charts if chart.rows)


def _days(found: Usage, wanted: Wanted, t: UsageTexts) -> Chart:
    rows = [
        [
            f'<a href="{esc(_url(replace(wanted, first=day, last=day), LIST))}">{day}</a>',
            *_counts(counts, replace(wanted, first=day, last=day)),
        ]
        for day, counts in found.days.items()
    ]
    pairs = [(k, v) for k, v in _pairs(wanted) if k not in ("first", "last")]
    more = f"&{urlencode(pairs)}" if pairs else ""
    return Chart(
        "days", t.days, t.days_more, _heads(t.day, t), rows, list(_COLOURS.values()), stacked=True,
        range_url=f"{ADDRESS}?first={{first}}&last={{last}}{more}",
    )  # fmt: skip


def _ways(found: Usage, wanted: Wanted, t: UsageTexts) -> Chart:
    rows = []
    for (way, role), counts in found.ways.items():
        these = replace(wanted, way=way, role=role)
        name = f"{t.ways[way]} · {t.roles[role]}"
        rows.append(
            [f'<a href="{esc(_url(these, LIST))}">{esc(name)}</a>', *_counts(counts, these)]
        )
    return Chart(
        "ways", t.by_way, "", _heads(t.way_and_role, t), rows, list(_COLOURS.values()),
        stacked=True, sideways=True,
    )  # fmt: skip


def _cited(found: Usage, documents: Documents, lang: str, t: UsageTexts) -> Chart:
    rows = [
        [_document(document_id, documents, lang, t), f"{times:,}"]
        for document_id, times in list(found.cited.items())[:MOST_CITED]
    ]
    return Chart("cited", t.cited, t.cited_more, (t.document, t.times), rows, (4,), sideways=True)


def _stages(found: Usage, lang: str, t: UsageTexts) -> Chart:
    names = texts(lang).stage
    rows = [
        [esc(names.get(s.name, s.name) if s.name else t.total), f"{s.p50:,.1f}",
         f"{s.p95:,.1f}"]
        for s in (found.total, *found.stages)
    ] if found.timed else []  # fmt: skip
    more = t.stages_more.format(n=f"{found.timed:,}")
    return Chart("stages", t.stages, more, (t.stage, t.half, t.most), rows, (4, 3), sideways=True)


def _confidence(found: Usage, wanted: Wanted, settings: Settings, t: UsageTexts) -> Chart:
    more = t.confidence_more.format(answer=settings.refuse_below, nearest=settings.nearest_from)
    rows = [
        [
            f'<a href="{esc(_url(replace(wanted, tenth=i), LIST))}">{_bin(i)}</a>',
            *_counts(counts, replace(wanted, tenth=i)),
        ]
        for i, counts in enumerate(found.bins)
    ]
    return Chart(
        "confidence", t.confidence, more, _heads(t.bin, t), rows, list(_COLOURS.values()),
        stacked=True,
    )  # fmt: skip


def _bin(tenth: int) -> str:
    return f"{tenth / BINS:.1f}–{(tenth + 1) / BINS:.1f}"


def _heads(first: str, t: UsageTexts) -> list[str]:
    return [first, *(t.statuses[status] for status in _COLOURS)]


def _counts(counts: Counter[Status], wanted: Wanted) -> list[str]:
    """The numbers of each status, each a link to its list where there are any."""
    return [
        f'<a href="{esc(_url(replace(wanted, status=status), LIST))}">{counts[status]:,}</a>'
        if counts[status]
        else "0"
        for status in _COLOURS
    ]


def _tiles(found: Usage, wanted: Wanted, t: UsageTexts) -> str:
    total = found.statuses.total()
    counted = [(t.in_all, f"{total:,}")]
    counted += [(t.statuses[s], _share(found.statuses[s], total, t)) for s in _COLOURS]
    rows = "".join(f"<div><dt>{esc(a)}</dt><dd>{esc(b)}</dd></div>" for a, b in counted)
    links = f'<p><a href="{esc(_url(wanted, LIST))}">{esc(t.list_link)}</a> {_unanswered(t)}</p>'
    return (
        f'<section class="tile in-all"><h2>{esc(t.questions)}</h2><dl>{rows}</dl>{links}</section>'
    )


def _unanswered(t: UsageTexts) -> str:
    return f'<a href="{esc(section_address("unanswered"))}">{esc(t.unanswered)}</a>'


def _share(part: int, total: int, t: UsageTexts) -> str:
    return t.share.format(n=f"{part:,}", percent=round(100 * part / total)) if total else "0"


def _never(found: Usage, documents: Documents, lang: str, t: UsageTexts) -> str:
    names = [document_id for document_id in documents if document_id not in found.cited]
    title = esc(t.never.format(n=len(names)))
    if not names:
        return f'<section class="part"><h2>{title}</h2><p>{esc(t.all_cited)}</p></section>'
    items = "".join(f"<li>{_document(name, documents, lang, t)}</li>" for name in names)
    return (
        f'<section class="part"><h2>{title}</h2><p>{esc(t.never_more)}</p>'
        f'<details><summary>{esc(t.table)}</summary><ul class="todo">{items}</ul></details>'
        "</section>"
    )


def _document(document_id: str, documents: Documents, lang: str, t: UsageTexts) -> str:
    info = documents.get(document_id)
    if info is None:
        return f'{esc(document_id)} <span class="tag">{esc(t.gone)}</span>'
    title = info.header.title
    return (
        f'<a href="{esc(document_url(document_id))}"{lang_attribute(title, lang)}>{esc(title)}</a>'
    )


def _question(q: Asked, documents: Documents, lang: str, t: UsageTexts) -> list[str]:
    at = datetime.fromtimestamp(q.at, UTC).isoformat(timespec="seconds")
    return [
        f'<span class="short">{esc(local_time(at))}</span>',
        f'<span class="short">{esc(t.statuses[q.status])}</span>',
        f"{q.confidence:.2f}",
        f'<span class="short">{sum(q.timings.values()):,.0f}</span>',
        f'<span class="short">{esc(t.ways[q.way])}</span>',
        f'<span class="short">{esc(t.roles[q.role])}</span>',
        "<br>".join(_document(document_id, documents, lang, t) for document_id in q.documents),
    ]


def _spans(wanted: Wanted, t: UsageTexts) -> str:
    today = date.today()
    links = "".join(
        f'<li><a href="{esc(_url(these))}"{current if these == wanted else ""}>'
        f"{esc(t.spans.format(n=n))}</a></li>"
        for n in SPANS
        for these in (replace(wanted, first=today - timedelta(days=n - 1), last=today),)
        for current in (' aria-current="page"',)
    )
    return f'<ul class="tabs">{links}</ul>'


def _form(wanted: Wanted, address: str, t: UsageTexts) -> str:
    days = "".join(
        f'<p><label for="{key}">{esc(words)}</label><input type="date" id="{key}" name="{key}" '
        f'value="{day}"></p>'
        for key, words, day in (("first", t.first, wanted.first), ("last", t.last, wanted.last))
    )
    role = _choice("role", t.role, t.anybody, {r.value: t.roles[r] for r in Role}, wanted.role)
    way = _choice("way", t.way, t.any_way, {w.value: t.ways[w] for w in Way}, wanted.way)
    more = ""
    if address == LIST:
        statuses = {s.value: t.statuses[s] for s in Status}
        tenths = {str(i): _bin(i) for i in range(BINS)}
        tenth = None if wanted.tenth is None else str(wanted.tenth)
        more = _choice("status", t.status, t.any_status, statuses, wanted.status)
        more += _choice("tenth", t.bin, t.any_bin, tenths, tenth)
    return (
        f'<form class="in-row filter" method="get" action="{address}">{days}{role}{way}{more}'
        f'<p class="go"><button class="main" type="submit">{esc(t.show)}</button></p></form>'
    )


def _choice(
    key: str, words: str, every: str, options: Mapping[str, str], chosen: str | None
) -> str:
    listed = "".join(
        f'<option value="{esc(value)}"{" selected" if value == chosen else ""}>{esc(name)}</option>'
        for value, name in options.items()
    )
    return (
        f'<p><label for="{key}">{esc(words)}</label><select id="{key}" name="{key}">'
        f'<option value="">{esc(every)}</option>{listed}</select></p>'
    )


def _url(wanted: Wanted, address: str = ADDRESS) -> str:
    return f"{address}?{urlencode(_pairs(wanted))}"


def _pairs(wanted: Wanted) -> list[tuple[str, str]]:
    pairs = [("first", wanted.first.isoformat()), ("last", wanted.last.isoformat())]
    chosen = (("role", wanted.role), ("way", wanted.way), ("status", wanted.status))
    pairs += [(key, value.value) for key, value in chosen if value is not None]
    return pairs + ([] if wanted.tenth is None else [("tenth", str(wanted.tenth))])
