"""What Word's styles say of a paragraph: heading, list level, table of contents, hidden."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ingest.readers.ooxml import W

_HEADING = re.compile(r"(?:heading|标题|標題)\s*([1-9])\Z", re.I)
_TITLE = frozenset({"title", "标题", "標題", "文档标题"})
_CONTENTS = re.compile(
    r"(?:(?:toc|目录|目錄)\s*(?:[1-9]|heading|标题)|table of figures|图表目录)\Z", re.I
)
_DEEPEST_HEADING = 6
_LONGEST_CHAIN = 20


@dataclass(frozen=True, slots=True)
class Style:
    """``heading``: 0 is none; ``number_id``: the list it numbers by, None if it says nothing."""

    heading: int = 0
    number_id: str | None = None
    level: int = 0
    contents: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Styles:
    """Paragraph styles by id, the one of paragraphs that name none, and two other sorts.

    ``hidden_runs``: character styles that hide their text. ``lists``: numbering style -> its list.
    """

    paragraphs: Mapping[str, Style] = field(default_factory=dict)
    default: str = ""
    hidden_runs: frozenset[str] = frozenset()
    lists: Mapping[str, str] = field(default_factory=dict)


def read_styles(root: Any) -> Styles:
    """The styles of ``styles.xml``; each with what it inherits from those it is based on."""
    if root is None:
        return Styles()
    items = {item.get(W + "styleId", ""): item for item in root.iter(W + "style")}
    kind = {name: item.get(W + "type", "paragraph") for name, item in items.items()}
    return Styles(
        {name: _style(items, name) for name in items if kind[name] == "paragraph"},
        next(
            (
                name
                for name, item in items.items()
                if kind[name] == "paragraph" and item.get(W + "default") in ("1", "true", "on")
            ),
            "",
        ),
        frozenset(
            name
            for name in items
            if kind[name] == "character"
            and any(is_on(item.find(f"{W}rPr/{W}vanish")) for item in _chain(items, name))
        ),
        {
            name: number
            for name, item in items.items()
            if kind[name] == "numbering" and (number := numbering(item.find(W + "pPr"))[0])
        },
    )


def _chain(items: Mapping[str, Any], name: str) -> list[Any]:
    """A style and those it is based on, nearest first."""
    chain: list[Any] = []
    while name in items and len(chain) < _LONGEST_CHAIN:
        chain.append(items[name])
        based = items[name].find(W + "basedOn")
        name = "" if based is None else based.get(W + "val", "")
    return chain


def _style(items: Mapping[str, Any], name: str) -> Style:
    made = Style()
    for item in reversed(_chain(items, name)):
        properties = item.find(W + "pPr")
        title = item.find(W + "name")
        called = "" if title is None else str(title.get(W + "val", "")).strip()
        numbered = _HEADING.match(called)
        if numbered:
            made = replace(made, heading=min(int(numbered.group(1)), _DEEPEST_HEADING))
        elif called.lower() in _TITLE:
            made = replace(made, heading=1)
        outlined = outline_level(properties)
        if outlined is not None:
            made = replace(made, heading=outlined)
        number_id, level = numbering(properties)
        made = replace(
            made,
            number_id=made.number_id if number_id is None else number_id,
            level=made.level if level is None else level,
            contents=made.contents or bool(_CONTENTS.match(called)),
            hidden=made.hidden or is_on(item.find(f"{W}rPr/{W}vanish")),
        )
    return made


def outline_level(properties: Any) -> int | None:
    """The heading level that paragraph properties give: 0 for body text, None if nothing."""
    found = None if properties is None else properties.find(W + "outlineLvl")
    if found is None or not str(found.get(W + "val", "")).isdecimal():
        return None
    level = int(found.get(W + "val"))
    return min(level + 1, _DEEPEST_HEADING) if level < 9 else 0


def numbering(properties: Any) -> tuple[str | None, int | None]:
    """(list, level) that paragraph properties give; list ``0`` switches numbering off."""
    found = None if properties is None else properties.find(W + "numPr")
    if found is None:
        return None, None
    number, level = found.find(W + "numId"), found.find(W + "ilvl")
    depth = "" if level is None else str(level.get(W + "val", ""))
    return (
        None if number is None else str(number.get(W + "val", "0")),
        int(depth) if depth.isdecimal() else None,
    )


def is_on(switch: Any) -> bool:
    """Whether an on/off property is there and on."""
    return switch is not None and switch.get(W + "val", "1") not in ("0", "false", "off")
