"""What a request tells of where it comes from: address, host, encryption, cookies.

Behind a proxy the ``X-Forwarded-*`` headers say so. They are believed only if the setting says that
there is one; of several addresses the last counts, which the proxy itself has added.
"""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from starlette.types import Scope


def header(scope: Scope, name: str) -> str:
    """The value of a header, empty when there is none."""
    wanted = name.lower().encode()
    return b", ".join(v for k, v in scope["headers"] if k == wanted).decode("latin-1")


def cookie(scope: Scope, name: str) -> str:
    """The value of a cookie, empty when there is none."""
    raw = b"; ".join(value for key, value in scope["headers"] if key == b"cookie")
    try:
        found = SimpleCookie(raw.decode("latin-1")).get(name)
    except CookieError:
        return ""
    return found.value if found is not None else ""


def address_of(scope: Scope, behind_proxy: bool) -> str:
    """The address a request comes from."""
    forwarded = header(scope, "x-forwarded-for") if behind_proxy else ""
    if forwarded:
        return forwarded.rpartition(",")[2].strip()
    client = scope.get("client")
    return str(client[0]) if client else ""


def is_encrypted(scope: Scope, behind_proxy: bool) -> bool:
    """Whether the browser talks TLS, to us or to the proxy."""
    forwarded = header(scope, "x-forwarded-proto") if behind_proxy else ""
    return (forwarded or str(scope.get("scheme", ""))).lower() == "https"


def host_of(scope: Scope, behind_proxy: bool) -> str:
    """The host (and port) the browser asked for."""
    forwarded = header(scope, "x-forwarded-host") if behind_proxy else ""
    return (forwarded or header(scope, "host")).lower()


def base_url(scope: Scope, behind_proxy: bool) -> str:
    """The address of the site as the browser sees it, without a path."""
    scheme = "https" if is_encrypted(scope, behind_proxy) else "http"
    return f"{scheme}://{host_of(scope, behind_proxy)}"


def is_from_elsewhere(scope: Scope, behind_proxy: bool, known: bool) -> bool:
    """Whether a page of another site may have sent this request.

    Browsers name the page's origin with everything but plain GETs. Without it a request comes from
    a program, which is believed unless it comes with somebody's login (``known``).
    """
    origin = header(scope, "origin")
    if origin:
        return urlsplit(origin).netloc.lower() != host_of(scope, behind_proxy)
    site = header(scope, "sec-fetch-site")
    return site not in ("same-origin", "none") if site or known else False
