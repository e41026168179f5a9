"""The application as a whole, by its responses."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from bot.asked import Way, totals
from bot.engine import Engine
from bot.web.app import build_app, front
from bot.web.page import _footer
from bot.web.security import MAX_BODY, add_nonce, is_open
from bot.web.server import listen
from bot.web.texts import ZH
from kb.encoder import Encoder
from kb.errors import SettingsError
from kb.knowledge_base import KnowledgeBase
from kb.models import Role, Status
from tests.browser.site import INTERNAL, base_of, serving, session_of


@pytest.fixture(scope="module")
def site_base(
    encoder: Encoder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[KnowledgeBase]:
    with base_of(tmp_path_factory.mktemp("app") / "data", encoder) as kb:
        yield kb


@pytest.fixture(scope="module")
def client(site_base: KnowledgeBase) -> TestClient:
    app = build_app(Engine(site_base), site_base.settings)
    return TestClient(app, raise_server_exceptions=False)


def script_nonces(html: str) -> list[str]:
    return re.findall(r'<script nonce="([^"]+)"', html)


def test_the_front_page_is_ours(client: TestClient) -> None:
    html = client.get("/").text
    assert '<html lang="zh-CN"' in html
    assert f"<title>{ZH.product} · {ZH.page}</title>" in html
    assert "/ui/kb.css" in html
    assert "og:image" not in html
    assert "githubusercontent" not in html


def test_every_script_of_the_front_page_carries_this_responses_nonce(client: TestClient) -> None:
    seen = set()
    for _ in range(2):
        reply = client.get("/")
        nonces = set(script_nonces(reply.text))
        assert len(nonces) == 1
        assert len(script_nonces(reply.text)) == len(re.findall(r"<script[\s>]", reply.text))
        policy = reply.headers["content-security-policy"]
        assert f"'nonce-{nonces.pop()}'" in policy
        assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]
        assert "http" not in policy
        seen.add(policy)
    assert len(seen) == 2


@pytest.mark.parametrize(
    "path", ["/", "/source/T01", "/source/none", "/api/health", "/ui/kb.css", "/config", "/x"]
)
def test_every_response_carries_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_source_pages_run_no_script_at_all(client: TestClient) -> None:
    reply = client.get("/source/T01")
    assert "default-src 'none'" in reply.headers["content-security-policy"]
    assert "<script" not in reply.text


def test_a_source_page_marks_the_span_asked_for(
    client: TestClient, site_base: KnowledgeBase
) -> None:
    found = client.get("/source/T09?start=0&end=12&lang=zh")
    assert found.status_code == 200
    assert found.text.count("<mark>") >= 1


@pytest.mark.parametrize(
    "query",
    ["start=9&end=3", "start=-1&end=4", "start=a&end=b", "start=1", "end=999999999999999999999",
     "start=0&end=99999999", "version=x", "on=tomorrow", "lang=xx"],
)  # fmt: skip
def test_bad_numbers_just_show_the_document(client: TestClient, query: str) -> None:
    reply = client.get(f"/source/T01?{query}")
    assert reply.status_code == 200
    assert "<mark>" not in reply.text


def test_internal_and_missing_documents_answer_alike(client: TestClient) -> None:
    query = "?start=0&end=9&version=1&lang=zh"
    hidden, missing = (
        client.get(f"/source/{INTERNAL}{query}"),
        client.get(f"/source/nothing{query}"),
    )
    assert hidden.status_code == missing.status_code == 404
    assert hidden.text == missing.text
    assert dict(hidden.headers.items()) == dict(missing.headers.items())
    assert client.get("/source/%E2%80%AE%00<script>").status_code == 404


def test_validity_on_a_source_page_is_that_of_the_day(client: TestClient) -> None:
    assert "badge-in_force" in client.get("/source/T01?on=2026-01-01").text
    assert "badge-not_yet" in client.get("/source/T01?on=2015-01-01").text
    assert "badge-expired" in client.get("/source/T01?on=2031-01-01").text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/gradio_api/upload"),
        ("GET", "/gradio_api/file=/etc/passwd"),
        ("GET", "/gradio_api/proxy=http://127.0.0.1/"),
        ("POST", "/gradio_api/api/predict"),
        ("POST", "/gradio_api/call/ask"),
        ("POST", "/gradio_api/component_server"),
        ("POST", "/gradio_api/process_recording"),
        ("GET", "/gradio_api/openapi.json"),
        ("GET", "/monitoring"),
        ("GET", "/docs"),
        ("POST", "/"),
        ("PUT", "/config"),
        ("GET", "/gradio_api/dev/reload"),
        ("GET", "/svelte/x.js"),
        ("POST", "/login/"),
    ],
)
def test_what_the_page_does_not_need_is_shut(client: TestClient, method: str, path: str) -> None:
    assert client.request(method, path).status_code in (404, 405)


def test_doors_are_matched_by_whole_names() -> None:
    assert is_open("GET", "/config")
    assert is_open("POST", "/gradio_api/queue/join")
    assert not is_open("GET", "/gradio_api/queue/join")
    assert not is_open("POST", "/gradio_api/upload")


def test_events_of_the_page_are_not_an_api(client: TestClient) -> None:
    info = client.get("/gradio_api/info").json()
    assert info["named_endpoints"] == {}
    assert info["unnamed_endpoints"] == {}


def test_what_somebody_logged_in_sees_stays_in_no_cache(
    client: TestClient, site_base: KnowledgeBase
) -> None:
    cookies = {
        "cookie": "; ".join(f"{k}={v}" for k, v in session_of(site_base, Role.CADRE).items())
    }
    for path in ("/api/search?q=延安", "/api/health", "/lessons", f"/source/{INTERNAL}", "/terms"):
        reply = client.get(path, headers=cookies)
        assert reply.headers["cache-control"] == "no-store", path


@pytest.mark.parametrize("query", ["page=x", "p%61ge=%FF", "q=1&page=", "page=x&page=y"])
def test_pages_that_gradio_does_not_know_are_no_fault(client: TestClient, query: str) -> None:
    assert client.get(f"/?{query}").status_code == 200


def test_a_body_beyond_the_limit_is_refused(client: TestClient) -> None:
    big = b'{"question": "' + b"a" * MAX_BODY + b'"}'
    for path in ("/api/ask", "/gradio_api/queue/join"):
        reply = client.post(path, content=big)
        assert reply.status_code == 413
        assert "64 kB" in reply.json()["error"]["en"]
    streamed = client.post("/api/ask", content=iter([big[:40_000], big[40_000:]]))
    assert streamed.status_code == 413


def test_the_language_of_the_cookie_decides_the_shell() -> None:
    html = '<html\n\tlang="en"\n><head></head></html>'
    assert front(html, "zh", "zh").startswith('<html lang="zh-CN"\n>')
    assert '<html lang="en" class="waiting"' in front(html, "en", "zh")


def test_cookie_is_read_and_nonsense_in_it_ignored(client: TestClient) -> None:
    english = client.get("/", headers={"cookie": "a=b; kb_lang=en"}).text
    assert 'class="waiting"' in english
    for value in ("kb_lang=<script>", "kb_lang", '"', "kb_lang=fr"):
        assert '<html lang="zh-CN"\n' in client.get("/", headers={"cookie": value}).text


def test_nonce_goes_to_scripts_only() -> None:
    assert add_nonce("<script>1</script><scripty>", "n") == '<script nonce="n">1</script><scripty>'


def test_static_files_do_not_leave_their_folder(client: TestClient) -> None:
    assert client.get("/ui/icon.svg").status_code == 200
    assert client.get("/ui/../app.py").status_code == 404
    assert client.get("/ui/%2e%2e/app.py").status_code == 404


def test_nothing_of_ours_names_an_outside_address() -> None:
    folder = Path(__file__).parents[2] / "bot" / "web"
    for file in folder.rglob("*.*"):
        if file.suffix in (".py", ".js", ".css", ".svg") and ".min." not in file.name:
            outside = re.findall(r"https?://(?!www\.w3\.org/2000/svg|\{|\[)\S+", file.read_text())
            assert outside == [], file


def test_a_taken_port_is_said_with_the_remedy() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(SettingsError, match="KB_PORT"):
            listen("127.0.0.1", taken.getsockname()[1])


def test_the_server_tells_its_address_once_it_answers(
    site_base: KnowledgeBase, capfd: pytest.CaptureFixture[str]
) -> None:
    import httpx

    with serving(site_base) as address:
        assert address.startswith("http://127.0.0.1:")
        assert httpx.get(address + "/api/health").json()["status"] == "ok"
    assert capfd.readouterr().out == ""


def test_what_is_asked_is_written_down_behind_the_answer(site_base: KnowledgeBase) -> None:
    app = build_app(Engine(site_base), site_base.settings)
    with TestClient(app) as client:
        before = totals(site_base.catalog, date.today())
        for question in ("研发费用加计扣除比例是多少？", "国办函〔2030〕99号规定了什么？"):
            assert client.post("/api/ask", json={"question": question}).status_code == 200
        assert client.post("/api/ask", json={"question": ""}).status_code == 400
    assert before == []  # nobody waits for it: it is there once the server has stopped
    told = totals(site_base.catalog, date.today())
    assert [(t.way, t.status, t.questions) for t in told] == [
        (Way.API, Status.ANSWERED, 1), (Way.API, Status.REFUSED, 1),
    ]  # fmt: skip
    assert "T09" in told[0].documents
    assert "search" in told[0].timings


def test_the_page_says_whether_questions_are_kept(client: TestClient) -> None:
    assert ZH.kept in client.get("/config").text
    assert ZH.kept not in _footer(ZH, kept_texts=False)
