"""What watches and stops the server: health, readiness, figures, logs, and a stop that waits."""

from __future__ import annotations

import json
import logging
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from bot.engine import Engine
from bot.logs import JsonLines, TextLines, event
from bot.metrics import exposed
from bot.web.app import build_app, make_server
from bot.web.server import listen
from evals.hash_encoder import HashEncoder
from ingest.parse import parse_text
from kb.encoder import Encoder
from kb.errors import SettingsError
from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings
from tests.bot.test_cli import environment

SECRET = "张三的公司能拿多少补贴"
TEXT = "第一条 为了鼓励投资，制定本办法。\n第二条 设备投资按百分之五给予奖励。\n"


@pytest.fixture
def kb(tmp_path: Path) -> Iterator[KnowledgeBase]:
    settings = Settings(data=tmp_path / "data", reranker="none")
    with KnowledgeBase(settings, encoder=HashEncoder()) as base:
        base.add([parse_text(TEXT, title="奖励办法", document_id="R1")])
        yield base


def client_of(kb: KnowledgeBase) -> TestClient:
    return TestClient(build_app(Engine(kb), kb.settings), raise_server_exceptions=False)


def test_alive_and_ready(kb: KnowledgeBase) -> None:
    client = client_of(kb)
    assert client.get("/healthz").json() == {"status": "alive"}
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()["status"]) == (200, "ready")
    assert "奖励办法" not in ready.text


def test_not_ready_while_it_is_about_to_stop(kb: KnowledgeBase) -> None:
    client = client_of(kb)
    client.app.state.draining.set()  # type: ignore[attr-defined]
    ready = client.get("/readyz")
    assert ready.status_code == 503
    assert ready.json()["checks"] == {"base": True, "encoder": True, "accepting": False}
    assert client.get("/healthz").status_code == 200


def test_not_ready_without_a_catalog_or_an_encoder(tmp_path: Path) -> None:
    with KnowledgeBase(Settings(data=tmp_path / "data", reranker="none")) as kb:
        client = client_of(kb)
        assert client.get("/readyz").json()["checks"]["encoder"] is False
        with kb.catalog.begin() as connection:
            connection.execute(text("ALTER TABLE documents RENAME TO lost"))
        assert client.get("/readyz").json()["checks"]["base"] is False
        assert client.get("/readyz").status_code == 503


def test_figures_count_questions_and_hold_none(kb: KnowledgeBase) -> None:
    app = build_app(Engine(kb), kb.settings)
    client = TestClient(app, raise_server_exceptions=False)
    client.post("/api/ask", json={"question": SECRET})
    client.get(f"/terms/{SECRET}")
    client.get("/nowhere/at/all")
    settings = kb.settings.model_copy(update={"metrics_port": _free_port()})
    with exposed(app.state.metrics, settings) as port:
        told = httpx.get(f"http://127.0.0.1:{port()}/metrics").text
    assert 'kb_requests_total{area="/api",status="2xx"} 1.0' in told
    assert 'kb_requests_total{area="none",status="4xx"} 1.0' in told
    assert 'way="api"' in told
    assert 'kb_documents{audience="public"} 1.0' in told
    assert "process_resident_memory_bytes" in told
    assert "kb_disk_free_bytes" in told
    assert SECRET not in told


def _free_port() -> int:
    with listen("127.0.0.1", 0) as probe:
        return int(probe.getsockname()[1])


def test_figures_are_on_no_page_and_off_by_default(kb: KnowledgeBase) -> None:
    assert kb.settings.metrics_port == 0
    assert kb.settings.metrics_host == "127.0.0.1"
    assert client_of(kb).get("/metrics").status_code == 404


def test_a_taken_port_for_figures_is_told(kb: KnowledgeBase) -> None:
    app = build_app(Engine(kb), kb.settings)
    with listen("127.0.0.1", 0) as taken:
        taken.listen()
        settings = kb.settings.model_copy(update={"metrics_port": taken.getsockname()[1]})
        with (
            pytest.raises(SettingsError, match="KB_METRICS_PORT"),
            exposed(app.state.metrics, settings),
        ):
            pass


