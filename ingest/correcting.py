"""Corrections of a header as a person writes them: ``effective=2025-01-01``. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ingest.front_matter import KEYS, field_of, read_value, value_of
from kb.errors import ReadError
from kb.header_json import header_to_json
from kb.models import Header

_NEVER_EMPTY = frozenset({"title", "kind", "audience"})


def correction(written: str) -> tuple[str, Any]:
    """A field of ``Header`` and its value as JSON, None for empty; from ``key=value``.

    Raises:
        ReadError: there is no ``=``, the key is unknown or may not be corrected, or it does not
            take the value.
    """
    key, equals, value = written.partition("=")
    if not equals:
        raise ReadError(
            f"“{written[:60]}”里没有等号；写成 项=值，例如 effective=2025-01-01。",
            f"There is no equals sign in {written[:60]!r}; write field=value, for example "
            "effective=2025-01-01.",
        )
    field = field_named(key)
    if not value.strip():
        if field in _NEVER_EMPTY:
            raise ReadError(
                f"{key.strip()} 不能清空；要恢复原来的值，请用 --undo {key.strip()}。",
                f"{key.strip()} cannot be empty; to have its own value again use --undo "
                f"{key.strip()}.",
            )
        return field, None
    return field, _as_json(field, read_value(key.strip(), value.strip()))


def correction_of(key: str, lines: Sequence[str]) -> tuple[str, Any]:
    """The same from the lines of a form's field: each line is one value. Raises ReadError."""
    field = field_named(key)
    values = [line.strip() for line in lines if line.strip()]
    if values:
        return field, _as_json(field, value_of(key, values if len(values) > 1 else values[0]))
    if field in _NEVER_EMPTY:
        raise ReadError(
            f"{key} 不能清空。要恢复原来的值，请撤回更正。",
            f"{key} cannot be empty. To have its own value again take the correction back.",
        )
    return field, None


def _as_json(field: str, value: Any) -> Any:
    return header_to_json(Header(**({"title": ""} | {field: value}))).get(field)


def field_named(key: str) -> str:
    """The field of ``Header`` that a key of front matter stands for. Raises ReadError."""
    key = key.strip()
    if key == "id":
        raise ReadError(
            "资料编号不能更正；请在文首改 id 后重新导入，再删除旧编号的资料。",
            "The id cannot be corrected; change it in the file, ingest that, and remove the "
            "document with the old id.",
        )
    if key not in KEYS:
        read_value(key, "")
    return field_of(key)
