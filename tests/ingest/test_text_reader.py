"""Plain text whose line breaks are not where they belong."""

from __future__ import annotations

from ingest.readers.text import is_flattened, read_text, unflatten

FLAT = (
    "关于支持企业稳定发展的通知 延政办发〔2025〕3号 各县（市、区）人民政府： "
    "为深入贯彻《关于促进经济发展 加快产业升级的意见》，现就有关事项通知如下： "
    "一、加大支持力度 1.对年研发投入超过500万元的企业，按照1.5倍给予支持，由记者 张三说明。 "
    "2.对重点项目实行 “一企一策”。 二、强化服务保障 （一）设立专班。 第三条 国家鼓励投资。 "
    "第一章 总 则 本措施自发布之日起施行，共 20 个部门。 延安市人民政府办公室 2025年3月1日"
)


def test_flattened_text_gets_its_lines_back() -> None:
    assert is_flattened([FLAT])
    assert unflatten(FLAT) == [
        "关于支持企业稳定发展的通知",
        "延政办发〔2025〕3号",
        "各县（市、区）人民政府：",
        "为深入贯彻《关于促进经济发展 加快产业升级的意见》，现就有关事项通知如下：",
        "一、加大支持力度",
        "1.对年研发投入超过500万元的企业，按照1.5倍给予支持，由记者",
        "张三说明。",
        "2.对重点项目实行",
        "“一企一策”。",
        "二、强化服务保障",
        "（一）设立专班。",
        "第三条 国家鼓励投资。",
        "第一章 总 则",
        "本措施自发布之日起施行，共 20 个部门。",
        "延安市人民政府办公室",
        "2025年3月1日",
    ]


def test_no_other_character_changes() -> None:
    assert "".join(unflatten(FLAT)).replace(" ", "") == FLAT.replace(" ", "")


def test_text_with_its_own_lines_is_left_alone() -> None:
    lines = [
        "财政部 税务总局公告",
        "第一条 为了规范 管理，制定本办法。",
        "第二条 本办法适用于企业。",
    ]
    assert read_text("\n".join(lines)).text.split("\n") == lines
    long_paragraph = "对符合条件的企业给予支持。" * 20 + "由财政部 税务总局另行规定。"
    assert read_text(long_paragraph).text == long_paragraph


def test_full_width_indents_and_blank_lines_go() -> None:
    assert read_text("\n　　第一段。\n\n\n　　第二段。　\n").text == "第一段。\n第二段。"


def test_hard_wrapped_text_is_joined_except_at_clauses() -> None:
    source = (
        "第一条　为了规范招商引资行为，提高招商引资质量和效益，营造公平竞争的市场\n"
        "环境，根据有关法律法规，结合本市实际，制定本办法。\n"
        "第二条　本办法适用于本市行政区域内的招商引资活动，法律法规另有规定的，从\n"
        "其规定，依照本法第十二条办理的，还应当遵守其他规定，不得违反本法第八条和\n"
        "第九条第二款所列的要求，并接受监督。\n"
        "第三条　市人民政府统一领导全市招商引资工作，建立健全工作协调机制，及时研\n"
        "究解决重大问题。\n"
    )
    lines = read_text(source).text.split("\n")
    assert [line[:3] for line in lines] == ["第一条", "第二条", "第三条"]
    assert "第八条和第九条第二款" in lines[1]
