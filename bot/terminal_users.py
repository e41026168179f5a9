"""What ``kb users`` and ``kb keys`` show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rich.markup import escape
from rich.table import Table

from bot.api_keys import ApiKey
from bot.audit import WHAT, Entry
from bot.terminal import out, say
from bot.users import User


def print_users(found: Sequence[User], lang: str) -> None:
    """A table of users, or how to make the first."""
    if not found:
        out.print(
            say(
                lang,
                "还没有用户。新增管理员：kb users add 名字 --role admin",
                "There are no users yet. Add an admin: kb users add NAME --role admin",
            )
        )
        return
    table = _table(
        lang, ("用户", "user"), ("角色", "role"), ("状态", "state"), ("上次登录", "last login")
    )
    for user in found:
        table.add_row(user.name, user.role.value, _state(user, lang), user.last_login or "")
    out.print(table)


def print_keys(found: Sequence[ApiKey], lang: str) -> None:
    """A table of keys, or how to make the first."""
    if not found:
        words = ("还没有密钥。新建：kb keys add 名字", "There are no keys yet: kb keys add NAME")
        out.print(say(lang, *words))
        return
    table = _table(
        lang, ("密钥", "key"), ("角色", "role"), ("由谁新建", "made by"),
        ("最后有效日", "last day"), ("上次使用（UTC）", "last use (UTC)"),
    )  # fmt: skip
    for key in found:
        end = key.expires.isoformat() if key.expires else ""
        if key.over(date.today()):
            end += say(lang, "（已过期）", " (over)")
        used = (key.last_used or "").removesuffix("+00:00")
        table.add_row(key.name, key.role.value, escape(key.created_by), end, used)
    out.print(table)


def print_audit(found: Sequence[Entry], lang: str) -> None:
    """The record, one row an entry."""
    table = _table(
        lang, ("时间（UTC）", "time (UTC)"), ("谁", "who"), ("做了什么", "what"), ("对象", "target")
    )
    for entry in found:
        what = say(lang, *WHAT[entry.what]) if entry.what in WHAT else entry.what
        table.add_row(entry.at.removesuffix("+00:00"), entry.who, what, escape(entry.target))
    out.print(table)


def _state(user: User, lang: str) -> str:
    if user.disabled:
        return say(lang, "停用", "disabled")
    if user.must_change:
        return say(lang, "待改密码", "password to be changed")
    return say(lang, "正常", "active")


def _table(lang: str, *heads: tuple[str, str]) -> Table:
    table = Table()
    for zh, en in heads:
        table.add_column(say(lang, zh, en), overflow="fold")
    return table
