"""Canonical text → tree: parts, chapters, articles, numbered items, headings, questions.

Pure. A node is one line of the text; what hangs below it are the lines that belong to it. A line
like ``第三条 国家鼓励…`` is a node with own text, never a heading whose text could get lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ingest.draft import LineMark, Mark
from ingest.lines import (
    SENTENCE_END,
    contents_lines,
    has_sentence,
    like_heading,
    line_spans,
    signature_lines,
    tidy_title,
)
from ingest.numbering import LIST_RANK, STRUCTURE_RANK, Label, label
from ingest.sequence import genuine
from kb.models import PassageKind
from kb.sentences import sentences

_GUESSED = ("question", "guessed", "terms")
_SHORT_SENTENCE = 30
_CLOSING = re.compile(
    r"特此(?:通知|公告|通告|通报|函|批复|说明|报告)"
    r"|本(?:通知|公告|通告|意见|措施|办法|方案|政策|细则|规定)[^。；]{0,20}自[^。；]{0,20}起"
)
_INTRODUCES = re.compile(r"下列|如下|以下|包括|为：|是：")
_TERMS = re.compile(r"(?:名词|术语)(?:解释|释义|注释)[:：]?\Z")


@dataclass(slots=True, eq=False)
class Node:
    """A line and what belongs to it.

    ``title`` is what it gives to the path of the passages in it (empty: nothing); ``body`` the
    offset where its text begins behind the label; ``heading``: it is no text of its own.
    ``lead`` is the span of the line that introduces the list this item belongs to.
    """

    start: int
    end: int
    family: str = "text"
    label: str = ""
    title: str = ""
    body: int = 0
    heading: bool = False
    level: int = 0
    rank: int | None = None
    kind: PassageKind = PassageKind.CLAUSE
    lead: tuple[int, int] | None = None
    children: list[Node] = field(default_factory=list)


def outline(
    text: str,
    marks: Mapping[int, LineMark] | None = None,
    title_spans: Sequence[tuple[int, int]] = (),
) -> Node:
    """The tree of a canonical text (one paragraph a line); the root covers it all.

    ``title_spans`` are the lines of the document's own title: headings that give no path.
    Every line that is not empty is exactly one node.
    """
    builder = _Builder(text, marks or {}, title_spans)
    builder.run()
    _decide(builder.root, text)
    return builder.root


def walk(node: Node) -> Iterator[Node]:
    """All nodes below ``node`` in the order of the text."""
    stack = list(reversed(node.children))
    while stack:
        current = stack.pop()
        yield current
        stack.extend(reversed(current.children))


class _Builder:
    """The lines of one text, and the stack of nodes that are open while they are read."""

    def __init__(
        self, text: str, marks: Mapping[int, LineMark], title_spans: Sequence[tuple[int, int]]
    ) -> None:
        self.text = text
        self.marks = marks
        self.titles = set(title_spans)
        self.lines = line_spans(text)
        self.texts = [text[start:end] for start, end in self.lines]
        self.labels = self._labels()
        self.contents = contents_lines(self.texts)
        self.signature = signature_lines(self.texts, self.labels)
        own = {start for start, _ in self.titles}
        has_headings = any(
            m.mark is Mark.HEADING and start not in own for start, m in marks.items()
        )
        has_articles = any(item and item.family == "条" for item in self.labels)
        self.guess_headings = not has_headings and not has_articles
        self.root = Node(0, len(text), "root", heading=True)
        self.stack = [self.root]

    def _labels(self) -> list[Label | None]:
        marks = [self.marks.get(start) for start, _ in self.lines]
        quiet = (Mark.ROW, Mark.VERBATIM)
        found = [
            None if mark and mark.mark in quiet else label(line)
            for line, mark in zip(self.texts, marks, strict=True)
        ]
        restarts = [
            bool(
                mark and mark.mark is Mark.HEADING and not (item and item.family in STRUCTURE_RANK)
            )
            for mark, item in zip(marks, found, strict=True)
        ]
        return genuine(found, restarts)

    def run(self) -> None:
        for at, (start, end) in enumerate(self.lines):
            mark = self.marks.get(start)
            item = self.labels[at]
            if (start, end) in self.titles:
                self.root.children.append(Node(start, end, "title", heading=True))
            elif at in self.contents:
                self.root.children.append(Node(start, end, "contents", heading=True))
            elif at in self.signature:
                self._cut(0)
                self._add(Node(start, end, "text", body=start))
            elif mark and mark.mark in (Mark.ROW, Mark.VERBATIM):
                self._row(start, end, mark)
            elif item and item.family == "条":
                self._structure(at, item)
            elif mark and mark.mark is Mark.HEADING and not has_sentence(self.texts[at]):
                self._heading(at, mark, item)
            elif item and item.family in STRUCTURE_RANK:
                self._structure(at, item)
            elif item and item.family in LIST_RANK:
                self._item(at, item.family + item.group, LIST_RANK[item.family], item)
            elif mark and mark.mark is Mark.ITEM:
                self._item(at, f"bullet{mark.level}", 6 + mark.level, None)
            elif self._is_question(at):
                self._guessed("question", start, end, self._body(at))
            elif _TERMS.match(self.texts[at]) and not item:
                self._guessed("terms", start, end, start)
            elif self.guess_headings and self._is_guessed_heading(at):
                self._guessed("guessed", start, end, start)
            else:
                self._text(at)

    # -- the stack

    def _cut(self, depth: int) -> None:
        del self.stack[depth + 1 :]

    def _add(self, node: Node) -> None:
        self.stack[-1].children.append(node)

    def _push(self, node: Node) -> None:
        self._add(node)
        self.stack.append(node)

    def _frame(self, *, guessed: bool = True) -> int:
        """Index of the innermost open node that is a heading, an article, or the root.

        Without ``guessed`` a heading only recognised by its looks does not count.
        """
        for depth in range(len(self.stack) - 1, 0, -1):
            node = self.stack[depth]
            if node.level or node.rank is not None or (guessed and node.family in _GUESSED):
                return depth
        return 0

    def _body(self, at: int) -> int:
        item = self.labels[at]
        return self.lines[at][0] + (item.body if item else 0)

    # -- one kind of line each

    def _heading(self, at: int, mark: LineMark, item: Label | None) -> None:
        start, end = self.lines[at]
        rank = STRUCTURE_RANK.get(item.family) if item else None
        depth = len(self.stack) - 1
        while depth > 0 and not self._encloses(self.stack[depth], mark.level):
            depth -= 1
        self._cut(depth)
        name = tidy_title(self.texts[at])
        self._push(
            Node(
                start,
                end,
                f"h{mark.level}",
                item.text if item else "",
                name,
                self._body(at),
                True,
                mark.level,
                rank,
            )
        )

    @staticmethod
    def _encloses(node: Node, level: int) -> bool:
        """Whether a heading of ``level`` goes below ``node``; a bold line goes below any part."""
        return 0 < node.level < level or (level > 6 and node.rank is not None)

    def _structure(self, at: int, item: Label) -> None:
        start, end = self.lines[at]
        rank = STRUCTURE_RANK[item.family]
        outer = [
            d
            for d in range(1, len(self.stack))
            if (r := self.stack[d].rank) is not None and r >= rank
        ]
        if outer:
            self._cut(outer[0] - 1)
        elif rank == 0:
            self._cut(0)
        else:
            depth = len(self.stack) - 1
            while depth > 0 and not self.stack[depth].level and self.stack[depth].rank is None:
                depth -= 1
            self._cut(depth)
        article = item.family == "条"
        bare = article and self._body(at) >= end
        name = item.text if article else tidy_title(self.texts[at])
        self._push(
            Node(
                start,
                end,
                item.family,
                item.text,
                name,
                self._body(at),
                not article or bare,
                0,
                rank,
            )
        )

    def _item(self, at: int, family: str, rank: int, item: Label | None) -> None:
        start, end = self.lines[at]
        frame = self._frame(guessed=family != "cn")
        lead = self._lead(at)
        same = [d for d in range(frame + 1, len(self.stack)) if self.stack[d].family == family]
        if same:
            self._cut(same[-1] - 1)
        elif lead is None or not item or item.value != 1:
            depth = len(self.stack) - 1
            while depth > frame and _list_rank(self.stack[depth]) > rank:
                depth -= 1
            self._cut(depth)
        previous = next((n for n in reversed(self.stack[-1].children) if n.family == family), None)
        goes_on = (
            item.value != 1 if item else lead is None and self.stack[-1].children[-1:] == [previous]
        )
        if previous is not None and goes_on:
            lead = previous.lead
        node = Node(start, end, family, item.text if item else "", "", self._body(at), lead=lead)
        self._push(node)

    def _row(self, start: int, end: int, mark: LineMark) -> None:
        kind = PassageKind.ROW if mark.mark is Mark.ROW else PassageKind.CLAUSE
        while len(self.stack) - 1 > self._frame():
            self.stack.pop()
        self._add(Node(start, end, mark.mark.value, body=start, kind=kind))

    def _guessed(self, family: str, start: int, end: int, body: int) -> None:
        depth = self._frame(guessed=False)
        if (
            len(self.stack) > depth + 1
            and self.stack[depth + 1].family == "cn"
            and family != "terms"
        ):
            above = self.stack[depth + 1]
            depth += like_heading(self.text[above.start : above.end])
        self._cut(depth)
        self._push(Node(start, end, family, "", tidy_title(self.text[body:end]), body, True))

    def _text(self, at: int) -> None:
        start, end = self.lines[at]
        frame = self._frame()
        article = any(node.family == "条" for node in self.stack)
        if frame == 0 and not article and _CLOSING.match(self.texts[at]):
            self._cut(0)
        while len(self.stack) - 1 > frame and self._is_closed(article):
            self.stack.pop()
        self._add(Node(start, end, "text", body=self._body(at)))

    def _is_closed(self, article: bool) -> bool:
        """Whether a plain line cannot belong to the list item that is open.

        In an article it never does; elsewhere it may explain the item, unless that is one of
        several plain sentences.
        """
        top = self.stack[-1]
        if self.text[top.end - 1] not in SENTENCE_END:
            return False
        before = self.stack[-2].children[-2:-1]
        plain = any(node.family == top.family and not node.children for node in before)
        return article or top.lead is not None or plain

    # -- what the neighbours say

    def _lead(self, at: int) -> tuple[int, int] | None:
        """The last sentence of the line above if it introduces a list."""
        if at == 0 or at - 1 in self.contents:
            return None
        start, end = self.lines[at - 1]
        line = self.texts[at - 1]
        if line[-1] not in "：:" and not (line[-1] in "。；" and _INTRODUCES.search(line[-40:])):
            return None
        begin = max(start, self._body(at - 1))
        if begin >= end:
            return None
        left, right = sentences(self.text[begin:end])[-1]
        return begin + left, begin + right

    def _is_question(self, at: int) -> bool:
        item = self.labels[at]
        following = self.labels[at + 1] if at + 1 < len(self.lines) else None
        answered = following is not None and following.family == "answer"
        return answered and (
            (item is not None and item.family == "question") or self.texts[at][-1] in "？?"
        )

    def _is_guessed_heading(self, at: int) -> bool:
        line = self.texts[at]
        if (
            not 3 <= len(line) <= 25
            or at + 1 >= len(self.lines)
            or at == 0
            or any(c in "。；，：！？;,:!?、|/" for c in line)
        ):
            return False
        before, after = self.texts[at - 1], self.texts[at + 1]
        if self.labels[at + 1] is not None or len(after) < 40 or after[-1] not in "。！？”）":
            return False
        return before[-1] in "。！？”）" or self.lines[at - 1] in self.titles


def _list_rank(node: Node) -> int:
    if node.family.startswith("bullet"):
        return 6 + int(node.family[6:])
    return next((rank for family, rank in LIST_RANK.items() if node.family == family), 3)


def _decide(root: Node, text: str) -> None:
    """Tell numbered headings from numbered clauses, and name both for the paths."""
    for node in [root, *walk(root)]:
        for group in _lists_in(node):
            like = [like_heading(text[n.start : n.end]) for n in group]
            childless = sum(
                1 for n, alike in zip(group, like, strict=True) if alike and not n.children
            )
            # Short lines most of which have nothing below them are the items of a list.
            titled = any(like) and childless * 2 <= sum(like)
            for item, alike in zip(group, like, strict=True):
                item.heading = titled and alike
                line = text[item.start : item.end]
                item.title = tidy_title(line) if item.heading else _clause_title(text, item)


def _lists_in(node: Node) -> list[list[Node]]:
    groups: dict[str, list[Node]] = {}
    for child in node.children:
        if (
            child.level == 0
            and child.rank is None
            and child.family not in ("text", "title", "contents", "row", "verbatim", *_GUESSED)
        ):
            groups.setdefault(child.family, []).append(child)
    return list(groups.values())


def _clause_title(text: str, node: Node) -> str:
    """The label, with the first sentence where that is a short one that names what follows."""
    own = text[node.body : node.end]
    stop = own.find("。", 0, _SHORT_SENTENCE + 1)
    if stop > 0 and (stop + 1 < len(own) or node.children):
        return tidy_title(text[node.start : node.body] + own[:stop])
    if node.children and len(own) <= _SHORT_SENTENCE and own:
        return tidy_title(text[node.start : node.body] + own.rstrip("：:；;。，"))
    return node.label
