"""Times as they are kept (ISO 8601 in UTC, to the second) and as they are shown: by the clock and
the calendar of this machine.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time


def begin_of(day: date) -> str:
    """When a day of this machine's calendar begins, as times are kept."""
    began = datetime.combine(day, time()).astimezone()
    return began.astimezone(UTC).isoformat(timespec="seconds")


def local_time(at: str) -> str:
    """A kept time as ``2026-07-01 09:30:00`` by this machine's clock; what is no time stays."""
    try:
        return datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    except ValueError:
        return at


def zone_name() -> str:
    """The time zone of this machine as ``UTC+08:00``."""
    offset = datetime.now().astimezone().strftime("%z")
    return f"UTC{offset[:3]}:{offset[3:]}"


def minute_of(at: float) -> str:
    """Seconds since 1970 as ``2026-07-01 09:30`` by this machine's clock."""
    return datetime.fromtimestamp(at).strftime("%Y-%m-%d %H:%M")
