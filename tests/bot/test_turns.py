"""Questions take turns: as many at once as there are places, in order, and not without end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from bot.turns import Turns
from kb.errors import CrowdError


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end
        time.sleep(0.002)


def test_never_more_at_once_than_places() -> None:
    turns, inside, most = Turns(2), [0], [0]
    changing = threading.Lock()

    def ask() -> None:
        for _ in range(20):
            with turns:
                with changing:
                    inside[0] += 1
                    most[0] = max(most[0], inside[0])
                time.sleep(0.0005)
                with changing:
                    inside[0] -= 1

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most[0] == 2
    assert turns.waiting == 0


def test_who_came_first_goes_first() -> None:
    turns, order = Turns(1), []

    def ask(n: int) -> None:
        with turns:
            order.append(n)

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(12)]
    with turns:
        for n, thread in enumerate(threads):
            thread.start()
            until(lambda n=n: turns.waiting == n + 1)  # type: ignore[misc]
    for thread in threads:
        thread.join()
    assert order == list(range(12))


def test_too_many_are_told_to_come_back_and_a_failure_gives_its_place_on() -> None:
    turns = Turns(1, most_waiting=0)
    told = []

    def ask() -> None:
        try:
            with turns:
                told.append("in")
        except CrowdError as error:
            told.append(error.en)

    def ask_elsewhere() -> None:
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()

    def fail() -> None:
        with turns:
            with turns:  # a question within a question has its place already
                ask_elsewhere()
            raise ValueError("x")

    with pytest.raises(ValueError, match="x"):
        fail()
    ask_elsewhere()
    assert "Try again in a minute" in told[0]
    assert told[1:] == ["in"]
