"""An answer in a language model's words: each sentence is proven before anybody sees it.

The model is asked only when the base covers the question, gets only what this reader may read, and
what it writes counts only as far as ``bot.proof`` bears it out. When it fails, is slow, declines or
loses half of its sentences, the answer in the documents' own words stands, with a note why.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace

from bot import llm
from bot.compose import cite
from bot.engine import Engine
from bot.evidence import Evidence
from bot.extract import Sentence
from bot.llm import Message
from bot.prompt import DECLINED, messages, rules
from bot.proof import Failure, Ground, prove, turns_its_model_round
from bot.sentence_stream import Written, written
from bot.sources import Source, model_tokens, sources_of
from bot.verify import moved_quotes
from bot.writing_notes import declined, dropped_note, failed, unproven
from kb.errors import LlmError
from kb.models import Answer, Citation, Claim, Note, Status

MOST = 12
"""Sentences of one answer; a model that writes more is stopped."""
SPARE = 300
"""Tokens left for marks, dates and a count that is a little off."""

Told = tuple[Claim, tuple[Citation, ...]]


@dataclass(slots=True)
class _Page:
    """What was proven so far, and how much was not."""

    claims: list[Claim] = field(default_factory=list)
    cited: dict[tuple[int, int, int], Citation] = field(default_factory=dict)
    dropped: int = 0

    @property
    def holds(self) -> bool:
        """Whether at least half of what was written is proven."""
        return bool(self.claims) and len(self.claims) >= self.dropped


def is_asked(engine: Engine, evidence: Evidence, answer: Answer) -> bool:
    """Whether the model is to write this answer: one is there, and the base covers the question.

    A list that a document counts up is quoted whole, and so is a table.
    """
    return (
        llm.is_on(engine.kb.settings)
        and answer.status is Status.ANSWERED
        and evidence.listed is None
        and answer.table is None
    )


def write(engine: Engine, evidence: Evidence, answer: Answer) -> Generator[Told, None, Answer]:
    """Each proven sentence as it comes; returns the whole answer.

    ``answer`` is the one in the documents' own words, which is returned with a note when the
    model's does not do. What was yielded before then no longer counts.
    """
    settings = engine.kb.settings
    texts = engine.kb.catalog.texts({hit.document.version_id for hit in evidence.hits})
    question = evidence.question.text
    room = settings.llm_context - llm.REPLY_TOKENS - SPARE
    room -= model_tokens(rules()) + model_tokens(question)
    sources = sources_of(evidence, texts, room)
    if not sources:
        return answer
    page, began = _Page(), time.perf_counter()
    asked = messages(question, sources, secrets.token_hex(6))
    try:
        yield from _proven(engine, evidence, sources, asked, page)
    except LlmError as error:
        return _fallen_back(answer, failed(error))
    if not page.holds:
        reason = unproven(page.dropped) if page.dropped else declined()
        return _fallen_back(answer, reason)
    citations = list(page.cited.values())
    if moved_quotes(citations, texts):
        return _fallen_back(answer, unproven(len(page.claims)))
    notes = engine.notes(evidence, citations)
    if page.dropped:
        notes += (dropped_note(page.dropped),)
    return replace(
        answer,
        claims=tuple(page.claims),
        citations=tuple(citations),
        notes=notes,
        timings={**answer.timings, "llm": round((time.perf_counter() - began) * 1000, 3)},
        generated=True,
    )


def _proven(
    engine: Engine,
    evidence: Evidence,
    sources: Sequence[Source],
    asked: Sequence[Message],
    page: _Page,
) -> Iterator[Told]:
    """The model's sentences, as far as they are proven; ``page`` keeps the count."""
    reply = llm.stream(engine.kb.settings, asked)
    _read_ahead(engine, sources)
    said: set[str] = set()
    try:
        for sentence in written(reply):
            if sentence.text.lower().startswith(DECLINED) or sentence.text in said:
                continue
            said.add(sentence.text)
            grounds = rests_on(engine, sentence, sources)
            if not grounds:
                page.dropped += 1
                continue
            titles = engine.successors(grounds, evidence.query.audiences)
            numbers: list[int] = []
            for s in grounds:
                if s.lead_span is not None:
                    numbers.append(cite(page.cited, s, s.lead_span, s.lead, titles))
                numbers.append(cite(page.cited, s, (s.start, s.end), s.text, titles))
            claim = Claim(sentence.text, tuple(dict.fromkeys(numbers)))
            page.claims.append(claim)
            yield claim, tuple(c for c in page.cited.values() if c.n in claim.citations)
            if len(page.claims) == MOST:
                return
    finally:
        reply.close()


def _read_ahead(engine: Engine, sources: Sequence[Source]) -> None:
    """Encode what sentences will be compared with while the model still thinks."""
    grounds = [ground_of(s) for source in sources for s in source.sentences]
    engine.likeness("", [text for g in grounds for text in (g.text, g.core)])


def rests_on(engine: Engine, sentence: Written, sources: Sequence[Source]) -> tuple[Sentence, ...]:
    """What a sentence follows from: of the passages it cites, else of the best other one."""
    cited = [s for s in sources if s.n in sentence.cited]
    others = [s for s in sources if s.n not in sentence.cited]
    found = _grounds(engine, sentence.text, cited)
    if not found and (best := _likest(engine, sentence.text, others)):
        found = _grounds(engine, sentence.text, [best])
    every = [s for source in sources for s in source.sentences]
    chosen = [i for i, s in enumerate(every) if any(s is g for g in found)]
    if found and turns_its_model_round(sentence.text, [ground_of(s) for s in every], chosen):
        return ()
    return found


def _grounds(engine: Engine, text: str, sources: Sequence[Source]) -> tuple[Sentence, ...]:
    sentences = [s for source in sources for s in source.sentences]
    result = prove(text, [ground_of(s) for s in sentences], engine.kb.lexical.idf, engine.likeness)
    return () if isinstance(result, Failure) else tuple(sentences[i] for i in result.grounds)


def _likest(engine: Engine, text: str, sources: Sequence[Source]) -> Source | None:
    """The passage with the sentence that is most alike."""
    places = [(source, s) for source in sources for s in source.sentences]
    if not places:
        return None
    alike = engine.likeness(text, [s.lead + s.text for _, s in places])
    return places[max(range(len(places)), key=alike.__getitem__)][0]


def ground_of(s: Sentence) -> Ground:
    """A sentence of a document as what a claim may rest on."""
    head = s.hit.document.header
    around = " ".join([head.title, head.doc_number, *head.issuers, *s.passage.path])
    return Ground(s.lead + s.text, around, head.regions, (head.effective, head.expires))


def _fallen_back(answer: Answer, why: Note) -> Answer:
    return replace(answer, notes=(*answer.notes, why))
