"""Which questions are being answered right now, so that work in the background gives way."""

from __future__ import annotations

import threading
import time
from types import TracebackType

PAUSE = 0.5
"""Seconds the background waits at most for questions to be answered before it goes on."""
TURN = 0.25
"""Seconds it then works undisturbed: a stream of questions must not stop it for ever."""


class Traffic:
    """Counts questions in flight: ``with traffic: answer()``."""

    def __init__(self) -> None:
        self._asked = 0
        self._changed = threading.Condition()
        self._turn_until = 0.0

    def __enter__(self) -> None:
        with self._changed:
            self._asked += 1

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._changed:
            self._asked -= 1
            self._changed.notify_all()

    @property
    def asked(self) -> int:
        """Questions in flight."""
        return self._asked

    def give_way(self) -> None:
        """Wait, up to ``PAUSE``, while a question is in flight; then work for ``TURN``."""
        if not self._asked or time.monotonic() < self._turn_until:
            return
        with self._changed:
            if not self._changed.wait_for(lambda: not self._asked, timeout=PAUSE):
                self._turn_until = time.monotonic() + TURN
