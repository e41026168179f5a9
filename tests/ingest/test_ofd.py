"""OFD: the text of its pages with places, templates, tables, pictures; hostile ones refused."""

from __future__ import annotations

import io

import pytest

from ingest.draft import Mark
from ingest.limits import LIMITS, Limits
from ingest.parse import parse_bytes
from ingest.readers.ofd import read_ofd
from ingest.readers.ofd_page import numbers
from kb.errors import QuarantineError, ReadError
from tests.ingest.making import pdf, pictures, wrapped
from tests.ingest.ofd_making import LEFT, PITCH, SIZE, TOP, ofd, page, picture, rule, text

TITLE = "延安市支持产业链高质量发展若干措施"
FIRST = "第一条　为了促进本市产业链高质量发展，根据有关法律法规，结合本市实际，制定本措施。"
SECOND = "第二条　本措施适用于在本市依法登记并从事生产经营的企业，法律另有规定的除外。"
THIRD = "第三条　本措施自2025年1月1日起施行，由市政府办公室负责解释，有效期三年。"
LINES = wrapped([TITLE, FIRST, SECOND])


def test_paragraphs_pages_and_places() -> None:
    data = ofd([page(LINES), page(wrapped([THIRD]))], title=TITLE)
    draft = read_ofd(data)
    assert draft.text.split("\n") == [TITLE, FIRST, SECOND, THIRD]
    assert draft.title == TITLE
    assert [(p.number, draft.text[p.start : p.end][:3]) for p in draft.pages] == [
        (1, "延安市"),
        (2, "第三条"),
    ]
    box = draft.pages[0].boxes[0]
    assert draft.text[box.start : box.end] == TITLE
    assert box.left == pytest.approx((LEFT + 2 * SIZE) / 210, abs=0.002)
    assert box.right == pytest.approx((LEFT + (2 + len(TITLE)) * SIZE) / 210, abs=0.002)
    assert box.top < (TOP - 0.5 * SIZE) / 297 < box.bottom
    document = parse_bytes(data, "x.ofd")
    assert document.passages[-1].page == 2
    assert document.header.effective is not None


def test_templates_run_along() -> None:
    header = text("延安市人民政府公报", 80, 15)
    draft = read_ofd(ofd([page(LINES), page(wrapped([THIRD]))], template=header))
    assert "公报" not in draft.text
    assert draft.removed == ("延安市人民政府公报",) * 2


def test_ruled_tables_become_rows() -> None:
    left, top, wide, high = LEFT, 60.0, 50.0, 10.0
    cells = [["产业链", "标准"], ["光伏", "500万元"], ["苹果", "200万元"]]
    units = page(LINES[:1])
    for row in range(4):
        units += rule(left, top + row * high, left + 2 * wide, top + row * high)
    for column in range(3):
        units += rule(left + column * wide, top, left + column * wide, top + 3 * high)
    for row, own in enumerate(cells):
        for column, word in enumerate(own):
            units += text(word, left + column * wide + 3, top + row * high + 7)
    draft = read_ofd(ofd([units]))
    assert draft.text.split("\n")[1:] == [
        "产业链：光伏；标准：500万元。",
        "产业链：苹果；标准：200万元。",
    ]
    assert [mark.mark for mark in draft.marks.values()] == [Mark.ROW] * 2


def test_composite_blocks_and_hidden_units() -> None:
    units = (
        f"<ofd:PageBlock>{text(TITLE, LEFT, TOP)}</ofd:PageBlock>"
        f'<ofd:CompositeObject ID="7" Boundary="{LEFT} {TOP + 3 * PITCH} 50 10" ResourceID="30"/>'
        + text("看不见的字", LEFT, 100, extra='Visible="false"')
        + text("斜着的水印", LEFT, 150, extra='CTM="0.7 0.7 -0.7 0.7 0 0"')
        + text("页面以外的字", LEFT, 500)
    )
    draft = read_ofd(ofd([units]))
    assert draft.text == TITLE + "复合对象里的字"
    assert set(draft.removed) == {"看不见的字", "斜着的水印", "页面以外的字"}


