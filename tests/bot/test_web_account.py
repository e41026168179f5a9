"""Logging in and out and changing the password, as a browser without scripts does it."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot import audit, sessions, throttle, users
from bot.engine import Engine
from bot.web.account import AT_ONCE, FORM_COOKIE, local
from bot.web.app import build_app
from bot.web.security import SESSION_COOKIE
from kb.encoder import Encoder
from kb.knowledge_base import KnowledgeBase
from kb.models import Role
from kb.settings import Settings
from tests.browser.site import INTERNAL, base_of

FIRST = "set by an admin, once"
OWN = "一句好记的话也可以当密码"
SITE = "http://testserver"


@pytest.fixture(scope="module")
def base(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    with base_of(tmp_path_factory.mktemp("account") / "data", encoder) as kb:
        yield kb


@pytest.fixture
def wang(base: KnowledgeBase) -> Iterator[str]:
    """A cadre whose password somebody else has set."""
    users.add(base.catalog, "wang", Role.CADRE, FIRST)
    yield "wang"
    users.remove(base.catalog, "wang")
    for address in ("testclient", "203.0.113.9"):
        for key in throttle.keys("wang", address):
            throttle.forgive(base.catalog, (key, key))


def browser(base: KnowledgeBase, **settings: Any) -> TestClient:
    changed = Settings.model_validate(base.settings.model_dump() | settings)
    return TestClient(build_app(Engine(base), changed), follow_redirects=False)


@pytest.fixture(scope="module")
def app(base: KnowledgeBase) -> Any:
    return build_app(Engine(base), base.settings)


@pytest.fixture
def tab(app: Any) -> TestClient:
    return TestClient(app, follow_redirects=False)


def hidden(page: str, name: str = "token") -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, page
    return html.unescape(found[1])


def send(tab: TestClient, path: str, page: str, **fields: str) -> Any:
    data = {"token": hidden(page)} | fields
    return tab.post(path, data=data, headers={"origin": SITE})


def log_in(tab: TestClient, name: str, password: str, after: str = "") -> Any:
    page = tab.get("/login", params={"next": after} if after else {}).text
    return send(tab, "/login", page, name=name, password=password, next=hidden(page, "next"))


def test_from_the_first_login_to_the_last_logout(
    tab: TestClient, base: KnowledgeBase, wang: str
) -> None:
    reply = log_in(tab, "Wang", FIRST, "/source/N01?lang=zh")
    assert (reply.status_code, reply.headers["location"]) == (303, "/source/N01?lang=zh")
    cookie = reply.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie  # no TLS here

    # nothing internal before the password is one's own
    assert tab.get(f"/source/{INTERNAL}").status_code == 404
    led = tab.get("/cadre/", headers={"accept": "text/html"})
    assert led.headers["location"] == "/account?next=%2Fcadre%2F"
    page = tab.get(led.headers["location"]).text
    assert "别人替您设的密码" in page
    first = tab.cookies[SESSION_COOKIE]

    refused = send(tab, "/account", page, old=FIRST, new=OWN, again=OWN + "x")
    assert refused.status_code == 400
    assert "不一样" in refused.text
    assert send(tab, "/account", page, old="wrong", new=OWN, again=OWN).status_code == 400
    assert (
        "太常见"
        in send(tab, "/account", page, old=FIRST, new="password123", again="password123").text
    )
    done = send(tab, "/account", page, old=FIRST, new=OWN, again=OWN, next=hidden(page, "next"))
    assert (done.status_code, done.headers["location"]) == (303, "/cadre/")
    assert tab.cookies[SESSION_COOKIE] != first
    assert tab.get("/cadre/").status_code == 200
    assert tab.get(f"/source/{INTERNAL}").status_code == 200

    page = tab.get("/account").text
    assert "已登录：wang（干部）" in page
    token = tab.cookies[SESSION_COOKIE]
    left = send(tab, "/logout", page)
    assert (left.status_code, left.headers["location"]) == (303, "/")
    assert SESSION_COOKIE not in tab.cookies
    tab.cookies.set(SESSION_COOKIE, token)  # kept by somebody
    assert tab.get(f"/source/{INTERNAL}").status_code == 404
    record = [(e.who, e.what) for e in audit.entries(base.catalog, 4)]
    assert record == [
        ("wang", "logout"), ("wang", "password.change"), ("wang", audit.FAILED), ("wang", "login"),
    ]  # fmt: skip


def test_failures_look_alike_and_end_in_waiting(
    tab: TestClient, base: KnowledgeBase, wang: str
) -> None:
    wrong, nobody = log_in(tab, wang, "wrong"), log_in(tab, "nobody", "wrong")
    assert wrong.status_code == nobody.status_code == 401
    same = [re.sub(r' value="[^"]*"', "", r.text) for r in (wrong, nobody)]
    assert same[0] == same[1]
    assert "用户名或密码不对" in wrong.text
    assert SESSION_COOKIE not in tab.cookies
    throttle.clear(base.catalog, wang)
    counted = throttle.keys(wang, "testclient")
    for minutes in range(throttle.FREE_NAME + 5, -1, -1):
        assert throttle.begin(base.catalog, counted[:1], time.time() - minutes * 60) == 0
    waiting = log_in(tab, wang, FIRST)
    assert waiting.status_code == 429
    assert int(waiting.headers["retry-after"]) >= 1


def test_a_password_is_never_sent_back(tab: TestClient, wang: str) -> None:
    reply = log_in(tab, '<b>"x"</b>', "my wrong password")
    assert "my wrong password" not in reply.text
    assert "<b>" not in reply.text
    assert "&lt;b&gt;" in reply.text


@pytest.mark.parametrize("token", ["", "x", "\u00e9", "0" * 64])
def test_a_form_of_another_site_is_not_taken(tab: TestClient, wang: str, token: str) -> None:
    tab.get("/login")
    data = {"name": wang, "password": FIRST, "token": token}
    reply = tab.post("/login", data=data, headers={"origin": SITE})
    assert reply.status_code == 403
    assert SESSION_COOKIE not in tab.cookies
    page = tab.get("/login").text
    fresh = TestClient(tab.app, follow_redirects=False)  # the token of another browser
    data["token"] = hidden(page)
    assert fresh.post("/login", data=data, headers={"origin": SITE}).status_code == 403
    elsewhere = {"origin": "https://evil.example"}
    assert tab.post("/login", data=data, headers=elsewhere).status_code == 403


def test_nobody_is_logged_out_by_another_site(
    tab: TestClient, base: KnowledgeBase, wang: str
) -> None:
    log_in(tab, wang, FIRST)
    assert tab.post("/logout", data={"token": "x"}, headers={"origin": SITE}).status_code == 303
    assert tab.get("/account").status_code == 200
    assert tab.get("/logout").status_code == 404


def test_a_login_gets_a_session_of_its_own(tab: TestClient, wang: str) -> None:
    tab.cookies.set(SESSION_COOKIE, "given-by-somebody")
    reply = log_in(tab, wang, FIRST)
    assert "given-by-somebody" not in reply.headers["set-cookie"]
    assert tab.get("/account").status_code == 200


def test_behind_a_proxy_with_tls_cookies_are_for_tls_only(base: KnowledgeBase, wang: str) -> None:
    tab = browser(base, behind_proxy=True)
    proxied = {
        "x-forwarded-proto": "https", "x-forwarded-host": "kb.example.cn",
        "x-forwarded-for": "198.51.100.7, 203.0.113.9",
    }  # fmt: skip
    shown = tab.get("/login", headers=proxied)
    assert "Secure" in shown.headers["set-cookie"]
    assert shown.headers["strict-transport-security"]
    secret = shown.cookies[FORM_COOKIE]
    data = {"name": wang, "password": FIRST, "token": hidden(shown.text)}
    headers = proxied | {"origin": "https://kb.example.cn", "cookie": f"{FORM_COOKIE}={secret}"}
    done = tab.post("/login", data=data, headers=headers)
    assert done.status_code == 303
    assert "Secure" in done.headers["set-cookie"]
    foreign = headers | {"origin": SITE}
    assert tab.post("/login", data=data, headers=foreign).status_code == 403


def test_without_a_proxy_its_headers_are_not_believed(tab: TestClient) -> None:
    shown = tab.get("/login", headers={"x-forwarded-proto": "https"})
    assert "Secure" not in shown.headers["set-cookie"]
    assert "strict-transport-security" not in shown.headers


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("/cadre/", True), ("/source/N01?lang=zh", True), ("/lessons?q=%E6%98%86", True),
        ("", False), ("cadre", False), ("//evil.example", False), ("/\\evil.example", False),
        ("https://evil.example", False), ("javascript:alert(1)", False), ("/login", False),
        ("/logout", False), ("/cadre/\r\nset-cookie: x=y", False), ("/nowhere", False),
        ("/cadre/\t", False), ("/" + "a" * 3000, False),
    ],
)  # fmt: skip
def test_after_a_login_one_stays_on_this_site(address: str, kept: bool) -> None:
    assert local(address) == (address if kept else "")


def test_who_is_logged_in_needs_no_form(tab: TestClient, base: KnowledgeBase) -> None:
    users.admit(base.catalog, "zhao", Role.ADMIN, "zhao@id")
    tab.cookies.set(SESSION_COOKIE, sessions.start(base.catalog, "zhao", time.time()))
    assert tab.get("/login?next=/terms").headers["location"] == "/terms"
    page = tab.get("/account").text
    assert 'name="old"' not in page
    assert "用单位账号登录" in page
    users.remove(base.catalog, "zhao")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_pages_need_no_script_and_speak_both_languages(tab: TestClient, lang: str) -> None:
    reply = tab.get("/login", params={"switch": lang})
    assert "<script" not in reply.text
    assert "form-action 'self'" in reply.headers["content-security-policy"]
    assert reply.headers["cache-control"] == "no-store"
    assert ("用户名" if lang == "zh" else "User name") in reply.text
    for name in ("name", "password"):
        assert f'<label for="{name}">' in reply.text
    assert 'autocomplete="current-password"' in reply.text


def test_passwords_are_not_all_looked_at_at_once() -> None:
    assert AT_ONCE * 64 <= 256  # MiB
