"""How fast the chat is for who looks at it: first paint, and the answer after Enter.

``python -m evals.page_speed [--visits 5] [--questions 12]`` starts ``kb serve`` on loopback over
``corpus/`` (or over the data folder given) and opens it in real Chromium. Prints JSON in
milliseconds: first contentful paint and when the question can be typed, of visits with an empty
cache and of later ones, with requests and kilobytes; from the key Enter to the answer in the page,
beside what the engine itself takes for the same question in the same run (through ``/api/ask``,
asked right before and right after; the smaller counts), and what the page adds to it. Exit status
1 when a bound is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from evals.dataset import load_set
from evals.load import GOLD, running

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--lang=zh-CN")
PAINT, ANSWER, ADDED = 1500.0, 500.0, 150.0
"""Bounds: first paint with an empty cache, Enter to answer, what the page adds to the engine."""
_SETTLE = 1000.0  # a page keeps a stream open, so its network is never idle

_VISIT = """() => {
  const paint = performance.getEntriesByName('first-contentful-paint')[0];
  const files = performance.getEntriesByType('resource');
  return {
    paint: paint ? paint.startTime : null,
    requests: files.length + 1,
    bytes: files.reduce((sum, f) => sum + f.transferSize, 0),
  };
}"""
_WATCH = """() => {
  const answers = () => document.querySelectorAll('#thread .answer, #thread [role=alert]').length;
  const before = answers();
  window.kbSent = window.kbSeen = 0;
  document.addEventListener('keydown', () => { window.kbSent ||= performance.now(); },
    { capture: true, once: true });
  const watch = new MutationObserver(() => {
    if (answers() <= before) return;
    watch.disconnect();
    requestAnimationFrame(() => { window.kbSeen = performance.now(); });
  });
  watch.observe(document.querySelector('#thread'), { childList: true, subtree: true });
}"""


def visit(browser: Any, address: str, again: int) -> list[dict[str, float]]:
    """One visitor comes with an empty cache, then ``again`` times more; a reading of each."""
    found = []
    context = browser.new_context(viewport={"width": 1360, "height": 860}, locale="zh-CN")
    tab = context.new_page()
    for _ in range(1 + again):
        tab.goto(address)
        tab.locator("#question textarea").wait_for()
        ready = tab.evaluate("performance.now()")
        tab.wait_for_timeout(_SETTLE)
        found.append(tab.evaluate(_VISIT) | {"ready": ready})
    context.close()
    return found


def engine_time(address: str, question: str) -> float:
    """Milliseconds the engine takes for a question, by its own clock."""
    reply = httpx.post(
        f"{address}/api/ask", json={"question": question}, timeout=60, trust_env=False
    )
    reply.raise_for_status()
    return float(sum(reply.json()["timings"].values()))


def page_time(tab: Any, question: str) -> float:
    """Milliseconds from Enter until the answer is in the page."""
    box = tab.locator("#question textarea")
    box.fill(question)
    tab.evaluate(_WATCH)
    box.press("Enter")
    tab.wait_for_function("window.kbSeen > 0", timeout=60_000)
    took = float(tab.evaluate("window.kbSeen - window.kbSent"))
    tab.wait_for_timeout(_SETTLE)  # questions to go on with
    return took


def measure(address: str, visits: int, questions: Sequence[str]) -> dict[str, Any]:
    """The figures over a running server; see the module's text."""
    from playwright.sync_api import sync_playwright

    cold: list[dict[str, float]] = []
    warm: list[dict[str, float]] = []
    answers: list[tuple[float, float]] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        visit(browser, address, 0)  # the browser itself has started by then
        for _ in range(visits):
            first, second = visit(browser, address, 1)
            cold.append(first)
            warm.append(second)
        for question in questions:
            context = browser.new_context(viewport={"width": 1360, "height": 860}, locale="zh-CN")
            tab = context.new_page()
            tab.goto(address)
            tab.locator("#thread .welcome").wait_for()
            tab.wait_for_timeout(_SETTLE)
            engine_time(address, question)  # its sentences are read for the first time
            before = engine_time(address, question)
            seen = page_time(tab, question)
            answers.append((seen, min(before, engine_time(address, question))))
            context.close()
        browser.close()
    seen_all, engine = np.array(answers).T
    return {
        "first visit": _visits(cold),
        "later visit": _visits(warm),
        "enter to answer, ms": _spread(seen_all),
        "engine, ms": _spread(engine),
        "page adds, ms": _spread(seen_all - engine),
    }


def _visits(found: Sequence[dict[str, float]]) -> dict[str, Any]:
    return {
        "first paint, ms": _spread(np.array([v["paint"] for v in found])),
        "ready, ms": _spread(np.array([v["ready"] for v in found])),
        "requests": int(np.median([v["requests"] for v in found])),
        "kB": round(float(np.median([v["bytes"] for v in found])) / 1024),
    }


def _spread(values: Any) -> dict[str, float]:
    return {"median": round(float(np.median(values))), "most": round(float(np.max(values)))}


def main() -> int:
    """Measure and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visits", type=int, default=5)
    parser.add_argument("--questions", type=int, default=12)
    parser.add_argument("--data", type=Path, help="a data folder; default: a fresh one")
    chosen = parser.parse_args()
    items = [i for i in load_set(GOLD).items if i.extra.get("split") == "dev" and i.answerable]
    step = max(1, len(items) // chosen.questions)
    questions = [i.question for i in items[::step]][: chosen.questions]
    load = os.getloadavg()[0]
    with (
        tempfile.TemporaryDirectory() as made,
        running(chosen.data or Path(made) / "data") as (address, _),
    ):
        found = measure(address, chosen.visits, questions)
    found["kept"] = {
        "first paint": found["first visit"]["first paint, ms"]["median"] < PAINT,
        "answer": found["enter to answer, ms"]["median"] < ANSWER,
        "page adds": found["page adds, ms"]["median"] <= ADDED,
    }
    found["load of the machine before"] = round(load, 1)
    sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=2) + "\n")
    return 0 if all(found["kept"].values()) else 1


if __name__ == "__main__":
    sys.exit(main())
