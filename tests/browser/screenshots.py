"""Save pictures of the page for the README: ``python -m tests.browser.screenshots``."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.browser.site import ARGUMENTS, CHROMIUM, CORPUS, ask, base_of, serving

IMAGES = Path(__file__).parents[2] / "docs" / "images"
MOST_BYTES = 300_000

RATE = "西部大开发企业所得税优惠税率是多少？"
ENGLISH = "Can a foreign investor freely remit profits abroad?"
UNKNOWN = "国办函〔2030〕99号规定了什么？"


def main() -> None:
    """Start a site over the whole corpus and take every picture."""
    from playwright.sync_api import sync_playwright

    IMAGES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        base_of(Path(folder) / "data", None, [CORPUS]) as kb,
        serving(kb) as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))

        def open_(width: int, height: int, **options: Any) -> Any:
            context = browser.new_context(
                viewport={"width": width, "height": height},
                locale="zh-CN",
                reduced_motion="reduce",
                **options,
            )
            tab = context.new_page()
            tab.goto(site)
            tab.locator("#thread .welcome").wait_for()
            return tab

        for take in (_welcome, _answer, _refusal, _english, _source, _phone, _dark):
            take(open_)
        browser.close()


def _save(tab: Any, name: str) -> None:
    tab.wait_for_timeout(500)  # fonts and layout settle
    file = IMAGES / f"{name}.png"
    tab.screenshot(path=str(file))
    size = file.stat().st_size
    if size > MOST_BYTES:
        sys.exit(f"{file.name} has {size} bytes, more than {MOST_BYTES}: take a smaller window")


def _welcome(open_: Callable[..., Any]) -> None:
    _save(open_(1280, 800), "welcome")


def _answer(open_: Callable[..., Any]) -> None:
    tab = open_(1280, 800)
    ask(tab, RATE)
    _save(tab, "answer")


def _refusal(open_: Callable[..., Any]) -> None:
    tab = open_(1280, 800)
    ask(tab, UNKNOWN)
    _save(tab, "refusal")


def _english(open_: Callable[..., Any]) -> None:
    tab = open_(1280, 800)
    tab.locator("#switch").click()
    tab.wait_for_function("document.documentElement.lang === 'en'")
    ask(tab, ENGLISH)
    _save(tab, "english")


def _source(open_: Callable[..., Any]) -> None:
    tab = open_(1280, 800)
    ask(tab, RATE)
    with tab.context.expect_page() as opened:
        tab.locator("#panel a.button").click()
    opened.value.wait_for_load_state()
    _save(opened.value, "source")


def _phone(open_: Callable[..., Any]) -> None:
    tab = open_(360, 740, device_scale_factor=2, is_mobile=True, has_touch=True)
    ask(tab, RATE)
    _save(tab, "phone")


def _dark(open_: Callable[..., Any]) -> None:
    tab = open_(1280, 800, color_scheme="dark")
    ask(tab, RATE)
    _save(tab, "dark")


if __name__ == "__main__":
    main()
