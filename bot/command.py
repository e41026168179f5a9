"""What every command shares: its options, opening the base, and how errors are told."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from kb.errors import KbError, StoreError
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
    str,
    typer.Option("--server", help="have the server at this URL do it · 由运行中的服务来做"),
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


BY_SERVER = ("加上 --server {url} 由它来做", "Add --server {url} to have it do this")
BY_ADMIN = (
    "由管理员在网页 {url}/admin 上做",
    "Have an admin do it at {url}/admin",
)
BY_PAGE = ("在网页 {url} 上查看", "Look at {url}")
"""How a running server does instead what a command stops at; only commands that have ``--server``
name it.
"""


@contextmanager
def open_base(
    settings: Settings, data: Path | None, instead: tuple[str, str] = BY_PAGE
) -> Iterator[KnowledgeBase]:
    """Open the base with a progress bar for a first-time encoder build.

    ``instead`` is told when a running server has the folder.
    """
    from bot.terminal import counting
    from kb.knowledge_base import KnowledgeBase
    from kb.owner import Held

    chosen = settings if data is None else settings.model_copy(update={"data": data})
    with counting(settings.lang) as progress:
        try:
            base = KnowledgeBase(chosen, progress=progress)
        except Held as held:
            zh, en = (words.format(url=held.url) for words in instead)
            raise Held(held.folder, held.pid, held.url, (zh, en)) from held
        with base as kb:
            yield kb


def open_to_change(
    settings: Settings, data: Path | None, instead: tuple[str, str] = BY_ADMIN
) -> AbstractContextManager[KnowledgeBase]:
    """The same for a command that changes something."""
    return open_base(settings, data, instead)


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
