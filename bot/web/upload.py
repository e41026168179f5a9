"""Taking an uploaded file in: streamed to the disk and hashed on the way, never in memory whole."""

from __future__ import annotations

import hashlib
import secrets
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from starlette.concurrency import run_in_threadpool

from bot.file_names import safe_name
from bot.jobs import Jobs
from ingest.limits import MEGABYTE
from kb import uploads
from kb.errors import KbError, ReadError
from kb.knowledge_base import KnowledgeBase
from kb.models import Audience, Kind
from kb.stores import guarded, not_written
from kb.uploads import Upload

MOST_WAITING = 500
"""Uploads that may wait for a decision."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What an admin says of a file when uploading it; see ``kb.uploads.Upload``."""

    who: str
    kind: Kind | None = None
    audience: Audience | None = None
    replaces: str | None = None


class TooLarge(ReadError):
    """The file is larger than the setting allows."""


class Duplicate(KbError):
    """The same file waits already."""


def wish_of(who: str, kind: str = "", audience: str = "", replaces: str = "") -> Wish:
    """The wish of form values; what does not exist is left out."""
    return Wish(
        who,
        Kind(kind) if kind in set(Kind) else None,
        Audience(audience) if audience in set(Audience) else None,
        replaces or None,
    )


async def receive(
    kb: KnowledgeBase, jobs: Jobs, name: str, wish: Wish, chunks: AsyncIterator[bytes]
) -> Upload:
    """Keep an uploaded file until somebody decides about it.

    Raises:
        ReadError: it is empty. TooLarge. Duplicate: it waits already, or too many do.
        NotFound: the document it is to replace is gone. StoreError: the disk is full.
    """
    if wish.replaces:
        kb.document(wish.replaces, list(Audience))
    inbox = await run_in_threadpool(jobs.inbox)
    try:
        file = inbox / "file"
        digest, size = await _write(file, chunks, kb.settings.max_file_mb, name)
        upload = Upload(
            upload_id=secrets.token_hex(8),
            name=safe_name(name),
            content_hash=digest,
            size=size,
            who=wish.who,
            kind=wish.kind,
            audience=wish.audience,
            replaces=wish.replaces,
        )
        await run_in_threadpool(_enter, kb, upload, file)
    except OSError as error:
        raise not_written(error) from error
    finally:
        await run_in_threadpool(shutil.rmtree, inbox, True)
    return upload


async def _write(
    file: Path, chunks: AsyncIterator[bytes], most_mb: int, name: str
) -> tuple[str, int]:
    """Write a file as it comes; its hash and size."""
    digest, size = hashlib.sha256(), 0

    def put(out: IO[bytes], chunk: bytes) -> None:
        digest.update(chunk)
        out.write(chunk)

    with open(file, "wb") as out:
        async for chunk in chunks:
            size += len(chunk)
            if size > most_mb * MEGABYTE:
                raise too_large(name, most_mb)
            if chunk:
                await run_in_threadpool(put, out, chunk)
    if not size:
        raise ReadError(
            f"{name} 是空文件，没有保存。请检查后重新上传。",
            f"{name} is empty and was not kept. Check it and upload it again.",
        )
    return digest.hexdigest(), size


def too_large(name: str, most_mb: int) -> TooLarge:
    """The refusal of a file that is too large."""
    return TooLarge(
        f"{name} 超过 {most_mb} MB 的上限，没有保存。请拆分文件，或调大设置 max_file_mb。",
        f"{name} is larger than the {most_mb} MB allowed and was not kept. Split it, or raise the "
        "setting max_file_mb.",
    )


def _enter(kb: KnowledgeBase, upload: Upload, file: Path) -> None:
    waiting = uploads.every(kb.catalog)
    for other in waiting:
        if (other.content_hash, other.name) == (upload.content_hash, upload.name):
            raise Duplicate(
                f"{upload.name} 已经上传过，正在等待处理，不用再传。",
                f"{upload.name} was uploaded already and waits for a decision.",
            )
    if len(waiting) >= MOST_WAITING:
        raise Duplicate(
            f"已有 {MOST_WAITING} 个文件在等待处理。请先导入或丢弃一些。",
            f"{MOST_WAITING} files wait for a decision already. Take some in or discard some.",
        )
    guarded(lambda: uploads.enter(kb.catalog, kb.folder, upload, file))
