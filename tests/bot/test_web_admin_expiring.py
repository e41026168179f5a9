"""The page of what begins, ends and is superseded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any
from xml.etree import ElementTree

import pytest
from starlette.testclient import TestClient

from bot.access import Visitor
from bot.timeline import Month, Sort, between, events
from bot.web.admin_expiring import expiring_page
from bot.web.admin_expiring_texts import expiring_texts
from bot.web.frame import View
from bot.web.timeline_picture import timeline_picture
from kb.encoder import Encoder
from kb.knowledge_base import KnowledgeBase
from kb.models import Audience, DocumentInfo, Role
from tests.bot.admin_samples import admin_app, browser_of
from tests.bot.test_timeline import info
from tests.browser.site import CORPUS, base_of

ON = date(2026, 7, 16)
HOSTILE = '"><script>alert(1)</script>\u202e'


def page(documents: list[DocumentInfo], sort: Sort | None = None, lang: str = "zh") -> str:
    view = View(lang, Visitor(Role.ADMIN, "li", "secret"), "/admin/expiring")
    return expiring_page({d.document_id: d for d in documents}, Month(2026, 1), 12, sort, ON, view)


DOCUMENTS = [
    info("A", effective=date(2026, 3, 1), superseded_by="B", superseded_on=date(2026, 9, 1),
         audience=Audience.INTERNAL),
    info("B", ("expires",), effective=date(2026, 9, 1), expires=date(2026, 12, 31)),
    info("C", superseded_by="某办法（2027年版）"),
    info("D", inferred=True, superseded_by="B", superseded_on=date(2026, 9, 1)),
]  # fmt: skip


def test_every_event_stands_in_the_table_and_the_months_lead_there() -> None:
    made = page(DOCUMENTS)
    assert made.count('<tr><th scope="row">') == 6
    for month in ("2026-03", "2026-09", "2026-12"):
        assert made.count(f'id="m-{month}"') == 1
        assert f'href="#m-{month}"' in made
    assert 'href="#m-2026-01"' not in made
    assert "2026年9月: 1 份施行, 2 份被取代" in made
    assert '被“<a href="/admin/documents/B"' in made
    assert "被“某办法（2027年版）”取代" in made
    assert [made.count(f">{mark}<") for mark in ("更正过", "由新版本推断", "内部")] == [1, 1, 2]
    assert "不知道从哪天起" in made


def test_one_sort_alone() -> None:
    made = page(DOCUMENTS, Sort.EXPIRES)
    assert made.count('<tr><th scope="row">') == 1
    assert "不知道从哪天起" not in made
    assert "没有资料施行" in page([], Sort.EXPIRES)


def test_the_picture_is_whole_svg_with_words_for_who_does_not_see_it() -> None:
    for lang in ("zh", "en"):
        months = between(events(DOCUMENTS), Month(2026, 1), Month(2026, 12))
        picture = ElementTree.fromstring(timeline_picture(months, ON, expiring_texts(lang)))
        links = picture.findall(".//a")
        assert len(links) == 3
        assert all(link.get("aria-label") for link in links)
        assert " style=" not in page(DOCUMENTS, lang=lang)
        tops = [float(bar.get("y") or 0) for bar in picture.iter("rect")]
        assert min(tops) >= 0
    many = [info(f"X{n}", effective=date(2026, 7, 1)) for n in range(300)]
    months = between(events(many), Month(2026, 1), Month(2026, 12))
    picture = ElementTree.fromstring(timeline_picture(months, ON, expiring_texts("zh")))
    bars = [b for b in picture.iter("rect") if b.get("class") == "bar-begins"]
    assert [float(b.get("y") or 0) >= 0 for b in bars] == [True]
    assert "<svg" in timeline_picture({}, ON, expiring_texts("zh"))


def test_hostile_titles_stay_text() -> None:
    documents = [
        info("H", effective=date(2026, 7, 1), superseded_by=HOSTILE, superseded_on=ON),
        info(HOSTILE, expires=date(2026, 7, 1)),
    ]
    made = page(documents)
    assert "<script>alert" not in made
    assert "\u202e" not in made


@pytest.fixture(scope="module")
def base(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    files = [CORPUS / "policy/L02-工业用地出让最低价标准.md"]
    folder = tmp_path_factory.mktemp("expiring") / "data"
    with base_of(folder, encoder, files, reranker="none") as kb:
        yield kb


@pytest.fixture(scope="module")
def tab(base: KnowledgeBase) -> Any:
    return browser_of(admin_app(base), base)


def test_an_address_chooses_the_time(tab: TestClient, base: KnowledgeBase) -> None:
    (document,) = base.snapshot.live.values()
    begins = document.header.effective or document.header.published
    assert begins is not None
    start = f"{begins.year:04}-{begins.month:02}"
    shown = tab.get("/admin/expiring", params={"start": start, "months": "6"}).text
    assert f">{begins.isoformat()}<" in shown
    assert re.search(r'<option value="6" selected', shown)
    later = tab.get("/admin/expiring", params={"start": "2190-01"}).text
    assert begins.isoformat() not in later
    for odd in ("2026-13", HOSTILE, "9999-12", "0001-01"):
        reply = tab.get("/admin/expiring", params={"start": odd, "months": odd, "sort": odd})
        assert reply.status_code == 200
        assert "<script>alert" not in reply.text
        assert ("看不懂" in reply.text) is (odd in ("2026-13", HOSTILE))


def test_a_correction_is_marked(tab: TestClient, base: KnowledgeBase) -> None:
    (document,) = base.snapshot.live.values()
    base.correct(document.document_id, {"expires": "2190-06-30"})
    shown = tab.get("/admin/expiring", params={"start": "2190-01", "lang": "en"}).text
    assert ">2190-06-30<" in shown
    assert ">corrected<" in shown
