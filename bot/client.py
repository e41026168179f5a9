"""Ask a running server instead of opening the data folder it owns."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any

from kb.errors import KbError, QuestionError
from kb.models import Answer, Citation, Claim, Grade, Nearest, Note, Status, Validity


def ask_server(url: str, question: str, on: date | None) -> dict[str, Any]:
    """The answer of ``POST {url}/api/ask`` as JSON values.

    Raises QuestionError with the server's own message, or KbError when it cannot be reached.
    """
    import httpx

    body = {"question": question} | ({"on": on.isoformat()} if on else {})
    try:
        response = httpx.post(f"{url.rstrip('/')}/api/ask", json=body, timeout=60)
        result: dict[str, Any] = response.json()
    except (httpx.HTTPError, ValueError, httpx.InvalidURL) as error:
        raise KbError(
            f"连不上 {url}（{error}）。请确认 kb serve 正在运行、地址无误。",
            f"Cannot reach {url} ({error}). Make sure kb serve is running there.",
        ) from error
    if response.status_code != httpx.codes.OK:
        told = result.get("error") or {}
        raise QuestionError(
            told.get("zh") or f"服务返回错误 {response.status_code}。请稍后再试。",
            told.get("en") or f"The server answered {response.status_code}. Try again later.",
        )
    return result


def answer_from_json(values: dict[str, Any]) -> Answer:
    """The Answer a server sent, as a value again (without hits)."""
    return Answer(
        question=values["question"],
        status=Status(values["status"]),
        claims=tuple(Claim(c["text"], tuple(c["citations"])) for c in values["claims"]),
        citations=tuple(_citation(c) for c in values["citations"]),
        notes=tuple(Note(n["code"], n["zh"], n["en"]) for n in values["notes"]),
        confidence=values["confidence"],
        nearest=tuple(
            Nearest(n["document_id"], n["title"], n["doc_number"], tuple(n["path"]))
            for n in values["nearest"]
        ),
        timings=values["timings"],
        generated=values.get("generated", False),
    )


def _citation(values: dict[str, Any]) -> Citation:
    made: dict[str, Any] = {f.name: values.get(f.name) for f in fields(Citation)}
    for name in ("effective", "expires"):
        made[name] = date.fromisoformat(made[name]) if made[name] else None
    made["path"], made["issuers"] = tuple(made["path"]), tuple(made["issuers"])
    made["validity"] = Validity(made["validity"])
    made["grade"] = Grade(made["grade"]) if made["grade"] else None
    return Citation(**made)
