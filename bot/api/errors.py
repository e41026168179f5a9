"""Errors of the interfaces: ``{"error": {zh, en}}``, and below ``/v1`` in OpenAI's form."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from bot.api.models import ErrorBody
from kb.errors import BusyError, KbError, NotFound, QuestionError, ReadError
from kb.text import sendable

DESCRIBED: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorBody, "description": words}
    for status, words in (
        (400, "what is asked cannot be asked"),
        (401, "the key is wrong, over or revoked, or nobody is logged in"),
        (403, "the role is not enough, or the request is from another site"),
        (404, "there is none, or it is not for this reader"),
        (413, "the request is too large"),
        (422, "the request is malformed"),
        (429, "asked too often; `Retry-After` says how long to wait"),
        (503, "the base cannot answer now"),
    )
}
"""The errors every route can end in, for its description."""

_TYPES = {
    400: "invalid_request_error", 401: "authentication_error", 403: "permission_error",
    404: "not_found_error", 422: "invalid_request_error", 429: "rate_limit_error",
}  # fmt: skip


def add_error_answers(app: FastAPI) -> None:
    """Make the errors of routes speak in both languages."""

    @app.exception_handler(KbError)
    def known(request: Request, error: KbError) -> JSONResponse:
        return told(request.url.path, status_of(error), error.zh, error.en)

    @app.exception_handler(HTTPException)
    def plainly(request: Request, error: HTTPException) -> JSONResponse:
        zh = f"请求不能执行（{error.status_code}）。请按接口说明改正后重试。"
        en = f"The request cannot be carried out: {error.detail}. Mend it and try again."
        return told(request.url.path, error.status_code, zh, en, headers=dict(error.headers or {}))

    @app.exception_handler(RequestValidationError)
    def malformed(request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"] if part not in ("body", "query"))
        what = place or "JSON"
        return told(
            request.url.path,
            422,
            f"请求中的 {what} 有误：{first['msg']}。请按接口说明改正后重试。",
            f"{what} in the request is wrong: {first['msg']}. Mend it and try again.",
            what,
        )


def status_of(error: KbError) -> int:
    """The HTTP status that says what kind of error it is."""
    if isinstance(error, NotFound):
        return 404
    if isinstance(error, (QuestionError, ReadError)):
        return 400
    return 429 if isinstance(error, BusyError) else 503


def told(
    path: str,
    status: int,
    zh: str,
    en: str,
    param: str | None = None,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """An error as a response, in the form that belongs to an address."""
    return JSONResponse(error_body(path, status, zh, en, param), status, headers)


def error_body(
    path: str, status: int, zh: str, en: str, param: str | None = None
) -> dict[str, Any]:
    """An error as JSON values, in the form that belongs to an address."""
    zh, en = sendable(zh), sendable(en)  # they may name what was asked for
    if not f"{path}/".startswith("/v1/"):
        return {"error": {"zh": zh, "en": en}}
    kind = _TYPES.get(status, "server_error")
    code = {401: "invalid_api_key", 404: "not_found", 429: "rate_limit_exceeded"}.get(status)
    told = {"message": f"{zh} {en}", "type": kind, "param": param, "code": code}
    return {"error": told}
