"""Plain typed values shared by every package: what a document, a passage, a hit and an answer are.

Nothing here touches a store, a model or a file. Offsets are always character offsets (Python
``str`` indices, end exclusive) into ``ParsedDocument.text``, the one canonical text of a version;
``text[passage.start:passage.end] == passage.text`` holds everywhere and is checked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kb.answer_table import AnswerTable

UNSURE_PAGE = 0.90
"""Mean certainty of a page below which its text should be checked against the original. Clean
scans measure 0.98 and more; blurred or noisy ones fall under 0.95."""


class Audience(StrEnum):
    """Who may see a document. Internal documents are for cadres and admins only."""

    PUBLIC = "public"
    INTERNAL = "internal"


class Role(StrEnum):
    """Who is asking. The investor is the default everywhere: least privilege."""

    INVESTOR = "investor"
    CADRE = "cadre"
    ADMIN = "admin"

    @property
    def audiences(self) -> tuple[Audience, ...]:
        """The audiences this role may read."""
        if self is Role.INVESTOR:
            return (Audience.PUBLIC,)
        return (Audience.PUBLIC, Audience.INTERNAL)


class Kind(StrEnum):
    """What a document is. ``policy`` is the default for a file that does not say."""

    POLICY = "policy"
    EXPERIENCE = "experience"
    GLOSSARY = "glossary"


class Grade(StrEnum):
    """How well the figures of a document were verified, best first (see docs/ for the meaning)."""

    A = "A"
    B = "B"
    C = "C"
    MEMORY = "memory"


class Validity(StrEnum):
    """Where a document stands on a given day; computed by ``kb.validity``, never stored."""

    IN_FORCE = "in_force"
    EXPIRING = "expiring"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    UNDATED = "undated"


class PassageKind(StrEnum):
    """What a passage is cut from."""

    CLAUSE = "clause"
    ROW = "row"
    TERM = "term"


@dataclass(frozen=True, slots=True)
class Header:
    """What is known of a document besides its text: front matter, or found on its first page.

    ``expires`` is the last day in force (inclusive). ``superseded_by`` names the document id or
    the title that replaced it; a document with it set no longer answers questions about today,
    from ``superseded_on`` on (or at once when that is unknown).
    """

    title: str
    kind: Kind = Kind.POLICY
    audience: Audience = Audience.PUBLIC
    doc_number: str = ""
    issuers: tuple[str, ...] = ()
    published: date | None = None
    effective: date | None = None
    expires: date | None = None
    supersedes: tuple[str, ...] = ()
    superseded_by: str = ""
    superseded_on: date | None = None
    regions: tuple[str, ...] = ()
    chains: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    grade: Grade | None = None
    sources: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Box:
    """Where a printed line of a page stands: its span in the text, and its rectangle.

    ``left``, ``top``, ``right``, ``bottom`` are shares of the page's width and height (0 to 1,
    from the upper left corner), so that a page image of any size can be marked.
    """

    start: int
    end: int
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the source: its span in the text, its number from 1, and its printed label.

    ``boxes`` are its lines in the order of the text, if the source has places for them.
    ``confidence`` is the mean certainty of its recognised characters (0 to 1) when the text was
    read off a picture (OCR); None when the source holds the text itself.
    """

    number: int
    label: str
    start: int
    end: int
    boxes: tuple[Box, ...] = ()
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """One clause, list item, paragraph or table row: the unit of citation.

    ``window_end`` >= ``end``: the passage is embedded and indexed together with what follows it up
    to there (whole passages of the same section), because an answer often runs over several short
    clauses. ``wide`` is the span that is returned when this window is found: the window and some
    of its surroundings in the section, or None for the window alone. ``lead`` is the span of the
    line that introduces the list this item belongs to (``有下列情形之一的：``), or None.
    """

    ordinal: int
    path: tuple[str, ...]
    start: int
    end: int
    window_end: int
    page: int | None = None
    lead: tuple[int, int] | None = None
    kind: PassageKind = PassageKind.CLAUSE
    wide: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """A glossary entry. ``start``/``end`` is the span of the definition in the text."""

    name: str
    definition: str
    aliases: tuple[str, ...] = ()
    english: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Note:
    """A remark on an answer or a document: a machine code, and what it says in each language."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """A file turned into text, structure and facts, ready to be stored.

    ``document_id`` is stable over versions: front matter ``id`` or the caller's (``id_given``),
    else made from the source's name. ``content_hash`` is the SHA-256 of the source bytes,
    ``source`` the bytes themselves.
    ``found`` says where in the text a header field's value stands that was found there (field
    name -> span); fields given by front matter or by the caller are not in it. ``notes`` are what
    the reader of the file could not take along or is unsure of.
    """

    document_id: str
    header: Header
    text: str
    passages: tuple[Passage, ...]
    pages: tuple[Page, ...] = ()
    terms: tuple[Term, ...] = ()
    source_name: str = ""
    source: bytes = b""
    content_hash: str = ""
    found: dict[str, tuple[int, int]] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    id_given: bool = False


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """A stored document: the live version of it and its header.

    The header is what the document says of itself, with what a person corrected (``corrected``
    names those fields) and, when ``inferred``, with what replaced it by ``kb.editions``.
    ``sketch`` tells how alike texts are (``kb.sketch``); empty for a version of an earlier program.
    """

    document_id: str
    version_id: int
    header: Header
    source_name: str
    content_hash: str
    characters: int
    passage_count: int
    added_at: str
    corrected: tuple[str, ...] = ()
    inferred: bool = False
    sketch: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for, and within what. All filters are optional; empty means no restriction.

    ``on`` is the day whose law is asked for; ``include_out_of_force`` lets expired, superseded
    and not-yet-effective documents through (questions about the past, searches by cadres).
    ``words`` is what the lexical side looks for when it differs from ``text`` (an English question
    turned into Chinese terms); ``definition`` says that a term is to be explained, so that the
    glossary answers and not only helps; ``expansions`` are other names of the terms named, found
    but not required. ``doc_numbers`` and ``articles`` are exact demands found in the question
    (``国办函〔2025〕16号``, ``第二十四条``).
    """

    text: str
    on: date
    words: str = ""
    audiences: tuple[Audience, ...] = (Audience.PUBLIC,)
    kinds: tuple[Kind, ...] = ()
    regions: tuple[str, ...] = ()
    chains: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    doc_numbers: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    definition: bool = False
    include_out_of_force: bool = False
    expansions: tuple[str, ...] = ()
    limit: int = 10


