"""Slides read in the order a viewer reads them."""

from __future__ import annotations

import io
import zipfile

import pptx
import pytest
from pptx.presentation import Presentation
from pptx.util import Cm

from ingest.draft import Draft, LineMark, Mark
from ingest.limits import Limits
from ingest.parse import parse_bytes
from ingest.readers.slides import read_pptx
from ingest.source_text import letters
from kb.errors import ReadError
from tests.ingest.making import _grey_image

MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"


def saved(made: Presentation) -> bytes:
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def lines(draft: Draft) -> list[str]:
    return draft.text.split("\n")


def lost(draft: Draft) -> int:
    return draft.letters - sum(map(letters, draft.removed)) - letters(draft.text)


def deck(*titles: str) -> Presentation:
    made = pptx.Presentation()
    for title in titles:
        slide = made.slides.add_slide(made.slide_layouts[5])
        slide.shapes.title.text = title
    return made


def say(slide: object, text: str, left: float, top: float) -> object:
    box = slide.shapes.add_textbox(Cm(left), Cm(top), Cm(5), Cm(1))  # type: ignore[attr-defined]
    box.text_frame.text = text
    return box


def test_a_slide_is_a_page_with_its_title_as_heading() -> None:
    made = pptx.Presentation()
    for title, points in (("发展目标", "到2027年形成集群"), ("重点任务", "补链强链")):
        slide = made.slides.add_slide(made.slide_layouts[1])
        slide.shapes.title.text = title
        frame = slide.placeholders[1].text_frame
        frame.text = points
        below = frame.add_paragraph()
        below.text, below.level = "下一级要点", 1
    draft = read_pptx(saved(made))
    assert lines(draft) == [
        "发展目标", "到2027年形成集群", "下一级要点", "重点任务", "补链强链", "下一级要点",
    ]  # fmt: skip
    assert draft.marks[0] == LineMark(Mark.HEADING, 1)
    assert [m.mark for m in draft.marks.values()].count(Mark.ITEM) == 2
    assert [(p.number, draft.text[p.start : p.end].split("\n")[0]) for p in draft.pages] == [
        (1, "发展目标"),
        (2, "重点任务"),
    ]
    assert lost(draft) == 0


def test_shapes_are_read_row_by_row_from_the_left_groups_too() -> None:
    made = deck("题目")
    slide = made.slides[0]
    say(slide, "右上", 12, 5)
    say(slide, "下", 1, 10)
    say(slide, "左上", 1, 5.2)
    group = slide.shapes.add_group_shape()
    for text, left in (("组右", 8), ("组左", 2)):
        box = group.shapes.add_textbox(Cm(left), Cm(14), Cm(3), Cm(1))
        box.text_frame.text = text
    draft = read_pptx(saved(made))
    assert lines(draft) == ["题目", "左上", "右上", "下", "组左", "组右"]
    assert lost(draft) == 0


