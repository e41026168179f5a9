"""A web page → which of its parts are the document, and which only surround it.

Nothing is decided by the looks of a single line: a part is left out because of its element
(``nav``), because it is hidden, because of a name like ``breadcrumb`` when it holds no sentences,
or because it is nothing but links; and the document is where most of the other text is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from ingest.source_text import letters

#: Elements whose text nobody reads; it does not count as text of the page.
SILENT = frozenset({"script", "style"})
_NEVER = frozenset(
    "noscript iframe template svg canvas object embed applet audio video map head title meta link "
    "button select option datalist textarea input progress dialog".split()
)
_AROUND = frozenset({"nav", "footer", "aside"})
_AROUND_ROLES = frozenset({"navigation", "contentinfo", "banner", "search", "complementary"})
_AROUND_NAMES = re.compile(
    r"(?:^|[-_\s])(?:nav|navbar|navigation|menu|submenu|breadcrumbs?|crumbs?|mbx|position|location|weizhi|dqwz"
    r"|share|bdshare\w*|jiathis\w*|social|footer|foot|copyright|dibu|sidebar|aside|related|recommend|xgyd|xgwz|xglj"
    r"|toolbar|tools?|print|pagination|pager|prevnext|login|search|comments?|ads?|advert|banner|topbar|top|header"
    r"|qrcode|ewm|erweima|fontsize|ziti|wza|accessibility)(?:$|[-_\s\d])",
    re.I,
)
_MAIN_NAMES = re.compile(
    r"(?:^|\s)(?:UCAP-CONTENT|TRS_(?:UE)?Editor|TRS_PreAppend|zoom|zoomcon|js_content|rich_media_content"
    r"|vsb_content\w*|v_news_content|article[-_]?(?:content|body|text|con)|pages_content|news[-_]?content"
    r"|content[-_]?(?:text|body|main)|main[-_]?(?:text|content)|post[-_]?content|entry[-_]?content|xxgk_content)(?:$|\s)",
    re.I,
)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_HIDING_RULE = re.compile(
    r"(?:^|[},])\s*([.#][\w-]{1,60})\s*\{[^{}]{0,400}?display\s*:\s*none", re.I | re.S
)
_STOPS = re.compile(r"[。；！？]")
_FILE = re.compile(r"\.(?:docx?|wps|xlsx?|et|pptx?|pdf|ofd|zip|rar|7z|txt)(?:[?#]|\Z)", re.I)
_RELATED = re.compile(
    r"(?:相关|推荐|延伸|热点|热门|猜你|更多|最新|往期)(?:阅读|文章|链接|新闻|稿件|报道|信息|内容|文件|解读|资讯|推荐)?"
    r"|上一[篇条页]|下一[篇条页]|分享到|扫一扫"
)
_BOXES = frozenset("div section article main form center table tbody tr td span".split())
_SOME_SHARE = 0.3  # of a page's text a named content element must hold
_MOST_SHARE = 0.75  # of the text that one part must hold to be gone into
_LINKED = 0.6


@dataclass(slots=True)
class Weight:
    """What an element holds with all below it: letters, those in links, sentence ends, links."""

    letters: int = 0
    linked: int = 0
    stops: int = 0
    links: int = 0

    def add(self, other: Weight) -> None:
        """Count ``other`` in."""
        self.letters += other.letters
        self.linked += other.linked
        self.stops += other.stops
        self.links += other.links

    @property
    def plain(self) -> int:
        """Letters that are no links."""
        return self.letters - self.linked


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a page: the element that holds the document, what is left out, the weights."""

    main: Any
    dropped: frozenset[Any]
    weights: dict[Any, Weight] = field(repr=False)

    def is_navigation(self) -> bool:
        """Whether the page only leads to others: links, and hardly a sentence."""
        weight = self.weights[self.main]
        if weight.links < 5 or weight.stops >= 5:
            return False
        return weight.linked > _LINKED * weight.letters or (not weight.stops and weight.plain < 60)


def parts(root: Any, body: Any) -> Parts:
    """Tell the document from what surrounds it.

    Args:
        root: the ``html`` element, for its style rules.
        body: the element that is read.
    """
    elements = [element for element in body.iter() if isinstance(element.tag, str)]
    full = _weights(elements)
    total = max(1, full[body].letters)
    hiding = _hiding_rules(root)
    dropped: set[Any] = set()
    for element in elements:
        inside = element.getparent() in dropped
        if inside or (element is not body and _is_around(element, full[element], total, hiding)):
            dropped.add(element)
    left = [element for element in elements if element not in dropped]
    weights = _weights(left)
    main = _main(body, left, weights)
    dropped |= _link_blocks(main, left, weights)
    return Parts(main, frozenset(dropped), weights)


def names(element: Any) -> str:
    """The id and the classes of an element."""
    return f"{element.get('id') or ''} {element.get('class') or ''}"


def is_file_link(href: str) -> bool:
    """Whether a link leads to a document (an attachment), not to another page."""
    return _FILE.search(href) is not None


