"""The glossary's pages, by their responses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from bot.engine import Engine
from bot.web.app import build_app
from bot.web.marking import marked, places_of
from kb.encoder import Encoder
from kb.models import ParsedDocument
from tests.bot.test_dictionary import INTERNAL, NOTES, RULES, TERMS, parsed
from tests.bot.web_samples import HOSTILE
from tests.browser.site import base_of

BAD = """---
id: G3
kind: glossary
---
# 坏词典

## 坏名称
定义：坏名称是有害的说法。
别名：坏别名
"""


def hostile() -> ParsedDocument:
    """A glossary whose entry is markup and worse in every part."""
    made = parsed(BAD)
    (term,) = made.terms
    bad = replace(term, name=f"坏{HOSTILE}", definition=HOSTILE, aliases=(HOSTILE,))
    return replace(made, terms=(replace(bad, english=(HOSTILE,), related=(HOSTILE,)),))


@pytest.fixture(scope="module")
def client(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with base_of(tmp_path_factory.mktemp("terms") / "data", encoder) as kb:
        kb.add([parsed(text) for text in (TERMS, INTERNAL, RULES, NOTES)])
        kb.add([hostile()])
        yield TestClient(build_app(Engine(kb), kb.settings), raise_server_exceptions=False)


def test_the_list_leads_to_every_term_by_letter(client: TestClient) -> None:
    html = client.get("/terms").text
    assert 'id="letter-F"' in html
    assert 'href="#letter-F"' in html
    for name in ("飞地经济", "标准地"):
        assert f'href="/terms/{quote(name)}"' in html
    assert "秘密说法" not in html
    for link in set(re.findall(r'href="(/terms/[^"]+)"', html)):
        assert client.get(link).status_code == 200


def test_a_term_shows_what_it_means_where_from_and_where_it_is_used(client: TestClient) -> None:
    html = client.get("/terms/飞地经济").text
    assert "两个互不隶属的地方" in html
    assert "事先约定收益分享" in html
    assert "飞地园区" in html
    assert "enclave economy" in html
    assert "示例市招商办法" in html
    assert "<mark>飞地经济</mark>" in html
    assert "内部底稿" not in html
    assert "分成比例" not in html
    source = re.search(r'href="(/source/G1[^"]+)"', html)
    assert source is not None
    shown = client.get(source[1].replace("&amp;", "&").partition("#")[0]).text
    assert "<mark>飞地经济是两个互不隶属的地方合作办园区的方式。</mark>" in shown


def test_an_alias_leads_to_the_term(client: TestClient) -> None:
    assert "<h1>飞地经济</h1>" in client.get("/terms/飞地园区").text


def test_an_internal_term_is_as_missing_as_none(client: TestClient) -> None:
    hidden, missing = client.get("/terms/秘密说法"), client.get("/terms/没有这个词")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.text == missing.text
    found = client.get("/terms", params={"q": "秘密"}).text
    assert "找到 0 个名词" in found
    term = client.get("/terms/飞地经济").text  # names it as related: text, but no link
    assert "/terms/%E7%A7%98%E5%AF%86" not in term


def test_a_search_tells_how_many_and_marks_what_was_sought(client: TestClient) -> None:
    html = client.get("/terms", params={"q": "飞地"}).text
    assert "找到 1 个名词" in html
    assert "<mark>飞地</mark>" in html
    none = client.get("/terms", params={"q": "<b>无</b>"}).text
    assert "<b>无" not in none
    assert "&lt;b&gt;无" in none


def test_hostile_terms_are_text(client: TestClient) -> None:
    for address in ("/terms", f"/terms/{quote('坏' + HOSTILE, safe='')}", "/terms?q=坏"):
        html = client.get(address).text
        assert "坏" in html
        assert "alert(1)" in html
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert 'href="javascript' not in html
        assert "\u202e" not in html


def test_the_language_switch_is_remembered(client: TestClient) -> None:
    client.cookies.clear()
    reply = client.get("/terms?q=飞地&switch=en")
    assert '<html lang="en">' in reply.text
    assert "1 terms found" in reply.text
    assert "kb_lang=en" in reply.headers["set-cookie"]
    assert '<html lang="en">' in client.get("/terms").text
    assert 'lang="zh-CN"' in client.get("/terms").text  # Chinese definitions are marked as such
    assert '<html lang="zh-CN">' in client.get("/terms?lang=zh").text
    client.cookies.clear()
    assert "set-cookie" not in client.get("/terms?lang=en").headers


def test_pages_allow_their_own_script_and_form_only(client: TestClient) -> None:
    policy = client.get("/terms").headers["content-security-policy"]
    assert "form-action 'self'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "form-action 'none'" in client.get("/termsx").headers["content-security-policy"]


@pytest.mark.parametrize(
    ("text", "words", "html"),
    [
        ("ＶＡＴ和增值税", ["vat"], "<mark>ＶＡＴ</mark>和增值税"),
        ("private ate", ["vat", "ate"], "private <mark>ate</mark>"),
        ("標準地", ["标准地"], "<mark>標準地</mark>"),
        ("<b>甲乙丙", ["甲乙", "乙丙"], "&lt;b&gt;<mark>甲乙丙</mark>"),
        ("甲", ["", " "], "甲"),
    ],
)
def test_words_are_marked_however_they_are_written(text: str, words: list[str], html: str) -> None:
    assert marked(text, places_of(text, words)) == html
