"""What a change of a document keeps: corrections, unchanged vectors, the earlier edition."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, delete, insert, literal, select, update

from kb import corrections, keys, schema
from kb.catalog import Catalog
from kb.corrections import corrected
from kb.editions import keeps_earlier
from kb.errors import NotFound, ReadError
from kb.header_json import header_from_json
from kb.models import Audience, DocumentInfo, Header, ParsedDocument
from kb.retriever import index_text
from kb.stores import Encode, Stores, guarded, index

Vectors = NDArray[np.float32]


def put_right(
    catalog: Catalog,
    documents: Sequence[ParsedDocument],
    put: Mapping[str, corrections.Values],
) -> list[ParsedDocument]:
    """The documents as they will be shown: with the corrections of their headers, those that
    come with them (``put``) too.
    """
    ids = [d.document_id for d in documents]
    with catalog.begin() as connection:
        held = corrections.read(connection, ids)
    values = [held.get(i, {}) | dict(put.get(i, {})) for i in ids]
    pairs = zip(documents, values, strict=True)
    return [replace(d, header=corrected(d.header, own)) for d, own in pairs]


def corrected_header(
    catalog: Catalog, info: DocumentInfo, values: Mapping[str, Any], dropped: Collection[str]
) -> Header:
    """The header a document will have after a change of its corrections.

    Raises:
        NotFound: a correction to be taken back is not there.
        ReadError: the document would end before it takes effect.
    """
    with catalog.begin() as connection:
        held = corrections.read(connection, [info.document_id]).get(info.document_id, {})
        query = select(schema.versions.c.header).where(
            schema.versions.c.version_id == info.version_id
        )
        own = header_from_json(connection.execute(query).scalar_one())
    missing = [field for field in dropped if field not in held]
    if missing:
        names = "、".join(missing)
        raise NotFound(
            f"资料 {info.document_id} 的 {names} 没有更正过，没有改动任何内容。用 kb show 查看。",
            f"{names} of {info.document_id} is not corrected; nothing was changed. See kb show.",
        )
    kept = {field: value for field, value in held.items() if field not in dropped}
    return sound(corrected(own, kept | dict(values)))


def sound(header: Header) -> Header:
    """The header. Raises ReadError when the document would end before it takes effect."""
    if header.effective and header.expires and header.expires < header.effective:
        raise ReadError(
            f"expires（{header.expires}）早于 effective（{header.effective}）；请一起改正。",
            f"expires ({header.expires}) lies before effective ({header.effective}); correct both.",
        )
    return header


def stage_anew(stores: Stores, info: DocumentInfo, header: Header, encode: Encode) -> int:
    """Stage a document once more, as the indexes are to know it by another header."""
    with stores.catalog.begin() as connection:
        version = copy_version(connection, info.version_id)
    text = stores.catalog.texts([info.version_id])[info.version_id]
    passages = tuple(stores.catalog.passages(info.version_id))
    document = ParsedDocument(info.document_id, header, text, passages)
    texts = [index_texts(document)]
    vectors = vectors_of(stores, [document], texts, {info.document_id: info}, encode)
    guarded(lambda: index(stores, [document], [version], texts, vectors))
    return version


def keep_as(catalog: Catalog, connection: Connection, version_id: int, document_id: str) -> None:
    """Let a version stay as a document of its own when a newer edition takes its place."""
    which = schema.versions.c.version_id == version_id
    before = connection.execute(select(schema.versions.c.document_id).where(which)).scalar_one()
    connection.execute(update(schema.versions).where(which).values(document_id=document_id))
    corrections.carry(connection, before, document_id)
    documents = schema.documents
    connection.execute(delete(documents).where(documents.c.live_version == version_id))
    catalog.publish(connection, document_id, version_id)


def copy_version(connection: Connection, version_id: int) -> int:
    """Stage the same version once more; return the id of the copy."""
    versions = schema.versions
    columns = [c for c in versions.c if c.name != "version_id"]
    row = connection.execute(select(*columns).where(versions.c.version_id == version_id)).one()
    key = connection.execute(insert(versions).values(row._asdict())).inserted_primary_key
    assert key is not None
    made = int(key[0])
    for table in (schema.passages, schema.pages, schema.terms):
        others = [c for c in table.c if c.name != "version_id"]
        same = select(literal(made), *others).where(table.c.version_id == version_id)
        names = ["version_id", *(c.name for c in others)]
        connection.execute(insert(table).from_select(names, same))
    return made


def index_texts(document: ParsedDocument) -> list[str]:
    """What is embedded and indexed of a document, one text a passage."""
    return [index_text(document.header.title, p, document.text) for p in document.passages]


def earlier_editions(
    catalog: Catalog, held: Mapping[str, DocumentInfo], documents: Sequence[ParsedDocument]
) -> dict[int, str]:
    """Versions that are not thrown away when another file takes their place -> their new ids."""
    before = {d.document_id: held[d.document_id] for d in documents if d.document_id in held}
    texts = catalog.texts(info.version_id for info in before.values())
    kept = {}
    for document in documents:
        old = before.get(document.document_id)
        if old and (name := keeps_earlier(old, texts.get(old.version_id, ""), document)):
            kept[old.version_id] = name
    return kept


def vectors_of(
    stores: Stores,
    documents: Sequence[ParsedDocument],
    texts: Sequence[Sequence[str]],
    held: Mapping[str, DocumentInfo],
    encode: Encode,
) -> Vectors:
    """The vectors (n, d) of all passages, in order; a document of which the same is embedded
    as before (only facts changed, or what is returned) keeps those it has.

    Args:
        stores: where the old ones are.
        documents: as they will be shown.
        texts: what is embedded, one text a passage for each document.
        held: the visible documents by id.
        encode: makes new ones.
    """
    pairs = zip(documents, texts, strict=True)
    ready = [_kept(stores, t, held.get(d.document_id)) for d, t in pairs]
    fresh = [text for part, old in zip(texts, ready, strict=True) if old is None for text in part]
    made = encode(fresh) if fresh else None
    if made is not None and all(old is None for old in ready):
        return made
    parts, row = [], 0
    for part, old in zip(texts, ready, strict=True):
        if old is not None:
            parts.append(old)
        elif made is not None:
            parts.append(made[row : row + len(part)])
            row += len(part)
    return np.concatenate(parts).astype(np.float32)


def _kept(stores: Stores, texts: Sequence[str], old: DocumentInfo | None) -> Vectors | None:
    """The vectors the document has now, if the same is embedded of it as before."""
    if old is None or not texts or old.passage_count != len(texts):
        return None
    before = stores.catalog.texts([old.version_id]).get(old.version_id, "")
    held = stores.catalog.passages(old.version_id)
    if [index_text(old.header.title, p, before) for p in held] != list(texts):
        return None
    wanted = [keys.pack(old.version_id, i) for i in range(old.passage_count)]
    found = stores.vectors.get(list(Audience), wanted)
    return np.stack([found[key] for key in wanted]) if len(found) == len(wanted) else None
