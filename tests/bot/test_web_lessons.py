"""The pages for cadres, by their responses."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from io import BytesIO
from urllib.parse import parse_qsl, quote, urlencode

import pytest
from httpx import Response
from starlette.testclient import TestClient

from bot.engine import Engine
from bot.lessons import Selection
from bot.web.app import build_app
from bot.web.lessons import selection_of
from bot.web.lessons_page import lessons_url, sentence_marked, toggled
from kb.encoder import Encoder
from kb.knowledge_base import KnowledgeBase
from kb.models import Role
from kb.settings import Settings
from tests.bot.test_dictionary import parsed
from tests.bot.test_lessons import BOTH, CHANGZHOU, KUNSHAN, OLD, SECRET
from tests.browser.site import session_of


@pytest.fixture(scope="module")
def engine(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    settings = Settings(data=tmp_path_factory.mktemp("lessons") / "data")
    with KnowledgeBase(settings, encoder=encoder) as kb:
        texts = (KUNSHAN, CHANGZHOU, BOTH, SECRET, OLD)
        kb.add([parsed(text, f"{n}.md") for n, text in enumerate(texts)])
        yield Engine(kb)


def browser(engine: Engine, role: Role) -> TestClient:
    app = build_app(engine, engine.kb.settings)
    return TestClient(
        app, raise_server_exceptions=False, cookies=session_of(engine.kb, role),
        headers={"origin": "http://testserver"},
    )  # fmt: skip


@pytest.fixture(scope="module")
def cadre(engine: Engine) -> TestClient:
    return browser(engine, Role.CADRE)


@pytest.fixture(scope="module")
def investor(engine: Engine) -> TestClient:
    return browser(engine, Role.INVESTOR)


def links(page: str, prefix: str) -> list[str]:
    return [html.unescape(u) for u in re.findall(rf'href="({re.escape(prefix)}[^"]*)"', page)]


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/lessons"), ("GET", "/lessons?q=以商引商"), ("GET", "/lessons/compare"),
     ("GET", "/lessons/compare?topic=以商引商&place=绝密地&place=昆山"),
     ("POST", "/lessons/export")],
)  # fmt: skip
def test_an_investor_finds_no_such_pages(investor: TestClient, method: str, path: str) -> None:
    reply = investor.request(method, path, data={"ref": "x"} if method == "POST" else None)
    assert reply.status_code in (401, 403, 404)
    assert "以商引商" not in reply.text
    assert "/lessons" not in investor.get("/terms").text


def test_the_navigation_leads_a_cadre_to_the_lessons(cadre: TestClient) -> None:
    assert "/lessons?kind=experience" in cadre.get("/terms").text
    assert "/admin" not in cadre.get("/terms").text


def test_a_search_shows_documents_marked_words_and_the_place_in_the_source(
    cadre: TestClient,
) -> None:
    page = cadre.get("/lessons", params={"q": "以商引商", "kind": "experience"}).text
    assert "昆山经验" in page
    assert "<mark>以商引商</mark>" in page
    assert 'class="best"' in page
    assert "badge-undated" in page
    source = next(u for u in links(page, "/source/") if "start=" in u)
    assert "<mark>" in cadre.get(source.partition("#")[0]).text
    assert "绝密底稿" in page
    assert "tag-internal" in page


def test_every_facet_link_gives_as_many_documents_as_it_says(cadre: TestClient) -> None:
    page = cadre.get("/lessons", params={"q": "以商引商"}).text
    offered = re.findall(
        r'<li><a href="(/lessons\?[^"]+)" rel="nofollow">.*?<b>(\d+)</b></a></li>', page
    )
    assert len(offered) > 5
    for url, n in offered:
        shown = cadre.get(html.unescape(url)).text
        assert f"{n} 份资料有相关内容" in shown, url


def test_the_address_holds_the_whole_search() -> None:
    selection = Selection("以商 引商&q=x", {"region": ("昆山", "延安"), "year": ("2023",)}, True)
    pairs = parse_qsl(lessons_url(selection, 3).partition("?")[2])
    again, number = selection_of(pairs)
    assert number == 3
    assert again.words == selection.words
    assert again.everything
    assert {k: v for k, v in again.chosen.items() if v} == selection.chosen
    assert toggled(toggled(selection, "kind", "policy"), "kind", "policy").of("kind") == ()
    assert selection_of([("page", "-1"), ("q", " " * 9), ("region", "")])[1] == 1


def test_nothing_found_offers_to_search_wider(cadre: TestClient) -> None:
    page = cadre.get("/lessons", params={"q": "量子计算机", "region": "昆山"}).text
    assert "没有找到相关内容" in page
    assert any("region" not in u and "all=1" in u for u in links(page, "/lessons?"))
    assert cadre.get("/lessons", params={"q": "以商引商", "page": "999"}).status_code == 200


def test_hostile_words_and_values_are_text(cadre: TestClient) -> None:
    bad = "<img src=x onerror=alert(1)>\u202e"
    for path in ("/lessons", "/lessons/compare"):
        query = urlencode({"q": bad, "region": bad, "topic": bad, "place": bad, "kind": bad})
        page = cadre.get(f"{path}?{query}&place=昆山").text
        assert "<img src=x" not in page
        assert "\u202e" not in page


def test_a_comparison_cites_every_cell_and_says_what_is_empty(cadre: TestClient) -> None:
    query = "topic=以商引商&place=昆山&place=延安&place=常州"
    page = cadre.get(f"/lessons/compare?{query}").text
    cells = re.findall(r"<td[^>]*>(.*?)</td>", page, re.S)
    assert cells
    for cell in cells:
        assert 'href="/source/' in cell or "资料中没有" in cell
    assert "资料中没有这方面的内容" in page
    empty = cadre.get("/lessons/compare?topic=量子计算机&place=昆山&place=延安").text
    assert "资料中没有昆山在“量子计算机”方面的内容" in empty
    one = cadre.get("/lessons/compare?topic=以商引商&place=昆山").text
    assert "至少选两个地方" in one


def test_picked_passages_become_a_word_file(cadre: TestClient) -> None:
    import docx

    page = cadre.get("/lessons", params={"q": "以商引商"}).text
    picked = [html.unescape(r) for r in re.findall(r'name="ref" value="([^"]+)"', page)]
    reply = cadre.post(
        "/lessons/export",
        content=urlencode([("ref", r) for r in picked]),
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    assert reply.status_code == 200
    assert "attachment" in reply.headers["content-disposition"]
    assert quote("经验摘录") in reply.headers["content-disposition"]
    text = "\n".join(p.text for p in docx.Document(BytesIO(reply.content)).paragraphs)
    assert "《昆山经验》" in text
    assert "以商引商" in text


def test_the_best_sentence_is_emphasised_around_its_marks() -> None:
    made = sentence_marked("甲乙。丙<丁。戊", [(0, 1), (3, 5)], (3, 7))
    assert made == ('<mark>甲</mark>乙。<strong class="best"><mark>丙&lt;</mark>丁。</strong>戊')
    assert sentence_marked("甲乙", [(0, 1)], None) == "<mark>甲</mark>乙"


# -- saved searches --------------------------------------------------------------------------


def token_of(page: str) -> str:
    return re.findall(r'name="token" value="([^"]+)"', page)[0]


def save(tab: TestClient, title: str, address: str, token: str | None = None) -> Response:
    if token is None:
        token = token_of(tab.get("/lessons?q=以商引商").text)
    sent = {"title": title, "address": address, "token": token}
    return tab.post("/lessons/saved", data=sent, follow_redirects=False)


def test_a_saved_search_opens_as_it_was_and_marks_what_came_since(
    engine: Engine, cadre: TestClient
) -> None:
    here = lessons_url(Selection("以商引商", {"kind": ("experience",)}))
    done = save(cadre, "<b>招商</b>", here + "&page=3&since=1&evil=x")
    assert (done.status_code, done.headers["location"]) == (303, here)
    page = cadre.get("/lessons").text
    assert "<b>招商</b>" not in page
    (link,) = links(page, "/lessons/saved/")
    assert "上次查看以后没有新增" in cadre.get(link).text
    late = KUNSHAN.replace("昆山经验", "昆山新经验").replace("id: E1", "id: E9")
    engine.kb.add([parsed(late, "late.md")])
    try:
        opened = cadre.get(link)
        assert "其中 1 份是上次查看以后新增或更新的" in opened.text
        assert opened.text.count('class="tag tag-new"') == 1
        assert cadre.get(str(opened.url)).text.count('class="tag tag-new"') == 1  # on reloading
        assert "没有新增" in cadre.get(link).text
    finally:
        engine.kb.remove("E9")
    gone = {"address": here, "token": token_of(page)}
    back = cadre.post(f"{link}/delete", data=gone, follow_redirects=False)
    assert (back.status_code, back.headers["location"]) == (303, here)
    assert cadre.get(link).status_code == 404


def test_saving_needs_the_forms_token_and_a_name(cadre: TestClient) -> None:
    assert save(cadre, "a", "/lessons?q=以商引商", token="x").status_code == 403
    refused = save(cadre, "  ", "/lessons?q=以商引商")
    assert refused.status_code == 400
    assert "起个名称" in refused.text
    assert 'value="以商引商"' in refused.text  # the search is not lost
    assert "/lessons/saved?" not in refused.text  # nor does the other language's link break
    assert links(cadre.get("/lessons").text, "/lessons/saved/") == []


@pytest.mark.parametrize(
    "address", ["//evil.example/lessons?q=a", "javascript:alert(1)", "/login?next=/x", "\x00?\x00"]
)
def test_an_address_that_is_no_search_of_ours_becomes_one(cadre: TestClient, address: str) -> None:
    done = save(cadre, "odd", address)
    assert done.status_code == 303
    assert re.fullmatch(r"/lessons(\?q=[\w%]+)?", done.headers["location"])


@pytest.mark.parametrize("number", ["0", "-1", "99", "9" * 30, "x", "1%2F2"])
def test_a_saved_search_that_is_not_there(cadre: TestClient, number: str) -> None:
    assert cadre.get(f"/lessons/saved/{number}").status_code in (404, 422)
