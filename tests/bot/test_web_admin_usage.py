"""The pages of usage: every chart's table, the lists its links lead to, and the drawing library."""

from __future__ import annotations

import hashlib
import html
import re
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from bot.asked import Asked, Way, write
from bot.usage import MOST_DAYS
from bot.web.admin_usage import wanted_of
from bot.web.charts import SCRIPTS
from kb.encoder import Encoder
from kb.knowledge_base import KnowledgeBase
from kb.models import Role, Status
from tests.bot.admin_samples import admin_app, browser_of
from tests.browser.site import CORPUS, base_of

STATIC = Path(__file__).parents[2] / "bot" / "web" / "static"
CHART_JS = "87364cc2b2a76a6684929e7d6b80b18a897794db38400caff1fcf1791c6925d2"
HOSTILE = '"><script>alert(1)</script>\u202e'
FILES = ("policy/L02-工业用地出让最低价标准.md", "policy/T05-农林牧渔业所得税优惠.md")


@pytest.fixture(scope="module")
def base(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    folder = tmp_path_factory.mktemp("usage") / "data"
    with base_of(folder, encoder, [CORPUS / f for f in FILES], reranker="none") as kb:
        now = time.time()
        timings = {"search": 5.0, "sentences": 20.0}
        rows = [
            Asked("a", now, Role.INVESTOR, Way.CHAT, Status.ANSWERED, 0.93, timings, ("L02",)),
            Asked("b", now, Role.CADRE, Way.API, Status.ANSWERED, 0.81, timings, ("L02", HOSTILE)),
            Asked("c", now, Role.INVESTOR, Way.CHAT, Status.REFUSED, 0.12, timings, ()),
            Asked("d", now, Role.INVESTOR, Way.CHAT, Status.NEAREST, 0.44, timings, ()),
        ]
        write(kb.catalog, rows)
        yield kb


@pytest.fixture(scope="module")
def tab(base: KnowledgeBase) -> TestClient:
    return browser_of(admin_app(base), base)


def rows_of(page: str, section: str) -> list[list[str]]:
    """The words of a chart's table."""
    (part,) = re.findall(rf'<section class="part" aria-labelledby="{section}">.*?</section>', page)
    body = part.partition("<tbody>")[2]
    return [
        [
            html.unescape(re.sub(r"<[^>]+>", "", cell))
            for cell in re.findall(r"<t[hd].*?</t[hd]>", r)
        ]
        for r in re.findall(r"<tr>.*?</tr>", body)
    ]


def test_every_chart_has_its_table(tab: TestClient) -> None:
    page = tab.get("/admin/usage").text
    assert page.count("data-colours=") == 5
    assert rows_of(page, "days")[-1] == [date.today().isoformat(), "2", "1", "1"]
    assert len(rows_of(page, "days")) == 30
    assert rows_of(page, "ways") == [
        ["网页 · 投资者", "1", "1", "1"],
        ["接口 · 干部", "1", "0", "0"],
    ]
    cited = rows_of(page, "cited")
    assert cited[0][1] == "2"
    assert "最低价" in cited[0][0]
    assert "已删除" in cited[1][0]
    assert rows_of(page, "stages") == [
        ["合计", "25.0", "25.0"], ["选句", "20.0", "20.0"], ["检索", "5.0", "5.0"],
    ]  # fmt: skip
    bins = rows_of(page, "confidence")
    assert bins[9] == ["0.9–1.0", "1", "0", "0"]
    assert bins[1] == ["0.1–0.2", "0", "0", "1"]
    assert "2（50%）" in page
    assert (
        tab.get(re.findall(r'href="(/admin/unanswered[^"]*)">看未答', page)[0]).status_code == 200
    )
    assert "没有被引用过的资料（1 份）" in page
    assert 'href="/admin/documents/T05"' in page.rpartition("没有被引用过")[2]
    for script in SCRIPTS:
        assert f'<script src="{script}" defer></script>' in page
        assert tab.get(script).status_code == 200


def test_every_link_leads_to_as_many_questions_as_it_says(tab: TestClient) -> None:
    page = tab.get("/admin/usage").text
    links = re.findall(r'<a href="(/admin/usage/questions\?[^"]*)">(\d+)</a>', page)
    assert len(links) >= 10
    for address, number in links:
        assert f"共 {number} 个" in tab.get(html.unescape(address)).text


def test_lists_show_no_text_and_documents_by_title(tab: TestClient) -> None:
    page = tab.get("/admin/usage/questions?status=answered").text
    assert "共 2 个" in page
    assert page.count('<tr><th scope="row">') == 2
    assert "工业用地" in page
    assert "0.93" in page
    assert '<option value="answered" selected' in page
    assert "没有人提问" in tab.get("/admin/usage/questions?role=admin").text


@pytest.mark.parametrize("path", ["/admin/usage", "/admin/usage/questions"])
def test_hostile_addresses_and_ids_stay_text(tab: TestClient, path: str) -> None:
    for key in ("first", "last", "role", "way", "status", "tenth", "page"):
        reply = tab.get(path, params={key: HOSTILE})
        assert reply.status_code == 200
        assert "<script>" not in reply.text
        assert "\u202e" not in reply.text
        assert ("看不懂" in reply.text) is (key in ("first", "last"))


def test_nothing_asked_is_said(tab: TestClient) -> None:
    page = tab.get("/admin/usage?first=2020-01-01&last=2020-01-31").text
    assert "没有人提问" in page
    assert "data-colours" not in page
    assert "没有被引用过的资料（2 份）" in page
    assert (
        "Nothing was asked" in tab.get("/admin/usage?last=2020-01-31&first=2020-01-01&lang=en").text
    )


@pytest.mark.parametrize(
    ("raw", "days", "misread"),
    [
        ({}, 30, False),
        ({"first": "2026-07-10", "last": "2026-07-16"}, 7, False),
        ({"first": "2026-07-16", "last": "2026-07-10"}, 30, True),
        ({"first": "0001-01-01", "last": "2026-07-16"}, MOST_DAYS, False),
        ({"first": "0001-01-01", "last": "0001-01-02"}, 30, True),
        ({"first": "x"}, 30, True), ({"last": "9999-12-31"}, 30, True),
    ],
)  # fmt: skip
def test_days_in_an_address(raw: dict[str, str], days: int, misread: bool) -> None:
    wanted, wrong = wanted_of(raw, date(2026, 7, 16))
    assert (len(wanted.days), wrong) == (days, misread)


def test_what_is_chosen_stays_chosen(tab: TestClient) -> None:
    page = tab.get("/admin/usage?role=cadre&way=api").text
    assert rows_of(page, "ways") == [["接口 · 干部", "1", "0", "0"]]
    assert "role=cadre&amp;way=api" in page
    day = date.today() - timedelta(days=6)
    assert f'href="/admin/usage?first={day}&amp;last={date.today()}&amp;role=cadre' in page


def test_the_library_is_the_one_its_makers_published() -> None:
    content = (STATIC / "chart-4.6.1.min.js").read_bytes()
    assert hashlib.sha256(content).hexdigest() == CHART_JS
    for never in (b"eval(", b"new Function", b"insertRule", b'createElement("style")'):
        assert never not in content
    assert "MIT License" in (STATIC / "chart-LICENSE.txt").read_text(encoding="utf-8")
