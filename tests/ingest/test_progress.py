"""Rate and remaining time, from made-up runs."""

from __future__ import annotations

from itertools import pairwise

import pytest

from ingest.progress import Event, Pace, pace


def run(rates: list[float], files: int = 100, per_file: int = 20) -> list[Pace]:
    """The pace of a run that does so many passages in each second."""
    going: Pace | None = None
    told, done = [], 0.0
    for second, rate in enumerate([0.0, *rates]):
        done += rate
        read = min(files, int(done // per_file) + 5)
        event = Event(
            files=files, files_done=int(done // per_file), read=read, to_read=files,
            passages_done=int(done), passages=read * per_file,
        )  # fmt: skip
        going = pace(going, event, float(second))
        told.append(going)
    return told


def test_a_steady_run_is_told_as_it_is() -> None:
    told = run([60.0] * 20)
    assert told[0] == Pace(0.0)
    assert told[0].left is None
    for second, now in enumerate(told[1:], 1):
        assert now.rate == pytest.approx(60)
        assert now.left == pytest.approx((2000 - 60 * second) / 60)


def test_a_jump_is_smoothed() -> None:
    told = run([60.0] * 10 + [0.0] * 5 + [60.0] * 5)
    rates = [now.rate or 0 for now in told[1:]]
    assert all(abs(b - a) < 4 for a, b in pairwise(rates))
    assert 40 < min(rates) < 60
    assert max(rates) <= 60.001


def test_nothing_is_foretold_before_anything_is_done() -> None:
    first = pace(None, Event(files=3, to_read=3), 0.0)
    assert (first.rate, first.left) == (None, None)
    reading = pace(first, Event(files=3, to_read=3, file="扫描件.pdf", page=2, pages=9), 30.0)
    assert (reading.rate, reading.left) == (None, None)


def test_events_in_quick_succession_do_not_make_a_rate() -> None:
    going = pace(None, Event(files=2, to_read=2), 0.0)
    for n in range(50):
        going = pace(
            going, Event(files=2, to_read=2, read=1, passages=80, passages_done=n), n / 1e4
        )
    assert going.rate is None
    assert pace(going, Event(files=2, to_read=2, read=1, passages=80, passages_done=50), 1.0).rate


def test_the_end_is_the_end() -> None:
    going = pace(None, Event(files=1, to_read=1, read=1, passages=9), 0.0)
    done = Event(files=1, files_done=1, to_read=1, read=1, passages=9, passages_done=9)
    assert pace(going, done, 2.0).left == 0.0
