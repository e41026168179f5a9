"""What can be done with a whole conversation: a link, a Word file. HTML, pure."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from bot.kept import Link
from bot.web.markup import esc, lang_attribute
from bot.web.render import Turn
from bot.web.tools_texts import tools_texts

WORD, LINK, DROP, CLEAR = 1, 2, 3, 4
"""What a button asks for, as the page's script sends it."""


def tools(
    turns: Sequence[Turn], lang: str, *, links: bool, link: Link | None = None, note: str = ""
) -> str:
    """The buttons below a conversation, none while nothing is answered.

    ``links`` says whether links may be made; ``link`` is the one just made; ``note`` is told.
    """
    if not any(turn.answer for turn in turns):
        return ""
    t = tools_texts(lang)
    buttons = [(WORD, t.word)]
    if links:
        buttons.append((LINK, t.again if link else t.link))
    buttons.append((CLEAR, t.clear))
    shown = "".join(
        f'<button type="button" data-do="{do}">{esc(words)}</button>' for do, words in buttons
    )
    return (
        f'<div class="tools" role="group" aria-label="{esc(t.label)}">{shown}</div>'
        f"{_link(link, lang) if link else ''}"
        f'<p class="told" role="status">{esc(note)}</p>'
    )


def suggestions(questions: Sequence[str], lang: str) -> str:
    """Questions to go on with; they ask themselves when clicked."""
    if not questions:
        return ""
    buttons = "".join(
        f'<li><button type="button" data-related="{i}"{lang_attribute(question, lang)}>'
        f"{esc(question)}</button></li>"
        for i, question in enumerate(questions)
    )
    words = esc(tools_texts(lang).related)
    return f'<div class="related" role="group" aria-label="{words}"><ul>{buttons}</ul></div>'


def _link(link: Link, lang: str) -> str:
    t = tools_texts(lang)
    return (
        f'<div class="made-link"><label for="made-link">{esc(t.link_label)}</label>'
        f'<input id="made-link" readonly value="/?c={esc(link.token)}" '
        f'aria-describedby="link-help"><button type="button" class="copy-link" '
        f'data-done="{esc(t.copied)}">{esc(t.copy)}</button>'
        f'<button type="button" data-do="{DROP}">{esc(t.drop)}</button>'
        f'<p id="link-help">{esc(t.link_help)}</p></div>'
    )


def download(content: bytes, name: str) -> str:
    """A file inside the page: the page's script saves it at once."""
    data = base64.b64encode(content).decode()
    return f'<span hidden data-file="{data}" data-name="{esc(name)}"></span>'
