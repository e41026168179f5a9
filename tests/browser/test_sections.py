"""Terms, lessons, comparison, and what can be done with a conversation: in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest

from kb.models import Role
from tests.browser.site import ask
from tests.browser.tabs import DESKTOP, PHONE, fits, serious

OpenTab = Callable[..., Any]

RATE = "研发费用加计扣除比例是多少？"
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])


def downloaded(tab: Any, click: Callable[[], None]) -> str:
    with tab.expect_download() as wanted:
        click()
    content = Path(wanted.value.path()).read_bytes()
    assert wanted.value.suggested_filename.endswith(".docx")
    return "\n".join(p.text for p in docx.Document(BytesIO(content)).paragraphs)


@SIZES
def test_from_the_list_of_terms_to_the_place_in_the_source(
    open_tab: OpenTab, size: dict[str, Any]
) -> None:
    tab = open_tab(path="/terms", **size)
    assert fits(tab)
    tab.get_by_role("searchbox").fill("yffyjjkc")
    tab.get_by_role("button", name="查找").click()
    tab.get_by_role("link", name="研发费用加计扣除").first.click()
    assert tab.locator("h1").inner_text() == "研发费用加计扣除"
    assert fits(tab)
    tab.locator(".quotes a").first.click()
    assert tab.locator("mark").count() >= 1
    tab.get_by_role("link", name="政策问答").click()
    tab.locator("#thread .welcome").wait_for()


def test_the_language_goes_with_the_reader_from_page_to_page(open_tab: OpenTab) -> None:
    tab = open_tab(path="/terms")
    tab.get_by_role("link", name="English").click()
    assert tab.evaluate("document.documentElement.lang") == "en"
    tab.get_by_role("link", name="Ask", exact=True).click()
    tab.locator("#thread .welcome").wait_for()
    tab.wait_for_function("document.documentElement.lang === 'en'")


def test_a_term_of_an_answer_explains_itself_to_mouse_and_keyboard(open_tab: OpenTab) -> None:
    tab = open_tab()
    turn = ask(tab, RATE)
    word, hint = turn.locator(".term-word").first, turn.locator(".hint").first
    assert not hint.is_visible()
    word.hover()
    assert hint.is_visible()
    assert word.get_attribute("aria-describedby") == hint.get_attribute("id")
    tab.keyboard.press("Escape")
    assert not hint.is_visible()
    tab.mouse.move(5, 5)
    word.focus()
    assert hint.is_visible()


def test_a_term_of_an_answer_explains_itself_to_a_finger(open_tab: OpenTab) -> None:
    tab = open_tab(**PHONE)
    turn = ask(tab, RATE)
    word, hint = turn.locator(".term-word").first, turn.locator(".hint").first
    word.tap()
    assert hint.is_visible()
    assert len(tab.context.pages) == 1
    box = hint.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    assert fits(tab)


def test_related_questions_ask_themselves(open_tab: OpenTab) -> None:
    tab = open_tab()
    ask(tab, RATE)
    offered = tab.locator("#related button").first
    offered.wait_for()
    question = offered.inner_text()
    offered.click()
    tab.locator("#thread .turn").nth(1).locator(".answer").wait_for(timeout=30_000)
    assert tab.locator("#thread .question").nth(1).inner_text() == question


@SIZES
def test_a_conversation_as_a_word_file(open_tab: OpenTab, size: dict[str, Any]) -> None:
    tab = open_tab(**size)
    turn = ask(tab, RATE)
    said = turn.locator(".said p").first.evaluate("p => p.firstChild.textContent")
    button = tab.get_by_role("button", name="导出 Word")
    button.wait_for()
    assert fits(tab)
    text = downloaded(tab, button.click)
    assert RATE in text
    assert "资料版本" in text
    assert said[:8] in text


def test_a_link_opens_the_conversation_for_somebody_else_until_it_is_deleted(
    open_tab: OpenTab, site: str
) -> None:
    tab = open_tab()
    ask(tab, RATE)
    tab.get_by_role("button", name="生成链接").click()
    field = tab.get_by_label("对话链接")
    field.wait_for()
    address = field.input_value()
    assert address.startswith(f"{site}/?c=")

    other = open_tab(path=address.removeprefix(site))
    other.locator("#thread .answer").wait_for(timeout=30_000)
    assert other.locator("#thread .question").inner_text() == RATE
    assert other.locator("#thread .day").count() == 1

    tab.get_by_role("button", name="删除链接").click()
    tab.get_by_text("链接已删除").wait_for()
    late = open_tab(path=address.removeprefix(site))
    late.get_by_text("这个链接已失效或已被删除").wait_for()


def test_the_day_shows_in_the_words_of_the_page(open_tab: OpenTab) -> None:
    tab = open_tab()
    day = tab.locator("#day")
    assert day.get_attribute("data-said") == "今天"
    day.fill("2015-06-01")
    tab.wait_for_function("document.querySelector('#day').dataset.said === '2015年6月1日'")


@SIZES
def test_a_cadre_searches_narrows_picks_and_exports(
    open_tab: OpenTab, size: dict[str, Any]
) -> None:
    tab = open_tab(path="/lessons?kind=experience", role=Role.CADRE, **size)
    assert fits(tab)
    tab.get_by_role("searchbox").fill("缺什么招什么")
    tab.get_by_role("button", name="检索", exact=True).click()
    assert tab.locator(".card").count() >= 1
    assert tab.locator(".finds mark").count() >= 1
    if size is PHONE:
        tab.locator("details.facets > summary").click()
    tab.locator(".facet a", has_text="昆山").first.click()
    assert "region=" in tab.url
    assert tab.locator(".card").count() == 1
    assert fits(tab)
    tab.locator(".pick input").first.check()
    tray = tab.locator(".tray")
    tray.wait_for()
    tab.reload()  # the list is kept while the window is open
    assert tray.locator(".n").inner_text() == "1"
    text = downloaded(tab, tray.get_by_role("button", name="导出 Word").click)
    assert "昆山经验" in text
    tray.get_by_role("button", name="清空").click()
    assert not tray.is_visible()


@SIZES
def test_a_search_is_saved_under_a_name(open_tab: OpenTab, size: dict[str, Any]) -> None:
    tab = open_tab(path="/lessons?q=以商引商&kind=experience", role=Role.CADRE, **size)
    name = f"台资<b>{size['width']}"
    fold = tab.locator("details.saved > summary")
    if size is PHONE:
        fold.click()
    tab.get_by_placeholder("名称").fill(name)
    tab.get_by_role("button", name="保存这次检索").click()
    other = open_tab(path="/lessons", role=Role.CADRE, **size)  # logged in on another computer
    if size is PHONE:
        other.locator("details.saved > summary").click()
    other.get_by_role("link", name=name).click()
    assert other.get_by_role("searchbox").input_value() == "以商引商"
    assert "上次查看以后没有新增" in other.locator(".told").inner_text()
    assert fits(other)
    if size is PHONE:
        other.locator("details.saved > summary").click()
    other.get_by_role("button", name=f"删除“{name}”").click()
    assert other.get_by_role("searchbox").input_value() == "以商引商"
    assert other.get_by_role("link", name=name).count() == 0


@SIZES
def test_places_side_by_side(open_tab: OpenTab, size: dict[str, Any]) -> None:
    tab = open_tab(path="/lessons/compare", role=Role.CADRE, **size)
    tab.get_by_label("主题").fill("以商引商")
    tab.get_by_label("地方 1").select_option("昆山")
    tab.get_by_label("地方 2").select_option("延安")
    tab.get_by_role("button", name="对比").click()
    assert fits(tab)
    for cell in tab.locator(".compare td").all():
        assert cell.locator("a").count() or "资料中没有" in cell.inner_text()


def test_an_investor_is_shown_no_way_to_the_lessons(open_tab: OpenTab, site: str) -> None:
    tab = open_tab()
    assert tab.get_by_role("link", name="经验检索").count() == 0
    assert tab.request.get(f"{site}/lessons").status in (401, 403, 404)


PAGES = [
    ("/terms", Role.INVESTOR),
    ("/terms?q=税", Role.INVESTOR),
    ("/terms/研发费用加计扣除", Role.INVESTOR),
    ("/source/T09?start=60&end=90", Role.INVESTOR),
    ("/lessons?q=以商引商", Role.CADRE),
    ("/lessons/compare?topic=以商引商&place=昆山&place=延安", Role.CADRE),
]


@pytest.mark.parametrize(("path", "role"), PAGES)
def test_axe_finds_nothing_serious_on_a_page(open_tab: OpenTab, path: str, role: Role) -> None:
    tab = open_tab(path=path, role=role, lang="en")
    assert serious(tab) == []
    tab = open_tab(path=path, role=role, color_scheme="dark", **PHONE)
    assert serious(tab) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_a_conversation(open_tab: OpenTab, scheme: str) -> None:
    tab = open_tab(color_scheme=scheme)
    assert serious(tab) == []
    ask(tab, "国办函〔2030〕99号规定了什么？")
    turn = ask(tab, RATE)
    tab.locator("#related button").first.wait_for()
    tab.get_by_role("button", name="生成链接").click()
    tab.get_by_label("对话链接").wait_for()
    for fold in turn.locator("summary").all():
        fold.click()
    turn.locator(".term-word").first.focus()
    assert serious(tab) == []
