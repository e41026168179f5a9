"""What the pages for admins work on."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.chores import Chores
from bot.engine import Engine
from bot.jobs import Jobs
from kb.catalog import Catalog
from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings


@dataclass(frozen=True, slots=True)
class AdminSite:
    """The running site: its engine, its settings, what takes files in, and its other chores."""

    engine: Engine
    settings: Settings
    jobs: Jobs
    chores: Chores = field(default_factory=Chores)

    @property
    def kb(self) -> KnowledgeBase:
        """The open base."""
        return self.engine.kb

    @property
    def catalog(self) -> Catalog:
        """The base's catalog."""
        return self.engine.kb.catalog
