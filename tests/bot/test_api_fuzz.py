"""Schemathesis asks what the interface's own description allows, and much that it does not."""

from __future__ import annotations

from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from kb.models import Role
from tests.bot.conftest import KeyedSite

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


OPERATIONS = 16
"""At least so many are described; files are not sent, for the base is shared."""


def test_no_request_is_a_server_error(keyed_site: KeyedSite, keyed_url: str) -> None:
    described = schemathesis.openapi.from_url(f"{keyed_url}/api/openapi.json")
    fuzz(described.exclude(method="POST", path="/api/documents"), keyed_site.headers(Role.ADMIN), 3)


def fuzz(described: Any, headers: dict[str, str], examples: int) -> None:
    """Ask every operation so many times; raises what the first wrong response is."""
    operations = [found.ok() for found in described.get_all_operations()]
    assert len(operations) >= OPERATIONS - 1
    for operation in operations:

        @settings(
            max_examples=examples,
            derandomize=True,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            case.call_and_validate(checks=CHECKS, headers=headers)

        ask()
