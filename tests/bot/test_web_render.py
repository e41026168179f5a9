"""The HTML of the conversation and of the source panel."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest

from bot.web import render
from bot.web.markup import esc, source_url
from bot.web.render import Chosen, Turn
from bot.web.source import Source, Successor
from bot.web.texts import EN, ZH, copy_text, texts
from kb.answer_table import AnswerTable, Cell, Row, TableKind
from kb.models import DocumentInfo, Grade, Header, Kind, Nearest, Note, Status, Validity
from tests.bot.web_samples import HOSTILE, answered, citation, explanation, refused

TAGS = frozenset(
    "a article aside b blockquote br button dd details div dl dt h1 h2 h3 h4 h5 h6 i img li main "
    "caption mark nav ol p pre progress section small span summary table tbody td th tr ul "
    "input label option select textarea".split()
)


class Reader(HTMLParser):
    """Elements, attributes and text of a piece of HTML, and whether it is well nested."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.stack: list[str] = []
        self.feed(html)
        self.close()
        assert self.stack == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in ("img", "br", "input"):
            self.stack.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return "".join(self.words)

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [a for _, a in self.elements if name in (a.get("class") or "").split()]


def check_harmless(html: str) -> Reader:
    """Only our own elements and attributes, and no link but to our own pages."""
    read = Reader(html)
    for tag, attributes in read.elements:
        assert tag in TAGS, tag
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        for name in ("href", "src"):
            value = attributes.get(name)
            assert value is None or value.startswith(("/source/", "/ui/", "#")), value
    return read


def turn(**changes: Any) -> Turn:
    return replace(Turn(1, "税率是多少？", answer=answered()), **changes)


def source(**changes: Any) -> Source:
    header = Header(
        title="西部大开发企业所得税政策",
        doc_number="财政部公告2020年第23号",
        issuers=("财政部", "税务总局"),
        effective=date(2021, 1, 1),
        expires=date(2030, 12, 31),
        grade=Grade.C,
    )
    info = DocumentInfo("T01", 7, header, "t.md", "00", 40, 3, "2026-01-01")
    made = Source(
        info=info,
        text="一、税率与期限\n1. 税率是15%。执行到2030年底。",
        on=date(2026, 1, 1),
        validity=Validity.IN_FORCE,
        span=(11, 18),
        stale=False,
        successor=None,
    )
    return replace(made, **changes)


def test_each_claim_ends_with_links_to_its_sources() -> None:
    read = check_harmless(render.conversation([turn()], "zh"))
    chips = [(a["data-turn"], a["data-n"], a["href"]) for a in read.all("chip")]
    assert [c[1] for c in chips] == ["1", "1", "2"]
    assert chips[2][2] == "/source/T01?start=20&end=30&version=7&lang=zh#q"
    assert "出处 1：西部大开发企业所得税政策" in [a["aria-label"] for a in read.all("chip")]
    assert "税率是15%。1" in read.text


def test_the_shown_source_is_marked_as_current() -> None:
    read = Reader(render.conversation([turn()], "zh", Chosen(1, 2)))
    assert [a["data-n"] for a in read.all("chip") if a.get("aria-current")] == ["2"]


def test_a_refusal_never_holds_an_answer_sentence() -> None:
    read = check_harmless(render.conversation([turn(answer=refused())], "zh"))
    assert "未收录" in read.text
    assert "稳外资行动方案" in read.text
    assert "招商部门" in read.text
    assert not read.all("said")
    assert not read.all("chip")
    assert not read.all("copy")
    assert [a["href"] for t, a in read.elements if t == "a"] == ["/source/P17-2?lang=zh"]


@pytest.mark.parametrize("code", ["expired", "superseded", "not_yet"])
def test_rules_out_of_force_are_said_above_the_answer(code: str) -> None:
    answer = answered(notes=(Note(code, "只供了解过去。", "Only the past."),))
    html = render.conversation([turn(answer=answer)], "zh")
    assert html.index("只供了解过去。") < html.index("税率是15%。")
    assert Reader(html).all("banner")
    assert "Only the past." in render.conversation([turn(answer=answer)], "en")


def test_other_notes_stand_quietly_below() -> None:
    answer = answered(notes=(Note("expiring", "快到期。", "Ends soon."),))
    html = render.conversation([turn(answer=answer)], "zh")
    assert html.index("税率是15%。") < html.index("快到期。")
    assert Reader(html).all("notes")
    assert not Reader(html).all("banner")


