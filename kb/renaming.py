"""A document whose file was renamed: the same document, found under the new name from now on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlalchemy import update

from kb import schema

if TYPE_CHECKING:
    from kb.knowledge_base import KnowledgeBase


def rename_sources(base: KnowledgeBase, names: Mapping[str, str]) -> None:
    """Note new names of source files, by document id, all of them or none. Raises StoreError."""
    table = schema.versions
    with base.writing:
        versions = {base.snapshot.by_id[i].version_id: name for i, name in names.items()}
        if not versions:
            return
        with base.catalog.begin() as connection:
            for version, name in versions.items():
                which = table.c.version_id == version
                connection.execute(update(table).where(which).values(source_name=name))
        base.look_again(list(versions))
