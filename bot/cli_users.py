"""``kb users``: who may log in to the web page. The first admin is made here."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal

import typer

from bot.command import Data, Json, Lang, open_to_change, reporting
from kb.errors import AccountError
from kb.models import Role

users_app = typer.Typer(
    no_args_is_help=True, help="Users of the web page: cadres and admins. · 网页用户"
)

Name = Annotated[str, typer.Argument(help="user name · 用户名")]
FromInput = Annotated[
    bool,
    typer.Option("--password-stdin", help="read the password from standard input · 从输入读密码"),
]


@users_app.command()
def add(
    name: Name,
    role: Annotated[Literal["cadre", "admin"], typer.Option(help="what the user may do · 角色")],
    password_stdin: FromInput = False,
    as_json: Json = False,
    data: Data = None,
    lang: Lang = None,
) -> None:
    """Add a user; the password is asked for, and changed at the first login. · 新增用户"""
    with reporting(lang, as_json) as settings:
        from bot import audit, users

        users.plain_name(name)
        password = _password(password_stdin, settings.lang)
        with open_to_change(settings, data) as kb:
            catalog = kb.catalog
            user = users.add(catalog, name, Role(role), password)
            audit.note(catalog, audit.LOCAL, "user.add", f"{user.name} {role}")
        _done(
            as_json,
            settings.lang,
            user.name,
            f"已新增 {user.name}（{role}）。首次登录时要修改密码。",
            f"Added {user.name} ({role}), who changes the password at the first login.",
        )


@users_app.command(name="list")
def list_users(as_json: Json = False, data: Data = None, lang: Lang = None) -> None:
    """All users with role and last login. · 列出用户"""
    with reporting(lang, as_json) as settings:
        from bot import users
        from bot.terminal import print_json
        from bot.terminal_users import print_users

        with open_to_change(settings, data) as kb:
            catalog = kb.catalog
            found = users.every(catalog)
        if as_json:
            print_json([asdict(user) for user in found])
        else:
            print_users(found, settings.lang)


@users_app.command()
def passwd(
    name: Name,
    password_stdin: FromInput = False,
    as_json: Json = False,
    data: Data = None,
    lang: Lang = None,
) -> None:
    """Set a password anew; the user is logged out and changes it at the next login. · 重设密码"""
    with reporting(lang, as_json) as settings:
        from bot import audit, throttle, users

        password = _password(password_stdin, settings.lang)
        with open_to_change(settings, data) as kb:
            catalog = kb.catalog
            user = users.get(catalog, name)
            users.set_password(catalog, user.name, password, must_change=True)
            throttle.clear(catalog, user.name)
            audit.note(catalog, audit.LOCAL, "user.passwd", user.name)
        _done(
            as_json,
            settings.lang,
            user.name,
            f"已重设 {user.name} 的密码。下次登录时要修改。",
            f"The password of {user.name} is set; it is changed at the next login.",
        )


@users_app.command()
def disable(name: Name, as_json: Json = False, data: Data = None, lang: Lang = None) -> None:
    """Keep a user out, and log them out. · 停用用户"""
    _switch(name, True, as_json, data, lang)


@users_app.command()
def enable(name: Name, as_json: Json = False, data: Data = None, lang: Lang = None) -> None:
    """Let a disabled user in again. · 启用用户"""
    _switch(name, False, as_json, data, lang)


def _switch(name: str, off: bool, as_json: bool, data: Path | None, lang: str | None) -> None:
    with reporting(lang, as_json) as settings:
        from bot import audit, users

        with open_to_change(settings, data) as kb:
            catalog = kb.catalog
            user = users.get(catalog, name)
            users.set_disabled(catalog, user.name, off)
            audit.note(catalog, audit.LOCAL, "user.disable" if off else "user.enable", user.name)
        zh, en = ("停用", "Disabled") if off else ("启用", "Enabled")
        _done(as_json, settings.lang, user.name, f"已{zh} {user.name}。", f"{en} {user.name}.")


@users_app.command()
def remove(name: Name, as_json: Json = False, data: Data = None, lang: Lang = None) -> None:
    """Remove a user; only the audit record still names them. · 删除用户"""
    with reporting(lang, as_json) as settings:
        from bot import audit, users

        with open_to_change(settings, data) as kb:
            catalog = kb.catalog
            user = users.get(catalog, name)
            users.remove(catalog, user.name)
            audit.note(catalog, audit.LOCAL, "user.remove", user.name)
        _done(as_json, settings.lang, user.name, f"已删除 {user.name}。", f"Removed {user.name}.")


@users_app.command(name="audit")
def show_audit(
    limit: Annotated[int, typer.Option(min=1, help="newest entries · 最近几条")] = 50,
    as_json: Json = False,
    data: Data = None,
    lang: Lang = None,
) -> None:
    """Who logged in, and what admins did, newest first. · 操作记录"""
    with reporting(lang, as_json) as settings:
        from bot import audit
        from bot.terminal import print_json
        from bot.terminal_users import print_audit

        with open_to_change(settings, data) as kb:
            catalog = kb.catalog
            found = audit.entries(catalog, limit)
        if as_json:
            print_json([asdict(entry) for entry in found])
        else:
            print_audit(found, settings.lang)


def _password(from_input: bool, lang: str) -> str:
    """The password, typed twice and not shown, or the first line of standard input."""
    from bot.terminal import say

    if from_input:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise AccountError(
            "没有终端可以输入密码。请加 --password-stdin，从标准输入读取。",
            "There is no terminal to type a password on. Add --password-stdin to read it from "
            "standard input.",
        )
    typed = typer.prompt(say(lang, "密码", "Password"), hide_input=True, err=True)
    again = typer.prompt(say(lang, "再输一遍", "Again"), hide_input=True, err=True)
    if typed != again:
        raise AccountError(
            "两次输入的密码不一样，没有做任何更改。请重试。",
            "The two passwords differ; nothing was changed. Try again.",
        )
    return str(typed)


def _done(as_json: bool, lang: str, name: str, zh: str, en: str) -> None:
    from rich.markup import escape

    from bot.terminal import out, print_json, say

    if as_json:
        print_json({"user": name})
    else:
        out.print(escape(say(lang, zh, en)))
