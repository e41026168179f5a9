"""``/mcp``: the tools of the base behind the same door as everything else, if the SDK is there."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from bot.access import visitor_of
from bot.asked import Record
from bot.engine import Engine
from bot.web.origin import base_url

PATH = "/mcp"


def add_mcp(app: FastAPI, engine: Engine, record: Record) -> None:
    """Add the route; without the extra ``mcp`` there is no such address."""
    if find_spec("mcp") is None:
        return
    from bot.mcp_server import Caller, McpEndpoint, mcp_server

    behind_proxy = engine.kb.settings.behind_proxy

    def caller_of(request: Any) -> Caller:
        return Caller(visitor_of(request).role, base_url(request.scope, behind_proxy))

    def no_stream(_request: Request) -> Response:
        return Response(status_code=405, headers={"allow": "POST"})

    endpoint: Any = McpEndpoint(mcp_server(engine, record, caller_of))
    app.router.add_route(PATH, endpoint, ["POST"], include_in_schema=False)
    app.router.add_route(PATH, no_stream, ["GET", "DELETE"], include_in_schema=False)