def is_data(table: Any) -> bool:
    """Whether a table holds data; others only lay out a page, and their cells are read as blocks.

    Those that hold another table, a heading, one cell a row, or a few cells with long texts.
    """
    if next(table.iterdescendants("table", "h1", "h2", "h3"), None) is not None:
        return False
    counts = [sum(1 for _ in row.iterchildren("td", "th")) for row in table.iterdescendants("tr")]
    if not counts or max(counts) < 2:
        return False
    if len(counts) <= 3:
        paragraphs = sum(1 for _ in table.iterdescendants("p", "br"))
        return paragraphs < 8 * sum(counts)
    return True


def _weights(elements: list[Any]) -> dict[Any, Weight]:
    """Weights by element; ``elements`` in document order, each with its ancestors in the list."""
    weights = {element: Weight() for element in elements}
    for element in reversed(elements):
        own = weights[element]
        if element.tag in SILENT:
            weights[element] = Weight()
        else:
            for text in _texts(element):
                own.letters += letters(text)
                own.stops += len(_STOPS.findall(text))
        if element.tag == "a" and element.get("href"):
            if not is_file_link(element.get("href")):
                own.linked = own.letters
            own.links += 1
        parent = weights.get(element.getparent())
        if parent is not None:
            parent.add(own)
    return weights


def _texts(element: Any) -> Iterator[str]:
    """The text directly in an element."""
    if element.text:
        yield element.text
    for child in element:
        if child.tail:
            yield child.tail


def _hiding_rules(root: Any) -> frozenset[str]:
    """The classes and ids (``.hide``, ``#menu``) that the page's own rules do not display."""
    found: set[str] = set()
    for style in root.iter("style"):
        found.update(_HIDING_RULE.findall((style.text or "")[:200_000]))
    return frozenset(found)


def _is_around(element: Any, weight: Weight, total: int, hiding: frozenset[str]) -> bool:
    """Whether an element is left out whatever else the page holds."""
    if element.tag in SILENT or element.tag in _NEVER:
        return True
    # A wrapper of nearly everything is no navigation, whatever it is called.
    if weight.letters > 0.5 * total and weight.stops >= 3:
        return False
    if _is_hidden(element, hiding):
        return True
    if element.tag in _AROUND or (element.get("role") or "").lower() in _AROUND_ROLES:
        return True
    named = element.tag in ("div", "ul", "ol", "p", "span", "section", "table", "header", "dl")
    if named and _AROUND_NAMES.search(names(element)):
        sentences = weight.stops >= 2 and weight.plain >= 60
        return not sentences and element.find(".//h1") is None and weight.plain < 0.3 * total
    return False


def _is_hidden(element: Any, hiding: frozenset[str]) -> bool:
    if element.get("hidden") is not None or (element.get("aria-hidden") or "") == "true":
        return True
    if _HIDDEN_STYLE.search(element.get("style") or ""):
        return True
    if not hiding:
        return False
    own = {f".{name}" for name in (element.get("class") or "").split()}
    return not hiding.isdisjoint({*own, f"#{element.get('id')}"})


def _main(body: Any, elements: list[Any], weights: dict[Any, Weight]) -> Any:
    """The innermost element that holds nearly all the text that is no link."""
    whole = max(1, weights[body].plain)
    named = [
        element
        for element in elements
        if weights[element].plain >= _SOME_SHARE * whole and _is_named_main(element)
    ]
    if named:
        return max(named, key=lambda element: weights[element].plain)
    current = body
    while True:
        inner = [
            child
            for child in current
            if child in weights
            and child.tag in _BOXES
            and not (child.tag == "table" and is_data(child))
        ]
        best = max(inner, key=lambda child: weights[child].plain, default=None)
        if best is None or weights[best].plain < _MOST_SHARE * whole:
            return current
        current = best


def _is_named_main(element: Any) -> bool:
    return (
        element.tag in ("article", "main")
        or element.get("role") == "main"
        or (element.get("itemprop") or "").lower() == "articlebody"
        or _MAIN_NAMES.search(element.get("id") or "") is not None
        or _MAIN_NAMES.search(element.get("class") or "") is not None
    )


def _link_blocks(main: Any, elements: list[Any], weights: dict[Any, Weight]) -> set[Any]:
    """Lists of links to other pages inside the document: behind its last sentence, or named so."""
    if weights[main].linked > _LINKED * weights[main].letters:
        return set()  # links are what the page is made of
    inside = set(main.iter())
    dropped: set[Any] = set()
    stops_left = weights[main].stops
    for element in elements:
        if element not in inside or element is main:
            continue
        if element.getparent() in dropped:
            dropped.add(element)
            continue
        weight = weights[element]
        if element.tag in ("ul", "ol", "div", "table", "dl", "p", "section"):
            dense = weight.links >= 2 and weight.linked > _LINKED * weight.letters
            behind = weight.links >= 3 and stops_left == 0
            if dense and (behind or _RELATED.search(_beginning(element))):
                dropped.add(element)
                continue
        stops_left -= sum(len(_STOPS.findall(text)) for text in _texts(element))
    return dropped


def _beginning(element: Any) -> str:
    return "".join(text.strip() for text in islice(element.itertext(), 20))[:40]
