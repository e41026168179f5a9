"""From answers to the HTML of the conversation. Pure; everything from outside is escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.answering import Claimed
from bot.explain import Explanation
from bot.web.answer_foot import answer_foot
from bot.web.document import successor_link
from bot.web.hints import Hint, with_hints
from bot.web.markup import badge, breadcrumb, esc, facts, lang_attribute, source_url
from bot.web.source import Source, excerpt
from bot.web.table import answer_table
from bot.web.texts import Texts, day_text, texts
from bot.web.tools_texts import tools_texts
from bot.web.voice_form import SILENT, Voice, voice_form
from bot.web.worded import worded
from kb.models import Answer, Citation, Claim, Kind, Note, Status, Validity
from kb.paths import place

BANNERS = frozenset({"expired", "superseded", "not_yet", "number_not_held"})
"""Notes that change what an answer means: shown above it, not beneath."""


QUESTION_CHARS = 300
"""Characters of a question shown above its answer."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation: waiting while both ``answer`` and ``error`` are empty.

    ``said`` are the sentences known while it waits. ``resolved`` is the question that a follow-up
    was understood as; ``alone`` that it is to be searched as it was asked. ``error`` is a message
    in (Chinese, English). ``on`` is the day asked for, None for today. ``hints`` are the terms of
    the answer that the glossary explains; ``changed`` says that a link's answer differs from that
    of the time it was made. ``ref`` names what was written down of the question (``bot.asked``),
    ``voice`` is what its reader said of the answer.
    """

    n: int
    question: str
    on: date | None = None
    said: tuple[Claimed, ...] = ()
    resolved: str = ""
    alone: bool = False
    answer: Answer | None = None
    error: tuple[str, str] | None = None
    why: Explanation | None = None
    hints: tuple[Hint, ...] = ()
    changed: bool = False
    ref: str = ""
    voice: Voice = SILENT


@dataclass(frozen=True, slots=True)
class Chosen:
    """The citation shown in the source panel: ``n`` of turn ``turn``."""

    turn: int
    n: int


def header(lang: str) -> str:
    """The product's name, left in the bar on top of the page."""
    t = texts(lang)
    title = f"{esc(t.product)} · {esc(t.page)}"
    return (
        f'<a class="skip" href="#question">{esc(t.skip)}</a>'
        f'<div class="brand" data-lang="{t.html_lang}" data-title="{title}">'
        '<img src="/ui/icon.svg" alt="" width="32" height="32">'
        f'<h1><span class="brand-name">{esc(t.product)}</span>'
        f'<span class="sr">{esc(t.page)}</span></h1></div>'
    )


def conversation(turns: Sequence[Turn], lang: str, chosen: Chosen | None = None) -> str:
    """All turns in order, or the welcome with its examples when there is none."""
    if not turns:
        return welcome(lang)
    t = texts(lang)
    cards = "".join(_turn(turn, lang, chosen) for turn in turns)
    return f'<div class="turns" role="log" aria-label="{esc(t.thread_label)}">{cards}</div>'


def welcome(lang: str) -> str:
    """The empty page: what it does, and examples that ask themselves when clicked."""
    t = texts(lang)
    cards = "".join(
        f'<li><button type="button" class="example" data-example="{i}">'
        f'<span class="tag">{esc(e.topic)}</span>'
        f'<span class="example-text">{esc(e.question)}</span></button></li>'
        for i, e in enumerate(t.examples)
    )
    return (
        f'<section class="welcome"><h2>{esc(t.hero)}</h2><p class="lead">{esc(t.hero_sub)}</p>'
        f'<h3 id="examples">{esc(t.try_one)}</h3>'
        f'<ul class="examples" aria-labelledby="examples">{cards}</ul></section>'
    )


