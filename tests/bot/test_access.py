"""Every route and every Gradio event of the running application, as each kind of visitor.

They are found by listing what the application has: whatever is not in the tables below fails.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from types import MappingProxyType
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount
from starlette.testclient import TestClient

from bot import sessions, users
from bot.access import ALLOWED, REASONS, Verdict, Visitor, area_of, decide, visitor_of
from bot.engine import Engine
from bot.web.app import METHODS, PAGES, build_app
from bot.web.security import SESSION_COOKIE
from kb.encoder import Encoder
from kb.knowledge_base import KnowledgeBase
from kb.models import Role
from kb.settings import Settings
from tests.bot.idp import identity_provider, settings_for
from tests.browser.site import INTERNAL, base_of

WHO = ("anonymous", "unchanged", "cadre", "admin")
EVERYBODY = {"anonymous": 200, "unchanged": 200, "cadre": 200, "admin": 200}
STAFF_ONLY = EVERYBODY | {"anonymous": 401, "unchanged": 403}
ADMIN_ONLY = STAFF_ONLY | {"cadre": 403}
ADMIN_FORM = ADMIN_ONLY | {"admin": 403}  # without its token
NOBODY = dict.fromkeys(WHO, 404)
STAFF_SHUT = {"anonymous": 401, "unchanged": 403, "cadre": 404, "admin": 404}
STAFF_UNPROVEN = dict.fromkeys(WHO, 403) | {"anonymous": 401}  # a form without its token
ADMIN_SHUT = {"anonymous": 401, "unchanged": 403, "cadre": 403, "admin": 404}
ASK = {"json": {"question": "研发费用加计扣除比例是多少？"}}
CHAT = {"json": {"messages": [{"role": "user", "content": ASK["json"]["question"]}]}}
MCP: dict[str, Any] = {
    "json": {"jsonrpc": "2.0", "id": 1, "method": "tools/list"},
    "headers": {"accept": "application/json, text/event-stream"},
}
FORM = {"data": {}}

ROUTES: dict[tuple[str, str], tuple[str, dict[str, Any], dict[str, int]]] = {
    # method and route: address to ask for, what to send, status for whom
    ("GET", "/api/openapi.json"): ("/api/openapi.json", {}, EVERYBODY),
    ("HEAD", "/api/openapi.json"): ("/api/openapi.json", {}, EVERYBODY),
    ("POST", "/api/ask"): ("/api/ask", ASK, EVERYBODY),
    ("GET", "/api/search"): ("/api/search?q=研发", {}, EVERYBODY),
    ("GET", "/api/health"): ("/api/health", {}, EVERYBODY),
    ("GET", "/api/terms"): ("/api/terms", {}, EVERYBODY),
    ("GET", "/api/terms/{name}"): ("/api/terms/增值税", {}, EVERYBODY),
    ("GET", "/api/documents"): ("/api/documents", {}, EVERYBODY),
    ("GET", "/api/documents/{document_id}"): ("/api/documents/T01", {}, EVERYBODY),
    ("GET", "/api/documents/{document_id}/passages"): (
        "/api/documents/T01/passages",
        {},
        EVERYBODY,
    ),
    ("GET", "/api/documents/{document_id}/text"): ("/api/documents/T01/text", {}, EVERYBODY),
    ("GET", "/api/documents/{document_id}/outline"): ("/api/documents/T01/outline", {}, EVERYBODY),
    ("POST", "/api/documents"): ("/api/documents", FORM, ADMIN_ONLY | {"admin": 422}),
    ("DELETE", "/api/documents/{document_id}"): ("/api/documents/none", {}, ADMIN_SHUT),
    ("GET", "/api/jobs/{job_id}"): ("/api/jobs/none", {}, ADMIN_SHUT),
    ("POST", "/mcp"): ("/mcp", MCP, EVERYBODY),
    ("GET", "/mcp"): ("/mcp", {}, dict.fromkeys(WHO, 405)),
    ("HEAD", "/mcp"): ("/mcp", {}, dict.fromkeys(WHO, 405)),
    ("DELETE", "/mcp"): ("/mcp", {}, dict.fromkeys(WHO, 405)),
    ("GET", "/v1/models"): ("/v1/models", {}, EVERYBODY),
    ("GET", "/v1/models/{model}"): ("/v1/models/yanan-kb", {}, EVERYBODY),
    ("POST", "/v1/chat/completions"): ("/v1/chat/completions", CHAT, EVERYBODY),
    ("GET", "/source/{document_id:path}"): ("/source/T01", {}, EVERYBODY),
    ("GET", "/source/image/{version_id}/{number}"): ("/source/image/1/1", {}, NOBODY),
    ("GET", "/terms"): ("/terms", {}, EVERYBODY),
    ("GET", "/terms/{name:path}"): ("/terms/增值税", {}, EVERYBODY),
    ("GET", "/lessons"): ("/lessons?q=昆山", {}, STAFF_ONLY),
    ("GET", "/lessons/compare"): ("/lessons/compare", {}, STAFF_ONLY),
    ("POST", "/lessons/export"): ("/lessons/export", FORM, STAFF_ONLY),
    ("GET", "/admin"): ("/admin", {}, ADMIN_ONLY),
    ("GET", "/admin/unanswered"): ("/admin/unanswered", {}, ADMIN_ONLY),
    ("POST", "/admin/unanswered/again"): ("/admin/unanswered/again", FORM, ADMIN_FORM),
    ("POST", "/admin/unanswered/export"): ("/admin/unanswered/export", FORM, ADMIN_FORM),
    ("GET", "/admin/unanswered/{case_id}"): (
        "/admin/unanswered/1",
        {},
        ADMIN_ONLY | {"admin": 404},
    ),
    ("POST", "/admin/unanswered/{case_id}"): ("/admin/unanswered/1", FORM, ADMIN_FORM),
    ("POST", "/admin/unanswered/{case_id}/again"): (
        "/admin/unanswered/1/again",
        FORM,
        ADMIN_FORM,
    ),
    ("POST", "/admin/unanswered/{case_id}/close"): (
        "/admin/unanswered/1/close",
        FORM,
        ADMIN_FORM,
    ),
    ("POST", "/admin/unanswered/{case_id}/reopen"): (
        "/admin/unanswered/1/reopen",
        FORM,
        ADMIN_FORM,
    ),
    ("GET", "/admin/feedback"): ("/admin/feedback", {}, ADMIN_ONLY),
    ("POST", "/admin/feedback/{flag_id}"): ("/admin/feedback/1", FORM, ADMIN_FORM),
    ("GET", "/admin/usage"): ("/admin/usage", {}, ADMIN_ONLY),
    ("GET", "/admin/usage/questions"): ("/admin/usage/questions", {}, ADMIN_ONLY),
    ("GET", "/admin/expiring"): ("/admin/expiring", {}, ADMIN_ONLY),
    ("GET", "/admin/users"): ("/admin/users", {}, ADMIN_ONLY),
    ("POST", "/admin/users/add"): ("/admin/users/add", FORM, ADMIN_FORM),
    ("POST", "/admin/users/password"): ("/admin/users/password", FORM, ADMIN_FORM),
    ("POST", "/admin/users/change"): ("/admin/users/change", FORM, ADMIN_FORM),
    ("GET", "/admin/keys"): ("/admin/keys", {}, ADMIN_ONLY),
    ("POST", "/admin/keys/add"): ("/admin/keys/add", FORM, ADMIN_FORM),
    ("POST", "/admin/keys/revoke"): ("/admin/keys/revoke", FORM, ADMIN_FORM),
    ("GET", "/admin/doctor"): ("/admin/doctor", {}, ADMIN_ONLY),
    ("POST", "/admin/doctor/examine"): ("/admin/doctor/examine", FORM, ADMIN_FORM),
    ("POST", "/admin/doctor/repair"): ("/admin/doctor/repair", FORM, ADMIN_FORM),
    ("GET", "/admin/backups"): ("/admin/backups", {}, ADMIN_ONLY),
    ("POST", "/admin/backups/make"): ("/admin/backups/make", FORM, ADMIN_FORM),
    ("POST", "/admin/backups/verify"): ("/admin/backups/verify", FORM, ADMIN_FORM),
    ("POST", "/admin/backups/download"): ("/admin/backups/download", FORM, ADMIN_FORM),
    ("POST", "/admin/backups/delete"): ("/admin/backups/delete", FORM, ADMIN_FORM),
    ("GET", "/admin/audit"): ("/admin/audit", {}, ADMIN_ONLY),
    ("POST", "/admin/audit/export"): ("/admin/audit/export", FORM, ADMIN_FORM),
    ("GET", "/admin/add"): ("/admin/add", {}, ADMIN_ONLY),
    ("GET", "/admin/add/state"): ("/admin/add/state", {}, ADMIN_ONLY),
    ("POST", "/admin/add"): ("/admin/add", FORM, ADMIN_FORM),
    ("POST", "/admin/upload"): ("/admin/upload", FORM, ADMIN_FORM),
    ("POST", "/admin/add/take"): ("/admin/add/take", FORM, ADMIN_FORM),
    ("POST", "/admin/add/discard"): ("/admin/add/discard", FORM, ADMIN_FORM),
    ("GET", "/admin/add/{upload_id}"): ("/admin/add/x", {}, ADMIN_SHUT),
    ("GET", "/admin/add/{upload_id}/image/{number}"): ("/admin/add/x/image/1", {}, ADMIN_SHUT),
    ("POST", "/admin/add/{upload_id}/header"): ("/admin/add/x/header", FORM, ADMIN_FORM),
    ("POST", "/admin/add/{upload_id}/accept"): ("/admin/add/x/accept", FORM, ADMIN_FORM),
    ("POST", "/admin/add/{upload_id}/undo"): ("/admin/add/x/undo", FORM, ADMIN_FORM),
    ("POST", "/admin/add/{upload_id}/target"): ("/admin/add/x/target", FORM, ADMIN_FORM),
    ("GET", "/admin/quarantine"): ("/admin/quarantine", {}, ADMIN_ONLY),
    ("POST", "/admin/quarantine/{quarantine_id}/accept"): (
        "/admin/quarantine/x/accept",
        FORM,
        ADMIN_FORM,
    ),
    ("GET", "/admin/quarantine/{quarantine_id}/remove"): (
        "/admin/quarantine/x/remove",
        {},
        ADMIN_SHUT,
    ),
    ("POST", "/admin/quarantine/{quarantine_id}/remove"): (
        "/admin/quarantine/x/remove",
        FORM,
        ADMIN_FORM,
    ),
    ("GET", "/admin/jobs"): ("/admin/jobs", {}, ADMIN_ONLY),
    ("GET", "/admin/jobs/{job_id}"): ("/admin/jobs/x", {}, ADMIN_SHUT),
    ("GET", "/admin/jobs/{job_id}/state"): ("/admin/jobs/x/state", {}, ADMIN_SHUT),
    ("POST", "/admin/jobs/{job_id}/cancel"): ("/admin/jobs/x/cancel", FORM, ADMIN_FORM),
    ("GET", "/admin/documents"): ("/admin/documents", {}, ADMIN_ONLY),
    ("GET", "/admin/documents/{document_id}"): ("/admin/documents/T01", {}, ADMIN_ONLY),
    ("GET", "/admin/documents/{document_id}/remove"): (
        "/admin/documents/T01/remove",
        {},
        ADMIN_ONLY,
    ),
    ("POST", "/admin/documents/{document_id}/header"): (
        "/admin/documents/T01/header",
        FORM,
        ADMIN_FORM,
    ),
    ("POST", "/admin/documents/{document_id}/undo"): (
        "/admin/documents/T01/undo",
        FORM,
        ADMIN_FORM,
    ),
    ("POST", "/admin/documents/{document_id}/retire"): (
        "/admin/documents/T01/retire",
        FORM,
        ADMIN_FORM,
    ),
    ("POST", "/admin/documents/{document_id}/remove"): (
        "/admin/documents/T01/remove",
        FORM,
        ADMIN_FORM,
    ),
    ("POST", "/lessons/saved"): ("/lessons/saved", FORM, STAFF_UNPROVEN),
    ("GET", "/lessons/saved/{search_id}"): ("/lessons/saved/1", {}, STAFF_SHUT),
    ("POST", "/lessons/saved/{search_id}/delete"): (
        "/lessons/saved/1/delete",
        FORM,
        STAFF_UNPROVEN,
    ),
    ("GET", "/healthz"): ("/healthz", {}, EVERYBODY),
    ("GET", "/readyz"): ("/readyz", {}, EVERYBODY),
    ("GET", "/favicon.ico"): ("/favicon.ico", {}, dict.fromkeys(WHO, 307)),
    ("GET", "/ui"): ("/ui/kb.css", {}, EVERYBODY),
    ("GET", "/login"): ("/login", {}, EVERYBODY | {"cadre": 303, "admin": 303}),
    ("POST", "/login"): ("/login", FORM, dict.fromkeys(WHO, 403)),
    ("POST", "/logout"): ("/logout", FORM, dict.fromkeys(WHO, 303)),
    ("GET", "/account"): ("/account", {}, EVERYBODY | {"anonymous": 401}),
    ("POST", "/account"): ("/account", FORM, dict.fromkeys(WHO, 403) | {"anonymous": 401}),
}

WITH_PROVIDER: dict[tuple[str, str], tuple[str, dict[str, Any], dict[str, int]]] = ROUTES | {
    ("GET", "/login/provider"): ("/login/provider", {}, dict.fromkeys(WHO, 303)),
    ("GET", "/login/return"): ("/login/return?code=x&state=y", {}, dict.fromkeys(WHO, 403)),
}
"""The same where people may log in through an identity provider."""

SHUT = {  # below the addresses of ours, whatever is no route
    "/api": NOBODY, "/v1": NOBODY, "/source": NOBODY, "/terms": NOBODY, "/ui": NOBODY,
    "/favicon.ico": NOBODY, "/mcp": NOBODY,
    "/healthz": NOBODY, "/readyz": NOBODY,
    "/login": NOBODY, "/logout": NOBODY, "/lessons": STAFF_SHUT, "/admin": ADMIN_SHUT,
    "/account": STAFF_SHUT | {"unchanged": 404},
}  # fmt: skip

GRADIO_OPEN = {
    ("GET", "/"), ("HEAD", "/"), ("GET", "/config"), ("GET", "/config/"),
    ("GET", "/static/{path:path}"), ("GET", "/assets/{path:path}"), ("GET", "/favicon.ico"),
    ("GET", "/theme.css"), ("GET", "/robots.txt"), ("GET", "/pwa_icon"),
    ("GET", "/pwa_icon/{size}"), ("GET", "/manifest.json"), ("GET", "/gradio_api/theme.css"),
    ("GET", "/gradio_api/app_id"), ("GET", "/gradio_api/app_id/"), ("GET", "/gradio_api/info"),
    ("GET", "/gradio_api/info/"), ("GET", "/gradio_api/heartbeat/{session_hash}"),
    ("GET", "/gradio_api/queue/data"), ("GET", "/gradio_api/startup-events"),
    ("POST", "/gradio_api/queue/join"), ("POST", "/gradio_api/cancel"),
    ("POST", "/gradio_api/reset"), ("POST", "/gradio_api/reset/"),
}  # fmt: skip
STREAMS = {"/gradio_api/heartbeat/{session_hash}", "/gradio_api/queue/data"}
EVENTS = {
    "ask", "ask_example", "ask_further", "go_on", "pick_citation", "turn_over", "act", "arrive",
    "reopen", "hear",
}  # fmt: skip
"""Those of the conversation, which is the page at every address."""


@pytest.fixture(scope="module")
def base(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    with base_of(tmp_path_factory.mktemp("access") / "data", encoder) as kb:
        yield kb


@pytest.fixture(scope="module")
def app(base: KnowledgeBase) -> FastAPI:
    return build_app(Engine(base), base.settings)


@pytest.fixture(scope="module")
def clients(app: FastAPI, base: KnowledgeBase) -> dict[str, TestClient]:
    made = {who: TestClient(app, follow_redirects=False) for who in WHO}
    users.add(base.catalog, "unchanged", Role.ADMIN, "set by somebody else")
    for who, role in (("cadre", Role.CADRE), ("admin", Role.ADMIN)):
        users.admit(base.catalog, who, role, subject=who)
    return made


@pytest.fixture(scope="module")
def with_provider(
    base: KnowledgeBase, clients: dict[str, TestClient]
) -> Iterator[dict[str, TestClient]]:
    """Clients of an application with an identity provider, for the same users."""
    with identity_provider() as idp:
        settings = Settings.model_validate(base.settings.model_dump() | settings_for(idp))
        made = build_app(Engine(base), settings)
        yield {who: TestClient(made, follow_redirects=False) for who in clients}


def ask_as(
    clients: dict[str, TestClient], base: KnowledgeBase, who: str, method: str, path: str,
    **sent: Any,
) -> Any:  # fmt: skip
    """Send a request with a session of its own, so that none can end another's."""
    headers = dict(sent.pop("headers", {})) | {"origin": "http://testserver"}
    if who != "anonymous":
        token = sessions.start(base.catalog, who, time.time())
        headers["cookie"] = f"{SESSION_COOKIE}={token}"
    return clients[who].request(method, path, headers=headers, **sent)


