"""How many requests somebody may make: so many at once, and so many a minute from then on.

Kept in memory, for a bounded number of callers: who came longest ago is forgotten first.
"""

from __future__ import annotations

import ipaddress
import math
import threading
from collections import OrderedDict

REMEMBERED = 10_000
"""Callers that are remembered."""


class RateLimit:
    """A token bucket for each caller. Safe to call from several threads."""

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._remembered = remembered
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()  # caller: tokens, when
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._left)

    def take(self, caller: str, per_minute: int, now: float) -> int:
        """0 when the caller may go on, else the whole seconds to wait. 0 a minute: no limit."""
        if not per_minute:
            return 0
        rate = per_minute / 60
        with self._lock:
            left, since = self._left.pop(caller, (float(per_minute), now))
            left = min(float(per_minute), left + max(0.0, now - since) * rate)
            allowed = left >= 1
            self._left[caller] = (left - 1 if allowed else left, now)
            if len(self._left) > self._remembered:
                self._left.popitem(last=False)
        return 0 if allowed else max(1, math.ceil((1 - left) / rate))


def network_of(address: str) -> str:
    """What an address is counted as: itself, or its /64 network for IPv6."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 6:
        return str(ipaddress.ip_network((int(found), 64), strict=False))
    return str(found)
