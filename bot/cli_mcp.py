"""``kb mcp``: the base as tools for a program on this machine, over standard input and output."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from bot.command import As, Data, Lang, open_base, reporting
from kb.errors import BusyError, SettingsError
from kb.models import Role
from kb.settings import Settings

if TYPE_CHECKING:
    from kb.knowledge_base import KnowledgeBase


def mcp(role: As = Role.INVESTOR, data: Data = None, lang: Lang = None) -> None:
    """Serve the base's tools (MCP) on standard input and output. · 以 MCP 工具提供知识库"""
    with reporting(lang) as settings:
        if find_spec("mcp") is None:
            raise SettingsError(
                "没有安装 MCP 组件。请运行 pip install '.[mcp]' 后重试。",
                "The MCP package is not installed. Run pip install '.[mcp]' and try again.",
            )
        import anyio

        from bot.engine import Engine
        from bot.mcp_server import Caller, mcp_server, serve_stdio
        from bot.recorder import Recorder

        with _open(settings, data) as kb:
            _ = kb.encoder  # built or loaded before the first question, not during it
            recorder = Recorder(kb.catalog, keep_text=settings.keep_unanswered)
            caller = Caller(role)
            server = mcp_server(Engine(kb), recorder.record, lambda _request: caller)
            anyio.run(serve_stdio, server)
            recorder.flush()


@contextlib.contextmanager
def _open(settings: Settings, data: Path | None) -> Iterator[KnowledgeBase]:
    """The base; while a server owns it, say that the server has the same tools."""
    try:
        with open_base(settings, data) as kb:
            yield kb
    except BusyError as error:
        raise BusyError(
            f"{error.zh.partition('。')[0]}。运行中的服务自己提供这些工具：请连它的 /mcp。",
            f"{error.en.partition('. ')[0]}. A running server has these tools itself: connect to "
            "its address /mcp.",
        ) from error
