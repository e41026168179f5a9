"""An admin adds, corrects, replaces and removes a document, and investors see each step."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from kb import uploads
from kb.knowledge_base import KnowledgeBase
from kb.models import Role
from tests.browser.site import ask
from tests.browser.test_sections import DESKTOP, PHONE, serious

OpenTab = Callable[..., Any]

NOTICE = """延安市冷链物流设施补贴办法
延政发〔2025〕77号
第一条 新建冷链物流设施的企业，按每立方米库容补贴八十元。
第二条 申请冷链物流设施补贴的企业应当在延安市注册。
"""
QUESTION = "新建冷链物流设施每立方米库容补贴多少元？"


@pytest.fixture
def nothing_left(site_base: KnowledgeBase) -> Iterator[None]:
    """The base is as it was before."""
    before = set(site_base.snapshot.by_id)
    yield
    uploads.discard(
        site_base.catalog, site_base.folder, [u.upload_id for u in uploads.every(site_base.catalog)]
    )
    if more := set(site_base.snapshot.by_id) - before:
        site_base.remove(*more)


def file(name: str, text: str) -> dict[str, Any]:
    return {"name": name, "mimeType": "text/plain", "buffer": text.encode()}


def asked(open_tab: OpenTab) -> str:
    return str(ask(open_tab(), QUESTION).inner_text())


@pytest.mark.usefixtures("nothing_left")
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_from_adding_to_removing(open_tab: OpenTab, size: dict[str, Any]) -> None:
    tab = open_tab(path="/admin/add", role=Role.ADMIN, **size)

    def look() -> None:
        """Wait until the upload is read and open it."""
        tab.locator(".uploads .state-ready").first.wait_for()
        tab.locator(".uploads tbody a").first.click()
        tab.get_by_role("button", name="入库", exact=True).wait_for()

    def take_in(result: str) -> None:
        tab.get_by_role("button", name="入库", exact=True).click()
        tab.get_by_text("已完成").wait_for()
        assert result in tab.locator(".listing").inner_text()

    tab.locator("#files").set_input_files([file("冷链.txt", NOTICE), file("空.txt", "")])
    tab.get_by_text("是空文件").wait_for()
    tab.get_by_text("已上传").wait_for()
    tab.get_by_role("link", name="有文件读完了").wait_for()
    tab.get_by_role("link", name="有文件读完了").click()
    look()
    assert "八十元" not in asked(open_tab)
    assert "第二条" in tab.locator(".cut").inner_text()
    tab.get_by_label("文号", exact=True).fill("延政发〔2025〕78号")
    take_in("新增")
    told = asked(open_tab)
    assert "八十元" in told
    assert "78号" in told

    tab.locator(".listing a").first.click()
    tab.get_by_role("link", name="上传新版本").click()
    tab.locator("#files").set_input_files([file("改.txt", NOTICE.replace("八十", "一百二十"))])
    look()
    assert tab.locator("del").first.inner_text() == "八"
    assert "一百二" in tab.locator("ins").first.inner_text()
    take_in("替换")
    assert "一百二十元" in asked(open_tab)

    tab.locator(".listing a").first.click()
    tab.get_by_role("link", name=re.compile("删除…")).click()
    assert "条条款" in tab.locator("ul.plain").first.inner_text()
    tab.get_by_role("button", name="确认删除").click()
    tab.get_by_text("已删除").wait_for()
    assert "一百二十元" not in asked(open_tab)


@pytest.mark.usefixtures("nothing_left")
def test_what_may_lose_text_is_accepted_from_the_review(open_tab: OpenTab) -> None:
    garbled = "第一条 " + "锟斤拷" * 40 + "。\n第二条 " + "烫烫烫屯屯屯" * 20 + "。\n"
    tab = open_tab(path="/admin/add", role=Role.ADMIN, lang="en")
    tab.locator("#files").set_input_files([file("odd.txt", garbled)])
    tab.locator(".uploads .state-objected").wait_for()
    assert serious(tab) == []
    tab.locator(".uploads tbody a").first.click()
    tab.get_by_role("button", name="It is right: take it in").click()
    tab.get_by_text("done", exact=True).wait_for()
    assert "added" in tab.locator(".listing").inner_text()
    assert serious(tab) == []


@pytest.mark.parametrize(
    "path",
    [
        "/admin", "/admin/documents", "/admin/documents/T09", "/admin/documents/T09/remove",
        "/admin/add", "/admin/quarantine", "/admin/jobs",
    ],
)  # fmt: skip
def test_axe_finds_nothing_serious(open_tab: OpenTab, path: str) -> None:
    tab = open_tab(path=path, role=Role.ADMIN, lang="en")
    assert serious(tab) == []
    tab = open_tab(path=path, role=Role.ADMIN, color_scheme="dark", **PHONE)
    assert serious(tab) == []
    assert tab.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
