"""From a refusal on a phone to an answer: submitted, looked after, asked again, closed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot import cases
from bot.asking_again import after_ingest
from bot.cases import State
from bot.jobs import Jobs
from bot.traffic import Traffic
from kb.encoder import Encoder
from kb.knowledge_base import KnowledgeBase
from kb.models import Role
from tests.browser.site import CORPUS, ask, base_of, serving
from tests.browser.tabs import PHONE, fits, serious

OpenTab = Callable[..., Any]

LAND, RESEARCH = "policy/L02-工业用地出让最低价标准.md", "policy/T09-研发费用加计扣除.md"
RATE = "研发费用加计扣除比例是多少？"


@pytest.fixture(scope="module")
def site_base(
    encoder: Encoder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[KnowledgeBase]:
    """A base that lacks a document."""
    with base_of(tmp_path_factory.mktemp("lacking") / "data", encoder, [CORPUS / LAND]) as kb:
        yield kb


@pytest.fixture(scope="module")
def site(site_base: KnowledgeBase) -> Iterator[str]:
    with serving(site_base) as address:
        yield address


def take_in(base: KnowledgeBase, name: str) -> None:
    """Take a file in as the server does, and wait for what it asks again."""
    jobs = Jobs(base, Traffic(), after_ingest(base))
    try:
        jobs.wait(jobs.submit("a.admin", [CORPUS / name]), 60)
        deadline = time.monotonic() + 30
        while not cases.counts(base.catalog)[State.ANSWERED] and time.monotonic() < deadline:
            time.sleep(0.05)
    finally:
        jobs.close()


def test_a_refused_question_is_submitted_looked_after_asked_again_and_closed(
    open_tab: OpenTab, site_base: KnowledgeBase
) -> None:
    phone = open_tab(**PHONE)
    turn = ask(phone, RATE)
    assert turn.get_by_role("button", name="有用").count() == 0  # a refusal is not voted on
    turn.get_by_text("提交给工作人员", exact=True).press("Enter")
    turn.get_by_label("联系方式").fill("138 0000 0000")
    turn.get_by_label("联系方式").press("Enter")
    phone.locator("#told-1", has_text="已提交").wait_for()
    phone.wait_for_function("document.activeElement.id === 'told-1'")
    assert fits(phone)
    assert serious(phone) == []

    admin = open_tab(path="/admin/unanswered", role=Role.ADMIN)
    row = admin.locator("tbody tr", has_text=RATE)
    assert "1 人" in row.inner_text()
    row.get_by_role("link").click()
    assert "138 0000 0000" in admin.locator("main").inner_text()
    admin.get_by_label("负责人").select_option("a.admin")
    admin.get_by_label("再关联一份资料（编号）").fill("L02")
    admin.get_by_label("备注").fill("请补充 T09")
    admin.get_by_role("button", name="保存").click()
    admin.get_by_role("status").filter(has_text="已保存").wait_for()
    assert admin.get_by_role("checkbox").is_checked()
    assert serious(admin) == []

    take_in(site_base, RESEARCH)
    admin.goto(admin.url.partition("?")[0])
    told = admin.locator("main").inner_text()
    assert "自动关闭" in told
    assert "100%" in told
    assert "138 0000 0000" not in told
    assert (
        admin.locator(".todo a", has_text="研发费用")
        .get_attribute("href")
        .startswith("/source/T09?")
    )
    admin.get_by_role("link", name="返回列表").click()
    assert admin.locator("[aria-current=page]", has_text="已答复").inner_text().split() == [
        "已答复", "1",
    ]  # fmt: skip


def test_what_a_reader_flags_reaches_the_admin(open_tab: OpenTab, site_base: KnowledgeBase) -> None:
    tab = open_tab()
    turn = ask(tab, "零地价行不行？")
    useful = turn.get_by_role("button", name="有用", exact=True)
    useful.press("Enter")
    tab.wait_for_function("document.activeElement.id === 'vote-1-1'")
    assert useful.get_attribute("aria-pressed") == "true"
    turn.get_by_text("引用有误", exact=True).press("Enter")
    turn.get_by_label("哪里有误").fill("已有新标准 <b>x</b>")
    turn.get_by_role("button", name="提交").press("Enter")
    tab.locator("#told-1", has_text="核对").wait_for()
    assert serious(tab) == []

    admin = open_tab(path="/admin/feedback", role=Role.ADMIN, **PHONE)
    assert fits(admin)
    card = admin.locator(".flag")
    assert "已有新标准 <b>x</b>" in card.inner_text()
    assert serious(admin) == []
    with admin.expect_popup() as opened:
        card.get_by_role("link", name="打开原文").first.click()
    opened.value.locator("mark").first.wait_for()
    card.get_by_role("button", name="标为已处理").click()
    admin.get_by_role("link", name="已处理").click()
    assert "a.admin 于" in admin.locator(".flag").inner_text()
