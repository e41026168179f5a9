"""Unanswered questions: grouped by meaning, looked after, asked again, closed, let go in time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import delete, select, update

from bot import asked, audit, cases, unanswered, users
from bot.asked import Way, asked_of
from bot.asking_again import after_ingest, ask_again, ask_all_again
from bot.cases import Case, State
from bot.engine import Engine
from bot.grouping import gist_of, same, subject_of
from bot.jobs import Jobs
from bot.question import read_question
from bot.traffic import Traffic
from bot.unanswered import remembering, sort_in, submit
from kb import schema
from kb.catalog import Catalog
from kb.encoder import Encoder
from kb.errors import BusyError, NotFound, QuestionError
from kb.glossary import Glossary
from kb.knowledge_base import KnowledgeBase
from kb.models import Role, Status
from tests.bot.web_samples import refused
from tests.browser.site import CORPUS, base_of

NOW = time.time()
DAY = 86_400.0
LAND = "policy/L02-工业用地出让最低价标准.md"
RATE = "研发费用加计扣除比例是多少？"


@pytest.fixture(scope="module")
def base(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    folder = tmp_path_factory.mktemp("cases") / "data"
    with base_of(folder, encoder, [CORPUS / LAND], reranker="none") as kb:
        yield kb


@pytest.fixture
def engine(base: KnowledgeBase) -> Iterator[Engine]:
    yield Engine(base)
    with base.catalog.begin() as connection:
        for table in (schema.unanswered, schema.cases, schema.asked, schema.audit):
            connection.execute(delete(table))


def put(catalog: Catalog, *texts: str, at: float = NOW, role: Role = Role.INVESTOR) -> None:
    """Questions that were refused."""
    asked.write(
        catalog,
        [
            asked_of(
                refused(question=text), role, Way.CHAT, None, ref=f"{text}{at}", now=at,
                keep_text=True,
            )
            for text in texts
        ],
    )  # fmt: skip


def sorted_in(engine: Engine) -> list[Case]:
    sort_in(engine, remembering(engine.kb), NOW)
    return cases.every(engine.kb.catalog)


def test_questions_of_one_meaning_are_one_case(engine: Engine) -> None:
    put(
        engine.kb.catalog, RATE, "研發費用加計扣除的比例是多少", "研发费用加计扣除比例多少？",
        "怎么申请出口退税？",
    )  # fmt: skip
    first, second = sorted_in(engine)
    assert [len(first.questions), len(second.questions)] == [3, 1]
    assert first.questions[0].text == RATE
    assert (first.times, first.state) == (3, State.OPEN)
    put(engine.kb.catalog, "研发费用的加计扣除比例是多少", at=NOW + 5)
    assert [c.times for c in sorted_in(engine)] == [4, 1]
    assert sort_in(engine, remembering(engine.kb), NOW) == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("西安的研发补贴有多少", "常州的研发补贴有多少"),
        ("投资5000万元能补贴多少", "投资8000万元能补贴多少"),
        ("2023年的税率是多少", "2024年的税率是多少"),
        ("国办函〔2030〕99号规定了什么", "国办函〔2030〕98号规定了什么"),
        ("办法第三条说了什么", "办法第四条说了什么"),
    ],
)
def test_what_is_named_sets_questions_apart(one: str, other: str) -> None:
    vector = np.ones(1, dtype=np.float32)
    mine, theirs = (gist_of(read_question(q, Glossary(()), 200), vector) for q in (one, other))
    assert same(mine, mine)
    assert not same(mine, theirs)


def test_home_goes_without_saying(encoder: Encoder) -> None:
    read = [read_question(q, Glossary(()), 200) for q in ("延安有研发补贴吗", "有研发补贴吗")]
    vector = encoder.encode_queries([subject_of(read[0])])[0]
    assert same(*(gist_of(q, vector) for q in read))


def test_a_submitted_question_is_kept_without_counting_twice(engine: Engine) -> None:
    catalog = engine.kb.catalog
    put(catalog, RATE)
    for contact in ("", " 138\n0000 ", "138 0000", "a@b.c\u202e"):
        submit(catalog, refused(question=RATE), Role.INVESTOR, None, contact, NOW)
    (case,) = sorted_in(engine)
    assert [w.contact for w in case.wants] == ["138 0000", "a@b.c"]
    assert case.times == 1
    assert case.questions[0].submitted
    with pytest.raises(QuestionError, match="联系方式"):
        submit(catalog, refused(question=RATE), Role.INVESTOR, None, "1" * 101, NOW)


def test_contacts_are_bounded(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unanswered, "MOST_WANTS", 2)
    for n in range(2):
        submit(engine.kb.catalog, refused(question=RATE), Role.INVESTOR, None, f"{n}", NOW)
    with pytest.raises(BusyError):
        submit(engine.kb.catalog, refused(question=RATE), Role.INVESTOR, None, "3", NOW)


def test_an_admin_looks_after_a_case_and_all_is_noted(engine: Engine) -> None:
    catalog = engine.kb.catalog
    users.admit(catalog, "li", Role.ADMIN, subject="li")
    put(catalog, RATE)
    (case,) = sorted_in(engine)
    look = {"assignee": "li", "note": "问税务局", "documents": ["L02", "L02"]}
    cases.look_after(engine.kb, "wang", case.case_id, **look)  # type: ignore[arg-type]
    now = cases.get(catalog, case.case_id)
    assert (now.assignee, now.note, now.documents) == ("li", "问税务局", ("L02",))
    for wrong in ({"assignee": "nobody"}, {"documents": ["none"]}):
        with pytest.raises(NotFound):
            cases.look_after(engine.kb, "wang", case.case_id, **(look | wrong))  # type: ignore[arg-type]
    with pytest.raises(QuestionError):
        cases.look_after(engine.kb, "wang", case.case_id, **(look | {"note": "长" * 2001}))  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        cases.close(catalog, "wang", 10**6, State.DECLINED, NOW)
    users.remove(catalog, "li")
    assert cases.get(catalog, case.case_id).assignee == ""
    told = [(e.who, e.what) for e in audit.entries(catalog)]
    assert ("wang", "case.change") in told
    assert RATE not in " ".join(e.target for e in audit.entries(catalog))


def test_closing_deletes_contacts_and_a_new_asker_opens_again(engine: Engine) -> None:
    catalog = engine.kb.catalog
    put(catalog, RATE, "明天下雨吗？", at=NOW - 100)
    submit(catalog, refused(question=RATE), Role.INVESTOR, None, "138", NOW - 100)
    rate, rain = sorted_in(engine)
    cases.close(catalog, "wang", rate.case_id, State.ANSWERED, NOW)
    cases.close(catalog, "wang", rain.case_id, State.DECLINED, NOW)
    closed = cases.get(catalog, rate.case_id)
    assert (closed.state, closed.closed_by, closed.wants) == (State.ANSWERED, "wang", ())
    assert cases.counts(catalog) == {State.OPEN: 0, State.ANSWERED: 1, State.DECLINED: 1}
    put(catalog, RATE, "明天会下雨吗？", at=NOW + 1)
    found = {c.case_id: c.state for c in sorted_in(engine)}
    assert found[rate.case_id] is State.OPEN
    assert State.DECLINED in found.values()
    submit(catalog, refused(question="明天下雨吗？"), Role.INVESTOR, None, "139", NOW + 2)
    found = {c.case_id: c.state for c in sorted_in(engine)}
    assert found[rain.case_id] is State.OPEN


def test_what_is_over_goes(engine: Engine) -> None:
    catalog = engine.kb.catalog
    put(catalog, "很久没人问的问题是什么？", at=NOW - 400 * DAY)
    put(catalog, RATE, at=NOW - 100 * DAY)
    submit(catalog, refused(question=RATE), Role.INVESTOR, None, "138", NOW - 91 * DAY)
    put(catalog, "明天下雨吗？")
    quiet, rate, rain = sorted(sorted_in(engine), key=lambda c: c.case_id)
    cases.close(catalog, "wang", rain.case_id, State.DECLINED, NOW - 91 * DAY)
    unanswered.sweep(catalog, NOW)
    (left,) = cases.every(catalog)
    assert (left.case_id, left.wants) == (rate.case_id, ())
    with catalog.begin() as connection:
        assert len(connection.execute(select(schema.unanswered)).all()) == 1
    with pytest.raises(NotFound):
        cases.get(catalog, quiet.case_id)


# -- asked again -----------------------------------------------------------------------------


def test_a_case_closes_when_all_its_questions_are_answered(engine: Engine) -> None:
    catalog = engine.kb.catalog
    assert engine.ask("零地价行不行？").status is Status.ANSWERED
    put(catalog, "零地价行不行？", RATE)
    found = {c.questions[0].text: c.case_id for c in sorted_in(engine)}
    assert ask_again(engine, found[RATE], NOW).state is State.OPEN
    closed = ask_again(engine, found["零地价行不行？"], NOW)
    assert (closed.state, closed.closed_by) == (State.ANSWERED, "")
    assert closed.questions[0].outcome is Status.ANSWERED
    # together with one that is not answered, it stays open
    with catalog.begin() as connection:
        connection.execute(update(schema.unanswered).values(case_id=found["零地价行不行？"]))
    cases.reopen(catalog, "wang", found["零地价行不行？"])
    mixed = ask_again(engine, found["零地价行不行？"], NOW)
    assert {q.outcome for q in mixed.questions} == {Status.ANSWERED, Status.REFUSED}
    assert mixed.state is State.OPEN


def test_an_answer_an_admin_rejected_does_not_close_a_case_again(engine: Engine) -> None:
    put(engine.kb.catalog, "零地价行不行？")
    (case,) = sorted_in(engine)
    assert ask_again(engine, case.case_id, NOW).state is State.ANSWERED
    cases.reopen(engine.kb.catalog, "wang", case.case_id)
    assert ask_again(engine, case.case_id, NOW + 1).state is State.OPEN


def test_an_ingest_asks_again_and_closes_what_it_answers(encoder: Encoder, tmp_path: Path) -> None:
    with base_of(tmp_path / "data", encoder, [CORPUS / LAND], reranker="none") as kb:
        put(kb.catalog, RATE)
        jobs = Jobs(kb, Traffic(), after_ingest(kb))
        try:
            unchanged = jobs.submit("li", [CORPUS / LAND])
            jobs.wait(unchanged, 60)
            added = jobs.submit("li", [CORPUS / "policy/T09-研发费用加计扣除.md"])
            jobs.wait(added, 60)
            deadline = time.monotonic() + 30
            while not cases.counts(kb.catalog)[State.ANSWERED]:
                assert time.monotonic() < deadline
                time.sleep(0.05)
        finally:
            jobs.close()
        (case,) = cases.every(kb.catalog)
        assert case.closed_by == ""
        assert case.asked_again is not None


def test_a_server_asks_again_when_it_starts_and_after_a_job_that_came_between(
    encoder: Encoder, tmp_path: Path
) -> None:
    done: list[bool] = []

    def after(give_way: Callable[[], None], should_stop: Callable[[], bool]) -> None:
        if not done:  # somebody takes a file in meanwhile
            jobs.submit("li", [CORPUS / LAND])
        done.append(should_stop())

    with base_of(tmp_path / "data", encoder, [CORPUS / LAND], reranker="none") as kb:
        jobs = Jobs(kb, Traffic(), after)
        try:
            jobs.catch_up()
            deadline = time.monotonic() + 30
            while len(done) < 2 and time.monotonic() < deadline:
                time.sleep(0.02)
            last = jobs.submit("li", [CORPUS / LAND])  # unchanged: nothing is owed
            jobs.wait(last, 30)
        finally:
            jobs.close()
    assert done == [True, False]


def test_asking_again_gives_way_and_stops(engine: Engine) -> None:
    put(engine.kb.catalog, RATE, "怎么申请出口退税？", "明天下雨吗？")
    gave_way: list[int] = []

    def asked_so_far() -> int:
        return sum(c.asked_again is not None for c in cases.every(engine.kb.catalog))

    def give_way() -> None:
        gave_way.append(asked_so_far())

    encode = remembering(engine.kb)
    assert ask_all_again(engine, encode, give_way, lambda: asked_so_far() >= 2) == 0
    assert gave_way == [0, 0, 1, 2]
    assert asked_so_far() == 2
    assert ask_all_again(engine, encode, give_way, lambda: False) == 0
    assert asked_so_far() == 3


def test_a_failure_after_an_ingest_costs_the_worker_nothing(
    encoder: Encoder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(give_way: Callable[[], None], should_stop: Callable[[], bool]) -> None:
        raise ValueError(RATE)

    with base_of(tmp_path / "data", encoder, [CORPUS / LAND], reranker="none") as kb:
        jobs = Jobs(kb, Traffic(), fail)
        try:
            for name in ("policy/T09-研发费用加计扣除.md", "policy/T05-农林牧渔业所得税优惠.md"):
                assert jobs.wait(jobs.submit("li", [CORPUS / name]), 60).state.value == "done"
        finally:
            jobs.close()
    assert "ValueError" in caplog.text
    assert RATE not in caplog.text
