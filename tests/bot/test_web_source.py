"""The document behind a citation, and its page."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from bot.web.document import document_page, missing_page
from bot.web.frame import View
from bot.web.source import Excerpt, Successor, excerpt, lines, look_up, path_at
from bot.web.texts import ZH
from ingest.parse import parse_bytes, parse_text
from kb.errors import NotFound
from kb.knowledge_base import KnowledgeBase
from kb.models import Audience, Page, ParsedDocument, Passage, Validity
from tests.bot.test_web_render import HOSTILE
from tests.browser.site import CORPUS

DAY = date(2026, 1, 1)

LAW = """第一章 总则
第一条 为了促进投资，制定本办法。
第二条 本市投资适用本办法。
第二章 优惠
第三条 有下列情形之一的，给予支持：
（一）新建厂房的；
（二）购置设备的。
"""


def corpus(name: str) -> ParsedDocument:
    path = CORPUS / "policy" / name
    return parse_bytes(path.read_bytes(), path.name)


@pytest.fixture
def law(document: Callable[..., ParsedDocument]) -> ParsedDocument:
    return document("LAW", LAW, "延安市投资办法")


def shown(source_base: KnowledgeBase, document_id: str, quote: str = "", lang: str = "zh") -> str:
    info = source_base.document(document_id, (Audience.PUBLIC,))
    at = source_base.text(info).find(quote) if quote else -1
    span = (at, at + len(quote)) if at >= 0 else None
    found = look_up(source_base, document_id, DAY, span=span)
    version = info.version_id
    return document_page(
        found, source_base.catalog.passages(version), source_base.catalog.pages(version), View(lang)
    )


def plain(html: str) -> str:
    body = html[html.index('<article class="doc-text"') : html.index("</article>")]
    return re.sub(r"<[^>]+>", "", body)


def test_excerpt_is_cut_at_sentence_ends() -> None:
    text = "甲" * 100 + "。" + "乙" * 100 + "。要点在此。" + "丙" * 100 + "。" + "丁" * 100
    start = text.index("要点")
    part = excerpt(text, (start, start + 5))
    assert part == Excerpt("乙" * 100 + "。", "要点在此。", "丙" * 100 + "。", True, True)


def test_excerpt_of_a_short_document_is_all_of_it() -> None:
    text = "标题\n第一句。第二句。"
    assert excerpt(text, (3, 7)) == Excerpt("标题\n", "第一句。", "第二句。", False, False)


def test_excerpt_without_any_boundary_stays_short() -> None:
    text = "长" * 5000
    part = excerpt(text, (2000, 2010))
    assert part.starts_inside
    assert part.ends_inside
    assert len(part.before) + len(part.after) == 300


def test_lines_hold_the_whole_text_and_find_the_headings(law: ParsedDocument) -> None:
    found = lines(law.text, law.passages)
    said = [law.text[line.start : line.end] for line in found]
    assert said == [line for line in law.text.split("\n") if line.strip()]
    levels = {law.text[line.start : line.end]: line.level for line in found}
    assert levels["第一章 总则"] == levels["第二章 优惠"] == 1
    assert levels["第二条 本市投资适用本办法。"] == 0


def test_lines_know_where_pages_begin(law: ParsedDocument) -> None:
    middle = law.text.index("第二章")
    pages = (Page(1, "1", 0, middle), Page(2, "二", middle, len(law.text)))
    numbers = [line.page.number for line in lines(law.text, law.passages, pages) if line.page]
    assert numbers == [1, 2]


def test_path_at_names_the_clause(law: ParsedDocument) -> None:
    path = path_at(law.passages, law.text.index("购置设备"))
    assert path[0] == "第二章 优惠"
    assert any("第三条" in step for step in path)
    assert path_at((Passage(0, ("甲",), 5, 9, 9),), 3) == ()


def test_look_up_marks_only_a_place_that_still_stands(
    base: KnowledgeBase, law: ParsedDocument
) -> None:
    base.add([law])
    version = base.document("LAW", (Audience.PUBLIC,)).version_id
    good = look_up(base, "LAW", DAY, version=version, span=(0, 5))
    assert (good.span, good.stale) == ((0, 5), False)
    old = look_up(base, "LAW", DAY, version=version + 1, span=(0, 5))
    assert (old.span, old.stale) == (None, True)
    for span in ((5, 5), (-1, 5), (0, len(law.text) + 1), (9, 2)):
        assert look_up(base, "LAW", DAY, span=span).span is None


def test_internal_and_missing_documents_are_the_same(
    base: KnowledgeBase, law: ParsedDocument
) -> None:
    base.add([replace(law, header=replace(law.header, audience=Audience.INTERNAL))])
    for name in ("LAW", "NONE"):
        with pytest.raises(NotFound):
            look_up(base, name, DAY)


def test_what_replaced_a_document_is_named_unless_it_is_internal(base: KnowledgeBase) -> None:
    old = parse_text("第一条 旧的规定。", title="旧办法", document_id="OLD")
    new = parse_text("第一条 新的规定。", title="新办法", document_id="NEW")

    def successor(by: str) -> Successor | None:
        base.add([replace(old, header=replace(old.header, superseded_by=by))], recipe=by)
        found = look_up(base, "OLD", DAY)
        assert found.validity is Validity.SUPERSEDED
        return found.successor

    base.add([new])
    assert successor("NEW") == Successor("新办法", "NEW")
    assert successor("某未收录办法") == Successor("某未收录办法")
    base.add([replace(new, header=replace(new.header, audience=Audience.INTERNAL))], recipe="2")
    assert successor("NEW") is None


def test_a_page_shows_the_whole_document_and_marks_the_quote(base: KnowledgeBase) -> None:
    made = corpus("T01-西部大开发企业所得税.md")
    base.add([made])
    quote = "西部大开发优惠的收入占比门槛是60%"
    html = shown(base, "T01", quote)
    assert f"<mark>{quote}</mark>" in html
    assert html.count('id="q"') == 1
    body = "".join(plain(html).split())
    for line in made.text.split("\n")[1:]:
        assert "".join(line.split()) in body.replace("&quot;", '"')
    assert html.count("<h1") == 1
    assert '<h2 id="h' in html
    outline = re.findall(r'<a href="#(h\d+)">', html)
    assert len(outline) >= 6
    assert all(f'id="{name}"' in html for name in outline)
    assert "现行有效" in html
    assert "二、主营业务与收入占比" in html[: html.index("<article")]


def test_a_quote_over_two_paragraphs_is_marked_in_both(
    base: KnowledgeBase, law: ParsedDocument
) -> None:
    base.add([law])
    start, end = law.text.index("新建厂房"), law.text.index("设备的")
    html = document_page(look_up(base, "LAW", DAY, span=(start, end)), law.passages, (), View("zh"))
    assert html.count("<mark>") == 2
    assert html.count('id="q"') == 1


def test_a_changed_document_says_so_at_the_place_jumped_to(
    base: KnowledgeBase, law: ParsedDocument
) -> None:
    base.add([law])
    html = document_page(
        look_up(base, "LAW", DAY, version=99, span=(0, 5)), law.passages, (), View("zh")
    )
    assert ZH.stale in html
    assert "<mark>" not in html
    assert html.count('id="q"') == 1


def test_hostile_documents_are_shown_as_text(base: KnowledgeBase) -> None:
    made = parse_text(f"第一条 {HOSTILE}。\n第二条 正常。", title="办法", document_id="BAD")
    bad = replace(made, header=replace(made.header, title=HOSTILE, issuers=(HOSTILE,)))
    base.add([bad])
    html = shown(base, "BAD", "正常")
    assert "<script" not in html
    assert "<img src=x" not in html
    assert "onerror=&quot;alert(1)&quot;" in html
    assert 'href="javascript' not in html
    assert "\u202e" not in html


def test_the_missing_page_tells_nothing_of_the_document() -> None:
    assert ZH.not_found in missing_page(View("zh"))
    assert "There is no such document" in missing_page(View("en"))
