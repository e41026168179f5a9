"""Damaged and hostile files: sound ones broken at random, and attacks written by hand.

Everything is made from a seed; the attacks come first, each once, then random damage.
"""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from evals.hostile import attacks_html, attacks_packed, attacks_pdf, attacks_text
from evals.hostile.attacks_text import Attacks
from evals.hostile.bases import packed

_DEAR = (".doc", ".xls", ".png", ".pptx")  # take long to read: damaged less often
ATTACKS = {
    **attacks_text.ATTACKS,
    **attacks_html.ATTACKS,
    **attacks_packed.ATTACKS,
    **attacks_pdf.ATTACKS,
}
_SUFFIXES = (".pdf", ".docx", ".txt", ".md", ".html", ".xlsx", ".zip", ".doc", ".ofd", ".jpg")


@dataclass(frozen=True, slots=True)
class Case:
    """One hostile file: its name, what was done to it, its bytes."""

    name: str
    kind: str
    data: bytes

    @property
    def group(self) -> str:
        """The first word of what was done to it: the format damaged, or ``attack``."""
        return self.kind.partition(":")[0]


def cases(
    count: int, seed: int, bases: Mapping[str, bytes], attacks: Attacks = ATTACKS
) -> Iterator[Case]:
    """``count`` files: ``attacks``, then damaged copies of ``bases``; alike for one seed."""
    rng = random.Random(seed)  # noqa: S311  (no secret)
    number = 0
    for kind, (name, make) in attacks.items():
        if number >= count:
            return
        number += 1
        yield Case(f"{number:04}-{name}", f"attack: {kind}", make())
    names = sorted(bases)
    weights = [0.15 if name.endswith(_DEAR) else 1.0 for name in names]
    while number < count:
        number += 1
        name = rng.choices(names, weights)[0]
        suffix = "." + name.rpartition(".")[2].lower()
        kind, data = damaged(bases[name], rng)
        if rng.random() < 0.1:
            suffix, kind = rng.choice(_SUFFIXES), kind + ", wrong suffix"
        stem = name.rpartition(".")[0][:20]
        yield Case(
            f"{number:04}-{stem}{suffix}", f"{name.rpartition('.')[2].lower()}: {kind}", data
        )


def damaged(data: bytes, rng: random.Random) -> tuple[str, bytes]:
    """Bytes damaged in one of several ways, and which; in a zip often one member, packed again."""
    if data.startswith(b"PK\x03\x04") and rng.random() < 0.6:
        return _damaged_member(data, rng)
    return rng.choice((_flipped, _cut, _spliced, _doubled, _zeroed, _noise_in))(data, rng)


def _flipped(data: bytes, rng: random.Random) -> tuple[str, bytes]:
    broken = bytearray(data)
    for _ in range(rng.choice((1, 3, 20, 200))):
        broken[rng.randrange(len(broken))] ^= 1 << rng.randrange(8)
    return "flipped bits", bytes(broken)


def _cut(data: bytes, rng: random.Random) -> tuple[str, bytes]:
    at = rng.randrange(1, len(data))
    return "cut off", data[:at] if rng.random() < 0.8 else data[at:]


def _spliced(data: bytes, rng: random.Random) -> tuple[str, bytes]:
    a, b = sorted((rng.randrange(len(data)), rng.randrange(len(data))))
    return "a piece missing", data[:a] + data[b:]


def _doubled(data: bytes, rng: random.Random) -> tuple[str, bytes]:
    a, b = sorted((rng.randrange(len(data)), rng.randrange(len(data))))
    b = min(b, a + 20_000)
    return "a piece repeated", data[:b] + data[a:b] * rng.choice((1, 2, 50)) + data[b:]


def _zeroed(data: bytes, rng: random.Random) -> tuple[str, bytes]:
    at, length = rng.randrange(len(data)), rng.choice((1, 16, 512, 4096))
    return "zeroed", data[:at] + b"\0" * len(data[at : at + length]) + data[at + length :]


def _noise_in(data: bytes, rng: random.Random) -> tuple[str, bytes]:
    at = rng.randrange(len(data))
    return "noise put in", data[:at] + rng.randbytes(rng.choice((1, 16, 2048))) + data[at:]


def _damaged_member(data: bytes, rng: random.Random) -> tuple[str, bytes]:
    """A sound zip one member of which is damaged, missing, empty or there twice."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    name = rng.choice(sorted(files))
    what = rng.choice(("damaged", "damaged", "damaged", "missing", "empty", "another's"))
    if what == "missing":
        del files[name]
    elif what == "empty":
        files[name] = b""
    elif what == "another's":
        files[name] = files[rng.choice(sorted(files))]
    elif files[name]:
        damage = rng.choice((_flipped, _cut, _spliced, _doubled, _noise_in, _wild_values))
        files[name] = damage(files[name], rng)[1]
    return f"a member {what}", packed(files)


def _wild_values(data: bytes, rng: random.Random) -> tuple[str, bytes]:
    """Numbers in attributes made huge, negative or no numbers."""
    parts = data.split(b'="')
    for _ in range(min(8, len(parts) - 1)):
        at = rng.randrange(1, len(parts))
        value, quote, rest = parts[at].partition(b'"')
        wild = rng.choice((b"999999999999", b"-1", b"1e308", b"NaN", b"", b"A" * 5000))
        parts[at] = (wild if value[:1].isdigit() else value) + quote + rest
    return "wild values", b'="'.join(parts)
