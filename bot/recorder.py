"""Writes down what was asked behind the answers: nobody waits for the disk or for an ingest."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections import deque
from datetime import date

from bot import feedback, unanswered
from bot.asked import Asked, Way, asked_of, sum_up, write
from kb.catalog import Catalog
from kb.errors import StoreError
from kb.models import Answer, Role

WAITING = 1_000
"""Questions that may wait to be written; more are let go rather than hold an answer up."""
TIDY_EVERY = 3600.0
"""Seconds between two looks for what is to be summed or let go."""

log = logging.getLogger(__name__)


class Recorder:
    """Takes questions and writes them in a thread of its own, which ends when nothing waits.

    Safe to call from several threads; ``flush`` it at the end.
    """

    def __init__(self, catalog: Catalog, *, keep_text: bool) -> None:
        self._catalog = catalog
        self._keep_text = keep_text
        self._waiting: deque[Asked] = deque()
        self._changed = threading.Condition()
        self._busy = False
        self._tidied: float | None = None

    def record(self, answer: Answer, role: Role, way: Way, on: date | None = None) -> str:
        """Have a question written down; return the ``ref`` it gets. Never fails, never waits."""
        ref = secrets.token_hex(8)
        asked = asked_of(answer, role, way, on, ref=ref, now=time.time(), keep_text=self._keep_text)
        with self._changed:
            if len(self._waiting) >= WAITING:
                return ref
            self._waiting.append(asked)
            if not self._busy:
                self._start()
        return ref

    def flush(self, timeout: float = 10.0) -> bool:
        """Wait until all is written, or for ``timeout`` seconds; whether all is."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._busy, timeout)

    def _start(self) -> None:
        try:
            threading.Thread(target=self._work, name="recorder", daemon=True).start()
            self._busy = True
        except RuntimeError:  # no thread to be had now; the next question tries again
            log.warning("no thread to write down what was asked")

    def _work(self) -> None:
        while True:
            with self._changed:
                rows = list(self._waiting)
                self._waiting.clear()
                if not rows:
                    self._busy = False
                    self._changed.notify_all()
                    return
            try:
                write(self._catalog, rows)
                self._tidy()
            except StoreError as error:  # a full disk: the answers go on
                log.warning("what was asked could not be written down: %s", error.en)
            except Exception as error:  # noqa: BLE001  (the message may quote the question)
                log.error("writing down what was asked failed with %s", type(error).__name__)

    def _tidy(self) -> None:
        """Let go what is over, now and then."""
        if self._tidied is not None and time.monotonic() - self._tidied < TIDY_EVERY:
            return
        self._tidied = time.monotonic()
        sum_up(self._catalog, date.today())
        unanswered.sweep(self._catalog, time.time())
        feedback.sweep(self._catalog, time.time())
