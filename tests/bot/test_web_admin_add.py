"""Admins upload files, look at them, take them in; jobs and files set aside."""

from __future__ import annotations

import asyncio
import re
import resource
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from bot import audit, sessions
from bot.access import Visitor
from bot.file_names import safe_name
from bot.jobs import Jobs
from bot.traffic import Traffic
from bot.web.admin_add_page import add_page
from bot.web.admin_jobs_page import jobs_page
from bot.web.admin_quarantine import quarantine_page
from bot.web.admin_review_page import unread_page
from bot.web.form_guard import TOKEN_HEADER
from bot.web.frame import View
from bot.web.security import SESSION_COOKIE
from bot.web.upload import Wish, receive
from ingest.pipeline import ingest
from kb import uploads
from kb.encoder import Encoder
from kb.errors import StoreError
from kb.knowledge_base import KnowledgeBase
from kb.models import Audience, Role
from kb.settings import Settings
from kb.stores import INCOMING
from kb.uploads import Upload
from tests.bot.admin_samples import admin_app, browser_of, send
from tests.bot.test_web_admin_documents import sent_by
from tests.bot.upload_samples import NOTICE, read_all
from tests.ingest.making import pdf

BAD = '"><script>alert(1)</script>\u202e.txt'


@pytest.fixture(scope="module")
def base(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    folder = tmp_path_factory.mktemp("add")
    settings = Settings(data=folder / "data", reranker="none", max_file_mb=1)
    with KnowledgeBase(settings, encoder=encoder) as kb:
        yield kb


@pytest.fixture(scope="module")
def jobs(base: KnowledgeBase) -> Iterator[Jobs]:
    made = Jobs(base, Traffic())
    yield made
    made.close()


@pytest.fixture(scope="module")
def app(base: KnowledgeBase, jobs: Jobs) -> Any:
    return admin_app(base, jobs)


@pytest.fixture
def tab(app: Any, base: KnowledgeBase, jobs: Jobs) -> Iterator[TestClient]:
    yield browser_of(app, base)
    jobs.previews.discard(u.upload_id for u in uploads.every(base.catalog))
    if base.snapshot.by_id:
        base.remove(*base.snapshot.by_id)


def post(tab: TestClient, name: str, data: bytes | str = NOTICE, **query: str) -> Any:
    """Upload a file as the page's script does."""
    token = sessions.form_token(tab.cookies[SESSION_COOKIE])
    headers = {TOKEN_HEADER: token, "accept": "application/json"}
    body = data.encode() if isinstance(data, str) else data
    return tab.post("/admin/upload", params={"name": name} | query, content=body, headers=headers)


def over(tab: TestClient, jobs: Jobs, reply: Any) -> str:
    """The page of the job a reply leads to, once it is over."""
    assert reply.status_code == 303, reply.text
    address = reply.headers["location"]
    jobs.wait(address.rpartition("/")[2], 60)
    return str(tab.get(address).text)


def test_a_file_is_uploaded_looked_at_corrected_and_taken_in(
    tab: TestClient, base: KnowledgeBase, jobs: Jobs
) -> None:
    told = post(tab, "政策/苹果.txt").json()
    address = told["review"]
    read_all(base, jobs.previews)
    page = tab.get(address).text
    assert "现在还没有入库" in page
    assert "第二条" in page
    assert "在原文中找到" in page
    assert "入库后是一份新资料" in page
    assert base.snapshot.live == {}
    fields = sent_by(page)
    assert send(tab, address + "/header", fields).headers["location"].endswith("done=same")
    refused = send(tab, address + "/accept", fields | {"published": "去年"})
    assert refused.status_code == 400
    assert sent_by(refused.text)["published"] == "去年"
    done = send(tab, address + "/accept", fields | {"audience": "internal", "topics": "果业"})
    page = over(tab, jobs, done)
    assert "已完成" in page
    assert "新增" in page
    (info,) = base.documents([Audience.INTERNAL])
    assert info.header.topics == ("果业",)
    assert tab.get(address).status_code == 404
    assert "已经处理过" in tab.get(address).text
    assert {"upload", "ingest"} <= {e.what for e in audit.entries(base.catalog, 5)}


def test_a_file_the_disk_has_no_room_for_is_told(
    tab: TestClient, base: KnowledgeBase, jobs: Jobs
) -> None:
    async def sent() -> AsyncIterator[bytes]:
        yield b"x" * 5_000

    most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_096, most[1]))
    try:
        with pytest.raises(StoreError, match="磁盘空间"):
            asyncio.run(receive(base, jobs, "a.txt", Wish("li"), sent()))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, most)
    assert uploads.every(base.catalog) == []
    assert list((base.folder / INCOMING).iterdir()) == []