def routes_of(routes: Any) -> Iterator[tuple[str, str]]:
    """(method, path) of every route, those of routers that were included too."""
    for route in iter_route_contexts(routes):
        if not isinstance(route, Mount) and getattr(route, "path", None) is not None:
            for method in route.methods or ():
                yield method, route.path


def mounts(app: FastAPI) -> dict[str, Any]:
    """What is mounted where; the address of the front page is ``/``."""
    return {r.path or "/": r.app for r in app.routes if isinstance(r, Mount)}


def own_routes(app: FastAPI) -> set[tuple[str, str]]:
    shut = {area + "{rest:path}" for area in SHUT}
    return {(m, p) for m, p in routes_of(app.routes) if p not in shut}


def test_every_route_of_ours_is_in_the_table(app: FastAPI) -> None:
    assert own_routes(app) | {("GET", "/ui")} == ROUTES.keys()
    assert mounts(app).keys() == {"/ui", *PAGES}


def test_everything_below_our_addresses_is_shut_but_for_its_routes(app: FastAPI) -> None:
    assert SHUT.keys() == ALLOWED.keys() - PAGES.keys()
    assert {p for _, p in routes_of(app.routes) if "{rest" in p} == {
        a + "{rest:path}" for a in SHUT
    }


@pytest.mark.parametrize(("method", "route"), sorted(ROUTES))
@pytest.mark.parametrize("who", WHO)
def test_routes(
    clients: dict[str, TestClient], base: KnowledgeBase, who: str, method: str, route: str
) -> None:
    path, sent, expected = ROUTES[method, route]
    assert ask_as(clients, base, who, method, path, **sent).status_code == expected[who]


