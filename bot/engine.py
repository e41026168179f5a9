"""Question in, Answer out: the only thing the ways in (command line, page, API) call."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.choose import MAX_SENTENCES, choose
from bot.compose import compose, nearest
from bot.confidence import confidence_features, judge
from bot.conflicts import conflicts, with_opposing
from bot.evidence import Evidence, mixed, together
from bot.explain import Explanation, explain
from bot.extract import Sentence, sentences_of
from bot.listing import Listing, asks_for_list, listing
from bot.memo import VectorMemo, WordsMemo
from bot.notes import notes_for
from bot.parts import parts
from bot.planned import planned
from bot.question import Question, read_question, subject
from bot.scoring import SecondLook, read_answer, score_sentences
from bot.sorts import Sort, asked_sorts
from bot.tables import DraftTable, prove
from bot.term import term_of
from bot.typing_errors import Correction, correct
from bot.verify import check
from bot.weights import CONFIDENCE, CONFIDENCE_READ, SENTENCE, SENTENCE_READ
from bot.years import unmet
from kb.answer_table import AnswerTable
from kb.knowledge_base import KnowledgeBase
from kb.models import Answer, Audience, Citation, Claim, Hit, Note, Query, Role, Status
from kb.ranking import Candidate, Weights
from kb.retriever import carries_number, speaks_of
from kb.text import normalise, tokens

NEAR_COVER = 0.3
"""Share of a question's information from which evidence is near enough to name its years."""
READ_HITS = 4
"""Hits whose sentences are considered for the answer."""
READ_HITS_TWICE = 8
"""The same where a reranker reads the best sentences again: it tells apart what likeness cannot."""
PART_FLOOR = 0.18
"""Confidence below which a part of a question is named as missing: a part says less than a whole
question, and is trusted less."""
PART_SENTENCES = 2
"""Sentences at most for each part of a question that asks several things."""


@dataclass(slots=True)
class _Clock:
    """Milliseconds per stage, summed over the parts of a question."""

    laps: dict[str, float] = field(default_factory=dict)
    last: float = field(default_factory=time.perf_counter)

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.laps[stage] = round(self.laps.get(stage, 0.0) + (now - self.last) * 1000, 3)
        self.last = now


