"""Generations of a derived store: made beside the old one, switched to in one step, deleted whole.

Neither Chroma nor tantivy takes removed data out of its files (``kb.erasure``), so a store is
cleaned by writing what lives into ``folder/<n>/`` and pointing ``folder/current`` there. What the
pointer does not name is worth nothing, whatever a crash left of it. A data folder of before has
no pointer and its store lies in ``folder`` itself: that is generation 0.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from kb.durable import PARTIAL, sync, sync_tree, write_whole

_POINTER = "current"


def current(folder: Path) -> Path:
    """Where the store lies; made when there is none. Leftovers of other generations are swept."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / _POINTER).exists():
        old = any(path.is_file() and path.suffix != PARTIAL for path in folder.iterdir())
        _point(folder, 0 if old else max(_numbers(folder), default=0) + 1)
    place = _place(folder, _number(folder))
    place.mkdir(exist_ok=True)
    sweep(folder)
    return place


def fresh(folder: Path) -> Path:
    """An empty place for the next generation."""
    place = _place(folder, _number(folder) + 1)
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    return place


def switch(folder: Path) -> None:
    """From now on the next generation is the store. The old one stays until ``sweep``."""
    number = _number(folder) + 1
    sync_tree(_place(folder, number))
    sync(folder)
    _point(folder, number)


def sweep(folder: Path) -> None:
    """Delete whatever is not the store."""
    number = _number(folder)
    for path in folder.iterdir():
        mine = path.name.isdigit() or path.suffix == PARTIAL
        if path.name in (_POINTER, str(number)) or (number == 0 and not mine):
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def restart(folder: Path) -> None:
    """Give up what is there: the store is empty and new."""
    _point(folder, max((_number(folder), *_numbers(folder))) + 1)


def _numbers(folder: Path) -> list[int]:
    return [int(path.name) for path in folder.iterdir() if path.name.isdigit()]


def _number(folder: Path) -> int:
    try:
        return int((folder / _POINTER).read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return 0


def _place(folder: Path, number: int) -> Path:
    return folder / str(number) if number else folder


def _point(folder: Path, number: int) -> None:
    write_whole(folder / _POINTER, f"{number}\n".encode("ascii"))
