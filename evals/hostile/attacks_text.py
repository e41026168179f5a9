"""Attacks by bytes, text and Markdown: encodings, endless lines, what our patterns match."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

from evals.hostile.bases import LINES

Attacks = Mapping[str, tuple[str, Callable[[], bytes]]]
_TEXT = "\n".join(LINES)
_YAML = "".join(f"k{n}: &k{n} [{', '.join([f'*k{n - 1}'] * 9) if n else 'x'}]\n" for n in range(12))


def _text(*parts: str) -> bytes:
    return "".join(parts).encode()


ATTACKS: Attacks = {
    "empty": ("a.pdf", lambda: b""),
    "white space": ("a.txt", lambda: b" \r\n\t" * 1000),
    "zero bytes": ("a.docx", lambda: b"\0" * 10_000_000),
    "noise": ("a.doc", lambda: random.Random(7).randbytes(300_000)),  # noqa: S311
    "noise behind a zip's mark": (
        "a.docx",
        lambda: b"PK\x03\x04" + random.Random(8).randbytes(99_999),  # noqa: S311
    ),
    "noise behind an OLE mark": (
        "a.xls",
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + random.Random(9).randbytes(99_999),  # noqa: S311
    ),
    "noise behind a PDF's mark": (
        "a.pdf",
        lambda: b"%PDF-1.7\n" + random.Random(1).randbytes(99_999),  # noqa: S311
    ),
    "noise behind a PNG's mark": ("a.png", lambda: b"\x89PNG\r\n\x1a\n" + b"\xff" * 9_999),
    "byte order mark alone": ("a.txt", lambda: b"\xff\xfe"),
    "UTF-16 without mark": ("a.txt", lambda: _TEXT.encode("utf-16-le")),
    "UTF-16 with lone surrogates": ("a.txt", lambda: b"\xff\xfe" + b"\x00\xd8A\x00" * 99),
    "UTF-16 of odd length": ("a.txt", lambda: _TEXT.encode("utf-16") + b"\x00"),
    "NULs in text": ("a.txt", lambda: _TEXT.replace("条", "\0条").encode()),
    "invisible characters": (
        "a.txt",
        lambda: _text("第\u200b一\u202e条 ", "\U000e0041" * 9999, _TEXT),
    ),
    "a line of 50 MB": ("a.txt", lambda: _text("国家鼓励投资，" * 2_400_000)),
    "a line of 50 MB without marks": ("a.md", lambda: b"a" * 50_000_000),
    "a million lines": ("a.txt", lambda: b"1\n" * 1_000_000),
    "a million articles": ("a.txt", lambda: _text("第一条 甲。\n" * 300_000)),
    "numeral of a million": ("a.txt", lambda: _text("第", "一" * 1_000_000, "条 甲。\n", _TEXT)),
    "brackets open": ("a.txt", lambda: _text("（" * 500_000, "\n", _TEXT)),
    "book marks open": ("a.txt", lambda: _text("《" * 500_000, "\n", _TEXT)),
    "quotes": ("a.txt", lambda: _text("“" * 300_000, "”" * 300_000, "\n", _TEXT)),
    "enumerators on one line": (
        "a.txt",
        lambda: _text("一、（一）1.（1）①" * 100_000, "\n", _TEXT),
    ),
    "decimal numbers": ("a.txt", lambda: _text("1." * 500_000, "\n", _TEXT)),
    "digits": ("a.txt", lambda: _text("1" * 1_000_000, "\n", _TEXT)),
    "spaces": ("a.txt", lambda: _text("第一条", " " * 1_000_000, "甲。\n", _TEXT)),
    "full-width spaces": ("a.txt", lambda: _text("甲。" + "\u3000" * 1_000_000, "乙\n", _TEXT)),
    "flattened": ("a.txt", lambda: _text("第一条 甲。 第二条 乙； " * 100_000)),
    "dates": ("a.txt", lambda: _text("2025年1月1日" * 200_000, "\n", _TEXT)),
    "from the day": ("a.txt", lambda: _text("自2025年1月1日起施行" * 100_000, "\n", _TEXT)),
    "validity": ("a.txt", lambda: _text("有效期至" * 200_000, "\n", _TEXT)),
    "agencies": ("a.txt", lambda: _text("国务院办公厅、" * 200_000, "关于\n", _TEXT)),
    "numbers of documents": ("a.txt", lambda: _text("延政发〔2025〕" * 200_000, "1号\n", _TEXT)),
    "repealed": ("a.txt", lambda: _text("《办法》" * 200_000, "同时废止\n", _TEXT)),
    "leaders": ("a.txt", lambda: _text("目录\n", "甲" + "." * 500_000 + "1\n", _TEXT)),
    "deep items": ("a.md", lambda: _text(*(f"{' ' * n}- 甲\n" for n in range(3_000)))),
    "deep headings": ("a.md", lambda: _text("# 甲\n## 乙\n### 丙\n" * 30_000)),
    "bars": ("a.md", lambda: _text("|" * 1_000_000, "\n|-|\n", _TEXT)),
    "wide table": (
        "a.md",
        lambda: _text("|甲" * 20_000, "|\n", "|-" * 20_000, "|\n", "|1" * 20_000, "|\n"),
    ),
    "stars": ("a.md", lambda: _text("# 甲\n" * 3, "*" * 500_000, "\n", _TEXT)),
    "underscores": ("a.md", lambda: _text("# 甲\n" * 3, "_a " * 300_000, "\n", _TEXT)),
    "square brackets": ("a.md", lambda: _text("# 甲\n" * 3, "[" * 500_000, "](", "\n", _TEXT)),
    "back ticks": ("a.md", lambda: _text("# 甲\n" * 3, "`a" * 300_000, "\n", _TEXT)),
    "angles": ("a.md", lambda: _text("# 甲\n" * 3, "<a " * 300_000, "\n", _TEXT)),
    "comments": ("a.md", lambda: _text("# 甲\n" * 3, "<!--" * 300_000, "\n", _TEXT)),
    "quotes nested": ("a.md", lambda: _text("# 甲\n" * 3, "> " * 300_000, "甲\n", _TEXT)),
    "YAML bomb": ("a.md", lambda: _text("---\n", _YAML, "---\n", _TEXT)),
    "YAML with objects": (
        "a.md",
        lambda: _text("---\ntitle: !!python/object/apply:os.system ['false']\n---\n", _TEXT),
    ),
    "YAML deep": ("a.md", lambda: _text("---\na: ", "[" * 100_000, "\n---\n", _TEXT)),
}
"""Name of the attack -> what the file is called, and what makes it."""