def test_the_plain_form_takes_several_files(
    tab: TestClient, base: KnowledgeBase, jobs: Jobs
) -> None:
    files = [("files", ("a.txt", NOTICE)), ("files", ("b.txt", NOTICE + "第三条 完。"))]
    token = {"token": sessions.form_token(tab.cookies[SESSION_COOKIE])}
    reply = tab.post("/admin/add", data=token | {"then": "look"}, files=files)
    assert reply.headers["location"] == "/admin/add?done=sent"
    assert [u.name for u in uploads.every(base.catalog)] == ["a.txt", "b.txt"]
    mixed = [("files", ("c.txt", NOTICE + "第四条 完。")), ("files", ("空.txt", ""))]
    told = tab.post("/admin/add", data=token | {"then": "look"}, files=mixed)
    assert told.status_code == 400
    assert "有 1 个文件已保存" in told.text
    assert "空.txt 是空文件" in told.text
    none = tab.post("/admin/add", data=token, files=[("files", ("", ""))])
    assert none.status_code == 400
    assert "没有选择文件" in none.text
    stale = tab.post("/admin/add", data={"token": "x"}, files=files)
    assert stale.status_code == 403
    at_once = [("files", ("d.txt", NOTICE + "第五条 完。"))]
    data = token | {"then": "take", "audience": "internal"}
    page = over(tab, jobs, tab.post("/admin/add", data=data, files=at_once))
    assert "新增" in page
    assert len(base.documents([Audience.INTERNAL])) == 1


def test_several_are_taken_in_or_discarded(
    tab: TestClient, base: KnowledgeBase, jobs: Jobs
) -> None:
    ids = [post(tab, f"{n}.txt", NOTICE + n).json()["upload_id"] for n in "abc"]
    read_all(base, jobs.previews)
    page = tab.get("/admin/add").text
    assert page.count('name="upload"') == 3
    assert "待审核" in page
    state = tab.get("/admin/add/state").json()["uploads"]
    assert {u["state"] for u in state} == {"ready"}
    assert send(tab, "/admin/add/take").status_code == 400
    assert (
        send(tab, "/admin/add/discard", {"upload": ids[2]})
        .headers["location"]
        .endswith("done=discarded")
    )
    page = over(tab, jobs, send(tab, "/admin/add/take", {"upload": ids[:2]}))
    assert page.count("新增") == 2
    assert uploads.every(base.catalog) == []
    gone = send(tab, "/admin/add/take", {"upload": ids[:2]})
    assert gone.status_code == 404
    assert send(tab, "/admin/add/discard", {"upload": ids[:1]}).status_code == 404


def test_what_is_not_kept_says_why(tab: TestClient, base: KnowledgeBase) -> None:
    assert post(tab, "空.txt", b"").json()["error"]["zh"].startswith("空.txt 是空文件")
    assert post(tab, "空.txt", b"").status_code == 400
    large = post(tab, "大.txt", b"x" * (1024 * 1024 + 1))
    assert large.status_code == 413
    assert "1 MB" in large.json()["error"]["zh"]
    huge = post(tab, "大.txt", b"x" * (3 * 1024 * 1024))
    assert huge.status_code == 413
    assert post(tab, "a.txt").status_code == 200
    again = post(tab, "a.txt")
    assert again.status_code == 409
    assert "已经上传过" in again.json()["error"]["zh"]
    assert post(tab, "b.txt", NOTICE + "。", replaces="nowhere").status_code == 404
    assert [u.name for u in uploads.every(base.catalog)] == ["a.txt"]
    headers = {"accept": "application/json"}
    assert tab.post("/admin/upload?name=x", content=b"x", headers=headers).status_code == 403
    assert list((base.folder / "incoming").iterdir()) == []


def test_only_admins_upload(app: Any, base: KnowledgeBase) -> None:
    cadre = browser_of(app, base, Role.CADRE)
    assert post(cadre, "a.txt").status_code == 403
    assert post(cadre, "a.txt", b"x" * 200_000).status_code in (403, 413)
    assert uploads.every(base.catalog) == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("C:\\政策\\a.docx", "C:/政策/a.docx"),
        (BAD, '"><script>alert(1)</script>.txt'),
        ("", "document"),
        (" . / .. ", "document"),
        ("a\x00b.txt", "ab.txt"),
        ("长" * 300 + ".pdf", "长" * 58 + ".pdf"),
        ("/".join("abcdefghij") + "/x.md", "d/e/f/g/h/i/j/x.md"),
    ],
)
def test_names_lead_nowhere(given: str, kept: str) -> None:
    assert safe_name(given) == kept


def test_hostile_names_are_text(tab: TestClient, base: KnowledgeBase, jobs: Jobs) -> None:
    hostile = '<img src=x onerror="alert(1)">\u202e.txt'
    told = post(tab, hostile, f"第一条 {BAD}。\n第二条 {hostile}。\n").json()
    read_all(base, jobs.previews)
    pages = [tab.get(p).text for p in ("/admin/add", told["review"])]
    pages.append(over(tab, jobs, send(tab, "/admin/add/take", {"upload": told["upload_id"]})))
    pages += [tab.get(p).text for p in ("/admin/jobs", "/admin/documents")]
    for page in pages:
        assert "<img src=x" not in page
        assert "<script>alert" not in page
        assert "\u202e" not in page


