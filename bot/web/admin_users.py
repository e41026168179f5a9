"""The page of users: who may log in, and what an admin may change about them (``bot.staff``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response
from fastapi.routing import APIRouter

from bot import staff, users
from bot.access import visitor_of
from bot.clock import local_time
from bot.users import User
from bot.web.admin_frame import admin_page, done, post_form, problem, shown_once, table
from bot.web.admin_route import section_router
from bot.web.admin_site import AdminSite
from bot.web.admin_users_texts import UsersTexts, users_texts
from bot.web.asked import answer, view_of
from bot.web.frame import View
from bot.web.markup import esc
from kb.catalog import Catalog
from kb.errors import AccountError, NotFound
from kb.models import Role

ADDRESS = "/admin/users"
_MOST_NAME = 40

Typed = Annotated[str, Form()]

CHANGES: dict[str, Callable[[Catalog, str, str, str], object]] = {
    "role": lambda catalog, who, name, role: staff.set_role(catalog, who, name, _role(role)),
    "disable": lambda catalog, who, name, role: staff.set_disabled(catalog, who, name, True),
    "enable": lambda catalog, who, name, role: staff.set_disabled(catalog, who, name, False),
    "sessions": lambda catalog, who, name, role: staff.end_sessions(catalog, who, name),
    "remove": lambda catalog, who, name, role: staff.remove(catalog, who, name),
}
"""What a form may ask for: each takes the catalog, the admin's name, the user's and a role."""


def users_router(site: AdminSite) -> APIRouter:
    """``/admin/users`` and what its forms do."""
    router = section_router(site.settings.lang, "users")

    def show(
        request: Request, status: int = 200, *, said: str = "", wrong: str = "",
        secret: tuple[str, str] | None = None, typed: str = "",
    ) -> Response:  # fmt: skip
        view = view_of(request, site.settings.lang, visitor_of)
        found, logged_in = users.every(site.catalog), users.logins(site.catalog)
        html = users_page(
            found, logged_in, view, said=said, wrong=wrong, secret=secret, typed=typed
        )
        return answer(html, request, status)

    def refused(request: Request, error: AccountError | NotFound, typed: str = "") -> Response:
        lang = view_of(request, site.settings.lang, visitor_of).lang
        return show(request, 400, wrong=error.message(lang), typed=typed)

    @router.get(ADDRESS)
    def every(request: Request, done: str = "", name: str = "") -> Response:
        t = users_texts(view_of(request, site.settings.lang, visitor_of).lang)
        said = t.done.get(done, "").format(name=name[:_MOST_NAME])
        return show(request, said=said)

    @router.post(ADDRESS + "/add")
    def add(request: Request, name: Typed = "", role: Typed = "") -> Response:
        try:
            user, password = staff.add(site.catalog, visitor_of(request).user, name, _role(role))
        except AccountError as error:
            return refused(request, error, name)
        return show(request, secret=(user.name, password))

    @router.post(ADDRESS + "/password")
    def password(request: Request, name: Typed = "") -> Response:
        try:
            made = staff.renew_password(site.catalog, visitor_of(request).user, name)
        except (AccountError, NotFound) as error:
            return refused(request, error)
        return show(request, secret=(users.folded(name), made))

    @router.post(ADDRESS + "/change")
    def change(request: Request, act: Typed = "", name: Typed = "", role: Typed = "") -> Response:
        try:
            if act not in CHANGES:
                raise NotFound(
                    "没有这种操作，没有做任何更改。请刷新页面后再试。",
                    "There is no such action; nothing was changed. Reload the page, then try "
                    "again.",
                )
            CHANGES[act](site.catalog, visitor_of(request).user, name, role)
        except (AccountError, NotFound) as error:
            return refused(request, error)
        told = urlencode({"done": act, "name": users.folded(name)})
        return RedirectResponse(f"{ADDRESS}?{told}", 303, headers={"cache-control": "no-store"})

    return router


def users_page(
    found: Sequence[User],
    logged_in: Mapping[str, int],
    view: View,
    *,
    said: str = "",
    wrong: str = "",
    secret: tuple[str, str] | None = None,
    typed: str = "",
) -> str:
    """The page. ``said`` is what was just done, ``wrong`` what was not; ``secret`` a name and its
    one-time password, ``typed`` what was written as the name of a user who was not added.
    """
    t = users_texts(view.lang)
    rows = [_row(user, logged_in.get(user.name, 0), view, t) for user in found]
    listed = table(t.title, t.heads, rows) if rows else f'<p class="none">{esc(t.nobody)}</p>'
    told = f"{done(said)}{problem(wrong)}"
    if secret is not None:
        told += shown_once(
            t.once_title.format(name=secret[0]), secret[1], t.once_label, t.once_more
        )
    return admin_page(t.title, f"{told}{listed}{_add(view, typed, t)}", view, "users", lead=t.lead)


def _row(user: User, logged_in: int, view: View, t: UsersTexts) -> list[str]:
    mine = user.name == view.visitor.user
    tags = [t.you] if mine else []
    tags += [t.provider] if user.subject is not None else []
    marks = "".join(f' <span class="tag">{esc(tag)}</span>' for tag in tags)
    state = "disabled" if user.disabled else "unchanged" if user.must_change else "active"
    last = local_time(user.last_login)[:16] if user.last_login else t.never
    return [
        f"<b>{esc(user.name)}</b>{marks}",
        f'<span class="short">{esc(t.roles[user.role.value])}</span>',
        f'<span class="state state-{state}">{esc(t.states[state])}</span>',
        f'<span class="short">{esc(last)}</span>',
        esc(t.logins.format(n=logged_in)) if logged_in else "—",
        _actions(user, mine, view, t),
    ]


def _actions(user: User, mine: bool, view: View, t: UsersTexts) -> str:
    ours = user.subject is None
    forms = []
    if not mine:
        if ours:
            forms.append(_role_form(user, view, t))
            button = _button(t.password, t.password_more)
            forms.append(post_form(f"{ADDRESS}/password", view, _named(user) + button, "act"))
        act = "enable" if user.disabled else "disable"
        more = "" if user.disabled else t.disable_more
        forms.append(_change(user, act, t.enable if user.disabled else t.disable, more, view))
    forms.append(_change(user, "sessions", t.sessions, t.sessions_more, view))
    if not mine:
        removing = _change(user, "remove", t.remove, t.remove_more, view, danger=True)
        forms.append(f"<details><summary>{esc(t.remove_fold)}</summary>{removing}</details>")
    label = esc(t.change_of.format(name=user.name))
    return (
        f'<details class="acts"><summary aria-label="{label}">{esc(t.change)}</summary>'
        f"{''.join(forms)}</details>"
    )


def _role_form(user: User, view: View, t: UsersTexts) -> str:
    field = f"role-{user.name}"
    chosen = _roles(field, user.role, t)
    return post_form(
        f"{ADDRESS}/change",
        view,
        f'{_named(user)}<input type="hidden" name="act" value="role">'
        f'<label for="{esc(field)}">{esc(t.role)}</label>{chosen}{_button(t.save_role)}',
        "act",
    )


def _change(
    user: User, act: str, words: str, more: str, view: View, *, danger: bool = False
) -> str:
    hidden = f'{_named(user)}<input type="hidden" name="act" value="{act}">'
    return post_form(f"{ADDRESS}/change", view, hidden + _button(words, more, danger), "act")


def _named(user: User) -> str:
    return f'<input type="hidden" name="name" value="{esc(user.name)}">'


def _button(words: str, more: str = "", danger: bool = False) -> str:
    told = f'<span class="more">{esc(more)}</span>' if more else ""
    of_class = ' class="danger"' if danger else ""
    return f'<button type="submit"{of_class}>{esc(words)}</button>{told}'


def _roles(field: str, chosen: Role, t: UsersTexts) -> str:
    options = "".join(
        f'<option value="{role.value}"{" selected" if role is chosen else ""}>'
        f"{esc(t.roles[role.value])}</option>"
        for role in users.STAFF
    )
    return f'<select id="{esc(field)}" name="role">{options}</select>'


def _add(view: View, typed: str, t: UsersTexts) -> str:
    filled = f' value="{esc(typed[:_MOST_NAME])}"' if typed else ""
    fields = (
        f'<p><label for="new-name">{esc(t.name)}</label>'
        f'<input id="new-name" name="name" required maxlength="{_MOST_NAME}" autocomplete="off" '
        f'autocapitalize="none" spellcheck="false" aria-describedby="new-name-hint"{filled}>'
        f'<span class="hint" id="new-name-hint">{esc(t.name_hint)}</span></p>'
        f'<p><label for="new-role">{esc(t.role)}</label>'
        f"{_roles('new-role', Role.CADRE, t)}</p>"
        f'<button class="main" type="submit">{esc(t.add_button)}</button>'
    )
    return (
        f"<section><h2>{esc(t.add)}</h2><p>{esc(t.add_more)}</p>"
        f"{post_form(f'{ADDRESS}/add', view, fields, 'in-row')}</section>"
    )


def _role(raw: str) -> Role:
    """The role a form names. Raises AccountError."""
    if raw not in {role.value for role in users.STAFF}:
        raise AccountError(
            "请选择角色：干部或管理员。没有做任何更改。",
            "Choose a role, cadre or admin. Nothing was changed.",
        )
    return Role(raw)
