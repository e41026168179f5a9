"""Facts a document gives of itself."""

from __future__ import annotations

from datetime import date

import pytest

from ingest.draft import LineMark, Mark
from ingest.header import Found, find

NOTICE = """延安市人民政府办公室关于印发
延安市支持苹果产业发展若干措施的通知
延政办发[2025]16号
各县（市、区）人民政府：
《延安市支持苹果产业发展若干措施》（市委发〔2020〕1号配套）已经市政府同意，现印发给你们。
一、支持范围
《外商投资法》自2020年1月1日起施行。
本措施自2025年3月1日起施行，有效期三年。
延安市人民政府办公室
2025年2月10日"""


def test_a_notice() -> None:
    found = find(NOTICE)
    assert found.title == "延安市人民政府办公室关于印发延安市支持苹果产业发展若干措施的通知"
    assert [NOTICE[a:b] for a, b in found.title_spans] == NOTICE.split("\n")[:2]
    assert found.doc_number == "延政办发〔2025〕16号"
    assert found.issuers == ("延安市人民政府办公室",)
    assert found.published == date(2025, 2, 10)
    assert found.effective == date(2025, 3, 1)
    assert found.expires == date(2028, 2, 29)


def test_a_regulation() -> None:
    text = (
        "个体工商户促进条例\n2022年10月1日 中华人民共和国国务院令第755号公布\n"
        "第一条 为了鼓励发展，制定本条例。\n第二条 本条例自2022年11月1日起施行。"
    )
    found = find(text)
    assert found.title == "个体工商户促进条例"
    assert found.doc_number == "中华人民共和国国务院令第755号"
    assert (found.published, found.effective) == (date(2022, 10, 1), date(2022, 11, 1))
    assert found.expires is None


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("国办函〔2025〕16号", "国办函〔2025〕16号"),
        ("文号：财税[2011]58号", "财税〔2011〕58号"),
        ("（延市监发（2024）第 7 号）", "延市监发〔2024〕7号"),
        ("财政部公告2023年第12号", "财政部公告2023年第12号"),
        ("根据国办函〔2025〕16号文件要求，制定本办法。", ""),
        ("《关于某事的意见》（国发〔2020〕3号）", ""),
    ],
)
def test_document_numbers(line: str, number: str) -> None:
    assert find(f"关于某事的通知\n{line}\n正文如下。").doc_number == number


@pytest.mark.parametrize(
    ("sentence", "effective", "expires"),
    [
        (
            "本公告自2023年1月1日起执行，执行至2027年12月31日。",
            date(2023, 1, 1),
            date(2027, 12, 31),
        ),
        ("本办法自2024年5月1日起施行，有效期5年。", date(2024, 5, 1), date(2029, 4, 30)),
        ("自二〇二四年五月一日起实施。", date(2024, 5, 1), None),
        ("《旧办法》自2019年1月1日起施行。", None, None),
        ("企业自2019年1月1日起执行新的准则。", None, None),
        ("本办法有效期3年。", None, None),
        ("本办法自2024年2月30日起施行。", None, None),
    ],
)
def test_validity(sentence: str, effective: date | None, expires: date | None) -> None:
    found = find(f"某办法\n第一条 总则。\n{sentence}")
    assert (found.effective, found.expires) == (effective, expires)


def test_from_the_day_of_issue_counts_from_the_date_signed() -> None:
    text = "关于某事的通知\n正文。\n本通知自发布之日起施行，有效期2年。\n延安市商务局\n2024年1月1日"
    found = find(text)
    assert (found.effective, found.expires) == (date(2024, 1, 1), date(2025, 12, 31))
    assert found.issuers == ("延安市商务局",)


def test_several_agencies() -> None:
    assert find("财政部、税务总局关于某事的公告\n正文。").issuers == ("财政部", "税务总局")
    assert find("我市关于某事的公告\n正文。").issuers == ()


def test_nothing_is_invented() -> None:
    assert find("今天天气很好，我们去公园。") == Found()
    assert find("") == Found()


def test_a_known_title_is_found_again() -> None:
    text = "一个标题\n一个标题\n正文很长。"
    found = find(text, title="一个标题")
    assert [text[a:b] for a, b in found.title_spans] == ["一个标题", "一个标题"]
    marked = find("某项办法（要点）\n正文。", {0: LineMark(Mark.HEADING, 1)}, title="别的名字")
    assert (marked.title, marked.title_spans) == ("别的名字", ((0, 8),))


