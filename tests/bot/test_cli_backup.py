"""``kb backup``, ``kb verify-backup``, ``kb restore``: the same answers on another machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.api import answer_to_json
from bot.engine import Engine
from evals.dataset import Item, load_set
from kb.encoder import Encoder
from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings
from tests.bot.test_cli import CORPUS, complaint, kb, value

GOLD = CORPUS.parent / "evals" / "gold"
TYPES = ("cadre", "english", "investor", "outdated", "refuse_near")


def some_of_each_sort() -> list[Item]:
    """The first dev question of some types of the gold set."""
    found: dict[str, Item] = {}
    for item in load_set(GOLD).items:
        if item.extra["split"] == "dev" and item.extra["type"] in TYPES:
            found.setdefault(item.extra["type"], item)
    return list(found.values())


def answers(folder: Path, encoder: Encoder) -> list[dict[str, Any]]:
    """What a base answers to anybody who asks, but for the time it takes. Vectors are rounded once
    more when they are written again, so the confidence may differ beyond its fifth digit.
    """
    with KnowledgeBase(Settings(data=folder), encoder=encoder) as base:
        engine = Engine(base)
        asked = [(item.question, item.role, item.on) for item in some_of_each_sort()]
        told = [answer_to_json(engine.ask(*question)) for question in asked]
    return [t | {"timings": {}, "confidence": round(t["confidence"], 4)} for t in told]


def test_a_restore_on_a_fresh_machine_answers_identically(
    corpus_copy: Path, encoder: Encoder, tmp_path: Path
) -> None:
    file, fresh = tmp_path / "b.zip", tmp_path / "fresh" / "data"
    fresh.parent.mkdir()
    made = value(kb(corpus_copy, "backup", str(file), "--json"))
    assert made["documents"] > 50
    assert value(kb(fresh, "verify-backup", str(file), "--json")) == made
    assert value(kb(fresh, "restore", str(file), "--json", KB_RERANKER="none")) == made
    before, after = answers(corpus_copy, encoder), answers(fresh, encoder)
    assert after == before
    assert {answer["status"] for answer in after} >= {"answered", "refused"}
    (noted,) = value(kb(fresh, "users", "audit", "--json"))
    assert (noted["what"], noted["target"]) == ("restore", "b.zip")


@pytest.mark.parametrize("command", ["restore", "verify-backup"])
def test_what_is_no_backup_is_refused_in_words(tmp_path: Path, command: str) -> None:
    file = tmp_path / "b.zip"
    file.write_bytes(b"PK\x03\x04 no archive")
    assert "不是备份" in complaint(kb(tmp_path / "data", command, str(file)))


def test_a_base_with_documents_is_not_replaced_by_mistake(
    corpus_copy: Path, tmp_path: Path
) -> None:
    assert "--replace" in complaint(kb(corpus_copy, "restore", str(tmp_path / "b.zip")))