@pytest.mark.parametrize(
    ("confidence", "zh", "en"), [(0.97, "高", "high"), (0.9, "中", "medium"), (0.8, "低", "low")]
)
def test_confidence_is_a_word_and_a_number(confidence: float, zh: str, en: str) -> None:
    one = turn(answer=answered(confidence=confidence))
    assert f"{zh} · {confidence:.0%}" in Reader(render.conversation([one], "zh")).text
    english = Reader(render.conversation([one], "en")).text
    assert f"{en} · {confidence:.0%}" in english
    assert "13 ms" in english


def test_the_day_asked_for_is_shown_and_travels_with_the_links() -> None:
    html = render.conversation([turn(on=date(2015, 6, 1))], "zh")
    assert "按 2015年6月1日 有效的政策回答" in html
    assert "on=2015-06-01" in html


def test_an_error_speaks_the_readers_language() -> None:
    one = turn(answer=None, error=("太长了。", "Too long."))
    assert "太长了。" in render.conversation([one], "zh")
    assert "Too long." in render.conversation([one], "en")


def test_a_very_long_question_does_not_hide_what_was_said_to_it() -> None:
    html = render.conversation([turn(question="长" * 2000)], "zh")
    assert "长" * render.QUESTION_CHARS + "…</h2>" in html


def test_a_waiting_question_says_so() -> None:
    assert ZH.searching in render.conversation([turn(answer=None)], "zh")


def test_welcome_offers_six_examples_in_each_language() -> None:
    for lang in ("zh", "en"):
        read = check_harmless(render.conversation([], lang))
        assert [a["data-example"] for a in read.all("example")] == list("012345")
        assert all(e.question in read.text for e in texts(lang).examples)


def test_chinese_on_the_english_page_is_marked_as_chinese() -> None:
    html = render.conversation([turn()], "en")
    assert '<p lang="zh-CN">税率是15%。' in html
    assert 'lang="zh-CN"' not in render.conversation([turn()], "zh")


def test_panel_shows_document_place_and_quote() -> None:
    read = check_harmless(render.panel(turn(), 1, source(), "zh"))
    for words in (
        "西部大开发企业所得税政策",
        "财政部公告2020年第23号",
        "财政部、税务总局",
        "现行有效",
        "2021年1月1日",
        "2030年12月31日",
        "一、税率与期限›1.",
        ZH.grade[Grade.C],
    ):
        assert words in read.text
    html = render.panel(turn(), 1, source(), "zh")
    assert "1. <mark>税率是15%。</mark>执行到2030年底。" in html
    assert [a["data-n"] for a in read.all("chip")] == ["1", "2"]
    button = read.all("button")[0]
    assert button["href"] == "/source/T01?start=10&end=17&version=7&lang=zh#q"
    assert button["rel"] == "noopener"


@pytest.mark.parametrize("validity", list(Validity))
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_validity_has_colour_and_words(validity: Validity, lang: str) -> None:
    html = render.panel(turn(), 1, source(validity=validity), lang)
    assert f"badge-{validity.value}" in html
    assert texts(lang).validity[validity] in html


def test_expiring_says_until_when_and_superseded_by_what() -> None:
    assert "即将到期 · 2030年12月31日" in render.panel(
        turn(), 1, source(validity=Validity.EXPIRING), "zh"
    )
    gone = source(validity=Validity.SUPERSEDED, successor=Successor("新办法", "T01-2031"))
    html = render.panel(turn(), 1, gone, "zh")
    assert '已由<a href="/source/T01-2031?lang=zh"><span>《新办法》</span></a>取代' in html
    plain = render.panel(turn(), 1, replace(gone, successor=Successor("新办法")), "zh")
    assert "已由<span>《新办法》</span>取代" in plain


def test_panel_page_number_only_when_there_is_one() -> None:
    assert ZH.page_no not in render.panel(turn(), 1, source(), "zh")
    paged = answered(citations=(citation(page=12),))
    assert "<dd>12</dd>" in render.panel(turn(answer=paged), 1, source(), "zh")


def test_panel_of_a_changed_or_vanished_document_keeps_the_quote() -> None:
    changed = render.panel(turn(), 1, source(span=None, stale=True), "zh")
    assert ZH.stale in changed
    assert "<mark>税率是15%。</mark>" in changed
    vanished = render.panel(turn(), 1, None, "zh")
    assert ZH.not_found in vanished
    assert "<mark>税率是15%。</mark>" in vanished


