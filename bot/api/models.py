"""What the interface takes and gives, every field described. Days are YYYY-MM-DD."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from kb.answer_table import TableKind, Verdict
from kb.models import Audience, Grade, Kind, Status, Validity

MOST_TURNS = 20
"""Earlier turns a question may bring with it."""


class Strict(BaseModel):
    """What a request carries: a field that is not known is an error."""

    model_config = ConfigDict(extra="forbid")


class TurnBody(Strict):
    """An earlier turn of the conversation."""

    question: str = Field(description="what was asked then")
    resolved: str = Field("", description="`resolved` of the answer to it, if it had one")
    documents: list[str] | None = Field(
        None,
        max_length=50,
        description="ids of the documents cited then, in order; left out, it is asked again",
    )


class AskBody(Strict):
    """What `POST /api/ask` takes."""

    question: str = Field(description="the question, Chinese or English")
    on: date | None = Field(None, description="answer by the rules of this day; default today")
    turns: list[TurnBody] = Field(
        [], max_length=MOST_TURNS, description="the conversation so far, oldest first"
    )
    lang: Literal["zh", "en"] | None = Field(
        None, description="language of words that are from no document; default the question's"
    )


class ClaimBody(BaseModel):
    """One sentence of an answer."""

    text: str = Field(description="the sentence")
    citations: list[int] = Field(description="numbers `n` of the citations it rests on")


class CitationBody(BaseModel):
    """The place a sentence rests on."""

    n: int = Field(description="its number in this answer, from 1")
    document_id: str = Field(description="the document")
    version_id: int = Field(description="the version of the document that was read")
    title: str = Field(description="the document's title")
    doc_number: str = Field(description="its number (文号), empty if it has none")
    issuers: list[str] = Field(description="who issued it")
    path: list[str] = Field(description="where in it: chapter, article, item, from the outside in")
    page: int | None = Field(description="page of the source file, from 1, if it has pages")
    quote: str = Field(description="the words it rests on: text[start:end], verbatim")
    start: int = Field(description="where the quote begins in the document's text, in characters")
    end: int = Field(description="where it ends, exclusive")
    validity: Validity = Field(description="where the document stands on the day asked for")
    effective: date | None = Field(description="its first day in force")
    expires: date | None = Field(description="its last day in force")
    grade: Grade | None = Field(description="how well its figures were verified, A best")
    superseded_by: str = Field(description="title of what replaced it, empty if nothing did")


class NoteBody(BaseModel):
    """A remark, in both languages."""

    code: str = Field(description="what kind of remark, for programs")
    zh: str = Field(description="in Chinese")
    en: str = Field(description="in English")


class NearestBody(BaseModel):
    """A document offered where there is no answer."""

    document_id: str = Field(description="the document")
    title: str = Field(description="its title")
    doc_number: str = Field(description="its number (文号), empty if it has none")
    path: list[str] = Field(description="the nearest place in it")


class CellBody(BaseModel):
    """One cell of a table."""

    text: str = Field(description="sentences of documents, empty if nothing is held")
    citations: list[int] = Field(description="numbers `n` of the citations they rest on")
    verdict: Verdict | None = Field(description="of a condition: met, unmet or unknown")
    said: str = Field(description="what the asker said that it was compared with")


class RowBody(BaseModel):
    """One row of a table."""

    head: str = Field(description="what it is about")
    cells: list[CellBody] = Field(description="its cells")
    verdict: Verdict | None = Field(description="of a policy: what its conditions come to")


class TableBody(BaseModel):
    """An answer that needs more than one passage, side by side."""

    kind: TableKind = Field(description="comparison, list or conditions")
    heads: list[str] = Field(description="of a comparison: the things compared")
    rows: list[RowBody] = Field(description="an aspect, an item or a policy each")
    left_out: int = Field(description="rows that were found and are not given")


class ResolvedBody(BaseModel):
    """How a question that leans on earlier ones was understood."""

    text: str = Field(description="the whole question that was looked for")
    carried: list[str] = Field(description="what was taken from earlier turns")


class AnswerBody(BaseModel):
    """An answer or a refusal."""

    model_config = ConfigDict(extra="allow")

    question: str = Field(description="the question that was answered")
    status: Status = Field(
        description="`answered`; `nearest`: no direct answer, the nearest is shown; `refused`"
    )
    claims: list[ClaimBody] = Field(description="the sentences, each with its citations")
    citations: list[CitationBody] = Field(description="the places they rest on")
    notes: list[NoteBody] = Field(
        description="remarks: expiring, superseded, sources that differ …"
    )
    confidence: float = Field(description="0 to 1, that what was found answers this very question")
    nearest: list[NearestBody] = Field(description="the nearest documents, where not answered")
    timings: dict[str, float] = Field(description="milliseconds by stage")
    generated: bool = Field(
        False, description="a language model worded it; each sentence was checked all the same"
    )
    table: TableBody | None = Field(
        None, description="the same side by side, where a question needs it"
    )
    resolved: ResolvedBody | None = Field(
        None, description="how a follow-up was understood; pass its text on in `turns`"
    )


class HitBody(BaseModel):
    """A passage that was found, with some of its surroundings."""

    document_id: str = Field(description="the document")
    version_id: int = Field(description="its version")
    title: str = Field(description="its title")
    doc_number: str = Field(description="its number (文号), empty if it has none")
    path: list[str] = Field(description="where in it")
    page: int | None = Field(description="page of the source file, from 1, if it has pages")
    text: str = Field(description="text[start:end] of the document")
    start: int = Field(description="where it begins, in characters")
    end: int = Field(description="where it ends, exclusive")
    score: float = Field(description="higher is better; comparable within one search only")
    validity: Validity = Field(description="where the document stands on the day asked for")


class CountBody(BaseModel):
    """How many documents a value of a facet would give."""

    value: str = Field(description="the value")
    documents: int = Field(description="documents found with it, whatever else is chosen of it")
    chosen: bool = Field(description="whether the request asks for it")


class SearchBody(BaseModel):
    """What a search found."""

    hits: list[HitBody] = Field(description="passages, best first")
    facets: dict[str, list[CountBody]] | None = Field(
        None, description="with `facets=true`: counts by region, chain, topic, year and kind"
    )


class DocumentBody(BaseModel):
    """A document and what is known of it; what is not known is left out."""

    model_config = ConfigDict(extra="ignore")

    document_id: str = Field(description="its id, the same over all versions")
    version_id: int = Field(description="the version that answers now")
    validity: Validity = Field(description="where it stands on the day asked for")
    passages: int = Field(description="how many clauses, items and rows it has")
    characters: int = Field(description="length of its text")
    source_name: str = Field(description="name of the file it came in")
    added_at: str = Field(description="when this version was taken in")
    title: str = Field(description="its title")
    kind: Kind = Field(description="policy, experience or glossary")
    audience: Audience = Field(description="who may see it")
    doc_number: str = Field("", description="its number (文号)")
    issuers: list[str] = Field([], description="who issued it")
    published: date | None = Field(None, description="the day it was published")
    effective: date | None = Field(None, description="its first day in force")
    expires: date | None = Field(None, description="its last day in force")
    superseded_by: str = Field("", description="id or title of what replaced it")
    superseded_on: date | None = Field(None, description="from which day on")
    regions: list[str] = Field([], description="places it is about")
    chains: list[str] = Field([], description="industry chains")
    topics: list[str] = Field([], description="topics")
    years: list[int] = Field([], description="years it is about")
    grade: Grade | None = Field(None, description="how well its figures were verified, A best")
    sources: list[str] = Field([], description="where it is from")


class DocumentsBody(BaseModel):
    """A stretch of the list of documents."""

    documents: list[DocumentBody] = Field(description="by id, from `offset` on")
    total: int = Field(description="how many fit the filters in all")


class FieldBody(BaseModel):
    """One value of a header, and where it is from."""

    model_config = ConfigDict(populate_by_name=True)

    value: Any = Field(description="the value")
    origin: str = Field(
        alias="from", description="correction, inferred, text, file_name or given (front matter)"
    )
    page: str | None = Field(None, description="the page it was found on, as printed")
    quote: str | None = Field(None, description="the words it was found in")
    start: int | None = Field(None, description="where these begin in the text, in characters")
    end: int | None = Field(None, description="where they end, exclusive")


class RelativeBody(BaseModel):
    """Another edition or a copy of a document."""

    document_id: str = Field(description="the other document")
    relation: str = Field(description="what it is to this one")
    validity: Validity = Field(description="where it stands on the day asked for")
    title: str = Field("", description="its title")
    doc_number: str = Field("", description="its number (文号)")
    published: date | None = Field(None, description="the day it was published")
    effective: date | None = Field(None, description="its first day in force")
    expires: date | None = Field(None, description="its last day in force")
    superseded_on: date | None = Field(None, description="the day it was replaced")


class RecordBody(DocumentBody):
    """A document with where its header is from, its relatives, and remarks on how it was read."""

    fields: dict[str, FieldBody] = Field(description="each known value with its origin")
    relatives: list[RelativeBody] = Field(description="other editions and copies")
    notes: list[NoteBody] = Field(description="what its reader is unsure of")


class PassageBody(BaseModel):
    """One clause, list item, paragraph or table row: the unit of citation."""

    ordinal: int = Field(description="its place in the document, from 0")
    path: list[str] = Field(description="the headings it stands under, from the outside in")
    start: int = Field(description="where it begins in the text, in characters")
    end: int = Field(description="where it ends, exclusive")
    page: int | None = Field(description="page of the source file, from 1, if it has pages")
    kind: str = Field(description="clause, row or term")
    text: str = Field(description="text[start:end]")


class PassagesBody(BaseModel):
    """A stretch of a document's passages."""

    document_id: str = Field(description="the document")
    version_id: int = Field(description="its version")
    passages: list[PassageBody] = Field(description="in order, from `offset` on")
    total: int = Field(description="how many there are in all")


