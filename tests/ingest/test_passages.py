"""Passages: paths, leads, windows, lengths."""

from __future__ import annotations

from ingest.outline import outline
from ingest.parse import parse_text
from ingest.passages import Sizes, passages
from kb.models import ParsedDocument, PassageKind
from tests.ingest.making import shown


def parsed(text: str) -> ParsedDocument:
    return parse_text(text, title="", document_id="test")


LAW = """第一章 总则
第一条 市住房和城乡建设主管部门会同有关部门依法履行下列监督管理的各项职责：
（一）制定本市物业管理相关政策并组织实施，会同有关部门建立完善的监督管理制度和工作机制；
（二）指导和监督区主管部门开展物业管理的监督管理工作，协调解决工作中遇到的重大困难问题；
（三）其他职责。
第二条 短。
第三条 也短。"""


def test_paths_and_leads_of_a_law() -> None:
    document = parsed(LAW)
    first = "第一章 总则 > 第一条"
    assert [path for path, _ in shown(document)] == [
        first, f"{first} > （一）", f"{first} > （二）", f"{first} > （三）",
        "第一章 总则 > 第二条", "第一章 总则 > 第三条",
    ]  # fmt: skip
    leads = [document.text[slice(*p.lead)] if p.lead else "" for p in document.passages]
    lead = "市住房和城乡建设主管部门会同有关部门依法履行下列监督管理的各项职责："
    assert leads == ["", lead, lead, lead, "", ""]


def test_windows_stay_in_the_article() -> None:
    document = parsed(LAW)
    last_item = document.passages[3]
    assert {p.window_end for p in document.passages[:4]} == {last_item.end}
    assert [p.window_end for p in document.passages[4:]] == [p.end for p in document.passages[4:]]


def test_windows_stay_in_the_section_and_short_enough() -> None:
    clause = (
        "对符合条件的企业按照规定给予资金支持，优先保障用地、用能和人才等各类要素，支持扩大生产。"
    )
    text = "\n".join(
        [
            "一、支持范围",
            *(f"{i}.{clause}" for i in range(1, 11)),
            "二、办理程序",
            f"11.{clause}",
            f"12.{clause}",
        ]
    )
    document = parsed(text)
    for passage in document.passages:
        window = document.text[passage.start : passage.window_end]
        assert len(window) <= 360
        assert not (passage.path[0] == "一、支持范围" and "二、" in window)
    assert document.passages[0].window_end > document.passages[4].end


def test_what_is_returned_holds_the_window_and_stays_in_the_section() -> None:
    clause = "对符合条件的企业按照规定给予资金支持，优先保障用地、用能和人才等各类要素。"
    text = "\n".join(
        ["一、支持范围", *(f"{i}.{clause}" for i in range(1, 21)), "二、办理程序", f"21.{clause}"]
    )
    document = parsed(text)
    section = [p for p in document.passages if p.path[0] == "一、支持范围"]
    for passage in document.passages:
        assert passage.wide is not None
        start, end = passage.wide
        assert start <= passage.start
        assert passage.window_end <= end
        assert end - start <= 440
        assert not ("支持范围" in passage.path[0] and "二、" in document.text[start:end])
    assert section[0].wide is not None
    assert section[0].wide[1] > section[0].window_end  # room is used for what follows
    assert section[-1].wide is not None
    assert section[-1].wide[0] < section[-4].start  # at the section's end, for what goes before
    assert document.passages[-1].wide == (document.passages[-1].start, document.passages[-1].end)


def test_sizes_are_arguments() -> None:
    text = (
        "一、甲\n1.第一个事项的说明文字。\n2.第二个事项的说明文字。\n二、乙\n3.第三个"
        "事项的说明文字。"
    )
    narrow = passages(text, outline(text), sizes=Sizes(window=10, wide=10))
    assert all(p.window_end == p.end for p in narrow)
    assert all(p.wide == (p.start, p.end) for p in narrow)


def test_long_clauses_are_cut_at_sentences_of_like_length() -> None:
    sentence = "对年度研发投入超过五百万元的企业给予不超过百分之十的资金支持。"
    document = parsed(f"一、总体要求\n（一）{sentence * 14}")
    lengths = [p.end - p.start for p in document.passages]
    assert max(lengths) <= 200
    assert min(lengths) > 100
    assert all(document.text[p.end - 1] == "。" for p in document.passages)


def test_an_article_cut_in_pieces_keeps_its_path() -> None:
    document = parsed("第一条 " + "国家依法保护外商投资企业的合法权益。" * 20 + "\n第二条 完。")
    pieces = [p for p in document.passages if p.path == ("第一条",)]
    assert len(pieces) == 2
    assert pieces[0].window_end == pieces[0].end or pieces[0].window_end == pieces[1].end


def test_a_sentence_without_end_is_cut_hard() -> None:
    document = parsed("正文" + "招商引资" * 400)
    assert max(p.end - p.start for p in document.passages) <= 360
    with_semicolons = parsed("；".join(["对符合条件的企业按照规定给予支持并公开结果"] * 40) + "。")
    assert all(with_semicolons.text[p.end - 1] in "；。" for p in with_semicolons.passages)


def test_short_items_of_one_list_are_merged_but_never_articles() -> None:
    items = "\n".join(
        f"{i}.{name}" for i, name in enumerate(["营业执照", "身份证", "申请表", "承诺书"], start=1)
    )
    document = parsed(
        f"一、申请材料\n企业需要提供以下材料：\n{items}\n二、其他\n详见窗口说明，并以窗口说明为准。"
    )
    assert shown(document)[0] == (
        "一、申请材料",
        "企业需要提供以下材料：\n1.营业执照\n2.身份证\n3.申请表\n4.承诺书",
    )
    articles = parsed("第一条 甲。\n第二条 乙。\n第三条 丙。")
    assert [path for path, _ in shown(articles)] == ["第一条", "第二条", "第三条"]


def test_headings_are_never_passages() -> None:
    document = parsed(
        "一、总体要求\n（一）指导思想\n坚持高质量发展，坚持稳中求进。\n（二）基本原则"
        "\n坚持统筹推进，坚持分类施策。\n二、空的一节"
    )
    assert shown(document) == [
        ("一、总体要求 > （一）指导思想", "坚持高质量发展，坚持稳中求进。"),
        ("一、总体要求 > （二）基本原则", "坚持统筹推进，坚持分类施策。"),
    ]


def test_the_short_first_sentence_of_an_item_names_it() -> None:
    document = parsed(
        "（一）加大支持力度。对重点企业给予贴息，单户不超过100万元，由市财政局负责落实"
        "到位。\n（二）对符合条件的其他中小企业按照有关规定给予贴息支持，由市财政局负"
        "责落实到位。"
    )
    assert [path for path, _ in shown(document)] == ["（一）加大支持力度", "（二）"]


def test_questions_stand_in_the_path_of_their_answers() -> None:
    document = parsed("问：外资可以享受吗？\n答：可以，凭备案回执办理，具体以主管机关认定为准。")
    assert shown(document) == [
        ("外资可以享受吗？", "答：可以，凭备案回执办理，具体以主管机关认定为准。")
    ]


def test_the_signature_belongs_to_no_section() -> None:
    document = parsed(
        "一、总体要求\n坚持高质量发展，坚持稳中求进工作总基调不动摇，全面完成任务。\n"
        "延安市商务局\n2025年1月1日"
    )
    assert shown(document)[-1] == ("", "延安市商务局\n2025年1月1日")


def test_kinds_default_to_clauses() -> None:
    assert {p.kind for p in parsed(LAW).passages} == {PassageKind.CLAUSE}
