"""The measuring itself, on a tiny set through the real engine."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from bot.engine import Engine
from evals.dataset import load_set
from evals.report import print_report
from evals.runner import ingest_set, run
from kb.errors import ReadError
from kb.knowledge_base import KnowledgeBase

CORPUS = [
    {
        "id": "tax",
        "title": "税收优惠办法",
        "text": "一、税率\n鼓励类产业企业减按15%的税率征收企业所得税。",
    },
    {
        "id": "land",
        "title": "工业用地办法",
        "text": "一、底价\n工业用地出让底价不得低于国家规定的最低价标准。",
    },
    {
        "id": "old",
        "title": "旧办法",
        "text": "本办法自2010年1月1日起施行，有效期至2015年12月31日。\n企业每年报送一次统计报表。",
    },
]
QUERIES = [
    {
        "id": "1",
        "question": "鼓励类产业企业的企业所得税税率是多少？",
        "relevant": ["tax"],
        "answers": ["15%"],
        "answerable": True,
        "type": "rate",
    },
    {
        "id": "2",
        "question": "企业多久报送一次统计报表？",
        "relevant": ["old"],
        "answers": ["每年报送一次"],
        "answerable": True,
    },
    {
        "id": "3",
        "question": "今晚的足球比赛几点开始？",
        "relevant": [],
        "answers": [],
        "answerable": False,
    },
    {"id": "4", "question": "", "relevant": ["tax"], "answers": ["15%"], "answerable": True},
]


def write(folder: Path, queries: list[dict[str, object]]) -> Path:
    folder.mkdir()
    for name, rows in (("corpus", CORPUS), ("queries", queries)):
        lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    return folder


def test_figures_of_a_set(open_base: Callable[..., KnowledgeBase], tmp_path: Path) -> None:
    questions = load_set(write(tmp_path / "tiny", QUERIES))
    base = open_base()
    ingest_set(base, questions)
    figures = run(Engine(base), questions, baselines=True)
    assert (figures["set"], figures["questions"]) == ("tiny", 4)
    # the expired document is found: a set is asked as of its own day; the empty question is not
    assert figures["document_hit@1"] == pytest.approx(2 / 3)
    assert figures["answer_in_top1"] == pytest.approx(2 / 3)
    assert set(figures["baselines"]) == {"dense", "lexical", "z_sum", "fitted"}
    assert figures["baselines"]["z_sum"]["document_hit@1"] == pytest.approx(2 / 3)
    assert figures["false_answers"] == 0
    assert figures["citation_right"] == 1
    assert 0 < figures["p50_ms"] <= figures["p95_ms"]
    shares = ("mrr@10", "recall@10", "answer_returned", "false_refusals", "refusal_auc")
    assert all(0 <= figures[name] <= 1 for name in shares)
    assert figures["refusal_auc"] is not None


def test_answers_are_counted_by_type_and_split(
    open_base: Callable[..., KnowledgeBase], tmp_path: Path
) -> None:
    first, *rest = QUERIES
    split = [first | {"split": "dev"}, *({**q, "type": "rate", "split": "test"} for q in rest)]
    questions = load_set(write(tmp_path / "tiny", split))
    base = open_base(refuse_below=0.3)  # this is about counting, not about confidence
    ingest_set(base, questions)
    figures = run(Engine(base), questions)
    assert list(figures["groups"]) == ["split", "type", "type · split"]
    groups = figures["groups"]["type · split"]
    assert {name: g["questions"] for name, g in groups.items()} == {
        "rate · dev": 1,
        "rate · test": 3,
    }
    assert groups["rate · dev"] == {
        "questions": 1,
        "document_right": 1,
        "answer_contains": 1,
        "citation_right": 1,
        "false_refusals": 0,
        "false_answers": None,
        "forbidden": 0,
    }
    assert groups["rate · test"]["document_right"] == 0.5
    console = Console(record=True, width=140, file=io.StringIO())
    print_report(figures, console)
    shown = console.export_text()
    for told in ("rate · dev", "document_right", "false_answers", "p95 ms"):
        assert told in shown


def test_faults_of_a_set_are_named(open_base: Callable[..., KnowledgeBase], tmp_path: Path) -> None:
    cited = {"document": "tax", "path": ["一、税率"]}
    queries = [
        QUERIES[0] | {"id": "good", "cite": cited},
        QUERIES[0] | {"id": "heading", "cite": cited | {"path": ["二、期限"]}},
        QUERIES[0] | {"id": "words", "cite": cited, "must_contain": ["25%"]},
        QUERIES[0] | {"id": "gone", "relevant": ["none"], "cite": {"document": "none"}},
        QUERIES[0] | {"id": "other", "cite": {"document": "land"}, "answers": ["最低价标准"]},
        QUERIES[2] | {"id": "near", "near": "none", "cite": None},
    ]
    questions = load_set(write(tmp_path / "tiny", queries))
    base = open_base()
    ingest_set(base, questions)
    figures = run(Engine(base), questions)
    assert figures["problems"] == [
        "heading: tax has no heading “二、期限”",
        "words: “25%” does not stand in tax",
        "gone: there is no document none",
        "other: land is cited and not relevant",
        "near: there is no document none",
    ]
    console = Console(record=True, width=140, file=io.StringIO())
    print_report(figures, console)
    assert "gone: there is no document none" in console.export_text()


def test_a_set_taken_in_again_costs_nothing(
    open_base: Callable[..., KnowledgeBase], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = load_set(write(tmp_path / "tiny", QUERIES))
    base = open_base()
    ingest_set(base, questions)
    monkeypatch.setattr(base, "_add_fresh", lambda *_: pytest.fail("encoded again"))
    ingest_set(base, questions)


def test_a_bad_line_is_named(tmp_path: Path) -> None:
    folder = write(tmp_path / "bad", QUERIES)
    with open(folder / "queries.jsonl", "a", encoding="utf-8") as file:
        file.write('\n{"id": "5"}\n')
    with pytest.raises(ReadError, match="5"):
        load_set(folder)
    with pytest.raises(ReadError, match=r"queries\.jsonl"):
        load_set(tmp_path)


def test_only_the_first_questions(tmp_path: Path) -> None:
    assert len(load_set(write(tmp_path / "tiny", QUERIES), limit=2).items) == 2
