"""Counts every request and how long it took, and logs it: area, status, milliseconds, no more."""

from __future__ import annotations

import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.access import area_of
from bot.logs import event
from bot.metrics import Metrics

_STANDING = ("/gradio_api/heartbeat", "/gradio_api/startup-events")
"""Requests that last as long as a page is open: nobody waits for their end."""
_QUIET = frozenset({"/healthz", "/readyz", "/ui"})
"""Areas that would only fill a log."""


class Measured:
    """Middleware around everything; ``metrics.in_work`` tells how many are being served."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app, self.metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or any(part in scope["path"] for part in _STANDING):
            await self.app(scope, receive, send)
            return
        area = "/" if _is_gradio(scope["path"]) else area_of(scope["path"]) or "none"
        status, began = 500, time.perf_counter()

        async def seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        self.metrics.in_work += 1  # all in the thread of the event loop
        try:
            await self.app(scope, receive, seen)
        finally:
            self.metrics.in_work -= 1
            seconds = time.perf_counter() - began
            self.metrics.requests.labels(area, f"{status // 100}xx").inc()
            self.metrics.seconds.labels(area).observe(seconds)
            if area not in _QUIET:
                took = round(seconds * 1000, 1)
                event(
                    "request", method=scope["method"], area=area, status=status, milliseconds=took
                )


def _is_gradio(path: str) -> bool:
    return path.startswith(("/gradio_api/", "/assets/", "/static/"))