AMENDED = "《关于修改〈中华人民共和国民事诉讼法〉的决定》"
LAW = (
    "中华人民共和国民事诉讼法\n"
    "（1991年4月9日第七届全国人民代表大会第四次会议通过　根据2007年10月28日第十届全国人民代表大会"
    f"常务委员会第三十次会议{AMENDED}第一次修正　根据2023年9月1日第十四届全国人民代表大会"
    f"常务委员会第五次会议{AMENDED}第五次修正）\n"
    "第一条 为了保护当事人行使诉讼权利，制定本法。\n"
    "第二条 本法自公布之日起施行，《中华人民共和国民事诉讼法（试行）》同时废止。"
)


def test_an_amended_law_is_the_edition_of_its_last_amendment() -> None:
    found = find(LAW)
    assert found.title == "中华人民共和国民事诉讼法"
    assert found.published == date(2023, 9, 1)
    assert found.effective is None, "the first edition's day is not this one's"
    assert found.supersedes == ("中华人民共和国民事诉讼法（试行）",)
    assert found.regions == ("全国",)


def test_a_revised_regulation_has_the_number_of_its_revision() -> None:
    text = (
        "中华人民共和国政府信息公开条例\n2007年4月5日 中华人民共和国国务院令第492号公布\n"
        "2019年4月3日 中华人民共和国国务院令第711号修订\n2019年5月15日 施行\n"
        "第一条 为了公开，制定本条例。\n第二条 本条例自2019年5月15日起施行。"
    )
    found = find(text)
    assert found.doc_number == "中华人民共和国国务院令第711号"
    assert found.issuers == ("国务院",)
    assert (found.published, found.effective) == (date(2019, 4, 3), date(2019, 5, 15))
    amended = text.replace("中华人民共和国国务院令第711号修订", "《关于修改的决定》修订")
    assert find(amended).doc_number == "", "the first edition's number is not this one's"


@pytest.mark.parametrize(
    ("sentence", "effective", "expires"),
    [
        ("本办法自公布之日起30日后施行。", date(2024, 2, 9), None),
        ("本规定自公布之日起三个月后施行。", date(2024, 4, 10), None),
        ("本办法自2024年3月1日起试行，试行期两年。", date(2024, 3, 1), date(2026, 2, 28)),
        ("本措施执行期限为2024年1月1日至2026年12月31日。", date(2024, 1, 1), date(2026, 12, 31)),
        ("本公告自2024年1月1日至2026年12月31日执行。", date(2024, 1, 1), date(2026, 12, 31)),
        (
            "本通知自2024年2月1日起执行，有效期至2026年1月31日。",
            date(2024, 2, 1),
            date(2026, 1, 31),
        ),
        ("现予公布，自2024年5月1日起施行。", date(2024, 5, 1), None),
        ("以上政策自印发之日起实施，有效期6个月。", date(2024, 1, 10), date(2024, 7, 9)),
        ("取得的许可证有效期5年。", None, None),
        ("西部大开发优惠执行至2030年12月31日。", None, None),
    ],
)
def test_more_validity(sentence: str, effective: date | None, expires: date | None) -> None:
    found = find(f"某市商务局关于某事的通知\n第一条 总则。\n{sentence}\n某市商务局\n2024年1月10日")
    assert (found.effective, found.expires) == (effective, expires)
    assert found.published == date(2024, 1, 10)


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("《中外合资经营企业法》、《外资企业法》同时废止。", ("中外合资经营企业法", "外资企业法")),
        (
            "原《延安市招商办法》（延政发〔2019〕3号）不再执行。",
            ("延安市招商办法（延政发〔2019〕3号）",),
        ),
        ("本目录施行后，《目录（2022年版）》（国家发展改革委令第52号）同时废止。",
         ("目录（2022年版）（国家发展改革委令第52号）",)),
        ("本公告自2021年1月1日起执行。财税〔2011〕58号同时废止。", ("财税〔2011〕58号",)),
        ("本标准代替《办事指南（试行）》。", ("办事指南（试行）",)),
        ("《某条例》第三条同时废止。", ()),
        ("以前发布的《某办法》与本办法不一致的，不再适用。", ()),
        ("处罚依照《某法》的规定停止执行。", ()),
        ("根据《某法》，该许可同时废止。", ()),
    ],
)  # fmt: skip
def test_what_it_puts_out_of_force(sentence: str, names: tuple[str, ...]) -> None:
    assert find(f"某办法\n第一条 总则。\n{sentence}").supersedes == names


