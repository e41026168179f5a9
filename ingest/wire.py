"""What a reading process and its parent say to each other: lines of JSON, no pickles.

A process that has read a hostile file is not trusted: what it sends is parsed into the values of
``kb.models`` by their types, and ``document_of`` checks what the types cannot say. The bytes of
the source stay with the parent.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, fields, replace

from pydantic import TypeAdapter, ValidationError

from ingest.limits import LIMITS, Limits
from ingest.parse import parse_bytes
from kb.errors import KbError, QuarantineError, ReadError
from kb.models import Audience, Kind, ParsedDocument

PAGE, DOCUMENT, ERROR, CRASH = b"P", b"D", b"E", b"X"
"""The first byte of a line: a sign of life, the document, a KbError, any other exception."""

_DOCUMENT = TypeAdapter(ParsedDocument)
_ERRORS: dict[str, type[KbError]] = {e.__name__: e for e in (ReadError, QuarantineError)}


@dataclass(frozen=True, slots=True)
class Job:
    """A file to read: its bytes, what it is called, what its folder says, whether it is accepted.

    See ``ingest.parse.parse_bytes`` for the fields.
    """

    data: bytes
    name: str
    kind: Kind | None = None
    audience: Audience | None = None
    limits: Limits = LIMITS
    accept: bool = False


def parse_job(job: Job) -> ParsedDocument:
    """Read the job's file in this process; raises what ``parse_bytes`` does."""
    return parse_bytes(
        job.data,
        job.name,
        folder_kind=job.kind,
        folder_audience=job.audience,
        limits=job.limits,
        accept=job.accept,
    )


class Garbled(Exception):
    """What came through the pipe is no answer; for the parent's own use."""


def request(job: Job) -> bytes:
    """The line that goes before the bytes of a job."""
    told_not = ("on_page", "ocr")
    limits = {f.name: getattr(job.limits, f.name) for f in fields(Limits) if f.name not in told_not}
    told = {
        "name": job.name,
        "kind": job.kind,
        "audience": job.audience,
        "accept": job.accept,
        "size": len(job.data),
        "limits": limits,
    }
    return json.dumps(told).encode("ascii") + b"\n"


def job_of(line: bytes, read: Callable[[int], bytes], on_page: Callable[[int, int], None]) -> Job:
    """The job a request stands for; ``read(size)`` gives the bytes that follow it."""
    told = json.loads(line)
    return Job(
        data=read(told["size"]),
        name=told["name"],
        kind=Kind(told["kind"]) if told["kind"] else None,
        audience=Audience(told["audience"]) if told["audience"] else None,
        limits=Limits(**told["limits"], on_page=on_page),
        accept=told["accept"],
    )


def page_line(done: int, total: int) -> bytes:
    """A sign of life: ``done`` pages of ``total``."""
    return PAGE + json.dumps([done, total]).encode("ascii") + b"\n"


def document_line(document: ParsedDocument) -> bytes:
    """A document without its source bytes."""
    return DOCUMENT + _DOCUMENT.dump_json(replace(document, source=b"")) + b"\n"


def error_line(error: BaseException) -> bytes:
    """An error for the user, or the name of any other exception."""
    if isinstance(error, KbError):
        told = {"kind": type(error).__name__, "zh": error.zh, "en": error.en}
        return ERROR + json.dumps(told).encode("ascii") + b"\n"
    return CRASH + json.dumps(type(error).__name__).encode("ascii") + b"\n"


def page_of(line: bytes) -> tuple[int, int]:
    """The pages of a sign of life. Raises Garbled."""
    try:
        done, total = json.loads(line[1:])
        return int(done), int(total)
    except (ValueError, TypeError) as error:
        raise Garbled from error


def error_of(line: bytes) -> KbError:
    """The error a reader raised. Raises Garbled."""
    try:
        told = json.loads(line[1:])
        return _ERRORS.get(told["kind"], ReadError)(str(told["zh"]), str(told["en"]))
    except (ValueError, TypeError, KeyError) as error:
        raise Garbled from error


def crash_of(line: bytes) -> str:
    """The name of the exception a reader died of."""
    try:
        return str(json.loads(line[1:]))[:80]
    except ValueError as error:
        raise Garbled from error


def document_of(line: bytes, job: Job, content_hash: str) -> ParsedDocument:
    """The document of a job, with its source bytes.

    Raises Garbled when it is none, or when its parts do not fit together.
    """
    try:
        document = _DOCUMENT.validate_json(line[1:])
    except ValidationError as error:
        raise Garbled from error
    _check(document)
    header = document.header
    if job.audience is Audience.INTERNAL:  # what the folder keeps inside stays inside
        header = replace(header, audience=Audience.INTERNAL)
    return replace(document, header=header, source=job.data, content_hash=content_hash)


def _check(document: ParsedDocument) -> None:
    """Raise Garbled unless every span lies in the text and the passages are counted from 0."""
    end = len(document.text)
    spans = [
        *((p.start, p.end) for p in document.passages),
        *((p.start, p.window_end) for p in document.passages),
        *(p.lead for p in document.passages if p.lead is not None),
        *(p.wide for p in document.passages if p.wide is not None),
        *((p.start, p.end) for p in document.pages),
        *((b.start, b.end) for p in document.pages for b in p.boxes),
        *((t.start, t.end) for t in document.terms),
        *document.found.values(),
    ]
    if any(not 0 <= a <= b <= end for a, b in spans):
        raise Garbled
    if [p.ordinal for p in document.passages] != list(range(len(document.passages))):
        raise Garbled
    if not document.document_id or len(document.document_id) > 80:
        raise Garbled
