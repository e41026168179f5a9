"""A small OpenAI-compatible server on loopback that plays good and bad models."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = Callable[["Request"], None]


@dataclass
class Server:
    """Where it listens, what it plays, and what it was asked."""

    url: str = ""
    play: Reply = lambda request: request.say("资料不足。")
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)


class Request:
    """One request, and the ways to answer it."""

    def __init__(self, handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        self.handler = handler
        self.body = body

    @property
    def prompt(self) -> str:
        """What the model was given."""
        return "\n".join(m["content"] for m in self.body["messages"])

    def head(self, status: int = 200, kind: str = "text/event-stream", **headers: str) -> None:
        self.handler.send_response(status)
        self.handler.send_header("content-type", kind)
        self.handler.send_header("connection", "close")
        for name, value in headers.items():
            self.handler.send_header(name, value)
        self.handler.end_headers()

    def raw(self, text: str) -> None:
        self.handler.wfile.write(text.encode())
        self.handler.wfile.flush()

    def piece(self, text: str) -> None:
        delta = {"index": 0, "delta": {"content": text}, "finish_reason": None}
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
        self.raw(f"data: {json.dumps(chunk | {'choices': [delta]}, ensure_ascii=False)}\n\n")

    def say(self, text: str, size: int = 4, wait: float = 0.0) -> None:
        """A whole reply, in pieces of some characters."""
        self.head()
        for i in range(0, len(text), size):
            self.piece(text[i : i + size])
            if wait:
                time.sleep(wait)
        self.raw("data: [DONE]\n\n")

    def refuse(self, status: int, text: str = "no") -> None:
        self.head(status, "application/json")
        self.raw(json.dumps({"error": {"message": text, "type": "x", "code": "y"}}))

    def whole(self, text: str) -> None:
        """The reply in one piece, whatever was asked for."""
        choice = {
            "index": 0,
            "finish_reason": "stop",
            "message": {"role": "assistant", "content": text},
        }
        made = {
            "id": "1",
            "object": "chat.completion",
            "created": 1,
            "model": "m",
            "choices": [choice],
        }
        self.head(200, "application/json")
        self.raw(json.dumps(made))


@contextmanager
def playing() -> Iterator[Server]:
    """A running server; set ``play`` to what it shall do."""
    server = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            server.asked.append(body)
            server.keys.append(self.headers.get("authorization", ""))
            with suppress(BrokenPipeError, ConnectionResetError):  # who asked has gone away
                server.play(Request(self, body))

        def log_message(self, *_: object) -> None:
            pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.daemon_threads = True
    server.url = f"http://127.0.0.1:{httpd.server_port}/v1"
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        httpd.shutdown()
        httpd.server_close()
        thread.join(10)
