"""All stores of a data folder replaced by others in one step, whatever moment a kill comes at.

The new ones are made in ``folder/restoring/``. A mark in there says that they are whole; from then
on whoever opens the folder finishes the exchange, and before it whoever opens the folder gives
them up. What was replaced lies in ``folder/replaced/`` until all of the new is in its place. Only
what lies in the folder is moved, so the folder itself may be a mount and stays locked all along.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from kb.durable import sync, sync_tree, write_whole
from kb.errors import BackupError

CATALOG = "catalog.sqlite"
STORES = (CATALOG, "files", "lexical", "vectors")
"""What is replaced; models, backups and the lock stay."""
_COMING, _GONE, _WHOLE = "restoring", "replaced", "whole"


def begin(folder: Path) -> Path:
    """An empty place for the new stores."""
    abandon(folder)
    coming = folder / _COMING
    coming.mkdir(mode=0o700)
    return coming


def abandon(folder: Path) -> None:
    """Give up new stores that are not whole yet."""
    if not (folder / _COMING / _WHOLE).exists():
        shutil.rmtree(folder / _COMING, ignore_errors=True)


def commit(folder: Path) -> None:
    """The new stores are whole and closed: put them in the place of the old ones.

    Raises OSError before anything is replaced, BackupError once the exchange has to be finished.
    """
    coming = folder / _COMING
    sync_tree(coming)
    sync(folder)
    write_whole(coming / _WHOLE, b"")
    finish(folder)


def finish(folder: Path) -> None:
    """Finish an exchange that was cut short, or give it up if the new stores were not whole.

    Raises BackupError when files cannot be moved; nothing is lost, and the next call goes on.
    """
    coming, gone = folder / _COMING, folder / _GONE
    try:
        if (coming / _WHOLE).exists():
            gone.mkdir(exist_ok=True)
            for name in STORES:
                if (coming / name).exists():
                    for old in _files_of(folder / name):
                        old.rename(gone / old.name)
                    (coming / name).rename(folder / name)
            sync(folder)
    except OSError as error:
        raise BackupError(
            f"恢复还没有完成：文件不能移动（{error}）。新旧数据都在，没有丢失："
            "请检查数据文件夹的权限和磁盘，再打开一次即可继续。",
            f"The restore is not finished: files cannot be moved ({error}). Both the old and the "
            "new data are there: check the folder's permissions and the disk, and open it again.",
        ) from error
    for over in (coming, gone):
        shutil.rmtree(over, ignore_errors=True)


def _files_of(store: Path) -> Iterator[Path]:
    """A store, and the files SQLite keeps beside its own, which must not meet the new one."""
    for suffix in ("-wal", "-shm", ""):
        path = store.with_name(store.name + suffix)
        if path.exists():
            yield path
