"""The page of the examination: what ``kb doctor`` finds, and what a button can mend."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.routing import APIRouter

from bot import audit
from bot.access import visitor_of
from bot.chores import Chore, State
from bot.clock import local_time
from bot.web.admin_doctor_texts import DoctorTexts, doctor_texts
from bot.web.admin_documents_page import document_url
from bot.web.admin_frame import admin_page, done, post_form, problem, section_address
from bot.web.admin_route import section_router
from bot.web.admin_site import AdminSite
from bot.web.asked import answer, view_of
from bot.web.chore_notice import SCRIPT, chore_notice
from bot.web.frame import View
from bot.web.markup import esc
from kb.doctor import examine_open, mend
from kb.errors import BusyError
from kb.examinations import REPAIR, Finding
from kb.stores import Progress

ADDRESS = "/admin/doctor"
EXAMINATION, REPAIRING = "examination", "repair"
"""The chores."""
_QUICK = 2.0
"""Seconds that a page waits for an examination. One that took less is made anew for every look."""


def doctor_router(site: AdminSite) -> APIRouter:
    """``/admin/doctor`` and what its buttons do."""
    router = section_router(site.settings.lang, "doctor")

    def examine(progress: Progress) -> list[Finding]:
        return examine_open(site.kb)

    def repair(progress: Progress) -> list[Finding]:
        mend(site.kb, progress)
        return examine_open(site.kb)

    @router.get(ADDRESS)
    def show(request: Request) -> HTMLResponse:
        view = view_of(request, site.settings.lang, visitor_of)
        if _is_stale(_last(site)):
            try:
                site.chores.start(EXAMINATION, view.visitor.user, examine)
            except BusyError as error:
                return answer(doctor_page(None, view, wrong=error.message(view.lang)), request)
        last = _last(site)
        chore = None if last is None else site.chores.wait(last.name, _QUICK)
        return answer(doctor_page(chore, view), request)

    @router.post(ADDRESS + "/examine")
    def again(request: Request) -> Response:
        site.chores.start(EXAMINATION, visitor_of(request).user, examine)
        return _back()

    @router.post(ADDRESS + "/repair")
    def begin(request: Request) -> Response:
        who = visitor_of(request).user
        site.chores.start(REPAIRING, who, repair)
        audit.note(site.catalog, who, "doctor.repair")
        return _back()

    return router


def _back() -> Response:
    return RedirectResponse(ADDRESS, 303, headers={"cache-control": "no-store"})


def _last(site: AdminSite) -> Chore | None:
    """The examination or repair that was begun last."""
    begun = [chore for name in (EXAMINATION, REPAIRING) if (chore := site.chores.get(name))]
    return max(begun, key=lambda chore: chore.since, default=None)


def _is_stale(chore: Chore | None) -> bool:
    """Whether to examine anew: there is nothing to show, or it takes no time. What came of a
    repair stays until somebody asks for another examination.
    """
    if chore is None:
        return True
    quick = chore.until is not None and chore.until - chore.since < _QUICK
    return chore.name == EXAMINATION and chore.state is State.DONE and quick


def doctor_page(chore: Chore | None, view: View, *, wrong: str = "") -> str:
    """The page: the last examination or repair as it stands, ``wrong`` if none could be begun."""
    t = doctor_texts(view.lang)
    scripts: tuple[str, ...] = ()
    if chore is None:
        content = problem(wrong) + _again(view, t)
    elif chore.state is State.RUNNING:
        words = t.examining if chore.name == EXAMINATION else t.repairing
        content = chore_notice(chore, words, t.running_more, ADDRESS, view.lang)
        scripts = (SCRIPT,)
    elif chore.error is not None:
        content = problem(f"{t.failed}: {chore.error[view.lang == 'en']}") + _again(view, t)
    else:
        content = _result(chore, view, t)
    return admin_page(t.title, content, view, "doctor", lead=t.lead, scripts=scripts)


def _result(chore: Chore, view: View, t: DoctorTexts) -> str:
    findings = chore.result if isinstance(chore.result, list) else []
    ended = datetime.fromtimestamp(chore.until or chore.since, UTC).isoformat(timespec="seconds")
    told = t.examined.format(
        at=local_time(ended), seconds=f"{(chore.until or chore.since) - chore.since:.1f}"
    )
    groups = "".join(
        _group(code, list(found), view, t)
        for code, found in groupby(_by_code(findings), key=lambda f: f.code)
    )
    return (
        f"{done(t.repaired if chore.name == REPAIRING else '')}"
        f'<div class="told"><p>{esc(told)}</p>{_again(view, t)}</div>{groups}'
    )


def _by_code(findings: Sequence[Finding]) -> list[Finding]:
    """The findings with those of a kind together, in the order of the first of each."""
    codes = list(dict.fromkeys(finding.code for finding in findings))
    return sorted(findings, key=lambda finding: codes.index(finding.code))


def _again(view: View, t: DoctorTexts) -> str:
    button = f'<button type="submit">{esc(t.examine)}</button>'
    return post_form(f"{ADDRESS}/examine", view, button)


def _group(code: str, findings: Sequence[Finding], view: View, t: DoctorTexts) -> str:
    """All findings of a kind: what to do is said once."""
    first = findings[0]
    severity = t.severities.get(first.severity, first.severity)
    count = f' <span class="count">{len(findings)}</span>' if len(findings) > 1 else ""
    advice = t.advice.get(code, t.otherwise if first.command else "")
    button = ""
    if first.command == REPAIR:
        words = f'<button class="main" type="submit">{esc(t.repair)}</button>'
        button = post_form(f"{ADDRESS}/repair", view, words)
    items = "".join(_item(finding, view.lang, t) for finding in findings)
    listed = f'<ul class="todo">{items}</ul>'
    if len(findings) > 5:
        listed = (
            f"<details><summary>{esc(t.sorts.get(code, code))}{count}</summary>{listed}</details>"
        )
    return (
        f'<section class="finding"><h2><span class="severity severity-{esc(first.severity)}">'
        f"{esc(severity)}</span> {esc(t.sorts.get(code, code))}{count}</h2>"
        f"{f'<p>{esc(advice)}</p>' if advice else ''}{button}{listed}</section>"
    )


def _item(finding: Finding, lang: str, t: DoctorTexts) -> str:
    said = finding.en if lang == "en" else finding.zh
    return f"<li><p>{esc(said)}</p>{_way(finding, t)}</li>"


def _way(finding: Finding, t: DoctorTexts) -> str:
    """Where a finding is dealt with: a page, or a command where no page does it."""
    if not finding.command or finding.command == REPAIR:
        return ""
    if finding.code == "quarantined":
        return f'<p><a href="{esc(section_address("quarantine"))}">{esc(t.quarantine)}</a></p>'
    if not finding.subjects:
        return f"<p>{esc(t.command_more)} <code>{esc(finding.command)}</code></p>"
    links = " ".join(
        f'<a href="{esc(document_url(subject))}">{esc(t.document)} {esc(subject)}</a>'
        for subject in finding.subjects
    )
    restore = finding.code in ("source_missing", "source_changed")
    command = f"<p>{esc(t.command_more)} <code>{esc(finding.command)}</code></p>" if restore else ""
    return f'<p class="links">{links}</p>{command}'
