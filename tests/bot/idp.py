"""A small real identity provider on loopback that logs in whoever comes."""

from __future__ import annotations

import threading
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlencode

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from bot.web.app import listen

CLIENT, SECRET = "kb", "the-clients-secret"


@dataclass
class Idp:
    """An identity provider that logs in whoever comes, as ``claims`` say."""

    issuer: str = ""
    key: Any = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1"}))
    signs_with: Any = None
    claims: dict[str, Any] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def reset(self) -> None:
        self.signs_with, self.told = self.key, {}
        self.claims = {"sub": "7", "preferred_username": "Zhao.Min", "groups": ["x", "kb-cadre"]}

    def token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 60, "nonce": nonce}
        claims |= self.claims
        algorithm = "HS256" if isinstance(self.signs_with, OctKey) else "RS256"
        return jwt.encode(
            {"alg": algorithm, "kid": "1"}, claims, self.signs_with, algorithms=[algorithm]
        )


def app_of(idp: Idp) -> FastAPI:
    app = FastAPI()

    @app.get("/.well-known/openid-configuration")
    def discovery() -> dict[str, Any]:
        return {
            "issuer": idp.issuer, "authorization_endpoint": idp.issuer + "/authorize",
            "token_endpoint": idp.issuer + "/token", "jwks_uri": idp.issuer + "/keys",
        } | idp.told  # fmt: skip

    @app.get("/authorize")
    def authorize(request: Request) -> Response:
        asked = dict(request.query_params)
        assert asked["client_id"] == CLIENT
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = f"code{len(idp.codes)}"
        idp.codes[code] = asked
        back = urlencode({"code": code, "state": asked["state"]})
        return RedirectResponse(f"{asked['redirect_uri']}?{back}")

    @app.post("/token")
    async def token(request: Request) -> Response:
        sent = {k: v[0] for k, v in parse_qs((await request.body()).decode()).items()}
        asked = idp.codes.pop(sent.get("code", ""), None)
        scheme, _, credentials = request.headers["authorization"].partition(" ")
        assert (scheme, b64decode(credentials).decode()) == ("Basic", f"{CLIENT}:{SECRET}")
        challenge = sha256(sent["code_verifier"].encode()).digest()
        proven = asked and asked["code_challenge"] == (
            urlsafe_b64encode(challenge).rstrip(b"=").decode()
        )
        if not asked or not proven or asked["redirect_uri"] != sent["redirect_uri"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        told = {"access_token": "a", "token_type": "Bearer", "id_token": idp.token(asked["nonce"])}
        return JSONResponse(told)

    @app.get("/keys")
    def keys() -> dict[str, Any]:
        return {"keys": [idp.key.as_dict(private=False)]}

    return app


@contextmanager
def identity_provider() -> Iterator[Idp]:
    """A running one; its settings are those of ``settings_for``."""
    idp = Idp()
    idp.reset()
    server = uvicorn.Server(uvicorn.Config(app_of(idp), log_config=None))
    with listen("127.0.0.1", 0) as listening:
        idp.issuer = f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread = threading.Thread(target=lambda: server.run(sockets=[listening]), daemon=True)
        thread.start()
        yield idp
        server.should_exit = True
        thread.join(30)


def settings_for(idp: Idp) -> dict[str, Any]:
    """The settings of a site that lets people log in there."""
    return {"oidc_issuer": idp.issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET}
