"""What is written down of questions: numbers, no text but of what was not answered, bounded."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from bot import asked
from bot.asked import Asked, Way
from bot.recorder import WAITING, Recorder
from kb import schema
from kb.catalog import Catalog
from kb.models import Role, Status
from tests.bot.web_samples import answered, refused

NOW = time.time()
TODAY = date.today()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Catalog]:
    made = Catalog(tmp_path / "catalog.sqlite")
    yield made
    made.close()


def sample(n: int, at: float = NOW, status: Status = Status.ANSWERED, text: str = "") -> Asked:
    return Asked(
        f"ref{n}", at, Role.INVESTOR, Way.CHAT, status, 0.9, {"read": 1.0, "search": 2.5},
        ("T01", "T09"), text,
    )  # fmt: skip


def count(store: Catalog, table: str) -> int:
    with store.begin() as connection:
        found = select(func.count()).select_from(schema.metadata.tables[table])
        return int(connection.execute(found).scalar_one())


def everything(folder: Path) -> bytes:
    return b"".join(f.read_bytes() for f in folder.iterdir())


def test_the_text_of_an_answered_question_is_nowhere(store: Catalog, tmp_path: Path) -> None:
    recorder = Recorder(store, keep_text=True)
    answer = answered(question="金丝雀问题")
    ref = recorder.record(answer, Role.CADRE, Way.API, None)
    assert len(ref) == 16
    assert recorder.flush()
    (total,) = asked.totals(store, TODAY)
    assert (total.role, total.way, total.status) == (Role.CADRE, Way.API, Status.ANSWERED)
    assert total.timings == answer.timings
    assert total.documents == {"T01": 1}
    assert "金丝雀问题".encode() not in everything(tmp_path)
    assert count(store, "unanswered") == 0


def test_the_text_of_a_refused_question_is_kept_once_unless_switched_off(
    store: Catalog, tmp_path: Path
) -> None:
    off = Recorder(store, keep_text=False)
    off.record(refused(question="金丝雀问题？"), Role.INVESTOR, Way.CHAT)
    assert off.flush()
    assert "金丝雀问题".encode() not in everything(tmp_path)
    on = Recorder(store, keep_text=True)
    for way, text in ((Way.CHAT, "怎么落户？"), (Way.API, "怎麼落戶?"), (Way.MCP, "怎么入园？")):
        on.record(refused(question=text), Role.INVESTOR, way)
    on.record(refused(question="怎么落户？"), Role.CADRE, Way.CHAT, date(2020, 1, 1))
    assert on.flush()
    with store.begin() as connection:
        rows = connection.execute(select(schema.unanswered)).all()
    assert [(r.text, r.role, r.on_day, r.times) for r in rows] == [
        ("怎么落户？", "investor", None, 2),
        ("怎么入园？", "investor", None, 1),
        ("怎么落户？", "cadre", "2020-01-01", 1),
    ]
    assert sum(t.questions for t in asked.totals(store, TODAY)) == 5


def test_old_rows_are_summed_by_day_and_add_up(store: Catalog) -> None:
    old = NOW - (asked.DAYS + 2) * 86400
    asked.write(store, [sample(1, old), sample(2, old), sample(3, old, Status.REFUSED), sample(4)])
    before = asked.totals(store, date(2000, 1, 1))
    asked.sum_up(store, TODAY)
    assert count(store, "asked") == 1
    assert asked.totals(store, date(2000, 1, 1)) == before
    asked.write(store, [sample(5, old)])
    asked.sum_up(store, TODAY)
    told = asked.totals(store, date(2000, 1, 1))
    assert [t.questions for t in told] == [3, 1, 1]
    assert told[0].timings == {"read": 3.0, "search": 7.5}
    assert told[0].documents == {"T01": 3, "T09": 3}
    assert [t.day for t in asked.totals(store, TODAY)] == [TODAY]


def test_rows_and_texts_are_bounded(store: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asked, "MOST", 10)
    monkeypatch.setattr(asked, "MOST_TEXTS", 5)
    rows = [sample(n, NOW - n * 86400, Status.REFUSED, f"第{n}个问题") for n in reversed(range(20))]
    asked.write(store, rows)
    asked.sum_up(store, TODAY)
    assert count(store, "asked") == 10
    assert sum(t.questions for t in asked.totals(store, TODAY - timedelta(days=30))) == 20
    with store.begin() as connection:
        texts = connection.execute(select(schema.unanswered.c.text)).scalars().all()
    assert texts == [f"第{n}个问题" for n in (4, 3, 2, 1, 0)]


def test_who_records_does_not_wait_for_a_writer_nor_fail_on_a_full_queue(store: Catalog) -> None:
    recorder = Recorder(store, keep_text=True)
    with store.begin() as connection:
        connection.execute(insert(schema.asked), [asked._row(sample(0))])  # the file is locked
        before = time.perf_counter()
        for _ in range(WAITING + 50):
            recorder.record(answered(), Role.INVESTOR, Way.CHAT)
        assert time.perf_counter() - before < 2
        assert not recorder.flush(0.05)
    assert recorder.flush(30)
    assert WAITING <= count(store, "asked") <= WAITING + 51


def test_a_store_that_cannot_be_written_fails_no_question(
    store: Catalog, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with store.begin() as connection:
        connection.exec_driver_sql("DROP TABLE asked")
    recorder = Recorder(store, keep_text=True)
    assert recorder.record(refused(question="金丝雀问题"), Role.INVESTOR, Way.CHAT)
    assert recorder.flush()
    assert "written down" in caplog.text
    assert "金丝雀" not in caplog.text


def test_many_threads_record_everything(store: Catalog) -> None:
    recorder = Recorder(store, keep_text=True)

    def ask() -> None:
        for _ in range(20):
            recorder.record(answered(), Role.INVESTOR, Way.CHAT)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert recorder.flush(30)
    assert count(store, "asked") == 160
