"""A cell's value as its number format shows it: 15%, 1,234.50, 2025-01-31."""

from __future__ import annotations

import datetime
import re

_SECTION = re.compile(r"""(?:"[^"]*"|\\.|\[[^\]]*\]|_.|\*.|[^;"\\\[_*])*""", re.S)
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|\[(?P<bracket>[^\]]*)\]|[_*].'
    r"|(?P<figure>[#0?](?:[#0?,.]*[#0?.,])?|\.[#0?]+)(?P<power>[Ee][+-][#0?]+)?|(?P<other>.)",
    re.S,
)
_CONDITION = re.compile(r"[<>=]")
_MOST_DECIMALS = 10
_WHOLE = 1e15

Value = (
    int
    | float
    | str
    | bool
    | datetime.time
    | datetime.date
    | datetime.datetime
    | datetime.timedelta
)


def shown(value: Value, code: str = "") -> str:
    """The text of a cell.

    Args:
        value: as the file holds it; dates as dates.
        code: its number format (ECMA-376 part 1, 18.8.31); empty or ``General`` shows the number as
            it is. Dates are written as 2025-01-31, or shorter where the format shows less of them.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return _moment(value, code)
    if isinstance(value, datetime.timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60}:{minutes % 60:02d}"
    return _number(float(value), code)


def _moment(value: datetime.datetime | datetime.date | datetime.time, code: str) -> str:
    if isinstance(value, datetime.time):
        return value.strftime("%H:%M:%S" if value.second else "%H:%M")
    letters = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", code).lower()
    if "y" in letters and "d" not in letters and "h" not in letters:
        return f"{value:%Y-%m}" if "m" in letters else f"{value:%Y}"
    day = value.strftime("%Y-%m-%d")
    if isinstance(value, datetime.datetime) and value.time() != datetime.time():
        return day + value.strftime(" %H:%M:%S" if value.second else " %H:%M")
    return day


def _plain(value: float) -> str:
    if value == int(value) and abs(value) < _WHOLE:
        return str(int(value))
    return f"{value:.15g}"


def _number(value: float, code: str) -> str:
    if value != value or value in (float("inf"), float("-inf")):
        return ""
    if not code or code.lower() == "general":
        return _plain(value)
    sections = _sections(code)[:3]
    if any(_CONDITION.search(b) for part in sections for b in re.findall(r"\[([^\]]*)\]", part)):
        return _plain(value)
    section, signed = sections[0], value < 0
    if value < 0 and len(sections) > 1 and sections[1]:
        section, signed = sections[1], False
    elif value == 0 and len(sections) > 2 and sections[2]:
        section = sections[2]
    drawn = _drawn(abs(value), section)
    if drawn is None:
        return _plain(value)
    return "-" + drawn if signed and re.search(r"[1-9]", drawn) else drawn


def _sections(code: str) -> list[str]:
    parts: list[str] = []
    at = 0
    while at <= len(code):
        match = _SECTION.match(code, at)
        if match is None:
            break
        parts.append(match.group())
        at = match.end() + 1
    return parts or [""]


def _drawn(value: float, section: str) -> str | None:
    """A number that is not negative in one section of a format; None where it shows none."""
    tokens = list(_TOKEN.finditer(section))
    figures = [token for token in tokens if token.group("figure")]
    other = "".join(token.group("other") or "" for token in tokens)
    if len(figures) != 1 or "/" in other or "@" in other or re.search(r"[ymdhs]", other, re.I):
        return None
    value *= 100.0 ** other.count("%")
    parts: list[str] = []
    for token in tokens:
        if token.group("figure"):
            parts.append(_figure(value, token.group("figure"), token.group("power") or ""))
        elif (bracket := token.group("bracket")) is not None:
            parts.append(bracket[1:].split("-")[0] if bracket.startswith("$") else "")
        else:
            parts.append(
                token.group("quoted") or token.group("escaped") or token.group("other") or ""
            )
    return "".join(parts).strip()


def _figure(value: float, pattern: str, power: str) -> str:
    whole, _, decimals = pattern.partition(".")
    scaled = len(whole) - len(whole.rstrip(",")) if not decimals else 0
    scaled += len(decimals) - len(decimals.rstrip(","))
    value /= 1000.0**scaled
    most = min(_MOST_DECIMALS, len(re.findall(r"[#0?]", decimals)))
    least = decimals.count("0")
    if power:
        return f"{value:.{most}E}"
    comma = "," if "," in whole.rstrip(",") else ""
    # Half a cent goes up, as in Excel; the binary value is often a hair below it.
    drawn = f"{float(f'{value:.15g}') + 10.0 ** -(most + 6) * (value > 0):{comma}.{most}f}"
    if most > least:
        head, _, tail = drawn.partition(".")
        tail = tail[:least] + tail[least:].rstrip("0")
        drawn = head + ("." + tail if tail else "")
    width = whole.count("0")
    head, dot, tail = drawn.partition(".")
    return (head.zfill(width) if not comma else head) + dot + tail
