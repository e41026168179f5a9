"""The token that every form of a logged-in user carries, so that no other site can send one.

It is made from the session's secret: it holds as long as the login does.
"""

from __future__ import annotations

import hmac

from fastapi import Request

from bot import sessions
from bot.access import Visitor, visitor_of
from bot.web.markup import esc
from kb.errors import AccountError

TOKEN_FIELD = "token"  # noqa: S105
TOKEN_HEADER = "x-form-token"  # noqa: S105
"""Where a script of ours carries the token when it sends no form."""

STALE = (
    "这个页面放得太久，登录已经换过，没有执行任何操作。请返回上一页，刷新后再试。",
    "This page is too old: you have logged in anew since. Nothing was done. Go back, reload the "
    "page and try again.",
)


class StaleForm(AccountError):
    """A form without the token of who sent it. Nothing was done."""

    def __init__(self) -> None:
        super().__init__(*STALE)


def guarded(secret: str, token: str) -> bool:
    """Whether a form was made for the holder of a secret."""
    return bool(secret) and hmac.compare_digest(
        sessions.form_token(secret).encode(), token.encode("utf-8", "replace")
    )


def token_of(visitor: Visitor) -> str:
    """The token of a visitor's forms."""
    return sessions.form_token(visitor.session)


def token_field(visitor: Visitor) -> str:
    """The hidden field of a visitor's form."""
    return f'<input type="hidden" name="{TOKEN_FIELD}" value="{esc(token_of(visitor))}">'


async def guard_forms(request: Request) -> None:
    """A FastAPI dependency: what changes something carries its sender's token. Raises StaleForm.

    The token is a field of the form or the header ``TOKEN_HEADER``.
    """
    if request.method in ("GET", "HEAD"):
        return
    token = request.headers.get(TOKEN_HEADER, "")
    if not token:
        token = str((await request.form()).get(TOKEN_FIELD, ""))
    if not guarded(visitor_of(request).session, token):
        await request.close()  # of files that came with it
        raise StaleForm