@pytest.mark.parametrize("who", WHO)
def test_routes_with_an_identity_provider(
    with_provider: dict[str, TestClient], base: KnowledgeBase, who: str
) -> None:
    app = with_provider[who].app
    assert isinstance(app, FastAPI)
    assert own_routes(app) | {("GET", "/ui")} == WITH_PROVIDER.keys()
    for (method, route), (path, sent, expected) in WITH_PROVIDER.items():
        reply = ask_as(with_provider, base, who, method, path, **sent)
        assert reply.status_code == expected[who], (method, route)


@pytest.mark.parametrize("area", sorted(SHUT))
@pytest.mark.parametrize("who", WHO)
def test_what_is_no_route(
    clients: dict[str, TestClient], base: KnowledgeBase, who: str, area: str
) -> None:
    for method in METHODS:
        if area in ("/source", "/terms") and method == "GET":
            continue
        found = ask_as(clients, base, who, method, f"{area}/no/such/thing").status_code
        assert found == SHUT[area][who] or (found == 405 and SHUT[area][who] == 404), method


@pytest.mark.parametrize("path", sorted(PAGES))
def test_every_route_of_gradio_is_open_or_shut(
    app: FastAPI, clients: dict[str, TestClient], base: KnowledgeBase, path: str
) -> None:
    """Staff pages answer nobody else; of each page only what it needs answers at all."""
    prefix = "" if path == "/" else path
    found = set(routes_of(mounts(app)[path].routes))
    assert found >= GRADIO_OPEN
    wrong = []
    for method, route in sorted(found):
        if path == "/" and area_of(route) not in (None, "/"):
            continue  # an address of ours, which Gradio never sees
        below = route.replace("{path:path}", "x").replace("{size}", "192")
        below = below.replace("{session_hash}", "x").replace("{path_or_url:path}", "x")
        for who in WHO:
            may = path == "/" or who in ("cadre", "admin")
            is_open = (method, route) in GRADIO_OPEN
            if may and is_open and route in STREAMS:
                continue
            reply = ask_as(clients, base, who, method, prefix + below)
            ours = method == "HEAD" or REASONS[Verdict.UNKNOWN][0] in reply.text
            if not may:
                good = reply.status_code == (403 if who == "unchanged" else 401)
            else:
                good = is_open != (reply.status_code == 404 and ours)
            if not good:
                wrong.append((who, method, prefix + below, reply.status_code))
    assert wrong == []


