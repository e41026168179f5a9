"""The first page for admins: what the base holds, what needs a look, which jobs run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from bot import cases, feedback
from bot.access import visitor_of
from bot.jobs import Job, State
from bot.web.admin_frame import admin_page
from bot.web.admin_overview_texts import OverviewTexts, overview_texts
from bot.web.admin_site import AdminSite
from bot.web.asked import answer, view_of
from bot.web.frame import View
from bot.web.markup import esc
from bot.web.texts import texts
from kb import quarantine, uploads
from kb.models import Audience, DocumentInfo, Kind, Validity
from kb.snapshot import Snapshot
from kb.validity import validity


@dataclass(frozen=True, slots=True)
class Look:
    """Something that needs a look when there is any of it: words with ``{n}``, how many there are,
    and the address where it is dealt with (empty when there is none).
    """

    zh: str
    en: str
    count: Callable[[AdminSite], int]
    address: str = ""


def overview_router(site: AdminSite) -> APIRouter:
    """``/admin``."""
    router = APIRouter()

    @router.get("/admin")
    def overview(request: Request) -> HTMLResponse:
        view = view_of(request, site.settings.lang, visitor_of)
        found = [(look, n) for look in LOOKS if (n := look.count(site))]
        return answer(
            overview_page(site.kb.snapshot, found, site.jobs.every(), date.today(), view), request
        )

    return router


def _set_aside(site: AdminSite) -> int:
    with site.catalog.begin() as connection:
        return len(quarantine.entries(connection))


def _uploaded(site: AdminSite) -> int:
    return len(uploads.every(site.catalog))


def _of_validity(wanted: Validity) -> Callable[[AdminSite], int]:
    def count(site: AdminSite) -> int:
        today = date.today()
        return sum(validity(i.header, today) is wanted for i in site.kb.snapshot.live.values())

    return count


def _unanswered(site: AdminSite) -> int:
    return cases.counts(site.catalog)[cases.State.OPEN]


def _feedback(site: AdminSite) -> int:
    return feedback.waiting(site.catalog)


LOOKS = (
    Look("隔离区里有 {n} 个文件等待处理", "Files set aside: {n}", _set_aside, "/admin/quarantine"),
    Look(
        "有 {n} 个上传的文件等待审核",
        "Uploads that wait for your decision: {n}",
        _uploaded,
        "/admin/add",
    ),
    Look(
        "有 {n} 份资料将在 180 天内到期",
        "Documents that end within 180 days: {n}",
        _of_validity(Validity.EXPIRING),
        "/admin/documents?validity=expiring&sort=expires",
    ),
    Look(
        "有 {n} 组问题没有答出",
        "Groups of questions unanswered: {n}",
        _unanswered,
        "/admin/unanswered",
    ),
    Look(
        "有 {n} 条反馈等待处理",
        "Feedback that waits: {n}",
        _feedback,
        "/admin/feedback",
    ),
)


def overview_page(
    held: Snapshot, looks: Sequence[tuple[Look, int]], jobs: Sequence[Job], on: date, view: View
) -> str:
    """The page; ``looks`` come with how many there are of each."""
    t = overview_texts(view.lang)
    documents = list(held.live.values())
    listed = "".join(f"<li>{_look(look, n, view.lang)}</li>" for look, n in looks)
    at_work = [job for job in reversed(jobs) if not job.over]
    running = "".join(f"<li>{esc(_job(job, t))}</li>" for job in at_work)
    content = (
        f'<div class="tiles">{_held(documents, len(held.terms), t)}'
        f"{_tile(t.by_kind, _kinds(documents, view.lang))}"
        f"{_tile(t.by_validity, _validities(documents, on, view.lang))}</div>"
        f"{_part(t.look, listed, t.nothing)}{_part(t.running, running, t.idle)}"
    )
    return admin_page(t.title, content, view, "overview", lead=t.lead)


def _held(documents: Sequence[DocumentInfo], terms: int, t: OverviewTexts) -> str:
    audiences = Counter(info.header.audience for info in documents)
    return _tile(
        t.held,
        [
            (t.documents, len(documents)),
            (t.public, audiences[Audience.PUBLIC]),
            (t.internal, audiences[Audience.INTERNAL]),
            (t.passages, sum(info.passage_count for info in documents)),
            (t.terms, terms),
        ],
    )


def _kinds(documents: Sequence[DocumentInfo], lang: str) -> list[tuple[str, int]]:
    counted = Counter(info.header.kind for info in documents)
    return [(texts(lang).kind[kind], counted[kind]) for kind in Kind]


def _validities(documents: Sequence[DocumentInfo], on: date, lang: str) -> list[tuple[str, int]]:
    counted = Counter(validity(info.header, on) for info in documents)
    return [(texts(lang).validity[v], counted[v]) for v in Validity if counted[v]]


def _tile(name: str, counts: Sequence[tuple[str, int]]) -> str:
    rows = "".join(f"<div><dt>{esc(words)}</dt><dd>{n:,}</dd></div>" for words, n in counts)
    return f'<section class="tile"><h2>{esc(name)}</h2><dl>{rows}</dl></section>'


def _part(name: str, items: str, nothing: str) -> str:
    held = f'<ul class="todo">{items}</ul>' if items else f'<p class="none">{esc(nothing)}</p>'
    return f'<section class="part"><h2>{esc(name)}</h2>{held}</section>'


def _look(look: Look, n: int, lang: str) -> str:
    words = esc((look.en if lang == "en" else look.zh).format(n=n))
    return f'<a href="{esc(look.address)}">{words}</a>' if look.address else words


def _job(job: Job, t: OverviewTexts) -> str:
    if job.state is State.WAITING:
        return t.waiting.format(who=job.who)
    return t.at_work.format(who=job.who, done=job.event.files_done, files=job.event.files)
