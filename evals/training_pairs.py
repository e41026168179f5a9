"""Make the reranker's training samples: ``python -m evals.training_pairs LAWS CMRC OUT``.

LAWS and CMRC are the folders of LeCoQA's law articles and of the CMRC trial set in the uniform
form; OUT gets ``samples.jsonl``. Sources, all of which may go into shipped weights:

- ``evals/training``: our own questions on law articles, on digests of the dev split, and on
  clauses invented for this;
- the first 500 questions of LeCoQA (MIT) and of CMRC's trial set (CC BY-SA 4.0), the same 500
  each that the ranking weights are fitted on; the rest stays unseen.

No document of the gold questions' test split is read, and no gold question is used.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import kb as _kb  # noqa: F401  (offline switches first)
from evals import metrics
from evals.dataset import lines_of, load_set
from evals.shelf import Encode, Shelf, Window, remembering, windows_of
from ingest.parse import parse_file, parse_text
from kb.encoder import load_encoder
from kb.models import ParsedDocument
from kb.pairs import passage_text

FITTED = 500
"""Questions of LeCoQA and of CMRC that are used; all further ones are for measuring."""
TRAINING, GOLD, CORPUS = Path("evals/training"), Path("evals/gold"), Path("corpus")
BY_MEANING, BY_WORDS, KEPT = 24, 16, 24
"""Candidates taken of each kind as wrong ones, and how many are kept in all."""
SAME = 0.6
"""Share of a right clause's letter pairs from which a window says the same, and is not wrong."""
CLEAR = 0.008
"""Cosine by which a clause's best sentence must lead, to be taken for the one that answers."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A question with what answers it and what does not, as the reranker reads them.

    ``right`` and ``wrong`` are windows, ``right_short`` and ``wrong_short`` single sentences;
    ``misses`` are questions that ``right`` leaves open.
    """

    source: str
    question: str
    right: tuple[str, ...]
    right_short: tuple[str, ...]
    wrong: tuple[str, ...]
    wrong_short: tuple[str, ...]
    misses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Maker:
    """What making samples needs."""

    encode_questions: Encode
    encode_passages: Encode
    random: random.Random

    def sample(
        self,
        source: str,
        question: str,
        shelf: Shelf,
        right: Sequence[int],
        closed: Iterable[int] = (),
        misses: Sequence[str] = (),
        own: Sequence[int] | None = None,
        told: Sequence[str] | None = None,
    ) -> Sample:
        """One question; ``right`` and ``closed`` are windows that cannot be wrong ones.

        ``told``: the right sentences as read, where they are known; else the likeliest one of the
        clauses that the windows ``own`` (by default ``right``) begin with.
        """
        vector = self.encode_questions([question])[0]
        found = shelf.search(question, vector, BY_MEANING, BY_WORDS)
        out = {*right, *closed}
        said = [_letter_pairs(shelf.windows[i].clause) for i in own or right]
        wrong = [i for i in found if i not in out and not _repeats(shelf.windows[i].text, said)]
        wrong = wrong[:KEPT]
        short = []
        for i in wrong:
            parts = shelf.windows[i].clause_sentences
            if parts:
                short.append(shelf.windows[i].read_sentence(self.random.choice(parts)))
        if told is None:
            told = self._likeliest(question, [shelf.windows[i] for i in own or right])
        return Sample(
            source,
            question,
            tuple(shelf.windows[i].read for i in right),
            tuple(told),
            tuple(shelf.windows[i].read for i in wrong),
            tuple(short),
            tuple(misses),
        )

    def _likeliest(self, question: str, windows: Sequence[Window]) -> list[str]:
        """The sentence that is nearest to the question, if it is so clearly."""
        parts = [(w, s) for w in windows for s in w.clause_sentences]
        parts = list({s: (w, s) for w, s in parts}.values())
        if not parts:
            return []
        vectors = self.encode_passages([f"{w.lead}{s}" for w, s in parts])
        scores = vectors @ self.encode_questions([question])[0]
        order = scores.argsort()[::-1]
        if len(order) > 1 and scores[order[0]] - scores[order[1]] < CLEAR:
            return []
        window, sentence = parts[order[0]]
        return [window.read_sentence(sentence)]