class Lines(logging.Handler):
    """Keeps what both forms make of each record."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines += [JsonLines().format(record), TextLines().format(record)]


@pytest.fixture
def lines() -> Iterator[list[str]]:
    handler, ours = Lines(), logging.getLogger("bot")
    logging.getLogger().addHandler(handler)
    ours.setLevel(logging.INFO)
    yield handler.lines
    ours.setLevel(logging.NOTSET)
    logging.getLogger().removeHandler(handler)


def test_no_log_line_tells_who_asked_what(
    kb: KnowledgeBase, lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(kb)
    client.post("/api/ask", json={"question": SECRET}, headers={"user-agent": "agent-of-wang"})
    client.get(f"/source/{SECRET}?q={SECRET}")
    kb.catalog.close()
    with kb.catalog.begin() as connection:
        connection.execute(text("DROP TABLE passages"))
    client.post("/api/ask", json={"question": SECRET})  # fails, and quotes the statement
    logging.getLogger("foreign").error("fetched %s", SECRET)
    try:
        raise ValueError(SECRET)
    except ValueError:
        logging.getLogger("foreign").exception("Exception in application")
    told = "\n".join(lines)
    assert '"area": "/api"' in told
    assert '"status": 200' in told
    assert '"error": "ValueError"' in told
    for personal in (SECRET, "testclient", "agent-of-wang", "fetched " + SECRET):
        assert personal not in told


def test_a_line_is_one_json_value(lines: list[str]) -> None:
    event("backup", bytes=12)
    (found, plain) = lines
    value = json.loads(found)
    assert (value["message"], value["bytes"], value["level"]) == ("backup", 12, "info")
    assert plain.endswith("info bot.logs backup bytes=12")


class Slow(Engine):
    """Answers only when it is told to."""

    def __init__(self, kb: KnowledgeBase) -> None:
        super().__init__(kb)
        self.asked, self.go_on = threading.Event(), threading.Event()

    def gather(self, *question: Any, **more: Any) -> Any:
        self.asked.set()
        assert self.go_on.wait(20)
        return super().gather(*question, **more)


def test_a_stop_waits_for_the_answer_in_work(kb: KnowledgeBase) -> None:
    engine, urls, ready = Slow(kb), [], threading.Event()

    def on_ready(url: str) -> None:
        urls.append(url)
        ready.set()

    server = make_server(engine, kb.settings, on_ready)
    with listen("127.0.0.1", 0) as listening:
        thread = threading.Thread(target=lambda: server.run(sockets=[listening]))
        thread.start()
        assert ready.wait(30)
        replies: list[httpx.Response] = []

        def ask() -> None:
            body = {"question": "设备投资奖励多少？"}
            replies.append(httpx.post(f"{urls[0]}/api/ask", json=body, timeout=30))

        asking = threading.Thread(target=ask)
        asking.start()
        assert engine.asked.wait(20)
        server.should_exit = True
        time.sleep(3.5)  # longer than connections without a request in work are waited for
        assert thread.is_alive()
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{urls[0]}/healthz", timeout=2)
        engine.go_on.set()
        asking.join(20)
        thread.join(20)
    assert [reply.status_code for reply in replies] == [200]
    assert not thread.is_alive()


def test_a_service_manager_stops_it_cleanly(empty_folder: Path, encoder: Encoder) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "serve", "--port", str(_free_port())],
        cwd=empty_folder.parent,
        env=environment(empty_folder, KB_LOG="json", KB_RERANKER="none"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert "网页已就绪" in process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 0, errors
    assert (empty_folder / "owner.lock").read_text() == "", "the folder was given back"
    messages = [json.loads(line)["message"] for line in errors.splitlines()]
    assert messages[-3:] == ["serving", "draining", "stopped"]
