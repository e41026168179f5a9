"""``kb ingest --server``: files are sent to a running server, which takes them in."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from ingest.files import find_files
from ingest.outcome import Outcome, Result
from kb.errors import KbError, NotFound
from kb.models import Audience, Kind

KEY = "KB_API_KEY"
"""Where the environment holds the secret of an admin's key."""
MOST_FILES = 50
MOST_BYTES = 50_000_000
"""Files and bytes of one request; one file is always let through."""
_TOLD = 3
"""Parts of a path that are sent as its name."""
_POLL = 0.5
_SECONDS = 600.0

OnSent = Callable[[int, int], None]
"""``on_sent(done, total)`` files."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """Files that are sent together: where each lies, and its name with the folders that tell what
    it is.
    """

    files: tuple[tuple[Path, str], ...]


def parcels(paths: Sequence[Path]) -> list[Parcel]:
    """The files meant by paths, packed for sending: those called alike go together, as the server
    tells them by their folders only within one job.

    Raises ReadError for a path that does not exist.
    """
    found = [source.path for source in find_files(paths)]
    alike = [list(group) for _, group in groupby(sorted(found, key=_name), _name)]
    made: list[Parcel] = []
    part: list[Path] = []
    for group in alike:
        if part and (len(part) + len(group) > MOST_FILES or _size(part + group) > MOST_BYTES):
            made.append(_parcel(part))
            part = []
        part += group
    return [*made, _parcel(part)] if part else made


def _name(path: Path) -> str:
    return path.name


def _size(paths: Sequence[Path]) -> int:
    return sum(path.stat().st_size for path in paths)


def _parcel(paths: Sequence[Path]) -> Parcel:
    return Parcel(tuple((path, "/".join(path.absolute().parts[-_TOLD:])) for path in paths))


def send(
    url: str,
    key: str,
    packed: Sequence[Parcel],
    kind: Kind | None = None,
    audience: Audience | None = None,
    on_sent: OnSent | None = None,
) -> list[Outcome]:
    """Send the files and wait until the server has taken them in; what became of each. ``kind``
    and ``audience`` are for files that do not say.

    Raises KbError: the server cannot be reached, or says why not (a wrong key, a file too large).
    """
    import httpx

    outcomes: list[Outcome] = []
    total = sum(len(parcel.files) for parcel in packed)
    asked = {"kind": kind, "audience": audience}
    query = {name: value.value for name, value in asked.items() if value is not None}
    headers = {"authorization": f"Bearer {key}", "accept": "application/json"}
    with httpx.Client(base_url=url.rstrip("/"), headers=headers, timeout=_SECONDS) as client:
        for parcel in packed:
            job = _asked(lambda p=parcel: _post(client, p, query), url)  # type: ignore[misc]
            while job["state"] in ("waiting", "running"):
                time.sleep(_POLL)
                address = f"/api/jobs/{job['job_id']}"
                job = _asked(lambda a=address: client.get(a), url)  # type: ignore[misc]
            if job["error"] is not None:
                raise KbError(job["error"]["zh"], job["error"]["en"])
            outcomes += [_outcome(values) for values in job["outcomes"]]
            if on_sent is not None:
                on_sent(len(outcomes), total)
    return outcomes


def _post(client: Any, parcel: Parcel, query: dict[str, str]) -> Any:
    with ExitStack() as stack:
        files = [
            ("files", (name, stack.enter_context(path.open("rb")))) for path, name in parcel.files
        ]
        return client.post("/api/documents", params=query, files=files)


def _asked(ask: Callable[[], Any], url: str) -> dict[str, Any]:
    """What the server answers. Raises KbError with its own words, or that it is not there."""
    import httpx

    try:
        response = ask()
        values: dict[str, Any] = response.json()
    except (httpx.HTTPError, ValueError, httpx.InvalidURL) as error:
        raise KbError(
            f"连不上 {url}（{error}）。请确认 kb serve 正在运行、地址无误。",
            f"Cannot reach {url} ({error}). Make sure kb serve is running there.",
        ) from error
    if response.status_code >= httpx.codes.BAD_REQUEST:
        told = values.get("error") or {}
        code = response.status_code
        raise KbError(
            told.get("zh") or f"服务返回错误 {code}。请稍后再试。",
            told.get("en") or f"The server answered {code}. Try again later.",
        )
    return values


def _outcome(values: dict[str, Any]) -> Outcome:
    return Outcome(
        Path(values["name"]),
        values["name"],
        Result(values["result"]),
        values["document_id"],
        zh=values["zh"],
        en=values["en"],
    )


def key_of(ask: Callable[[], str]) -> str:
    """The secret of an admin's key: of the environment, else asked for on the terminal.

    Raises NotFound when there is none.
    """
    key = os.environ.get(KEY, "").strip() or ask().strip()
    if not key:
        raise NotFound(
            f"没有密钥。请让管理员用 kb keys add 名称 --role admin 或网页 /admin/keys 新建一个，"
            f"放进环境变量 {KEY}，或在提示时输入。",
            f"There is no key. Have an admin make one with kb keys add NAME --role admin, or at "
            f"/admin/keys; put it into {KEY}, or type it when asked.",
        )
    return key
