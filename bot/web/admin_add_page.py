"""The page for adding documents: the form, and what waits for a decision. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from bot.clock import local_time
from bot.web.admin_add_texts import AddTexts, add_texts
from bot.web.admin_frame import admin_page, done, post_form, problem, table
from bot.web.form_guard import token_of
from bot.web.frame import View
from bot.web.markup import esc
from bot.web.texts import texts
from kb.models import Audience, DocumentInfo, Kind
from kb.uploads import Stage, Upload

SCRIPT = "/ui/admin_add.js"
MEGABYTE = 1_000_000


def review_url(upload_id: str, *below: str) -> str:
    """The address where an upload is looked at, or of one below it."""
    return "/".join(["/admin/add", upload_id, *below])


def state_words(
    upload: Upload, pages: Mapping[str, tuple[int, int]], taken: Collection[str], lang: str
) -> tuple[str, str]:
    """Where an upload is: a key of ``AddTexts.states``, and words for it."""
    t = add_texts(lang)
    if upload.upload_id in taken:
        return "taken", t.states["taken"]
    if upload.upload_id in pages:
        page, last = pages[upload.upload_id]
        counted = f" · {t.page_of.format(page=page, pages=last)}" if last else ""
        return "reading", t.states["reading"] + counted
    if upload.stage is Stage.WAITING:
        return "waiting", t.states["waiting"]
    if upload.stage is Stage.FAILED:
        return "failed", t.states["failed"]
    key = "objected" if upload.can_accept else "ready"
    return key, t.states[key]


def add_page(
    waiting: Sequence[Upload],
    pages: Mapping[str, tuple[int, int]],
    taken: Collection[str],
    most_mb: int,
    view: View,
    *,
    said: str = "",
    errors: Sequence[str] = (),
    target: DocumentInfo | None = None,
) -> str:
    """The page. ``pages`` tells how far those being read are, ``taken`` which are in a job;
    ``target`` is the document a new version is uploaded of.
    """
    t = add_texts(view.lang)
    wrong = "".join(problem(error) for error in errors)
    content = (
        f"{done(said)}{wrong}{_form(most_mb, target, view, t)}"
        f'<section aria-labelledby="s-waiting"><h2 id="s-waiting">{esc(t.waiting)}</h2>'
        f"{_waiting(waiting, pages, taken, view, t)}</section>"
    )
    return admin_page(t.title, content, view, "add", lead=t.lead, scripts=(SCRIPT,))


def size_words(size: int) -> str:
    """A number of bytes for readers."""
    return f"{size / MEGABYTE:,.1f} MB" if size >= MEGABYTE else f"{max(1, size // 1000):,} kB"


def _form(most_mb: int, target: DocumentInfo | None, view: View, t: AddTexts) -> str:
    shown = texts(view.lang)
    kinds = [("", t.told), *((kind.value, shown.kind[kind]) for kind in Kind)]
    audiences = [
        ("", t.told),
        (Audience.PUBLIC.value, t.public),
        (Audience.INTERNAL.value, t.internal),
    ]
    replaced = _replaced(target, t) if target else ""
    many = "" if target else " multiple"
    words = "".join(f' data-{key}="{esc(said)}"' for key, said in t.script.items())
    fields = (
        f'{replaced}<label class="drop" for="files"><b>{esc(t.choose)}</b>'
        f'<span class="script" hidden>{esc(t.drop)}</span><span class="sub">'
        f"{esc(t.limits.format(mb=most_mb))}</span>"
        f'<input type="file" id="files" name="files" required{many}></label>'
        f'<div class="header-fields">{_select("kind", t.kind, kinds)}'
        f"{_select('audience', t.audience, audiences)}</div>"
        f'<fieldset class="choice"><legend>{esc(t.then)}</legend>'
        f'<label><input type="radio" name="then" value="look" checked> {esc(t.then_look)}</label>'
        f'<label><input type="radio" name="then" value="take"> {esc(t.then_take)}</label>'
        f'</fieldset><p class="no-script"><button type="submit" class="main">{esc(t.send)}'
        "</button></p>"
    )
    guard = f' data-token="{esc(token_of(view.visitor))}" data-most="{most_mb}"'
    form = post_form("/admin/add", view, fields, "add").replace(
        "<form ", f'<form enctype="multipart/form-data"{guard}{words} ', 1
    )
    return f'{form}<ul class="sending" aria-live="polite" hidden></ul>'


def _replaced(target: DocumentInfo, t: AddTexts) -> str:
    words = t.for_document.format(title=target.header.title, id=target.document_id)
    return (
        f'<p class="notice">{esc(words)}</p>'
        f'<input type="hidden" name="replaces" value="{esc(target.document_id)}">'
    )


def _select(name: str, label: str, options: Sequence[tuple[str, str]]) -> str:
    made = "".join(f'<option value="{esc(key)}">{esc(words)}</option>' for key, words in options)
    return (
        f'<div class="field"><label for="as-{name}">{esc(label)}</label>'
        f'<select id="as-{name}" name="{name}">{made}</select></div>'
    )


def _waiting(
    waiting: Sequence[Upload],
    pages: Mapping[str, tuple[int, int]],
    taken: Collection[str],
    view: View,
    t: AddTexts,
) -> str:
    if not waiting:
        return f'<p class="none">{esc(t.none)}</p>'
    rows = [
        _row(upload, state_words(upload, pages, taken, view.lang), view, t) for upload in waiting
    ]
    listed = table(t.waiting, [t.file, t.state, t.size, t.since], rows)
    buttons = (
        f'<p class="buttons"><button type="submit">{esc(t.take)}</button>'
        f'<button type="submit" class="danger" formaction="/admin/add/discard">{esc(t.discard)}'
        "</button></p>"
    )
    form = post_form("/admin/add/take", view, listed + buttons, "uploads")
    return f"<p>{esc(t.waiting_lead)}</p>{form}"


def _row(upload: Upload, words: tuple[str, str], view: View, t: AddTexts) -> list[str]:
    state, said = words
    why = upload.en if view.lang == "en" else upload.zh
    reason = f'<span class="sub">{esc(why)}</span>' if why else ""
    disabled = " disabled" if state == "taken" else ""
    tick = (
        f'<input type="checkbox" name="upload" value="{esc(upload.upload_id)}" '
        f'aria-label="{esc(t.tick.format(name=upload.name))}"{disabled}>'
    )
    return [
        f'<span class="ticked">{tick}<a href="{esc(review_url(upload.upload_id))}">'
        f"{esc(upload.name)}</a></span>",
        f'<span class="state state-{state}" data-upload="{esc(upload.upload_id)}" '
        f'data-state="{state}">{esc(said)}</span>{reason}',
        esc(size_words(upload.size)),
        f'{esc(local_time(upload.added_at)[:16])}<span class="sub">{esc(upload.who)}</span>',
    ]
