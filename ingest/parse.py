"""One file → one ``ParsedDocument``: read, find the facts and the structure, cut, check."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from pathlib import Path, PurePosixPath, PureWindowsPath

from ingest import front_matter, gate, header
from ingest.draft import Draft
from ingest.encodings import decode
from ingest.formats import Format, read
from ingest.limits import LIMITS, Limits
from ingest.outline import outline
from ingest.passages import Sizes, headings, passages
from ingest.readers.markdown import read_markdown
from ingest.readers.text import read_text
from ingest.sniff import sniff
from ingest.source_text import clean
from ingest.terms import find_terms
from kb.errors import ReadError
from kb.models import Audience, Header, Kind, ParsedDocument

_MARKDOWN = frozenset({".md", ".markdown", ".mdown"})
_LOOKS_MARKDOWN = re.compile(r"^#{1,6} \S", re.M)
_NOT_IN_ID = re.compile(r"[^\w-]+")
_ID_LENGTH = 80


def parse_file(
    path: Path,
    *,
    defaults: Header | None = None,
    folder_kind: Kind | None = None,
    folder_audience: Audience | None = None,
    limits: Limits = LIMITS,
    accept: bool = False,
) -> ParsedDocument:
    """Read a file of any format in ``ingest.formats``.

    Args:
        path: the file.
        defaults: facts the caller knows; front matter wins over them, they win over what is found
            in the text. An empty field says nothing.
        folder_kind: what documents of its folder are, unless the front matter says otherwise.
        folder_audience: who may see documents of its folder, likewise.
        limits: how much it may hold.
        accept: take it in although the gate objects; the objections become notes.

    Raises:
        ReadError: the file cannot be read.
        QuarantineError: it can, but the gate objects; or nothing in it could be cited.
    """
    try:
        limits.check_size(path.stat().st_size)
        data = path.read_bytes()
    except IsADirectoryError as error:
        raise ReadError(
            "这是文件夹，不是文件；请选择其中的文件。", "This is a folder; choose a file in it."
        ) from error
    except OSError as error:
        raise ReadError(
            f"打不开文件 {path.name}（{error.strerror}）；请检查文件是否存在、是否有读取权限。",
            f"Cannot open {path.name} ({error.strerror}); check that it exists and may be read.",
        ) from error
    return parse_bytes(
        data,
        path.name,
        defaults=defaults,
        folder_kind=folder_kind,
        folder_audience=folder_audience,
        limits=limits,
        accept=accept,
    )


def parse_bytes(
    data: bytes,
    name: str,
    *,
    defaults: Header | None = None,
    folder_kind: Kind | None = None,
    folder_audience: Audience | None = None,
    limits: Limits = LIMITS,
    accept: bool = False,
) -> ParsedDocument:
    """Read the contents of a file called ``name``; see ``parse_file``."""
    limits.check_size(len(data))
    name = _plain_name(name)
    given: front_matter.FrontMatter | None = None
    kind = sniff(data)
    if kind is not Format.TEXT:
        draft = read(data, kind, limits)
    else:
        text = clean(decode(data))
        limits.check_characters(len(text))
        given, text = front_matter.split(text)
        draft = read_markdown(text) if _is_markdown(name, text) else read_text(text)
    base = defaults or Header(title="")
    base = replace(base, kind=folder_kind or base.kind, audience=folder_audience or base.audience)
    document = _document(
        draft, base, given, fallback=Path(name).stem, document_id=slug(name), accept=accept
    )
    if base.audience is Audience.INTERNAL:  # a file cannot open what its folder keeps inside
        document = replace(document, header=replace(document.header, audience=base.audience))
    return replace(
        document, source_name=name, source=data, content_hash=hashlib.sha256(data).hexdigest()
    )


def parse_text(
    text: str,
    *,
    title: str,
    document_id: str,
    kind: Kind = Kind.POLICY,
    defaults: Header | None = None,
    limits: Limits = LIMITS,
) -> ParsedDocument:
    """Read a plain text that is already in memory; its source is its own UTF-8 bytes.

    Raises:
        ReadError: the text is empty or too long.
        QuarantineError: text would be lost.
    """
    cleaned = clean(text)
    if not cleaned.strip():
        raise ReadError("文本是空的，请检查。", "The text is empty; check it.")
    limits.check_characters(len(cleaned))
    known = clean(title).strip()
    head = cleaned.lstrip()
    if known and head.startswith((known + " ", known + "\u3000")):
        # A flattened record begins with its title; what follows is the text.
        cleaned = known + "\n" + head[len(known) :].lstrip()
    base = replace(defaults or Header(title=known), title=known, kind=kind)
    data = text.encode("utf-8", errors="replace")
    document = _document(
        read_text(cleaned), base, None, fallback=document_id, document_id=document_id
    )
    return replace(
        document,
        source_name=document_id,
        source=data,
        content_hash=hashlib.sha256(data).hexdigest(),
        id_given=True,
    )


def slug(name: str) -> str:
    """A document id from a file name: its stem, only letters, digits, ``-`` and ``_`` kept."""
    stem = PurePosixPath(name).stem if "." in name.strip(".") else name
    made = (
        re.sub(r"-{2,}", "-", _NOT_IN_ID.sub("-", clean(stem))).strip("-_")[:_ID_LENGTH].strip("-_")
    )
    return made or "document"


def _document(
    draft: Draft,
    base: Header,
    given: front_matter.FrontMatter | None,
    *,
    fallback: str,
    document_id: str,
    accept: bool = False,
) -> ParsedDocument:
    known = given.apply(base) if given else base
    found = header.find(draft.text, draft.marks, title=known.title)
    tree = outline(draft.text, draft.marks, found.title_spans)
    terms = find_terms(draft.text, tree, glossary=known.kind is Kind.GLOSSARY)
    cut = passages(draft.text, tree, draft.pages, Sizes())
    objections = gate.check(draft, cut, headings(tree), accept=accept)
    facts = known if given else _filled(known, found)
    facts = replace(facts, title=known.title or found.title or draft.title or fallback)
    return ParsedDocument(
        document_id=given.document_id if given and given.document_id else document_id,
        header=facts,
        text=draft.text,
        passages=cut,
        pages=draft.pages,
        terms=terms,
        found=_taken(known, facts, found),
        notes=draft.notes + objections,
        id_given=bool(given and given.document_id),
    )


def _filled(known: Header, found: header.Found) -> Header:
    """``known`` with what the text says of itself where nothing was known."""
    return replace(
        known,
        doc_number=known.doc_number or found.doc_number,
        issuers=known.issuers or found.issuers,
        published=known.published or found.published,
        effective=known.effective or found.effective,
        expires=known.expires or found.expires,
        supersedes=known.supersedes or found.supersedes,
        regions=known.regions or found.regions,
    )


def _taken(known: Header, facts: Header, found: header.Found) -> dict[str, tuple[int, int]]:
    """The places of the values that ``facts`` has from the text, not from ``known``."""
    return {
        name: span
        for name, span in found.places.items()
        if not getattr(known, name) and getattr(facts, name) == getattr(found, name)
    }


def _plain_name(name: str) -> str:
    """The last part of a name that may come with folders from any system."""
    return clean(PureWindowsPath(PurePosixPath(name).name).name).strip() or "document"


def _is_markdown(name: str, text: str) -> bool:
    suffix = Path(name).suffix.lower()
    if suffix in _MARKDOWN:
        return True
    return suffix in ("", ".text", ".txt") and len(_LOOKS_MARKDOWN.findall(text[:200_000])) >= 3
