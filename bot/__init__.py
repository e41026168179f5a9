"""From a question to an answer, and the ways in: command line, page, interfaces.

``from bot import Engine, answer_events`` loads what it names, and no more.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

import kb as _kb  # noqa: F401  (sets the offline switches before anything heavy is imported)

if TYPE_CHECKING:
    from bot.answering import answer_events
    from bot.engine import Engine
    from bot.llama_query_engine import KbQueryEngine

__all__ = ["Engine", "KbQueryEngine", "answer_events"]

_PLACES = {
    "Engine": "bot.engine",
    "KbQueryEngine": "bot.llama_query_engine",
    "answer_events": "bot.answering",
}


def __getattr__(name: str) -> Any:
    """A public name, loaded when it is first asked for."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_PLACES[name]), name)
