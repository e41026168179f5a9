"""The server process: listening, being ready, and stopping only after what is being answered."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import uvicorn
from anyio.to_thread import current_default_thread_limiter

from bot.logs import event
from bot.metrics import Metrics
from bot.turns import MOST_WAITING
from kb.errors import SettingsError

_LOOK = 0.1
"""Seconds between two looks whether all is answered."""


class DrainingServer(uvicorn.Server):  # type: ignore[misc]
    """A uvicorn server that lets requests in work end before it closes their connections.

    ``app.state`` has ``metrics`` and ``draining``. Pages keep a connection open all the time, so
    uvicorn's own wait would always last to its end.
    """

    def __init__(self, app: Any, on_ready: Callable[[str], None], drain_seconds: float) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,  # addresses of searches hold what was searched for
                server_header=False,
                timeout_graceful_shutdown=3,
            )
        )
        self._on_ready, self._drain_seconds = on_ready, drain_seconds
        self.metrics: Metrics = app.state.metrics
        self._draining: threading.Event = app.state.draining

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to accept requests, and tell the address."""
        current_default_thread_limiter().total_tokens += MOST_WAITING  # who waits holds up no page
        await super().startup(sockets)
        if self.started and sockets:
            event("serving")
            self._on_ready(address(sockets[0]))

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept nothing more, wait for answers to end, then close."""
        self._draining.set()
        event("draining")
        for server in self.servers:
            server.close()
        until = time.monotonic() + self._drain_seconds
        while self.metrics.in_work and time.monotonic() < until and not self.force_exit:
            await asyncio.sleep(_LOOK)
        await super().shutdown(sockets)
        event("stopped")


def address(listening: socket.socket) -> str:
    """What to type into a browser on this machine."""
    host, port = listening.getsockname()[:2]
    if host in ("0.0.0.0", "::"):  # noqa: S104
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to an address; port 0 means any free one. Raises SettingsError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
    except OSError as error:
        made.close()
        raise SettingsError(
            f"无法监听 {host}:{port}（{error.strerror or error}）。端口可能已被占用："
            "用 KB_PORT 换一个端口，或先停掉占用它的程序。",
            f"Cannot listen on {host}:{port} ({error.strerror or error}). The port may be in use: "
            "choose another with KB_PORT, or stop the program that uses it.",
        ) from error
    return made
