"""Attacks by web pages: depth, width, entities."""

from __future__ import annotations

from evals.hostile.attacks_text import Attacks
from evals.hostile.bases import LINES

_PARAGRAPH = f"<p>{LINES[2]}</p>"
OUTSIDE = (
    '<!DOCTYPE x [<!ENTITY o SYSTEM "file:///etc/passwd">'
    '<!ENTITY % p SYSTEM "http://127.0.0.1:9/"> %p;]>'
)


def laughs(name: str = "x") -> str:
    """An entity that grows to a billion, for the head of an XML part."""
    levels = "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "ha">' for n in range(10)
    )
    return f"<!DOCTYPE {name} [{levels}]>"


def _html(body: str, head: str = "") -> bytes:
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode()


ATTACKS: Attacks = {
    "HTML: 100,000 levels": ("a.html", lambda: _html("<div>" * 100_000 + LINES[2])),
    "HTML: tables of 100,000 levels": ("a.html", lambda: _html("<table><tr><td>" * 100_000)),
    "HTML: 2,000 levels of text": ("a.html", lambda: _html(f"<div>{_PARAGRAPH}" * 2_000)),
    "HTML: lists of 2,000 levels": ("a.html", lambda: _html("<ol><li>甲" * 2_000)),
    "HTML: tables of 600 levels": ("a.html", lambda: _html("<table><tr><td>甲<td>乙" * 600)),
    "HTML: attributes": (
        "a.html",
        lambda: _html("<p " + " ".join(f"a{n}=1" for n in range(100_000)) + ">甲。"),
    ),
    "HTML: bare attributes": (
        "a.html",
        lambda: _html("<p " + " ".join(f"a{n}" for n in range(50_000)) + ">甲。"),
    ),
    "HTML: spans": (
        "a.html",
        lambda: _html("<table>" + "<tr><td rowspan=65534 colspan=1000>甲" * 5_000),
    ),
    "HTML: a row of 100,000 cells": ("a.html", lambda: _html("<table><tr>" + "<td>甲" * 100_000)),
    "HTML: long header": (
        "a.html",
        lambda: _html(f"<table><tr><th>{'名' * 50_000}<th>乙" + "<tr><td>一<td>二" * 5_000),
    ),
    "HTML: unclosed": ("a.html", lambda: _html(_PARAGRAPH + "<" * 1_000_000)),
    "HTML: unclosed comments": ("a.html", lambda: _html("<!--" * 300_000 + _PARAGRAPH)),
    "HTML: references": (
        "a.html",
        lambda: _html("&#xD800;&#0;&#x110000;&amp" * 50_000 + _PARAGRAPH),
    ),
    "HTML: entity bomb": (
        "a.html",
        lambda: laughs("html").encode() + _html(f"&l9;{_PARAGRAPH}")[15:],
    ),
    "HTML: outside entity": (
        "a.xhtml",
        lambda: OUTSIDE.encode() + _html(f"&o;{_PARAGRAPH}")[15:],
    ),
    "HTML: odd encodings": ("a.html", lambda: _html(_PARAGRAPH, '<meta charset="punycode">')),
    "HTML: style rules": ("a.html", lambda: _html(_PARAGRAPH, f"<style>{'.a{' * 200_000}</style>")),
    "HTML: one text of 30 MB": ("a.html", lambda: _html(f"<p>{'国家鼓励投资' * 1_600_000}")),
    "HTML: 300,000 paragraphs": ("a.html", lambda: _html("<p>甲。" * 300_000)),
    "MHTML: nested": (
        "a.mht",
        lambda: (
            b"From: x\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=B\n\n"
            + b"--B\nContent-Type: multipart/related; boundary=B\n\n" * 20_000
        ),
    ),
}
"""Name of the attack -> what the file is called, and what makes it."""
