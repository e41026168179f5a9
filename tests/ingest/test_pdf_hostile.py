"""PDFs made to break a reader: each ends in text or in an error that says what to do, and soon."""

from __future__ import annotations

import io
import random
import time
from contextlib import suppress
from dataclasses import replace

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, StreamObject
from reportlab.pdfgen.canvas import Canvas

from ingest.limits import LIMITS
from ingest.ocr import Recogniser
from ingest.readers.pdf import read_pdf
from ingest.readers.pdf_page import is_garbled
from kb.errors import KbError, ReadError
from tests.ingest.drawing import column, drawn, grid
from tests.ingest.making import HEIGHT, WIDTH, labelled, pdf, pictures, scanned

LINES = ["第一条 本办法适用于本市招商引资活动。", "第二条 本办法自印发之日起施行。"]
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def raw(*objects: bytes) -> bytes:
    """A PDF of the given objects; the first is the catalog."""
    out = b"%PDF-1.4\n"
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1,
        start,
    )


def page(content: int, parent: int = 2, box: bytes = b"0 0 595 842") -> bytes:
    return (
        b"<</Type/Page/Parent %d 0 R/MediaBox[%s]/Resources<</Font<</F1 3 0 R>>>>"
        b"/Contents %d 0 R>>" % (parent, box, content)
    )


def stream(content: bytes) -> bytes:
    return b"<</Length %d>>stream\n%s\nendstream" % (len(content), content)


def test_mutated_files_end_in_text_or_an_error() -> None:
    rows = [["项目", "金额"], ["设备", "十万元"], ["厂房", "五万元"]]
    bases = [
        drawn(lambda canvas: grid(canvas, rows, [60, 200, 400], 760)),
        labelled(pdf([LINES, LINES]), "A-"),
    ]
    rng = random.Random(7)
    with Recogniser(seconds=0.0) as ocr:  # no time for pictures: only the text path is tried
        for _ in range(60):
            data = bytearray(rng.choice(bases))
            way = rng.randrange(3)
            if way == 0:
                del data[rng.randrange(len(data)) :]
            elif way == 1:
                for _ in range(rng.choice((1, 5, 50))):
                    data[rng.randrange(len(data))] = rng.randrange(256)
            else:
                at = rng.randrange(len(data))
                del data[at : at + rng.randrange(200)]
            with suppress(KbError):
                read_pdf(bytes(data), replace(LIMITS, ocr=ocr))


def test_many_pages_take_seconds() -> None:
    kids = b" ".join(b"%d 0 R" % (number + 5) for number in range(3000))
    text = stream(b"BT /F1 12 Tf 50 700 Td (Article one of a small page;) Tj ET")
    pages = raw(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 3000/Kids[%s]>>" % kids,
        FONT,
        text,
        *[page(4)] * 3000,
    )
    begin = time.process_time()
    assert len(read_pdf(pages).pages) == 3000
    assert time.process_time() - begin < 30
    too_many = raw(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 50000/Kids[%s]>>" % (b"5 0 R " * 50_000),
        FONT,
        text,
        page(4),
    )
    with pytest.raises(ReadError, match="50,000 页"):
        read_pdf(too_many)


def test_loops_depths_and_lies_in_the_page_tree() -> None:
    catalog = b"<</Type/Catalog/Pages 2 0 R>>"
    deep = [b"<</Type/Pages/Count 1/Kids[%d 0 R]>>" % (at + 3) for at in range(3000)]
    loop = raw(catalog, b"<</Type/Pages/Count 3/Kids[2 0 R 2 0 R]>>")
    for data in (raw(catalog, *deep, page(2)), loop):
        with pytest.raises(ReadError):
            read_pdf(data)
    text = stream(b"BT /F1 12 Tf 50 700 Td (Article one of a small page;) Tj ET")
    lie = raw(catalog, b"<</Type/Pages/Count 90/Kids[5 0 R]>>", FONT, text, page(4))
    draft = read_pdf(lie)
    assert draft.text == "Article one of a small page;"
    assert [note.code for note in draft.objections] == ["lost_page"]
    labels = raw(
        b"<</Type/Catalog/Pages 2 0 R/PageLabels 6 0 R>>",
        b"<</Type/Pages/Count 1/Kids[5 0 R]>>",
        FONT,
        text,
        page(4),
        b"<</Kids[6 0 R 6 0 R]>>",
    )
    assert read_pdf(labels).pages[0].label == "1"


@pytest.mark.parametrize("box", [b"0 0 1e9 1e9", b"0 0 0 0", b"-1e38 -1e38 1e38 1e38", b"0 0 x 5"])
def test_pages_of_absurd_size(box: bytes) -> None:
    text = stream(b"BT /F1 12 Tf 50 5 Td (Article one of a small page;) Tj ET")
    data = raw(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[5 0 R]>>",
        FONT,
        text,
        page(4, box=box),
    )
    assert read_pdf(data).text == "Article one of a small page;"


def test_a_garbled_text_layer_is_recognised_instead() -> None:
    data = pdf([LINES])
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    table = StreamObject()
    table.set_data(
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def "
        b"1 begincodespacerange <0000> <FFFF> endcodespacerange "
        b"3 beginbfrange <4E00> <5FFF> <E000> <6000> <71FF> <E000> <7200> <9FFF> <D000> endbfrange "
        b"endcmap end end"
    )
    resources = writer.pages[0]["/Resources"]
    assert isinstance(resources, DictionaryObject)
    for font in resources["/Font"].values():  # type: ignore[attr-defined]
        font.get_object()[NameObject("/ToUnicode")] = writer._add_object(table)
    out = io.BytesIO()
    writer.write(out)
    draft = read_pdf(out.getvalue())
    assert draft.text.split("\n") == LINES
    assert draft.pages[0].confidence is not None


def test_a_sane_hidden_layer_under_a_scan_is_used() -> None:
    lines = [f"第{n}条 各部门应当按照职责做好招商引资项目的服务保障工作。" for n in "一二三四"]
    picture = pictures(pdf([lines]), dpi=60)[0]

    def page(canvas: Canvas) -> None:
        canvas.drawInlineImage(picture, 0, 0, WIDTH, HEIGHT)
        canvas._code.append("3 Tr")
        column(canvas, lines, 60, 740)

    draft = read_pdf(drawn(page))
    assert draft.text.split("\n") == lines
    assert draft.pages[0].confidence is None
    assert draft.notes == ()


def test_what_is_garbled() -> None:
    assert not is_garbled("第一条 GB/T 2023 ①②③ α β ℃ ㎡ № “引用”—— 投資")
    assert is_garbled("\ue000\ue001\ue002一")
    assert is_garbled("ﺍﻟﻌﺮﺑﻴﺔ ﻧﺺ")
    assert is_garbled("abc", lost=5)
    assert is_garbled("".join(chr(0x4E00 + 7 * n % 20000) for n in range(0, 9000, 37)))
    assert not is_garbled("")


def test_a_picture_among_text_is_told() -> None:
    picture = pictures(scanned(pdf([LINES])), dpi=40)[0]

    def page(canvas: Canvas) -> None:
        column(canvas, LINES * 2, 60, 780)
        canvas.drawInlineImage(picture, 100, 100, 300, 400)

    (note,) = read_pdf(drawn(page)).notes
    assert note.code == "picture_in_text"
    assert "第 1 页" in note.zh
