"""Corrections as a person writes them."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from ingest.correcting import correction, field_named
from ingest.front_matter import KEYS
from kb.errors import ReadError
from kb.models import Header


@pytest.mark.parametrize(
    ("written", "field", "value"),
    [
        ("effective=2025-01-31", "effective", "2025-01-31"),
        ("effective=2025年1月31日", "effective", "2025-01-31"),
        ("effective=", "effective", None),
        ("title=延安市招商办法（2025年修订）", "title", "延安市招商办法（2025年修订）"),
        ("title=[附件] 目录", "title", "[附件] 目录"),
        ("issuer=延安市人民政府", "issuers", ["延安市人民政府"]),
        ("region=[陕西, 延安]", "regions", ["陕西", "延安"]),
        ("region= ", "regions", None),
        ("years=[2023, 2024]", "years", [2023, 2024]),
        ("audience=Internal", "audience", "internal"),
        ("audience=public", "audience", "public"),
        ("grade=memory", "grade", "memory"),
        (" doc_number = a=b ", "doc_number", "a=b"),
    ],
)
def test_values(written: str, field: str, value: Any) -> None:
    assert correction(written) == (field, value)


@pytest.mark.parametrize(
    "written",
    [
        "effective", "=", "effective=soon", "kind=law", "kind=", "audience=", "title=", "id=x",
        "years=[20]", "region=[a", "region=[{a: b}]", "regions=陕西", "effective=[2025-01-01]",
        "x" * 10_000, "supersedes=[" + "[" * 5000,
    ],
)  # fmt: skip
def test_what_is_no_correction(written: str) -> None:
    with pytest.raises(ReadError) as told:
        correction(written)
    assert len(told.value.zh) < 400
    assert "文件头" not in told.value.zh or "不认识的键" in told.value.zh


def test_every_field_of_a_header_but_none_else_can_be_put_right() -> None:
    assert {field_named(key) for key in KEYS - {"id"}} == {f.name for f in fields(Header)}
