"""Scans: text recognised in a process of its own, with places; what fails is told."""

from __future__ import annotations

import io
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pypdf import PdfWriter

from ingest.limits import LIMITS
from ingest.ocr import PageLost, Reading, Recognised, Recogniser
from ingest.parse import parse_bytes
from ingest.readers.ocr import normal, page_list, sheet_of
from ingest.readers.pdf import read_pdf
from kb.errors import ReadError
from tests.ingest.making import pdf, pictures, scanned, shown, wrapped

PARAGRAPHS = [
    "第一条 为了规范招商引资行为，营造公平竞争的市场环境，根据法律法规，结合本市实际，制定本办法。",
    "第二条 投资额超过五千万元的项目，按照第一条规定的程序办理，市人民政府给予下列支持：",
    "（一）设备投资补助百分之十；",
    "（二）土地出让金按照规定分期缴纳，首次缴纳比例不低于百分之五十，其余部分一年内缴清。",
]
TITLE = "延安市招商引资管理办法"


@pytest.fixture(scope="module")
def ocr() -> Iterator[Recogniser]:
    with Recogniser() as recogniser:
        yield recogniser


def printed() -> bytes:
    return pdf([[TITLE, *wrapped(PARAGRAPHS)]], centred=1)


def test_a_scan_turned_a_little_reads_like_print(ocr: Recogniser) -> None:
    data = scanned(printed(), degrees=0.7)
    document = parse_bytes(data, "scan.pdf", limits=replace(LIMITS, ocr=ocr))
    assert document.text.split("\n") == [TITLE, *PARAGRAPHS]
    assert [path for path, _ in shown(document)][:2] == ["第一条", "第二条"]
    page = document.pages[0]
    assert page.confidence is not None
    assert page.confidence > 0.9
    assert [note.code for note in document.notes] == ["ocr"]
    assert len(page.boxes) == 1 + len(wrapped(PARAGRAPHS))
    assert document.text[page.boxes[0].start : page.boxes[0].end] == TITLE
    assert (page.boxes[0].left + page.boxes[0].right) / 2 == pytest.approx(0.5, abs=0.02)


def test_a_page_lying_on_its_side_is_turned(ocr: Recogniser) -> None:
    picture = np.asarray(pictures(printed())[0].convert("RGB"))[:, :, ::-1]
    sheet = sheet_of(ocr.page(np.ascontiguousarray(np.rot90(picture, 1))), 0)
    assert sheet.lines[0].text == TITLE
    box = sheet.lines[0].box
    assert box is not None
    assert box[0] < 0.15 < box[3] - box[1]  # on the page as it lies the title runs upwards


def test_the_process_is_replaced_when_it_dies(ocr: Recogniser) -> None:
    picture = np.full((700, 700, 3), 255, np.uint8)
    assert ocr.page(picture).lines == ()
    assert ocr._process is not None
    os.kill(ocr._process.pid, signal.SIGKILL)
    assert ocr.page(picture).lines == ()
    with Recogniser(seconds=0.0) as hasty, pytest.raises(PageLost):
        hasty.page(picture)
    with Recogniser(seconds=0.0) as hasty:
        draft = read_pdf(_mixed(), replace(LIMITS, ocr=hasty))
    assert [note.code for note in draft.objections] == ["lost_page"]
    assert "第 2 页" in draft.objections[0].zh


def test_a_broken_installation_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "rapidocr.py").write_text("raise ImportError('no models')", "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with (
        Recogniser() as missing,
        pytest.raises(ReadError, match=r"无法启动（ImportError: no models）"),
    ):
        missing.page(np.full((700, 700, 3), 255, np.uint8))


def _mixed() -> bytes:
    writer = PdfWriter()
    for data in (printed(), scanned(printed())):
        writer.append(io.BytesIO(data))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_marks_between_chinese_characters_are_full_width() -> None:
    assert normal("投资,建设:补助") == "投资，建设：补助"
    assert normal("(一）规划；（二)统筹") == "（一）规划；（二）统筹"
    assert normal("机关(以下简称市局)") == "机关(以下简称市局)"
    assert normal("GB/T 1,000 a,b 3:2") == "GB/T 1,000 a,b 3:2"


def test_unsure_lines_are_left_out_and_kept_as_removed() -> None:
    def line(text: str, score: float, top: float) -> Recognised:
        right = 30.0 * len(text)
        return Recognised(text, score, ((0, top), (right, top), (right, top + 30), (0, top + 30)))

    reading = Reading(
        600, 800, 0, (line("延安市招商引资工作办法", 0.99, 10), line("印章", 0.3, 60)), ()
    )
    sheet = sheet_of(reading, 0)
    assert [line.text for line in sheet.lines] == ["延安市招商引资工作办法"]
    assert sheet.removed == ("印章",)
    assert sheet.confidence == 0.99


def test_page_lists() -> None:
    assert page_list([1, 2, 3, 5, 7, 8]) == "1–3、5、7、8"
    assert page_list(range(1, 100, 2)).endswith("…")
