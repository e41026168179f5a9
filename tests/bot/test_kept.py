"""Links to conversations: what they keep, who opens and deletes them, when they end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot import kept
from bot.kept import KeptTurn, Link
from kb.catalog import Catalog
from tests.bot.web_samples import answered, citation

TURN = KeptTurn("税率是多少？", "2026-03-01", "x")
NOW = 1_000_000_000.0


def catalog(folder: Path) -> Catalog:
    return Catalog(folder / "catalog.sqlite")


def test_a_link_gives_back_the_questions_and_days(tmp_path: Path) -> None:
    store = catalog(tmp_path)
    link = kept.keep(store, [TURN, replace(TURN, question="期限？")], NOW)
    found = kept.find(store, link.token, NOW + 1)
    assert [t.question for t in found] == ["税率是多少？", "期限？"]
    assert found[0].day.isoformat() == "2026-03-01"
    store.close()


def test_secrets_are_long_different_and_not_stored(tmp_path: Path) -> None:
    store = catalog(tmp_path)
    links = [kept.keep(store, [TURN], NOW) for _ in range(20)]
    assert len({link.token for link in links} | {link.drop for link in links}) == 40
    assert min(len(link.token) for link in links) >= 22
    store.close()
    stored = b"".join(f.read_bytes() for f in tmp_path.iterdir())
    assert not [link for link in links if link.token.encode() in stored]
    assert not [link for link in links if link.drop.encode() in stored]


def test_only_the_maker_deletes_and_then_nothing_is_left(tmp_path: Path) -> None:
    store = catalog(tmp_path)
    link = kept.keep(store, [replace(TURN, question="金丝雀问题")], NOW)
    assert not kept.drop(store, Link(link.token, link.token))
    assert not kept.drop(store, Link("", ""))
    assert kept.find(store, link.token, NOW)
    assert kept.drop(store, link)
    assert kept.find(store, link.token, NOW) == []
    assert not kept.drop(store, link)
    store.close()
    stored = b"".join(f.read_bytes() for f in tmp_path.iterdir())
    assert "金丝雀问题".encode() not in stored


def test_links_end_and_are_bounded(tmp_path: Path) -> None:
    store = catalog(tmp_path)
    old = kept.keep(store, [TURN], NOW)
    assert kept.find(store, old.token, NOW + kept.SECONDS + 1) == []
    many = kept.keep(store, [replace(TURN, question=str(n)) for n in range(50)], NOW)
    found = kept.find(store, many.token, NOW)
    assert [t.question for t in found] == [str(n) for n in range(30, 50)]
    kept.keep(store, [TURN], NOW + kept.SECONDS + 1)
    assert kept.find(store, old.token, NOW) == []  # gone, not only hidden
    store.close()


def test_the_oldest_goes_when_there_are_too_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "MOST", 3)
    store = catalog(tmp_path)
    links = [kept.keep(store, [TURN], NOW + n) for n in range(5)]
    held = [bool(kept.find(store, link.token, NOW + 9)) for link in links]
    assert held == [False, False, True, True, True]
    store.close()


def test_what_no_one_made_opens_nothing(tmp_path: Path) -> None:
    store = catalog(tmp_path)
    for token in ("", "x", "' OR 1=1 --", "\ud800"):
        assert kept.find(store, token, NOW) == []
    store.close()


def test_the_hash_tells_whether_an_answer_is_still_the_same() -> None:
    same = kept.fingerprint(answered(confidence=0.5))
    assert same == kept.fingerprint(answered(confidence=0.9))
    other = answered(citations=(citation(1, quote="税率是20%。"),))
    assert kept.fingerprint(other) != same
