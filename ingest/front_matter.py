"""The YAML block at the head of a Markdown or text file → what its author says of the document."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

import yaml

from ingest.dates import parse_day
from kb.errors import ReadError
from kb.models import Audience, Grade, Header, Kind

_FENCE = re.compile(r"\s*---[ ]*\n")
_CLOSE = re.compile(r"^(?:---|\.\.\.)[ ]*$", re.M)
_KEY_LINE = re.compile(r"[A-Za-z_][A-Za-z_ -]*[:：]")
_LARGEST = 64 * 1024
_SAFE_ID = re.compile(r"[\w.-]{1,80}\Z")

_STRINGS = {
    "issuer": "issuers",
    "supersedes": "supersedes",
    "region": "regions",
    "chains": "chains",
    "topics": "topics",
    "sources": "sources",
    "facts": "facts",
}
_DATES = ("published", "effective", "expires", "superseded_on")
_TEXTS = ("title", "doc_number", "superseded_by")
KEYS = frozenset({"id", "kind", "audience", "years", "grade", *_STRINGS, *_DATES, *_TEXTS})

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The facts given. ``values`` holds ``Header`` fields by name, only those that were given."""

    document_id: str
    values: Mapping[str, Any]

    def apply(self, header: Header) -> Header:
        """``header`` with the given facts in place of its own."""
        return replace(header, **self.values)


def split(text: str) -> tuple[FrontMatter | None, str]:
    """Take the front matter off a clean text; without any, ``(None, text)``.

    Raises:
        ReadError: the block is not closed, not valid YAML, has an unknown key or a wrong value.
    """
    opening = _FENCE.match(text)
    if not opening or not _KEY_LINE.match(text, opening.end()):
        return None, text
    closing = _CLOSE.search(text, opening.end())
    if closing is None or closing.start() - opening.end() > _LARGEST:
        raise ReadError(
            "文件头（front matter）没有用单独一行 --- 结束；请补上后再上传。",
            "The front matter is not closed by a line of three dashes (---); add it and try again.",
        )
    return _read(text[opening.end() : closing.start()]), text[closing.end() :]


def _read(block: str) -> FrontMatter:
    try:
        data = yaml.load(block, Loader=_Loader)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f"第 {mark.line + 2} 行" if mark else "某处"
        place = f"line {mark.line + 2}" if mark else "some line"
        raise ReadError(
            f"文件头（front matter）{line}格式不对；请检查冒号（半角加空格）、缩进和引号。",
            f"The front matter is not valid at {place}; "
            "check colons (half-width, then a space), indents and quotes.",
        ) from error
    if not isinstance(data, dict):
        raise ReadError(
            "文件头（front matter）应是“键: 值”的形式，冒号用半角并加空格。",
            "The front matter must consist of 'key: value' lines with half-width colons.",
        )
    values: dict[str, Any] = {}
    document_id = ""
    for key, value in data.items():
        if key not in KEYS:
            raise _unknown(str(key))
        if value is None:
            continue
        try:
            if key == "id":
                document_id = _identifier(value)
            else:
                values[field_of(key)] = _value(key, value)
        except _WrongValue as wrong:
            raise ReadError(
                f"文件头（front matter）的 {wrong.zh}", f"In the front matter {wrong.en}"
            ) from wrong
    effective, expires = values.get("effective"), values.get("expires")
    if effective and expires and expires < effective:
        raise ReadError(
            f"文件头（front matter）的 expires（{expires}）早于 effective（{effective}）；"
            "请改正日期。",
            f"In the front matter expires ({expires}) lies before effective ({effective}); "
            "correct the dates.",
        )
    return FrontMatter(document_id, values)


def field_of(key: str) -> str:
    """The field of ``Header`` that a key stands for."""
    return _STRINGS.get(key, key)


def read_value(key: str, written: str) -> Any:
    """The value of one key (not ``id``) as written on one line, by the rules of front matter.

    ``[甲, 乙]`` is a list; a key that takes lists takes a single value too.

    Raises:
        ReadError: the key is unknown, or the value is not one for it.
    """
    value: Any = written
    try:
        if key in KEYS - {*_DATES, *_TEXTS} and written.startswith("["):
            value = yaml.load(written, Loader=_Loader)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ReadError(
            f"{key} 的值写法不对；几个值写成 [甲, 乙]，用半角方括号和逗号。",
            f"The value of {key} is not well formed; write several values as [one, two].",
        ) from error
    return value_of(key, value)


