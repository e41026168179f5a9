"""Word documents read whole: text, lists, tables, notes, boxes, and what is left out on purpose."""

from __future__ import annotations

import io
import time
import zipfile
from itertools import pairwise

import docx
import pytest
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE

from ingest.draft import Draft, LineMark, Mark
from ingest.limits import Limits
from ingest.parse import parse_bytes
from ingest.readers.docx import read_docx
from kb.errors import ReadError
from tests.ingest.making import shown

NS = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def saved(document: Document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def package(
    body: str, parts: dict[str, str] | None = None, *, head: str = "", main_type: str = ""
) -> bytes:
    """A Word file of raw XML; ``parts``: relation kind -> content of a part of that kind.

    With the ``main_type`` of its main part python-docx can open it, too.
    """
    parts = parts or {}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "_rels/.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="r1" Type="{RELATIONS}/officeDocument" Target="word/document.xml"/>'
            "</Relationships>",
        )
        archive.writestr(
            "word/document.xml",
            f"{head}<w:document {NS}><w:body>{body}</w:body></w:document>",
        )
        if main_type:
            named = "".join(
                f'<Override PartName="/word/{kind}.xml" ContentType="application/vnd.'
                f'openxmlformats-officedocument.wordprocessingml.{kind}+xml"/>'
                for kind in parts
            )
            archive.writestr(
                "[Content_Types].xml",
                '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
                '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
                'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
                f'<Override PartName="/word/document.xml" ContentType="{main_type}"/>'
                f"{named}</Types>",
            )
        listed = "".join(
            f'<Relationship Id="p{at}" Type="{RELATIONS}/{kind}" Target="{kind}.xml"/>'
            for at, kind in enumerate(parts)
        )
        archive.writestr(
            "word/_rels/document.xml.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f"{listed}</Relationships>",
        )
        for kind, content in parts.items():
            archive.writestr(f"word/{kind}.xml", content)
    return buffer.getvalue()


