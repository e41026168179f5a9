"""Columns, ruled tables, watermarks, turned pages, printed web pages: what a page looks like."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen.canvas import Canvas

from ingest.draft import Draft, Mark
from ingest.parse import parse_bytes
from ingest.readers.pdf import read_pdf
from kb.models import PassageKind
from tests.ingest.drawing import Drawer, column, drawn, grid
from tests.ingest.making import FONT, HEIGHT, WIDTH, scanned

LEFT = [
    "第一条 为规范招商引资工作，优化营商",
    "环境，促进高质量发展，制定本办法。",
    "第二条 本办法适用于本市行政区域内的",
    "招商引资活动，法律法规另有规定的，从",
    "其规定。",
    "第三条 市人民政府统一领导招商引资工",
]
RIGHT = [
    "作，建立工作协调机制，研究解决问题。",
    "第四条 投资主管部门负责招商引资的日",
    "常工作，商务、财政等部门按照职责分工",
    "做好相关工作。",
    "第五条 各县区应当明确承担招商引资工",
    "作的机构，配备专门人员。",
]
ARTICLES = [
    "第一条 为规范招商引资工作，优化营商环境，促进高质量发展，制定本办法。",
    "第二条 本办法适用于本市行政区域内的招商引资活动，法律法规另有规定的，从其规定。",
    "第三条 市人民政府统一领导招商引资工作，建立工作协调机制，研究解决问题。",
    "第四条 投资主管部门负责招商引资的日常工作，商务、财政等部门按照职责分工做好相关工作。",
    "第五条 各县区应当明确承担招商引资工作的机构，配备专门人员。",
]


def _two_columns(canvas: Canvas) -> None:
    canvas.drawCentredString(WIDTH / 2, 780, "延安市招商引资管理办法（公报版）")
    # Row by row, as some programs write it.
    for at, (left, right) in enumerate(zip(LEFT, RIGHT, strict=True)):
        canvas.drawString(60, 740 - at * 18, left)
        canvas.drawString(310, 740 - at * 18, right)


def test_two_columns_are_read_one_after_the_other() -> None:
    draft = read_pdf(drawn(_two_columns))
    assert draft.text.split("\n") == ["延安市招商引资管理办法（公报版）", *ARTICLES]


def test_a_heading_across_the_columns_parts_the_page() -> None:
    def page(canvas: Canvas) -> None:
        _two_columns(canvas)
        canvas.drawCentredString(WIDTH / 2, 600, "第二章 投资促进与服务保障的若干规定")
        column(canvas, [line.replace("条", "款") for line in LEFT], 60, 570)
        column(canvas, [line.replace("条", "款") for line in RIGHT], 310, 570)

    lines = read_pdf(drawn(page)).text.split("\n")
    at = lines.index("第二章 投资促进与服务保障的若干规定")
    assert lines[1:at] == ARTICLES
    assert lines[at + 1].startswith("第一款")
    assert lines[-1] == ARTICLES[-1].replace("条", "款")


def test_a_table_without_ruling_lines_is_not_torn_into_columns() -> None:
    names = ["税收优惠", "用地支持", "人才补贴", "融资服务", "研发奖励", "上市奖励"]

    def page(canvas: Canvas) -> None:
        column(canvas, names, 60, 740)
        column(canvas, [f"{n}0万元" for n in range(1, 7)], 330, 740)

    text = read_pdf(drawn(page)).text
    assert [text.index(name) < text.index(f"{n}0万元") for n, name in enumerate(names, 1)]
    assert "税收优惠 10万元" in text


HEADER = ["项目", "补助标准", "责任单位"]
ROWS = [
    ["设备投资", "按设备投资额的\n百分之十补助", "市工信局"],
    ["场地租金", "前三年全额补贴", "市财政局"],
    ["人才引进", "每人每月三千元", "市人社局"],
]
XS = [60.0, 180.0, 360.0, 480.0]
LINES = [
    "项目：设备投资；补助标准：按设备投资额的百分之十补助；责任单位：市工信局。",
    "项目：场地租金；补助标准：前三年全额补贴；责任单位：市财政局。",
    "项目：人才引进；补助标准：每人每月三千元；责任单位：市人社局。",
]


def _rows(draft: Draft) -> list[str]:
    starts = [at for at, mark in draft.marks.items() if mark.mark is Mark.ROW]
    return [draft.text[at:].split("\n")[0] for at in starts]


def test_a_ruled_table_becomes_rows_with_their_column_names() -> None:
    def page(canvas: Canvas) -> None:
        canvas.drawString(60, 780, "第六条 补助标准按照下表执行。")
        grid(canvas, [HEADER, *ROWS], XS, 760)
        canvas.drawString(60, 600, "第七条 本办法自印发之日起施行。")

    draft = read_pdf(drawn(page))
    assert draft.text.split("\n") == [
        "第六条 补助标准按照下表执行。",
        *LINES,
        "第七条 本办法自印发之日起施行。",
    ]
    assert _rows(draft) == LINES
    box = next(b for b in draft.pages[0].boxes if draft.text[b.start : b.end] == LINES[1])
    assert (box.left, box.right) == (
        pytest.approx(60 / WIDTH, abs=0.003),
        pytest.approx(480 / WIDTH, abs=0.003),
    )
    assert box.bottom - box.top < 26 / HEIGHT
    document = parse_bytes(drawn(page), "表.pdf")
    assert sum(passage.kind is PassageKind.ROW for passage in document.passages) == 3


def test_a_table_goes_on_over_a_page_break() -> None:
    def first(canvas: Canvas) -> None:
        canvas.drawString(60, 780, "第六条 补助标准按照下表执行。")
        grid(canvas, [HEADER, ROWS[0]], XS, 200)
        canvas.drawCentredString(WIDTH / 2, 40, "— 1 —")

    def again(canvas: Canvas) -> None:
        grid(canvas, [HEADER, *ROWS[1:]], XS, 780)
        canvas.drawCentredString(WIDTH / 2, 40, "— 2 —")

    def without(canvas: Canvas) -> None:
        grid(canvas, ROWS[1:], XS, 780)
        canvas.drawCentredString(WIDTH / 2, 40, "— 2 —")

    for second in (again, without):
        draft = read_pdf(drawn(first, second))
        assert _rows(draft) == LINES
        assert [b.left for b in draft.pages[1].boxes] == [pytest.approx(60 / WIDTH, abs=0.003)] * 2
        assert draft.pages[1].start == draft.text.index(LINES[1])


def test_merged_cells_are_filled() -> None:
    rows = [
        ["类别", "支持措施", ""],
        ["", "内容", "金额"],
        ["税收", "所得税返还", "五十万元"],
        ["", "增值税返还", "三十万元"],
    ]
    merged = [(0, 0, 2, 1), (0, 1, 1, 2), (2, 0, 2, 1)]
    draft = read_pdf(drawn(lambda canvas: grid(canvas, rows, XS, 760, merged=merged)))
    assert draft.text.split("\n") == [
        "类别：税收；支持措施·内容：所得税返还；支持措施·金额：五十万元。",
        "类别：税收；支持措施·内容：增值税返还；支持措施·金额：三十万元。",
    ]


def test_a_ruled_table_in_a_scan() -> None:
    page = drawn(lambda canvas: grid(canvas, [HEADER, *ROWS], XS, 760))
    assert read_pdf(scanned(page)).text.split("\n") == LINES


def test_frames_and_rules_are_no_tables() -> None:
    def page(canvas: Canvas) -> None:
        canvas.rect(40, 40, WIDTH - 80, HEIGHT - 80)
        canvas.line(60, 770, 535, 770)
        canvas.drawString(60, 780, "延安市人民政府文件")
        column(canvas, ["第一条 甲方应当遵守规定。", "第二条 乙方应当遵守规定。"], 60, 740)

    draft = read_pdf(drawn(page))
    assert not draft.marks
    assert draft.text.count("\n") == 2


def test_watermarks_and_text_outside_the_page_go() -> None:
    def page(number: int) -> Drawer:
        def draw(canvas: Canvas) -> None:
            canvas.saveState()
            canvas.translate(150, 300)
            canvas.rotate(45)
            canvas.setFontSize(60)
            canvas.drawString(0, 0, "征求意见稿")
            canvas.restoreState()
            canvas.drawString(
                60, 740, f"第{'一二三'[number]}条 本办法所称投资人，是指来本市投资的企业。"
            )
            canvas.drawString(60, 2 * HEIGHT, "页面之外的文字")

        return draw

    draft = read_pdf(drawn(*map(page, range(3))))
    assert len(draft.text.split("\n")) == 3
    assert "征求意见稿" not in draft.text
    assert "".join(draft.removed).count("征求意见稿") == 3
    assert "页面之外的文字" in draft.removed


def test_turned_and_cropped_pages_are_read_as_shown() -> None:
    upright = drawn(_two_columns)
    expected = read_pdf(upright)
    for degrees in (90, 180, 270):
        draft = read_pdf(_changed(upright, degrees))
        assert draft.text == expected.text
        title, plain = draft.pages[0].boxes[0], expected.pages[0].boxes[0]
        edge = {90: 1 - title.right, 180: 1 - title.bottom, 270: title.left}[degrees]
        assert edge == pytest.approx(plain.top, abs=0.01)

    def sideways(canvas: Canvas) -> None:
        canvas.translate(HEIGHT, 0)
        canvas.rotate(90)
        _two_columns(canvas)

    draft = read_pdf(_changed(drawn(sideways, size=(HEIGHT, WIDTH)), 90))
    assert draft.text == expected.text
    for own, other in zip(draft.pages[0].boxes, expected.pages[0].boxes, strict=True):
        assert abs(own.left - other.left) < 0.01
        assert abs(own.top - other.top) < 0.01


def _changed(data: bytes, degrees: int) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    writer.pages[0].rotate(degrees)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_printed_web_page() -> None:
    def page(number: int) -> Drawer:
        def draw(canvas: Canvas) -> None:
            canvas.setFontSize(8)
            canvas.drawString(30, 820, "2025/11/3 10:21")
            canvas.drawString(250, 820, "关于印发招商引资若干措施的通知_市人民政府")
            canvas.drawString(
                30, 20, "https://www.example.gov.cn/art/2025/3/1/art_12_3456.html?a=1"
            )
            canvas.drawString(550, 20, f"{number}/3")
            canvas.setFontSize(12)
            column(
                canvas,
                [f"第{'一二三'[number - 1]}条 各部门应当按照职责做好招商引资工作。"],
                60,
                740,
            )

        return draw

    draft = read_pdf(drawn(*map(page, (1, 2, 3))))
    assert draft.text.split("\n") == [
        f"第{n}条 各部门应当按照职责做好招商引资工作。" for n in "一二三"
    ]


def test_a_line_that_begins_with_figures_of_another_font_goes_on() -> None:
    def page(canvas: Canvas) -> None:
        column(canvas, ["第一条 投资额超过五千万元的项目，按照规定给予补助，最高"], 60, 740)
        canvas.setFont("Times-Roman", 12)
        canvas.drawString(60, 722, "5000")
        canvas.setFont(FONT, 12)
        canvas.drawString(84, 722, "万元，由市财政局和县区财政局分别承担，每年年底前兑现。")

    assert read_pdf(drawn(page)).text == (
        "第一条 投资额超过五千万元的项目，按照规定给予补助，最高"
        "5000万元，由市财政局和县区财政局分别承担，每年年底前兑现。"
    )


def test_the_next_number_begins_a_paragraph() -> None:
    items = ["（一）招商引资管理办法（市政府令第8号）", "（二）外商投资促进条例（市政府令第9号）"]
    assert read_pdf(drawn(lambda canvas: column(canvas, items, 60, 740))).text.split("\n") == items


def test_numbers_alone_on_a_line_belong_to_what_follows() -> None:
    def page(canvas: Canvas) -> None:
        column(
            canvas, ["第一条", "本办法适用于本市。", "第二条", "本办法自印发之日起施行。"], 60, 740
        )
        column(canvas, ["（一）", "1."], 60, 640, pitch=40)
        column(canvas, ["编制产业规划；", "统筹招商政策。"], 96, 640, pitch=40)

    assert read_pdf(drawn(page)).text.split("\n") == [
        "第一条 本办法适用于本市。",
        "第二条 本办法自印发之日起施行。",
        "（一） 编制产业规划；",
        "1. 统筹招商政策。",
    ]
