"""``kb keys``: keys with which other programs use the interfaces of a running server."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

import typer

from bot.command import Data, Json, Lang, day_of, open_to_change, reporting
from kb.models import Role

keys_app = typer.Typer(
    no_args_is_help=True, help="Keys for programs that use the interfaces. · 程序用的密钥"
)

Name = Annotated[str, typer.Argument(help="name of the key · 密钥名")]


@keys_app.command()
def add(
    name: Name,
    role: Annotated[Role, typer.Option(help="what the key may do · 权限")] = Role.INVESTOR,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="its last day · 最后有效日")
    ] = None,
    as_json: Json = False,
    data: Data = None,
    lang: Lang = None,
) -> None:
    """Make a key; its secret is shown once. · 新建密钥，只显示一次"""
    with reporting(lang, as_json) as settings:
        from rich.markup import escape

        from bot import api_keys, audit
        from bot.terminal import out, print_json, say

        with open_to_change(settings, data) as kb:
            key, secret = api_keys.add(kb.catalog, name, role, day_of(until), by=audit.LOCAL)
            audit.note(kb.catalog, audit.LOCAL, "key.add", f"{key.name} {role.value}")
        if as_json:
            print_json(_values(key) | {"secret": secret})
            return
        zh = f"已新建密钥 {key.name}（{role.value}）。下面这一行只显示这一次，请妥善保存："
        en = f"Made the key {key.name} ({role.value}). The next line is shown only now; keep it:"
        out.print(escape(say(settings.lang, zh, en)))
        out.print(escape(secret))


@keys_app.command(name="list")
def list_keys(as_json: Json = False, data: Data = None, lang: Lang = None) -> None:
    """All keys with role, last day and last use. · 列出密钥"""
    with reporting(lang, as_json) as settings:
        from bot import api_keys
        from bot.terminal import print_json
        from bot.terminal_users import print_keys

        with open_to_change(settings, data) as kb:
            found = api_keys.every(kb.catalog)
        if as_json:
            print_json([_values(key) for key in found])
        else:
            print_keys(found, settings.lang)


@keys_app.command()
def revoke(name: Name, as_json: Json = False, data: Data = None, lang: Lang = None) -> None:
    """Delete a key; it opens nothing any more. · 撤销密钥"""
    with reporting(lang, as_json) as settings:
        from rich.markup import escape

        from bot import api_keys, audit
        from bot.terminal import out, print_json, say

        with open_to_change(settings, data) as kb:
            key = api_keys.revoke(kb.catalog, name)
            audit.note(kb.catalog, audit.LOCAL, "key.revoke", key.name)
        if as_json:
            print_json({"key": key.name})
            return
        zh, en = f"已撤销密钥 {key.name}。", f"Revoked the key {key.name}."
        out.print(escape(say(settings.lang, zh, en)))


def _values(key: Any) -> dict[str, Any]:
    made = asdict(key)
    return made | {"expires": key.expires.isoformat() if key.expires else None}
