"""Files that admins uploaded and have not decided about: their bytes, and what was read of them.

They survive a restart. The bytes lie in a folder of their own each, under the name the file had, so
that it tells kind and audience as anywhere else; nothing of them is in any index. An upload is gone
when it was taken in or discarded.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row, delete, insert, select, update

from kb import schema
from kb.catalog import Catalog
from kb.durable import sync
from kb.errors import NotFound
from kb.models import Audience, Kind, ParsedDocument

FOLDER = "uploads"
"""Where in a data folder uploads lie."""

_DOCUMENT = TypeAdapter(ParsedDocument)


class Stage(StrEnum):
    """How far an upload is."""

    WAITING = "waiting"
    READ = "read"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Upload:
    """An uploaded file. ``name`` is its own, with ``/`` between folders; ``kind`` and ``audience``
    are for a file that does not say.

    ``replaces`` is the document it is to replace, empty for none, None as its name tells;
    ``corrections`` is what was put right in its header (see ``kb.corrections``). ``recipe`` tells
    how it was read; ``zh`` and ``en`` what is wrong with it, ``can_accept`` when it was read and
    only the gate objects, ``accepted`` when an admin takes it in all the same.
    """

    upload_id: str
    name: str
    content_hash: str
    size: int
    who: str
    kind: Kind | None = None
    audience: Audience | None = None
    added_at: str = ""
    stage: Stage = Stage.WAITING
    replaces: str | None = None
    corrections: Mapping[str, Any] = field(default_factory=dict)
    recipe: str = ""
    can_accept: bool = False
    accepted: bool = False
    zh: str = ""
    en: str = ""


def folder_of(data: Path, upload_id: str) -> Path:
    """The folder of an upload in a data folder."""
    return data / FOLDER / upload_id


def path_of(data: Path, upload: Upload) -> Path:
    """Where the bytes of an upload lie."""
    return folder_of(data, upload.upload_id) / upload.name


def enter(catalog: Catalog, data: Path, upload: Upload, file: Path) -> None:
    """Keep a file, which is moved, and enter it. Raises StoreError, OSError: then it stays."""
    target = path_of(data, upload)
    target.parent.mkdir(parents=True, exist_ok=True)
    sync(file)
    os.replace(file, target)
    for folder in target.relative_to(data).parents:
        sync(data / folder)
    values = asdict(upload) | {"added_at": datetime.now(UTC).isoformat(timespec="seconds")}
    with catalog.begin() as connection:
        connection.execute(insert(schema.uploads).values(**values, document=None))


def every(catalog: Catalog) -> list[Upload]:
    """All uploads, oldest first."""
    table = schema.uploads
    columns = [c for c in table.c if c.name != "document"]
    query = select(*columns).order_by(table.c.added_at, table.c.name, table.c.upload_id)
    with catalog.begin() as connection:
        return [_upload(row) for row in connection.execute(query)]


def find(catalog: Catalog, upload_id: str) -> Upload:
    """One upload. Raises NotFound."""
    table = schema.uploads
    columns = [c for c in table.c if c.name != "document"]
    query = select(*columns).where(table.c.upload_id == upload_id)
    with catalog.begin() as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound(
            "这份上传文件已经处理过，或已丢弃。请看文档列表和任务列表。",
            "This upload was dealt with already, or discarded. See the documents and the jobs.",
        )
    return _upload(row)


def document_of(catalog: Catalog, upload_id: str) -> ParsedDocument | None:
    """What was read of an upload, without its source bytes; None when nothing was."""
    table = schema.uploads
    query = select(table.c.document).where(table.c.upload_id == upload_id)
    with catalog.begin() as connection:
        raw = connection.execute(query).scalar_one_or_none()
    return None if raw is None else _DOCUMENT.validate_json(raw)


def note_read(
    catalog: Catalog, upload_id: str, document: ParsedDocument, recipe: str, **said: Any
) -> None:
    """Keep what was read of an upload, and in ``said`` what the gate objects to."""
    raw = _DOCUMENT.dump_json(replace(document, source=b"")).decode()
    change(catalog, upload_id, stage=Stage.READ, document=raw, recipe=recipe, **said)


def change(catalog: Catalog, upload_id: str, **values: Any) -> None:
    """Change what is known of an upload; nothing happens when it is gone."""
    table = schema.uploads
    with catalog.begin() as connection:
        connection.execute(update(table).where(table.c.upload_id == upload_id).values(**values))


def discard(catalog: Catalog, data: Path, upload_ids: Iterable[str]) -> None:
    """Forget uploads and delete their bytes; those that are gone are passed over."""
    table, gone = schema.uploads, list(upload_ids)
    with catalog.begin() as connection:
        for upload_id in gone:
            connection.execute(delete(table).where(table.c.upload_id == upload_id))
    for upload_id in gone:
        shutil.rmtree(folder_of(data, upload_id), ignore_errors=True)


def sweep(catalog: Catalog, data: Path) -> None:
    """After a crash: delete bytes that nobody knows of, and say of uploads that their bytes are
    gone (a restored backup has none).
    """
    known = every(catalog)
    ids = {upload.upload_id for upload in known}
    for folder in (data / FOLDER).glob("*"):
        if folder.name not in ids:
            shutil.rmtree(folder, ignore_errors=True)
    for upload in known:
        if not path_of(data, upload).is_file():
            change(
                catalog,
                upload.upload_id,
                stage=Stage.FAILED,
                can_accept=False,
                zh="上传的文件已不在。请重新上传。",
                en="The uploaded file is gone. Upload it again.",
            )


def _upload(row: Row[Any]) -> Upload:
    values = dict(row._mapping)
    kind, audience = values["kind"], values["audience"]
    values["kind"] = Kind(kind) if kind else None
    values["audience"] = Audience(audience) if audience else None
    values["stage"] = Stage(values["stage"])
    return Upload(**values)
