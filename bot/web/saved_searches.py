"""The part of the search page that lists what a user saved, and saves this search. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.searches import MOST_TITLE, Saved
from bot.web.lessons_texts import LessonsTexts
from bot.web.markup import esc


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a user saved, the hidden field that guards its forms, why the last attempt failed."""

    searches: Sequence[Saved] = ()
    guard: str = ""
    problem: str = ""


def saved_searches(shelf: Shelf, here: str, t: LessonsTexts) -> str:
    """The list with a way to delete each, and the form; ``here`` is the address of this search."""
    items = "".join(_item(search, shelf.guard, here, t) for search in shelf.searches)
    listed = f"<ul>{items}</ul>" if items else f'<p class="none">{esc(t.saved_none)}</p>'
    n = f" ({len(shelf.searches)})" if shelf.searches else ""
    said = f'<p class="alert" role="alert">{esc(shelf.problem)}</p>' if shelf.problem else ""
    return (
        f'<details class="saved" open><summary>{esc(t.saved)}{n}</summary>{said}{listed}'
        f"{_form(shelf.guard, here, t)}</details>"
    )


def _item(search: Saved, guard: str, here: str, t: LessonsTexts) -> str:
    current = ' aria-current="true"' if search.address == here else ""
    label = esc(t.forget.format(name=search.title))
    return (
        f'<li><a href="/lessons/saved/{search.search_id}"{current}>{esc(search.title)}</a>'
        f'<form method="post" action="/lessons/saved/{search.search_id}/delete">'
        f"{guard}{_address(here)}"
        f'<button type="submit" aria-label="{label}" title="{label}">×</button></form></li>'
    )


def _form(guard: str, here: str, t: LessonsTexts) -> str:
    """To save this search; there is nothing to save of one without words and conditions."""
    if "?" not in here:
        return ""
    return (
        f'<form class="save" method="post" action="/lessons/saved">{guard}'
        f'{_address(here)}<label><span class="sr">{esc(t.save_as)}</span>'
        f'<input name="title" maxlength="{MOST_TITLE}" required autocomplete="off" '
        f'placeholder="{esc(t.save_as)}"></label>'
        f'<button type="submit">{esc(t.save)}</button></form>'
    )


def _address(here: str) -> str:
    return f'<input type="hidden" name="address" value="{esc(here)}">'
