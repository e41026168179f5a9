"""Nothing of a removed document stays in any file.

The catalog forgets at once (``secure_delete``), and so do the source files; but Chroma and tantivy
only mark what is deleted and keep its vectors and terms in their files. So both are made anew in a
fresh generation (``kb.generations``) and the old one is deleted whole. That copies every vector
(about 1,000 to 2,000 a second), so in a large base a removal is only recorded (``Catalog.waste``):
the document is out of sight at once, ``kb doctor`` tells what is owed and ``--repair`` does it, and
it is done by itself when what is gone makes up a fifth of the files.

Replaced versions leave the same waste. Nobody asked for their text to be erased, so they wait
until they outweigh what lives.
"""

from __future__ import annotations

from collections.abc import Collection

from kb.catalog import Waste
from kb.entries import entries_of, expected_keys
from kb.errors import StoreError
from kb.models import DocumentInfo
from kb.stores import Progress, Stores, as_stage

AT_ONCE = 20_000
"""Up to so many passages a removal erases at once: a matter of seconds."""
SHARE = 0.2
"""Above this share of waste a removal erases at once however large the base is."""
FEW = 1_000
"""Replaced passages that are not worth a rebuild."""


def share(waste: Waste, passages: int) -> float:
    """What part of the derived stores' files is waste, 0 to 1."""
    return waste.passages / max(waste.passages + passages, 1)


def is_bloated(waste: Waste, passages: int) -> bool:
    """Whether waste takes space and time that are worth a rebuild."""
    return waste.passages > FEW and share(waste, passages) > SHARE


def is_due(waste: Waste, passages: int) -> bool:
    """Whether to erase now."""
    if waste.owed:
        return passages <= AT_ONCE or share(waste, passages) > SHARE
    return waste.passages > max(FEW, passages)


def erase(stores: Stores, live: Collection[DocumentInfo], progress: Progress | None = None) -> None:
    """Write every store anew without what is gone. A crash leaves the old or the new one whole.

    Raises StoreError when that fails (no space); what is owed stays recorded.
    """
    try:
        stores.lexical.rewrite(entries_of(stores.catalog, live))
        stores.vectors.rewrite(expected_keys(live), as_stage(progress, "copy"))
        stores.catalog.compact()
    except Exception as error:  # stores raise OSError, ValueError and their own kinds
        raise StoreError(
            f"删除的资料已不再被检索和回答，但索引文件中的痕迹还没有清除（{error}）。"
            "请腾出磁盘空间，然后运行 kb doctor --repair。",
            "What was removed is no longer found, but traces of it are still in the index files "
            f"({error}). Free disk space, then run kb doctor --repair.",
        ) from error
    stores.catalog.settle()
