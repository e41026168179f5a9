"""Clean text: the characters that may stay, and how many of them count. Pure."""

from __future__ import annotations

import re
import unicodedata

# Controls (tab and newline aside), zero-width and bidirectional marks, tag characters, lone
# surrogates, non-characters: nothing a reader can see, and a place to hide text in.
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    r"\ufeff\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
_LINE_BREAK = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_NON_BREAKING = re.compile(r"[\t\u00a0\u2002-\u200a\u202f\u205f]")
_LETTER = re.compile(r"[^\W_]+")


def clean(text: str) -> str:
    r"""The text with ``\n`` line ends, in NFC, without invisible characters.

    Tabs and odd spaces become plain spaces (full-width ones stay, they are seen); punctuation and
    characters are not folded, so that quotes stay verbatim.
    """
    text = _LINE_BREAK.sub("\n", text)
    text = _INVISIBLE.sub("", text)
    text = _NON_BREAKING.sub(" ", text)
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def letters(text: str) -> int:
    """How many letters, digits and Chinese characters a text has (punctuation does not count)."""
    return sum(map(len, _LETTER.findall(text)))
