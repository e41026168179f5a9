"""PDF files: text as written, pages known, scans and locks refused."""

from __future__ import annotations

import threading

import pytest

from ingest.draft import EMPTY_PAGE, PICTURE_PAGE
from ingest.limits import Limits
from ingest.parse import parse_bytes
from ingest.readers.pdf import read_pdf
from ingest.readers.running import running_lines
from kb.errors import ReadError
from tests.ingest.making import encrypted, labelled, pdf, picture_pdf, shown, wrapped

PARAGRAPHS = [
    (
        "第一条 为了规范招商引资行为，提高招商引资质量和效益，营造公平竞争的市场环境，"
        "根据有关法律法规，结合本市实际，制定本办法。"
    ),
    "第二条 本办法适用于本市行政区域内的招商引资活动，法律法规另有规定的，从其规定。",
    (
        "第三条 市人民政府统一领导全市招商引资工作，建立健全工作协调机制，及时研究解决"
        "重大问题，有下列职责："
    ),
    "（一）编制规划；",
    (
        "（二）统筹政策，协调项目落地过程中涉及用地、用能、环评、人才和融资等各类要素"
        "保障问题，并按照规定公开办理结果；"
    ),
    (
        "第四条 依照本办法第三条第二项规定办理的事项，应当遵守有关公平竞争审查的规定，"
        "不得以任何形式妨碍全国统一大市场建设。"
    ),
    "第五条 本办法自2025年1月1日起施行。",
]
TITLE = "延安市招商引资管理办法"


def pages() -> list[list[str]]:
    lines = [TITLE, *wrapped(PARAGRAPHS)]
    return [lines[:6], lines[6:11], lines[11:]]


def test_text_structure_and_pages() -> None:
    document = parse_bytes(pdf(pages(), centred=1), "办法.pdf")
    assert document.text.split("\n") == [TITLE, *PARAGRAPHS]
    assert document.header.title == TITLE
    assert [path for path, _ in shown(document)][:3] == ["第一条", "第二条", "第三条"]
    assert [page.number for page in document.pages] == [1, 2, 3]
    for page, lines in zip(document.pages, pages(), strict=True):
        whole = "".join(line.strip("\u3000") for line in lines)
        own = document.text[page.start : page.end].replace("\n", "")
        assert own == whole
    assert document.passages[0].page == 1
    assert document.passages[-1].page == 3


def test_running_headers_footers_and_page_numbers_go() -> None:
    data = pdf(pages(), header="延安市人民政府文件", footer="— {n} —", centred=1)
    draft = read_pdf(data)
    assert draft.text.split("\n") == [TITLE, *PARAGRAPHS]
    assert sorted(set(draft.removed)) == ["— 1 —", "— 2 —", "— 3 —", "延安市人民政府文件"]


def test_running_lines_leave_text_alone() -> None:
    pages = [["甲标题", f"第{n}页的正文内容。", "同一句话。", "10", str(n)] for n in (1, 2, 3)]
    assert running_lines(pages) == [{0, 4}, {0, 4}, {0, 4}]
    assert running_lines([["只有一页", "正文", "12"]]) == [set()]
    assert running_lines([["正文", "https://www.example.org/a 1/3"]]) == [{1}]
    assert running_lines([]) == []


def test_contents_lose_their_dots() -> None:
    dots = "." * 40
    lines = [
        "目 录",
        f"第一章 总则{dots}1",
        f"第二章 附则{dots}9",
        "第一章 总则",
        "\u3000\u3000第一条 甲方应当遵守规定。",
    ]
    draft = read_pdf(pdf([[*lines, "第二章 附则", "\u3000\u3000第二条 乙方应当遵守规定。"]]))
    assert draft.text.split("\n")[:3] == ["目 录", "第一章 总则", "第二章 附则"]
    assert len(draft.removed) == 2


def test_page_labels_and_title_of_the_file() -> None:
    data = labelled(pdf([["一段没有标题的文字，只有这一句话而已。"]], title="年度报告"), "A-")
    document = parse_bytes(data, "x.pdf")
    assert document.pages[0].label == "A-1"
    assert document.header.title == "年度报告"


def test_an_empty_password_opens_and_another_is_refused() -> None:
    data = pdf(pages(), centred=1)
    assert read_pdf(encrypted(data, "")).text == read_pdf(data).text
    with pytest.raises(ReadError, match="密码"):
        read_pdf(encrypted(data, "secret"))


def test_damaged_files_are_refused() -> None:
    with pytest.raises(ReadError, match="损坏"):
        read_pdf(b"%PDF-1.7\n" + b"garbage" * 100)
    with pytest.raises(ReadError):
        read_pdf(pdf(pages())[:300])


def test_blank_pages_and_those_with_a_header_only_are_named() -> None:
    draft = read_pdf(pdf([*pages(), []], header="延安市人民政府文件", centred=1))
    assert [(note.code, note.zh) for note in draft.notes] == [
        (EMPTY_PAGE, "第 4 页除页眉页脚外没有文字。")
    ]
    draft = read_pdf(pdf([pages()[0], [], pages()[1]]))
    assert [(note.code, note.zh) for note in draft.notes] == [(EMPTY_PAGE, "第 2 页是空白页。")]


def test_pictures_alone_are_refused() -> None:
    with pytest.raises(ReadError, match="没有读到文字") as caught:
        parse_bytes(picture_pdf(0, 1), "scan.pdf")
    assert "clearer scan" in caught.value.en


def test_picture_pages_between_text_are_named() -> None:
    document = parse_bytes(picture_pdf(3, 1), "x.pdf")
    assert [(note.code, note.zh) for note in document.notes] == [
        (PICTURE_PAGE, "第 4 页是图片，没有识别到文字。")
    ]
    assert [page.confidence for page in document.pages] == [None] * 4


def test_every_printed_line_has_its_box() -> None:
    document = parse_bytes(pdf(pages(), centred=1), "办法.pdf")
    for page, lines in zip(document.pages, pages(), strict=True):
        shown = [document.text[box.start : box.end] for box in page.boxes]
        assert shown == [line.strip("\u3000") for line in lines]
        for box, line in zip(page.boxes, lines, strict=True):
            assert page.start <= box.start < box.end <= page.end
            ems = sum(0.5 if char.isascii() else 1 for char in line.strip("\u3000"))
            assert box.right - box.left == pytest.approx(16 * ems / 595, abs=0.02)
            assert 0 < box.top < box.bottom < 1
        assert [box.top for box in page.boxes] == sorted(box.top for box in page.boxes)
    title = document.pages[0].boxes[0]
    assert (title.left + title.right) / 2 == pytest.approx(0.5, abs=0.01)
    assert title.top == pytest.approx(76 / 842, abs=0.01)


def test_too_much_text_is_refused() -> None:
    with pytest.raises(ReadError, match="拆成"):
        read_pdf(pdf(pages()), Limits(characters=50))


def test_english_lines_are_joined_with_spaces() -> None:
    lines = [
        "The city supports investment in apple processing and",
        "new materials. Companies may apply online at any time",
        "of the year. The office answers within five days.",
    ]
    assert read_pdf(pdf([lines])).text == " ".join(lines)


def test_threads_may_read_at_the_same_time() -> None:
    data = pdf(pages(), centred=1)
    texts: list[str] = []
    threads = [threading.Thread(target=lambda: texts.append(read_pdf(data).text)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(texts) == 8
    assert len(set(texts)) == 1
