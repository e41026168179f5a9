"""Web pages: the document, and nothing of what surrounds it; nothing lost without a record."""

from __future__ import annotations

import quopri
from datetime import date

import pytest

from ingest.draft import Draft
from ingest.limits import Limits
from ingest.parse import parse_bytes
from ingest.readers.html import read_html
from ingest.source_text import letters
from kb.errors import QuarantineError, ReadError
from tests.ingest.pages import TITLE, government_page, navigation_page, plain_page

PROSE = "<p>第一条 国家鼓励在本市投资兴办企业，并依法保护投资者的合法权益。</p>"


def page(body: str, head: str = "") -> bytes:
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode()


def lines(body: str) -> list[tuple[str, str]]:
    """The lines of a page and their marks (``item2``)."""
    draft = read_html(page(body))
    assert_nothing_lost(draft)
    found = []
    at = 0
    for line in draft.text.split("\n"):
        mark = draft.marks.get(at)
        found.append((f"{mark.mark}{mark.level}" if mark else "", line))
        at += len(line) + 1
    return found


def texts(body: str) -> list[str]:
    return [line for _, line in lines(body)]


def assert_nothing_lost(draft: Draft) -> None:
    assert letters(draft.text) + sum(map(letters, draft.removed)) == draft.letters


@pytest.mark.parametrize("html", [government_page(), plain_page()], ids=["named", "plain"])
def test_a_government_page_is_read_whole_and_alone(html: str) -> None:
    draft = read_html(html.encode())
    assert_nothing_lost(draft)
    assert draft.text.split("\n") == [
        "索 引 号：016/2025-00012；发文机关：延安市人民政府办公室。",
        "发文字号：延政办发〔2025〕1号；成文日期：2025年1月6日。",
        TITLE,
        "发布时间：2025-01-08 09:30　来源：市政府办公室",
        "各县（市、区）人民政府，市政府各工作部门：",
        "《支持产业链高质量发展若干措施》已经市政府同意，现印发给你们，请认真贯彻执行。",
        "延安市人民政府办公室",
        "2025年1月6日",
        "支持产业链高质量发展若干措施",
        "一、支持范围",
        "第一条  在本市依法登记、属于重点产业链的企业，适用本措施。",
        "第二条　下列项目优先支持：",
        "1. 投资额五千万元以上的制造业项目；",
        "2. 带动就业一百人以上的服务业项目；",
        "其中高校毕业生不少于三十人；",
        "签订一年以上劳动合同。",
        "5. 市政府确定的其他项目。",
        "二、支持标准",
        "支持标准按下表执行——单位为万元：",
        "产业链：光伏；补助上限·设备投资：500；补助上限·研发投入：200。",
        "产业链：光伏；补助上限·设备投资：300，（技改）；补助上限·研发投入：100。",
        "产业链：苹果加工；补助上限·设备投资：一事一议。",
        "产业链：指市政府公布的十条重点产业链。",
        "技改：指设备更新和技术改造。",
        "本措施自2025年2月1日起施行，有效期三年。①",
        "附件：1.申请表.docx",
    ]
    removed = "".join(draft.removed)
    for gone in (
        "政务公开",
        "微信",
        "相关阅读",
        "答记者问",
        "ICP备",
        "看不见的字",
        "样式表藏起来的",
    ):
        assert gone in removed
    for silent in ("脚本里的字", "样式里的字", "注释里的字"):
        assert silent not in removed + draft.text
    assert "/f/1.docx" in draft.removed


def test_facts_come_from_the_page() -> None:
    header = parse_bytes(government_page().encode(), "saved.html").header
    assert header.title == TITLE
    assert header.doc_number == "延政办发〔2025〕1号"
    assert header.effective == date(2025, 2, 1)


def test_a_title_that_is_no_heading_is_found() -> None:
    html = government_page().replace("<h1>", "<div class='t'>").replace("</h1>", "</div>")
    document = parse_bytes(html.encode(), "x.html")
    assert document.header.title == TITLE
    assert document.text.count(TITLE) == 1


