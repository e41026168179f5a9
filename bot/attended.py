"""The engine of a running server: questions take turns, and hold the work in the background up."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.engine import Engine
from bot.evidence import Evidence
from bot.traffic import Traffic
from bot.turns import Turns
from kb.encoder import cores
from kb.knowledge_base import KnowledgeBase
from kb.models import Hit, Role


class AttendedEngine(Engine):
    """An engine whose questions take turns, and are counted until they are answered.

    A question that comes when too many wait raises CrowdError.
    """

    def __init__(self, kb: KnowledgeBase, traffic: Traffic, turns: Turns | None = None) -> None:
        super().__init__(kb)
        self._traffic = traffic
        self._turns = turns or Turns(kb.settings.threads or cores())

    @property
    def crowded(self) -> bool:
        """See ``Engine.crowded``."""
        return self._turns.waiting > 0

    def gather(self, question: str, role: Role = Role.INVESTOR, on: date | None = None) -> Evidence:
        """See ``Engine.gather``."""
        with self._traffic, self._turns:
            return super().gather(question, role, on)

    def search(
        self, words: str, role: Role = Role.INVESTOR, on: date | None = None, **filters: Any
    ) -> list[Hit]:
        """See ``Engine.search``."""
        with self._traffic, self._turns:
            return super().search(words, role, on, **filters)