class TextBody(BaseModel):
    """A document's text, to which all offsets refer."""

    document_id: str = Field(description="the document")
    version_id: int = Field(description="its version")
    text: str = Field(description="text[start:end]")
    start: int = Field(description="where it begins, in characters")
    end: int = Field(description="where it ends, exclusive")
    characters: int = Field(description="length of the whole text")


class HeadingBody(BaseModel):
    """A heading of a document."""

    level: int = Field(description="its depth, from 1")
    text: str = Field(description="the heading")
    start: int = Field(description="where it begins in the text, in characters")
    end: int = Field(description="where it ends, exclusive")


class OutlineBody(BaseModel):
    """A document's headings."""

    document_id: str = Field(description="the document")
    version_id: int = Field(description="its version")
    headings: list[HeadingBody] = Field(description="in order")


class RemovedBody(BaseModel):
    """A document was removed."""

    document_id: str = Field(description="the document")
    erased: bool = Field(description="whether no file holds a trace of it; else a repair erases it")


class OutcomeBody(BaseModel):
    """What became of a file."""

    name: str = Field(description="the file")
    result: str = Field(description="added, replaced, unchanged, set aside, refused …")
    document_id: str = Field(description="the document it became, if it did")
    zh: str = Field(description="why, in Chinese")
    en: str = Field(description="why, in English")


