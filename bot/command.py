"""What every command shares: its options, opening the base, and how errors are told."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from kb.errors import BusyError, KbError, StoreError
from kb.models import Role
from kb.settings import Settings, load_settings

if TYPE_CHECKING:
    from kb.knowledge_base import KnowledgeBase

Json = Annotated[bool, typer.Option("--json", help="print JSON · 输出 JSON")]
As = Annotated[Role, typer.Option("--as", help="who is asking · 以什么身份")]
On = Annotated[
    datetime | None,
    typer.Option("--on", formats=["%Y-%m-%d"], help="by the rules of this day · 按某日有效的政策"),
]
Server = Annotated[
    str, typer.Option("--server", help="ask a running server at this URL · 由正在运行的服务回答")
]
Data = Annotated[Path | None, typer.Option("--data", help="data folder · 数据文件夹")]
Lang = Annotated[Literal["zh", "en"] | None, typer.Option("--lang", help="zh / en")]


@contextmanager
def reporting(lang: str | None, as_json: bool = False) -> Iterator[Settings]:
    """Turn errors into one message for the user and exit code 2."""
    language = lang or "zh"
    try:
        settings = load_settings()
        language = lang or settings.lang
        yield settings if lang is None else settings.model_copy(update={"lang": lang})
    except KbError as error:
        if as_json:
            from bot.terminal import print_json

            print_json({"error": {"zh": error.zh, "en": error.en}})
        else:
            sys.stderr.write(error.message(language) + "\n")
        raise typer.Exit(2) from error
    except KeyboardInterrupt as error:
        stopped = (
            "已停止；完成的部分已保存。" if language == "zh" else "Stopped; what was done is kept."
        )
        sys.stderr.write(stopped + "\n")
        raise typer.Exit(130) from error


@contextmanager
def open_base(settings: Settings, data: Path | None) -> Iterator[KnowledgeBase]:
    """Open the base with a progress bar for a first-time encoder build."""
    from bot.terminal import counting
    from kb.knowledge_base import KnowledgeBase

    chosen = settings if data is None else settings.model_copy(update={"data": data})
    with counting(settings.lang) as progress, KnowledgeBase(chosen, progress=progress) as kb:
        yield kb


@contextmanager
def open_to_change(settings: Settings, data: Path | None) -> Iterator[KnowledgeBase]:
    """The same for a command that no running server can be asked for."""
    try:
        with open_base(settings, data) as kb:
            yield kb
    except BusyError as error:
        if "--server" not in error.en:
            raise
        raise BusyError(
            f"{error.zh.partition('。')[0]}。这条命令要改动数据，运行中的服务不接受命令行的改动："
            "请先停止它（Ctrl-C），运行这条命令，再启动。",
            f"{error.en.partition('. ')[0]}. This command changes the data, and a running server "
            "takes no changes from the command line: stop it (Ctrl-C), run the command, and start "
            "it again.",
        ) from error


def need_documents(kb: KnowledgeBase) -> None:
    """Raise StoreError with the remedy when the base holds no document."""
    if not kb.snapshot.live:
        raise StoreError(
            f"资料库 {kb.folder} 还是空的。先运行 kb ingest corpus 导入资料，或运行 make serve。",
            f"The base {kb.folder} is empty. Run kb ingest corpus first, or make serve.",
        )


def day_of(on: datetime | None) -> date | None:
    """The day an option names, if it was given."""
    return on.date() if on else None