@pytest.mark.parametrize(
    ("title", "regions"),
    [
        ("延安市人民政府关于某事的通知", ("延安",)),
        ("陕西省延安市商务局关于某事的通知", ("延安",)),
        ("陕西省财政厅 延安市财政局关于某事的通知", ("陕西", "延安")),
        ("国家税务总局陕西省税务局关于某事的公告", ("陕西",)),
        ("国务院关于支持陕西发展的意见", ("全国",)),
        ("延安市苹果产业条例", ("延安",)),
        ("关于支持延安发展的通知", ()),
    ],
)
def test_regions(title: str, regions: tuple[str, ...]) -> None:
    assert find(f"{title}\n正文如下。").regions == regions


def test_each_value_keeps_its_place() -> None:
    text = NOTICE + "\n" + "《延安市旧措施》（延政办发〔2020〕1号）同时废止。"
    found = find(text)
    said = {name: text[slice(*span)] for name, span in found.places.items()}
    assert said["title"].replace("\n", "") == found.title
    assert said["doc_number"] == "延政办发[2025]16号"
    assert said["published"] == "2025年2月10日"
    assert said["effective"] == "自2025年3月1日起施行"
    assert said["expires"] == "有效期三年"
    assert said["supersedes"] == "《延安市旧措施》（延政办发〔2020〕1号）"
    assert set(said) == {
        "title", "doc_number", "issuers", "published", "effective", "expires", "supersedes",
        "regions",
    }  # fmt: skip


def test_agencies_on_lines_of_their_own_stay_apart() -> None:
    found = find("财政部\n海关总署\n税务总局关于某事的公告\n财政部公告2020年第6号\n正文如下。")
    assert found.title == "财政部 海关总署 税务总局关于某事的公告"
    assert found.issuers == ("财政部", "海关总署", "税务总局")


def test_an_annex_has_the_title_below_its_number() -> None:
    head = "附件3\n血液浓缩器注册技术\n审查指导原则\n（征求意见稿）"
    text = f"{head}\n本指导原则旨在给出指南。\n一、范围\n正文。"
    found = find(text)
    assert found.title == "血液浓缩器注册技术审查指导原则（征求意见稿）"
    assert [text[a:b] for a, b in found.title_spans] == head.split("\n")
    start, end = found.places["title"]
    assert text[start:end].startswith("血液浓缩器")


def test_a_marked_title_over_two_lines_has_its_edition() -> None:
    lines = [
        "硬性光学内窥镜注册技术",
        "审查指导原则",
        "（2017年修订版）",
        "本指导原则旨在给出指南。",
    ]
    marks = {0: LineMark(Mark.HEADING, 1), len(lines[0]) + 1: LineMark(Mark.HEADING, 1)}
    found = find("\n".join(lines), marks)
    assert found.title == "硬性光学内窥镜注册技术审查指导原则（2017年修订版）"
    assert len(found.title_spans) == 3
    code = ["中华人民共和国民法典", "物权编", "第一条 总则。"]
    marks = {0: LineMark(Mark.HEADING, 1), len(code[0]) + 1: LineMark(Mark.HEADING, 1)}
    assert find("\n".join(code), marks).title == "中华人民共和国民法典 物权编"


def marked_rows(text: str) -> dict[int, LineMark]:
    """Marks for the lines of a text that are written as rows."""
    starts = [0, *(i + 1 for i, char in enumerate(text) if char == "\n")]
    return {at: LineMark(Mark.ROW) for at in starts if "；" in text[at:].split("\n")[0]}


def test_a_list_of_policies_gives_no_facts_of_its_own() -> None:
    text = (
        "政策一览\n"
        "名称：甲办法；文号：延政发〔2020〕1号；发布日期：2020年1月2日；施行：自2020年2月1日起施行。\n"
        "名称：乙办法；文号：延政发〔2021〕3号；发布日期：2021年1月2日；施行：自2021年2月1日起施行。"
    )
    found = find(text, marked_rows(text))
    assert (found.title, found.doc_number, found.published, found.effective) == (
        "政策一览", "", None, None,
    )  # fmt: skip


def test_a_table_about_the_document_gives_its_facts() -> None:
    text = (
        "某市招商引资奖励办法\n索引号：01；文号：延政发〔2024〕2号\n"
        "发布日期：2024年3月5日；来源：市政府\n第一条 总则。"
    )
    found = find(text, marked_rows(text))
    assert found.published == date(2024, 3, 5)
    assert found.doc_number == "延政发〔2024〕2号"