@dataclass(frozen=True, slots=True)
class Hit:
    """One found window: its first passage, the document, the text returned, and the scores.

    ``text`` is ``document_text[start:end]``; ``passages`` are all passages inside the window.
    ``score`` is the fused score, higher is better; ``scores`` holds each feature by name.
    """

    document: DocumentInfo
    passages: tuple[Passage, ...]
    text: str
    start: int
    end: int
    score: float
    validity: Validity
    scores: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Citation:
    """The place one sentence rests on. ``quote`` is ``document_text[start:end]``, verbatim."""

    n: int
    document_id: str
    version_id: int
    title: str
    doc_number: str
    issuers: tuple[str, ...]
    path: tuple[str, ...]
    page: int | None
    quote: str
    start: int
    end: int
    validity: Validity
    effective: date | None
    expires: date | None
    grade: Grade | None = None
    superseded_by: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer and the numbers of the citations it rests on (never empty)."""

    text: str
    citations: tuple[int, ...]


class Status(StrEnum):
    """How a question ended.

    ``NEAREST`` lies between the others: what is shown is the nearest the base holds, and is marked
    as no direct answer.
    """

    ANSWERED = "answered"
    NEAREST = "nearest"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Nearest:
    """A document offered with a refusal: the closest the base has."""

    document_id: str
    title: str
    doc_number: str
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the engine returns. ``confidence`` is a computed probability between 0 and 1 that the
    passages found answer this very question; ``timings`` are milliseconds per stage. ``generated``
    says that a language model worded the claims, each of which was checked against what it cites.
    ``table`` arranges the claims of an answer that compares, lists or weighs conditions.
    """

    question: str
    status: Status
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    notes: tuple[Note, ...]
    confidence: float
    nearest: tuple[Nearest, ...]
    timings: dict[str, float]
    hits: tuple[Hit, ...] = ()
    generated: bool = False
    table: AnswerTable | None = None
