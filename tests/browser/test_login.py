"""Logging in, the first password, one's account and logging out, as people do it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot import users
from kb.knowledge_base import KnowledgeBase
from kb.models import Role
from tests.bot.idp import Idp, identity_provider, settings_for
from tests.browser.site import INTERNAL, serving
from tests.browser.tabs import DESKTOP, PHONE, fits, serious, tabs

OpenTab = Callable[..., Any]
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
FIRST, OWN = "set by an admin, once", "一句好记的话也可以当密码"


@pytest.fixture
def liu(site_base: KnowledgeBase) -> Iterator[str]:
    """A cadre whose password somebody else has set."""
    users.add(site_base.catalog, "liu", Role.CADRE, FIRST)
    yield "liu"
    users.remove(site_base.catalog, "liu")


def enter(tab: Any, name: str, password: str) -> None:
    tab.get_by_label("用户名").fill(name)
    tab.get_by_label("密码", exact=True).fill(password)
    tab.get_by_role("button", name="登录", exact=True).click()


@SIZES
def test_from_the_first_login_to_logging_out(
    open_tab: OpenTab, site: str, liu: str, size: dict[str, Any]
) -> None:
    tab = open_tab(path="/login", **size)
    assert fits(tab)
    assert tab.evaluate("document.activeElement.name") == "name"
    assert serious(tab) == []
    enter(tab, liu, FIRST)
    tab.wait_for_url("**/account**")
    assert tab.get_by_role("status").is_visible()  # the password must be changed
    assert fits(tab)
    assert serious(tab) == []
    tab.get_by_label("原密码").fill(FIRST)
    tab.get_by_label("新密码", exact=True).fill(OWN)
    tab.get_by_label("再输一遍新密码").fill(OWN)
    tab.get_by_role("button", name="保存新密码").click()
    tab.wait_for_url("**/cadre/")
    tab.get_by_role("link", name="经验检索").wait_for()
    tab.goto(f"{site}/account")
    assert serious(tab) == []
    tab.get_by_role("button", name="退出登录").click()
    tab.locator("#thread .welcome").wait_for()
    assert tab.get_by_role("link", name="登录").is_visible()
    assert tab.request.get(f"{site}/source/{INTERNAL}").status == 404


def test_the_page_asked_for_comes_after_the_login(
    open_tab: OpenTab, site_base: KnowledgeBase, liu: str
) -> None:
    users.set_password(site_base.catalog, liu, OWN, must_change=False)
    tab = open_tab(path="/lessons?q=昆山", lang="zh")
    assert "/login?next=" in tab.url
    enter(tab, liu, OWN)
    tab.wait_for_url("**/lessons?q=**")
    assert tab.locator(".card").count() >= 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_english(open_tab: OpenTab, scheme: str) -> None:
    tab = open_tab(path="/login", lang="en", color_scheme=scheme)
    assert serious(tab) == []
    tab = open_tab(path="/account", role=Role.CADRE, lang="en", color_scheme=scheme)
    assert serious(tab) == []


@pytest.fixture
def idp() -> Iterator[Idp]:
    with identity_provider() as running:
        yield running


@SIZES
def test_through_an_identity_provider(
    chromium: Any, site_base: KnowledgeBase, idp: Idp, size: dict[str, Any]
) -> None:
    with (
        serving(site_base, **settings_for(idp)) as site,
        tabs(chromium, site, site_base, [idp.issuer]) as open_,
    ):
        tab = open_(path="/login?next=/account", **size)
        assert fits(tab)
        assert serious(tab) == []
        tab.get_by_role("link", name="用单位账号登录").click()
        tab.wait_for_url("**/account")
        assert "zhao.min" in tab.locator("main").inner_text()
        assert "用单位账号登录，密码在那里修改" in tab.locator("main").inner_text()
    users.remove(site_base.catalog, "zhao.min")
