"""Reads uploaded files in the background of the server, so that a person can look at them first.

One at a time, with a low priority. What was read is kept with the upload (``kb.uploads``): after a
restart the rest is read. An archive is unpacked: each of its files becomes an upload of its own.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from bot.background import lower_priority
from bot.web.chat import log_failure
from ingest.archive import Refused
from ingest.files import documents_in, read
from ingest.pipeline import limits_of, recipe_of
from ingest.reading import Reading
from ingest.reviewed import reading_of
from ingest.sniff import is_archive
from ingest.wire import Job
from kb import uploads
from kb.durable import sync
from kb.errors import KbError, QuarantineError, ReadError
from kb.knowledge_base import KnowledgeBase
from kb.models import ParsedDocument
from kb.stores import INCOMING, PREVIEW
from kb.uploads import Stage, Upload

log = logging.getLogger(__name__)

_POLL = 0.2  # seconds between looks at whether the file being read is still wanted


_UNKNOWN = (
    "读取时出现意外错误。请换一种格式再上传；仍不行请把日志交给维护人员。",
    "Something unexpected failed while it was read. Upload it in another format; if that fails too "
    "hand the log to whoever maintains the program.",
)


class _NotWanted(Exception):
    """The upload was discarded, or the server stops, while it was being read."""


class Previews:
    """Reads what waits. Safe to call from several threads; ``close`` it at the end."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self._kb = kb
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closing = False
        self._waiting = True
        self._unwanted: set[str] = set()
        self._pages: dict[str, tuple[int, int]] = {}
        uploads.sweep(kb.catalog, kb.folder)
        if any(upload.stage is Stage.WAITING for upload in uploads.every(kb.catalog)):
            self.wake()

    def wake(self) -> None:
        """Something was uploaded: read it when its turn comes."""
        with self._changed:
            self._waiting = True
            if self._thread is None and not self._closing:
                self._thread = threading.Thread(target=self._work, name="previews", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def pages(self) -> dict[str, tuple[int, int]]:
        """How far the upload being read is: page and pages by its id."""
        with self._changed:
            return dict(self._pages)

    def discard(self, upload_ids: Iterable[str]) -> None:
        """Delete uploads; one that is being read is given up."""
        gone = list(upload_ids)
        with self._changed:
            self._unwanted |= set(gone)
        uploads.discard(self._kb.catalog, self._kb.folder, gone)

    def close(self) -> None:
        """Stop reading. What was not read is read after the next start."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()

    # -- the worker --------------------------------------------------------------------------

    def _work(self) -> None:
        lower_priority()
        while self._wait():
            try:
                with Reading(self._kb.folder / PREVIEW, processes=1) as reading:
                    while (upload := self._next()) is not None:
                        self._read(upload, reading)
            except _NotWanted:
                continue  # its process ended with the pool; the others are read by a new one
            except KbError as known:  # it stays as it is, and is read when there is more to read
                log.warning("what was uploaded could not be read: %s", known.en)
            except Exception as unknown:  # noqa: BLE001  (the worker must live; the log says where)
                log_failure("preview", unknown)

    def _wait(self) -> bool:
        """Until something waits to be read; False when the server stops."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closing)
            return not self._closing

    def _next(self) -> Upload | None:
        with self._changed:
            self._waiting = False
            if self._closing:
                return None
        waiting = [u for u in uploads.every(self._kb.catalog) if u.stage is Stage.WAITING]
        return waiting[0] if waiting else None

    def _read(self, upload: Upload, reading: Reading) -> None:
        path = uploads.path_of(self._kb.folder, upload)
        try:
            data = read(path, limits_of(self._kb))
            if is_archive(data):
                self._unpack(upload, data)
            else:
                self._look(upload, path, data, reading)
        except KbError as error:
            self._fail(upload, error)
        except _NotWanted:
            raise
        except Exception as unknown:  # noqa: BLE001  (the worker must live; the log says where)
            log_failure("preview", unknown)
            self._fail(upload, ReadError(*_UNKNOWN))
        finally:
            with self._changed:
                self._pages.pop(upload.upload_id, None)

    def _fail(self, upload: Upload, error: KbError) -> None:
        said = {"zh": error.zh, "en": error.en}
        uploads.change(self._kb.catalog, upload.upload_id, stage=Stage.FAILED, **said)

    def _look(self, upload: Upload, path: Path, data: bytes, reading: Reading) -> None:
        folder = uploads.folder_of(self._kb.folder, upload.upload_id)
        kind, audience = reading_of(path, folder, upload.kind, upload.audience)
        job = Job(data, path.name, kind, audience, limits_of(self._kb))
        recipe = recipe_of(kind, audience)
        try:
            document = self._result(upload, job, reading)
        except QuarantineError as error:
            document = self._result(upload, replace(job, accept=True), reading)
            said = {"can_accept": True, "zh": error.zh, "en": error.en}
            uploads.note_read(self._kb.catalog, upload.upload_id, document, recipe, **said)
        else:
            uploads.note_read(self._kb.catalog, upload.upload_id, document, recipe)

    def _result(self, upload: Upload, job: Job, reading: Reading) -> ParsedDocument:
        def on_page(done: int, total: int) -> None:  # called in another thread
            with self._changed:
                self._pages[upload.upload_id] = (done, total)

        on_page(0, 0)
        future: Future[ParsedDocument] = reading.submit(job, on_page)
        while not future.done():
            if self._closing or upload.upload_id in self._unwanted:
                raise _NotWanted
            _wait(future)
        return future.result()

    def _unpack(self, upload: Upload, data: bytes) -> None:
        """Each file of an archive as an upload of its own, in its place."""
        for member in documents_in(data, limits_of(self._kb)):
            if isinstance(member, Refused):
                self._enter(upload, member.name, b"", ReadError(member.zh, member.en))
            else:
                self._enter(upload, member.name, member.data, None)
        self.discard([upload.upload_id])

    def _enter(self, archive: Upload, name: str, data: bytes, error: KbError | None) -> None:
        folder = self._kb.folder / INCOMING / secrets.token_hex(8)
        folder.mkdir(parents=True, mode=0o700)
        file = folder / "file"
        file.write_bytes(data)
        sync(file)
        inside = replace(
            archive,
            upload_id=secrets.token_hex(8),
            name=f"{archive.name}/{name}",
            content_hash=sha256(data).hexdigest(),
            size=len(data),
            stage=Stage.WAITING if error is None else Stage.FAILED,
            zh=error.zh if error else "",
            en=error.en if error else "",
        )
        uploads.enter(self._kb.catalog, self._kb.folder, inside, file)
        folder.rmdir()


def _wait(future: Future[ParsedDocument]) -> None:
    """Wait for a file to be read, or a moment."""
    try:
        future.exception(timeout=_POLL)
    except TimeoutError:
        return