def law_samples(maker: Maker, laws: Path) -> Iterator[Sample]:
    """Our questions on law articles, and LeCoQA's first 500, over all articles."""
    questions = load_set(laws)
    articles = {
        (r["law"], r["article"]): r["id"] for r in lines_of(laws / "corpus.jsonl", ("law",))
    }
    documents = [parse_text(r.text, title=r.title, document_id=r.id) for r in questions.records]
    shelf = Shelf(windows_of(documents), maker.encode_passages)
    own = [r for r in _training() if "law" in r]
    asked = [i for i in questions.items[:FITTED] if i.answerable]
    maker.encode_questions([*(r["question"] for r in own), *(i.question for i in asked)])
    for r in own:
        article = articles.get((r["law"], r["article"]))
        if article is None:
            continue
        here = shelf.at[article]
        right = _best(maker, shelf, r["question"], here)
        yield maker.sample("laws", r["question"], shelf, right, here, _misses(r))
    for item in asked:
        held = [shelf.at[d] for d in item.relevant if d in shelf.at]
        if held:
            right = [i for here in held for i in _best(maker, shelf, item.question, here)]
            everything = [i for here in held for i in here]
            yield maker.sample("lecoqa", item.question, shelf, right, everything)


def _best(maker: Maker, shelf: Shelf, question: str, here: Sequence[int]) -> list[int]:
    """Of a document's windows the first, and the one nearest to the question."""
    vector = maker.encode_questions([question])[0]
    nearest = max(here, key=lambda i: float(shelf.vectors[i] @ vector))
    return (
        list(dict.fromkeys([nearest, here[0]]))
        if len(shelf.windows[here[0]].text) < 120
        else [nearest]
    )


def digest_samples(maker: Maker) -> Iterator[Sample]:
    """Our questions on clauses of the digests, over the documents of the dev split."""
    documents = dev_documents()
    shelf = Shelf(windows_of(documents), maker.encode_passages)
    own = [r for r in _training() if "document" in r]
    maker.encode_questions([r["question"] for r in own])
    for r in own:
        there = shelf.at.get(r["document"], ())
        here = [i for i in there if " › ".join(shelf.windows[i].path) == r["path"]]
        if here:
            clause = shelf.windows[here[0]]
            end = clause.start + len(clause.clause)
            spans = {i: (shelf.windows[i].start, shelf.windows[i].end) for i in there}
            around = [i for i, (a, b) in spans.items() if a < end and b > clause.start]
            whole = [i for i in around if spans[i][0] <= clause.start and spans[i][1] >= end]
            right = list(dict.fromkeys([*here, *whole]))
            yield maker.sample("digests", r["question"], shelf, right, around, _misses(r), own=here)


def policy_samples(maker: Maker) -> Iterator[Sample]:
    """Our questions on invented clauses; the clauses of one title are each other's wrong ones."""
    own = [r for r in _training() if "clause" in r]
    windows: dict[tuple[str, str], Window] = {}
    for r in own:
        path = tuple(step for step in r["path"].split(" › ") if step)
        windows[r["title"], r["clause"]] = _invented(r["title"], path, r["clause"])
    places = {key: i for i, key in enumerate(windows)}
    if not windows:
        return
    alone = list(windows.values())
    shelf = Shelf([*alone, *_joined(alone, maker.random)], maker.encode_passages)
    maker.encode_questions([r["question"] for r in own])
    for r in own:
        here = places[r["title"], r["clause"]]
        holding = [i for i in shelf.at[r["title"]] if r["clause"] in shelf.windows[i].text]
        right = list(dict.fromkeys([here, *holding]))
        yield maker.sample("policies", r["question"], shelf, right, misses=_misses(r), own=[here])


