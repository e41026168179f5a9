"""The list of unanswered questions and what can be done with them; ``bot.cases`` decides."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot import audit, cases, users
from bot.access import visitor_of
from bot.asking_again import answer_now, ask_again, ask_all_again
from bot.cases import Case, State
from bot.chores import Chore
from bot.chores import State as ChoreState
from bot.clock import minute_of
from bot.sheets import CSV_TYPE, EXCEL_TYPE, csv_file, excel_file
from bot.unanswered import remembering, sort_in, sweep
from bot.web.admin_case_page import case_page
from bot.web.admin_frame import admin_page, done, page_number, paging, post_form, problem, table
from bot.web.admin_route import Row, section_router
from bot.web.admin_site import AdminSite
from bot.web.admin_unanswered_texts import UnansweredTexts, unanswered_texts
from bot.web.admin_usage_texts import usage_texts
from bot.web.asked import answer, view_of
from bot.web.frame import View
from bot.web.markup import esc, lang_attribute
from kb.models import Role
from kb.stores import Progress

ADDRESS = "/admin/unanswered"
RELOAD = "/ui/reload.js"
AGAIN = "again"
"""The chore that asks all questions again."""
PER_PAGE = 30
SHOWN = 120
"""Characters of a question in the list."""
_QUICK = 1.0
"""Seconds that the list waits for asking again to end."""

Typed = Annotated[str, Form()]
Several = Annotated[list[str] | None, Form()]


def unanswered_router(site: AdminSite) -> APIRouter:
    """``/admin/unanswered`` and what is below it."""
    router = section_router(site.settings.lang, "unanswered")
    encode = remembering(site.kb)

    def all_again(progress: Progress) -> int:
        return ask_all_again(site.engine, encode, lambda: None, lambda: False)

    @router.get(ADDRESS)
    def every(request: Request) -> HTMLResponse:
        view = view_of(request, site.settings.lang, visitor_of)
        chore = site.chores.wait(AGAIN, _QUICK) if site.chores.get(AGAIN) else None
        sweep(site.catalog, time.time())
        sort_in(site.engine, encode, time.time())
        state = state_of(request.query_params.get("state", ""))
        found = cases.every(site.catalog, state)
        number = page_number(request.query_params.get("page", ""))
        html = list_page(found, state, cases.counts(site.catalog), number, chore, view)
        return answer(html, request)

    @router.post(ADDRESS + "/again")
    def again(request: Request) -> Response:
        who = visitor_of(request).user
        site.chores.start(AGAIN, who, all_again)
        audit.note(site.catalog, who, "case.again")
        return _to(ADDRESS)

    @router.post(ADDRESS + "/export")
    def export(request: Request, form: Typed = "excel", state: Typed = "") -> Response:
        view = view_of(request, site.settings.lang, visitor_of)
        audit.note(site.catalog, view.visitor.user, "case.export", state_of(state))
        return exported(cases.every(site.catalog, state_of(state)), form, view.lang)

    @router.get(ADDRESS + "/{case_id}")
    def one(request: Request, case_id: Row, done: str = "") -> HTMLResponse:
        view = view_of(request, site.settings.lang, visitor_of)
        case = cases.get(site.catalog, case_id)
        said = answer_now(site.engine, case.questions[0])
        held = {i.document_id: i.header.title for i in site.kb.documents(Role.ADMIN.audiences)}
        staff = [u.name for u in users.every(site.catalog) if not u.disabled]
        return answer(case_page(case, said, held, staff, view, done), request)

    @router.post(ADDRESS + "/{case_id}")
    def look_after(
        request: Request, case_id: Row, assignee: Typed = "", note: Typed = "",
        document: Several = None,
    ) -> Response:  # fmt: skip
        named = [d.strip() for d in document or () if d.strip()]
        cases.look_after(
            site.kb, visitor_of(request).user, case_id,
            assignee=assignee, note=note.strip(), documents=named,
        )  # fmt: skip
        return _to_case(case_id, "saved")

    @router.post(ADDRESS + "/{case_id}/again")
    def one_again(request: Request, case_id: Row) -> Response:
        case = ask_again(site.engine, case_id, time.time())
        audit.note(site.catalog, visitor_of(request).user, "case.again", f"#{case_id}")
        return _to_case(case_id, "again" if case.state is State.OPEN else "answered")

    @router.post(ADDRESS + "/{case_id}/close")
    def close(request: Request, case_id: Row, state: Typed = "") -> Response:
        how = State.DECLINED if state == State.DECLINED else State.ANSWERED
        cases.close(site.catalog, visitor_of(request).user, case_id, how, time.time())
        return _to_case(case_id, "closed")

    @router.post(ADDRESS + "/{case_id}/reopen")
    def reopen(request: Request, case_id: Row) -> Response:
        cases.reopen(site.catalog, visitor_of(request).user, case_id)
        return _to_case(case_id, "reopened")

    return router


def state_of(raw: str) -> State:
    """The state an address or a form names; open for anything else."""
    return State(raw) if raw in set(State) else State.OPEN


def exported(found: Iterable[Case], form: str, lang: str) -> Response:
    """Cases as a file, a row for each question: ``form`` is ``csv``, anything else is Excel.

    Contacts stay here.
    """
    t, u = unanswered_texts(lang), usage_texts(lang)
    rows = [
        (
            case.case_id, q.text, u.roles[q.role], _way(q.way, lang), q.times, minute_of(q.first),
            minute_of(q.last), t.yes if q.submitted else "", t.states[case.state], case.assignee,
            " ".join(case.documents), case.note,
        )
        for case in found
        for q in case.questions
    ]  # fmt: skip
    name = f"{t.title}-{date.today().isoformat()}"
    if form == "csv":
        content, of_type, suffix = csv_file(t.sheet, rows), CSV_TYPE, "csv"
    else:
        content, of_type, suffix = excel_file(t.sheet, rows, t.title), EXCEL_TYPE, "xlsx"
    return Response(
        content,
        media_type=of_type,
        headers={
            "content-disposition": f"attachment; filename*=UTF-8''{quote(name)}.{suffix}",
            "cache-control": "no-store",
        },
    )


def list_page(
    found: Sequence[Case],
    state: State,
    counted: Mapping[State, int],
    number: int,
    chore: Chore | None,
    view: View,
) -> str:
    """The list of the cases of a state; ``chore`` is how asking all of them again stands."""
    t = unanswered_texts(view.lang)
    last = max(1, -(-len(found) // PER_PAGE))
    number = min(number, last)
    rows = [_row(c, view.lang, t) for c in found[(number - 1) * PER_PAGE : number * PER_PAGE]]
    listed = (
        table(t.title, t.heads, rows) if rows else f'<p class="none">{esc(t.nothing[state])}</p>'
    )
    before, after = (f"{ADDRESS}?state={state}&page={n}" for n in (number - 1, number + 1))
    running = chore is not None and chore.state is ChoreState.RUNNING
    content = (
        f"{_told(chore, view.lang, t)}{_tabs(state, counted, t)}{listed}"
        f"{paging((before, after), number, last, view)}{_actions(state, bool(rows), view, t)}"
    )
    scripts = (RELOAD,) if running else ()
    return admin_page(t.title, content, view, "unanswered", lead=t.lead, scripts=scripts)


def _told(chore: Chore | None, lang: str, t: UnansweredTexts) -> str:
    if chore is None:
        return ""
    if chore.state is ChoreState.RUNNING:
        return f'<p class="notice" role="status">{esc(t.running)}</p>'
    if chore.error is not None:
        return problem(chore.error[lang == "en"])
    return done(t.closed_n.format(n=chore.result))


def _tabs(state: State, counted: Mapping[State, int], t: UnansweredTexts) -> str:
    links = "".join(
        f'<li><a href="{ADDRESS}?state={s}"{current if s is state else ""}>{esc(t.states[s])} '
        f'<span class="count">{counted[s]}</span></a></li>'
        for s in State
        for current in (' aria-current="page"',)
    )
    return f'<nav class="states" aria-label="{esc(t.tabs)}"><ul>{links}</ul></nav>'


def _row(case: Case, lang: str, t: UnansweredTexts) -> list[str]:
    text = case.questions[0].text
    shown = text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
    ways = len(case.questions)
    more = f' <span class="tag">{esc(t.more_ways.format(n=ways))}</span>' if ways > 1 else ""
    return [
        f'<a href="{ADDRESS}/{case.case_id}"{lang_attribute(shown, lang)}>{esc(shown)}</a>{more}',
        str(case.times),
        f'<span class="short">{minute_of(case.first)}</span>',
        f'<span class="short">{minute_of(case.last)}</span>',
        esc(t.waits.format(n=len(case.wants))) if case.wants else t.nobody,
        esc(case.assignee) or t.nobody,
    ]


def _actions(state: State, any_shown: bool, view: View, t: UnansweredTexts) -> str:
    if not any_shown:
        return ""
    hidden = f'<input type="hidden" name="state" value="{state}">'
    buttons = "".join(
        f'<button type="submit" name="form" value="{form}">{esc(words)}</button>'
        for form, words in (("excel", t.excel), ("csv", t.csv))
    )
    made = post_form(f"{ADDRESS}/export", view, hidden + buttons, "export")
    if state is not State.OPEN:
        return made
    button = f'<button class="main" type="submit">{esc(t.again_all)}</button>'
    told = f'<p class="help">{esc(t.again_all_more)}</p>'
    return f"{post_form(f'{ADDRESS}/again', view, button + told, 'again')}{made}"


def _way(way: str, lang: str) -> str:
    return {w.value: name for w, name in usage_texts(lang).ways.items()}.get(way, way)


def _to(address: str) -> Response:
    return RedirectResponse(address, 303, headers={"cache-control": "no-store"})


def _to_case(case_id: int, done: str) -> Response:
    return _to(f"{ADDRESS}/{case_id}?{urlencode({'done': done})}")