def test_tables_become_rows_with_merged_cells_filled() -> None:
    made = deck("标准")
    table = made.slides[0].shapes.add_table(3, 3, Cm(1), Cm(5), Cm(20), Cm(5)).table
    texts = ("产业链", "补助内容", "补助标准", "光伏", "设备", "10%", "", "用地", "5%")
    for at, text in enumerate(texts):
        table.cell(at // 3, at % 3).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    draft = read_pptx(saved(made))
    assert lines(draft) == [
        "标准",
        "产业链：光伏；补助内容：设备；补助标准：10%。",
        "产业链：光伏；补助内容：用地；补助标准：5%。",
    ]
    assert lost(draft) == 0


def test_notes_pictures_and_hidden_slides() -> None:
    made = deck("第一页", "隐藏页")
    first, hidden = made.slides
    say(first, "正文内容", 1, 5)
    first.notes_slide.notes_text_frame.text = "口头补充一句。"
    first.shapes.add_picture(_grey_image(), Cm(1), Cm(10))
    hidden._element.set("show", "0")
    draft = read_pptx(saved(made))
    assert lines(draft) == ["第一页", "正文内容", "备注：口头补充一句。"]
    assert [note.code for note in draft.notes] == ["pictures", "hidden"]
    assert "隐藏页" in draft.removed
    assert lost(draft) == 0


def changed(data: bytes, edit: dict[str, tuple[bytes, bytes]], new: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            content = before.read(name)
            if name in edit:
                assert edit[name][0] in content
                content = content.replace(*edit[name])
            after.writestr(name, content)
        for name, content in new.items():
            after.writestr(name, content)
    return out.getvalue()


def test_the_text_of_diagrams_and_of_newer_shapes_is_read_once() -> None:
    a = "http://schemas.openxmlformats.org/drawingml/2006/main"
    dgm = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    frame = (
        '<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="9" name="d"/><p:cNvGraphicFramePr/>'
        "<p:nvPr/></p:nvGraphicFramePr><p:xfrm/><a:graphic><a:graphicData "
        f'uri="{dgm}"><dgm:relIds xmlns:dgm="{dgm}" xmlns:r="{office}" r:dm="rId77"/>'
        "</a:graphicData></a:graphic></p:graphicFrame>"
    )
    newer = (
        f'<mc:AlternateContent xmlns:mc="{MC}"><mc:Choice Requires="x"><p:sp><p:nvSpPr>'
        '<p:cNvPr id="8" name="n"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/>'
        "<a:p><a:r><a:t>新式形状</a:t></a:r></a:p></p:txBody></p:sp></mc:Choice><mc:Fallback><p:sp>"
        '<p:nvSpPr><p:cNvPr id="8" name="n"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr/><p:txBody>'
        "<a:bodyPr/><a:p><a:r><a:t>新式形状</a:t></a:r></a:p></p:txBody></p:sp></mc:Fallback>"
        "</mc:AlternateContent>"
    )
    relation = (
        f'<Relationship Id="rId77" Type="{office}/diagramData" Target="../diagrams/data1.xml"/>'
    )
    diagram = (
        f'<dgm:dataModel xmlns:dgm="{dgm}" xmlns:a="{a}"><dgm:ptLst><dgm:pt><dgm:t><a:p><a:r>'
        "<a:t>申报</a:t></a:r></a:p></dgm:t></dgm:pt><dgm:pt><dgm:t><a:p><a:r><a:t>审核</a:t></a:r>"
        "</a:p></dgm:t></dgm:pt></dgm:ptLst></dgm:dataModel>"
    )
    data = changed(
        saved(deck("办理流程")),
        {
            "ppt/slides/slide1.xml": (b"</p:spTree>", (frame + newer + "</p:spTree>").encode()),
            "ppt/slides/_rels/slide1.xml.rels": (
                b"</Relationships>",
                (relation + "</Relationships>").encode(),
            ),
        },
        {"ppt/diagrams/data1.xml": diagram.encode()},
    )
    draft = read_pptx(data)
    assert lines(draft) == ["办理流程", "新式形状", "申报", "审核"]
    assert lost(draft) == 0


def test_a_presentation_can_be_ingested_and_cited_by_slide() -> None:
    made = deck("延安市招商推介", "优惠政策")
    say(made.slides[0], "欢迎来延安投资兴业。", 1, 5)
    say(made.slides[1], "对符合条件的企业减按百分之十五征收企业所得税。", 1, 5)
    document = parse_bytes(saved(made), "推介.pptx")
    assert [page.label for page in document.pages] == ["1", "2"]
    assert "百分之十五" in document.text[document.passages[-1].start : document.passages[-1].end]


# -- hostile files


def test_damaged_files_and_bombs_are_refused() -> None:
    data = saved(deck("题"))
    with pytest.raises(ReadError, match="损坏"):
        read_pptx(data[: len(data) // 2])
    bomb = b'<!DOCTYPE a [<!ENTITY x "9999">]><p:sld '
    with pytest.raises(ReadError):
        read_pptx(changed(data, {"ppt/slides/slide1.xml": (b"<p:sld ", bomb)}, {}))
    with pytest.raises(ReadError):
        read_pptx(changed(data, {"ppt/slides/slide1.xml": (b"</p:sld>", b"</p:sl>")}, {}))
    with pytest.raises(ReadError):
        read_pptx(changed(data, {"ppt/presentation.xml": (b"r:id=", b"r:ix=")}, {}))
    with_bomb = io.BytesIO(data)
    with zipfile.ZipFile(with_bomb, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ppt/media/x.emf", bytes(50_000_000))
    with pytest.raises(ReadError, match="压缩炸弹"):
        read_pptx(with_bomb.getvalue())


def test_too_many_slides_are_refused() -> None:
    with pytest.raises(ReadError, match="3 页"):
        read_pptx(saved(deck("一", "二", "三")), Limits(pages=2))
