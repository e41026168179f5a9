"""Logging in through an identity provider: OpenID Connect, authorization code with PKCE.

Authlib does the protocol, joserfc the signatures. What is believed is the ID token alone: signed by
a key of the provider, made for us, for this very login (nonce), and not over. A claim of it says
which role somebody has; who has none of ours is not let in. The client's secret is in the settings
and in the request to the provider, and nowhere else.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from kb.errors import AccountError, SettingsError
from kb.models import Role
from kb.settings import Settings

_SIGNED = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
"""With the provider's private key only: a token signed with a shared secret proves nothing."""
_SECONDS = 10.0
_LEEWAY = 60  # seconds two clocks may differ


@dataclass(frozen=True, slots=True)
class Provider:
    """Where an identity provider does what."""

    issuer: str
    authorize: str
    token: str
    keys: str


@dataclass(frozen=True, slots=True)
class Begun:
    """A login that has begun: where to send the browser, and what must come back."""

    url: str
    state: str
    nonce: str
    verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who logged in: the provider's lasting name for them, the name to show, the role."""

    subject: str
    name: str
    role: Role


def discover(settings: Settings) -> Provider:
    """Ask the provider where it does what (OpenID Connect Discovery 1.0).

    Raises SettingsError when Authlib is not installed, AccountError when the provider does not
    answer or is not the one that was asked for.
    """
    _need_authlib()
    issuer = settings.oidc_issuer.rstrip("/")
    told = _get(f"{issuer}/.well-known/openid-configuration")
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    places = [str(told.get(name) or "") for name in names]
    if str(told.get("issuer", "")).rstrip("/") != issuer or not all(map(_is_safe, places)):
        raise _unusable()
    return Provider(str(told["issuer"]), *places)


def begin(provider: Provider, settings: Settings, back: str) -> Begun:
    """Begin a login; the provider sends the browser to ``back`` afterwards."""
    nonce, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    with _client(settings, back) as client:
        url, state = client.create_authorization_url(
            provider.authorize, code_verifier=verifier, nonce=nonce
        )
    return Begun(url, state, nonce, verifier)


def finish(
    provider: Provider, settings: Settings, back: str, code: str, nonce: str, verifier: str
) -> Identity:
    """Turn the code that came back into who it is.

    Raises AccountError when the provider refuses the code, the token is not to be believed, or it
    gives no role.
    """
    try:
        with _client(settings, back) as client:
            token = client.fetch_token(
                provider.token, code=code, code_verifier=verifier, grant_type="authorization_code"
            )
    except Exception as error:  # Authlib, httpx and json raise their own kinds
        raise _unusable() from error
    claims = _proven(str(token.get("id_token", "")), provider, settings.oidc_client_id, nonce)
    name = claims.get("preferred_username") or claims.get("email") or claims["sub"]
    role = role_of(claims, settings)
    return Identity(f"{provider.issuer}|{claims['sub']}", str(name), role)


def role_of(claims: dict[str, Any], settings: Settings) -> Role:
    """The role a token gives. Raises AccountError when it gives none."""
    found = claims.get(settings.oidc_role_claim)
    values = {str(v) for v in found} if isinstance(found, list) else {str(found)}
    if settings.oidc_admin in values:
        return Role.ADMIN
    if settings.oidc_cadre in values:
        return Role.CADRE
    raise AccountError(
        "您的单位账号没有本系统的权限。请联系管理员开通。",
        "Your organisation's account has no role here. Ask an admin for one.",
    )


def _proven(id_token: str, provider: Provider, client_id: str, nonce: str) -> dict[str, Any]:
    """The claims of a token that may be believed (OpenID Connect Core 1.0, section 3.1.3.7)."""
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    try:
        keys = KeySet.import_key_set(_get(provider.keys))  # type: ignore[arg-type]
        claims = jwt.decode(id_token, keys, algorithms=_SIGNED).claims
        jwt.JWTClaimsRegistry(
            leeway=_LEEWAY,
            iss={"essential": True, "value": provider.issuer},
            aud={"essential": True, "value": client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        ).validate(claims)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise _unusable() from error
    if claims.get("azp", client_id) != client_id:
        raise _unusable()
    return dict(claims)


def _client(settings: Settings, back: str) -> Any:
    from authlib.integrations.httpx_client import OAuth2Client

    return OAuth2Client(
        settings.oidc_client_id,
        settings.oidc_client_secret.get_secret_value(),
        scope=settings.oidc_scope,
        redirect_uri=back,
        code_challenge_method="S256",
        timeout=_SECONDS,
        trust_env=False,
    )


def _get(url: str) -> dict[str, Any]:
    import httpx

    try:
        with httpx.Client(timeout=_SECONDS, trust_env=False) as client:
            told = client.get(url).raise_for_status().json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise _unusable() from error
    if not isinstance(told, dict):
        raise _unusable()
    return told


def _is_safe(url: str) -> bool:
    """Whether an address may be sent secrets: encrypted, or on this machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (
        parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1", "localhost")
    )


def _need_authlib() -> None:
    try:
        import authlib  # noqa: F401
        import joserfc  # noqa: F401
    except ImportError as error:
        raise SettingsError(
            "设置了 KB_OIDC_ISSUER，但没有安装 Authlib。请运行 pip install '.[oidc]'，"
            "或去掉该设置。",
            "KB_OIDC_ISSUER is set but Authlib is not installed. Run pip install '.[oidc]', or "
            "remove the setting.",
        ) from error


def _unusable() -> AccountError:
    return AccountError(
        "单位账号登录没有成功：身份服务没有应答，或者它的应答不可信。请再试一次，"
        "仍不行请联系管理员。",
        "The login with your organisation's account failed: its service did not answer, or its "
        "answer cannot be trusted. Try again; if it fails again, ask an admin.",
    )
