"""Pages of PDFs and scans beside their text: who sees them, and where the quote stands."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from starlette.testclient import TestClient

from bot.engine import Engine
from bot.web.app import build_app
from bot.web.page_images import PageImages, shows_pages, spots
from ingest import page_image as page_image_module
from ingest.page_image import has_pages, page_image
from ingest.parse import parse_bytes
from kb.errors import NotFound, ReadError
from kb.knowledge_base import KnowledgeBase
from kb.models import Audience, Box, Page, ParsedDocument, Role

PDF = Path(__file__).parents[2] / "docs" / "examples" / "西部大开发企业所得税.pdf"
QUOTE = "西部大开发企业所得税优惠的税率是15%"
PUBLIC = Role.INVESTOR.audiences


@pytest.fixture
def paper(base: KnowledgeBase) -> KnowledgeBase:
    base.add([parse_bytes(PDF.read_bytes(), PDF.name)])
    return base


def version(kb: KnowledgeBase) -> int:
    return kb.documents(list(Audience))[0].version_id


def test_a_page_is_drawn_and_kept(paper: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    images = PageImages(paper)
    drawn = images.get(version(paper), 1, PUBLIC)
    with Image.open(BytesIO(drawn)) as picture:
        assert picture.format == "WEBP"
        assert picture.height > picture.width > 1000
    monkeypatch.setattr("bot.web.page_images.page_image", lambda *_: pytest.fail("drawn again"))
    assert images.get(version(paper), 1, PUBLIC) == drawn


def test_the_quote_is_framed_where_it_is_printed(paper: KnowledgeBase) -> None:
    client = TestClient(build_app(Engine(paper), paper.settings), raise_server_exceptions=False)
    info = paper.documents(PUBLIC)[0]
    at = paper.text(info).index(QUOTE)
    html = client.get(f"/source/{info.document_id}?start={at}&end={at + len(QUOTE)}").text
    (rectangle,) = re.findall(r'<rect x="([\d.]+)%" y="([\d.]+)%" width="([\d.]+)%"', html)
    x, y, width = (float(value) for value in rectangle)
    assert 10 < x < 30
    assert 15 < y < 50
    assert 30 < width < 80
    (address,) = re.findall(r'<img src="(/source/image/[^"]+)"', html)
    reply = client.get(address)
    assert reply.headers["content-type"] == "image/webp"
    assert "private" in reply.headers["cache-control"]
    assert "default-src 'none'" in reply.headers["content-security-policy"]
    plain = client.get(f"/source/{info.document_id}").text
    assert '<img src="/source/image' not in plain
    other = re.search(r'href="([^"]+page=2#page-2)"', plain)
    if other is not None:  # every other page is a click away
        shown = client.get(other[1].replace("&amp;", "&").partition("#")[0]).text
        assert 'id="page-2"' in shown


def test_no_picture_of_what_a_reader_may_not_see(paper: KnowledgeBase) -> None:
    info = paper.documents(PUBLIC)[0]
    images = PageImages(paper)
    assert images.get(info.version_id, 1, PUBLIC)
    paper.correct(info.document_id, {"audience": "internal"})
    now = version(paper)
    for number in (info.version_id, now):
        with pytest.raises(NotFound):  # though it was kept a moment ago
            images.get(number, 1, PUBLIC)
    client = TestClient(build_app(Engine(paper), paper.settings), raise_server_exceptions=False)
    hidden = client.get(f"/source/image/{now}/1")
    missing = client.get("/source/image/999999/1")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.text == missing.text
    paper.remove(info.document_id)
    with pytest.raises(NotFound):
        images.get(now, 1, list(Audience))


@pytest.mark.parametrize("number", [0, -1, 99, 10**12])
def test_a_page_that_is_not_there_is_missing(paper: KnowledgeBase, number: int) -> None:
    with pytest.raises(NotFound):
        PageImages(paper).get(version(paper), number, PUBLIC)


def test_a_text_has_no_pages_to_look_at(
    base: KnowledgeBase, document: Callable[..., ParsedDocument]
) -> None:
    base.add([document("T", "第一条 甲。")])
    assert not shows_pages(base, base.documents(PUBLIC)[0])
    assert not has_pages(b"")
    assert not has_pages(b"PK\x03\x04" + b"x" * 100)
    assert has_pages(PDF.read_bytes()[:4096])


def test_pictures_are_drawn_too() -> None:
    target = BytesIO()
    Image.new("RGB", (900, 1200), "white").save(target, "PNG")
    assert page_image(target.getvalue(), 1).startswith(b"RIFF")


@pytest.mark.parametrize(
    "data", [b"%PDF-1.7 broken", PDF.read_bytes()[:3000], b"\x89PNG broken", b""]
)
def test_what_cannot_be_drawn_is_said(data: bytes) -> None:
    with pytest.raises(ReadError, match="画不出来"):
        page_image(data, 1)


def test_a_page_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(ReadError):
        page_image_module.page_image(PDF.read_bytes(), 1, seconds=0.01)


def test_pictures_kept_are_bounded(base: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.web.page_images.KEPT_BYTES", 100)
    images = PageImages(base)
    for n in range(10):
        images._keep(("x", n), b"y" * 40)
    assert len(images._kept) == 2
    assert images._size == 80


def test_a_span_that_cuts_a_line_frames_its_share_of_it() -> None:
    page = Page(1, "1", 0, 30, (Box(0, 10, 0.1, 0.2, 0.6, 0.25), Box(11, 21, 0.1, 0.3, 0.6, 0.35)))
    first, second = spots(page, (5, 13))
    assert (first.left, first.width) == (pytest.approx(0.35), pytest.approx(0.25))
    assert (second.left, second.width) == (pytest.approx(0.1), pytest.approx(0.1))
    assert spots(page, (21, 30)) == []
