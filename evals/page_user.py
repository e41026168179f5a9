"""Somebody on the page, without a browser: speaks what Gradio's front end speaks to its queue."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx


@dataclass(frozen=True, slots=True)
class Page:
    """What it takes to ask a question: ``ask`` and what the front end does ``then``, both events;
    ``values`` of the components they send, ``box`` the one of the question, ``thread`` the place
    of the conversation among what comes back.
    """

    ask: Mapping[str, Any]
    then: Mapping[str, Any] | None
    values: Mapping[int, Any]
    box: int
    thread: int


def read_page(config: Mapping[str, Any]) -> Page:
    """The page out of its ``/config``."""
    named = {c["props"].get("elem_id"): c["id"] for c in config["components"]}
    box = named["question"]
    ask = next(e for e in config["dependencies"] if [box, "submit"] in e["targets"])
    then = next((e for e in config["dependencies"] if e["trigger_after"] == ask["id"]), None)
    values = {c["id"]: c["props"].get("value") for c in config["components"]}
    return Page(ask, then, values, box, ask["outputs"].index(named["thread"]))


class PageUser:
    """One conversation: a session of its own, as a tab of a browser has."""

    def __init__(self, client: httpx.AsyncClient, page: Page) -> None:
        self.client = client
        self.page = page
        self.session = secrets.token_hex(6)

    async def ask(self, question: str) -> str:
        """Send a question; the whole conversation as HTML once it is answered.

        Raises RuntimeError with what the server said when it was not.
        """
        return str((await self._run(self.page.ask, question))[self.page.thread])

    async def go_on(self) -> None:
        """What the front end asks for after an answer: questions to go on with."""
        if self.page.then is not None:
            await self._run(self.page.then, "")

    async def _run(self, event: Mapping[str, Any], question: str) -> list[Any]:
        """The outputs of an event once it is through the queue."""
        values = {**self.page.values, self.page.box: question}
        joined = await self.client.post(
            "/gradio_api/queue/join",
            json={
                "data": [values.get(component) for component in event["inputs"]],
                "fn_index": event["id"],
                "session_hash": self.session,
                "event_data": None,
                "trigger_id": self.page.box,
            },
        )
        if joined.status_code != 200:
            raise RuntimeError(f"{joined.status_code} {joined.text[:200]}")
        path = "/gradio_api/queue/data"
        async with self.client.stream("GET", path, params={"session_hash": self.session}) as reply:
            async for line in reply.aiter_lines():
                message = json.loads(line.removeprefix("data:")) if line else {}
                if message.get("msg") == "process_completed" and message["success"]:
                    return list(message["output"]["data"])
                if message.get("msg") in ("process_completed", "unexpected_error"):
                    raise RuntimeError(line[:300])
        raise RuntimeError("the stream ended before the answer")
