"""The gold questions are in form, stand on the corpus, and are split by document."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from evals.check import Held, problems
from evals.dataset import load_set
from evals.metrics import loose

REPOSITORY = Path(__file__).resolve().parents[2]
CORPUS = REPOSITORY / "corpus"
GOLD = REPOSITORY / "evals" / "gold"

# At least so many questions of each type.
TYPES = {
    "investor": 100,
    "cadre": 25,
    "glossary": 20,
    "english": 20,
    "traditional": 10,
    "typos": 14,
    "followups": 14,
    "numbers": 20,
    "validity": 14,
    "two_documents": 12,
    "outdated": 12,
    "traps": 45,
    "refuse_near": 60,
    "refuse_offtopic": 20,
    "refuse_internal": 14,
}
REFUSED = ("refuse_near", "refuse_offtopic", "refuse_internal")
FORM: dict[str, type | tuple[type, ...]] = {
    "id": str,
    "question": str,
    "relevant": list,
    "answers": list,
    "answerable": bool,
    "role": str,
    "on": str,
    "type": str,
    "split": str,
    "must_contain": list,
    "must_not_contain": list,
    "cite": (dict, type(None)),
    "lang": str,
}
OPTIONAL: dict[str, type] = {
    "resolved": str,
    "follows": str,
    "trap": int,
    "wrong": str,
    "near": str,
    "kind": str,
    "signpost": bool,
}
Record = dict[str, Any]


@cache
def documents() -> dict[str, tuple[dict[str, Any], str]]:
    """Front matter and text of every document, by id."""
    found: dict[str, tuple[dict[str, Any], str]] = {}
    for path in sorted(CORPUS.glob("*/*.md")):
        _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
        header = yaml.safe_load(head)
        assert header["id"] not in found, f"two documents have the id {header['id']}"
        found[header["id"]] = (header, body)
    return found


@cache
def lists() -> dict[str, frozenset[str]]:
    """The document ids of ``dev``, ``test`` and ``shared`` as the README lists them."""
    text = (GOLD / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"(?m)^(dev|test|shared): (.+)$", text)
    return {name: frozenset(re.findall(r"`([^`]+)`", row)) for name, row in rows}


def read(path: Path) -> list[Record]:
    """The records of one file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


RECORDS: list[Record] = [r for path in sorted(GOLD.glob("*.jsonl")) for r in read(path)]
ANSWERED = [r for r in RECORDS if r["answerable"]]
UNANSWERED = [r for r in RECORDS if not r["answerable"]]


def compact(text: str) -> str:
    """Half width, lower case, no spaces: the form in which strings are looked for."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()


def bare(text: str) -> str:
    """The same without punctuation: how the runner looks for wrong answers."""
    return re.sub(r"[\W_]+", "", compact(text))


def text_of(document: str) -> str:
    """A document's text, ready to be searched."""
    return compact(documents()[document][1])


def sections(document: str) -> dict[str, str]:
    """Text below each heading of the second level."""
    parts = re.split(r"(?m)^## ", documents()[document][1])[1:]
    return {part.split("\n", 1)[0].strip(): part for part in parts}


def home(record: Record) -> str:
    """The document a question is about."""
    name = record["cite"]["document"] if record["answerable"] else record["near"]
    assert isinstance(name, str)
    return name


def repeated(values: Iterable[str]) -> list[str]:
    """Values that occur more than once."""
    return [value for value, count in Counter(values).items() if count > 1]


def test_there_is_one_file_per_type_and_enough_in_each() -> None:
    assert {path.stem for path in GOLD.glob("*.jsonl")} == set(TYPES)
    for name, least in TYPES.items():
        records = read(GOLD / f"{name}.jsonl")
        assert {r["type"] for r in records} == {name}
        assert len(records) >= least, name


def test_there_are_enough_questions_and_refusals() -> None:
    assert len(RECORDS) >= 330
    assert len(UNANSWERED) >= 95


def test_every_record_is_in_form() -> None:
    for record in RECORDS:
        name = record["id"]
        assert not FORM.keys() - record.keys(), name
        assert not record.keys() - FORM.keys() - OPTIONAL.keys(), name
        for key, kind in (FORM | OPTIONAL).items():
            assert key not in record or isinstance(record[key], kind), f"{name}: {key}"
        for key in ("relevant", "answers", "must_contain", "must_not_contain"):
            assert all(isinstance(value, str) and value.strip() for value in record[key]), name
            assert not repeated(record[key]), name
        assert record["question"] == record["question"].strip() != "", name
        assert record["role"] in ("investor", "cadre"), name
        assert record["split"] in ("dev", "test"), name
        assert record["lang"] in ("zh", "zh-Hant", "en"), name
        assert date.fromisoformat(record["on"]).isoformat() == record["on"], name
        assert record["answerable"] == (record["type"] not in REFUSED), name