def _turn(turn: Turn, lang: str, chosen: Chosen | None) -> str:
    t = texts(lang)
    if turn.answer is not None:
        body = _answer(turn, turn.answer, lang, chosen)
    elif turn.error is not None:
        words = turn.error[1] if lang == "en" else turn.error[0]
        body = f'<p class="banner banner-warn" role="alert">{esc(words)}</p>'
    else:
        body = worded(lang) if any(s.generated for s in turn.said) else ""
        body += _sentences(turn, [s.claim for s in turn.said], _so_far(turn.said), lang, chosen)
        body += (
            f'<div class="searching" role="status"><span class="sr">{esc(t.searching)}</span>'
            "<i></i><i></i><i></i></div>"
        )
    day = ""
    if turn.on is not None:
        day = f'<p class="day">{esc(t.answered_for.format(day=day_text(turn.on, lang)))}</p>'
    day += _meant(turn, lang)
    asked = turn.question
    if len(asked) > QUESTION_CHARS:
        asked = asked[:QUESTION_CHARS] + "…"
    return (
        f'<article class="turn" id="turn-{turn.n}" data-turn="{turn.n}">'
        f'<h2 class="question"{lang_attribute(asked, lang)}>{esc(asked)}</h2>'
        f"{day}{body}</article>"
    )


def _meant(turn: Turn, lang: str) -> str:
    """What a follow-up was read as, and a button that searches it as it was asked."""
    if not turn.resolved:
        return ""
    t = tools_texts(lang)
    said = f"<b{lang_attribute(turn.resolved, lang)}>{esc(turn.resolved)}</b>"
    words = esc(t.meant).replace("{question}", said)
    alone = ""
    if turn.answer is not None:
        alone = f'<button type="button" data-alone="{turn.n}">{esc(t.alone)}</button>'
    return f'<p class="meant">{words} {alone}</p>'


def _answer(turn: Turn, answer: Answer, lang: str, chosen: Chosen | None) -> str:
    banners = "".join(
        f'<p class="banner banner-{"warn" if n.code != "number_not_held" else "info"}" '
        f'role="note">{esc(_note(n, lang))}</p>'
        for n in answer.notes
        if n.code in BANNERS
    )
    said = {
        Status.ANSWERED: lambda: _claims(turn, answer, lang, chosen),
        Status.NEAREST: lambda: _near_miss(turn, answer, lang, chosen),
        Status.REFUSED: lambda: _refusal(answer, turn.on, lang),
    }[answer.status]()
    if turn.changed:
        changed = tools_texts(lang).changed
        banners = f'<p class="banner banner-info" role="note">{esc(changed)}</p>{banners}'
    below = _quiet(answer, lang) + answer_foot(answer, turn.on, turn.why, lang)
    below += voice_form(turn.n, answer, turn.voice, turn.ref, lang)
    kind = "answer" if answer.status is Status.ANSWERED else f"answer answer-{answer.status}"
    mark = worded(lang) if answer.generated else ""
    return f'<div class="{kind}">{banners}{mark}{said}{below}</div>'


def _so_far(said: Sequence[Claimed]) -> list[Citation]:
    """The citations of the sentences known so far, each once."""
    return list({c.n: c for claimed in said for c in claimed.citations}.values())


def _claims(turn: Turn, answer: Answer, lang: str, chosen: Chosen | None) -> str:
    t = texts(lang)
    listed = "".join(f"<li>{_listed(turn, c, lang, chosen)}</li>" for c in answer.citations)
    if answer.table is not None:
        by_number = {c.n: c for c in answer.citations}
        said = answer_table(answer.table, lang, lambda n: _chip(turn, by_number[n], lang, chosen))
    else:
        said = _sentences(turn, answer.claims, answer.citations, lang, chosen)
    return f'{said}<ol class="cited" aria-label="{esc(t.sources_of)}">{listed}</ol>'


def _sentences(
    turn: Turn,
    claims: Sequence[Claim],
    citations: Sequence[Citation],
    lang: str,
    chosen: Chosen | None,
) -> str:
    by_number = {c.n: c for c in citations}
    sentences = []
    for i, claim in enumerate(claims):
        chips = "".join(
            _chip(turn, by_number[n], lang, chosen) for n in claim.citations if n in by_number
        )
        sentences.append(
            f"<p{lang_attribute(claim.text, lang)}>{_said(turn, i, claim.text, lang)}"
            f'<span class="chips">{chips}</span></p>'
        )
    return f'<div class="said">{"".join(sentences)}</div>' if sentences else ""