def _joined(windows: Sequence[Window], rng: random.Random) -> list[Window]:
    """Each clause followed by another of its title, as windows of a document often are."""
    by_title: dict[str, list[Window]] = {}
    for w in windows:
        by_title.setdefault(w.title, []).append(w)
    found = []
    for w in windows:
        others = [o for o in by_title[w.title] if o is not w]
        if others:
            text = f"{w.clause}\n{rng.choice(others).clause}"
            found.append(_invented(w.title, w.path, text))
    return found


def _invented(title: str, path: tuple[str, ...], clause: str) -> Window:
    index = passage_text(title, path, "", clause)
    return Window(title, title, path, "", 0, clause, clause, index)


def cmrc_samples(maker: Maker, folder: Path) -> Iterator[Sample]:
    """CMRC's first 500 trial questions: the answer's words tell the right window and sentence."""
    questions = load_set(folder)
    documents = [parse_text(r.text, title=r.title, document_id=r.id) for r in questions.records]
    shelf = Shelf(windows_of(documents), maker.encode_passages)
    asked = [i for i in questions.items[:FITTED] if i.answerable]
    maker.encode_questions([i.question for i in asked])
    for item in asked:
        here = [i for d in item.relevant for i in shelf.at.get(d, ())]
        right = [i for i in here if metrics.inside(item.answers, [shelf.windows[i].text])]
        told = [
            shelf.windows[i].read_sentence(s)
            for i in right
            for s in shelf.windows[i].clause_sentences
            if metrics.inside(item.answers, [s])
        ]
        if right:
            yield maker.sample("cmrc", item.question, shelf, right, told=list(dict.fromkeys(told)))


def dev_documents() -> list[ParsedDocument]:
    """The documents of ``corpus/`` that no test question is about."""
    test = test_documents()
    documents = [parse_file(f) for f in sorted(CORPUS.rglob("*.md"))]
    return [d for d in documents if d.document_id not in test]


def test_documents() -> frozenset[str]:
    """Ids in the list of the gold questions' README that begins with ``test:``."""
    for line in (GOLD / "README.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("test: "):
            return frozenset(part.strip("`") for part in line.split()[1:])
    raise ValueError(f"no list of test documents in {GOLD}/README.md")


def _letter_pairs(text: str) -> frozenset[str]:
    plain = metrics.loose(text)
    return frozenset(plain[i : i + 2] for i in range(len(plain) - 1))


def _repeats(text: str, clauses: Sequence[frozenset[str]]) -> bool:
    """Whether a text says the same as one of the clauses, or is a part of it."""
    own = _letter_pairs(text)
    return any(len(own & said) >= SAME * max(1, min(len(own), len(said))) for said in clauses)


def _training() -> list[dict[str, str]]:
    return [r for f in sorted(TRAINING.glob("*.jsonl")) for r in lines_of(f, ("question",))]


def _misses(record: dict[str, str]) -> list[str]:
    return [record["miss"]] if record.get("miss") else []


def main() -> None:
    """Make all samples and write them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("laws", type=Path)
    parser.add_argument("cmrc", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--encoder", type=Path, default=Path("data/encoder"))
    chosen = parser.parse_args()
    encoder = load_encoder("offline", chosen.encoder)
    maker = Maker(
        remembering(encoder.encode_queries, chosen.out / "questions.npz"),
        remembering(encoder.encode_passages, chosen.out / "passages.npz"),
        random.Random(1),  # noqa: S311  no secret
    )
    count = 0
    with open(chosen.out / "samples.jsonl", "w", encoding="utf-8") as file:
        for samples in (
            digest_samples(maker),
            policy_samples(maker),
            cmrc_samples(maker, chosen.cmrc),
            law_samples(maker, chosen.laws),
        ):
            for sample in samples:
                file.write(json.dumps(asdict(sample), ensure_ascii=False) + "\n")
                count += 1
    print(f"{count} samples")


if __name__ == "__main__":
    main()
