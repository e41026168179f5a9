"""The commands that bring documents in and take them out again; see ``bot.cli``."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.command import (
    BY_SERVER,
    Data,
    Json,
    Lang,
    Server,
    open_base,
    open_to_change,
    reporting,
)
from kb.errors import QuestionError, ReadError
from kb.models import Audience, Kind, Role
from kb.settings import Settings

if TYPE_CHECKING:
    from ingest.outcome import Outcome


def ingest(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="files and folders · 文件和文件夹")
    ] = None,
    kind: Annotated[Kind | None, typer.Option(help="for files that do not say")] = None,
    audience: Annotated[Audience | None, typer.Option(help="public / internal")] = None,
    accept: Annotated[
        list[str] | None,
        typer.Option(help="take in what was set aside, as it is · 照收待处理文件"),
    ] = None,
    server: Server = "",
    as_json: Json = False,
    data: Data = None,
    lang: Lang = None,
) -> None:
    """Take documents into the base; unchanged ones cost nothing. · 导入资料"""
    with reporting(lang, as_json) as settings:
        from bot.taking import outcomes_json, print_outcomes, progress_bar
        from bot.terminal import print_json
        from ingest.outcome import NOT_IN
        from ingest.pipeline import accept as take_in_all_the_same
        from ingest.pipeline import ingest as take_in

        if not paths and not accept:
            raise ReadError(
                "没有说明导入什么。请写出文件或文件夹，或用 --accept 编号照收待处理文件。",
                "There is nothing to ingest. Name files or folders, or accept with --accept what "
                "was set aside.",
            )
        if server:
            outcomes = _sent(server, paths or (), kind, audience, accept, settings.lang)
        else:
            with (
                open_to_change(settings, data, BY_SERVER) as kb,
                progress_bar(settings.lang) as on_event,
            ):
                outcomes = take_in_all_the_same(kb, accept or (), on_event=on_event)
                outcomes += take_in(
                    kb, paths or (), kind=kind, audience=audience, on_event=on_event
                )
        if as_json:
            print_json(outcomes_json(outcomes))
        else:
            print_outcomes(outcomes, settings.lang)
        if any(o.result in NOT_IN for o in outcomes):
            raise typer.Exit(1)


def _sent(
    server: str,
    paths: Sequence[Path],
    kind: Kind | None,
    audience: Audience | None,
    accept: Sequence[str] | None,
    lang: str,
) -> list[Outcome]:
    """What a running server makes of files."""
    from bot.sending import key_of, parcels, send
    from bot.terminal import counting, say

    if accept:
        raise ReadError(
            f"运行中的服务不接受 --accept。请由管理员在网页 {server}/admin/quarantine 上照收。",
            f"A running server takes no --accept. Have an admin accept it at "
            f"{server}/admin/quarantine.",
        )
    packed = parcels(paths)
    words = say(lang, "管理员的密钥", "An admin's key")
    key = key_of(lambda: str(typer.prompt(words, default="", hide_input=True, err=True)))
    with counting(lang) as progress:
        told = partial(progress, "ingest")
        return send(server, key, packed, kind, audience, told)


def remove(
    document_ids: Annotated[list[str], typer.Argument(help="ids of kb list · 资料编号")],
    as_json: Json = False,
    data: Data = None,
    lang: Lang = None,
) -> None:
    """Remove documents from every store. · 从所有存储中删除资料"""
    with reporting(lang, as_json) as settings:
        from bot.terminal import counting, print_json, print_removed
        from kb.quarantine import remove as drop

        with open_to_change(settings, data) as kb, counting(settings.lang) as progress:
            known = kb.snapshot.by_id
            aside = [i for i in document_ids if i.startswith("Q-") and i not in known]
            for quarantine_id in aside:
                drop(kb, quarantine_id)
            erased = kb.remove(*(i for i in document_ids if i not in aside), progress=progress)
        if as_json:
            print_json({"removed": document_ids, "erased": erased})
        else:
            print_removed(document_ids, erased, settings.lang)


def list_quarantined(settings: Settings, data: Path | None, role: Role, as_json: bool) -> None:
    """The files set aside, for admins only."""
    from bot.taking import entries_json, print_entries
    from bot.terminal import print_json
    from kb.quarantine import entries

    if role is not Role.ADMIN:
        raise QuestionError(
            "待处理文件只给管理员看，其中可能有内部资料。请加 --as admin。",
            "Files set aside are for admins, as internal ones may be among them. Add --as admin.",
        )
    with open_base(settings, data) as kb, kb.catalog.begin() as connection:
        found = entries(connection)
    if as_json:
        print_json(entries_json(found))
    else:
        print_entries(found, settings.lang)
