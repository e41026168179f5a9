"""The base as LlamaIndex sees it."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kb.knowledge_base import KnowledgeBase
from kb.models import Audience, ParsedDocument, Query

Make = Callable[..., ParsedDocument]
DAY = date(2026, 11, 23)
TAX = (
    "一、税率\n设在西部地区的鼓励类产业企业减按15%的税率征收企业所得税。\n"
    "二、期限\n执行到2030年12月31日。"
)
INSIDE = "一、短板\n内部自评：西部鼓励类产业企业引进不多。"


@pytest.fixture
def filled(base: KnowledgeBase, document: Make) -> KnowledgeBase:
    tax, inside = document("tax", TAX, "税收公告"), document("inside", INSIDE)
    dated = replace(tax.header, doc_number="公告2020年第23号", expires=date(2030, 12, 31))
    hidden = replace(inside.header, audience=Audience.INTERNAL)
    base.add([replace(tax, header=dated), replace(inside, header=hidden)])
    return base


def test_nodes_carry_the_hits_of_a_search(
    filled: KnowledgeBase, run_async: Callable[..., Any]
) -> None:
    from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

    from kb.llama_retriever import KbRetriever

    retriever = KbRetriever(filled, on=DAY)
    nodes = retriever.retrieve("鼓励类产业企业所得税税率")
    hits = filled.search(Query(text="鼓励类产业企业所得税税率", on=DAY))
    assert [(n.text, n.score) for n in nodes] == [(h.text, h.score) for h in hits]
    best = nodes[0]
    assert isinstance(best, NodeWithScore)
    assert isinstance(best.node, TextNode)
    stored = filled.text(filled.document("tax", (Audience.PUBLIC,)))
    assert stored[best.metadata["start"] : best.metadata["end"]] == best.text
    assert "15%" in best.text
    assert best.metadata["document_id"] == "tax"
    assert best.metadata["title"] == "税收公告"
    assert best.metadata["doc_number"] == "公告2020年第23号"
    assert best.metadata["validity"] == "in_force"
    assert best.metadata["path"] == list(hits[0].passages[0].path)
    assert best.metadata["page"] is None
    assert len({n.node_id for n in nodes}) == len(nodes)
    bundled = retriever.retrieve(QueryBundle("鼓励类产业企业所得税税率"))
    assert [n.node_id for n in bundled] == [n.node_id for n in nodes]
    again = run_async(retriever.aretrieve("鼓励类产业企业所得税税率"))
    assert [n.node_id for n in again] == [n.node_id for n in nodes]


def test_a_language_model_sees_title_and_number_and_no_offsets(filled: KnowledgeBase) -> None:
    from llama_index.core.schema import MetadataMode

    from kb.llama_retriever import KbRetriever

    (best, *_) = KbRetriever(filled, on=DAY).retrieve("税率")
    shown = best.node.get_content(MetadataMode.LLM)
    assert "公告2020年第23号" in shown
    assert "document_id" not in shown
    assert "start" not in shown


def test_audiences_limit_and_day(filled: KnowledgeBase) -> None:
    from kb.llama_retriever import KbRetriever

    asked = "西部鼓励类产业企业引进不多"

    def found(**options: object) -> list[str]:
        nodes = KbRetriever(filled, **options).retrieve(asked)  # type: ignore[arg-type]
        return [n.metadata["document_id"] for n in nodes]

    assert set(found(on=DAY)) == {"tax"}
    assert found(on=DAY, audiences=tuple(Audience))[0] == "inside"
    assert len(found(on=DAY, audiences=tuple(Audience), limit=1)) == 1
    assert found(on=date(2031, 1, 1)) == []


def test_only_those_who_ask_for_it_load_llama_index() -> None:
    program = (
        "import sys, kb, kb.knowledge_base, kb.doctor, bot.engine, ingest.pipeline;"
        "print('llama_index' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
