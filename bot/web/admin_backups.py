"""The page of backups: made and verified in the background, downloaded, deleted; how to restore."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import FileResponse, RedirectResponse, Response
from fastapi.routing import APIRouter

from bot import audit
from bot.access import visitor_of
from bot.chores import Chore, State
from bot.clock import local_time
from bot.web.admin_backups_texts import BackupsTexts, backups_texts
from bot.web.admin_frame import admin_page, done, post_form, problem, table
from bot.web.admin_route import section_router
from bot.web.admin_site import AdminSite
from bot.web.asked import answer, view_of
from bot.web.chore_notice import SCRIPT, chore_notice
from bot.web.frame import View
from bot.web.markup import esc
from kb import backups
from kb.backups import Held
from kb.stores import Progress

ADDRESS = "/admin/backups"
MAKING = "backup"
_VERIFYING = "verify "
"""How the name of a chore begins that verifies the backup named after it."""
_MOMENT = 1.0
"""Seconds that a page waits for what is being done: in a small base it is over by then."""

Typed = Annotated[str, Form()]


def backups_router(site: AdminSite) -> APIRouter:
    """``/admin/backups`` and what its buttons do."""
    router = section_router(site.settings.lang, "backups")
    folder = site.kb.folder

    def make(who: str, progress: Progress) -> str:
        made, _ = backups.make(site.kb, progress)
        audit.note(site.catalog, who, "backup", made.name)
        backups.verify(folder, made.name, progress)
        return made.name

    @router.get(ADDRESS)
    def show(request: Request, deleted: str = "", restore: str = "") -> Response:
        view = view_of(request, site.settings.lang, visitor_of)
        site.chores.wait(MAKING, _MOMENT)
        held = backups.held(folder)
        chores = {
            name: chore
            for name in (MAKING, *(_VERIFYING + one.name for one in held))
            if (chore := site.chores.get(name)) is not None
        }
        chosen = next((one for one in held if one.name == restore), None)
        said = backups_texts(view.lang).deleted.format(name=deleted[:60]) if deleted else ""
        html = backups_page(held, chores, folder, view, said=said, restore=chosen)
        return answer(html, request)

    @router.post(ADDRESS + "/make")
    def begin(request: Request) -> Response:
        who = visitor_of(request).user
        site.chores.start(MAKING, who, lambda progress: make(who, progress))
        return _to(ADDRESS)

    @router.post(ADDRESS + "/verify")
    def verify(request: Request, name: Typed = "") -> Response:
        backups.path(folder, name)
        site.chores.start(
            _VERIFYING + name,
            visitor_of(request).user,
            lambda progress: backups.verify(folder, name, progress),
        )
        site.chores.wait(_VERIFYING + name, _MOMENT)
        return _to(ADDRESS)

    @router.post(ADDRESS + "/download")
    def download(request: Request, name: Typed = "") -> Response:
        file = backups.path(folder, name)
        audit.note(site.catalog, visitor_of(request).user, "backup.download", name)
        return FileResponse(
            file, media_type="application/zip", filename=name, headers={"cache-control": "no-store"}
        )

    @router.post(ADDRESS + "/delete")
    def delete(request: Request, name: Typed = "") -> Response:
        backups.delete(folder, name)
        audit.note(site.catalog, visitor_of(request).user, "backup.delete", name)
        return _to(f"{ADDRESS}?deleted={name}")

    return router


def _to(address: str) -> Response:
    return RedirectResponse(address, 303, headers={"cache-control": "no-store"})


def backups_page(
    held: Sequence[Held],
    chores: Mapping[str, Chore],
    folder: Path,
    view: View,
    *,
    said: str = "",
    restore: Held | None = None,
) -> str:
    """The page. ``chores`` are those of backups by name, ``said`` what was just done, ``restore``
    the backup whose steps are shown.
    """
    t = backups_texts(view.lang)
    at_work = next((c for c in chores.values() if c.state is State.RUNNING), None)
    rows = [_row(one, chores, view, t) for one in held]
    listed = table(t.title, t.heads, rows) if rows else f'<p class="none">{esc(t.nothing)}</p>'
    content = (
        f"{done(said)}{_told(chores.get(MAKING), view.lang, t)}"
        f"{_at_work(at_work, view, t) if at_work else _make(view, t)}"
        f"{_steps(restore, folder, t) if restore else ''}{listed}"
        f'<p class="careful">{esc(t.careful)}</p>'
    )
    scripts = (SCRIPT,) if at_work else ()
    return admin_page(t.title, content, view, "backups", lead=t.lead, scripts=scripts)


def _at_work(chore: Chore, view: View, t: BackupsTexts) -> str:
    words = t.making if chore.name == MAKING else t.verifying
    return chore_notice(chore, words, t.running_more, ADDRESS, view.lang)


def _make(view: View, t: BackupsTexts) -> str:
    button = f'<button class="main" type="submit">{esc(t.make)}</button>'
    more = f'<span class="more">{esc(t.make_more)}</span>'
    return post_form(f"{ADDRESS}/make", view, f"{button}{more}", "begin")


def _told(chore: Chore | None, lang: str, t: BackupsTexts) -> str:
    """How the last backup that was made here ended."""
    if chore is None or chore.state is State.RUNNING:
        return ""
    if chore.error is not None:
        return problem(f"{t.failed}: {chore.error[lang == 'en']}")
    return done(t.made.format(name=chore.result))


def _row(one: Held, chores: Mapping[str, Chore], view: View, t: BackupsTexts) -> list[str]:
    made_at = local_time(one.made_at.isoformat(timespec="seconds"))
    return [
        f'<span class="short">{esc(one.name)}</span>',
        f'<span class="short">{esc(made_at[:16])}</span>',
        f'<span class="short">{esc(size(one.bytes))}</span>',
        _verified(one, chores, view.lang, t),
        _actions(one, view, t),
    ]


def _verified(one: Held, chores: Mapping[str, Chore], lang: str, t: BackupsTexts) -> str:
    made = chores.get(MAKING)
    chore = chores.get(_VERIFYING + one.name)
    if chore is None and made is not None and made.result == one.name:
        chore = made  # verified as soon as it was made
    if chore is None:
        return esc(t.unverified)
    if chore.state is State.RUNNING:
        return esc(t.verifying)
    if chore.error is not None:
        return f'<span class="bad">{esc(t.bad.format(why=chore.error[lang == "en"]))}</span>'
    at = datetime.fromtimestamp(chore.until or chore.since, UTC).isoformat(timespec="seconds")
    return f'<span class="good">{esc(t.good.format(at=local_time(at)[:16]))}</span>'


def _actions(one: Held, view: View, t: BackupsTexts) -> str:
    name = f'<input type="hidden" name="name" value="{esc(one.name)}">'

    def button(act: str, words: str, cls: str = "") -> str:
        of_class = f' class="{cls}"' if cls else ""
        label = esc(f"{words} {one.name}")
        content = (
            f'{name}<button type="submit"{of_class} aria-label="{label}">{esc(words)}</button>'
        )
        return post_form(f"{ADDRESS}/{act}", view, content)

    deleting = button("delete", t.delete, "danger")
    return (
        f'<div class="buttons">{button("download", t.download)}{button("verify", t.verify)}'
        f'<a href="{ADDRESS}?restore={esc(one.name)}#steps">{esc(t.restore)}</a></div>'
        f"<details><summary>{esc(t.delete_fold)}</summary><p>{esc(t.delete_more)}</p>{deleting}"
        "</details>"
    )


def _steps(one: Held, folder: Path, t: BackupsTexts) -> str:
    file = folder / backups.FOLDER / one.name
    command = shlex.join(["kb", "restore", str(file), "--replace", "--data", str(folder)])
    made_at = local_time(one.made_at.isoformat(timespec="seconds"))[:16]
    before, stop, run, start = (f"<li>{esc(step)}" for step in t.steps)
    return (
        f'<section class="steps" id="steps"><h2>{esc(t.steps_title.format(name=one.name))}</h2>'
        f"<p>{esc(t.steps_lead.format(at=made_at))}</p><ol>{before}</li>{stop}</li>"
        f"{run}<br><code>{esc(command)}</code></li>{start}</li></ol><p>{esc(t.after)}</p></section>"
    )


def size(bytes_: int) -> str:
    """A number of bytes for people: ``2.6 MB``."""
    amount, unit = float(bytes_), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if amount < 1000:
            break
        amount, unit = amount / 1000, larger
    return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
