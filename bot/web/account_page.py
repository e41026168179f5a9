"""The pages of logging in, of one's account, and of closed doors. Pure; they need no script."""

from __future__ import annotations

from urllib.parse import urlencode

from bot.access import REASONS, Verdict
from bot.web.account_texts import account_texts
from bot.web.frame import View, page
from bot.web.markup import esc


def login_page(
    view: View, token: str, after: str, *, name: str = "", error: str = "", provider: bool = False
) -> str:
    """The login form. ``token`` guards it, ``after`` is where to go then, ``error`` what failed;
    ``provider`` offers the organisation's accounts too.
    """
    t = account_texts(view.lang)
    other = (
        f'<p class="or"><a class="button" href="{esc(_with_next("/login/provider", after))}">'
        f"{esc(t.provider)}</a></p>"
        if provider
        else ""
    )
    fields = _field(t.name, "name", "username", "text", value=name, focus=not name) + _field(
        t.password, "password", "current-password", "password", focus=bool(name)
    )
    return _form_page(
        t.login,
        f'<p class="lead">{esc(t.login_lead)}</p>{_alert(error)}'
        + _form("/login", token, after, fields, t.enter)
        + other,
        view,
    )


def account_page(
    view: View, token: str, after: str, *, has_password: bool = True, error: str = ""
) -> str:
    """One's account: who is logged in, the password's form, logging out."""
    t = account_texts(view.lang)
    visitor = view.visitor
    role = t.roles.get(visitor.role.value, "")
    who = t.logged_in_as.format(name=visitor.user, role=role) if role else visitor.user
    fields = (
        _field(t.old, "old", "current-password", "password", focus=visitor.must_change)
        + _field(t.new, "new", "new-password", "password", hint=t.rules)
        + _field(t.again, "again", "new-password", "password")
    )
    first = f'<p class="notice" role="status">{esc(t.change_first)}</p>'
    change = (
        f"<h2>{esc(t.change)}</h2>{first if visitor.must_change else ''}{_alert(error)}"
        + _form("/account", token, after, fields, t.save)
        if has_password
        else f"<p>{esc(t.no_password)}</p>"
    )
    return _form_page(
        t.account,
        f'<p class="lead">{esc(who)}</p>{change}'
        f'<form method="post" action="/logout" class="leave">{_hidden("token", token)}'
        f'<button class="button" type="submit">{esc(t.logout)}</button></form>',
        view,
    )


def closed_page(view: View, verdict: Verdict) -> str:
    """The page for somebody whose role is not enough, in both languages."""
    t = account_texts(view.lang)
    return refused_page(t.closed, REASONS[verdict], view)


def refused_page(title: str, said: tuple[str, str], view: View) -> str:
    """A page that says, in both languages, why something was not done."""
    t = account_texts(view.lang)
    zh, en = said
    reasons = ((zh, "zh-CN"), (en, "en"))
    told = "".join(
        f'<p lang="{lang}">{esc(words)}</p>'
        for words, lang in (reasons if view.lang != "en" else reversed(reasons))
    )
    return page(
        title,
        f'<main class="doc doc-missing" id="text"><h1>{esc(title)}</h1>{told}'
        f'<p><a class="button" href="/">{esc(t.home)}</a></p></main>',
        view,
    )


def _form_page(title: str, content: str, view: View) -> str:
    here = "account" if view.visitor.user else "login"
    main = f'<main class="doc account" id="text"><h1>{esc(title)}</h1>{content}</main>'
    return page(title, main, view, here)


def _form(action: str, token: str, after: str, fields: str, button: str) -> str:
    return (
        f'<form method="post" action="{action}" class="fields">{_hidden("token", token)}'
        f"{_hidden('next', after)}{fields}"
        f'<button class="main" type="submit">{esc(button)}</button></form>'
    )


def _field(
    label: str, name: str, complete: str, sort: str, *,
    value: str = "", hint: str = "", focus: bool = False,
) -> str:  # fmt: skip
    described = f' aria-describedby="{name}-hint"' if hint else ""
    told = f'<span class="hint" id="{name}-hint">{esc(hint)}</span>' if hint else ""
    filled = f' value="{esc(value)}"' if value else ""
    return (
        f'<p><label for="{name}">{esc(label)}</label>'
        f'<input id="{name}" name="{name}" type="{sort}" autocomplete="{complete}" maxlength="200" '
        f'required autocapitalize="none" spellcheck="false"{described}{filled}'
        f"{' autofocus' if focus else ''}>{told}</p>"
    )


def _hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{name}" value="{esc(value)}">'


def _alert(error: str) -> str:
    return f'<p class="alert" role="alert">{esc(error)}</p>' if error else ""


def _with_next(path: str, after: str) -> str:
    return f"{path}?{urlencode({'next': after})}" if after else path
