"""Chores in the background: one at a time, told how far and how they ended."""

from __future__ import annotations

import logging
import threading

import pytest

from bot.chores import Chores, State
from kb.errors import BusyError, StoreError
from kb.stores import Progress


def test_a_chore_tells_how_far_it_is_and_what_came_of_it() -> None:
    chores = Chores()
    go_on, is_there = threading.Event(), threading.Event()

    def work(progress: Progress) -> str:
        progress("encode", 3, 10)
        is_there.set()
        assert go_on.wait(10)
        return "good"

    assert chores.get("repair") is None
    chores.start("repair", "li", work)
    assert is_there.wait(10)
    at_work = chores.get("repair")
    assert at_work is not None
    assert (at_work.state, at_work.done, at_work.total) == (State.RUNNING, 3, 10)
    for name in ("repair", "backup"):
        with pytest.raises(BusyError, match="后台"):
            chores.start(name, "wang", lambda progress: None)
    go_on.set()
    over = chores.wait("repair", 10)
    assert over is not None
    assert (over.state, over.result, over.who, over.error) == (State.DONE, "good", "li", None)
    assert over.until is not None
    chores.start("backup", "wang", lambda progress: 1)
    assert chores.wait("backup", 10) != over


def test_a_chore_that_fails_says_why(caplog: pytest.LogCaptureFixture) -> None:
    chores = Chores()

    def full(progress: Progress) -> None:
        raise StoreError("磁盘满了。", "The disk is full.")

    def broken(progress: Progress) -> None:
        raise ZeroDivisionError("/".join(["secret", "text"]))

    chores.start("a", "li", full)
    failed = chores.wait("a", 10)
    assert failed is not None
    assert (failed.state, failed.error) == (State.FAILED, ("磁盘满了。", "The disk is full."))
    with caplog.at_level(logging.ERROR):
        chores.start("b", "li", broken)
        failed = chores.wait("b", 10)
    assert failed is not None
    assert failed.error is not None
    assert "意外错误" in failed.error[0]
    assert "secret/text" not in caplog.text
    assert "broken" in caplog.text
