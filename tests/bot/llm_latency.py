"""How long after the model has written its first sentence a reader has it, proven.

``python -m tests.bot.llm_latency DATA`` asks over a data folder that holds ``corpus/``, with a
server on loopback that takes its time as models do. Prints milliseconds between the last piece of
the first sentence leaving the server and the sentence coming out of ``answer_events``.
"""

# ruff: noqa: E501, T201 (a list of sentences, a command)
from __future__ import annotations

import statistics
import sys
import time
from datetime import date
from pathlib import Path

from bot import llm
from bot.answering import Claimed, answer_events
from bot.engine import Engine
from bot.llm import Message
from kb.knowledge_base import KnowledgeBase
from kb.models import Role
from kb.settings import load_settings
from tests.bot.llm_server import Request, playing

DAY = date(2026, 9, 1)
ASKED = {
    "西部大开发企业所得税优惠税率是多少？": "设在西部地区的鼓励类产业企业可以减按15%的税率缴纳企业所得税",
    "高新技术企业资格有效期几年？": "高新技术企业资格的有效期是3年",
    "研发费用加计扣除比例是多少？": "研发费用加计扣除的一般比例是100%",
    "拖欠中小企业款项没有约定利率怎么算利息？": "没有约定逾期利率的，按日利率万分之五计算利息",
    "有限责任公司出资期限是多久？": "有限责任公司股东认缴的出资要在公司成立之日起5年内缴足",
    "先进制造业增值税加计抵减多少？": "先进制造业企业可以按当期可抵扣进项税额再加计5%抵减增值税",
}
"""Questions, and the first sentence of what is replied."""
FIRST_WORD = 0.6
"""Seconds until the model writes, the fastest that hosted ones do."""


def delays(data: Path) -> list[float]:
    """Milliseconds for each question whose first sentence was shown."""
    found: list[float] = []
    with playing() as server:
        settings = load_settings(data=data, llm_base_url=server.url, llm_model="m")
        server.play = lambda r: r.say("好。")
        llm.complete(settings, [Message("user", "好")])
        with KnowledgeBase(settings) as kb:
            engine = Engine(kb)
            for question, sentence in ASKED.items():
                sent: list[float] = []

                def reply(request: Request, text: str = sentence, at: list[float] = sent) -> None:
                    request.head()
                    time.sleep(FIRST_WORD)
                    for piece in (text[:8], text[8:], "[1]", "。"):
                        request.piece(piece)
                        time.sleep(0.03)
                        at.append(time.perf_counter() - 0.03)
                    time.sleep(0.5)
                    request.piece("其余从略[1]。")

                server.play = reply
                for event in answer_events(engine, question, Role.INVESTOR, DAY):
                    if isinstance(event, Claimed) and event.generated:
                        now = time.perf_counter()
                        while len(sent) < 4:
                            time.sleep(0.001)
                        found.append((now - sent[3]) * 1000)
                        break
    return found


def main() -> None:
    """Measure, and print."""
    found = delays(Path(sys.argv[1]))
    print(
        f"{len(found)} of {len(ASKED)} shown; median {statistics.median(found):.0f} ms, "
        f"most {max(found):.0f} ms"
    )


if __name__ == "__main__":
    main()
