"""Several users at once over a real server: each gets their own answers, and nothing fails."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest

from evals.load import Record, measure, summary
from kb.encoder import Encoder
from kb.knowledge_base import KnowledgeBase
from tests.browser.site import base_of, serving

QUESTIONS = ("研发费用加计扣除比例是多少？", "什么是链长制？", "西部大开发税率是多少？")


@pytest.fixture(scope="module")
def base(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    folder = tmp_path_factory.mktemp("load") / "data"
    with base_of(folder, encoder, reranker="none") as kb:
        yield kb


def test_everybody_gets_an_answer_of_their_own(
    base: KnowledgeBase, run_async: Callable[[Coroutine[Any, Any, Any]], Any]
) -> None:
    with serving(base) as address:
        alone, together, took = run_async(measure(address, QUESTIONS, 10, 1.5, single=2))
    assert len(alone.api) == len(alone.page) == 2
    assert len(together.page) >= 2
    assert len(together.api) >= 8
    found = summary(alone, together, took, 10)
    assert found["errors"] == {}
    assert found["mixed"] == 0
    assert found["questions"] == len(together.times)


def test_what_went_wrong_is_never_kept() -> None:
    alone = Record(api=[10.0], page=[10.0])
    assert summary(alone, Record(api=[20.0]), 1.0, 50)["kept"]
    assert not summary(alone, Record(api=[20.0], mixed=1), 1.0, 50)["kept"]
    assert not summary(alone, Record(api=[9000.0]), 1.0, 50)["kept"]
    assert not summary(alone, Record(), 1.0, 50)["kept"]
    failed = Record(api=[20.0])
    failed.errors["503"] += 1
    assert not summary(alone, failed, 1.0, 50)["kept"]
