"""The page of one group of unanswered questions: how they were asked, who waits for an answer, what
is said today. HTML, pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.cases import NOTE, Case, State, Unanswered
from bot.clock import minute_of
from bot.web.admin_frame import admin_page, done, post_form, table
from bot.web.admin_unanswered_texts import UnansweredTexts, unanswered_texts
from bot.web.admin_usage_texts import usage_texts
from bot.web.frame import View
from bot.web.markup import esc, lang_attribute, source_url
from kb.models import Answer, Status

ADDRESS = "/admin/unanswered"
TITLE = 80
"""Characters of a question as the page's title."""


def case_page(
    case: Case,
    said: Answer | None,
    held: Mapping[str, str],
    staff: Sequence[str],
    view: View,
    was_done: str = "",
) -> str:
    """The page of a case.

    ``said`` is what its first question is answered today, ``held`` the titles of all documents by
    id, ``staff`` who can look after it; ``was_done`` a key of the texts' ``saved``.
    """
    t = unanswered_texts(view.lang)
    content = (
        f"{done(t.saved.get(was_done, ''))}"
        f'<p class="links"><a href="{ADDRESS}?state={case.state}">{esc(t.back)}</a></p>'
        f"{_state(case, t)}{_questions(case, view.lang, t)}{_wants(case, t)}"
        f"{_answer(said, view.lang, t)}{_looking_after(case, held, staff, view, t)}"
        f"{_settling(case, view, t)}"
    )
    text = case.questions[0].text
    title = text if len(text) <= TITLE else f"{text[:TITLE]}…"
    return admin_page(title, content, view, "unanswered", lead=t.case.format(n=case.case_id))


def _state(case: Case, t: UnansweredTexts) -> str:
    told = [t.states[case.state]]
    if case.closed is not None:
        at = minute_of(case.closed)
        words = t.closed_by if case.closed_by else t.closed_itself
        told.append(words.format(who=case.closed_by, at=at))
    if case.asked_again is not None:
        told.append(t.asked_again.format(at=minute_of(case.asked_again)))
    return f'<p class="case-state">{" · ".join(esc(words) for words in told)}</p>'


def _questions(case: Case, lang: str, t: UnansweredTexts) -> str:
    u = usage_texts(lang)
    ways = {way.value: name for way, name in u.ways.items()}
    rows = [
        [
            f'<span class="typed"{lang_attribute(q.text, lang)}>{esc(q.text)}</span>{_marks(q, t)}',
            esc(u.roles[q.role]),
            esc(ways.get(q.way, q.way)),
            str(q.times),
            f'<span class="short">{minute_of(q.first)}</span>',
            f'<span class="short">{minute_of(q.last)}</span>',
            esc(t.outcomes[q.outcome] if q.outcome else t.not_yet),
        ]
        for q in case.questions
    ]
    listed = table(t.ways_of_asking, t.question_heads, rows)
    return f"<h2>{esc(t.ways_of_asking)}</h2>{listed}"


def _marks(question: Unanswered, t: UnansweredTexts) -> str:
    marks = [t.submitted] if question.submitted else []
    marks += [t.on_day.format(day=question.on.isoformat())] if question.on else []
    return "".join(f' <span class="tag">{esc(mark)}</span>' for mark in marks)


def _wants(case: Case, t: UnansweredTexts) -> str:
    if not case.wants:
        return ""
    items = "".join(
        f'<li><span class="typed">{esc(w.contact)}</span> '
        f'<span class="tag">{minute_of(w.at)}</span></li>'
        for w in case.wants
    )
    return (
        f'<h2>{esc(t.wants)}</h2><ul class="todo">{items}</ul>'
        f'<p class="help">{esc(t.wants_more)}</p>'
    )


def _answer(said: Answer | None, lang: str, t: UnansweredTexts) -> str:
    body = f'<p class="none">{esc(t.no_answer)}</p>'
    if said is not None and said.status is Status.ANSWERED:
        cited = {c.n: c for c in said.citations}
        lines = []
        for claim in said.claims:
            links = " ".join(
                f'<a href="{esc(url)}" target="_blank" rel="noopener">[{c.n}] {esc(c.title)}</a>'
                for c in (cited[n] for n in claim.citations if n in cited)
                for url in (source_url(c.document_id, lang, span=(c.start, c.end)),)
            )
            lines.append(
                f"<li><p{lang_attribute(claim.text, lang)}>{esc(claim.text)}</p>"
                f'<p class="links">{links}</p></li>'
            )
        body = f'<ul class="todo">{"".join(lines)}</ul>'
    return f'<h2>{esc(t.answer_now)}</h2><p class="help">{esc(t.answer_now_more)}</p>{body}'


def _looking_after(
    case: Case, held: Mapping[str, str], staff: Sequence[str], view: View, t: UnansweredTexts
) -> str:
    names = dict.fromkeys(["", *staff, *([case.assignee] if case.assignee else [])])
    options = "".join(
        f'<option value="{esc(name)}"{" selected" if name == case.assignee else ""}>'
        f"{esc(name or t.nobody)}</option>"
        for name in names
    )
    linked = "".join(
        f'<li><label><input type="checkbox" name="document" value="{esc(i)}" checked> '
        f"{esc(i)} {esc(held[i])}</label></li>"
        for i in case.documents
        if i in held
    )
    known = "".join(f'<option value="{esc(i)}">{esc(title)}</option>' for i, title in held.items())
    fields = (
        f'<p><label for="assignee">{esc(t.assignee)}</label>'
        f'<select id="assignee" name="assignee">{options}</select></p>'
        f"<fieldset><legend>{esc(t.linked)}</legend>"
        f"{f'<ul>{linked}</ul>' if linked else ''}"
        f'<label for="document">{esc(t.link_one)}</label>'
        f'<input id="document" name="document" list="documents" maxlength="200" '
        f'autocomplete="off" aria-describedby="document-hint">'
        f'<datalist id="documents">{known}</datalist>'
        f'<span class="hint" id="document-hint">{esc(t.link_hint)}</span></fieldset>'
        f'<p><label for="note">{esc(t.note)}</label>'
        f'<textarea id="note" name="note" rows="3" maxlength="{NOTE}" '
        f'aria-describedby="note-hint">{esc(case.note)}</textarea>'
        f'<span class="hint" id="note-hint">{esc(t.note_hint)}</span></p>'
        f'<button class="main" type="submit">{esc(t.save)}</button>'
    )
    form = post_form(f"{ADDRESS}/{case.case_id}", view, fields, "stacked")
    return f"<h2>{esc(t.looking_after)}</h2>{form}"


def _settling(case: Case, view: View, t: UnansweredTexts) -> str:
    address = f"{ADDRESS}/{case.case_id}"
    again = post_form(f"{address}/again", view, f'<button type="submit">{esc(t.again)}</button>')
    if case.state is not State.OPEN:
        button = f'<button type="submit">{esc(t.reopen)}</button>'
        opened = post_form(f"{address}/reopen", view, button)
        return (
            f'<div class="settling">{again}{opened}</div><p class="help">{esc(t.reopen_more)}</p>'
        )
    buttons = "".join(
        f'<button type="submit" name="state" value="{state}">{esc(words)}</button>'
        for state, words in ((State.ANSWERED, t.close_answered), (State.DECLINED, t.close_declined))
    )
    return (
        f'<h2>{esc(t.settle)}</h2><div class="settling">{again}'
        f"{post_form(f'{address}/close', view, buttons)}</div>"
        f'<p class="help">{esc(t.close_more)}</p>'
    )