@pytest.mark.parametrize("path", sorted(PAGES))
def test_every_event_of_gradio(
    app: FastAPI, clients: dict[str, TestClient], base: KnowledgeBase, path: str
) -> None:
    fns = mounts(app)[path].get_blocks().fns
    assert {fn.name for fn in fns.values()} == EVENTS
    assert {fn.api_visibility for fn in fns.values()} == {"private"}
    prefix = "" if path == "/" else path
    for index in fns:
        body = {"data": [], "fn_index": index, "session_hash": "abcdefgh"}
        for who in WHO:
            reply = ask_as(clients, base, who, "POST", prefix + "/gradio_api/queue/join", json=body)
            may = path == "/" or who in ("cadre", "admin")
            refused = 403 if who == "unchanged" else 401
            assert (reply.status_code == refused) is not may, (who, index, reply.status_code)


# -- what each kind of visitor sees ----------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "seen"), [("anonymous", 404), ("unchanged", 404), ("cadre", 200), ("admin", 200)]
)
def test_internal_documents_are_for_staff(
    clients: dict[str, TestClient], base: KnowledgeBase, who: str, seen: int
) -> None:
    assert ask_as(clients, base, who, "GET", f"/source/{INTERNAL}").status_code == seen
    title = base.snapshot.by_id[INTERNAL].header.title
    found = ask_as(clients, base, who, "GET", f"/api/search?q={title}&limit=50").json()["hits"]
    assert (INTERNAL in [hit["document_id"] for hit in found]) is (seen == 200)
    told = ask_as(clients, base, who, "POST", "/api/ask", json={"question": title}).text
    assert (INTERNAL in told) is (seen == 200)
    counted = ask_as(clients, base, who, "GET", "/api/health").json()["documents"]
    assert counted == len(base.snapshot.live) - (seen != 200)


