"""How Chinese is read aloud: the syllables of a character, without tones. Pure.

The readings come from pypinyin's own dictionary file, read straight: importing the package loads
its 47,111 phrases too, which takes five times as long and is not needed here.
"""

from __future__ import annotations

import importlib.util
import json
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import islice, product
from pathlib import Path

_TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0304\u030c"))
_READINGS = 3
"""Readings of a character that are considered: the dictionary has the usual ones first."""
_COMBINED = 16
"""Readings of a word that are considered."""
_LONGEST = 6
"""Letters of the longest syllable."""


@cache
def _dictionary() -> dict[int, tuple[str, ...]]:
    """Code point -> its first readings, in plain letters (ü is v)."""
    spec = importlib.util.find_spec("pypinyin")
    if spec is None or spec.origin is None:
        return {}  # without it a question is simply not corrected
    file = Path(spec.origin).parent / "pinyin_dict.json"
    table = {}
    for code, toned in json.loads(file.read_text(encoding="utf-8")).items():
        plain = unicodedata.normalize("NFD", toned).translate(_TONES).replace("u\u0308", "v")
        readings = dict.fromkeys(unicodedata.normalize("NFC", plain).split(","))
        table[int(code)] = tuple(readings)[:_READINGS]
    return table


@cache
def _syllables() -> frozenset[str]:
    """All syllables of the 6,763 characters of everyday use (GB 2312)."""
    table = _dictionary()
    found: set[str] = set()
    for lead in range(0xB0, 0xF8):
        for trail in range(0xA1, 0xFF):
            char = bytes((lead, trail)).decode("gb2312", errors="ignore")
            found.update(table.get(ord(char), ()) if char else ())
    return frozenset(s for s in found if len(s) > 1 or s in "aeo")


def readings(char: str) -> tuple[str, ...]:
    """The usual readings of a character; of any other character itself."""
    return _dictionary().get(ord(char), (char,))


def fold(syllable: str) -> str:
    """What people confuse is one: zh and z, ch and c, sh and s; ing and in, eng and en."""
    if syllable[1:2] == "h" and syllable[0] in "zcs":
        syllable = syllable[0] + syllable[2:]
    return syllable[:-1] if syllable.endswith(("ing", "eng")) else syllable


def keys(word: str) -> Iterator[str]:
    """The ways a word may sound, folded, for looking up words that sound alike."""
    for way in islice(product(*map(_sounds, word)), _COMBINED):
        yield "'".join(way)


@cache
def _sounds(char: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(fold, readings(char))))


def may_stand_for(written: str, meant: str) -> bool:
    """Whether a character may be typed for another: its usual reading is one of the other's."""
    return readings(written)[0] in readings(meant)


def spelled(word: str) -> Iterator[str]:
    """The ways a word may be typed in letters: 开发 -> ``kaifa``."""
    for way in islice(product(*map(readings, word)), _COMBINED):
        yield "".join(way)


@cache
def _splits(letters: str) -> bool:
    if not letters:
        return True
    return any(
        letters[:n] in _syllables() and _splits(letters[n:])
        for n in range(1, min(_LONGEST, len(letters)) + 1)
    )


def is_pinyin(letters: str) -> bool:
    """Whether lower-case letters can be read as syllables from end to end."""
    return letters.isascii() and letters.isalpha() and len(letters) < 60 and _splits(letters)
