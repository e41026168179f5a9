"""Questions to go on with: made from headings, and answered by the document they are of."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from bot.attended import AttendedEngine
from bot.engine import Engine
from bot.related import Related, headings, question_of
from bot.traffic import Traffic
from bot.turns import Turns
from kb.encoder import Encoder
from kb.models import Header, Kind, Role, Status
from tests.browser.site import base_of


@pytest.fixture(scope="module")
def engine(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with base_of(tmp_path_factory.mktemp("related") / "data", encoder) as kb:
        yield Engine(kb)


def test_every_question_offered_is_answered_from_the_same_document(engine: Engine) -> None:
    answer = engine.ask("研发费用加计扣除比例是多少？")
    related = Related(engine)
    found = related.questions(answer, Role.INVESTOR)
    assert found
    for question in found:
        again = engine.ask(question)
        assert again.status is Status.ANSWERED
        assert again.citations[0].document_id == answer.citations[0].document_id
    assert related.questions(answer, Role.INVESTOR) == found


def test_what_was_asked_or_answered_is_not_offered_again(engine: Engine) -> None:
    answer = engine.ask("研发费用加计扣除比例是多少？")
    related = Related(engine)
    first, *rest = related.questions(answer, Role.INVESTOR)
    assert first not in related.questions(answer, Role.INVESTOR, asked=[first])
    headings_said = {step for c in answer.citations for step in c.path}
    assert not any(heading in question for heading in headings_said for question in (first, *rest))


def test_a_term_may_be_asked_for(engine: Engine) -> None:
    answer = engine.ask("研发费用加计扣除比例是多少？")
    found = Related(engine).questions(answer, Role.INVESTOR, terms=["加计扣除", "另一个"])
    assert found[-1] == "加计扣除是什么？"
    assert len(found) <= 3


def test_a_refusal_suggests_nothing(engine: Engine) -> None:
    refused = engine.ask("国办函〔2030〕99号规定了什么？")
    assert Related(engine).questions(refused, Role.INVESTOR) == ()


def test_while_others_wait_to_ask_nothing_is_tried_and_later_it_is(engine: Engine) -> None:
    turns = Turns(1)
    attended = AttendedEngine(engine.kb, Traffic(), turns)
    related = Related(attended)
    answer = attended.ask("研发费用加计扣除比例是多少？")
    waiting = threading.Thread(target=attended.ask, args=("增值税税率是多少？",))
    with turns:
        waiting.start()
        while not attended.crowded:
            time.sleep(0.002)
        assert related.questions(answer, Role.INVESTOR) == ()
    waiting.join()
    assert related.questions(answer, Role.INVESTOR)


@pytest.mark.parametrize(
    ("title", "kind", "heading", "question"),
    [
        ("关于进一步完善研发费用税前加计扣除政策的公告（要点）", Kind.POLICY, "二、到哪年为止",
         "研发费用税前加计扣除政策：到哪年为止？"),
        ("外商投资法", Kind.POLICY, "（一）平等待遇", "外商投资法对“平等待遇”怎么规定？"),
        ("昆山经验：从自费开发到百强县首位", Kind.EXPERIENCE, "以商引商：从第一家台企开始",
         "昆山经验：以商引商是怎么做的？"),
        ("办法", Kind.POLICY, "<script>", ""),
        ("（要点）", Kind.POLICY, "范围", ""),
    ],
)  # fmt: skip
def test_a_heading_as_a_question(title: str, kind: Kind, heading: str, question: str) -> None:
    assert question_of(Header(title, kind=kind), heading) == question


def test_articles_are_no_headings(engine: Engine) -> None:
    info = engine.kb.document("L02", Role.INVESTOR.audiences)
    found = headings(engine.kb.catalog.passages(info.version_id))
    assert found
    assert not [heading for heading in found if heading.startswith("第") and "条" in heading]
