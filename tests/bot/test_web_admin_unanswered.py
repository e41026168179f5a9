"""The pages of unanswered questions and of feedback, as an admin's browser sees them."""

from __future__ import annotations

import csv
import time
from collections.abc import Iterator
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pytest
from sqlalchemy import delete
from starlette.testclient import TestClient

from bot import asked, audit, cases, feedback, users
from bot.asked import Way, asked_of
from bot.cases import State
from bot.unanswered import submit
from bot.web.admin_unanswered import AGAIN
from kb import schema
from kb.encoder import Encoder
from kb.knowledge_base import KnowledgeBase
from kb.models import Claim, Role
from tests.bot.admin_samples import ADMIN, admin_app, browser_of, send
from tests.bot.test_cases import LAND, RATE
from tests.bot.web_samples import HOSTILE, answered, citation, refused
from tests.browser.site import CORPUS, base_of

NOW = time.time()
PRICE = "零地价行不行？"
LIST = "/admin/unanswered"


@pytest.fixture(scope="module")
def base(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    folder = tmp_path_factory.mktemp("unanswered") / "data"
    with base_of(folder, encoder, [CORPUS / LAND], reranker="none") as kb:
        yield kb


@pytest.fixture(scope="module")
def app(base: KnowledgeBase) -> Any:
    return admin_app(base)


@pytest.fixture
def tab(app: Any, base: KnowledgeBase) -> Iterator[TestClient]:
    yield browser_of(app, base)
    with base.catalog.begin() as connection:
        for table in (schema.unanswered, schema.cases, schema.asked, schema.flags, schema.audit):
            connection.execute(delete(table))


def put(base: KnowledgeBase, *texts: str) -> None:
    rows = [
        asked_of(
            refused(question=text), Role.INVESTOR, Way.CHAT, None, ref=text, now=NOW,
            keep_text=True,
        )
        for text in texts
    ]  # fmt: skip
    asked.write(base.catalog, rows)


def only_case(base: KnowledgeBase) -> cases.Case:
    (case,) = cases.every(base.catalog)
    return case


def test_the_list_groups_and_counts(tab: TestClient, base: KnowledgeBase) -> None:
    assert "没有待处理的问题" in tab.get(LIST).text
    put(base, RATE, "研发费用加计扣除比例多少？", "明天下雨吗？")
    submit(base.catalog, refused(question=RATE), Role.INVESTOR, None, "138 0000", NOW)
    page = tab.get(LIST).text
    assert page.index(RATE) < page.index("明天下雨吗")  # somebody waits
    assert "2 种问法" in page
    assert "1 人" in page
    assert "138 0000" not in page
    assert "有 2 组问题没有答出" in tab.get("/admin").text
    assert "Groups of questions unanswered: 2" in tab.get("/admin?lang=en").text
    assert "asked in 2 ways" in tab.get(LIST + "?lang=en").text


def test_a_case_is_looked_after_closed_and_opened_again(
    tab: TestClient, base: KnowledgeBase
) -> None:
    users.admit(base.catalog, "li", Role.CADRE, subject="li")
    put(base, RATE)
    submit(base.catalog, refused(question=RATE), Role.INVESTOR, None, "138 0000", NOW)
    tab.get(LIST)
    address = f"{LIST}/{only_case(base).case_id}"
    page = tab.get(address).text
    assert "138 0000" in page
    assert "主动提交" in page
    assert "现在仍然答不出" in page
    sent = {"assignee": "li", "note": "问税务局", "document": ["L02", " "]}
    saved = send(tab, address, sent)
    assert (saved.status_code, saved.headers["location"]) == (303, address + "?done=saved")
    case = only_case(base)
    assert (case.assignee, case.note, case.documents) == ("li", "问税务局", ("L02",))
    assert 'value="L02" checked' in tab.get(address + "?done=saved").text
    for wrong in ({"assignee": "nobody"}, {"document": "none"}, {"note": "长" * 2001}):
        reply = send(tab, address, wrong)
        assert reply.status_code in (400, 404)
        assert 'role="alert"' in reply.text
    assert only_case(base).note == "问税务局"
    assert send(tab, address + "/again").headers["location"] == address + "?done=again"
    assert "答不出" in tab.get(address).text
    assert send(tab, address + "/close", {"state": "declined"}).status_code == 303
    closed = tab.get(address).text
    assert "138 0000" not in closed
    assert f"{ADMIN} 于" in closed
    assert RATE in tab.get(LIST + "?state=declined").text
    assert RATE not in tab.get(LIST + "?state=no").text
    send(tab, address + "/reopen")
    assert only_case(base).state is State.OPEN
    told = [(e.who, e.what, e.target) for e in audit.entries(base.catalog)]
    number = f"#{case.case_id}"
    assert (ADMIN, "case.change", f"{number} li L02") in told
    assert (ADMIN, "case.close", f"{number} declined") in told
    assert (ADMIN, "case.again", number) in told
    users.remove(base.catalog, "li")


def test_asking_again_shows_the_answer_and_closes(tab: TestClient, base: KnowledgeBase) -> None:
    put(base, PRICE)
    tab.get(LIST)
    address = f"{LIST}/{only_case(base).case_id}"
    assert send(tab, address + "/again").headers["location"] == address + "?done=answered"
    page = tab.get(address).text
    assert "自动关闭" in page
    assert "/source/L02?" in page
    assert PRICE in tab.get(LIST + "?state=answered").text


def test_all_are_asked_again_in_the_background(
    app: Any, tab: TestClient, base: KnowledgeBase
) -> None:
    put(base, PRICE, "明天下雨吗？")
    tab.get(LIST)
    assert send(tab, LIST + "/again").headers["location"] == LIST
    page = tab.get(LIST).text  # waits a second for it
    if "正在重新提问" in page:
        time.sleep(2)
        page = tab.get(LIST).text
    assert "1 组问题已能答出" in page
    assert PRICE not in page
    assert AGAIN in [e.what.removeprefix("case.") for e in audit.entries(base.catalog)]


@pytest.mark.parametrize("form", ["excel", "csv"])
def test_the_export_holds_no_formula_and_no_contact(
    tab: TestClient, base: KnowledgeBase, form: str
) -> None:
    bad = '=HYPERLINK("http://x")'
    put(base, bad)
    submit(base.catalog, refused(question=bad), Role.INVESTOR, None, "+138", NOW)
    tab.get(LIST)
    reply = send(tab, LIST + "/export", {"form": form, "state": "open"})
    assert reply.headers["cache-control"] == "no-store"
    if form == "csv":
        rows = list(csv.reader(StringIO(reply.content.decode("utf-8-sig"))))
        assert rows[1][1] == f"'{bad}"
    else:
        sheet = openpyxl.load_workbook(BytesIO(reply.content)).active
        assert sheet is not None
        cell = sheet.cell(2, 2)
        assert (cell.value, cell.data_type) == (bad, "s")
        rows = [[str(c.value) for c in row] for row in sheet.rows]
    assert "+138" not in str(rows)
    assert audit.entries(base.catalog)[0].what == "case.export"


def test_hostile_text_stands_as_text_on_both_pages(tab: TestClient, base: KnowledgeBase) -> None:
    put(base, HOSTILE)
    submit(base.catalog, refused(question=HOSTILE), Role.INVESTOR, None, HOSTILE[:100], NOW)
    answer = answered(
        question=HOSTILE,
        claims=(Claim(HOSTILE, (1,)),),
        citations=(citation(1, title=HOSTILE, quote=HOSTILE, path=(HOSTILE,), document_id="L02"),),
    )
    feedback.flag(base.catalog, answer, Role.INVESTOR, None, 1, HOSTILE, NOW)
    tab.get(LIST)
    (flag,), _ = feedback.flags(base.catalog)
    feedback.settle(base.catalog, ADMIN, flag.flag_id, done=False, note=HOSTILE, now=NOW)
    address = f"{LIST}/{only_case(base).case_id}"
    cases.look_after(
        base, ADMIN, only_case(base).case_id, assignee="", note=HOSTILE, documents=["L02"]
    )
    for path in (LIST, address, "/admin/feedback", "/admin/feedback?document=L02"):
        for lang in ("zh", "en"):
            page = tab.get(path, params={"lang": lang}).text
            assert "&lt;script&gt;alert(2)" in page, path
            assert "<script>alert" not in page
            assert "<img src=x" not in page
            assert "\u202e" not in page
            assert 'href="javascript' not in page


def test_feedback_is_shown_as_it_stood_and_dealt_with(tab: TestClient, base: KnowledgeBase) -> None:
    assert "没有待处理的反馈" in tab.get("/admin/feedback").text
    cited = citation(1, document_id="L02", quote="当时的条文。", title="旧标题")
    answer = answered(claims=(Claim("当时的句子。", (1,)),), citations=(cited,))
    feedback.flag(base.catalog, answer, Role.INVESTOR, None, 1, "已经改了", NOW)
    asked.write(
        base.catalog,
        [asked_of(answer, Role.INVESTOR, Way.CHAT, None, ref="r", now=NOW, keep_text=True)],
    )
    asked.rate(base.catalog, "r", False)
    page = tab.get("/admin/feedback").text
    for words in ("税率是多少？", "当时的句子。", "当时的条文。", "旧标题", "已经改了", "引用 [1]"):
        assert words in page
    assert "/source/L02?" in page
    assert "有 1 条反馈等待处理" in tab.get("/admin").text
    (flag,), _ = feedback.flags(base.catalog)
    address = f"/admin/feedback/{flag.flag_id}"
    assert send(tab, address, {"act": "settle", "note": "已更正"}).status_code == 303
    assert "没有待处理的反馈" in tab.get("/admin/feedback").text
    settled = tab.get("/admin/feedback?done=1&saved=1").text
    assert "已更正" in settled
    assert f"{ADMIN} 于" in settled
    send(tab, address, {"act": "keep", "note": "又看了一遍"})
    assert "又看了一遍" in tab.get("/admin/feedback?done=1").text
    send(tab, address, {"act": "reopen", "note": ""})
    assert feedback.waiting(base.catalog) == 1
    assert send(tab, "/admin/feedback/999", {"act": "settle"}).status_code == 404
    with base.catalog.begin() as connection:
        base.catalog.withdraw(connection, "gone")  # another document: nothing changes
    assert "当时的条文。" in tab.get("/admin/feedback").text
    assert "L02" in tab.get("/admin/feedback?document=T09").text  # counts stay in view


def test_nobody_but_an_admin_and_no_form_without_a_token(
    app: Any, tab: TestClient, base: KnowledgeBase
) -> None:
    put(base, RATE)
    tab.get(LIST)
    address = f"{LIST}/{only_case(base).case_id}"
    cadre, anybody = browser_of(app, base, Role.CADRE), TestClient(app, follow_redirects=False)
    for path in (LIST, address, "/admin/feedback"):
        assert cadre.get(path).status_code == 403
        assert anybody.get(path, headers={"accept": "text/html"}).status_code == 302
    assert send(cadre, address + "/close").status_code == 403
    assert tab.post(address + "/close", data={"token": "x"}).status_code == 403
    assert only_case(base).state is State.OPEN
    assert tab.get(f"{LIST}/999").status_code == 404


def test_what_is_over_is_not_shown_any_more(tab: TestClient, base: KnowledgeBase) -> None:
    long_ago = NOW - 91 * 86_400
    submit(base.catalog, refused(question=RATE), Role.INVESTOR, None, "138 0000", long_ago)
    feedback.flag(base.catalog, answered(), Role.INVESTOR, None, 1, "", NOW - 366 * 86_400)
    assert RATE in tab.get(LIST).text
    assert only_case(base).wants == ()
    assert "没有待处理的反馈" in tab.get("/admin/feedback").text