class JobBody(BaseModel):
    """Files being taken in behind the running server."""

    job_id: str = Field(description="its id")
    state: str = Field(description="waiting, running, done, cancelled or failed")
    outcomes: list[OutcomeBody] = Field(description="what became of each file so far")
    error: NoteBody | None = Field(None, description="why it failed as a whole, if it did")


class MeaningBody(BaseModel):
    """What one document says a term means."""

    definition: str = Field(description="the definition")
    document_id: str = Field(description="the document that gives it")
    title: str = Field(description="its title")
    start: int = Field(description="where the definition begins in its text, in characters")
    end: int = Field(description="where it ends, exclusive")


class TermBody(BaseModel):
    """A term of the glossary."""

    name: str = Field(description="the term")
    reading: str = Field(description="its pinyin")
    aliases: list[str] = Field(description="its other Chinese names")
    english: list[str] = Field(description="its English names")
    related: list[str] = Field(description="related terms")
    meanings: list[MeaningBody] = Field(description="what documents say it means")


class TermsBody(BaseModel):
    """A stretch of the glossary."""

    terms: list[TermBody] = Field(description="best first for a search, else by pinyin")
    total: int = Field(description="how many there are in all")


class HealthBody(BaseModel):
    """Whether the base answers, and what the visitor may read of it."""

    status: str = Field(description="ok")
    documents: int = Field(description="documents the visitor may read")
    passages: int = Field(description="passages of these")


class Told(BaseModel):
    """A message: what happened and what to do."""

    zh: str = Field(description="in Chinese")
    en: str = Field(description="in English")


class ErrorBody(BaseModel):
    """Every error."""

    error: Told = Field(description="what happened and what to do")
