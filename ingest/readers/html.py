"""HTML → draft: the document of a web page without what surrounds it.

What is left out is recorded as removed, so that the gate can tell it from what was lost. That,
numbers of lists and merged cells are why no extraction library does the work: see docs/reading.md.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from ingest.draft import Draft, LineMark, Mark, assemble
from ingest.encodings import BOMS, decode, guess
from ingest.limits import LIMITS, Limits
from ingest.readers.html_lines import Line, read_lines
from ingest.readers.html_parts import parts
from ingest.readers.mhtml import is_saved_page, page_of
from ingest.source_text import clean, letters
from kb.errors import ReadError
from kb.models import Note

_MOST_TAGS = 2_000_000
_MANY_ATTRIBUTES = re.compile(r"<[A-Za-z](?:[^<>=]{0,200}=){3000}")
_CHARSET = re.compile(
    rb"<meta\b[^>]{0,300}?charset\s{0,5}=\s{0,5}[\"']?\s{0,5}([\w.:-]{2,40})", re.I
)
_XML_ENCODING = re.compile(rb"\A\s{0,20}<\?xml[^>]{0,100}?encoding=[\"']([\w.:-]{2,40})[\"']", re.I)
_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,200}>")
# The names pages use for the encodings that are read, as the wider one that browsers take it for.
_NAMED = {
    **dict.fromkeys(("utf-8", "utf8"), "utf-8"),
    **dict.fromkeys(("gb2312", "gbk", "gb18030", "gb_2312-80", "cp936", "x-gbk"), "gb18030"),
    **dict.fromkeys(("big5", "big5-hkscs", "cn-big5", "x-x-big5"), "big5hkscs"),
    **dict.fromkeys(("iso-8859-1", "latin1", "us-ascii", "ascii", "windows-1252"), "cp1252"),
}
_DATA_URI = re.compile(r"data:[\w/+.-]{1,60};base64,[A-Za-z0-9+/=\s]{100,}")
_FACTS = re.compile(
    r"索\s*引\s*号|发文机关|发布机构|发文字号|文\s*号|成文日期|发布日期|发布时间|公布日期|有效性|有效期|生效日期|实施日期"
    r"|废止日期|失效日期|主题分类|信息来源|文章来源|来源\s*[:：]"
)
_FURNITURE = re.compile(
    r"[【\[（(]?\s*字\s*[体号]\s*[:：]?(?:\s*[\[【]?\s*(?:特大|超大|大|中|小|默认)\s*[\]】]?\s*){1,4}[】\]）)]?"
    r"|[【\[]?\s*(?:打印(?:本页|此页)?|关闭(?:窗口|本页)?|收藏(?:本页)?)\s*[】\]]?(?=[\s|】\]]|\Z)"
    r"|(?:浏览|点击|阅读|访问)(?:次数|量|数)?\s*[:：]\s*[0-9]*\s*次?"
    r"|分享到?\s*[:：]\s*(?:(?:微信|微博|QQ空间|QQ)\s*)*|扫一扫[^。]{0,30}\Z|(?:您)?当前(?:的)?位置\s*[:：].{0,200}\Z"
)
_SITE = re.compile(r"\s*[_|｜]\s*[^_|｜]{1,40}\Z|\s*[-–—]+\s*[^-–—]{1,30}(?:政府|网|门户网站)\Z")
_LONGEST_TITLE = 200
_LONGEST_TOOLS = 300
_OWN = (Mark.HEADING, Mark.ITEM, Mark.VERBATIM)
_MUCH_LEFT_OUT = 0.5  # of a page's text


def read_html(data: bytes, limits: Limits = LIMITS) -> Draft:
    """A draft of a web page, saved as HTML or as one file with its pictures (MHTML).

    Headings, lists (with the numbers a browser shows), tables and definitions are kept; links give
    their text, their targets are recorded as removed.

    Raises:
        ReadError: the page is damaged, too large, or holds no text.
    """
    charset = ""
    if is_saved_page(data):
        data, charset = page_of(data)
    source = _XML_DECLARATION.sub("", _DATA_URI.sub("", _decoded(data, charset)), count=1)
    limits.check_characters(len(source))
    _check_tags(source)
    root, cut_off = _parsed(source)
    body = root.find("body")
    body = root if body is None else body
    page = parts(root, body)
    found = read_lines(body, page.main, page.dropped)
    title = _title(root, body)
    lines, outside = _document(found.lines, title)
    text, marks = assemble([(line.text, line.mark) for line in lines])
    limits.check_characters(len(text))
    if cut_off and not text:
        raise ReadError(_cut_off().zh, _cut_off().en)
    left_out = [text for text in (*found.removed, *outside) if text]
    total = sum(letters(piece) for piece in _texts(body))
    objections = [] if not page.is_navigation() else [_navigation()]
    return Draft(
        text,
        marks,
        removed=(*left_out, *found.targets),
        letters=total + found.added + sum(map(letters, found.targets)),
        title=title,
        notes=_notes(found.pictures, left_out, total),
        objections=tuple(objections + ([_cut_off()] if cut_off else [])),
    )


def _decoded(data: bytes, charset: str) -> str:
    """By byte order mark, then as the page says where that fits, then as it looks.

    A browser shows a page with some bad bytes; so it is read, and the gate counts them.
    """
    if any(data.startswith(bom) for bom, _ in BOMS):
        return decode(data)
    named = _XML_ENCODING.search(data[:200]) or _CHARSET.search(data[:4096])
    told = [charset, named.group(1).decode("ascii") if named else "", "utf-8"]
    texts: list[str] = []
    for encoding in dict.fromkeys(_NAMED[name.lower()] for name in told if name.lower() in _NAMED):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            texts.append(data.decode(encoding, errors="replace"))
    looks = guess(data)
    if looks:
        texts.append(data.decode(looks, errors="replace"))
    return min(texts, key=lambda text: text.count("\ufffd"))


def _parsed(source: str) -> tuple[Any, bool]:
    """The ``html`` element, and whether the parser gave up before the end."""
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True)
    try:
        root = html.document_fromstring(
            source.replace("\0", "").encode("utf-8", errors="replace"), parser=parser
        )
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise ReadError(
            "网页里没有内容；请检查后重新保存再上传。",
            "The page is empty; check it, save it again and upload that.",
        ) from error
    return root, any("RESOURCE_LIMIT" in entry.type_name for entry in parser.error_log)


def _check_tags(source: str) -> None:
    """Raise ReadError for more tags, or more attributes of one, than a document has.

    The parser compares each attribute of a tag with all others.
    """
    many = _MANY_ATTRIBUTES.search(source) is not None
    if many or source.count("<") > _MOST_TAGS:
        raise ReadError(
            "网页的标签或属性多得不正常，没有读取；请在浏览器里打印为 PDF 后再上传。",
            "The page has far too many tags or attributes and was not read; print it to PDF and "
            "upload that.",
        )


def _texts(body: Any) -> list[str]:
    """All text a page holds, scripts and styles aside: what the lines are compared with."""
    return [
        text
        for element in body.iter()
        for text in (
            element.text
            if isinstance(element.tag, str) and element.tag not in ("script", "style")
            else "",
            element.tail if element is not body else "",
        )
        if text
    ]


def _title(root: Any, body: Any) -> str:
    """What the page calls its document: in its metadata, its one ``h1``, or the window's title."""
    metas = {
        (meta.get("name") or meta.get("property") or "").lower(): meta.get("content") or ""
        for meta in root.iter("meta")
    }
    headings = ["".join(h1.itertext()) for h1 in body.iter("h1")]
    window = next((element.text or "" for element in root.iter("title")), "")
    candidates = [
        metas.get("articletitle", ""),
        headings[0] if len(headings) == 1 else "",
        metas.get("og:title", ""),
        _SITE.sub("", clean(window[: 2 * _LONGEST_TITLE]).strip()),
    ]
    tidied = (clean(" ".join(text.split())).strip() for text in candidates)
    return next((text for text in tidied if 1 < len(text) <= _LONGEST_TITLE), "")


