"""``kb backup``, ``kb verify-backup`` and ``kb restore``; see ``kb.backup`` and ``kb.restore``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.command import Data, Json, Lang, open_base, open_to_change, reporting

File = Annotated[Path, typer.Argument(help="the backup · 备份文件")]


def backup(file: File, as_json: Json = False, data: Data = None, lang: Lang = None) -> None:
    """Write everything the base holds into one file. · 备份"""
    with reporting(lang, as_json) as settings:
        from bot import audit
        from bot.terminal import counting
        from bot.terminal_backup import print_backup
        from kb.backup import back_up

        with open_to_change(settings, data) as kb, counting(settings.lang) as progress:
            made = back_up(kb, file, progress)
            audit.note(kb.catalog, audit.LOCAL, "backup", file.name)
        print_backup("backup", file, made, as_json, settings.lang)


def verify_backup(file: File, as_json: Json = False, data: Data = None, lang: Lang = None) -> None:
    """Read a backup and compare every hash; changes nothing. · 校验备份"""
    with reporting(lang, as_json) as settings:
        from bot.terminal import counting
        from bot.terminal_backup import print_backup
        from kb.restore import verify

        with counting(settings.lang) as progress:
            told = verify(file, progress)
        print_backup("verify-backup", file, told, as_json, settings.lang)


def restore(
    file: File,
    replace: Annotated[
        bool, typer.Option("--replace", help="replace what is there · 替换现有数据")
    ] = False,
    as_json: Json = False,
    data: Data = None,
    lang: Lang = None,
) -> None:
    """Put a backup's content in place of what the data folder holds. · 恢复备份"""
    with reporting(lang, as_json) as settings:
        from bot import audit
        from bot.terminal import counting
        from bot.terminal_backup import print_backup
        from kb.restore import restore as put_back

        with counting(settings.lang) as progress:
            told = put_back(file, data or settings.data, replace=replace, progress=progress)
        print_backup("restore", file, told, as_json, settings.lang)
        with open_base(settings, data) as kb:
            audit.note(kb.catalog, audit.LOCAL, "restore", file.name)
