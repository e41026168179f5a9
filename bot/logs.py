"""Logs of the running server: lines to read, or one JSON value a line for a collector.

Never a question, a name or an address: errors are told by their type and where they arose, without
their message, which may quote what was asked; of what libraries log only the text before anything
is filled in. Everything goes to standard error; who runs the server keeps and rotates it.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any, Literal

OURS = ("bot", "kb", "ingest")
"""Loggers whose messages are made by us, without anything personal."""
_KEY = "values"

log = logging.getLogger(__name__)


def set_up(form: Literal["text", "json"]) -> None:
    """Send every log line to standard error in that form. JSON has a line a request, too."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.INFO if form == "json" else logging.WARNING)


def event(name: str, **values: str | float) -> None:
    """Log that something happened, with values that a program may sum up."""
    log.info(name, extra={_KEY: values})


def told(record: logging.LogRecord) -> dict[str, Any]:
    """What a log record tells: time, level, logger, message, values, and of an error its places."""
    ours = record.name.partition(".")[0] in OURS
    found: dict[str, Any] = {
        "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "message": record.getMessage() if ours else str(record.msg),
    }
    found |= getattr(record, _KEY, {})
    if record.exc_info and record.exc_info[0]:
        found["error"] = record.exc_info[0].__name__
        frames = traceback.extract_tb(record.exc_info[2])
        found["places"] = [f"{f.filename}:{f.lineno} {f.name}" for f in frames]
    return found


class JsonLines(logging.Formatter):
    """One JSON value a line."""

    def format(self, record: logging.LogRecord) -> str:
        """See ``told``."""
        return json.dumps(told(record), ensure_ascii=False)


class TextLines(logging.Formatter):
    """Time, level, logger and message, then where an error arose."""

    def format(self, record: logging.LogRecord) -> str:
        """See ``told``."""
        found = told(record)
        line = " ".join(str(found.pop(key)) for key in ("at", "level", "logger", "message"))
        places = "".join(f"\n  {place}" for place in found.pop("places", ()))
        values = "".join(f" {key}={value}" for key, value in found.items())
        return line + values + places
