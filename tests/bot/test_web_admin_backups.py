"""The page of backups: a real one is made, verified, downloaded, told how to restore, deleted."""

from __future__ import annotations

import html
import re
import shlex
import zipfile
from collections.abc import Iterator
from io import BytesIO
from threading import Event
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot import audit
from bot.web.admin_backups import MAKING, size
from bot.web.admin_site import AdminSite
from kb import backups, restore
from kb.encoder import Encoder
from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings
from tests.bot.admin_samples import ADMIN, admin_app, browser_of, send
from tests.browser.site import CORPUS, base_of

LAND = "policy/L02-工业用地出让最低价标准.md"
HOSTILE = '"><script>alert(1)</script>\u202e'


@pytest.fixture(scope="module")
def base(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    folder = tmp_path_factory.mktemp("backups") / "data"
    with base_of(folder, encoder, [CORPUS / LAND], reranker="none") as kb:
        yield kb


@pytest.fixture(scope="module")
def app(base: KnowledgeBase) -> Any:
    return admin_app(base)


@pytest.fixture
def tab(app: Any, base: KnowledgeBase) -> TestClient:
    return browser_of(app, base)


@pytest.fixture
def site(app: Any) -> AdminSite:
    found = app.state.site
    assert isinstance(found, AdminSite)
    return found


def make(tab: TestClient, site: AdminSite) -> str:
    reply = send(tab, "/admin/backups/make")
    assert (reply.status_code, reply.headers["location"]) == (303, "/admin/backups")
    chore = site.chores.wait(MAKING, 30)
    assert chore is not None
    assert chore.error is None
    return str(chore.result)


def last(base: KnowledgeBase) -> tuple[str, str, str]:
    entry = audit.entries(base.catalog, 1)[0]
    return entry.who, entry.what, entry.target


def test_a_backup_from_its_making_to_its_end(
    tab: TestClient, site: AdminSite, base: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert "还没有备份" in tab.get("/admin/backups").text
    name = make(tab, site)
    assert last(base) == (ADMIN, "backup", name)
    page = tab.get("/admin/backups").text
    assert f"已做好备份 {name}" in page
    assert "已校验，完好" in page

    got = send(tab, "/admin/backups/download", {"name": name})
    assert got.status_code == 200
    assert got.headers["cache-control"] == "no-store"
    assert name in got.headers["content-disposition"]
    with zipfile.ZipFile(BytesIO(got.content)) as archive:
        assert archive.testzip() is None
    assert last(base) == (ADMIN, "backup.download", name)

    steps = tab.get("/admin/backups", params={"restore": name}).text
    found = re.search(r"<code>(kb restore .*?)</code>", steps)
    assert found is not None
    words = shlex.split(html.unescape(found[1]))
    file = base.folder / "backups" / name
    assert words == ["kb", "restore", str(file), "--replace", "--data", str(base.folder)]
    elsewhere = tmp_path_factory.mktemp("restored") / "data"
    restore.restore(file, elsewhere)
    with KnowledgeBase(Settings(data=elsewhere), encoder=base.encoder) as again:
        assert again.snapshot.by_id.keys() == base.snapshot.by_id.keys()

    assert send(tab, "/admin/backups/verify", {"name": name}).status_code == 303
    site.chores.wait(f"verify {name}", 30)
    with open(file, "r+b") as stream:
        stream.seek(200)
        stream.write(b"\0" * 200)
    send(tab, "/admin/backups/verify", {"name": name})
    failed = site.chores.wait(f"verify {name}", 30)
    assert failed is not None
    assert failed.error is not None
    assert "有问题：" in tab.get("/admin/backups").text

    gone = send(tab, "/admin/backups/delete", {"name": name})
    assert gone.status_code == 303
    assert f"已删除备份 {name}" in tab.get(gone.headers["location"]).text
    assert backups.held(base.folder) == []
    assert last(base) == (ADMIN, "backup.delete", name)


@pytest.mark.parametrize(
    "name", ["", "../catalog.sqlite", "/etc/passwd", "kb-20260101T000000Z.zip", HOSTILE]
)
@pytest.mark.parametrize("act", ["verify", "download", "delete"])
def test_no_other_name_leads_anywhere(
    tab: TestClient, base: KnowledgeBase, act: str, name: str
) -> None:
    before = audit.entries(base.catalog)
    reply = send(tab, f"/admin/backups/{act}", {"name": name})
    assert reply.status_code == 404
    assert "没有这个备份" in reply.text
    assert "<script>alert" not in reply.text
    assert audit.entries(base.catalog) == before
    for key in ("restore", "deleted"):
        page = tab.get("/admin/backups", params={key: name}).text
        assert "<script>alert" not in page
        assert "kb restore" not in page


def test_one_thing_at_a_time(tab: TestClient, site: AdminSite) -> None:
    go_on = Event()
    site.chores.start("repair", "li", lambda progress: go_on.wait(30))
    try:
        reply = send(tab, "/admin/backups/make")
        assert reply.status_code == 503
        assert "后台正在做另一件事" in reply.text
    finally:
        go_on.set()
    site.chores.wait("repair", 30)
    site.chores.start(MAKING, "li", lambda progress: progress("backup", 1, 4) or 1 / 0)
    site.chores.wait(MAKING, 30)
    assert "没有做完" in tab.get("/admin/backups").text


@pytest.mark.parametrize(
    ("bytes_", "told"),
    [(0, "0 B"), (999, "999 B"), (1_000, "1.0 kB"), (2_600_000, "2.6 MB"), (5 * 10**12, "5.0 TB")],
)
def test_sizes(bytes_: int, told: str) -> None:
    assert size(bytes_) == told
