"""What a tree's nodes give to the paths of passages: headings told from clauses, 款 counted."""

from __future__ import annotations

from ingest.lines import like_heading, tidy_title
from ingest.tree import Node, walk
from kb.models import PassageKind
from kb.text import chinese_number

GUESSED = ("question", "guessed", "terms")
"""Families of headings that are known by their looks or their neighbours alone."""
_PLAIN = ("text", "title", "contents", "row", "verbatim", "remark", "quoted", "caption", *GUESSED)
_SHORT_SENTENCE = 30
_LONGEST_ARTICLE_TITLE = 25
_LONGEST_ENGLISH_TITLE = 80
_ENDED = frozenset("。！？”）；：.!?;:)")


def name_steps(root: Node, text: str) -> None:
    """Tell numbered headings from numbered clauses and name both; name the 款 of articles."""
    for node in [root, *walk(root)]:
        for group in _lists_in(node):
            like = [like_heading(text[n.start : n.end]) for n in group]
            childless = sum(
                1 for n, alike in zip(group, like, strict=True) if alike and not n.children
            )
            # Short lines most of which have nothing below them are the items of a list.
            titled = any(like) and childless * 2 <= sum(like)
            outer = group[0].family in ("cn", "cn_paren")
            for item, alike in zip(group, like, strict=True):
                # An empty section may go unsaid; an empty number is the item of a list.
                item.heading = titled and alike and (bool(item.children) or outer)
                line = text[item.start : item.end]
                item.title = tidy_title(line) if item.heading else _clause_title(text, item)
    articles = [node for node in walk(root) if node.family == "条"]
    entitled = [node for node in articles if _has_title(node, text)]
    if len(entitled) >= max(2, len(articles) / 2):
        for node in entitled:
            node.heading = True
            node.title = tidy_title(text[node.start : node.end])
    for node in articles:
        if text[node.start] == "第":
            _count_paragraphs(node, text)


def _lists_in(node: Node) -> list[list[Node]]:
    groups: dict[str, list[Node]] = {}
    for child in node.children:
        if child.level == 0 and child.rank is None and child.family not in _PLAIN:
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


def _has_title(node: Node, text: str) -> bool:
    """Whether the line of an article looks like its title alone (第五条 适用范围).

    One such line may as well be broken in the middle; where most are alike they are titles.
    """
    line = text[node.start : node.end]
    longest = _LONGEST_ARTICLE_TITLE if line[0] == "第" else _LONGEST_ENGLISH_TITLE
    short = 0 < node.end - node.body <= longest and like_heading(line)
    return short and bool(node.children) and text[node.children[0].start] != "第"


def _count_paragraphs(node: Node, text: str) -> None:
    """Give the lines of an article of several paragraphs the 款 they lie in.

    An unnumbered paragraph is a 款, and the items below it are part of it. Nothing is counted
    where a line before a paragraph does not end: then it may be the rest of a broken line.
    """
    paragraphs = [child for child in node.children if child.family == "text"]
    if not 2 <= len(paragraphs) + (not node.heading) < 100:
        return
    for child in paragraphs:
        opens = node.heading and child is node.children[0]
        if not opens and _before(text, child.start) not in _ENDED:
            return
    count = 0
    if not node.heading:
        count = 1
        node.step = _paragraph(count)
    for child in node.children:
        if child.heading or child.kind is not PassageKind.CLAUSE or child.family == "remark":
            continue
        count += child.family == "text"
        child.step = _paragraph(max(1, count))


def _before(text: str, at: int) -> str:
    """The last character before ``at`` that is no white space."""
    at -= 1
    while text[at].isspace():
        at -= 1
    return text[at]


def _paragraph(number: int) -> str:
    return f"第{chinese_number(number)}款"
