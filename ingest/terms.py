"""Glossary entries: ``名词：释义`` lines, a heading with its definition below it, table rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.numbering import label
from ingest.tree import Node, walk
from kb.models import PassageKind, Term

_ALIAS = frozenset({"别名", "又称", "又名", "简称", "同义词", "也叫"})
_ENGLISH = frozenset({"英文", "英文名", "英译", "English", "english"})
_RELATED = frozenset({"相关", "相关词", "相关术语", "相关名词", "参见", "另见"})
_DEFINITION = frozenset({"定义", "释义", "解释", "含义", "名词解释"})
_OTHER = frozenset(
    {
        "详解",
        "说明",
        "举例",
        "例子",
        "例",
        "出处",
        "来源",
        "依据",
        "备注",
        "注",
        "提示",
        "区别",
        "用法",
    }
)
_KEYS = _ALIAS | _ENGLISH | _RELATED | _DEFINITION | _OTHER
_NAME = frozenset({"中文", "名词", "术语", "词条", "词语", "概念", "名称"})
_KEYED = re.compile(r"([^：:\s]{1,8})\s?[：:]\s*")
_ENTRY = re.compile(r"([^：:。；;！？!?\n]{1,80}?)\s*[：:]\s*(?=\S)")
_NOT_NAME = re.compile(r"(?:是指|如下|包括|[指下为]|[0-9]年|https?)\Z")
_SECTION = re.compile(
    r"(?:名词|术语|用语|词汇|概念)(?:解释|释义|注释|说明|表|解读)?\Z|(?:名词|术语).{0,6}(?:解释|释义|注释)|词汇表|术语表"
)
_NO_ENTRY = re.compile(
    r"(?:编[写制])?说明|前言|引言|来源|出处|参考(?:资料|文献)?|使用说明|目录|附注|备注|概述|简介"
)
_PARENTHESIS = re.compile(r"\s*[（(]([^（）()]{1,60})[）)]\Z")
_CALLED = re.compile(r"(?:又称|简称|亦称|也称|也叫|俗称|即)[:：]?")
_COLUMN = re.compile(rf"(?:\A|；)({'|'.join(sorted(_NAME | _KEYS, key=len, reverse=True))})：")
_SHORTEST = 6
_LONGEST_NAME = 30


@dataclass(slots=True)
class _Entry:
    """An entry while its lines are read."""

    name: str
    start: int = 0
    end: int = 0
    aliases: list[str] = field(default_factory=list)
    english: list[str] = field(default_factory=list)
    related: list[str] = field(default_factory=list)

    def term(self, text: str) -> Term:
        name = self.name
        match = _PARENTHESIS.search(name)
        if match:
            inner = match.group(1)
            if inner.isascii():
                name, self.english = name[: match.start()], [inner, *self.english]
            elif _CALLED.match(inner):
                name = name[: match.start()]
                self.aliases = [*_split(_CALLED.sub("", inner), "、，,；;"), *self.aliases]
        return Term(
            name.strip("“”\"' "),
            text[self.start : self.end],
            tuple(dict.fromkeys(self.aliases)),
            tuple(dict.fromkeys(self.english)),
            tuple(dict.fromkeys(self.related)),
            self.start,
            self.end,
        )


def find_terms(text: str, root: Node, *, glossary: bool) -> tuple[Term, ...]:
    """The terms a text defines, in order; the lines of each become one node of kind ``TERM``.

    In a ``glossary`` every section is looked at, in other documents only those headed 名词解释 or
    alike. A node that holds several lines keeps no children; nothing of the text is lost.
    """
    found: list[Term] = []
    stack = [(root, glossary)]
    while stack:
        node, wanted = stack.pop()
        section = bool(node.title and node.heading and _SECTION.search(_bare_title(node)))
        wanted = wanted or section
        if wanted and node.heading and node.children:
            found += _read_section(text, node, section=section)
        stack.extend((child, wanted) for child in node.children)
    if found:
        for node in [root, *walk(root)]:
            node.children = [child for child in node.children if child.start >= 0]
    return tuple(sorted(found, key=lambda term: term.start))


def _bare_title(node: Node) -> str:
    found = label(node.title)
    return node.title[found.body :].strip() if found else node.title


def _read_section(text: str, node: Node, *, section: bool) -> list[Term]:
    leaves = _leaves(node)
    rows = [n for n in leaves if n.kind is PassageKind.ROW]
    if rows:
        return [term for row in rows if (term := _row_term(text, row))]
    lines = [n for n in leaves if n.kind is PassageKind.CLAUSE]
    if not lines:
        return []
    entries = [n for n in lines if _entry_name(text, n)]
    keyed = sum(1 for n in lines if _key(text, n))
    as_lines = (section and entries) or (
        len(entries) >= 2 and len(entries) + keyed >= 0.6 * len(lines)
    )
    if as_lines:
        return _line_entries(text, lines)
    nested = any(
        child.heading and child.family not in ("title", "contents") for child in node.children
    )
    if node.family in ("root", "title") or section or nested or _NO_ENTRY.match(_bare_title(node)):
        return []
    return _heading_entry(text, node, lines)


def _leaves(node: Node) -> list[Node]:
    """The lines below a heading down to the next headings."""
    found: list[Node] = []
    stack = list(reversed(node.children))
    while stack:
        current = stack.pop()
        if current.heading:
            continue
        found.append(current)
        stack.extend(reversed(current.children))
    return found


def _key(text: str, node: Node) -> str:
    match = _KEYED.match(text, node.body, node.end)
    return match.group(1) if match and match.group(1) in _KEYS else ""


def _entry_name(text: str, node: Node) -> str:
    match = _ENTRY.match(text, node.body, node.end)
    if (
        not match
        or node.end - match.end() < _SHORTEST
        or match.group(1) in _KEYS
        or _NOT_NAME.search(match.group(1))
    ):
        return ""
    return match.group(1) if len(_PARENTHESIS.sub("", match.group(1))) <= _LONGEST_NAME else ""


def _line_entries(text: str, lines: Sequence[Node]) -> list[Term]:
    found: list[_Entry] = []
    current: Node | None = None
    for node in lines:
        name = _entry_name(text, node)
        if name:
            match = _ENTRY.match(text, node.body, node.end)
            found.append(_Entry(name, match.end() if match else node.body, node.end))
            current = node
            node.kind = PassageKind.TERM
        elif current is not None and not node.children and _key(text, node):
            _attribute(text, node, found[-1])
            _absorb(current, node)
        else:
            current = None
    return [entry.term(text) for entry in found]


def _row_term(text: str, node: Node) -> Term | None:
    """The term of a table row ``中文：…；英文：…；别名：…。``; the definition may be missing."""
    row = text[node.start : node.end].removesuffix("。")
    columns = list(_COLUMN.finditer(row))
    if not columns or columns[0].start() or columns[0].group(1) not in _NAME:
        return None
    ends = [*(match.start() for match in columns[1:]), len(row)]
    entry = _Entry(row[columns[0].end() : ends[0]].strip(), node.start, node.start)
    for match, end in zip(columns[1:], ends[1:], strict=True):
        if match.group(1) in _DEFINITION:
            entry.start, entry.end = node.start + match.end(), node.start + end
        else:
            _add(entry, match.group(1), row[match.end() : end])
    if not entry.name:
        return None
    if entry.end > entry.start:  # a row of names alone stays a row: it explains nothing
        node.kind = PassageKind.TERM
    return entry.term(text)


def _heading_entry(text: str, node: Node, lines: Sequence[Node]) -> list[Term]:
    entry = _Entry(_bare_title(node))
    first = lines[0]
    for line in lines:
        key = _key(text, line)
        if key in _DEFINITION or (not key and not entry.end):
            match = _KEYED.match(text, line.body, line.end) if key else None
            entry.start, entry.end = match.end() if match else line.start, line.end
        elif key:
            _attribute(text, line, entry)
    if entry.end - entry.start < _SHORTEST:
        return []
    first.kind = PassageKind.TERM
    for line in lines[1:]:
        _absorb(first, line)
    return [entry.term(text)]


def _attribute(text: str, node: Node, entry: _Entry) -> None:
    match = _KEYED.match(text, node.body, node.end)
    if match:
        _add(entry, match.group(1), text[match.end() : node.end])


def _add(entry: _Entry, key: str, value: str) -> None:
    if key in _ALIAS:
        entry.aliases += _split(value, "、，,；;")
    elif key in _ENGLISH:
        entry.english += _split(value, "；;、/")
    elif key in _RELATED:
        entry.related += _split(value, "、，,；;")


def _split(value: str, marks: str) -> list[str]:
    return [
        part
        for piece in re.split(f"[{re.escape(marks)}]", value.rstrip("。"))
        if (part := piece.strip("“”\"' 。"))
    ]


def _absorb(keeper: Node, node: Node) -> None:
    """Make ``node`` part of the lines of ``keeper``; it is empty from now on."""
    keeper.end = max(keeper.end, node.end)
    node.start = node.end = -1
