"""The pages of users and of what was done, as an admin's browser sees them."""

from __future__ import annotations

import csv
import html
import re
from collections.abc import Iterator
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pytest
from starlette.testclient import TestClient

from bot import audit, users
from kb.encoder import Encoder
from kb.knowledge_base import KnowledgeBase
from kb.models import Role
from kb.settings import Settings
from tests.bot.admin_samples import ADMIN, admin_app, browser_of, send
from tests.bot.test_web_account import log_in

HOSTILE = '"><script>alert(1)</script>\u202e=1+1'


@pytest.fixture(scope="module")
def base(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    folder = tmp_path_factory.mktemp("users") / "data"
    with KnowledgeBase(Settings(data=folder, reranker="none"), encoder=encoder) as kb:
        yield kb


@pytest.fixture(scope="module")
def app(base: KnowledgeBase) -> Any:
    return admin_app(base)


@pytest.fixture
def tab(app: Any, base: KnowledgeBase) -> Iterator[TestClient]:
    yield browser_of(app, base)
    for user in users.every(base.catalog):
        users.remove(base.catalog, user.name)


def secret_in(page: str) -> str:
    found = re.search(r"<code[^>]*>([^<]+)</code>", page)
    assert found is not None, page
    return found[1]


def wrong(reply: Any) -> str:
    assert reply.status_code == 400
    found = re.search(r'role="alert">([^<]*)<', reply.text)
    assert found is not None, reply.text
    return html.unescape(found[1])


def change(tab: TestClient, act: str, name: str, **more: str) -> Any:
    return send(tab, "/admin/users/change", {"act": act, "name": name} | more)


def last(base: KnowledgeBase) -> tuple[str, str, str]:
    entry = audit.entries(base.catalog, 1)[0]
    return entry.who, entry.what, entry.target


def test_a_user_is_added_with_a_password_shown_once(
    app: Any, tab: TestClient, base: KnowledgeBase
) -> None:
    reply = send(tab, "/admin/users/add", {"name": "Wang", "role": "cadre"})
    assert reply.status_code == 200
    assert reply.headers["cache-control"] == "no-store"
    password = secret_in(reply.text)
    assert last(base) == (ADMIN, "user.add", "wang cadre")
    page = tab.get("/admin/users").text
    assert password not in page
    assert "待本人改密码" in page
    other = TestClient(app, follow_redirects=False)
    assert log_in(other, "wang", password).status_code == 303
    assert (
        other.get("/cadre/", headers={"accept": "text/html"})
        .headers["location"]
        .startswith("/account")
    )
    assert "1 处" in tab.get("/admin/users").text

    second = secret_in(send(tab, "/admin/users/password", {"name": "wang"}).text)
    assert second != password
    assert log_in(other, "wang", password).status_code == 401
    assert log_in(other, "wang", second).status_code == 303
    told = change(tab, "sessions", "wang")
    assert (told.status_code, told.headers["location"]) == (
        303, "/admin/users?done=sessions&name=wang",
    )  # fmt: skip
    assert other.get("/account").status_code == 401
    assert "已结束 wang 的全部登录" in tab.get(told.headers["location"]).text


def test_what_can_be_changed_about_somebody(tab: TestClient, base: KnowledgeBase) -> None:
    send(tab, "/admin/users/add", {"name": "wang", "role": "cadre"})
    steps: list[tuple[str, dict[str, str], str]] = [
        ("role", {"role": "admin"}, "user.role"), ("disable", {}, "user.disable"),
        ("enable", {}, "user.enable"), ("remove", {}, "user.remove"),
    ]  # fmt: skip
    for act, more, noted in steps:
        reply = change(tab, act, "wang", **more)
        assert reply.status_code == 303
        assert "wang" in tab.get(reply.headers["location"]).text
        assert last(base)[1] == noted
    assert [u.name for u in users.every(base.catalog)] == [ADMIN]


def test_every_refusal_says_why_and_changes_nothing(tab: TestClient, base: KnowledgeBase) -> None:
    send(tab, "/admin/users/add", {"name": "wang", "role": "admin"})
    users.admit(base.catalog, "zhao", Role.CADRE, "zhao@id")
    before = users.every(base.catalog), audit.entries(base.catalog)
    refusals = [
        (change(tab, "disable", ADMIN), "自己的账号"),
        (change(tab, "remove", ADMIN), "自己的账号"),
        (change(tab, "role", "wang", role="investor"), "请选择角色"),
        (change(tab, "role", "zhao", role="admin"), "单位账号"),
        (change(tab, "enable", "nobody"), "没有用户 nobody"),
        (change(tab, "explode", "wang"), "没有这种操作"),
        (send(tab, "/admin/users/password", {"name": "zhao"}), "单位账号"),
        (send(tab, "/admin/users/password", {"name": ADMIN}), "自己的账号"),
        (send(tab, "/admin/users/add", {"name": "WANG", "role": "cadre"}), "已经存在"),
        (send(tab, "/admin/users/add", {"name": "", "role": "cadre"}), "用户名可以用"),
        (send(tab, "/admin/users/add", {"name": "sun"}), "请选择角色"),
    ]
    for reply, said in refusals:
        assert said in wrong(reply)
    assert (users.every(base.catalog), audit.entries(base.catalog)) == before


def test_one_has_no_buttons_against_oneself(tab: TestClient, base: KnowledgeBase) -> None:
    page = tab.get("/admin/users").text
    assert "您自己" in page
    assert 'value="disable"' not in page
    assert 'value="remove"' not in page
    users.admit(base.catalog, "zhao", Role.CADRE, "zhao@id")
    page = tab.get("/admin/users").text
    assert page.count('value="disable"') == page.count('value="remove"') == 1
    assert 'value="role"' not in page
    assert "单位账号" in page


@pytest.mark.parametrize("path", ["/admin/users", "/admin/keys", "/admin/audit"])
def test_hostile_text_stays_text(tab: TestClient, base: KnowledgeBase, path: str) -> None:
    audit.note(base.catalog, HOSTILE, HOSTILE, HOSTILE)
    keys = ("name", "done", "revoked", "who", "what", "target", "first", "last", "page")
    for key in keys:
        page = tab.get(path, params={key: HOSTILE, "done": "role"} if key != "done" else {}).text
        assert "<script>" not in page
        assert "\u202e" not in page
    reply = send(tab, "/admin/users/add", {"name": HOSTILE, "role": HOSTILE})
    assert "<script>" not in reply.text


# -- keys of programs ---------------------------------------------------------------------------


def test_a_key_opens_the_interface_until_it_is_revoked(
    app: Any, tab: TestClient, base: KnowledgeBase
) -> None:
    fields = {"name": "Tender-Site", "role": "cadre", "until": "2190-01-01"}
    secret = secret_in(send(tab, "/admin/keys/add", fields).text)
    assert last(base) == (ADMIN, "key.add", "tender-site cadre")
    page = tab.get("/admin/keys").text
    assert secret not in page
    assert "2190-01-01" in page
    assert "从未" in page
    program = TestClient(app, headers={"authorization": f"Bearer {secret}"})
    assert program.get("/api/health").status_code == 200
    assert "从未" not in tab.get("/admin/keys").text
    gone = send(tab, "/admin/keys/revoke", {"name": "tender-site"})
    assert gone.status_code == 303
    assert "已撤销密钥 tender-site" in tab.get(gone.headers["location"]).text
    assert last(base) == (ADMIN, "key.revoke", "tender-site")
    assert program.get("/api/health").status_code == 401


def test_keys_that_cannot_be_made_say_why(tab: TestClient, base: KnowledgeBase) -> None:
    send(tab, "/admin/keys/add", {"name": "one", "role": "investor"})
    before = audit.entries(base.catalog)
    refusals = [
        ({"name": "one", "role": "investor"}, "已经有名为 one 的密钥"),
        ({"name": HOSTILE, "role": "investor"}, "密钥名可以用"),
        ({"name": "two", "role": HOSTILE}, "请选择角色"),
        ({"name": "two", "role": "cadre", "until": "2020-01-01"}, "已经过去"),
        ({"name": "two", "role": "cadre", "until": HOSTILE}, "看不懂"),
    ]
    for fields, said in refusals:
        reply = send(tab, "/admin/keys/add", fields)
        assert said in wrong(reply)
        assert "<script>" not in reply.text
    assert "没有名为" in wrong(send(tab, "/admin/keys/revoke", {"name": "nobody"}))
    assert audit.entries(base.catalog) == before
    send(tab, "/admin/keys/revoke", {"name": "one"})


# -- what was done ---------------------------------------------------------------------------


def rows_of(page: str) -> int:
    return page.count("<time ")


def test_the_record_is_filtered_and_paged(tab: TestClient, base: KnowledgeBase) -> None:
    for n in range(120):
        audit.note(base.catalog, "li", "user.add", f"many{n} cadre")
    page = tab.get("/admin/audit", params={"target": "many"}).text
    assert "共 120 条" in page
    assert rows_of(page) == 50
    assert "target=many&amp;page=2" in page
    third = tab.get("/admin/audit", params={"target": "many", "page": "3"}).text
    assert rows_of(third) == 20
    assert rows_of(tab.get("/admin/audit?target=many&page=99").text) == 20
    assert "没有符合条件" in tab.get("/admin/audit?who=nobody").text
    assert rows_of(tab.get("/admin/audit?target=many7&who=li&what=user.add").text) == 11
    assert "没有符合条件" in tab.get("/admin/audit?target=many&last=2020-01-01").text
    odd = tab.get("/admin/audit?target=many&first=2020-13-01").text
    assert "“2020-13-01”看不懂" in odd
    assert "共 120 条" in odd
    english = tab.get("/admin/audit?lang=en&target=many0").text
    assert "added a user" in english


@pytest.mark.parametrize("form", ["csv", "excel", "", HOSTILE])
def test_the_record_as_a_file(tab: TestClient, base: KnowledgeBase, form: str) -> None:
    audit.note(base.catalog, "=cmd", "user.add", "=HYPERLINK(1)")
    reply = send(tab, "/admin/audit/export", {"form": form, "who": "=cmd"})
    assert reply.status_code == 200
    assert "attachment" in reply.headers["content-disposition"]
    if form == "excel":
        sheet = openpyxl.load_workbook(BytesIO(reply.content)).active
        first = next(sheet.iter_rows(min_row=2))
        assert [c.data_type for c in first] == ["s"] * 4
        assert [c.value for c in first[1:]] == ["=cmd", "新增用户", "=HYPERLINK(1)"]
    else:
        read = list(csv.reader(StringIO(reply.content.decode("utf-8-sig"))))
        assert read[0] == ["时间", "谁", "做了什么", "对象"]
        assert read[1][1:] == ["'=cmd", "新增用户", "'=HYPERLINK(1)"]
    assert last(base) == (ADMIN, "audit.export", "who=%3Dcmd")
