"""The pages for admins in a real browser: users, charts, timeline, backups, axe-core."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from bot import users
from bot.asked import Asked, Way, write
from kb.knowledge_base import KnowledgeBase
from kb.models import Role, Status
from tests.browser.tabs import DESKTOP, PHONE, fits, serious

OpenTab = Callable[..., Any]

OWN = "自己想的一句好记的话"
ADMIN = Role.ADMIN
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])


@pytest.fixture(scope="module")
def asked(site_base: KnowledgeBase) -> None:
    """Three days of questions."""
    now = time.time()
    kinds = ((Status.ANSWERED, 0.9, ("T01",)), (Status.NEAREST, 0.5, ()), (Status.REFUSED, 0.1, ()))
    timings = {"search": 12.0, "read": 80.0}
    rows = [
        Asked(f"{ago}-{n}", now - ago * 86_400, Role.INVESTOR, Way.CHAT, *kinds[n % 3][:2], timings,
              kinds[n % 3][2])
        for ago in (1, 2, 3)
        for n in range(3 + 3 * ago)
    ]  # fmt: skip
    write(site_base.catalog, rows)


def log_in(tab: Any, name: str, password: str) -> None:
    tab.get_by_label("用户名").fill(name)
    tab.get_by_label("密码").fill(password)
    tab.locator("main").get_by_role("button", name="登录").click()


def test_a_user_from_the_first_password_to_the_last_day(
    open_tab: OpenTab, site_base: KnowledgeBase
) -> None:
    admin = open_tab(path="/admin/users", role=ADMIN)
    admin.get_by_label("用户名").fill("Xiao.Li")
    admin.get_by_role("button", name="新增").click()
    password = admin.get_by_label("一次性密码").inner_text()

    user = open_tab(path="/login")
    log_in(user, "xiao.li", password)
    user.get_by_text("别人替您设的密码").wait_for()
    user.get_by_label("原密码").fill(password)
    user.get_by_label("新密码", exact=True).fill(OWN)
    user.get_by_label("再输一遍新密码").fill(OWN)
    user.get_by_role("button", name="保存新密码").click()
    user.wait_for_url("**/cadre/")
    user.get_by_role("link", name="经验检索").wait_for()
    assert user.get_by_role("link", name="管理", exact=True).count() == 0

    admin.goto(admin.url.partition("/add")[0])
    row = admin.locator("tr", has_text="xiao.li")
    row.get_by_label("更改 xiao.li").click()
    row.get_by_role("button", name="停用").click()
    admin.get_by_text("已停用 xiao.li").wait_for()
    user.goto(user.url.partition("/cadre")[0] + "/lessons")
    assert "/login" in user.url

    admin.goto(admin.url.partition("?")[0] + "?lang=zh")
    row.get_by_label("更改 xiao.li").click()
    row.get_by_text("删除…").click()
    row.get_by_role("button", name="确定删除").click()
    admin.get_by_text("已删除 xiao.li").wait_for()
    assert "xiao.li" not in {user.name for user in users.every(site_base.catalog)}


def bar_at(tab: Any, series: int, index: int) -> dict[str, float]:
    """The middle of a part of the first chart, in pixels of its canvas."""
    found: dict[str, float] = tab.evaluate(
        """([series, index]) => {
          const chart = Chart.getChart(document.querySelector("canvas"));
          const bar = chart.getDatasetMeta(series).data[index];
          return {x: bar.x, y: (bar.y + bar.base) / 2};
        }""",
        [series, index],
    )
    return found


@pytest.mark.usefixtures("asked")
def test_from_a_chart_to_a_day_to_its_questions(open_tab: OpenTab) -> None:
    tab = open_tab(path="/admin/usage", role=ADMIN, **DESKTOP)
    assert tab.locator("canvas").count() == 5
    assert not tab.locator("details.table[open]").count()
    canvas = tab.locator("canvas").first
    canvas.hover(position=bar_at(tab, 0, 28))
    assert tab.evaluate("Chart.getChart(document.querySelector('canvas')).tooltip.opacity") == 1

    first, last = bar_at(tab, 0, 26), bar_at(tab, 0, 28)
    box = canvas.bounding_box()
    tab.mouse.move(box["x"] + first["x"], box["y"] + first["y"])
    tab.mouse.down()
    tab.mouse.move(box["x"] + last["x"], box["y"] + last["y"], steps=4)
    tab.mouse.up()
    days = [(date.today() - timedelta(days=n)).isoformat() for n in (3, 1)]
    tab.wait_for_url(f"**/admin/usage?first={days[0]}&last={days[1]}")

    tab.locator("canvas").first.click(position=bar_at(tab, 2, 0))
    tab.wait_for_url(f"**first={days[0]}&last={days[0]}&status=refused")
    assert tab.get_by_role("status").inner_text() == "共 4 个"
    assert tab.locator("tbody tr").count() == 4

    tab.go_back()
    tab.locator("#cited ~ details summary").click()
    tab.locator("#cited ~ details a").first.click()
    assert "/admin/documents/T01" in tab.url


@pytest.mark.usefixtures("asked")
def test_without_a_script_the_tables_are_there(open_tab: OpenTab) -> None:
    tab = open_tab(path="/admin/usage", role=ADMIN, java_script_enabled=False)
    assert tab.locator("canvas").count() == 0
    tables = tab.locator("details.table[open] table")
    assert tables.count() == 5
    assert all(table.is_visible() for table in tables.all())


def test_a_month_of_the_timeline_leads_to_its_row(open_tab: OpenTab) -> None:
    tab = open_tab(path="/admin/expiring?start=2024-01&months=24", role=ADMIN)
    column = tab.locator("svg.timeline a").first
    assert column.get_attribute("aria-label")
    column.focus()
    tab.keyboard.press("Enter")
    month = tab.url.partition("#m-")[2]
    assert month
    assert tab.locator(f"#m-{month}").inner_text().startswith(month)


@SIZES
def test_a_backup_is_made_and_downloaded(open_tab: OpenTab, size: dict[str, Any]) -> None:
    tab = open_tab(path="/admin/backups", role=ADMIN, **size)
    tab.get_by_role("button", name="现在做一个备份").click()
    tab.get_by_text("已做好备份").wait_for(timeout=20_000)
    with tab.expect_download() as wanted:
        tab.get_by_role("button", name="下载").first.click()
    assert wanted.value.suggested_filename.endswith(".zip")
    tab.get_by_role("link", name="怎样恢复").first.click()
    assert "--replace" in tab.locator("#steps code").inner_text()
    assert fits(tab)


PAGES = ["users", "keys", "usage", "usage/questions", "expiring", "doctor", "backups", "audit"]


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_serious_and_a_phone_shows_all(open_tab: OpenTab, path: str) -> None:
    tab = open_tab(path=f"/admin/{path}", role=ADMIN, lang="en")
    for fold in tab.locator("main details:not([open]) > summary").all():
        if fold.is_visible():
            fold.click()
    assert fits(tab)
    assert serious(tab) == []
    tab = open_tab(path=f"/admin/{path}", role=ADMIN, color_scheme="dark", **PHONE)
    assert fits(tab)
    assert serious(tab) == []
