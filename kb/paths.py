"""What the steps of a passage's path say: its article, its subject, its place in short. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.text import chinese_number

_ARTICLE = re.compile(
    r"第([零〇一二三四五六七八九十百千两]+|\d{1,4})条(之[一二三四五六七八九十]+)?"
    r"|(?:Article|ARTICLE|Art\.)\s?(\d{1,4})\b"
)
_PARAGRAPH = re.compile(r"第[一二三四五六七八九十]{1,3}款\Z")


def article_of(path: Sequence[str]) -> str | None:
    """The article a path leads into, as ``第十二条`` however it is written; None without one."""
    for step in reversed(path):
        found = _ARTICLE.match(step)
        if found:
            chinese, sub, english = found.groups()
            number = chinese or english
            number = chinese_number(int(number)) if number.isdigit() else number
            return f"第{number}条{sub or ''}"
    return None


def topics(path: Sequence[str]) -> tuple[str, ...]:
    """The steps of a path that say what a passage is about: all but the 款 (``第二款``)."""
    return tuple(step for step in path if not _PARAGRAPH.match(step))


def place(path: Sequence[str]) -> str:
    """Where a passage stands, in short: from its article on, else the last two steps."""
    steps = list(path)
    start = next((at for at, step in enumerate(steps) if article_of((step,))), len(steps) - 2)
    return " › ".join(steps[max(0, start) :])