def test_a_matrix_scales_type_and_places() -> None:
    small = text(TITLE, LEFT, TOP, size=1.0, extra='CTM="5.6 0 0 5.6 0 0"')
    box = read_ofd(ofd([small])).pages[0].boxes[0]
    assert box.right == pytest.approx((LEFT + len(TITLE) * 5.6) / 210, abs=0.01)


def test_wide_gaps_part_pieces() -> None:
    gap = (
        '<ofd:TextObject ID="1" Boundary="25 40 150 6" Size="5.6"><ofd:TextCode X="0" Y="5" '
        'DeltaX="5.6 60 5.6">甲方乙方</ofd:TextCode></ofd:TextObject>'
    )
    assert read_ofd(ofd([gap + page(LINES[:0])])).text == "甲方 乙方"


def test_blank_pages_and_left_out_things_are_told() -> None:
    draft = read_ofd(ofd([page(LINES), ""], annotated=True))
    assert {note.code for note in draft.notes} == {"empty_page", "annotations"}


def test_a_page_that_is_a_picture_is_recognised() -> None:
    buffer = io.BytesIO()
    pictures(pdf([wrapped([THIRD])]))[0].save(buffer, "PNG")
    draft = read_ofd(ofd([page(LINES), picture("10 10 190 260")], media=buffer.getvalue()))
    assert draft.text.replace("\n", "").endswith(THIRD.replace("\u3000", " "))
    (box, *_) = draft.pages[1].boxes
    assert 10 / 210 <= box.left < box.right <= 200 / 210 + 0.001
    assert draft.pages[1].confidence is not None


def test_a_picture_that_cannot_be_opened_sets_the_file_aside() -> None:
    with pytest.raises(QuarantineError, match="第 2 页"):
        parse_bytes(ofd([page(LINES), picture()], media=b"no picture"), "x.ofd")
    with pytest.raises(QuarantineError, match="第 2 页"):
        parse_bytes(ofd([page(LINES), picture(resource=77)]), "x.ofd")


def test_garbled_text_sets_the_file_aside() -> None:
    with pytest.raises(QuarantineError, match="乱码"):
        parse_bytes(ofd([page([*LINES, "\ue123\ue456\ue789" * 8])]), "x.ofd")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("OFD.xml", b"<broken"),
        ("Doc_0/Document.xml", b""),
        ("Doc_0/Pages/Page_0/Content.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
        ("Doc_0/Pages/Page_0/Content.xml", b"<a>" * 100_000),
        ("Doc_0/PublicRes.xml", b"\xff\xfe\x00"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_damaged_parts(name: str, content: bytes) -> None:
    with pytest.raises(ReadError, match="损坏"):
        read_ofd(ofd([page(LINES)], extra={name: content}))


def test_a_page_that_is_missing_sets_the_file_aside() -> None:
    data = ofd([page(LINES), page(LINES)]).replace(b"Page_1/Content.xml", b"Page_X/Content.xml")
    with pytest.raises(QuarantineError, match="第 2 页"):
        parse_bytes(data, "x.ofd")


def test_references_never_leave_the_file() -> None:
    data = ofd([page(LINES)], title="a").replace(b"Doc_0", b"../..")
    with pytest.raises(ReadError):
        read_ofd(data)


def test_bounds() -> None:
    with pytest.raises(ReadError, match="页"):
        read_ofd(ofd([page(LINES)] * 3), Limits(pages=2))
    with pytest.raises(ReadError, match="字"):
        read_ofd(ofd([page(LINES)] * 3), Limits(characters=50))
    with pytest.raises(ReadError, match="没有读到文字"):
        read_ofd(ofd([""]), LIMITS)


def test_numbers() -> None:
    assert numbers("1 -2.5 g 3 4 1e1") == [1, -2.5, 4, 4, 4, 10]
    assert len(numbers("g 999999999 1 g 999999999 1")) == 100_000
    assert numbers("1 x 2") == [1]
    assert numbers("nan") == numbers("inf") == numbers(None) == []
