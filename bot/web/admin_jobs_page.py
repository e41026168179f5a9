"""The pages of ingests in the background: the list, and one with what became of its files. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.clock import local_time
from bot.jobs import FileState, Job, State
from bot.taking import told
from bot.web.admin_documents_page import document_url
from bot.web.admin_frame import admin_page, done, post_form, problem, table
from bot.web.admin_jobs_texts import JobsTexts, jobs_texts
from bot.web.frame import View
from bot.web.markup import esc
from ingest.outcome import Outcome, Result
from ingest.progress import Pace

SCRIPT = "/ui/admin_jobs.js"
MOST_NAMES = 3
"""Names of files told of a job in the list."""


def job_url(job_id: str, *below: str) -> str:
    """The address of a job's page, or of one below it."""
    return "/".join(["/admin/jobs", job_id, *below])


def progress_words(job: Job, lang: str) -> str:
    """How far a job is, with its rate and the time that may be left; its state when it does not
    run.
    """
    t = jobs_texts(lang)
    if job.state is not State.RUNNING:
        return t.states[job.state]
    return told(job.event, job.pace or Pace(0.0), lang)


def jobs_page(jobs: Sequence[Job], view: View) -> str:
    """All jobs that are remembered, newest first."""
    t = jobs_texts(view.lang)
    rows = [_row(job, view.lang, t) for job in jobs]
    listed = (
        table(t.title, [t.what, t.state, t.who, t.began], rows)
        if rows
        else f'<p class="none">{esc(t.none)}</p>'
    )
    return admin_page(t.title, listed, view, "jobs", lead=t.lead, scripts=(SCRIPT,))


def job_page(job: Job, names: Sequence[str], view: View, said: str = "") -> str:
    """One job; ``names`` are those of files that it has not come to yet."""
    t = jobs_texts(view.lang)
    error = job.error[1 if view.lang == "en" else 0] if job.error else ""
    cancel = (
        ""
        if job.over
        else post_form(
            job_url(job.job_id, "cancel"), view, f'<button type="submit">{esc(t.cancel)}</button>'
        )
    )
    content = (
        f"{done(t.cancelled if said == 'cancelled' else '')}{problem(error)}"
        f"{_progress(job, view.lang, t)}{cancel}{_files(job, names, view.lang, t)}"
        f'<p><a href="/admin/jobs">{esc(t.every)}</a></p>'
    )
    lead = f"{job.who} · {_when(job.since)}"
    return admin_page(t.job, content, view, "jobs", lead=lead, scripts=(SCRIPT,))


def file_words(file: FileState, lang: str) -> str:
    """How far a file of a job is."""
    t = jobs_texts(lang)
    if file.outcome is not None:
        return t.results[file.outcome.result]
    page = t.page_of.format(page=file.page, pages=file.pages) if file.pages else ""
    return " · ".join(part for part in (t.stages[file.stage], page) if part)


def _row(job: Job, lang: str, t: JobsTexts) -> list[str]:
    names = job.names or tuple(job.files)
    shown = "、".join(names[:MOST_NAMES]) + ("…" if len(names) > MOST_NAMES else "")
    return [
        f'<a href="{esc(job_url(job.job_id))}">{esc(shown or t.job)}</a>',
        f'<span class="state state-{job.state.value}" data-job="{esc(job.job_id)}" '
        f'data-state="{job.state.value}">{esc(progress_words(job, lang))}</span>',
        esc(job.who),
        esc(_when(job.since)),
    ]


def _progress(job: Job, lang: str, t: JobsTexts) -> str:
    files = job.event.files
    bar = (
        f'<progress max="{max(1, files)}" value="{job.event.files_done}" '
        f'aria-label="{esc(t.progress_label)}"></progress>'
        if job.state is State.RUNNING
        else ""
    )
    return (
        f'<div class="job" data-job="{esc(job.job_id)}" data-state="{job.state.value}">'
        f'<p role="status"><b class="said">{esc(progress_words(job, lang))}</b></p>{bar}</div>'
    )


def _files(job: Job, names: Sequence[str], lang: str, t: JobsTexts) -> str:
    outcomes = {o.name for o in job.outcomes}
    states = [f for name, f in job.files.items() if name not in outcomes]
    rows = [_outcome(outcome, lang, t) for outcome in job.outcomes]
    rows += [
        _outcome(f.outcome, lang, t) if f.outcome else _going(f.name, file_words(f, lang))
        for f in states
    ]
    rows += [_going(name, t.states[State.WAITING]) for name in names if not job.over]
    if not rows:
        return ""
    return table(t.job, [t.file, t.result, t.remarks], rows)


def _going(name: str, words: str) -> list[str]:
    return [esc(name), f'<span data-file="{esc(name)}">{esc(words)}</span>', ""]


def _outcome(outcome: Outcome, lang: str, t: JobsTexts) -> list[str]:
    bad = outcome.result in (Result.QUARANTINED, Result.REFUSED)
    title = outcome.title or outcome.document_id
    link = (
        f'<a href="{esc(document_url(outcome.document_id))}">{esc(title)}</a>'
        if outcome.document_id
        else ""
    )
    said = outcome.en if lang == "en" else outcome.zh
    remarks = [said] if said else [note.en if lang == "en" else note.zh for note in outcome.notes]
    told = "".join(f"<p>{esc(remark)}</p>" for remark in remarks)
    if bad and link:
        told += f"<p>{esc(t.stays)}: {link}</p>"
    if outcome.quarantine_id:
        told += f'<p><a href="/admin/quarantine">{esc(t.quarantine)}</a></p>'
    state = "failed" if bad else "done"
    return [
        esc(outcome.name) + ("" if bad or not link else f'<span class="sub">{link}</span>'),
        f'<span class="state state-{state}">{esc(t.results[outcome.result])}</span>',
        told,
    ]


def _when(at: float) -> str:
    return local_time(datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds"))