def test_a_new_version_is_compared_before_it_goes_live(
    tab: TestClient, base: KnowledgeBase, jobs: Jobs, tmp_path: Path
) -> None:
    file = tmp_path / "苹果.txt"
    file.write_text(NOTICE, encoding="utf-8")
    (before,) = ingest(base, [file])
    own = before.document_id
    page = tab.get(f"/admin/add?replaces={quote(own)}").text
    assert f'name="replaces" value="{own}"' in page
    assert tab.get("/admin/add?replaces=nowhere").status_code == 404
    changed = NOTICE.replace("一百", "两百").replace("3号", "4号").replace("第二条", "第二条 另，")
    address = post(tab, "新稿.txt", changed, replaces=own).json()["review"]
    read_all(base, jobs.previews)
    page = tab.get(address).text
    assert "入库后替换" in page
    assert "<del>一</del>" in page
    assert "<ins>两</ins>" in page
    assert "<ins>延政发〔2025〕4号</ins>" in page
    assert "一百" in base.text(base.snapshot.by_id[own])
    assert send(tab, address + "/target", {"replaces": "nowhere"}).status_code == 404
    assert send(tab, address + "/target", {"none": "1"}).headers["location"].endswith("target")
    assert "入库后是一份新资料" in tab.get(address).text
    send(tab, address + "/target", {"replaces": own})
    over(tab, jobs, send(tab, address + "/accept", sent_by(tab.get(address).text)))
    assert list(base.snapshot.by_id) == [own]
    assert "两百" in base.text(base.snapshot.by_id[own])


def test_pages_of_a_pdf_stand_beside_their_text(
    tab: TestClient, base: KnowledgeBase, jobs: Jobs
) -> None:
    made = pdf([["第一条 每亩补贴一百元。"], ["第二条 本办法自发布之日起施行。"]])
    address = post(tab, "办法.pdf", made).json()["review"]
    read_all(base, jobs.previews)
    page = tab.get(f"{address}?page=2").text
    assert f'src="{address}/image/2"' in page
    assert "第二条" in page[page.index('class="beside-page"') :]
    picture = tab.get(f"{address}/image/2")
    assert picture.headers["content-type"] == "image/webp"
    assert tab.get(f"{address}/image/99").status_code in (400, 404)


def test_files_set_aside_are_accepted_or_removed(
    tab: TestClient, base: KnowledgeBase, jobs: Jobs
) -> None:
    garbled = "第一条 " + "锟斤拷" * 40 + "。\n第二条 " + "烫烫烫屯屯屯" * 20 + "。\n"
    ids = [post(tab, f"{n}.txt", garbled + n).json()["upload_id"] for n in "ab"]
    ids.append(post(tab, "坏.pdf", b"%PDF-1.4 damaged", look="0").json()["upload_id"])
    page = over(tab, jobs, send(tab, "/admin/add/take", {"upload": ids}))
    assert page.count("进隔离区") == 3
    page = tab.get("/admin/quarantine").text
    assert page.count("照收入库") == 2
    assert "不能照收" in page
    first, second = re.findall(r'action="(/admin/quarantine/Q-\w+)/accept"', page)
    page = over(tab, jobs, send(tab, first + "/accept"))
    assert "新增" in page
    asked = tab.get(second + "/remove").text
    assert "不能恢复" in asked
    assert send(tab, second + "/remove").headers["location"].endswith("done=removed")
    assert tab.get(second + "/remove").status_code == 404
    assert send(tab, second + "/accept").status_code == 404
    assert audit.entries(base.catalog)[0].what == "quarantine.remove"


def test_a_job_tells_how_far_it_is_and_is_cancelled(
    tab: TestClient, base: KnowledgeBase, jobs: Jobs
) -> None:
    ids = [post(tab, f"{n}.txt", NOTICE + n, look="0").json()["upload_id"] for n in "ab"]
    with base.writing:
        reply = send(tab, "/admin/add/take", {"upload": ids})
        address = reply.headers["location"]
        state = tab.get(address + "/state").json()
        assert state["over"] is False
        assert {"said", "rate", "left", "done", "files", "each"} <= state.keys()
        assert 'data-state="taken"' in tab.get("/admin/add").text
        assert send(tab, "/admin/add/discard", {"upload": ids[:1]}).status_code == 404
        assert send(tab, address + "/cancel").headers["location"].endswith("done=cancelled")
    jobs.wait(address.rpartition("/")[2], 60)
    assert "已取消" in tab.get(address + "?done=cancelled").text
    assert len(uploads.every(base.catalog)) + len(base.snapshot.live) == 2
    assert tab.get("/admin/jobs/nowhere").status_code == 404
    assert tab.get("/admin/jobs/nowhere/state").status_code == 404


def test_pages_speak_english() -> None:
    view = View("en", Visitor(Role.ADMIN, "li", "secret"), "/admin/add")
    pages = [add_page([], {}, (), 1, view), jobs_page([], view), quarantine_page([], view)]
    pages.append(unread_page(Upload("u", "a.pdf", "", 1, "li"), view))
    for page in pages:
        main = page[page.index("<main") : page.index("</main>")]
        assert not re.search(r"[\u4e00-\u9fff]", main)
