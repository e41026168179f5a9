"""The engine of a running server: what it is asked holds the work in the background up."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.engine import Engine
from bot.evidence import Evidence
from bot.traffic import Traffic
from kb.knowledge_base import KnowledgeBase
from kb.models import Hit, Role


class AttendedEngine(Engine):
    """An engine whose questions are counted while they are being answered."""

    def __init__(self, kb: KnowledgeBase, traffic: Traffic) -> None:
        super().__init__(kb)
        self._traffic = traffic

    def gather(self, question: str, role: Role = Role.INVESTOR, on: date | None = None) -> Evidence:
        """See ``Engine.gather``."""
        with self._traffic:
            return super().gather(question, role, on)

    def search(
        self, words: str, role: Role = Role.INVESTOR, on: date | None = None, **filters: Any
    ) -> list[Hit]:
        """See ``Engine.search``."""
        with self._traffic:
            return super().search(words, role, on, **filters)
