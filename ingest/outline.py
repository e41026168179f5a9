"""Canonical text → tree: parts, chapters, articles, numbered items, headings, questions.

Pure. A node is one line of the text; what hangs below it are the lines that belong to it. A line
like ``第三条 国家鼓励…`` is a node with own text, never a heading whose text could get lost.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ingest.clues import Clues, read_clues
from ingest.draft import LineMark, Mark
from ingest.label import LIST_RANK, STRUCTURE_RANK, Label
from ingest.lines import SENTENCE_END, has_sentence, like_heading, tidy_title
from ingest.numbering import label
from ingest.steps import GUESSED, name_steps
from ingest.tree import Node
from kb.models import PassageKind
from kb.sentences import sentences

_CLOSING = re.compile(
    r"特此(?:通知|公告|通告|通报|函|批复|说明|报告)"
    r"|以上(?:报告|请示|意见|方案)?[，,]?(?:请审[议查]|妥否|当否|请批)"
    r"|本(?:通知|公告|通告|意见|措施|办法|方案|政策|细则|规定)[^。；]{0,20}自[^。；]{0,20}起"
)
_INTRODUCES = re.compile(r"下列|如下|以下|包括|为：|是：|the following|as follows", re.I)


def outline(
    text: str,
    marks: Mapping[int, LineMark] | None = None,
    title_spans: Sequence[tuple[int, int]] = (),
) -> Node:
    """The tree of a canonical text (one paragraph a line); the root covers it all.

    ``title_spans`` are the lines of the document's own title: headings that give no path.
    Every line that is not empty is exactly one node.
    """
    builder = _Builder(text, read_clues(text, marks or {}, title_spans))
    builder.run()
    name_steps(builder.root, text)
    return builder.root


class _Builder:
    """The lines of one text, and the stack of nodes that are open while they are read."""

    def __init__(self, text: str, clues: Clues) -> None:
        self.text = text
        self.clues = clues
        self.lines = clues.lines
        self.texts = clues.texts
        self.labels = clues.labels
        self.root = Node(0, len(text), "root", heading=True)
        self.stack = [self.root]

    def run(self) -> None:
        for at, (start, end) in enumerate(self.lines):
            mark, item = self.clues.marks[at], self.labels[at]
            kind = self.clues.kinds.get(at, "")
            if kind in ("title", "contents"):
                self.root.children.append(Node(start, end, kind, heading=True))
            elif kind in STRUCTURE_RANK:
                self._titled(at, kind)
            elif kind == "quoted":
                self._quoted(at)
            elif kind == "caption":
                self._caption(start, end)
            elif kind == "signature":
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
            elif kind in GUESSED:
                self._guessed(kind, start, end, self._body(at))
            elif kind == "remark":
                self._remark(start, end)
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
            if node.level or node.rank is not None or (guessed and node.family in GUESSED):
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
        self._open(rank)
        article = item.family == "条"
        body = self._body(at)
        title = item.text if article else tidy_title(self.texts[at])
        heading = not article or body >= end
        self._push(Node(start, end, item.family, item.text, title, body, heading, rank=rank))

    def _titled(self, at: int, family: str) -> None:
        """A heading known by its neighbours, of the rank of its family."""
        start, end = self.lines[at]
        rank = STRUCTURE_RANK[family]
        self._open(rank)
        item = self.labels[at]
        if item and self.stack[-1].level and _same_form(self.stack[-1].label, item):
            self.stack.pop()  # 四、 in plain text below a heading 三、
        text = item.text if item else ""
        title = tidy_title(self.clues.names.get(at, self.texts[at]))
        self._push(Node(start, end, family, text, title, self._body(at), True, rank=rank))

    def _open(self, rank: int) -> None:
        """Close what a part of that rank does not belong to."""
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

    def _item(self, at: int, family: str, rank: int, item: Label | None) -> None:
        start, end = self.lines[at]
        if at >= self.clues.endnotes:
            self._cut(0)
        frame = self._frame(guessed=family != "cn")
        lead = self._lead(at)
        same = [d for d in range(frame + 1, len(self.stack)) if self.stack[d].family == family]
        if same:
            self._cut(same[-1] - 1)
        elif lead is None or not item or item.value != 1:
            depth = len(self.stack) - 1
            while depth > frame and self.stack[depth].list_rank > rank:
                depth -= 1
            self._cut(depth)
        previous = next((n for n in reversed(self.stack[-1].children) if n.family == family), None)
        goes_on = (
            item.value != 1 if item else lead is None and self.stack[-1].children[-1:] == [previous]
        )
        if previous is not None and goes_on:
            lead = previous.lead
        text = item.text if item else ""
        node = Node(start, end, family, text, "", self._body(at), list_rank=rank, lead=lead)
        node.value = item.value if item else 0
        self._push(node)

    def _row(self, start: int, end: int, mark: LineMark) -> None:
        kind = PassageKind.ROW if mark.mark is Mark.ROW else PassageKind.CLAUSE
        if self.stack[-1].family != "caption":
            self._cut(self._frame())
        self._add(Node(start, end, mark.mark.value, body=start, kind=kind))

    def _quoted(self, at: int) -> None:
        """The new wording of an article belongs to the item that gives it, which leads it in."""
        start, end = self.lines[at]
        above = self.stack[-1].children[-1:]
        lead = above[0].lead if above and above[0].family == "quoted" else self._lead(at)
        self._add(Node(start, end, "quoted", body=start, lead=lead))

    def _caption(self, start: int, end: int) -> None:
        self._cut(self._frame())
        self._push(
            Node(start, end, "caption", "", tidy_title(self.text[start:end]), start, heading=True)
        )

    def _remark(self, start: int, end: int) -> None:
        """``注：…`` belongs to the table above it, or to the section, never to the last item."""
        if self.stack[-1].family != "caption":
            self._cut(self._frame())
        self._add(Node(start, end, "remark", body=start))

    def _guessed(self, family: str, start: int, end: int, body: int) -> None:
        depth = self._frame(guessed=False)
        if (
            len(self.stack) > depth + 1
            and self.stack[depth + 1].family == "cn"
            and family != "terms"
        ):
            above = self.stack[depth + 1]
            line = self.text[above.start : above.end]
            depth += like_heading(line) and line[-1] not in "？?"
        self._cut(depth)
        self._push(Node(start, end, family, "", tidy_title(self.text[body:end]), body, True))

    def _text(self, at: int) -> None:
        start, end = self.lines[at]
        top = self.stack[-1]
        if top.family == "caption" and any(
            n.family in ("row", "remark") for n in top.children[-1:]
        ):
            self.stack.pop()
        frame = self._frame()
        article = any(node.family == "条" for node in self.stack)
        if frame == 0 and not article and _CLOSING.match(self.texts[at]):
            self._cut(0)
        while len(self.stack) - 1 > frame and self._is_closed(at, article):
            self.stack.pop()
        self._add(Node(start, end, "text", body=self._body(at)))

    def _is_closed(self, at: int, article: bool) -> bool:
        """Whether a plain line cannot belong to the list item that is open.

        In an article it never does; elsewhere it does before the next item, and may explain the
        last one, unless that is one of several plain sentences.
        """
        top = self.stack[-1]
        following = self.clues.following[at]
        if (
            not article
            and following is not None
            and following.value == top.value + 1
            and following.family + following.group == top.family
        ):
            return False
        if self.text[top.start : top.end].rstrip("”")[-1:] not in SENTENCE_END:
            return False
        before = self.stack[-2].children[-2:-1]
        plain = any(node.family == top.family and not node.children for node in before)
        return article or top.lead is not None or plain

    # -- what the neighbours say

    def _lead(self, at: int) -> tuple[int, int] | None:
        """The last sentence of the line above if it introduces a list."""
        if at == 0 or self.clues.kinds.get(at - 1) == "contents":
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


def _same_form(text: str, item: Label) -> bool:
    other = label(text)
    return other is not None and other.family == item.family
