"""What the pages for admins work on."""

from __future__ import annotations

from dataclasses import dataclass

from bot.engine import Engine
from bot.jobs import Jobs
from kb.catalog import Catalog
from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings


@dataclass(frozen=True, slots=True)
class AdminSite:
    """The running site: its engine, its settings, and what takes files in."""

    engine: Engine
    settings: Settings
    jobs: Jobs

    @property
    def kb(self) -> KnowledgeBase:
        """The open base."""
        return self.engine.kb

    @property
    def catalog(self) -> Catalog:
        """The base's catalog."""
        return self.engine.kb.catalog
