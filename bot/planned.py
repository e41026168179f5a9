"""Which questions need more than one passage: cheap rules decide before anything is searched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.collected import collection
from bot.compared import comparison
from bot.eligibility import eligibility
from bot.evidence import Evidence
from bot.tables import DraftTable

if TYPE_CHECKING:
    from bot.engine import Engine


def planned(engine: Engine, evidence: Evidence) -> DraftTable | None:
    """The table a question asks for; None for a plain one, which costs some patterns and no search.

    Facts of the asker are weighed first, then things compared, then all of a kind listed.
    """
    for plan in (eligibility, comparison, collection):
        draft = plan(engine, evidence)
        if draft is not None:
            return draft
    return None
