"""A folder of files made by the program itself: whole or not there, checked by its manifest."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"
_STALE = 3600.0  # seconds after which a left-over temporary folder is another build's no more


def damage(folder: Path, recipe: dict[str, Any], files: Iterable[str], *, deep: bool) -> str | None:
    """What is wrong with ``folder``, in a few words, or None.

    Compares the manifest with ``recipe`` and the files' sizes; with ``deep`` also their SHA-256.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if any(manifest[key] != value for key, value in recipe.items()):
            return "recipe"
        for name in files:
            known = manifest["files"][name]
            if (folder / name).stat().st_size != known["bytes"]:
                return f"size of {name}"
            if deep and sha256(folder / name) != known["sha256"]:
                return f"content of {name}"
    except FileNotFoundError as error:
        return f"no {Path(error.filename or MANIFEST).name}"
    except (OSError, ValueError, KeyError, TypeError):
        return f"unreadable {MANIFEST}"
    return None


def build(
    folder: Path, recipe: dict[str, Any], files: Iterable[str], write: Callable[[Path], None]
) -> None:
    """Have ``write`` make the files in a new folder and put that in place of ``folder``.

    The folder is written whole under another name and then renamed: never a half-made one.
    Raises OSError when it cannot be written.
    """
    names = tuple(files)
    folder.parent.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    partial = Path(tempfile.mkdtemp(prefix=_prefix(folder), dir=folder.parent))
    try:
        write(partial)
        made = {
            name: {"bytes": (partial / name).stat().st_size, "sha256": sha256(partial / name)}
            for name in names
        }
        (partial / MANIFEST).write_text(
            json.dumps({**recipe, "files": made}, indent=1), encoding="utf-8"
        )
        _install(partial, folder, lambda: damage(folder, recipe, names, deep=False) is None)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def sha256(path: Path) -> str:
    """The file's SHA-256 in hex digits."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _install(partial: Path, folder: Path, good: Callable[[], bool]) -> None:
    """Put the finished folder in place of whatever stands there."""
    partial.chmod(0o755)  # mkdtemp's is 0o700
    if folder.exists():
        folder.rename(partial.with_name(partial.name + ".old"))
    try:
        partial.rename(folder)
    except OSError:
        if not good():  # else another process was faster, with the same result
            raise
    shutil.rmtree(partial.with_name(partial.name + ".old"), ignore_errors=True)


def _prefix(folder: Path) -> str:
    return f".{folder.name}.tmp-"


def _sweep(folder: Path) -> None:
    """Remove what a killed build left behind."""
    for path in folder.parent.glob(_prefix(folder) + "*"):
        if time.time() - path.stat().st_mtime > _STALE:
            shutil.rmtree(path, ignore_errors=True)