def _said(turn: Turn, claim: int, text: str, lang: str) -> str:
    return with_hints(text, [h for h in turn.hints if h.claim == claim], turn.n, lang)


def _link(turn: Turn, c: Citation, lang: str, chosen: Chosen | None, kind: str) -> str:
    """The opening tag of a link to a citation: a real address, and what the panel needs."""
    t = texts(lang)
    url = source_url(c.document_id, lang, version=c.version_id, span=(c.start, c.end), on=turn.on)
    current = ' aria-current="true"' if chosen == Chosen(turn.n, c.n) else ""
    label = esc(t.cite_label.format(n=c.n, title=c.title))
    return (
        f'<a class="cite {kind}" href="{esc(url)}" data-turn="{turn.n}" data-n="{c.n}" '
        f'aria-label="{label}" title="{esc(c.title)}"{current}>'
    )


def _chip(turn: Turn, c: Citation, lang: str, chosen: Chosen | None) -> str:
    return f"{_link(turn, c, lang, chosen, 'chip')}{c.n}</a>"


def _listed(turn: Turn, c: Citation, lang: str, chosen: Chosen | None) -> str:
    where = " · ".join(p for p in (c.doc_number, place(c.path)) if p)
    return (
        f'{_link(turn, c, lang, chosen, "row")}<span class="no">{c.n}</span>'
        f'<span class="what"><span class="title"{lang_attribute(c.title, lang)}>'
        f'{esc(c.title)}</span><span class="place">{esc(where)}</span></span>'
        f"{badge(c.validity, c.expires, lang, c.effective)}</a>"
    )


def _near_miss(turn: Turn, answer: Answer, lang: str, chosen: Chosen | None) -> str:
    """The nearest clauses under words that say they are no answer."""
    t = texts(lang)
    return (
        f'<div class="refusal"><h3>{esc(t.near_miss)}</h3><p>{esc(t.near_miss_why)}</p></div>'
        f"{_claims(turn, answer, lang, chosen)}{_next_steps(t)}"
    )


def _next_steps(t: Texts) -> str:
    return (
        f'<div class="refusal"><h4>{esc(t.next_step)}</h4><ul class="next">'
        f"<li>{esc(t.next_rephrase)}</li><li>{esc(t.next_contact)}</li></ul></div>"
    )


def _refusal(answer: Answer, on: date | None, lang: str) -> str:
    t = texts(lang)
    near = "".join(
        f'<li><a href="{esc(source_url(n.document_id, lang, on=on))}" target="_blank" '
        f'rel="noopener"><span class="title"{lang_attribute(n.title, lang)}>{esc(n.title)}'
        f'</span><span class="place">{esc(n.doc_number)}</span></a></li>'
        for n in answer.nearest
    )
    nearest = f'<h4>{esc(t.nearest)}</h4><ul class="near">{near}</ul>' if near else ""
    return (
        f'<div class="refusal"><h3>{esc(t.refused)}</h3><p>{esc(t.refused_why)}</p>{nearest}'
        f"</div>{_next_steps(t)}"
    )


def _note(note: Note, lang: str) -> str:
    return note.en if lang == "en" else note.zh


def _quiet(answer: Answer, lang: str) -> str:
    t = texts(lang)
    notes = [_note(n, lang) for n in answer.notes if n.code not in BANNERS]
    if t.verbatim and answer.claims and not answer.generated:
        notes.append(t.verbatim)
    if not notes:
        return ""
    items = "".join(f"<li>{esc(n)}</li>" for n in notes)
    return f'<ul class="notes" aria-label="{esc(t.notes)}">{items}</ul>'