def value_of(key: str, value: object) -> Any:
    """The value of one key (not ``id``), a text or a list of texts. Raises ReadError."""
    if key not in KEYS:
        raise _unknown(key)
    try:
        return _value(key, value)
    except _WrongValue as wrong:
        raise ReadError(wrong.zh, f"{wrong.en[0].upper()}{wrong.en[1:]}") from wrong


def _value(key: str, value: object) -> Any:
    if key == "kind":
        return _choice(key, value, Kind)
    if key == "audience":
        return _choice(key, value, Audience)
    if key == "grade":
        return _choice(key, value, Grade)
    if key == "years":
        return _years(value)
    if key in _DATES:
        return _date(key, value)
    if key in _TEXTS:
        return _text(key, value)
    return _texts(key, value)


class _Loader(yaml.SafeLoader):
    """A SafeLoader that refuses a key given twice instead of keeping the last silently.

    Dates stay strings, so that a wrong one can be reported with its key.
    """

    yaml_implicit_resolvers = {  # noqa: RUF012 - overrides a class attribute of PyYAML
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key_node, _ in node.value:
            key = key_node.value if isinstance(key_node.value, str) else ""
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"duplicate key {key}", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


def _unknown(key: str) -> ReadError:
    near = difflib.get_close_matches(key.lower(), KEYS, n=1)
    hint_zh = f"，是不是 {near[0]}" if near else ""
    hint_en = f" (did you mean {near[0]}?)" if near else ""
    known = ", ".join(sorted(KEYS))
    return ReadError(
        f"文件头（front matter）里有不认识的键 {key}{hint_zh}；可用的键：{known}。",
        f"The front matter has the unknown key {key}{hint_en}; known keys: {known}.",
    )


class _WrongValue(Exception):
    """A value that its key does not take; what is wrong, without saying where it was written."""

    def __init__(self, key: str, value: object, zh: str, en: str) -> None:
        super().__init__(key)
        shown = str(value)[:60]
        self.zh = f"{key} 值不对：{shown}；{zh}。"
        self.en = f"the value for {key} is wrong: {shown}; {en}."


def _identifier(value: object) -> str:
    text = (
        str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    )
    if not _SAFE_ID.match(text):
        raise _WrongValue(
            "id",
            value,
            "只用文字、数字、点、- 和 _，最多 80 个",
            "use letters, digits, dots, - and _, at most 80",
        )
    return text


def _choice(key: str, value: object, choices: type[Choice]) -> Choice:
    for choice in choices:
        if str(value).strip().lower() == choice.value.lower():
            return choice
    names = ", ".join(choice.value for choice in choices)
    raise _WrongValue(key, value, f"应为 {names} 之一", f"it must be one of {names}")


def _date(key: str, value: object) -> date:
    found = parse_day(value) if isinstance(value, str) else None
    if found is None:
        raise _WrongValue(
            key,
            value,
            "日期写成 2025-01-31 的形式，并且要真有这一天",
            "write dates as 2025-01-31, of a day that exists",
        )
    return found


def _text(key: str, value: object) -> str:
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return str(value).strip()
    raise _WrongValue(key, value, "应为一行文字", "it must be one line of text")


def _texts(key: str, value: object) -> tuple[str, ...]:
    items = value if isinstance(value, list) else [value]
    return tuple(text for item in items if (text := _text(key, item)))


def _years(value: object) -> tuple[int, ...]:
    items = value if isinstance(value, list) else [value]
    years: list[int] = []
    for item in items:
        text = "" if isinstance(item, bool) else str(item).strip()
        if not re.fullmatch(r"(?:18|19|20|21)[0-9]{2}", text):
            raise _WrongValue(
                "years",
                value,
                "应为年份，例如 [2023, 2024]",
                "it must be years, such as [2023, 2024]",
            )
        years.append(int(text))
    return tuple(years)