def p(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def lines(draft: Draft) -> list[str]:
    return draft.text.split("\n")


def marks(draft: Draft) -> dict[str, LineMark]:
    return {draft.text[at:].split("\n")[0]: mark for at, mark in draft.marks.items()}


def lost(draft: Draft) -> int:
    from ingest.source_text import letters

    return draft.letters - sum(map(letters, draft.removed)) - letters(draft.text)


ARTICLES = (
    f'<w:numbering {NS}><w:abstractNum w:abstractNumId="0">'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/>'
    '<w:lvlText w:val="第%1章"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/>'
    '<w:lvlRestart w:val="0"/><w:lvlText w:val="第%2条"/></w:lvl>'
    '<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/>'
    '<w:lvlText w:val="（%3）"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
)


def numbered(text: str, level: int) -> str:
    return p(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>')


def test_articles_numbered_by_word_can_be_cited() -> None:
    body = (
        p("延安市招商引资奖励办法")
        + numbered("总则", 0)
        + numbered("为了规范招商引资奖励工作，制定本办法。", 1)
        + numbered("本办法所称奖励包括下列各项：", 1)
        + numbered("固定资产投资奖励；", 2)
        + numbered("设备补助。", 2)
        + numbered("奖励标准", 0)
        + numbered("对固定资产投资五千万元以上的项目，按百分之二给予奖励。", 1)
    )
    document = parse_bytes(package(body, {"numbering": ARTICLES}), "办法.docx")
    assert (
        "第二章 奖励标准 > 第三条",
        "第三条 对固定资产投资五千万元以上的项目，按百分之二给予奖励。",
    ) in shown(document)
    assert any(text.startswith("（二）设备补助") for _, text in shown(document))


def test_headings_by_style_by_chinese_name_by_inheritance_and_by_outline_level() -> None:
    made = docx.Document()
    made.add_heading("总体要求", 1)
    chinese = made.styles.add_style("标题 2", WD_STYLE_TYPE.PARAGRAPH)
    own = made.styles.add_style("公文小标题", WD_STYLE_TYPE.PARAGRAPH)
    own.base_style = made.styles["Heading 3"]
    made.add_paragraph("奖励范围", style=chinese)
    made.add_paragraph("用地保障", style=own)
    made.add_paragraph("要素保障的正文。")
    raw = made.add_paragraph("金融支持")
    raw._p.get_or_add_pPr().append(
        docx.oxml.parse_xml(f'<w:outlineLvl {NS} w:val="1"/>')  # type: ignore[attr-defined]
    )
    draft = read_docx(saved(made))
    assert marks(draft) == {
        "总体要求": LineMark(Mark.HEADING, 1),
        "奖励范围": LineMark(Mark.HEADING, 2),
        "用地保障": LineMark(Mark.HEADING, 3),
        "金融支持": LineMark(Mark.HEADING, 2),
    }
    assert lost(draft) == 0


def test_one_numbered_line_formatted_as_a_heading_among_many_is_none() -> None:
    body = "".join(
        p(f"（{n}）第{n}方面的工作", '<w:outlineLvl w:val="2"/>' if n == "三" else "")
        + p("这一方面的具体内容如正文所述。")
        for n in "一二三四"
    )
    assert read_docx(package(body)).marks == {}


def test_numbers_below_plain_ones_are_no_headings_and_those_above_stay() -> None:
    level = '<w:outlineLvl w:val="2"/>'
    below = [("（一）综述", ""), ("1. 名称", level), ("2. 描述", level)]
    below += [("（二）研究", ""), ("1. 性能", level), ("2. 功能", level)]
    body = "".join(p(text, properties) + p("正文一句。") for text, properties in below)
    assert read_docx(package(body)).marks == {}
    above = [("1. 总则", level), ("（一）甲；", ""), ("（二）乙。", "")]
    above += [("2. 附则", level), ("（一）丙；", ""), ("（二）丁。", "")]
    kept = read_docx(package("".join(p(text, properties) for text, properties in above)))
    assert list(marks(kept)) == ["1. 总则", "2. 附则"]


def test_a_numbered_style_numbers_its_paragraphs() -> None:
    styles = (
        f'<w:styles {NS}><w:style w:type="paragraph" w:styleId="a"><w:name w:val="条"/><w:pPr>'
        '<w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="b"><w:name w:val="条二"/><w:basedOn w:val="a"/>'
        "</w:style></w:styles>"
    )
    body = (
        p("甲。", '<w:pStyle w:val="a"/>')
        + p("乙。", '<w:pStyle w:val="b"/>')
        + p("丙。", '<w:pStyle w:val="b"/><w:numPr><w:numId w:val="0"/></w:numPr>')
        + p("丁。", '<w:pStyle w:val="a"/>')
    )
    draft = read_docx(package(body, {"numbering": ARTICLES, "styles": styles}))
    assert lines(draft) == ["第一条 甲。", "第二条 乙。", "丙。", "第三条 丁。"]


def test_bullets_are_items_of_their_depth() -> None:
    made = docx.Document()
    made.add_paragraph("一级", style="List Bullet")
    made.add_paragraph("二级", style="List Bullet 2")
    made.add_paragraph("编号", style="List Number")
    draft = read_docx(saved(made))
    assert lines(draft) == ["一级", "二级", "1. 编号"]
    assert {mark.mark for mark in draft.marks.values()} == {Mark.ITEM}


def test_a_table_stands_where_it_stood_with_merged_cells_filled() -> None:
    made = docx.Document()
    made.add_paragraph("前文。")
    table = made.add_table(rows=4, cols=3)
    for row, texts in zip(
        table.rows,
        (
            ("产业链", "补助内容", "补助标准"),
            ("光伏", "设备", "10%"),
            ("", "用地", "每亩5万元"),
            ("合计", "", "不超过500万元"),
        ),
        strict=True,
    ):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    table.cell(3, 0).merge(table.cell(3, 1))
    made.add_paragraph("后文。")
    draft = read_docx(saved(made))
    assert lines(draft) == [
        "前文。",
        "产业链：光伏；补助内容：设备；补助标准：10%。",
        "产业链：光伏；补助内容：用地；补助标准：每亩5万元。",
        "产业链：合计；补助标准：不超过500万元。",
        "后文。",
    ]
    assert [mark.mark for mark in draft.marks.values()] == [Mark.ROW] * 3
    assert lost(draft) <= 0


def test_captions_notes_and_a_table_within_a_table() -> None:
    made = docx.Document()
    table = made.add_table(rows=4, cols=2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "表1 奖励标准"
    table.cell(1, 0).text, table.cell(1, 1).text = "项目", "标准"
    table.cell(2, 0).text, table.cell(2, 1).text = "总部", "100万元"
    inner = table.cell(2, 1).add_table(rows=2, cols=2)
    for cell, text in zip(inner._cells, ("时间", "比例", "2025年", "60%"), strict=True):
        cell.text = text
    table.cell(3, 0).merge(table.cell(3, 1)).text = "注：同一项目不重复享受。"
    draft = read_docx(saved(made))
    assert lines(draft) == [
        "表1 奖励标准",
        "项目：总部；标准：100万元。",
        "注：同一项目不重复享受。",
        "时间：2025年；比例：60%。",
    ]
    assert lost(draft) <= 0


def test_a_bold_first_row_is_a_header_and_names_of_empty_columns_are_not_lost() -> None:
    made = docx.Document()
    table = made.add_table(rows=3, cols=3)
    texts = ("甲\n类", "乙类", "丙类", "东区", "西区", "", "南区", "北区", "")
    for at, (cell, text) in enumerate(zip(table._cells, texts, strict=True)):
        cell.paragraphs[0].add_run(text).bold = at < 3
    draft = read_docx(saved(made))
    assert lines(draft) == ["甲类：东区；乙类：西区。", "甲类：南区；乙类：北区。"]
    assert draft.removed == ("丙类",)
    assert lost(draft) == 0


def test_a_table_that_only_places_text_gives_paragraphs() -> None:
    made = docx.Document()
    table = made.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "延安市人民政府文件", "延政发〔2025〕3号"
    boxed = made.add_table(rows=2, cols=1)
    boxed.cell(0, 0).text, boxed.cell(1, 0).text = "第一段。", "第二段。"
    draft = read_docx(saved(made))
    assert lines(draft) == ["延安市人民政府文件", "延政发〔2025〕3号", "第一段。", "第二段。"]
    assert not draft.marks


def test_numbers_drawn_in_cells_stand_in_their_rows() -> None:
    row = "<w:tr>{}</w:tr>".format
    cell = "<w:tc>{}</w:tc>".format
    body = (
        "<w:tbl>"
        + row(cell(p("序号")) + cell(p("材料名称")) + cell(p("份数")))
        + row(cell(numbered("", 2)) + cell(p("申请表")) + cell(p("2")))
        + row(cell(numbered("", 2)) + cell(p("营业执照")) + cell(p("1")))
        + "</w:tbl>"
    )
    draft = read_docx(package(body, {"numbering": ARTICLES}))
    assert lines(draft) == [
        "序号：（一）；材料名称：申请表；份数：2。",
        "序号：（二）；材料名称：营业执照；份数：1。",
    ]


def test_tracked_changes_are_read_as_accepted_and_told() -> None:
    body = (
        '<w:p><w:r><w:t>奖励</w:t></w:r><w:ins w:id="1"><w:r><w:t>五百</w:t></w:r></w:ins>'
        '<w:del w:id="2"><w:r><w:delText>三百</w:delText></w:r></w:del>'
        "<w:r><w:t>万元。</w:t></w:r></w:p>"
        '<w:p><w:moveFrom w:id="3"><w:r><w:t>搬走的话</w:t></w:r></w:moveFrom></w:p>'
        '<w:p><w:moveTo w:id="4"><w:r><w:t>搬来的话</w:t></w:r></w:moveTo></w:p>'
    )
    draft = read_docx(package(body))
    assert lines(draft) == ["奖励五百万元。", "搬来的话"]
    assert set(draft.removed) == {"三百", "搬走的话"}
    assert [note.code for note in draft.notes] == ["revisions"]
    assert lost(draft) == 0


def test_a_deleted_article_does_not_count() -> None:
    gone = (
        '<w:p><w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr><w:rPr>'
        '<w:del w:id="1"/></w:rPr></w:pPr><w:del w:id="2"><w:r><w:delText>旧条。</w:delText></w:r>'
        "</w:del></w:p>"
    )
    draft = read_docx(
        package(numbered("甲。", 1) + gone + numbered("乙。", 1), {"numbering": ARTICLES})
    )
    assert lines(draft) == ["第一条 甲。", "第二条 乙。"]


def test_comments_headers_hidden_text_and_the_table_of_contents_are_left_out() -> None:
    part = f"<w:{{0}} {NS}>{{1}}</w:{{0}}>".format
    styles = part(
        "styles",
        '<w:style w:type="paragraph" w:styleId="t1"><w:name w:val="toc 1"/></w:style>',
    )
    body = (
        p("第一章 总则\t1", '<w:pStyle w:val="t1"/>')
        + '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> TOC \\o "1-3" '
        '</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>第二章 奖励'
        "</w:t></w:r></w:p><w:p><w:r><w:t>第三章 附则</w:t></w:r><w:r>"
        '<w:fldChar w:fldCharType="end"/></w:r></w:p>'
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/>'
        f"</w:docPartObj></w:sdtPr><w:sdtContent>{p('目录')}</w:sdtContent></w:sdt>"
        "<w:p><w:r><w:t>正文。</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>看不见的话</w:t></w:r>"
        '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>看得见的话。</w:t></w:r></w:p>'
    )
    draft = read_docx(
        package(
            body,
            {
                "styles": styles,
                "header": part("hdr", p("内部资料")),
                "footer": part("ftr", p("第 1 页")),
                "comments": part("comments", f"<w:comment>{p('这里要改')}</w:comment>"),
            },
        )
    )
    assert lines(draft) == ["正文。看得见的话。"]
    assert {"看不见的话", "内部资料", "第 1 页", "这里要改", "第三章 附则", "目录"} <= set(
        draft.removed
    )
    assert [note.code for note in draft.notes] == ["hidden"]
    assert lost(draft) == 0


def test_footnotes_stand_behind_their_paragraph_and_none_is_lost() -> None:
    notes = (
        f'<w:footnotes {NS}><w:footnote w:type="separator" w:id="0">{p("")}</w:footnote>'
        f'<w:footnote w:id="2">{p("指规模以上工业企业。")}</w:footnote>'
        f'<w:footnote w:id="3">{p("没有引用的注。")}</w:footnote></w:footnotes>'
    )
    body = (
        '<w:p><w:r><w:t>企业</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r>'
        "<w:r><w:t>可以申报。</w:t></w:r></w:p>" + p("下一段。")
    )
    draft = read_docx(package(body, {"footnotes": notes}))
    assert lines(draft) == ["企业可以申报。", "脚注1：指规模以上工业企业。", "下一段。"]
    assert draft.removed == ("没有引用的注。",)
    assert lost(draft) == 0


def test_text_boxes_controls_links_fields_and_formulas_keep_their_text_once() -> None:
    box = f"<w:txbxContent>{p('文本框里的话。')}</w:txbxContent>"
    body = (
        '<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>'
        f"{box}</w:drawing></mc:Choice><mc:Fallback><w:pict>{box}</w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r><w:r><w:t>段落。</w:t></w:r></w:p>"
        f"<w:sdt><w:sdtContent>{p('控件里的段落。')}</w:sdtContent></w:sdt>"
        "<w:p><w:sdt><w:sdtContent><w:r><w:t>控件里的字</w:t></w:r></w:sdtContent></w:sdt>"
        "<w:hyperlink><w:r><w:t>链接的字</w:t></w:r></w:hyperlink>"
        '<w:fldSimple w:instr=" DATE "><w:r><w:t>2025年</w:t></w:r></w:fldSimple></w:p>'
        "<w:p><m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r>"
        "</m:den></m:f></m:oMath></w:p>"
        '<w:p><w:r><w:t>一</w:t><w:br/><w:t>二</w:t></w:r><w:r><w:sym w:font="Wingdings 2" '
        'w:char="F052"/></w:r></w:p>'
    )
    draft = read_docx(package(body))
    assert lines(draft) == [
        "段落。", "文本框里的话。", "控件里的段落。", "控件里的字链接的字2025年",
        "1/2", "一", "二☑",
    ]  # fmt: skip
    assert lost(draft) == 0


def test_pictures_and_objects_are_counted() -> None:
    body = (
        "<w:p><w:r><w:pict><v:imagedata/></w:pict></w:r><w:r><w:object/></w:r>"
        "<w:r><w:t>正文。</w:t></w:r></w:p>"
    )
    notes = read_docx(package(body)).notes
    assert [note.code for note in notes] == ["pictures", "objects"]
    assert "1 张图片" in notes[0].zh


def test_the_title_of_the_metadata_counts_only_when_it_is_one() -> None:
    made = docx.Document()
    made.add_paragraph("正文。")
    made.core_properties.title = "延安市招商引资办法"
    assert read_docx(saved(made)).title == "延安市招商引资办法"
    made.core_properties.title = "文档1.docx"
    assert read_docx(saved(made)).title == ""


# -- hostile files


def test_a_truncated_file_is_refused() -> None:
    data = saved(docx.Document())
    for end in (200, len(data) // 2, len(data) - 30):
        with pytest.raises(ReadError, match="损坏"):
            read_docx(data[:end])


def test_an_entity_bomb_is_refused() -> None:
    bomb = '<!DOCTYPE w [<!ENTITY a "哈哈哈哈哈哈哈哈">' + "".join(
        f'<!ENTITY {new} "{(f"&{old};") * 10}">' for old, new in pairwise("abcdefghi")
    )
    with pytest.raises(ReadError):
        read_docx(package(p("&i;"), head=bomb + "]>"))
    file = '<!DOCTYPE w [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    with pytest.raises(ReadError):
        read_docx(package(p("&f;"), head=file))
    with pytest.raises(ReadError):
        read_docx(package(p("&f;"), head=" " * 5000 + file))


def test_a_zip_bomb_is_refused_before_it_is_parsed() -> None:
    begun = time.monotonic()
    with pytest.raises(ReadError, match="压缩炸弹"):
        read_docx(package(p("哈" * 40_000_000)))
    assert time.monotonic() - begun < 10


def test_broken_xml_deep_nesting_and_missing_parts_are_refused() -> None:
    for body in ("<w:p>", "<w:sdt><w:sdtContent>" * 5_000):
        with pytest.raises(ReadError):
            read_docx(package(body))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    with pytest.raises(ReadError):
        read_docx(buffer.getvalue())


def test_nothing_outside_the_file_is_opened() -> None:
    """An external part is told in the relations and never read; sockets are blocked in tests."""
    data = package(p("正文。"))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "word/_rels/document.xml.rels":
                content = (
                    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
                    f'relationships"><Relationship Id="a" Type="{RELATIONS}/footnotes" '
                    'Target="http://192.0.2.1/x.xml" TargetMode="External"/><Relationship Id="b" '
                    f'Type="{RELATIONS}/header" Target="../../../etc/passwd"/></Relationships>'
                ).encode()
            new.writestr(name, content)
    assert lines(read_docx(out.getvalue())) == ["正文。"]


def test_a_hundred_thousand_paragraphs_take_bounded_time() -> None:
    body = "".join(p(f"第{n}段的文字，说明一件事情。") for n in range(100_000))
    beats: list[int] = []
    begun = time.monotonic()
    draft = read_docx(package(body), Limits(on_page=lambda done, total: beats.append(done)))
    assert time.monotonic() - begun < 60
    assert draft.text.count("\n") == 99_999
    assert len(beats) > 100


def test_many_boxes_cells_and_columns_take_bounded_time() -> None:
    boxes = "".join(f"<w:txbxContent>{p(f'框{n}')}</w:txbxContent>" for n in range(2_000))
    rows = "".join(
        "<w:tr>" + "".join(f"<w:tc>{p(f'{r}-{c}')}</w:tc>" for c in range(8)) + "</w:tr>"
        for r in range(1_000)
    )
    wide = "<w:tr>" + "".join(f"<w:tc>{p(f'列{c}')}</w:tc>" for c in range(2_000)) + "</w:tr>"
    body = (
        f"<w:p><w:r><w:pict>{boxes}</w:pict></w:r></w:p><w:tbl>{rows}</w:tbl>"
        f"<w:tbl>{wide * 3}</w:tbl>"
    )
    begun = time.monotonic()
    draft = read_docx(package(body))
    assert time.monotonic() - begun < 60
    assert draft.text.startswith("框0\n框1\n")
    assert "999-7" in draft.text
    assert lost(draft) <= 0


def test_a_box_within_a_box_is_read_once() -> None:
    inner = f"<w:p><w:r><w:pict><w:txbxContent>{p('里')}</w:txbxContent></w:pict></w:r></w:p>"
    outer = f"<w:txbxContent>{p('外')}{inner}</w:txbxContent>"
    draft = read_docx(package(f"<w:p><w:r><w:pict>{outer}</w:pict></w:r></w:p>"))
    assert lines(draft) == ["外", "里"]


def test_too_much_text_is_refused() -> None:
    with pytest.raises(ReadError, match="超过上限"):
        read_docx(package(p("字" * 2000)), Limits(characters=1000))
