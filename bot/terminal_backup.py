"""What the commands about backups show."""

from __future__ import annotations

from pathlib import Path

from rich.markup import escape

from bot.terminal import out, print_json, say
from kb.manifest import Manifest

_DONE = {
    "backup": (
        "已备份到 {file}。文件含内部资料和用户的密码哈希，请加密保存在另一台机器上。",
        "Backed up to {file}. It holds internal documents and hashes of passwords: keep it "
        "encrypted, on another machine.",
    ),
    "verify-backup": ("备份 {file} 完好。", "The backup {file} is whole."),
    "restore": (
        "已从 {file} 恢复。所有用户需要重新登录。",
        "Restored from {file}. Everybody has to log in again.",
    ),
}


def print_backup(command: str, file: Path, told: Manifest, as_json: bool, lang: str) -> None:
    """What was done with a backup, and what it holds."""
    if as_json:
        print_json({"file": str(file), **told.model_dump(exclude={"files"}), "bytes": told.bytes})
        return
    out.print(escape(say(lang, *_DONE[command]).format(file=file)))
    out.print(
        say(
            lang,
            f"{told.made_at}：{told.documents} 份资料、{told.passages} 条条款、"
            f"{told.users} 个用户，共 {told.bytes / 1e6:,.1f} MB。",
            f"{told.made_at}: {told.documents} documents, {told.passages} passages, "
            f"{told.users} users, {told.bytes / 1e6:,.1f} MB in all.",
        )
    )
    if told.lost:
        out.print(
            say(
                lang,
                f"有 {told.lost} 个原文件在备份时已不完整，没有收入；用 kb doctor 查看。",
                f"{told.lost} source files were not whole and are not in it; see kb doctor.",
            )
        )
