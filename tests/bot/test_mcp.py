"""The tools of MCP, called by the SDK's own client over HTTP and over standard input and output."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from bot.cli_mcp import _open
from kb.errors import BusyError
from kb.models import Role
from tests.bot.conftest import KeyedSite
from tests.bot.test_cli import environment
from tests.browser.site import CORPUS, base_of

mcp = pytest.importorskip("mcp", reason="the extra mcp is not installed")

from mcp.client.client import Client  # noqa: E402
from mcp.client.stdio import StdioServerParameters, stdio_client  # noqa: E402
from mcp.client.streamable_http import streamable_http_client  # noqa: E402

RATE = "研发费用加计扣除比例是多少？"
INTERNAL = "N01"
Run = Callable[[Any], Any]


async def call_all(
    url: str, headers: dict[str, str], calls: list[tuple[str, dict[str, Any]]], mode: str = "auto"
) -> tuple[list[Any], list[Any]]:
    """The tools, and what each call came to."""
    async with httpx2.AsyncClient(headers=headers) as http:
        transport = streamable_http_client(f"{url}/mcp", http_client=http)
        async with Client(transport, mode=mode) as client:
            tools = (await client.list_tools()).tools
            return list(tools), [await client.call_tool(name, given) for name, given in calls]


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_the_tools_do_their_work(
    keyed_site: KeyedSite, keyed_url: str, run_async: Run, mode: str
) -> None:
    tools, made = run_async(
        call_all(
            keyed_url,
            keyed_site.headers(Role.INVESTOR),
            [
                ("ask", {"question": RATE}),
                ("search", {"query": "研发费用", "limit": 2, "kind": "policy"}),
                ("get_document", {"document_id": "T01", "start": 3, "length": 50}),
                ("define_term", {"name": "增值税"}),
            ],
            mode,
        )
    )
    assert [t.name for t in tools] == ["ask", "search", "get_document", "define_term"]
    assert all(t.description and t.input_schema["properties"] for t in tools)
    assert not any(m.is_error for m in made), made
    asked, searched, read, defined = (m.structured_content for m in made)
    assert asked["status"] == "answered"
    assert asked["citations"][0]["quote"]
    assert f"{keyed_url}/source/" in made[0].content[0].text
    assert len(searched["hits"]) == 2
    whole = keyed_site.client().get("/api/documents/T01/text").json()["text"]
    assert read["text"] == whole[3:53]
    assert read["outline"]
    assert defined["meanings"][0]["definition"] in made[3].content[0].text


def test_a_key_sees_what_its_role_sees(
    keyed_site: KeyedSite, keyed_url: str, run_async: Run
) -> None:
    title = keyed_site.kb.snapshot.by_id[INTERNAL].header.title
    calls: list[tuple[str, dict[str, Any]]] = [
        ("ask", {"question": title}),
        ("search", {"query": title, "limit": 20, "everything": True}),
        ("get_document", {"document_id": INTERNAL}),
    ]
    for role in (None, *Role):
        _, made = run_async(call_all(keyed_url, keyed_site.headers(role), calls))
        staff = role in (Role.CADRE, Role.ADMIN)
        seen = [INTERNAL in str(m.structured_content) for m in made]
        assert seen == [staff] * 3, role
        assert made[2].is_error is not staff
    _, (never,) = run_async(
        call_all(
            keyed_url,
            keyed_site.headers(None),
            [("get_document", {"document_id": "NEVER"})],
        )
    )
    _, (there,) = run_async(call_all(keyed_url, {}, calls[2:]))
    assert there.content[0].text.replace(INTERNAL, "NEVER") == never.content[0].text


def test_a_wrong_key_gets_nowhere(keyed_url: str, run_async: Run) -> None:
    with pytest.raises(BaseException) as failed:  # noqa: PT011  (groups of the SDK's own)
        run_async(call_all(keyed_url, {"authorization": "Bearer kb_x"}, []))
    assert failed.value


@pytest.mark.parametrize(
    ("name", "given", "told"),
    [
        ("ask", {"question": "  "}, "请输入"),
        ("ask", {}, "question"),
        ("ask", {"question": 5}, "question"),
        ("ask", {"question": "x", "role": "admin"}, "role"),
        ("search", {"query": "x", "limit": 10**9}, "limit"),
        ("get_document", {"document_id": "../../etc/passwd"}, "没有"),
        ("get_document", {"document_id": "T01", "start": -1}, "start"),
        ("define_term", {"name": "没有这个词"}, "术语"),
        ("drop_tables", {}, "define_term"),
    ],
)
def test_what_is_wrong_is_told_to_the_model(
    keyed_url: str, run_async: Run, name: str, given: dict[str, Any], told: str
) -> None:
    _, (made,) = run_async(call_all(keyed_url, {}, [(name, given)]))
    assert made.is_error
    assert told in made.content[0].text


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"5", b'{"jsonrpc": "2.0", "id": 1, "method": "no/such"}', b"\xff"]
)
def test_what_is_no_protocol_is_refused(keyed_site: KeyedSite, body: bytes) -> None:
    headers = {"accept": "application/json, text/event-stream", "content-type": "application/json"}
    reply = keyed_site.client().post("/mcp", content=body, headers=headers)
    assert reply.status_code < 500
    assert reply.status_code >= 400 or "error" in reply.json()


def test_other_sites_cannot_call_it(keyed_site: KeyedSite) -> None:
    reply = keyed_site.client().post("/mcp", headers={"origin": "https://evil.example"}, json={})
    assert reply.status_code == 403


def test_over_standard_input_and_output(
    encoder: Any, encoder_folder: Path, tmp_path: Path, run_async: Run
) -> None:
    data = tmp_path / "data"
    paths = [CORPUS / "experience/N01-延安招商短板自评（内部）.md"]
    with base_of(data, encoder, paths, reranker="none") as base:
        title = base.snapshot.by_id[INTERNAL].header.title
        base.owner.announce("http://127.0.0.1:7860")
        with pytest.raises(BusyError, match="/mcp"), _open(base.settings, None):
            pass
    (data / "encoder").symlink_to(encoder_folder)

    async def ask() -> Any:
        server = StdioServerParameters(
            command=sys.executable,
            args=["-m", "bot.cli", "mcp", "--as", "cadre"],
            env=environment(data) | {"KB_RERANKER": "none"},
            cwd=tmp_path,
        )
        with (tmp_path / "errors").open("w") as errors:
            async with Client(stdio_client(server, errlog=errors)) as client:
                return await client.call_tool("ask", {"question": title})

    made = run_async(ask())
    assert not made.is_error
    assert INTERNAL in str(made.structured_content)