def test_a_browser_is_led_to_the_login_and_back(
    clients: dict[str, TestClient], base: KnowledgeBase
) -> None:
    html = {"accept": "text/html,*/*"}
    led = ask_as(clients, base, "anonymous", "GET", "/admin/x?a=1&b=2", headers=html)
    assert (led.status_code, led.headers["location"]) == (
        302, "/login?next=%2Fadmin%2Fx%3Fa%3D1%26b%3D2",
    )  # fmt: skip
    led = ask_as(clients, base, "unchanged", "GET", "/cadre/", headers=html)
    assert led.headers["location"] == "/account?next=%2Fcadre%2F"
    closed = ask_as(clients, base, "cadre", "GET", "/admin/", headers=html)
    assert closed.status_code == 403
    assert REASONS[Verdict.FORBIDDEN][0] in closed.text
    assert REASONS[Verdict.FORBIDDEN][1] in closed.text
    assert ask_as(clients, base, "anonymous", "POST", "/admin/x", headers=html).status_code == 401


def test_who_is_disabled_is_an_investor_at_once(app: FastAPI, base: KnowledgeBase) -> None:
    users.admit(base.catalog, "gone", Role.ADMIN, subject="gone")
    token = sessions.start(base.catalog, "gone", time.time())
    client = TestClient(app, cookies={SESSION_COOKIE: token})
    assert client.get(f"/source/{INTERNAL}").status_code == 200
    users.set_disabled(base.catalog, "gone", True)
    assert client.get(f"/source/{INTERNAL}").status_code == 404
    assert client.get("/cadre/config").status_code == 401