def test_ids_are_unique_and_no_question_is_asked_twice() -> None:
    assert not repeated(r["id"] for r in RECORDS)
    assert not repeated(f"{r['question']} {r['on']} {r['role']}" for r in RECORDS)


def test_every_answer_stands_in_the_documents_named() -> None:
    for record in ANSWERED:
        name = record["id"]
        assert record["relevant"], name
        assert record["answers"], name
        assert record["must_contain"], name
        assert record["cite"]["document"] in record["relevant"], name
        wanted = {compact(a) for a in (*record["answers"], *record["must_contain"])}
        held = {d: {a for a in wanted if a in text_of(d)} for d in record["relevant"]}
        for document, found in held.items():
            assert found, f"{name}: {document} holds none of the answers"
            if record["type"] != "two_documents":
                assert found == wanted, f"{name}: {document} lacks {wanted - found}"
        assert set().union(*held.values()) == wanted, name


def test_every_cited_heading_exists_and_holds_an_answer() -> None:
    for record in ANSWERED:
        below = sections(record["cite"]["document"])
        if not below:  # a table without headings
            assert record["cite"]["path"] == [], record["id"]
            continue
        (heading,) = record["cite"]["path"]
        held = [a for a in record["answers"] if compact(a) in compact(below[heading])]
        assert held, record["id"]


def test_the_checker_of_kb_eval_finds_no_fault() -> None:
    def held(name: str) -> Held | None:
        if name not in documents():
            return None
        return Held(loose(documents()[name][1]), frozenset(map(loose, sections(name))))

    assert problems(load_set(GOLD).items, held) == []


def test_an_honest_quote_is_never_called_wrong() -> None:
    for record in ANSWERED:
        for wrong in map(bare, record["must_not_contain"]):
            assert wrong, record["id"]
            for document in record["relevant"]:
                found = wrong in bare(documents()[document][1])
                assert not found, f"{record['id']}: {wrong} stands in {document}"


def test_an_investor_is_never_sent_to_an_internal_document() -> None:
    for record in ANSWERED:
        if record["role"] == "investor":
            audiences = {documents()[d][0]["audience"] for d in record["relevant"]}
            assert audiences == {"public"}, record["id"]


def test_a_refused_question_has_no_answer() -> None:
    for record in UNANSWERED:
        assert record["relevant"] == record["answers"] == record["must_contain"] == [], record["id"]
        assert record["cite"] is None, record["id"]
        assert record["near"] in documents(), record["id"]
        assert record["kind"], record["id"]


def test_internal_questions_come_from_investors_about_internal_documents() -> None:
    for record in RECORDS:
        if record["type"] == "refuse_internal":
            assert record["role"] == "investor"
            assert documents()[record["near"]][0]["audience"] == "internal"
            assert record["must_not_contain"]


def test_the_lists_of_the_splits_are_of_the_corpus_and_disjoint() -> None:
    split = lists()
    assert set(split) == {"dev", "test", "shared"}
    assert not split["dev"] & split["test"]
    assert split["dev"] | split["test"] <= set(documents())
    assert split["shared"] <= split["dev"] | split["test"]


def test_every_question_is_in_the_split_of_its_documents() -> None:
    for record in RECORDS:
        mine = lists()[record["split"]]
        assert home(record) in mine, record["id"]
        assert set(record["relevant"]) <= mine | lists()["shared"], record["id"]


def test_the_splits_are_about_half_each() -> None:
    for some in (ANSWERED, UNANSWERED):
        share = sum(r["split"] == "dev" for r in some) / len(some)
        assert 0.4 <= share <= 0.6


def test_every_document_is_asked_about() -> None:
    about = {home(r) for r in RECORDS if r["answerable"]}
    assert lists()["dev"] | lists()["test"] <= about


def test_all_known_mistakes_are_asked_for_and_the_wrong_answer_is_named() -> None:
    traps = [r for r in RECORDS if r["type"] == "traps"]
    assert {r["trap"] for r in traps} == set(range(1, 46))
    for record in traps:
        assert record["must_not_contain"]
        assert record["wrong"]


def test_a_follow_up_follows_a_question_of_its_split() -> None:
    by_id = {r["id"]: r for r in RECORDS}
    for record in RECORDS:
        assert ("follows" in record) == ("resolved" in record) == (record["type"] == "followups")
        if "follows" in record:
            before = by_id[record["follows"]]
            assert before["split"] == record["split"]
            assert before["role"] == record["role"] or before["role"] == "investor"


def test_two_document_questions_need_two_documents() -> None:
    for record in RECORDS:
        if record["type"] == "two_documents":
            assert len(record["answers"]) >= 2
            assert len(record["relevant"]) >= 2
            cited = text_of(record["cite"]["document"])
            missing = [a for a in record["answers"] if compact(a) not in cited]
            assert missing, f"{record['id']}: the cited document alone answers"