def test_a_title_over_several_lines_is_one() -> None:
    assert lines("<h1>延安市人民政府<br>关于促进投资的<br>若干措施</h1>" + PROSE)[0] == (
        "heading1",
        "延安市人民政府关于促进投资的若干措施",
    )


def test_pages_that_only_lead_elsewhere_are_set_aside() -> None:
    with pytest.raises(QuarantineError, match="导航"):
        parse_bytes(navigation_page().encode(), "list.html")
    accepted = parse_bytes(navigation_page().encode(), "list.html", accept=True)
    assert "navigation" in [note.code for note in accepted.notes]


def test_numbers_of_lists_are_those_a_browser_shows() -> None:
    assert texts(
        PROSE + "<ol start=3><li>甲<li value=7>乙<li>丙</ol><ol type=a><li>丁</ol>"
        "<ol type=I><li>戊<li>己</ol><ol reversed><li>庚<li>辛</ol>"
        "<ol style='list-style-type: cjk-ideographic' start=11><li>壬</ol>"
        "<ol style='list-style-type:none'><li>癸</ol><ol><li>（一）自编号</ol>"
    )[1:] == [
        *(
            "3. 甲",
            "7. 乙",
            "8. 丙",
            "a. 丁",
            "I. 戊",
            "II. 己",
            "2. 庚",
            "1. 辛",
            "十一、壬",
            "癸",
        ),
        "（一）自编号",
    ]


def test_items_of_paragraphs_keep_their_number_and_depth() -> None:
    assert lines(PROSE + "<ol><li><p>甲</p><p>续</p><ul><li><div>乙</div></ul><li>丙</ol>")[1:] == [
        ("item1", "1. 甲"),
        ("", "续"),
        ("item2", "乙"),
        ("item1", "2. 丙"),
    ]


def test_headings_bold_lines_and_breaks() -> None:
    assert lines(
        "<h2>第一章 总则</h2>"
        + PROSE
        + "<p><b>适用范围</b></p><p><b>注意</b>：甲<br>乙<br/><br>丙</p>"
    ) == [
        ("heading2", "第一章 总则"),
        ("", "第一条 国家鼓励在本市投资兴办企业，并依法保护投资者的合法权益。"),
        ("heading7", "适用范围"),
        ("", "注意：甲"),
        ("", "乙"),
        ("", "丙"),
    ]


def test_white_space_is_what_a_browser_shows() -> None:
    assert texts("<p>招商\n  引资\t政策  文件&nbsp;&nbsp;一\n and\n two</p>" + PROSE)[0] == (
        "招商引资 政策 文件  一and two"
    )


def test_characters_are_what_a_browser_shows() -> None:
    assert (
        texts("<p>面积10<sup>4</sup>m<sup>2</sup>，CO<sub>2</sub>&lt;5&mdash;&#x4e00;</p>" + PROSE)[
            0
        ]
        == "面积10⁴m²，CO₂<5—一"
    )


def test_old_pages_laid_out_by_tables() -> None:
    cell = (
        PROSE * 3
        + "<table><tr><th>税种</th><th>税率</th></tr><tr><td>增值税</td><td>13%</td></tr></table>"
    )
    menu = "<a href='/1'>首页</a><br><a href='/2'>政策</a>"
    assert texts(f"<table><tr><td>{menu}</td><td>{cell}</td></tr></table>")[-1] == (
        "税种：增值税；税率：13%。"
    )


def test_old_pages_in_preformatted_text() -> None:
    wrapped = "第一条 为了鼓励投资，结合本市实际，\n制定本措施。\n第二条 本措施适用于全市。"
    assert "第二条 本措施适用于全市。" in texts(f"<pre>{wrapped}</pre>")
    assert lines(f"<pre>a = 1\n  b = 2</pre>{PROSE}")[:2] == [
        ("verbatim1", "a = 1"),
        ("verbatim1", "b = 2"),
    ]


def test_words_that_are_tools_elsewhere_stay() -> None:
    kept = ["不合格的矿井予以关闭", "申请表须自行打印", "分享: 微信办理经验的企业"]
    assert texts(PROSE + "".join(f"<p>{text}</p>" for text in [*kept, "打印 关闭"]))[1:] == kept


