"""Many users asking at once: does everybody get an answer, their own, in time?

``python -m evals.load [--users 50] [--minutes 2]`` starts ``kb serve`` on loopback over ``corpus/``
(or over the data folder given), asks as one user, then as all of them at once, without pause,
until the time is over. Four of five users post to ``/api/ask``; every fifth is on the page, in
Gradio's queue, and keeps a conversation. Questions are those of the gold set's dev split, each with
the asker's mark. Prints JSON: milliseconds of one user and of all (median, 95th percentile), the
bound (3 x the single median x users for each core) and whether it was kept, what went wrong, how
often somebody was shown what somebody else had asked, and the server's memory. Exit status 1 when
anything went wrong.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from evals.dataset import load_set
from evals.page_user import Page, PageUser, read_page
from kb.encoder import cores

GOLD = Path("evals/gold")
CORPUS = Path("corpus")
MOST_USERS, MOST_MINUTES = 200, 10.0
ALONE = 40
"""Questions of the single user, as many again on the page."""
PAGE_EVERY = 5
TURNS = 6
"""Questions of one conversation on the page; then the user opens a new one."""
TIMES = 3.0
"""The bound: so many times the single median, for each user a core has."""
PATIENCE = 120.0
"""Seconds after which a question counts as lost."""
_MARK = re.compile(r"⟦(\d+)⟧")


@dataclass(slots=True)
class Record:
    """What became of the questions of one phase; times in milliseconds."""

    api: list[float] = field(default_factory=list)
    page: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    mixed: int = 0

    @property
    def times(self) -> list[float]:
        """Of both ways."""
        return self.api + self.page


@contextmanager
def running(data: Path) -> Iterator[tuple[str, int]]:
    """The address and process number of a ``kb serve`` over a data folder."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "bot.cli", "serve", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--data", str(data), "--corpus", str(CORPUS)]
    unlimited = os.environ | {"KB_LIMIT_ADDRESS": "0"}  # all users here have one address
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=unlimited)  # noqa: S603  (our own program)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address, server)
        yield address, server.pid
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 600
    while time.monotonic() < until and server.poll() is None:
        try:
            httpx.get(f"{address}/api/health", trust_env=False, timeout=5)
        except httpx.HTTPError:
            time.sleep(0.5)
        else:
            return
    sys.exit("kb serve did not start; see its message above.")


async def ask_api(
    client: httpx.AsyncClient, question: str, mark: int, record: Record | None
) -> None:
    """One question through the interface."""
    began = time.perf_counter()
    reply = await client.post("/api/ask", json={"question": question})
    took = (time.perf_counter() - began) * 1000
    if record is None:
        return
    if reply.status_code != 200:
        record.errors[f"{reply.status_code} {reply.text[:120]}"] += 1
        return
    record.api.append(took)
    record.mixed += reply.json()["question"] != question or _foreign(reply.text, mark)


async def ask_page(user: PageUser, question: str, mark: int, record: Record | None) -> None:
    """One question on the page; the time is that until the answer, as its reader has it."""
    began = time.perf_counter()
    shown = await user.ask(question)
    took = (time.perf_counter() - began) * 1000
    await user.go_on()
    if record is not None:
        record.page.append(took)
        record.mixed += str(mark) not in _MARK.findall(shown) or _foreign(shown, mark)


def _foreign(text: str, mark: int) -> bool:
    """Whether a text holds the mark of somebody else."""
    return any(found != str(mark) for found in _MARK.findall(text))


