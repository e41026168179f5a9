"""What is kept of a secret that somebody else holds."""

from __future__ import annotations

from hashlib import sha256


def hashed(secret: str) -> str:
    """SHA-256 in hex digits: enough for what is random or only counted; passwords take argon2."""
    return sha256(secret.encode("utf-8", "replace")).hexdigest()
