"""No key, password or token of anything real is in the repository."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PATTERNS = {
    "a private key": re.compile(rb"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----"),
    "a cloud key": re.compile(rb"\b(?:AKIA|ASIA|LTAI|AKID)[0-9A-Za-z]{12,}\b"),
    "a token of a code host": re.compile(rb"\b(?:gh[pousr]_|glpat-)[0-9A-Za-z_-]{20,}"),
    "a key of a model service": re.compile(rb"\bsk-(?:proj-)?[0-9A-Za-z]{20,}"),
    "a token of a chat service": re.compile(rb"\bxox[abpr]-[0-9A-Za-z-]{10,}"),
    "a login in an address": re.compile(
        rb"\b(?:https?|postgresql|redis)://[^\s/:@{}$]+:[^\s/@{}$]{6,}@[\w-]+\."
    ),
    "a web token": re.compile(
        rb"\beyJ[0-9A-Za-z_-]{10,}\.eyJ[0-9A-Za-z_-]{10,}\.[0-9A-Za-z_-]{10,}"
    ),
}
BINARY = {".npz", ".png", ".webp", ".pdf", ".docx", ".xlsx", ".xz", ".ico"}


def tracked() -> list[Path]:
    """The repository's own files."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, check=True,
    ).stdout  # fmt: skip
    files = [ROOT / name.decode() for name in listed.split(b"\0") if name]
    return [f for f in files if f.is_file() and f.suffix not in BINARY]


@pytest.mark.parametrize("what", PATTERNS)
def test_no_secret_is_in_any_file(what: str) -> None:
    found = [
        f"{file.relative_to(ROOT)}: {match[0][:12]!r}…"
        for file in tracked()
        for match in PATTERNS[what].finditer(file.read_bytes())
    ]
    assert not found


def test_a_secret_would_be_seen() -> None:
    samples = {
        "a private key": b"-----BEGIN RSA " + b"PRIVATE KEY-----",
        "a cloud key": b"AKIA" + b"ABCDEFGHIJKLMNOP",
        "a key of a model service": b"sk-" + b"a1" * 12,
        "a login in an address": b"https://kb:" + b"geheim99@example.com/",
    }
    assert all(PATTERNS[what].search(sample) for what, sample in samples.items())
