"""Questions that go on from an answer: what else its documents say, what its terms mean.

Made by rule from the headings of the document cited first, and offered only if the engine answers
them from that document, so that no suggestion ends in a refusal. The result belongs to a version
of a document and is remembered for it.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Sequence

from bot.engine import Engine
from kb.models import Answer, Header, Kind, Passage, Role, Status
from kb.paths import article_of

OFFERED = 3
"""Questions offered with an answer."""
TRIED = 6
"""Headings of a document that are tried."""
REMEMBERED = 2_000
"""Versions whose questions are remembered."""

_BRACKETS = re.compile(r"[（(【〔][^（()）】〕]*[)）】〕]")
_NUMBER = re.compile(
    r"^\s*(?:第[一二三四五六七八九十百\d]+[章节条部分编]+|[（(]?[一二三四五六七八九十\d]+[)）、.．])\s*"
)
_HEADING = re.compile(r"[\u4e00-\u9fff，、：“”0-9A-Za-z%]{3,24}")
_ABOUT = re.compile(r"^关于(?:进一步)?(?:印发|发布|公布|做好|加强|完善|促进)?")
_ASKS = re.compile(
    r"[吗呢？?]|多[少大久]|[哪谁]|什么|怎么|怎样|如何|几[个条年]|(.)不\1|还是|[有了]没有|能否|是否"
)
_ENDS = re.compile(r"(?:的)?(?:公告|通知|意见|若干措施)$")


class Related:
    """Finds related questions over an engine, and remembers them. For several threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[int, Role], tuple[tuple[str, str], ...]] = OrderedDict()

    def questions(
        self, answer: Answer, role: Role, terms: Sequence[str] = (), asked: Sequence[str] = ()
    ) -> tuple[str, ...]:
        """Up to ``OFFERED`` questions to go on with.

        Args:
            answer: the answer they follow.
            role: who asks; what they may not read suggests nothing.
            terms: names of glossary terms in the answer: the first may be asked for.
            asked: questions asked before; they are not offered again.
        """
        if answer.status is not Status.ANSWERED:
            return ()
        first = answer.citations[0]
        said = {step for c in answer.citations for step in c.path}
        found = [
            question
            for question, heading in self._of_version(first.document_id, first.version_id, role)
            if heading not in said
        ]
        found = found[: OFFERED - 1] if terms else found[:OFFERED]
        found += [f"{name}是什么？" for name in terms[:1]]
        return tuple(q for q in dict.fromkeys(found) if q not in asked)

    def _of_version(
        self, document_id: str, version_id: int, role: Role
    ) -> tuple[tuple[str, str], ...]:
        key = (version_id, role)
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        if self._engine.crowded:  # these cost several questions, which others wait to ask
            return ()
        made = tuple(self._make(document_id, version_id, role))
        with self._lock:
            self._known[key] = made
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return made

    def _make(self, document_id: str, version_id: int, role: Role) -> list[tuple[str, str]]:
        """(question, heading) of each heading whose question its own document answers."""
        kb = self._engine.kb
        info = kb.snapshot.by_id.get(document_id)
        if info is None or info.version_id != version_id:
            return []
        passages = kb.catalog.passages(version_id)
        made = []
        for heading in headings(passages)[:TRIED]:
            question = question_of(info.header, heading)
            if not question:
                continue
            answer = self._engine.ask(question, role)
            own = [c for c in answer.citations if c.document_id == document_id]
            if answer.status is Status.ANSWERED and own and heading in own[0].path:
                made.append((question, heading))
        return made


def headings(passages: Sequence[Passage]) -> list[str]:
    """The headings right above passages, each once, in order; articles are none."""
    found: dict[str, None] = {}
    for passage in passages:
        steps = [s for s in passage.path if not article_of((s,)) and _HEADING.search(_bare(s))]
        if steps:
            found.setdefault(steps[-1])
    return list(found)


def question_of(header: Header, heading: str) -> str:
    """A heading as a question about its document; empty when it makes none."""
    subject = _ABOUT.sub("", _BRACKETS.sub("", header.title)).split("：")[0]
    subject = _ENDS.sub("", subject.strip("《》 "))
    topic = _bare(heading).rstrip("？?")
    if not subject or not _HEADING.fullmatch(topic):
        return ""
    if header.kind is Kind.EXPERIENCE:
        return f"{subject}：{topic.split('：')[0]}是怎么做的？"
    return f"{subject}：{topic}？" if _ASKS.search(topic) else f"{subject}对“{topic}”怎么规定？"


def _bare(heading: str) -> str:
    return _BRACKETS.sub("", _NUMBER.sub("", heading)).strip()