def test_a_form_around_the_page_is_no_form() -> None:
    assert texts(f"<form>{PROSE}<input value='x'><select><option>甲</option></select></form>") == [
        "第一条 国家鼓励在本市投资兴办企业，并依法保护投资者的合法权益。"
    ]


def test_what_holds_the_text_is_never_navigation() -> None:
    assert (
        len(texts(f"<div class='nav header footer' style='visibility:hidden'>{PROSE * 9}</div>"))
        == 9
    )


def test_pictures_and_much_that_was_left_out_are_told() -> None:
    around = "".join(
        f"<div class='{name}'>" + "主办单位和承办单位的联系方式" * 2 + "</div>"
        for name in ("nav", "footer", "share")
    )
    draft = read_html(page(f"{PROSE}<img src='a.jpg'><img src='b.gif' width=1 height=1>{around}"))
    assert {note.code for note in draft.notes} == {"pictures", "left_out"}
    assert "1 张" in next(note.zh for note in draft.notes if note.code == "pictures")


@pytest.mark.parametrize(
    ("encoding", "head"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("utf-16", ""),
        ("gb18030", ""),
        ("gb18030", '<meta charset="gb2312">'),
        ("gbk", '<meta http-equiv="Content-Type" content="text/html; charset=GBK">'),
        ("gb18030", '<meta charset="utf-8">'),
        ("utf-8", '<meta charset="gb2312">'),
        ("gbk", '<meta charset="punycode">'),
        ("big5", '<meta charset="big5">'),
        ("big5", ""),
    ],
)
def test_encodings(encoding: str, head: str) -> None:
    body = "臺灣地區投資優惠政策說明，企業應當依法納稅。" if encoding == "big5" else TITLE
    html = f"<html><head>{head}</head><body><p>{body}</p></body></html>"
    assert read_html(html.encode(encoding)).text == body


def test_a_few_bad_bytes_do_not_spoil_a_page() -> None:
    data = page(PROSE * 200).replace("投资".encode(), b"\xff\xfe", 1)
    assert read_html(data).text.count("\ufffd") == 2
    assert parse_bytes(data, "x.html").passages


def test_a_page_saved_as_one_file() -> None:
    body = quopri.encodestring(government_page().encode("gbk", errors="replace"))
    message = (
        b"From: <Saved by Blink>\r\nSubject: =?utf-8?Q?x?=\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="B"\r\n\r\n'
        b"--B\r\nContent-Type: text/html; charset=gbk\r\n"
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + body + b"\r\n--B\r\n"
        b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        b"iVBORw0KGgo=\r\n--B--\r\n"
    )
    assert parse_bytes(message, "page.mht").header.title == TITLE
    with pytest.raises(ReadError, match="MHT"):
        read_html(message.replace(b"text/html", b"text/css"))


def test_entities_and_declarations_bring_nothing_in() -> None:
    html = (
        '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html [<!ENTITY a SYSTEM "file:///etc/passwd">'
        f'<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;">]><html><body>{PROSE}<p>&a;&c;</p></body></html>'
    )
    assert "root:" not in read_html(html.encode()).text


@pytest.mark.parametrize(
    ("html", "word"),
    [
        ("<html></html>", "正文"),
        ("<html><body>" + "<div>" * 100_000 + "正文。", "嵌套"),
        ("<html><body>" + PROSE + "<ul><li>一" * 50_000, "嵌套"),
        ("<html><body><p " + " ".join(f"a{i}=1" for i in range(9_000)) + ">正文。", "属性"),
    ],
)
def test_hostile_pages_are_set_aside(html: str, word: str) -> None:
    with pytest.raises((ReadError, QuarantineError), match=word):
        parse_bytes(html.encode(), "x.html")


def test_bounds() -> None:
    with pytest.raises(ReadError, match="上限"):
        read_html(page(PROSE * 100), Limits(characters=1000))
    picture = f"<img src='data:image/png;base64,{'A' * 5000}'>"
    assert read_html(page(PROSE + picture), Limits(characters=1000)).text
