"""Flags on answers: bound to what was said, bounded, gone with their documents."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot import asked, audit, feedback
from bot.asked import Way, asked_of
from bot.feedback import Told
from kb.catalog import Catalog
from kb.errors import BusyError, NotFound, QuestionError
from kb.models import Claim, Role, Status
from tests.bot.web_samples import HOSTILE, answered, citation

NOW = time.time()
DAY = 86_400.0


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Catalog]:
    made = Catalog(tmp_path / "catalog.sqlite")
    yield made
    made.close()


def test_a_flag_keeps_the_answer_and_the_clause_as_they_stood(store: Catalog) -> None:
    feedback.flag(store, answered(), Role.INVESTOR, None, 2, " 已经改了 ", NOW)
    feedback.flag(store, answered(), Role.CADRE, None, None, HOSTILE, NOW + 1)
    (whole, one), count = feedback.flags(store)
    assert count == feedback.waiting(store) == 2
    assert (one.citation, one.document_id, one.remark) == (2, "T01", "已经改了")
    assert [(line.said, line.citation) for line in one.lines] == [
        ("税率是15%。", 1), ("执行到2030年底。", 1), ("执行到2030年底。", 2),
    ]  # fmt: skip
    assert one.lines[2].quote == "执行到2030年底。"
    assert (one.lines[2].start, one.lines[2].end, one.lines[2].version_id) == (20, 30, 7)
    assert whole.citation is None
    assert "\u202e" not in whole.remark
    assert "<script>" in whole.remark


def test_only_citations_of_the_answer_can_be_flagged(store: Catalog) -> None:
    with pytest.raises(NotFound):
        feedback.flag(store, answered(), Role.INVESTOR, None, 9, "", NOW)
    with pytest.raises(QuestionError):
        feedback.flag(store, answered(), Role.INVESTOR, None, 1, "长" * 501, NOW)
    with pytest.raises(QuestionError):
        feedback.flag(store, answered(), Role.INVESTOR, None, None, " \n", NOW)
    assert feedback.waiting(store) == 0


def test_flags_are_bounded_and_end(store: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feedback, "MOST", 2)
    for n in range(2):
        feedback.flag(store, answered(), Role.INVESTOR, None, None, f"第{n}条", NOW - 400 * DAY)
    with pytest.raises(BusyError):
        feedback.flag(store, answered(), Role.INVESTOR, None, None, "错", NOW)
    (_second, first), _ = feedback.flags(store)
    feedback.settle(store, "wang", first.flag_id, done=True, note="已更正", now=NOW)
    monkeypatch.setattr(feedback, "MOST", 10)
    feedback.sweep(store, NOW)
    assert feedback.flags(store)[1] == feedback.flags(store, done=True)[1] == 0
    feedback.flag(store, answered(), Role.INVESTOR, None, 1, "", NOW)
    assert feedback.flags(store)[1] == 1


def test_an_admin_deals_with_a_flag_and_takes_it_back(store: Catalog) -> None:
    feedback.flag(store, answered(), Role.INVESTOR, None, 1, "", NOW)
    (one,), _ = feedback.flags(store)
    feedback.settle(store, "wang", one.flag_id, done=True, note="已更正", now=NOW)
    (done,), count = feedback.flags(store, done=True, document_id="T01")
    assert (done.done_by, done.note, count) == ("wang", "已更正", 1)
    assert feedback.flags(store, done=True, document_id="T02") == ([], 0)
    feedback.settle(store, "li", one.flag_id, done=False, note="", now=NOW)
    assert feedback.waiting(store) == 1
    with pytest.raises(NotFound):
        feedback.settle(store, "li", 99, done=True, note="", now=NOW)
    with pytest.raises(QuestionError):
        feedback.settle(store, "li", one.flag_id, done=True, note="长" * 2001, now=NOW)
    assert [(e.who, e.what) for e in audit.entries(store)] == [
        ("li", "flag.change"), ("wang", "flag.change"),
    ]  # fmt: skip


def test_a_removed_document_takes_its_quotes_along(store: Catalog, tmp_path: Path) -> None:
    two = (citation(1, quote="金丝雀条文一。"), citation(2, document_id="T02", quote="别的条文。"))
    answer = answered(
        claims=(Claim("金丝雀句一。", (1, 2)), Claim("别的句子。", (2,))), citations=two
    )
    feedback.flag(store, answer, Role.INVESTOR, None, 1, "", NOW)
    with store.begin() as connection:
        store.withdraw(connection, "T01")
    (left,), _ = feedback.flags(store)
    assert [line.said for line in left.lines] == ["别的句子。"]
    store.compact()
    store.close()
    kept = b"".join(f.read_bytes() for f in tmp_path.iterdir())
    assert "金丝雀".encode() not in kept
    assert "别的句子".encode() in kept


def test_votes_are_counted_by_document_and_can_be_taken_back(store: Catalog) -> None:
    both = replace(
        answered(), citations=(citation(1), citation(2, document_id="T02")), status=Status.ANSWERED
    )
    for ref, answer in (("a", both), ("b", answered()), ("c", answered())):
        asked.write(store, [asked_of(answer, Role.INVESTOR, Way.CHAT, None, ref=ref, now=NOW,
                                     keep_text=True)])  # fmt: skip
    assert asked.rate(store, "a", True)
    assert asked.rate(store, "b", False)
    assert asked.rate(store, "c", False)
    assert asked.rate(store, "c", None)
    assert not asked.rate(store, "none", True)
    feedback.flag(store, answered(), Role.INVESTOR, None, 1, "", NOW)
    assert feedback.by_document(store) == {"T01": Told(1, 1, 1), "T02": Told(0, 1, 0)}
    (total,) = asked.totals(store, date.fromtimestamp(NOW))
    assert (total.useful, total.useless) == (1, 1)
