"""What a reader sees and does, in a real browser on a real site."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from kb.knowledge_base import KnowledgeBase
from tests.browser.site import INTERNAL, ask

RATE = "研发费用加计扣除比例是多少？"
TWO = "西部大开发企业所得税优惠税率是多少，执行到哪一年？"
UNKNOWN = "国办函〔2030〕99号规定了什么？"

OpenTab = Callable[..., Any]


def test_question_by_enter_is_answered_with_citations(open_tab: OpenTab) -> None:
    tab = open_tab()
    turn = ask(tab, RATE)
    assert turn.locator(".question").inner_text() == RATE
    assert "%" in turn.locator(".said").inner_text()
    for sentence in turn.locator(".said p").all():
        assert sentence.locator("a.chip").count() >= 1
    assert tab.locator("#question textarea").input_value() == ""
    # the first source is there at once, with its quote marked
    panel = tab.locator("#panel .source")
    assert panel.locator("mark").inner_text().strip() != ""
    assert panel.locator(".badge").first.inner_text() in ("现行有效", "未注明日期")


def test_a_chip_shows_its_own_source(open_tab: OpenTab) -> None:
    tab = open_tab()
    turn = ask(tab, TWO)
    assert turn.locator("a.chip").count() >= 2
    second = turn.locator('a.chip[data-n="2"]').first
    second.click()
    panel = tab.locator("#panel .source")
    tab.locator("#source-1-2").wait_for()
    quote = panel.locator("mark").inner_text()
    assert second.get_attribute("aria-current") == "true"
    text = panel.locator("blockquote").inner_text()
    assert quote in text
    assert len(text) > len(quote)
    assert tab.url.endswith("/")
    # back to the first one, by keyboard
    turn.locator('a.chip[data-n="1"]').first.focus()
    tab.keyboard.press("Space")
    tab.locator("#source-1-1").wait_for()
    turn.locator('a.chip[data-n="2"]').first.focus()
    tab.keyboard.press("Enter")
    tab.locator("#source-1-2").wait_for()


def test_open_original_scrolls_to_the_marked_sentence(open_tab: OpenTab) -> None:
    tab = open_tab()
    ask(tab, RATE)
    quote = tab.locator("#panel mark").inner_text()
    with tab.context.expect_page() as opened:
        tab.locator("#panel a.button").click()
    source = opened.value
    source.wait_for_load_state()
    mark = source.locator("mark").first
    assert mark.inner_text().strip() == quote.strip()
    box = mark.bounding_box()
    assert box is not None
    assert 0 < box["y"] < 860
    assert source.locator("h1").count() == 1
    assert source.locator(".outline a").count() >= 3


def test_a_link_without_javascript_still_leads_to_the_source(
    open_tab: OpenTab, chromium: Any, site: str
) -> None:
    turn = ask(open_tab(), RATE)
    address = turn.locator("a.chip").first.get_attribute("href")
    context = chromium.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(site + address)
    assert plain.locator("mark").first.is_visible()
    context.close()


def test_refusal_offers_the_nearest_and_says_nothing_else(open_tab: OpenTab) -> None:
    tab = open_tab()
    turn = ask(tab, UNKNOWN)
    assert "未收录" in turn.locator(".refusal h3").inner_text()
    assert turn.locator(".said").count() == 0
    assert turn.locator("a.chip").count() == 0
    assert "招商部门" in turn.locator(".next").inner_text()
    near = turn.locator(".near a").first
    with tab.context.expect_page() as opened:
        near.click()
    opened.value.wait_for_load_state()
    assert opened.value.locator("article.doc-text").is_visible()


def test_switching_language_keeps_the_conversation_and_is_remembered(open_tab: OpenTab) -> None:
    tab = open_tab()
    turn = ask(tab, RATE)
    said = turn.locator(".said").inner_text()
    tab.locator("#switch").click()
    tab.wait_for_function("document.documentElement.lang === 'en'")
    assert "Policy Q&A" in tab.title()
    assert tab.locator("#send").inner_text() == "Ask"
    assert tab.locator("#question textarea").get_attribute("placeholder") == "Ask a question"
    assert "in force" in tab.locator("#day-box label").inner_text()
    assert tab.locator("#switch").inner_text() == "中文"
    turn = tab.locator("#thread .turn").first
    assert turn.locator(".said").inner_text() == said
    assert "Copy" in turn.locator("button.copy").inner_text()
    assert "Open the original" in tab.locator("#panel").inner_text()
    tab.reload()
    tab.wait_for_function("document.documentElement.lang === 'en'")
    tab.get_by_text("Try asking").wait_for()
    assert not tab.locator("html.waiting").count()
    tab.locator("#switch").click()
    tab.get_by_text("可以这样问").wait_for()
    assert tab.evaluate("document.documentElement.lang") == "zh-CN"


def test_an_example_asks_itself(open_tab: OpenTab) -> None:
    tab = open_tab()
    example = tab.locator(".example").nth(2)
    words = example.locator(".example-text").inner_text()
    example.click()
    tab.locator("#thread .answer").wait_for(timeout=30_000)
    assert tab.locator(".question").inner_text() == words


def test_enter_while_composing_chinese_does_not_send(open_tab: OpenTab) -> None:
    tab = open_tab()
    box = tab.locator("#question textarea")
    box.focus()
    session = tab.context.new_cdp_session(tab)
    session.send(
        "Input.imeSetComposition", {"text": "yanfa", "selectionStart": 5, "selectionEnd": 5}
    )
    for kind in ("keydown", "keypress"):
        tab.evaluate(
            """kind => document.querySelector('#question textarea').dispatchEvent(
              new KeyboardEvent(kind, {key: 'Enter', isComposing: true, bubbles: true,
                                       cancelable: true}))""",
            kind,
        )
    session.send("Input.insertText", {"text": RATE})
    tab.wait_for_timeout(500)
    assert tab.locator("#thread .turn").count() == 0
    assert box.input_value() == RATE
    box.press("Enter")
    tab.locator("#thread .answer").wait_for(timeout=30_000)


def test_shift_enter_is_a_new_line(open_tab: OpenTab) -> None:
    tab = open_tab()
    box = tab.locator("#question textarea")
    box.fill("研发费用")
    box.press("Shift+Enter")
    box.press_sequentially("加计扣除")
    assert box.input_value() == "研发费用\n加计扣除"
    assert tab.locator("#thread .turn").count() == 0


def test_the_day_decides_which_rules_answer(open_tab: OpenTab) -> None:
    tab = open_tab()
    tab.locator("#day").fill("2015-06-01")
    turn = ask(tab, "西部大开发企业所得税优惠的主营业务收入占比要达到多少？")
    assert "2015年6月1日" in turn.locator(".day").inner_text()
    badges = turn.locator(".cited .badge").all_inner_texts()
    assert all("尚未施行" not in b for b in badges)
    assert tab.locator("#day-clear").is_visible()
    tab.locator("#day-clear").click()
    turn = ask(tab, RATE)
    assert turn.locator(".day").count() == 0


def test_hostile_question_stays_text(open_tab: OpenTab) -> None:
    tab = open_tab()
    hostile = (
        '<img src=x onerror="window.hit=1"><script>window.hit=1</script> '
        "[点我](javascript:alert(1)) ${window.hit=1} {{constructor}} \u202e研发费用"
    )
    turn = ask(tab, hostile)
    shown = turn.locator(".question").inner_text()
    assert "<img src=x onerror=" in shown
    assert "<script>" in shown
    assert "${window.hit=1} {{constructor}}" in shown
    assert "\u202e" not in shown
    assert turn.locator("img, script, a[href^='javascript']").count() == 0
    assert tab.evaluate("window.hit") is None


def test_two_visitors_never_mix(open_tab: OpenTab) -> None:
    one, two = open_tab(), open_tab()
    ask(one, RATE)
    ask(two, UNKNOWN)
    ask(one, TWO)
    assert one.locator(".question").all_inner_texts() == [RATE, TWO]
    assert two.locator(".question").all_inner_texts() == [UNKNOWN]


def test_an_internal_document_is_as_missing_as_none(open_tab: OpenTab, site: str) -> None:
    tab = open_tab()
    pages = []
    for name in (INTERNAL, "no-such-thing"):
        reply = tab.request.get(f"{site}/source/{name}")
        assert reply.status == 404
        pages.append(reply.text())
    assert pages[0] == pages[1]


def test_copy_puts_answer_and_sources_on_the_clipboard(open_tab: OpenTab, site: str) -> None:
    tab = open_tab(permissions=["clipboard-read", "clipboard-write"])
    turn = ask(tab, RATE)
    turn.locator("button.copy").click()
    tab.get_by_text("已复制").wait_for()
    text = tab.evaluate("navigator.clipboard.readText()")
    assert text.startswith(RATE)
    assert "[1]" in text
    assert "出处" in text


def test_phone(open_tab: OpenTab) -> None:
    tab = open_tab(360, 740, has_touch=True, is_mobile=True)
    assert tab.evaluate("document.documentElement.scrollWidth") == 360
    turn = ask(tab, TWO)
    assert tab.evaluate("document.documentElement.scrollWidth") == 360
    panel, answer = tab.locator("#panel").bounding_box(), turn.bounding_box()
    assert panel["y"] >= answer["y"] + answer["height"]
    turn.locator("a.chip").last.tap()
    tab.wait_for_function(
        "document.querySelector('#panel').getBoundingClientRect().top < innerHeight / 2"
    )
    for chip in turn.locator("a.chip").all():
        box = chip.bounding_box()
        assert box["width"] >= 24
        assert box["height"] >= 24


def test_wide_screen_has_the_panel_beside(open_tab: OpenTab) -> None:
    tab = open_tab(1920, 1000)
    ask(tab, RATE)
    panel, thread = tab.locator("#panel").bounding_box(), tab.locator("#thread").bounding_box()
    assert panel["x"] > thread["x"] + thread["width"]
    assert panel["y"] < 200


def test_keyboard_reaches_everything_and_shows_where_it_is(open_tab: OpenTab) -> None:
    tab = open_tab()
    ask(tab, RATE)
    tab.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
    seen = set()
    for _ in range(30):
        tab.keyboard.press("Tab")
        spot = tab.evaluate(
            """() => { const e = document.activeElement; const s = getComputedStyle(e);
              return [e.className.split(' ').concat(e.id, e.tagName), s.outlineStyle,
                      e.matches('#question textarea')]; }"""
        )
        seen |= set(spot[0])
        if spot[0][-1] != "BODY" and not spot[2]:
            assert spot[1] == "solid", spot
    assert {"skip", "switch", "chip", "row", "copy", "SUMMARY", "TEXTAREA", "day"} <= seen


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_is_enough(open_tab: OpenTab, scheme: str) -> None:
    tab = open_tab(color_scheme=scheme)
    ask(tab, UNKNOWN)
    ask(tab, RATE)
    for fold in tab.locator(".turn:last-child summary").all():
        fold.click()
    poor = tab.evaluate(CONTRAST)
    assert poor == []


CONTRAST = r"""() => {
  const rgb = c => (/^rgba?\(([^)]+)\)/.exec(c)?.[1] ?? '').split(/[ ,\/]+/).map(Number);
  const part = v => v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4;
  const light = c => 0.2126 * part(c[0]) + 0.7152 * part(c[1]) + 0.0722 * part(c[2]);
  const behind = e => {
    for (; e; e = e.parentElement) {
      const c = rgb(getComputedStyle(e).backgroundColor);
      if (c.length === 3 || c[3] === 1) return c;
    }
    return [255, 255, 255];
  };
  const poor = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement, words = walker.currentNode.data.trim();
    if (!words || !e.checkVisibility() || e.closest('.sr-only, .skip, script, style')) continue;
    const a = light(rgb(getComputedStyle(e).color)), b = light(behind(e));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) poor.push(`${e.tagName}.${e.className} ${words} ${ratio.toFixed(2)}`);
  }
  return poor;
}"""


def test_every_control_has_a_name(open_tab: OpenTab) -> None:
    tab = open_tab()
    ask(tab, RATE)
    nameless = tab.evaluate(
        """() => [...document.querySelectorAll('button, a, input, textarea, progress')]
          .filter(e => e.checkVisibility())
          .filter(e => !(e.ariaLabel || e.textContent.trim() || e.title
                         || (e.labels && [...e.labels].some(l => l.textContent.trim()))))
          .map(e => e.outerHTML.slice(0, 120))"""
    )
    assert nameless == []


def test_replaced_document_says_the_place_moved(
    open_tab: OpenTab, site_base: KnowledgeBase
) -> None:
    tab = open_tab()
    turn = ask(tab, RATE)
    href = turn.locator("a.chip").first.get_attribute("href")
    parts = urlsplit(href)
    stale = parts._replace(query=re.sub(r"version=\d+", "version=0", parts.query)).geturl()
    tab.goto(f"{tab.url.rstrip('/')}{stale}")
    assert "更新过" in tab.locator(".banner").inner_text()
    assert tab.locator("mark").count() == 0
