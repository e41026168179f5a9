"""Questions take turns for the cores: so many at a time, in the order they came, not too many.

Fifty questions computed at once are each done fifty times later, and later still for the caches
and threads they take from each other. Waiting in line costs nothing, and nobody is overtaken.
"""

from __future__ import annotations

import threading
from collections import deque
from types import TracebackType

from kb.errors import CrowdError

MOST_WAITING = 200
"""Questions that may wait; on two cores they take about a minute."""


class Turns:
    """``with turns: answer()``: at most ``places`` at a time. A thread that is in may enter again.

    Raises CrowdError on entering when too many wait already.
    """

    def __init__(self, places: int, most_waiting: int = MOST_WAITING) -> None:
        self._free = places
        self._most = most_waiting
        self._line: deque[threading.Event] = deque()
        self._changing = threading.Lock()
        self._held = threading.local()

    def __enter__(self) -> None:
        depth = getattr(self._held, "depth", 0)
        if not depth:
            self._wait()
        self._held.depth = depth + 1

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._held.depth -= 1
        if not self._held.depth:
            self._leave()

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._line)

    def _wait(self) -> None:
        with self._changing:
            if self._free:
                self._free -= 1
                return
            if len(self._line) >= self._most:
                raise _crowd()
            mine = threading.Event()
            self._line.append(mine)
        mine.wait()

    def _leave(self) -> None:
        with self._changing:
            if self._line:
                self._line.popleft().set()  # the place goes to the next in line, to nobody else
            else:
                self._free += 1


def _crowd() -> CrowdError:
    return CrowdError(
        "现在提问的人太多，请过一分钟再试。",
        "Too many people are asking right now. Try again in a minute.",
    )
