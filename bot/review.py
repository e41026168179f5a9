"""Uploaded files as a person decides about them: what would become of one, what was put right in
its header, and what is left of it once it was taken in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from bot.record import Field, header_fields
from ingest.outcome import Outcome, Result
from ingest.pipeline import recipe_of
from ingest.reviewed import Reviewed, reading_of, replaced_by
from kb import corrections, uploads
from kb.corrections import corrected
from kb.editions import keeps_earlier
from kb.errors import NotFound
from kb.knowledge_base import KnowledgeBase
from kb.models import DocumentInfo, Header, ParsedDocument
from kb.revision import sound
from kb.uploads import Stage, Upload


class Fate(StrEnum):
    """What would become of an upload if it were taken in now."""

    NEW = "new"
    REPLACES = "replaces"
    SAME = "same"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Review:
    """An upload that was read, as a person looks at it.

    ``header`` is the one it would have, ``fields`` tell where each value is from. ``target`` is the
    document it would replace (or is the same as), with its text; ``kept_as`` is the id under which
    that one stays as an earlier edition, empty when it is replaced. ``by_name`` tells that the
    target was found and not chosen; ``fixed`` that the file itself says which document it is.
    """

    upload: Upload
    document: ParsedDocument
    header: Header
    fields: tuple[Field, ...]
    fate: Fate
    target: DocumentInfo | None = None
    target_text: str = ""
    kept_as: str = ""
    by_name: bool = True
    fixed: bool = False


def review(kb: KnowledgeBase, upload: Upload) -> Review | None:
    """An upload with what was read of it; None while nothing was. Raises NotFound."""
    document = uploads.document_of(kb.catalog, upload.upload_id)
    if document is None:
        return None
    target, fate = _target(kb, upload, document)
    kept_on = {} if target is None else _held(kb, target.document_id)
    put = kept_on | dict(upload.corrections)
    header = corrected(document.header, put)
    text = kb.text(target) if target else ""
    kept_as = ""
    if target is not None and fate is Fate.REPLACES:
        kept_as = keeps_earlier(target, text, replace(document, header=header))
    fields = header_fields(
        header, tuple(put), document.found, document.text, document.pages, upload.name
    )
    return Review(
        upload,
        document,
        header,
        fields,
        fate,
        target,
        text,
        kept_as,
        by_name=upload.replaces is None,
        fixed=document.id_given,
    )


def put_right(kb: KnowledgeBase, upload: Upload, values: Mapping[str, Any]) -> None:
    """Correct the header of an upload, for when it is taken in. Raises ReadError, NotFound."""
    found = review(kb, upload)
    if found is None:
        raise _unread(upload)
    sound(corrected(found.header, values))
    put = dict(upload.corrections) | dict(values)
    uploads.change(kb.catalog, upload.upload_id, corrections=put)


def take_back(kb: KnowledgeBase, upload: Upload, field: str) -> None:
    """Take a correction back. Raises ReadError when the header would contradict itself."""
    document = uploads.document_of(kb.catalog, upload.upload_id)
    put = {name: value for name, value in upload.corrections.items() if name != field}
    if document is not None:
        sound(corrected(document.header, put))
    uploads.change(kb.catalog, upload.upload_id, corrections=put)


def choose_target(kb: KnowledgeBase, upload: Upload, replaces: str | None) -> None:
    """Say which document an upload replaces: an id, empty for none, None as its name tells.

    Raises NotFound for a document that is not there.
    """
    if replaces and replaces not in kb.snapshot.by_id:
        raise NotFound(
            f"没有编号为 {replaces} 的资料。请在文档列表里查看编号。",
            f"There is no document {replaces}. See the ids in the list of documents.",
        )
    uploads.change(kb.catalog, upload.upload_id, replaces=replaces)


def reviewed(kb: KnowledgeBase, upload_ids: Sequence[str]) -> list[Reviewed]:
    """The uploads as they are taken in; those that are gone are left out. What an earlier program
    read, or read in another way, is read anew.
    """
    made = []
    known = {upload.upload_id: upload for upload in uploads.every(kb.catalog)}
    for upload in (known[i] for i in upload_ids if i in known):
        file = _file(kb, upload)
        kind, audience = reading_of(file.path, file.folder, upload.kind, upload.audience)
        document = None
        good = upload.accepted or not upload.can_accept
        if good and upload.stage is Stage.READ and upload.recipe == recipe_of(kind, audience):
            document = uploads.document_of(kb.catalog, upload.upload_id)
        made.append(replace(file, document=document))
    return made


def settle(kb: KnowledgeBase, upload_ids: Sequence[str], outcome: Outcome) -> None:
    """After a file of a job: its upload is gone, or stays with the reason when it was refused.

    An archive stays until all of its files are through (``settle_archives``).
    """
    upload_id = _upload_of(kb, outcome)
    if upload_id not in upload_ids or not outcome.path.is_file():
        return
    if outcome.result is Result.REFUSED:
        uploads.change(kb.catalog, upload_id, zh=outcome.zh, en=outcome.en)
    else:
        uploads.discard(kb.catalog, kb.folder, [upload_id])


def settle_archives(
    kb: KnowledgeBase, upload_ids: Sequence[str], outcomes: Sequence[Outcome]
) -> None:
    """After a job that was not cut short: archives are gone, their files have been dealt with."""
    through = {_upload_of(kb, o) for o in outcomes if not o.path.is_file()}
    uploads.discard(kb.catalog, kb.folder, [i for i in upload_ids if i in through])


def _upload_of(kb: KnowledgeBase, outcome: Outcome) -> str:
    """The id of the upload that an outcome is of, empty when it is of none."""
    folder = kb.folder / uploads.FOLDER
    if not outcome.path.is_relative_to(folder):
        return ""
    return outcome.path.relative_to(folder).parts[0]


def _file(kb: KnowledgeBase, upload: Upload) -> Reviewed:
    return Reviewed(
        path=uploads.path_of(kb.folder, upload),
        folder=uploads.folder_of(kb.folder, upload.upload_id),
        content_hash=upload.content_hash,
        size=upload.size,
        kind=upload.kind,
        audience=upload.audience,
        put=upload.corrections,
        replaces=upload.replaces,
        accept=upload.accepted,
    )


def _target(
    kb: KnowledgeBase, upload: Upload, document: ParsedDocument
) -> tuple[DocumentInfo | None, Fate]:
    """The document an upload would replace, or is."""
    live = kb.snapshot.by_id
    if document.id_given:  # an id in the file always means that document
        info = live.get(document.document_id)
        if info is None:
            return None, Fate.NEW
        same = info.content_hash == upload.content_hash
        return info, Fate.SAME if same else Fate.REPLACES
    if upload.replaces is not None:
        info = live.get(upload.replaces)
        gone = bool(upload.replaces) and info is None
        return info, Fate.GONE if gone else Fate.REPLACES if info else Fate.NEW
    file = _file(kb, upload)
    kind, audience = reading_of(file.path, file.folder, upload.kind, upload.audience)
    file = replace(file, kind=kind, audience=audience)
    step = replaced_by(kb, file, recipe_of(kind, audience))
    info = live.get(step.own)
    if info is None:
        return None, Fate.NEW
    return info, Fate.SAME if step.same else Fate.REPLACES


def _held(kb: KnowledgeBase, document_id: str) -> dict[str, Any]:
    with kb.catalog.begin() as connection:
        return corrections.read(connection, [document_id]).get(document_id, {})


def _unread(upload: Upload) -> NotFound:
    return NotFound(
        f"{upload.name} 还没有读完。请稍候再试。",
        f"{upload.name} has not been read yet. Try again in a moment.",
    )
