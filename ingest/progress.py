"""How far a run is, how fast, and how long it may still take."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

SMOOTHING = 20.0
"""Seconds over which the rate is smoothed: batches and long files make it jump."""
_SHORTEST = 0.5


@dataclass(frozen=True, slots=True)
class Event:
    """How far a run is.

    ``files_done`` of ``files`` are settled; ``read`` of ``to_read`` have been read, the others are
    unchanged. ``passages_done`` of the ``passages`` known so far are encoded. ``size_done`` of
    ``size`` bytes belong to settled files. ``file`` is being read: ``page`` of its ``pages``.
    """

    files_done: int = 0
    files: int = 0
    read: int = 0
    to_read: int = 0
    passages_done: int = 0
    passages: int = 0
    size_done: int = 0
    size: int = 0
    file: str = ""
    page: int = 0
    pages: int = 0


OnEvent = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class Pace:
    """At ``at`` (seconds of any clock) so many passages were done; ``rate`` a second, smoothed, is
    None until there is one; ``left`` are the seconds that may remain, None when nobody can tell.
    """

    at: float
    passages: int = 0
    rate: float | None = None
    left: float | None = None


def pace(before: Pace | None, event: Event, now: float) -> Pace:
    """The pace after an event, given the pace before it.

    The rate is an exponential mean of passages a second over ``SMOOTHING`` seconds. What remains is
    estimated by the passages of the files read so far: the others are taken to hold as many each.
    """
    if before is None:
        return Pace(now, event.passages_done)
    elapsed = now - before.at
    if elapsed < _SHORTEST:
        return replace(before, left=_left(before.rate, event))
    latest = max(0, event.passages_done - before.passages) / elapsed
    if before.rate is None:
        rate = latest or None
    else:
        weight = 1 - math.exp(-elapsed / SMOOTHING)
        rate = before.rate + weight * (latest - before.rate)
    return Pace(now, event.passages_done, rate, _left(rate, event))


def _left(rate: float | None, event: Event) -> float | None:
    if event.files_done >= event.files > 0:
        return 0.0
    if not rate or not event.read:
        return None
    expected = event.passages * event.to_read / event.read
    return max(0.0, expected - event.passages_done) / rate
