"""Chores of the running server that take a while: examining, repairing, backing up.

One at a time, in a thread of its own; how far it is, and how it ended, can be asked at any moment.
Ingests have a queue of their own (``bot.jobs``).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.background import lower_priority
from bot.web.chat import log_failure
from kb.errors import BusyError, KbError
from kb.stores import Progress

Work = Callable[[Progress], object]
"""What a chore does; it may tell how far it is, and returns what came of it."""


class State(StrEnum):
    """Where a chore is."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Chore:
    """A chore as it stands at one moment. Times are seconds since 1970.

    ``done`` of ``total`` steps of the present stage (0 of 0: unknown); ``result`` is what its work
    returned, ``error`` what kept it from that, in Chinese and English.
    """

    name: str
    who: str
    since: float
    state: State = State.RUNNING
    until: float | None = None
    done: int = 0
    total: int = 0
    result: object = None
    error: tuple[str, str] | None = None


class Chores:
    """The chores of a running server, by name: of each the last one. Safe to call from several
    threads.
    """

    def __init__(self) -> None:
        self._last: dict[str, Chore] = {}
        self._changed = threading.Condition()

    def start(self, name: str, who: str, work: Work) -> None:
        """Begin a chore in the background. Raises BusyError while another one runs."""
        with self._changed:
            if any(chore.state is State.RUNNING for chore in self._last.values()):
                raise BusyError(
                    "后台正在做另一件事（检查、修复或备份）。请等它完成后再试。",
                    "Something else is being done in the background (an examination, a repair or "
                    "a backup). Try again when it is finished.",
                )
            self._last[name] = Chore(name, who, time.time())
        threading.Thread(target=self._run, args=(name, work), name=name, daemon=True).start()

    def get(self, name: str) -> Chore | None:
        """The chore of that name that was begun last, as it stands now."""
        with self._changed:
            return self._last.get(name)

    def wait(self, name: str, timeout: float) -> Chore | None:
        """The same, once it is over or ``timeout`` seconds have passed."""
        with self._changed:
            self._changed.wait_for(lambda: not self._runs(name), timeout)
            return self._last.get(name)

    def _runs(self, name: str) -> bool:
        chore = self._last.get(name)
        return chore is not None and chore.state is State.RUNNING

    def _run(self, name: str, work: Work) -> None:
        lower_priority()

        def progress(stage: str, done: int, total: int) -> None:
            self._put(name, done=done, total=total)

        try:
            result = work(progress)
        except KbError as known:
            self._put(name, state=State.FAILED, error=(known.zh, known.en), until=time.time())
        except Exception as unknown:  # noqa: BLE001  (it must be told; the log says where)
            log_failure(name, unknown)
            self._put(name, state=State.FAILED, error=_UNKNOWN, until=time.time())
        else:
            self._put(name, state=State.DONE, result=result, until=time.time())

    def _put(self, name: str, **changes: object) -> None:
        with self._changed:
            self._last[name] = replace(self._last[name], **changes)  # type: ignore[arg-type]
            self._changed.notify_all()


_UNKNOWN = (
    "没有做完：出现意外错误。请再试一次，仍不行请把日志交给维护人员。",
    "It was not finished: something unexpected failed. Try again, and if it fails again hand the "
    "log to whoever maintains the program.",
)
