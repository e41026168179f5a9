"""The page of keys: what other programs come with (``bot.api_keys``)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response
from fastapi.routing import APIRouter

from bot import api_keys, audit
from bot.access import visitor_of
from bot.api_keys import ApiKey
from bot.clock import local_time
from bot.users import folded
from bot.web.admin_frame import admin_page, done, post_form, problem, shown_once, table
from bot.web.admin_keys_texts import KeysTexts, keys_texts
from bot.web.admin_route import section_router
from bot.web.admin_site import AdminSite
from bot.web.asked import answer, view_of
from bot.web.frame import View
from bot.web.markup import esc
from kb.errors import AccountError, NotFound
from kb.models import Role

ADDRESS = "/admin/keys"
_MOST_NAME = 40

Typed = Annotated[str, Form()]


def keys_router(site: AdminSite) -> APIRouter:
    """``/admin/keys`` and what its forms do."""
    router = section_router(site.settings.lang, "keys")

    def show(
        request: Request, status: int = 200, *, said: str = "", wrong: str = "",
        secret: tuple[str, str] | None = None, typed: str = "",
    ) -> Response:  # fmt: skip
        view = view_of(request, site.settings.lang, visitor_of)
        found = api_keys.every(site.catalog)
        html = keys_page(
            found, date.today(), view, said=said, wrong=wrong, secret=secret, typed=typed
        )
        return answer(html, request, status)

    def refused(request: Request, error: AccountError | NotFound, typed: str = "") -> Response:
        lang = view_of(request, site.settings.lang, visitor_of).lang
        return show(request, 400, wrong=error.message(lang), typed=typed)

    @router.get(ADDRESS)
    def every(request: Request, revoked: str = "") -> Response:
        t = keys_texts(view_of(request, site.settings.lang, visitor_of).lang)
        return show(request, said=t.revoked.format(name=revoked[:_MOST_NAME]) if revoked else "")

    @router.post(ADDRESS + "/add")
    def add(request: Request, name: Typed = "", role: Typed = "", until: Typed = "") -> Response:
        who = visitor_of(request).user
        try:
            key, secret = api_keys.add(site.catalog, name, _role(role), _day(until), by=who)
        except AccountError as error:
            return refused(request, error, name)
        audit.note(site.catalog, who, "key.add", f"{key.name} {key.role.value}")
        return show(request, secret=(key.name, secret))

    @router.post(ADDRESS + "/revoke")
    def revoke(request: Request, name: Typed = "") -> Response:
        try:
            key = api_keys.revoke(site.catalog, name)
        except NotFound as error:
            return refused(request, error)
        audit.note(site.catalog, visitor_of(request).user, "key.revoke", key.name)
        told = urlencode({"revoked": folded(name)})
        return RedirectResponse(f"{ADDRESS}?{told}", 303, headers={"cache-control": "no-store"})

    return router


def keys_page(
    found: Sequence[ApiKey],
    on: date,
    view: View,
    *,
    said: str = "",
    wrong: str = "",
    secret: tuple[str, str] | None = None,
    typed: str = "",
) -> str:
    """The page. ``said`` is what was just done, ``wrong`` what was not; ``secret`` a key's name and
    secret, ``typed`` what was written as the name of a key that was not made.
    """
    t = keys_texts(view.lang)
    rows = [_row(key, on, view, t) for key in found]
    listed = table(t.title, t.heads, rows) if rows else f'<p class="none">{esc(t.nothing)}</p>'
    told = f"{done(said)}{problem(wrong)}"
    if secret is not None:
        name, shown = secret
        told += shown_once(t.once_title.format(name=name), shown, t.once_label, t.once_more)
    content = f"{told}{listed}{_add(view, typed, on, t)}"
    return admin_page(t.title, content, view, "keys", lead=t.lead)


def _row(key: ApiKey, on: date, view: View, t: KeysTexts) -> list[str]:
    ends = key.expires.isoformat() if key.expires else t.always
    over = f' <span class="tag">{esc(t.over)}</span>' if key.over(on) else ""
    name = f'<input type="hidden" name="name" value="{esc(key.name)}">'
    button = f'<button type="submit" class="danger">{esc(t.revoke)}</button>'
    revoking = post_form(f"{ADDRESS}/revoke", view, name + button)
    label = esc(t.revoke_of.format(name=key.name))
    made = t.by.format(at=local_time(key.created_at)[:16], who=key.created_by)
    return [
        f"<b>{esc(key.name)}</b>",
        esc(t.roles[key.role]),
        esc(made),
        f'<span class="short">{esc(ends)}</span>{over}',
        f'<span class="short">{esc(local_time(key.last_used)[:16] if key.last_used else t.never)}'
        "</span>",
        f'<details><summary aria-label="{label}">{esc(t.revoke_fold)}</summary>'
        f"<p>{esc(t.revoke_more)}</p>{revoking}</details>",
    ]


def _add(view: View, typed: str, on: date, t: KeysTexts) -> str:
    filled = f' value="{esc(typed[:_MOST_NAME])}"' if typed else ""
    roles = "".join(f'<option value="{r.value}">{esc(t.roles[r])}</option>' for r in Role)
    fields = (
        f'<p><label for="new-name">{esc(t.name)}</label>'
        f'<input id="new-name" name="name" required maxlength="{_MOST_NAME}" autocomplete="off" '
        f'autocapitalize="none" spellcheck="false" aria-describedby="new-name-hint"{filled}>'
        f'<span class="hint" id="new-name-hint">{esc(t.name_hint)}</span></p>'
        f'<p><label for="new-role">{esc(t.role)}</label>'
        f'<select id="new-role" name="role">{roles}</select></p>'
        f'<p><label for="until">{esc(t.until)}</label><input type="date" id="until" name="until" '
        f'min="{on.isoformat()}" aria-describedby="until-hint">'
        f'<span class="hint" id="until-hint">{esc(t.until_hint)}</span></p>'
        f'<button class="main" type="submit">{esc(t.add_button)}</button>'
    )
    return (
        f"<section><h2>{esc(t.add)}</h2><p>{esc(t.add_more)}</p>"
        f"{post_form(f'{ADDRESS}/add', view, fields, 'in-row')}</section>"
    )


def _role(raw: str) -> Role:
    """The role a form names. Raises AccountError."""
    if raw not in set(Role):
        raise AccountError("请选择角色。没有新建密钥。", "Choose a role. No key was made.")
    return Role(raw)


def _day(raw: str) -> date | None:
    """The day a form names, None when it is left empty. Raises AccountError."""
    try:
        return date.fromisoformat(raw.strip()) if raw.strip() else None
    except ValueError as error:
        raise AccountError(
            f"最后有效日“{raw[:40]}”看不懂，没有新建密钥。请写成 2026-07-01 这样。",
            f"The last day “{raw[:40]}” cannot be read; no key was made. Write it as 2026-07-01.",
        ) from error
