"""Logging in through an identity provider: a small real one runs beside, on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import FastAPI
from joserfc.jwk import OctKey, RSAKey
from starlette.testclient import TestClient

from bot import audit, oidc, users
from bot.engine import Engine
from bot.web.app import build_app
from bot.web.security import SESSION_COOKIE
from kb.encoder import Encoder
from kb.errors import AccountError
from kb.knowledge_base import KnowledgeBase
from kb.models import Role
from kb.settings import Settings
from tests.bot.idp import SECRET, Idp, identity_provider, settings_for
from tests.browser.site import INTERNAL, base_of

BACK = "http://testserver/login/return"


@pytest.fixture(scope="module")
def running() -> Iterator[Idp]:
    with identity_provider() as idp:
        yield idp


@pytest.fixture
def idp(running: Idp) -> Idp:
    running.reset()
    return running


@pytest.fixture(scope="module")
def base(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    with base_of(tmp_path_factory.mktemp("oidc") / "data", encoder) as kb:
        yield kb


def settings_of(base: KnowledgeBase, idp: Idp, **changes: Any) -> Settings:
    return Settings.model_validate(base.settings.model_dump() | settings_for(idp) | changes)


@pytest.fixture(scope="module")
def app(base: KnowledgeBase, running: Idp) -> FastAPI:
    return build_app(Engine(base), settings_of(base, running))


@pytest.fixture
def tab(app: FastAPI, base: KnowledgeBase) -> Iterator[TestClient]:
    yield TestClient(app, follow_redirects=False)
    for user in users.every(base.catalog):
        users.remove(base.catalog, user.name)


def go(tab: TestClient, after: str = "") -> str:
    """Start a login and pass the provider; the address to come back to."""
    left = tab.get("/login/provider", params={"next": after} if after else {})
    assert left.status_code == 303, left.text
    returned = httpx.get(left.headers["location"], trust_env=False)
    assert returned.status_code == 307, returned.text
    address = returned.headers["location"]
    assert address.startswith(BACK)
    return str(address).removeprefix("http://testserver")


def test_a_login_gives_the_role_the_provider_tells(
    tab: TestClient, idp: Idp, base: KnowledgeBase
) -> None:
    assert "/login/provider" in tab.get("/login").text
    done = tab.get(go(tab, f"/source/{INTERNAL}"))
    assert (done.status_code, done.headers["location"]) == (303, f"/source/{INTERNAL}")
    assert "HttpOnly" in done.headers["set-cookie"]
    assert tab.get(f"/source/{INTERNAL}").status_code == 200
    assert tab.get("/admin/").status_code == 403
    (user,) = users.every(base.catalog)
    assert (user.name, user.role, user.must_change) == ("zhao.min", Role.CADRE, False)
    assert audit.entries(base.catalog, 1)[0].what == "login"
    idp.claims["groups"] = "kb-admin"  # promoted, and renamed there
    idp.claims["preferred_username"] = "Zhao.M"
    assert tab.get(go(tab)).headers["location"] == "/cadre/"
    (user,) = users.every(base.catalog)
    assert (user.name, user.role) == ("zhao.min", Role.ADMIN)


@pytest.mark.parametrize(
    "changed",
    [
        {"groups": []}, {"groups": ["other"]}, {"groups": None}, {"groups": {"kb-admin": 1}},
        {"aud": "another"}, {"aud": ["another"]}, {"iss": "http://evil.example"}, {"nonce": "x"},
        {"exp": 1}, {"exp": None}, {"sub": None}, {"azp": "another"}, {"nonce": None},
    ],
)  # fmt: skip
def test_a_token_that_is_not_right_lets_nobody_in(
    tab: TestClient, idp: Idp, base: KnowledgeBase, changed: dict[str, Any]
) -> None:
    idp.claims |= changed
    reply = tab.get(go(tab))
    assert reply.status_code == 401
    assert 'role="alert"' in reply.text
    assert SESSION_COOKIE not in tab.cookies
    assert users.every(base.catalog) == []


def test_only_the_providers_own_key_signs(tab: TestClient, idp: Idp) -> None:
    for key in (RSAKey.generate_key(2048, {"kid": "1"}), OctKey.import_key(SECRET * 3)):
        idp.signs_with = key
        assert tab.get(go(tab)).status_code == 401


def test_an_answer_works_once_and_in_its_browser_only(
    tab: TestClient, app: FastAPI, idp: Idp
) -> None:
    address = go(tab)
    other = TestClient(app, follow_redirects=False)
    assert other.get(address).status_code == 403  # somebody was sent the address
    assert tab.get(address).status_code == 403  # and it is used up
    address = go(tab)
    assert tab.get(address).status_code == 303
    assert tab.get(address).status_code == 403
    assert tab.get("/login/return").status_code == 403
    state = parse_qs(urlsplit(go(tab)).query)["state"][0]
    assert tab.get(f"/login/return?state={state}&error=access_denied").status_code == 401
    state = parse_qs(urlsplit(go(tab)).query)["state"][0]
    assert tab.get(f"/login/return?state={state}&code=invented").status_code == 401


def test_a_name_somebody_has_is_not_taken_over(
    tab: TestClient, idp: Idp, base: KnowledgeBase
) -> None:
    users.add(base.catalog, "zhao.min", Role.ADMIN, "a password of her own")
    reply = tab.get(go(tab))
    assert reply.status_code == 401
    assert "已经存在" in reply.text
    users.remove(base.catalog, "zhao.min")
    assert tab.get(go(tab)).status_code == 303
    users.set_disabled(base.catalog, "zhao.min", True)
    assert "停用" in tab.get(go(tab)).text


def test_where_one_goes_afterwards_is_on_this_site(tab: TestClient, idp: Idp) -> None:
    assert tab.get(go(tab, "https://evil.example")).headers["location"] == "/cadre/"


@pytest.mark.parametrize(
    "told",
    [
        {"issuer": "http://127.0.0.1:1"}, {"token_endpoint": "http://evil.example/token"},
        {"jwks_uri": ""}, {"authorization_endpoint": "javascript:alert(1)"},
    ],
)  # fmt: skip
def test_a_provider_that_is_another_is_not_used(
    base: KnowledgeBase, idp: Idp, told: dict[str, Any]
) -> None:
    idp.told = told
    with pytest.raises(AccountError, match="单位账号"):
        oidc.discover(settings_of(base, idp))


def test_a_provider_that_does_not_answer_is_said(base: KnowledgeBase, idp: Idp) -> None:
    settings = settings_of(base, idp, oidc_issuer="http://127.0.0.1:9")
    tab = TestClient(build_app(Engine(base), settings), follow_redirects=False)
    reply = tab.get("/login/provider")
    assert reply.status_code == 503
    assert "没有应答" in reply.text
    assert SECRET not in reply.text


def test_the_secret_is_never_shown(base: KnowledgeBase, idp: Idp) -> None:
    settings = settings_of(base, idp)
    assert SECRET not in repr(settings) + str(settings) + settings.model_dump_json()
    begun = oidc.begin(oidc.discover(settings), settings, BACK)
    assert SECRET not in begun.url
    assert begun.verifier not in begun.url + repr(begun)


def test_without_a_provider_there_is_no_such_door(base: KnowledgeBase) -> None:
    tab = TestClient(build_app(Engine(base), base.settings), follow_redirects=False)
    assert "/login/provider" not in tab.get("/login").text
    assert tab.get("/login/provider").status_code == 404
    assert tab.get("/login/return?code=x&state=y").status_code == 404