def test_panel_before_the_first_answer_counts_what_is_held() -> None:
    html = render.panel_empty({Kind.POLICY: 68, Kind.EXPERIENCE: 7, Kind.GLOSSARY: 0}, "zh")
    read = check_harmless(html)
    assert "68政策法规" in read.text
    assert ZH.kind[Kind.GLOSSARY] not in read.text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_hostile_words_stay_words_everywhere(lang: str) -> None:
    bad = citation(
        title=HOSTILE,
        doc_number=HOSTILE,
        issuers=(HOSTILE,),
        path=(HOSTILE,),
        quote=HOSTILE,
        document_id=HOSTILE,
    )
    said = answered(
        claims=(replace(answered().claims[0], text=HOSTILE),),
        citations=(bad,),
        notes=(Note("expired", HOSTILE, HOSTILE), Note("expiring", HOSTILE, HOSTILE)),
        timings={HOSTILE: 1.0},
    )
    no = refused(nearest=(Nearest(HOSTILE, HOSTILE, HOSTILE, (HOSTILE,)),))
    header = Header(
        title=HOSTILE,
        doc_number=HOSTILE,
        issuers=(HOSTILE,),
        effective=date(2021, 1, 1),
        superseded_by=HOSTILE,
    )
    info = DocumentInfo(HOSTILE, 7, header, HOSTILE, "00", 40, 3, "2026-01-01")
    text = f"前文{HOSTILE}后文"
    seen = source(
        info=info,
        text=text,
        span=(2, 2 + len(HOSTILE)),
        validity=Validity.SUPERSEDED,
        successor=Successor(HOSTILE, HOSTILE),
    )
    turns = [
        turn(question=HOSTILE, answer=said),
        turn(n=2, question=HOSTILE, answer=no),
        turn(n=3, question=HOSTILE, answer=None, error=(HOSTILE, HOSTILE)),
    ]
    shown = check_harmless(render.conversation(turns, lang)).text
    shown += check_harmless(render.panel(turns[0], 1, seen, lang)).text
    shown += check_harmless(render.panel(turns[0], 1, None, lang)).text
    assert '<img src=x onerror="alert(1)">' in shown
    assert "[点我](javascript:alert(3))" in shown
    for unseen in "\u202e\u2066\x07":
        assert unseen not in shown


def test_escaping_shows_what_would_be_unseen() -> None:
    assert esc("a\u202eb\x00c\ud800<&\"'>") == "a\ufffdb\ufffdc\ufffd&lt;&amp;&quot;&#x27;&gt;"
    assert esc("第一行\n第二行\t。") == "第一行\n第二行\t。"


def test_addresses_of_sources_hold_any_id() -> None:
    assert source_url("常州 经验/1?#&", "zh") == (
        "/source/%E5%B8%B8%E5%B7%9E%20%E7%BB%8F%E9%AA%8C%2F1%3F%23%26?lang=zh"
    )


def test_copied_text_carries_numbers_sources_and_quotes() -> None:
    text = copy_text(answered(notes=(Note("x", "注意。", "Mind."),)), date(2026, 1, 2), "zh")
    assert text.startswith("税率是多少？\n\n税率是15%。[1]\n执行到2030年底。[1][2]")
    assert "[1] 《西部大开发企业所得税政策》 · 财政部公告2020年第23号 · 一、税率与期限 › 1." in text
    assert "“税率是15%。”" in text
    assert "注意。" in text
    assert "2026年1月2日" in text
    assert "Mind." in copy_text(answered(notes=(Note("x", "注意。", "Mind."),)), None, "en")


def test_both_languages_say_everything() -> None:
    for name in ZH.__dataclass_fields__:
        zh, en = getattr(ZH, name), getattr(EN, name)
        assert type(zh) is type(en)
        if isinstance(zh, dict):
            assert zh.keys() == en.keys()
    assert set(ZH.validity) == set(Validity)
    assert set(ZH.grade) == set(Grade)
    assert set(ZH.kind) == set(Kind)
    assert len(ZH.examples) == len(EN.examples) == 6


def test_the_nearest_is_marked_as_no_answer_in_both_languages() -> None:
    near = answered(status=Status.NEAREST, nearest=(Nearest("T01", "甲", "", ()),))
    for lang, words in (("zh", "没有直接回答"), ("en", "do not answer")):
        read = check_harmless(render.conversation([turn(answer=near)], lang))
        assert words in read.text
        assert "税率是15%。" in read.text
        assert words in copy_text(near, None, lang)


def test_the_fold_out_shows_hostile_scores_as_text() -> None:
    why = explanation(HOSTILE)
    for lang in ("zh", "en"):
        check_harmless(render.conversation([turn(answer=answered(), why=why)], lang))


def test_a_table_shows_no_confidence_that_is_another_answers() -> None:
    row = Row("税收优惠公告", (Cell("税率是15%。", (1,)),))
    table = AnswerTable(TableKind.LIST, (), (row,))
    assert 'class="meter"' in render.conversation([turn()], "zh")
    html = render.conversation([turn(answer=answered(table=table))], "zh")
    assert 'class="meter"' not in html
    assert "91%" not in html
    assert 'class="timings"' in html