class Engine:
    """Answers questions over an open knowledge base. Safe to call from several threads."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self.kb = kb
        self._encode = VectorMemo(self._encode_passages)
        self._words = WordsMemo(kb)

    @property
    def crowded(self) -> bool:
        """Whether questions wait for their turn, so that what nobody asked for had better wait."""
        return False

    def _encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode with the base's encoder, which is loaded at first use."""
        return self.kb.encoder.encode_passages(texts)

    def ask(self, question: str, role: Role = Role.INVESTOR, on: date | None = None) -> Answer:
        """Answer a question for a role, by the rules of a day (default: today).

        Raises QuestionError when nothing is asked, or too much.
        """
        return self.answer(self.gather(question, role, on))

    def answer(self, evidence: Evidence) -> Answer:
        """Decide on what was gathered: the proven answer, or a refusal."""
        clock = _Clock(dict(evidence.timings))
        claims, citations = self._prove(evidence.chosen, evidence.query.audiences)
        clock.lap("verify")
        missing = self._missing_numbers(evidence.question, evidence.query)
        status = self._status(evidence) if claims and not missing else Status.REFUSED
        if status is Status.REFUSED:
            claims, citations = [], []
        draft = planned(self, evidence) if not missing else None
        if draft is not None:
            clock.lap("plan")
        table = None
        if draft is not None and (proven := self._prove_table(draft, evidence.query.audiences)):
            (table, claims, citations), status = proven, Status.ANSWERED
            evidence = replace(evidence, chosen=[], listed=None, missing=())
        return Answer(
            question=evidence.question.text,
            status=status,
            claims=tuple(claims),
            citations=tuple(citations),
            notes=self.notes(evidence, citations, missing),
            confidence=round(evidence.confidence, 4),
            nearest=() if status is Status.ANSWERED else nearest(evidence.hits),
            timings=clock.laps,
            hits=tuple(evidence.hits),
            table=table,
        )

    def notes(
        self, evidence: Evidence, citations: Sequence[Citation], missing: Sequence[str] = ()
    ) -> tuple[Note, ...]:
        """The remarks on an answer with these citations. ``missing``: numbers of no document."""
        return notes_for(
            citations,
            evidence.query.on,
            corrections=evidence.question.corrections,
            times=evidence.question.times,
            unmet=_unmet(evidence),
            missing_numbers=missing,
            missing_parts=evidence.missing if citations else (),
            conflicting=conflicts(evidence.chosen) if citations else (),
            listed=evidence.listed if citations else None,
            missing_articles=() if evidence.sentences else evidence.query.articles,
        )

    def _status(self, evidence: Evidence) -> Status:
        """Answer, show the nearest as no answer, or refuse: by the confidence alone.

        What speaks of another place is never the nearest: it would be read as an answer.
        """
        settings = self.kb.settings
        if evidence.confidence >= settings.refuse_below:
            return Status.ANSWERED
        if evidence.confidence < settings.nearest_from or evidence.features.get("place_missing"):
            return Status.REFUSED
        return Status.NEAREST

    def explain(self, evidence: Evidence) -> Explanation:
        """Every score of every stage, and what speaks against an answer."""
        return explain(
            evidence.question,
            evidence.hits,
            evidence.sentences,
            evidence.chosen,
            evidence.features,
            self._confidence(),
            (self.kb.settings.refuse_below, self.kb.settings.nearest_from),
        )

    def gather(
        self,
        question: str,
        role: Role = Role.INVESTOR,
        on: date | None = None,
    ) -> Evidence:
        """Find, choose sentences, and weigh them; nothing is decided yet.

        A question that asks several things is looked into as a whole and part by part.
        """
        clock = _Clock()
        asked, query = self.read(question, role, on)
        clock.lap("read")
        whole = self._look(asked, query, clock)
        told = parts(asked.text if asked.english else asked.search)
        if len(told) == 1 or not whole.hits:
            return whole
        found = [self._look_for_part(part, whole, role, clock) for part in told]
        return together(whole, found, PART_FLOOR)

    def _look_for_part(self, part: str, whole: Evidence, role: Role, clock: _Clock) -> Evidence:
        """Evidence for one part, with what the whole question says of places and documents."""
        asked, query = self.read(part, role, whole.query.on)
        asked = replace(
            asked,
            places=asked.places or whole.question.places,
            years=asked.years or whole.question.years,
        )
        query = replace(
            query,
            doc_numbers=whole.query.doc_numbers,
            articles=whole.query.articles,
            include_out_of_force=whole.query.include_out_of_force,
        )
        return self._look(asked, query, clock, whole.hits, PART_SENTENCES)

    def _second(self) -> SecondLook | None:
        """What reads the best sentences together with the question, if there is a reranker."""
        reranker = self.kb.models.reranker
        return SecondLook(reranker, SENTENCE_READ) if reranker is not None else None

    def _confidence(self) -> Weights:
        """The weights that were fitted with a reranker, or without."""
        return CONFIDENCE if self.kb.models.reranker is None else CONFIDENCE_READ

    def _look(
        self,
        asked: Question,
        query: Query,
        clock: _Clock,
        besides: Sequence[Hit] = (),
        most: int = MAX_SENTENCES,
    ) -> Evidence:
        """Search for one thing, choose at most ``most`` sentences for it, and weigh them."""
        vector = self.kb.encoder.encode_queries([query.text])[0]
        clock.lap("encode")
        hits = self.kb.search(query, vector=vector)
        clock.lap("search")
        few = READ_HITS if self.kb.models.reranker is None else READ_HITS_TWICE
        best = mixed(hits, besides)[: 2 * READ_HITS] if besides else hits[:few]
        texts = self.kb.catalog.texts({h.document.version_id for h in best})
        found = sentences_of([h for h in best if h.document.version_id in texts], texts)
        if query.articles:  # who names an article wants that one, and no other
            found = [s for s in found if speaks_of(query.articles, s.passage.path, s.text)]
        idf = self.kb.lexical.idf(tokens(query.words or query.text))
        score_sentences(found, query.text, vector, idf, self._encode, SENTENCE, self._second())
        sorts = asked_sorts(normalise(query.text))
        chosen = choose(found, sorts, most=most)
        listed = self._list_of(chosen, query, texts)
        chosen = list(listed.items) if listed else with_opposing(chosen, found)
        chosen[1:1] = self._term(chosen, sorts, texts)
        clock.lap("sentences")
        features = confidence_features(asked, chosen, idf, self._read(asked, query, chosen))
        confidence = judge(features, self._confidence())
        return Evidence(
            asked, query, hits, found, chosen, features, confidence, clock.laps, listed=listed
        )

    def _read(self, asked: Question, query: Query, chosen: Sequence[Sentence]) -> float:
        """What the reranker says of the whole answer; 0 without one, or without an answer."""
        reranker = self.kb.models.reranker
        if reranker is None or not chosen:
            return 0.0
        return read_answer(query.text, asked.expansions, chosen, reranker)

    def _list_of(
        self, chosen: Sequence[Sentence], query: Query, texts: Mapping[int, str]
    ) -> Listing | None:
        """The list that the best sentence stands in, when a list is asked for."""
        if not chosen or not asks_for_list(query.text):
            return None
        version = chosen[0].hit.document.version_id
        return listing(chosen[0], self.kb.catalog.passages(version), texts[version])

    def _term(
        self, chosen: Sequence[Sentence], sorts: Sequence[Sort], texts: Mapping[int, str]
    ) -> list[Sentence]:
        """Until when the answer's own document holds, if that is asked and not yet said."""
        if not any(sort.name == "until" for sort in sorts) or not chosen:
            return []
        version = chosen[0].hit.document.version_id
        found = term_of(chosen, sorts, self.kb.catalog.passages(version), texts[version])
        return [found] if found else []

    def likeness(self, sentence: str, texts: Sequence[str]) -> list[float]:
        """How alike a sentence and each text are in meaning (cosine)."""
        mine, *theirs = self._encode([sentence, *texts])
        return [float(mine @ other) for other in theirs]

    def search(
        self,
        words: str,
        role: Role = Role.INVESTOR,
        on: date | None = None,
        **filters: Any,
    ) -> list[Hit]:
        """Hits for words and facets (the filters of ``Query``), without an answer."""
        _, query = self.read(words, role, on)
        return self.kb.search(replace(query, **filters))

    def candidates(
        self, question: str, role: Role = Role.INVESTOR, on: date | None = None
    ) -> list[Candidate]:
        """All candidates of a question with their features, for baselines and fitting."""
        return self.kb.candidates(self.read(question, role, on)[1])

    def read(
        self, question: str, role: Role = Role.INVESTOR, on: date | None = None
    ) -> tuple[Question, Query]:
        """A question taken apart, and what to look for, for a role and a day.

        Raises QuestionError when nothing is asked, or too much.
        """
        glossary = self.kb.snapshot.glossary
        asked = read_question(
            question,
            glossary,
            self.kb.settings.max_question_chars,
            partial(self._put_right, audiences=role.audiences),
            on,
        )
        text, words = self._named(asked, role) or (asked.search, asked.words)
        return asked, Query(
            text=text,
            words=words,
            on=on or date.today(),
            audiences=role.audiences,
            doc_numbers=tuple(asked.doc_numbers),
            articles=asked.articles,
            expansions=asked.expansions,
            definition=asked.definition,
            include_out_of_force=asked.about_past,
        )

    def _put_right(
        self, normal: str, audiences: tuple[Audience, ...]
    ) -> tuple[str, tuple[Correction, ...]]:
        """A question without its typing errors, by the words of what this user may see."""

        def stands(stretch: str) -> bool:
            pairs = [stretch[i : i + 2] for i in range(len(stretch) - 1)]
            return self.kb.lexical.stand_together(pairs, audiences)

        return correct(normal, self._words(audiences), stands)

    def _named(self, asked: Question, role: Role) -> tuple[str, str] | None:
        """What to look for when documents are named by number: their titles stand for them."""
        titles = [
            info.header.title
            for info in self.kb.documents(role.audiences)
            if carries_number(info.header, asked.doc_numbers)
        ]
        if not titles:
            return None
        text = f"{' '.join(titles[:2])} {asked.bare}"
        return text, subject(text)

    def _prove(
        self, chosen: Sequence[Sentence], audiences: Sequence[Audience]
    ) -> tuple[list[Claim], list[Citation]]:
        """Claims and citations of the sentences that pass every check."""
        texts = self.kb.catalog.texts({s.hit.document.version_id for s in chosen})
        titles = self.successors(chosen, audiences)
        while chosen:
            claims, citations = compose(chosen, titles)
            problems = check(claims, citations, texts)
            if not problems:
                return claims, citations
            moved = {p.evidence for p in problems if p.claim is None}
            failed = {p.claim for p in problems}
            chosen = [s for i, s in enumerate(chosen) if i not in failed and s.text not in moved]
        return [], []

    def _prove_table(
        self, draft: DraftTable, audiences: Sequence[Audience]
    ) -> tuple[AnswerTable, list[Claim], list[Citation]] | None:
        """A table with what passes every check, its claims and citations; None if nothing does."""
        chosen = draft.sentences
        texts = self.kb.catalog.texts({s.hit.document.version_id for s in chosen})
        return prove(draft, texts, self.successors(chosen, audiences))

    def successors(
        self, chosen: Sequence[Sentence], audiences: Sequence[Audience]
    ) -> dict[str, str]:
        """Titles, by id, of what replaced the documents of sentences: only those one may see."""
        replaced_by = {s.hit.document.header.superseded_by for s in chosen}
        by_id = self.kb.snapshot.by_id
        return {
            i: by_id[i].header.title
            for i in replaced_by
            if i in by_id and by_id[i].header.audience in audiences
        }

    def _missing_numbers(self, asked: Question, query: Query) -> list[str]:
        """Document numbers asked for that no document this user may see carries."""
        held = self.kb.documents(query.audiences) if asked.doc_numbers else []
        return [
            written
            for number, written in asked.doc_numbers.items()
            if not any(carries_number(info.header, [number]) for info in held)
        ]


def _unmet(evidence: Evidence) -> tuple[int, tuple[int, ...]] | None:
    """Which year is asked about in vain, where the evidence else speaks of what is asked."""
    near = evidence.features.get("hit_cover", 0.0) >= NEAR_COVER
    said = normalise(" ".join(s.lead + s.text for s in evidence.chosen))
    return unmet(evidence.question.times, said) if near else None