def panel_empty(holdings: Mapping[Kind, int], lang: str) -> str:
    """The source panel before the first answer: what the base holds, what the badges mean."""
    t = texts(lang)
    counts = "".join(
        f"<li><b>{count}</b><span>{esc(t.kind[kind])}</span></li>"
        for kind, count in holdings.items()
        if count
    )
    marks = "".join(f"<li>{badge(v, None, lang)}</li>" for v in Validity)
    return (
        f'<section class="source source-empty" aria-label="{esc(t.source_label)}">'
        f"<h2>{esc(t.panel_title)}</h2><p>{esc(t.panel_empty)}</p>"
        f'<h3>{esc(t.holdings)}</h3><ul class="holdings">{counts}</ul>'
        f'<h3>{esc(t.badges_title)}</h3><ul class="legend">{marks}</ul></section>'
    )


def panel(turn: Turn, n: int, source: Source | None, lang: str) -> str:
    """The source panel for citation ``n`` of an answered turn.

    ``source`` is the document as it stands now, None when it is gone.
    """
    t = texts(lang)
    citations = turn.answer.citations if turn.answer else ()
    found = [c for c in citations if c.n == n]
    if not found:
        return ""
    c = found[0]
    chosen = Chosen(turn.n, n)
    tabs = "".join(_chip(turn, other, lang, chosen) for other in citations)
    return (
        f'<section class="source" id="source-{turn.n}-{n}" aria-live="polite" '
        f'aria-label="{esc(t.source_label)}"><div class="source-top">'
        f'<h2>{esc(t.panel_title)}</h2><span class="chips">{tabs}</span>'
        f'<a class="back" href="#turn-{turn.n}" data-back="{turn.n}">{esc(t.panel_back)}</a></div>'
        f"{_card(turn, c, source, lang)}</section>"
    )


def _card(turn: Turn, c: Citation, source: Source | None, lang: str) -> str:
    t = texts(lang)
    if source is None:
        return f'<p class="banner banner-warn" role="note">{esc(t.not_found)}</p>{_quote(c, lang)}'
    head = source.info.header
    url = source_url(c.document_id, lang, version=c.version_id, span=(c.start, c.end), on=turn.on)
    replaced = ""
    if source.successor is not None and source.validity is Validity.SUPERSEDED:
        replaced = esc(t.replaced_by).replace("{by}", successor_link(source.successor, lang))
    rows = (
        (t.doc_number, esc(head.doc_number)),
        (t.issuers, esc(t.join.join(head.issuers))),
        (t.effective, day_text(head.effective, lang)),
        (t.expires, day_text(head.expires, lang)),
        (t.replaced, replaced),
        (t.clause, breadcrumb(c.path)),
        (t.page_no, str(c.page) if c.page is not None else ""),
        (t.checked, esc(t.grade[head.grade]) if head.grade else ""),
    )
    quoted = (
        f'<p class="banner banner-warn" role="note">{esc(t.stale)}</p>{_quote(c, lang)}'
        if source.span is None
        else _context(source, lang)
    )
    return (
        f'<p class="marks">{badge(source.validity, head.expires, lang, head.effective)}</p>'
        f"<h3{lang_attribute(head.title, lang)}>{esc(head.title)}</h3>{quoted}"
        f'<p class="open"><a class="button" href="{esc(url)}" target="_blank" rel="noopener">'
        f"{esc(t.open_original)}</a></p>{facts(rows)}"
    )


def _quote(c: Citation, lang: str) -> str:
    return f"<blockquote{lang_attribute(c.quote, lang)}><mark>{esc(c.quote)}</mark></blockquote>"


def _context(source: Source, lang: str) -> str:
    """The quoted sentence marked, in about 300 characters of its document."""
    if source.span is None:
        return ""
    part = excerpt(source.text, source.span)
    before = ("…" if part.starts_inside else "") + part.before
    after = part.after + ("…" if part.ends_inside else "")
    return (
        f"<blockquote{lang_attribute(part.quote, lang)} "
        f'aria-label="{esc(texts(lang).context)}">{esc(before)}<mark>{esc(part.quote)}</mark>'
        f"{esc(after)}</blockquote>"
    )
