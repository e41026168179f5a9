"""Keys of programs over a real catalog and a real site, and how often somebody may ask."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from bot import api_keys
from bot.engine import Engine
from bot.rate_limit import RateLimit, network_of
from bot.web.app import build_app
from bot.web.security import SESSION_COOKIE
from kb.catalog import Catalog
from kb.encoder import Encoder
from kb.errors import AccountError, NotFound
from kb.knowledge_base import KnowledgeBase
from kb.models import Role
from tests.bot.test_cli import complaint, kb, value
from tests.browser.site import CORPUS, INTERNAL, base_of, session_of

NOW = datetime.now(UTC).timestamp()
FILES = ("policy/T09-研发费用加计扣除.md", "experience/N01-延安招商短板自评（内部）.md")
KEY_ONLY = "/cadre/config"


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    made = Catalog(tmp_path / "catalog.sqlite")
    yield made
    made.close()


# -- the keys --------------------------------------------------------------------------------


def test_a_secret_is_shown_once_and_kept_as_a_hash(catalog: Catalog, tmp_path: Path) -> None:
    key, secret = api_keys.add(catalog, " Portal ", Role.CADRE, by="wang")
    assert (key.name, key.role, key.created_by, key.last_used) == (
        "portal", Role.CADRE, "wang", None,
    )  # fmt: skip
    assert secret.startswith("kb_")
    assert len(secret) > 40
    assert all(secret.encode() not in file.read_bytes() for file in tmp_path.iterdir())
    found = api_keys.find(catalog, secret, NOW)
    assert found is not None
    assert found.role is Role.CADRE
    assert api_keys.every(catalog)[0].last_used == api_keys.get(catalog, "PORTAL").last_used
    assert api_keys.get(catalog, "portal").last_used is not None


def test_a_key_opens_on_a_full_disk(catalog: Catalog) -> None:
    _, secret = api_keys.add(catalog, "portal", Role.CADRE)
    with catalog.begin() as connection:  # fails like a disk without space
        connection.execute(
            text("CREATE TRIGGER t BEFORE UPDATE ON api_keys BEGIN SELECT RAISE(ABORT, 'x'); END")
        )
    assert api_keys.find(catalog, secret, NOW) is not None


@pytest.mark.parametrize("secret", ["", "kb_", "portal", "kb_" + "A" * 43, "\udcff", "x" * 100_000])
def test_what_is_no_key_opens_nothing(catalog: Catalog, secret: str) -> None:
    api_keys.add(catalog, "portal", Role.ADMIN)
    assert api_keys.find(catalog, secret, NOW) is None


def test_a_revoked_key_is_none_at_once(catalog: Catalog) -> None:
    _, secret = api_keys.add(catalog, "portal", Role.ADMIN)
    api_keys.revoke(catalog, "portal")
    assert api_keys.find(catalog, secret, NOW) is None
    assert api_keys.every(catalog) == []
    with pytest.raises(NotFound, match="kb keys list"):
        api_keys.revoke(catalog, "portal")


def test_a_key_is_good_through_its_last_day(catalog: Catalog) -> None:
    last = date.today() + timedelta(days=3)
    _, secret = api_keys.add(catalog, "portal", Role.INVESTOR, last)
    noon = datetime(last.year, last.month, last.day, 12)
    assert api_keys.find(catalog, secret, noon.timestamp()) is not None
    assert api_keys.find(catalog, secret, (noon + timedelta(days=1)).timestamp()) is None


@pytest.mark.parametrize("name", ["", "a b", "<b>", "a:b", "长" * 41])
def test_what_can_be_no_name(catalog: Catalog, name: str) -> None:
    with pytest.raises(AccountError, match="密钥名"):
        api_keys.add(catalog, name, Role.INVESTOR)


def test_a_name_is_given_once_and_a_day_that_has_passed_never(catalog: Catalog) -> None:
    api_keys.add(catalog, "portal", Role.INVESTOR)
    with pytest.raises(AccountError, match="已经有"):
        api_keys.add(catalog, "PORTAL", Role.ADMIN)
    with pytest.raises(AccountError, match="已经过去"):
        api_keys.add(catalog, "other", Role.INVESTOR, date(2020, 1, 1))


def test_the_life_of_a_key_on_the_command_line(empty_folder: Path) -> None:
    data = empty_folder
    assert "kb keys add" in kb(data, "keys", "list").stdout
    made = value(kb(data, "keys", "add", "Portal", "--role", "cadre", "--json"))
    assert (made["name"], made["role"], made["secret"][:3]) == ("portal", "cadre", "kb_")
    shown = kb(data, "keys", "add", "mcp", "--until", "2099-12-31").stdout
    assert shown.splitlines()[1].startswith("kb_")
    listed = kb(data, "keys", "list").stdout
    assert "2099-12-31" in listed
    assert made["secret"] not in listed
    assert {k["role"] for k in value(kb(data, "keys", "list", "--json"))} == {"cadre", "investor"}
    assert kb(data, "keys", "revoke", "portal").returncode == 0
    assert "没有名为" in complaint(kb(data, "keys", "revoke", "portal"))
    whats = [e["what"] for e in value(kb(data, "users", "audit", "--json"))]
    assert whats[:3] == ["key.revoke", "key.add", "key.add"]


# -- the door --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def base(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    folder = tmp_path_factory.mktemp("keys") / "data"
    with base_of(folder, encoder, [CORPUS / name for name in FILES], reranker="none") as made:
        yield made


@pytest.fixture(scope="module")
def client(base: KnowledgeBase) -> TestClient:
    return TestClient(build_app(Engine(base), base.settings), follow_redirects=False)


@pytest.fixture(scope="module")
def keys(base: KnowledgeBase) -> dict[Role, dict[str, str]]:
    """The header of a key of each role."""
    made = {role: api_keys.add(base.catalog, role.value, role)[1] for role in Role}
    return {role: {"authorization": f"Bearer {secret}"} for role, secret in made.items()}


@pytest.mark.parametrize("role", list(Role))
def test_a_key_sees_what_its_role_sees(
    client: TestClient, keys: dict[Role, dict[str, str]], role: Role
) -> None:
    seen = role is not Role.INVESTOR
    documents = client.get("/api/health", headers=keys[role]).json()["documents"]
    assert documents == len(FILES) - (not seen)
    page = client.get(f"/source/{INTERNAL}", headers=keys[role])
    assert page.status_code == (200 if seen else 404)


@pytest.mark.parametrize(
    "authorization",
    ["Bearer", "Bearer ", "Bearer kb_wrong", "bearer x", "Bearer \xff", "Bearer " + "x" * 5000],
)
@pytest.mark.parametrize("path", ["/api/health", "/", "/admin", "/nowhere"])
def test_a_wrong_key_is_nobody(client: TestClient, authorization: str, path: str) -> None:
    headers = {b"authorization": authorization.encode("latin-1"), b"accept": b"text/html"}
    reply = client.get(path, headers=headers)
    assert (reply.status_code, reply.headers["www-authenticate"]) == (401, "Bearer")
    assert set(reply.json()["error"]) == {"zh", "en"}


def test_other_schemes_are_a_matter_of_the_proxy_in_front(client: TestClient) -> None:
    assert client.get("/api/health", headers={"authorization": "Basic eDp5"}).status_code == 200


def test_a_key_opens_no_page_for_people(
    client: TestClient, keys: dict[Role, dict[str, str]]
) -> None:
    for path in ("/", KEY_ONLY, "/lessons", "/admin", "/account", "/login", "/terms"):
        reply = client.get(path, headers=keys[Role.ADMIN] | {"accept": "text/html"})
        assert reply.status_code == 403, path
        assert "密钥" in reply.json()["error"]["zh"]
    assert client.post("/logout", headers=keys[Role.ADMIN]).status_code == 403


def test_a_key_needs_no_origin_and_takes_no_cookie(
    client: TestClient, base: KnowledgeBase, keys: dict[Role, dict[str, str]]
) -> None:
    from_elsewhere = {"origin": "https://portal.example", "sec-fetch-site": "cross-site"}
    ask: dict[str, Any] = {"json": {"question": "研发费用加计扣除比例是多少？"}}
    assert client.post("/api/ask", headers=from_elsewhere, **ask).status_code == 403
    keyed = from_elsewhere | keys[Role.INVESTOR]
    assert client.post("/api/ask", headers=keyed, **ask).status_code == 200
    session = {"cookie": f"{SESSION_COOKIE}={session_of(base, Role.ADMIN)[SESSION_COOKIE]}"}
    both = session | keys[Role.INVESTOR]
    assert client.get(f"/source/{INTERNAL}", headers=session).status_code == 200
    assert client.get(f"/source/{INTERNAL}", headers=both).status_code == 404
    assert client.get("/api/health", headers=session | {"authorization": "Bearer x"}).is_error


# -- how often -------------------------------------------------------------------------------


def test_so_many_at_once_and_so_many_a_minute() -> None:
    limits = RateLimit()
    assert [limits.take("a", 3, 10.0) for _ in range(4)] == [0, 0, 0, 20]
    assert limits.take("b", 3, 10.0) == 0
    assert limits.take("a", 3, 29.0) == 1
    assert limits.take("a", 3, 30.5) == 0
    assert limits.take("a", 3, 30.5) > 0
    assert [limits.take("a", 3, 10_000.0) for _ in range(4)] == [0, 0, 0, 20]
    assert limits.take("a", 0, 10_000.0) == 0


def test_a_clock_that_goes_back_gives_nothing_away() -> None:
    limits = RateLimit()
    assert [limits.take("a", 1, t) for t in (100.0, 50.0, 40.0)][1:] == [60, 60]


def test_memory_is_bounded() -> None:
    limits = RateLimit(remembered=100)
    for n in range(1000):
        limits.take(f"caller {n}", 1, float(n))
    assert len(limits) == 100
    assert limits.take("caller 999", 1, 1000.0) > 0


@pytest.mark.parametrize(
    ("address", "network"),
    [("10.0.0.1", "10.0.0.1"), ("2001:db8::1:2", "2001:db8::/64"), ("testclient", "testclient")],
)
def test_an_ipv6_address_is_counted_by_its_network(address: str, network: str) -> None:
    assert network_of(address) == network


def test_who_asks_too_often_waits(base: KnowledgeBase) -> None:
    settings = base.settings.model_copy(
        update={"limit_address": 2, "limit_key": 3, "behind_proxy": True}
    )
    client = TestClient(build_app(Engine(base), settings))
    _, secret = api_keys.add(base.catalog, "often", Role.INVESTOR)

    def statuses(headers: dict[str, str], path: str = "/api/health") -> list[int]:
        return [client.get(path, headers=headers).status_code for _ in range(4)]

    here, there = {"x-forwarded-for": "10.0.0.1"}, {"x-forwarded-for": "10.0.0.2"}
    assert statuses(here) == [200, 200, 429, 429]
    told = client.get("/api/health", headers=here)
    assert 0 < int(told.headers["retry-after"]) <= 30
    assert "秒" in told.json()["error"]["zh"]
    assert statuses(here, "/ui/kb.css") == [200] * 4  # pages are not counted
    assert statuses(here | {"authorization": f"Bearer {secret}"}) == [200, 200, 200, 429]
    wrong = there | {"authorization": "Bearer kb_guess"}
    assert statuses(wrong, "/") == [401, 401, 429, 429]  # guesses count, wherever
