"""A chore that is not over, as a part of a page that looks again by itself. Pure."""

from __future__ import annotations

from bot.chores import Chore
from bot.web.markup import esc

SCRIPT = "/ui/reload.js"
"""Loads the page again while a chore runs; without it there is a link."""
_EVERY = 2000
"""Milliseconds between two looks."""


def chore_notice(chore: Chore, words: str, more: str, address: str, lang: str) -> str:
    """What is being done, how far it is, and what that means meanwhile."""
    step = f"{round(100 * chore.done / chore.total)} %" if chore.total else ""
    english = lang == "en"
    label = "Progress" if english else "进度"
    bar = (
        f'<progress max="{chore.total}" value="{chore.done}" aria-label="{label}"></progress> '
        if step
        else ""
    )
    again = "See whether it is finished" if english else "看看做完没有"
    return (
        f'<section class="notice" role="status" data-reload="{_EVERY}"><p><b>{esc(words)}</b> '
        f'{bar}{step}</p><p>{esc(more)}</p><p><a href="{esc(address)}">{again}</a></p></section>'
    )