def _document(lines: list[Line], title: str) -> tuple[list[Line], list[str]]:
    """The lines of the document, and what was left out of the others.

    Of what stands around it are kept: its title and the facts of its information table above it,
    and whole sentences, which no navigation has.
    """
    kept: list[Line] = []
    left_out: list[str] = []
    first = next((at for at, line in enumerate(lines) if line.main), len(lines))
    titled = any(_same(line.text, title) for line in lines if line.main)
    for at, line in enumerate(lines):
        own = _same(line.text, title) and not titled
        if not (line.main or own or (at < first and _is_fact(line)) or _is_prose(line)):
            left_out.append(line.text)
            continue
        titled = titled or own
        text, furniture = _without_furniture(line)
        left_out += furniture
        named = _same(text, title) and line.mark is None
        if text:
            kept.append(
                replace(line, text=text, mark=LineMark(Mark.HEADING, 1) if named else line.mark)
            )
    return kept, left_out


def _without_furniture(line: Line) -> tuple[str, list[str]]:
    """A line without the page's tools (font size, printing, count of visits), and those.

    Only where nothing else stands in it, or facts like the day of publication: ``关闭`` may be part
    of a text as well.
    """
    own = line.mark is not None and line.mark.mark in _OWN
    if own or len(line.text) > _LONGEST_TOOLS or "。" in line.text:
        return line.text, []
    rest = _FURNITURE.sub("", line.text).strip(" \u3000|")
    if letters(rest) and not _FACTS.search(rest):
        return line.text, []
    return rest, _FURNITURE.findall(line.text)


def _same(text: str, title: str) -> bool:
    return "".join(text.split()) == "".join(title.split()) != ""


def _is_fact(line: Line) -> bool:
    return len(line.text) <= 300 and _FACTS.search(line.text) is not None


def _is_prose(line: Line) -> bool:
    sentences = line.text.count("。")
    return sentences > 0 and letters(line.text) >= 30 and line.linked < 0.5 * letters(line.text)


def _navigation() -> Note:
    return Note(
        "navigation",
        "这个网页几乎只有导航和链接，没有正文；请打开其中的文章页，保存后再上传。",
        "This page is nearly nothing but navigation and links; open the article itself, save it "
        "and upload that.",
    )


def _cut_off() -> Note:
    return Note(
        "cut_off",
        "网页的标签嵌套过深，后面的内容没有读出来；请在浏览器里打印为 PDF 后再上传。",
        "The tags of the page are nested too deep and the rest was not read; print it to PDF and "
        "upload that.",
    )


def _notes(pictures: int, left_out: list[str], total: int) -> tuple[Note, ...]:
    notes: list[Note] = []
    if pictures:
        notes.append(
            Note(
                "pictures",
                f"有 {pictures} 张图片没有收入；其中如有文字，请另行提供文字。",
                f"{pictures} pictures were not taken in; if there is text in them, provide it as "
                "text.",
            )
        )
    share = sum(map(letters, left_out)) / max(1, total)
    if share > _MUCH_LEFT_OUT:
        longest = max(left_out, key=len)[:40]
        notes.append(
            Note(
                "left_out",
                f"网页上 {share:.0%} 的文字（导航、页脚、相关链接等）没有收入，如“{longest}”；"
                "请核对正文是否完整。",
                f"{share:.0%} of the text on the page (navigation, footer, related links) was left "
                f"out, such as “{longest}”; check that the document is whole.",
            )
        )
    return tuple(notes)
