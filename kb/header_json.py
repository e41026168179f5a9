"""A document's header as JSON values, for the catalog and for programs, and back."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from kb.models import Audience, Grade, Header, Kind


def header_to_json(header: Header) -> dict[str, Any]:
    """A header as plain JSON values; empty fields are left out."""
    plain = {key: value for key, value in asdict(header).items() if value not in (None, (), "")}
    encoded: dict[str, Any] = json.loads(json.dumps(plain, default=str))
    return encoded


def header_from_json(values: dict[str, Any]) -> Header:
    """The inverse of ``header_to_json``."""
    made: dict[str, Any] = {}
    for field in fields(Header):
        if field.name not in values:
            continue
        value = values[field.name]
        if isinstance(value, list):
            value = tuple(value)
        elif field.name in ("published", "effective", "expires", "superseded_on"):
            value = date.fromisoformat(value)
        made[field.name] = value
    made["kind"] = Kind(made.get("kind", Kind.POLICY))
    made["audience"] = Audience(made.get("audience", Audience.PUBLIC))
    if "grade" in made:
        made["grade"] = Grade(made["grade"])
    return Header(**made)
