"""What is stored and how it is found. Imports nothing of ``ingest`` and ``bot``.

``from kb import KnowledgeBase, Settings, load_settings`` loads what it names, and no more.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from kb.offline import go_offline

if TYPE_CHECKING:
    from kb.errors import KbError
    from kb.knowledge_base import KnowledgeBase
    from kb.models import Answer, Audience, Hit, Kind, Query, Role
    from kb.settings import Settings, load_settings

go_offline()

__all__ = [
    "Answer",
    "Audience",
    "Hit",
    "KbError",
    "Kind",
    "KnowledgeBase",
    "Query",
    "Role",
    "Settings",
    "load_settings",
]

_PLACES = {
    "KbError": "kb.errors",
    "KnowledgeBase": "kb.knowledge_base",
    "Settings": "kb.settings",
    "load_settings": "kb.settings",
}
"""Where a public name stands; the others stand in ``kb.models``."""


def __getattr__(name: str) -> Any:
    """A public name, loaded when it is first asked for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_PLACES.get(name, "kb.models")), name)