async def user(
    address: str,
    page: Page | None,
    questions: Sequence[str],
    mark: int,
    until: float,
    most: int,
    record: Record | None,
) -> None:
    """Ask one question after the other until the time is over or there were ``most``."""
    async with httpx.AsyncClient(base_url=address, trust_env=False, timeout=PATIENCE) as client:
        on_page = PageUser(client, page) if page is not None else None
        for n in count():
            if n == most or time.monotonic() >= until:
                return
            question = f"{questions[(mark * 7 + n) % len(questions)]}⟦{mark}⟧"
            try:
                if on_page is None or page is None:
                    await ask_api(client, question, mark, record)
                else:
                    if n % TURNS == 0:
                        on_page = PageUser(client, page)
                    await ask_page(on_page, question, mark, record)
            except (httpx.HTTPError, RuntimeError, ValueError) as error:
                if record is not None:
                    record.errors[f"{type(error).__name__} {error}"[:200]] += 1


async def measure(
    address: str, questions: Sequence[str], users: int, seconds: float, single: int = ALONE
) -> tuple[Record, Record, float]:
    """Both phases over a running server: what one user met in ``single`` questions each way, what
    all met, and how many seconds that took.
    """
    async with httpx.AsyncClient(base_url=address, trust_env=False) as client:
        page = read_page((await client.get("/config")).json())
    forever = time.monotonic() + 3600
    for way in (None, page):  # warm: models, caches, compiled patterns
        await user(address, way, questions, 0, forever, min(5, single), None)
    alone, together = Record(), Record()
    for way in (None, page):
        await user(address, way, questions, 1, forever, single, alone)
    began = time.monotonic()
    await asyncio.gather(
        *(
            user(
                address,
                page if mark % PAGE_EVERY == 0 else None,
                questions,
                mark,
                began + seconds,
                -1,
                together,
            )
            for mark in range(100, 100 + users)
        )
    )
    return alone, together, time.monotonic() - began


def summary(alone: Record, together: Record, took: float, users: int) -> dict[str, Any]:
    """The figures; see the module's text."""
    bound = TIMES * float(np.median(alone.api)) * max(1.0, users / cores())
    p95 = float(np.percentile(together.times, 95)) if together.times else float("inf")
    return {
        "cores": cores(),
        "users": users,
        "seconds": round(took, 1),
        "one user, ms": {"api": _two(alone.api), "page": _two(alone.page)},
        "all users, ms": {
            "api": _two(together.api),
            "page": _two(together.page),
            "every": _two(together.times),
        },
        "questions": len(together.times),
        "questions a second": round(len(together.times) / took, 1),
        "bound, ms": round(bound, 1),
        "p95 to bound": round(p95 / bound, 2),
        "errors": dict((alone.errors + together.errors).most_common(10)),
        "mixed": alone.mixed + together.mixed,
        "kept": p95 < bound and not (alone.errors or together.errors)
        and not (alone.mixed or together.mixed),
    }  # fmt: skip


def _two(times: Sequence[float]) -> dict[str, float]:
    if not times:
        return {}
    found = np.percentile(times, [50, 95, 100])
    return dict(zip(("median", "p95", "longest"), (round(float(v), 1) for v in found), strict=True))


def memory(pid: int) -> dict[str, float]:
    """Megabytes a process holds and has held at most."""
    told = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    found = dict(re.findall(r"^(VmRSS|VmHWM):\s+(\d+) kB", told, re.M))
    return {"now": int(found["VmRSS"]) // 1024, "peak": int(found["VmHWM"]) // 1024}


def main() -> int:
    """Run both phases and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=2.0)
    parser.add_argument("--data", type=Path, help="a data folder; default: a fresh one")
    chosen = parser.parse_args()
    users = min(max(1, chosen.users), MOST_USERS)
    seconds = 60 * min(max(0.05, chosen.minutes), MOST_MINUTES)
    questions = [i.question for i in load_set(GOLD).items if i.extra.get("split") == "dev"]
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as made:
        data = chosen.data or Path(made) / "data"
        with running(data) as (address, pid):
            alone, together, took = asyncio.run(measure(address, questions, users, seconds))
            held = memory(pid)
    found = summary(alone, together, took, users)
    found |= {"server's memory, MB": held, "load of the machine before": round(load, 1)}
    sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=2) + "\n")
    return 0 if found["kept"] else 1


if __name__ == "__main__":
    sys.exit(main())
