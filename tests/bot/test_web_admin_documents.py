"""Admins look after documents: list, header, corrections, retiring, removing."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot import audit
from bot.record import record
from bot.web.admin_cut import cut_of
from bot.web.admin_documents_page import document_url
from bot.web.admin_header_form import FIRST, FURTHER, changes_in
from ingest.front_matter import KEYS
from ingest.pipeline import ingest
from kb.encoder import Encoder
from kb.errors import ReadError
from kb.knowledge_base import KnowledgeBase
from kb.models import Audience, Passage, Role
from kb.settings import Settings
from tests.bot.admin_samples import ADMIN, admin_app, browser_of, send

BAD = '<script>alert(1)</script>"&\u202e'
HOSTILE = f"---\nid: BAD\ntitle: '{BAD}'\naudience: internal\n---\n1. {BAD} 内部。\n"
NOTICE = """延安市苹果产业扶持办法
延政发〔2025〕3号
第一条 每亩补贴一百元。
第二条 自2025年3月1日起施行。
"""


@pytest.fixture(scope="module")
def base(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    folder = tmp_path_factory.mktemp("documents")
    bad = folder / "b<i>.md"
    bad.write_text(HOSTILE, encoding="utf-8")
    settings = Settings(data=folder / "data", reranker="none", corpus=folder / "corpus")
    with KnowledgeBase(settings, encoder=encoder) as kb:
        ingest(kb, [bad])
        yield kb


@pytest.fixture(scope="module")
def app(base: KnowledgeBase) -> Any:
    return admin_app(base)


@pytest.fixture
def tab(app: Any, base: KnowledgeBase) -> TestClient:
    return browser_of(app, base)


@pytest.fixture
def own(base: KnowledgeBase, tmp_path: Path) -> Iterator[str]:
    """The id of a document of this test."""
    file = tmp_path / "苹果.txt"
    file.write_text(NOTICE, encoding="utf-8")
    (outcome,) = ingest(base, [file])
    yield outcome.document_id
    if outcome.document_id in base.snapshot.by_id:
        base.remove(outcome.document_id)


def sent_by(page: str) -> dict[str, str]:
    """The fields of a document's header form as a browser would send them untouched."""
    fields: dict[str, str] = {}
    form = page[page.index('class="header-form"') :]
    form = form[: form.index("</form>")]
    for tag in re.findall(r"<input [^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name:
            fields[name[1]] = html.unescape(value[1]) if value else ""
    for name, text in re.findall(
        r'<textarea [^>]*name="([^"]*)"[^>]*>\n(.*?)</textarea>', form, re.S
    ):
        fields[name] = html.unescape(text).replace("\n", "\r\n")
    selects = re.findall(r'<select [^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL)
    for name, options in selects:
        chosen = re.search(r'value="([^"]*)" selected', options)
        fields[name] = html.unescape(chosen[1]) if chosen else ""
    return fields


def test_the_list_shows_what_is_chosen(tab: TestClient, base: KnowledgeBase, own: str) -> None:
    page = tab.get("/admin/documents").text
    assert "共 2 份" in page
    assert "<script>alert" not in page
    assert "\u202e" not in page
    page = tab.get("/admin/documents", params={"q": "苹果", "lang": "en"}).text
    assert "Documents: 1" in page
    assert f'href="{document_url(own)}"' in page
    assert "没有符合条件" in tab.get("/admin/documents?kind=experience").text
    assert tab.get("/admin/documents?page=99999&kind=x&sort=%3Cb%3E").status_code == 200


def test_a_document_tells_where_each_value_is_from(
    tab: TestClient, base: KnowledgeBase, own: str
) -> None:
    page = tab.get(f"/admin/documents/{own}").text
    assert "在原文中找到" in page
    assert "<q>延政发〔2025〕3号</q>" in page
    assert "第一条" in page
    hostile = tab.get("/admin/documents/BAD").text
    assert "<script>alert" not in hostile
    assert "b&lt;i&gt;.md" in hostile
    missing = tab.get("/admin/documents/NONE")
    assert missing.status_code == 404
    assert 'role="alert"' in missing.text


def test_only_what_was_changed_is_a_correction(
    tab: TestClient, base: KnowledgeBase, own: str
) -> None:
    address = f"/admin/documents/{own}"
    fields = sent_by(tab.get(address).text)
    assert fields.keys() >= {*FIRST, *FURTHER}
    same = send(tab, address + "/header", fields)
    assert same.headers[
        "location"
    ] == f"{address.replace(own, fields['title'][:0])}" or same.headers["location"].endswith(
        "done=same"
    )
    assert base.document(own, list(Audience)).corrected == ()
    changed = fields | {
        "issuer": "甲局\r\n乙局\r\n",
        "audience": "internal",
        "expires": "2030-01-31",
    }
    assert send(tab, address + "/header", changed).headers["location"].endswith("done=saved")
    info = base.document(own, list(Audience))
    assert info.header.issuers == ("甲局", "乙局")
    assert info.header.expires == date(2030, 1, 31)
    assert info.corrected == ("audience", "expires", "issuers")
    assert base.documents([Audience.PUBLIC]) == []
    entry = audit.entries(base.catalog)[0]
    assert (entry.who, entry.what) == (ADMIN, "document.correct")

    page = tab.get(address + "?done=saved").text
    assert "已保存更正" in page
    assert f'formaction="{document_url(own, "undo")}"' in page
    assert send(tab, address + "/undo", {"undo": "audience"}).headers["location"].endswith("undone")
    assert base.document(own, [Audience.PUBLIC]).header.expires == date(2030, 1, 31)
    again = send(tab, address + "/undo", {"undo": "audience"})
    assert again.status_code == 404
    assert send(tab, address + "/undo", {"undo": BAD}).status_code == 400


def test_two_admins_do_not_undo_each_others_work(
    tab: TestClient, base: KnowledgeBase, own: str
) -> None:
    address = f"/admin/documents/{own}"
    first = second = sent_by(tab.get(address).text)
    send(tab, address + "/header", first | {"doc_number": "一号"})
    send(tab, address + "/header", second | {"topics": "果业"})
    header = base.document(own, list(Audience)).header
    assert (header.doc_number, header.topics) == ("一号", ("果业",))


def test_what_cannot_be_saved_stays_in_the_form(
    tab: TestClient, base: KnowledgeBase, own: str
) -> None:
    address = f"/admin/documents/{own}"
    fields = sent_by(tab.get(address).text)
    typed = fields | {"published": "去年", "doc_number": f"新号 {BAD}"}
    refused = send(tab, address + "/header", typed)
    assert refused.status_code == 400
    assert "发布日期：" in refused.text
    assert "新号 &lt;script&gt;" in refused.text
    assert sent_by(refused.text)["published"] == "去年"
    contradiction = send(tab, address + "/header", fields | {"expires": "1999-01-01"})
    assert contradiction.status_code == 400
    empty = send(tab, address + "/header", fields | {"title": " "})
    assert "标题：" in empty.text
    assert base.document(own, list(Audience)).corrected == ()


def test_a_document_is_retired(tab: TestClient, base: KnowledgeBase, own: str) -> None:
    address = f"/admin/documents/{own}"
    day = (date.today() - timedelta(days=1)).isoformat()
    assert f'name="expires" value="{day}"' in tab.get(address).text
    assert send(tab, address + "/retire", {"expires": "gestern"}).status_code == 400
    assert send(tab, address + "/retire", {"expires": " "}).status_code == 400
    done = send(tab, address + "/retire", {"expires": day, "superseded_by": "BAD"})
    assert done.headers["location"].endswith("done=retired")
    header = base.document(own, list(Audience)).header
    assert (header.expires, header.superseded_by) == (date.fromisoformat(day), "BAD")
    assert audit.entries(base.catalog)[0].what == "document.retire"


def test_a_document_is_removed_after_a_question(
    tab: TestClient, base: KnowledgeBase, own: str
) -> None:
    base.correct(own, {"doc_number": "一号"})
    address = f"/admin/documents/{own}/remove"
    asked = tab.get(address).text
    count = base.document(own, list(Audience)).passage_count
    assert f"{count} 条条款" in asked
    assert "1 项人工更正：文号" in asked
    assert "苹果.txt" in asked
    assert own in base.snapshot.by_id
    done = send(tab, address)
    assert done.headers["location"] == "/admin/documents?done=removed"
    assert own not in base.snapshot.by_id
    entry = audit.entries(base.catalog)[0]
    assert entry.what == "document.remove"
    assert own in entry.target
    assert tab.get(address).status_code == 404
    assert send(tab, address).status_code == 404
    assert "已删除" in tab.get("/admin/documents?done=removed").text


def test_nobody_else_gets_there(app: Any, base: KnowledgeBase) -> None:
    cadre = browser_of(app, base, Role.CADRE)
    for path in ("/admin/documents", "/admin/documents/BAD", "/admin/documents/BAD/remove"):
        assert cadre.get(path).status_code == 403
    assert send(cadre, "/admin/documents/BAD/remove").status_code == 403
    assert "BAD" in base.snapshot.by_id


def test_the_form_has_every_key_and_reads_lines() -> None:
    assert {*FIRST, *FURTHER} == KEYS - {"id"}
    assert changes_in({"years": "2023\n2024", "was.years": ""}, "zh") == {"years": [2023, 2024]}
    assert changes_in({"region": "甲、乙\n丙", "was.region": ""}, "zh") == {
        "regions": ["甲、乙", "丙"]
    }
    assert changes_in({"doc_number": "", "was.doc_number": "x"}, "zh") == {"doc_number": None}
    assert changes_in({"title": " 新 ", "was.title": "新"}, "zh") == {}
    with pytest.raises(ReadError, match="年份"):
        changes_in({"years": "soon", "was.years": ""}, "zh")


def test_the_cut_holds_all_of_the_text(base: KnowledgeBase, own: str) -> None:
    info = base.document(own, list(Audience))
    text = base.text(info)
    cut = cut_of(text, base.catalog.passages(info.version_id))
    assert "".join(c.text for c in cut).replace("\n", "") == text.replace("\n", "")
    assert [c.ordinal for c in cut if c.ordinal is not None] == list(range(info.passage_count))
    assert cut_of("甲\n乙", [Passage(0, ("一",), 2, 3, 3)])[0].text == "甲"
    made: Any = record(base, info.document_id, list(Audience))
    assert made.info == info