@pytest.mark.parametrize("token", ["", "x", '"', "a" * 5000, "kb_session", "%00"])
def test_a_made_up_session_is_an_investors(app: FastAPI, token: str) -> None:
    reply = TestClient(app).get("/cadre/config", headers={"cookie": f"{SESSION_COOKIE}={token}"})
    assert reply.status_code == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "http://testserver"}, 200),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://testserver.evil.example"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({}, 200),
    ],
)
def test_other_sites_cannot_send_anything(
    app: FastAPI, headers: dict[str, str], status: int
) -> None:
    client = TestClient(app)
    assert client.post("/api/ask", headers=headers, **ASK).status_code == status


def test_with_a_login_a_request_must_name_this_site(
    app: FastAPI, base: KnowledgeBase, clients: dict[str, TestClient]
) -> None:
    token = sessions.start(base.catalog, "cadre", time.time())
    client = TestClient(app, cookies={SESSION_COOKIE: token})
    assert client.post("/api/ask", **ASK).status_code == 403
    assert (
        client.post("/api/ask", headers={"origin": "http://testserver"}, **ASK).status_code == 200
    )


def test_a_websocket_is_refused(app: FastAPI) -> None:
    from starlette.websockets import WebSocketDisconnect

    with pytest.raises(WebSocketDisconnect), TestClient(app).websocket_connect("/cadre/"):
        pass


# -- the rules -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "area"),
    [
        ("/", "/"), ("/cadre", "/cadre"), ("/cadre/", "/cadre"), ("/cadre/x/y", "/cadre"),
        ("/cadrex", None), ("//cadre", None), ("/config", None), ("", None), ("cadre", None),
        ("/Admin", None), ("/ui/../admin", "/ui"), ("/admin%2F", None),
    ],
)  # fmt: skip
def test_whole_names_decide(path: str, area: str | None) -> None:
    assert area_of(path) == area


def test_unknown_addresses_are_open_to_nobody() -> None:
    for role in Role:
        assert decide("/nowhere", Visitor(role, "x")) is Verdict.UNKNOWN


def test_a_request_that_came_around_the_door_is_an_investors() -> None:
    class Request:
        scope = MappingProxyType({"kb.visitor": "admin"})

    assert visitor_of(Request()) == Visitor()
    assert visitor_of(object()) == Visitor()


def test_a_session_is_never_shown() -> None:
    assert "secret" not in repr(Visitor(Role.ADMIN, "li", "secret"))
