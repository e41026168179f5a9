"""The record of what admins did and who logged in: when, who, what, to what.

Never what somebody asked, and never a password.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, insert, select

from bot.clock import begin_of
from kb import schema
from kb.catalog import Catalog

LOCAL = "kb"
"""Who is named for what is done on the command line."""
FAILED = "login.failed"
KEPT_DAYS = 90
"""Days for which failed logins are kept; everything else stays."""

WHAT = {
    "login": ("登录", "logged in"),
    FAILED: ("登录失败", "failed to log in"),
    "logout": ("退出", "logged out"),
    "password.change": ("修改密码", "changed the password"),
    "user.add": ("新增用户", "added a user"),
    "user.passwd": ("重设密码", "set a password"),
    "user.disable": ("停用用户", "disabled a user"),
    "user.enable": ("启用用户", "enabled a user"),
    "user.remove": ("删除用户", "removed a user"),
    "user.role": ("改变角色", "changed a role"),
    "user.sessions": ("结束登录", "ended logins"),
    "audit.export": ("导出审计记录", "exported the audit record"),
    "doctor.repair": ("修复", "repaired the base"),
    "key.add": ("新建密钥", "made a key"),
    "key.revoke": ("撤销密钥", "revoked a key"),
    "document.correct": ("更正资料信息", "corrected a document's header"),
    "document.undo": ("撤回更正", "took a correction back"),
    "document.retire": ("停用资料", "retired a document"),
    "document.remove": ("删除资料", "removed a document"),
    "case.change": ("处理未答问题", "looked after unanswered questions"),
    "case.close": ("关闭未答问题", "closed unanswered questions"),
    "case.reopen": ("重新打开未答问题", "opened unanswered questions again"),
    "case.again": ("重新提问", "asked unanswered questions again"),
    "case.export": ("导出未答问题", "exported the unanswered questions"),
    "flag.change": ("处理反馈", "looked after feedback"),
    "upload": ("上传文件", "uploaded a file"),
    "upload.discard": ("丢弃上传的文件", "discarded uploads"),
    "quarantine.remove": ("删除隔离区文件", "removed a file set aside"),
    "ingest": ("导入", "ingested"),
    "backup": ("备份", "made a backup"),
    "backup.download": ("下载备份", "downloaded a backup"),
    "backup.delete": ("删除备份", "deleted a backup"),
    "restore": ("恢复备份", "restored a backup"),
    "ingest.cancel": ("取消导入", "cancelled an ingest"),
}
"""What can be done, in Chinese and English; other words are shown as they are."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing done. ``at`` is ISO 8601 in UTC; ``target`` is what it was done to, or empty."""

    at: str
    who: str
    what: str
    target: str


def note(catalog: Catalog, who: str, what: str, target: str = "", now: float | None = None) -> None:
    """Write down that somebody did something, by a key of ``WHAT``."""
    at = datetime.now(UTC) if now is None else datetime.fromtimestamp(now, UTC)
    with catalog.begin() as connection:
        connection.execute(
            insert(schema.audit).values(
                at=at.isoformat(timespec="seconds"), who=who, what=what, target=target
            )
        )


def entries(catalog: Catalog, limit: int = 100) -> list[Entry]:
    """The latest entries, newest first."""
    table = schema.audit
    query = (
        select(table.c.at, table.c.who, table.c.what, table.c.target)
        .order_by(table.c.entry_id.desc())
        .limit(limit)
    )
    with catalog.begin() as connection:
        return [Entry(*row) for row in connection.execute(query)]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are looked for; what is empty or None does not matter.

    Days are those of this machine, the last one included.
    """

    who: str = ""
    what: str = ""
    target: str = ""
    first: date | None = None
    last: date | None = None


def search(
    catalog: Catalog, wanted: Wanted, limit: int | None = None, offset: int = 0
) -> list[Entry]:
    """The entries that are wanted, newest first."""
    table = schema.audit
    query = (
        select(table.c.at, table.c.who, table.c.what, table.c.target)
        .where(*_conditions(wanted))
        .order_by(table.c.entry_id.desc())
        .limit(limit)
        .offset(offset)
    )
    with catalog.begin() as connection:
        return [Entry(*row) for row in connection.execute(query)]


def count(catalog: Catalog, wanted: Wanted) -> int:
    """How many entries are wanted."""
    query = select(func.count()).select_from(schema.audit).where(*_conditions(wanted))
    with catalog.begin() as connection:
        return int(connection.execute(query).scalar_one())


def known(catalog: Catalog) -> tuple[list[str], list[str]]:
    """Everybody who ever did something, and everything that was ever done, each sorted."""
    table = schema.audit
    with catalog.begin() as connection:
        who, what = (
            sorted(v for v in connection.execute(select(column).distinct()).scalars() if v)
            for column in (table.c.who, table.c.what)
        )
    return who, what


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    table = schema.audit
    conditions = []
    if wanted.who:
        conditions.append(table.c.who == wanted.who)
    if wanted.what:
        conditions.append(table.c.what == wanted.what)
    if wanted.target:
        conditions.append(table.c.target.icontains(wanted.target, autoescape=True))
    if wanted.first:
        conditions.append(table.c.at >= begin_of(wanted.first))
    if wanted.last:
        conditions.append(table.c.at < begin_of(wanted.last + timedelta(days=1)))
    return conditions


def prune(catalog: Catalog) -> None:
    """Forget old failed logins, so that whoever tries for months fills no disk."""
    oldest = (datetime.now(UTC) - timedelta(days=KEPT_DAYS)).isoformat(timespec="seconds")
    table = schema.audit
    with catalog.begin() as connection:
        connection.execute(delete(table).where(table.c.what == FAILED, table.c.at < oldest))
