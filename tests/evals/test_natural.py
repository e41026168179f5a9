"""The short questions: answered where they say, of documents free to fit on, none that measures."""

from __future__ import annotations

from pathlib import Path

from evals.dataset import load_set
from evals.metrics import loose
from tests.corpus.reading import CORPUS, body, front_matter

EVALS = Path(__file__).parents[2] / "evals"
ITEMS = load_set(EVALS / "natural").items
TEXTS = {str(front_matter(f)["id"]): loose(body(f)) for f in CORPUS.rglob("*.md")}


def test_what_is_asked_stands_in_a_document_named() -> None:
    assert len({item.id for item in ITEMS}) == len(ITEMS)
    for item in ITEMS:
        assert item.answerable == bool(item.relevant), item.id
        for words in item.extra["must_contain"]:
            assert any(loose(words) in TEXTS[d] for d in item.relevant), item.id


def test_documents_of_the_test_split_are_not_fitted_on() -> None:
    lines = (EVALS / "gold" / "README.md").read_text(encoding="utf-8").splitlines()
    test = next(line for line in lines if line.startswith("test: "))
    kept = {name.strip("`") for name in test.removeprefix("test: ").split()}
    assert not kept & {d for item in ITEMS for d in item.relevant}


def test_no_short_question_is_a_gold_question() -> None:
    gold = {loose(item.question) for item in load_set(EVALS / "gold").items}
    assert not gold & {loose(item.question) for item in ITEMS}
