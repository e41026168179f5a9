"""What names a rule and what names its edition."""

from __future__ import annotations

import pytest

from kb.titles import edition_of, exact_key, family_key, is_draft, is_rule


@pytest.mark.parametrize(
    ("title", "family"),
    [
        ("鼓励外商投资产业目录（2025年版）（要点）", "鼓励外商投资产业目录"),
        ("鼓励外商投资产业目录（2022年版）（已停用）", "鼓励外商投资产业目录"),
        ("产业结构调整指导目录(2024年本)", "产业结构调整指导目录"),
        ("西部地区鼓励类产业目录2025年本", "西部地区鼓励类产业目录"),
        ("中华人民共和国公司法（2018年修正）", "公司法"),
        ("《中华人民共和国公司法》", "公司法"),
        ("招商引资奖励办法（试行）", "招商引资奖励办法"),
        ("市政府关于印发《招商引资奖励办法（2019年修订）》的通知", "招商引资奖励办法"),
        ("市政府关于印发招商引资奖励办法的通知", "招商引资奖励办法"),
        ("关于公布《市级目录（2022年）》的公告", "市级目录"),
        ("外商投资准入特别管理措施（负面清单）（2024年版）", "外商投资准入特别管理措施负面清单"),
        ("关于审理某案件的解释（一）", "关于审理某案件的解释一"),
        ("外商投资法", "外商投资法"),
    ],
)
def test_editions_share_a_family(title: str, family: str) -> None:
    assert family_key(title) == family


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("延安市2024年招商引资工作要点", "延安市2025年招商引资工作要点"),
        ("2024年招商目录", "2025年招商目录"),
        ("招商引资工作要点（2024年）", "招商引资工作要点（2025年）"),
        ("产业发展规划（2016—2020年）", "产业发展规划（2021—2025年）"),
        ("保险法解释（二）", "保险法解释（三）"),
        ("第一批项目清单", "第二批项目清单"),
        ("项目清单（第一批）", "项目清单（第二批）"),
        ("招商办法", "招商办法实施细则"),
        ("关于印发《招商办法》的通知", "《招商办法》解读"),
    ],
)
def test_other_documents_do_not(one: str, other: str) -> None:
    assert family_key(one) != family_key(other)


def test_a_draft_belongs_to_no_family() -> None:
    assert family_key("招商办法（征求意见稿）") == ""
    assert is_draft("招商办法（草案）")
    assert not is_draft("招商办法（试行）")


def test_marks_of_editions() -> None:
    assert edition_of("目录（2022年版）") == (True, 2022)
    assert edition_of("招商办法（试行）") == (True, 0)
    assert edition_of("延安市2025年招商引资工作要点") == (False, 0)
    assert exact_key("目录（2022年版）") != exact_key("目录（2025年版）")
    assert exact_key("关于印发《目录（2022年版）》的通知") == exact_key(
        "目录（2022年版）（已停用）"
    )


def test_a_rule_is_told_from_an_act_of_its_day() -> None:
    assert is_rule("中华人民共和国公司法（2018年修正）")
    assert is_rule("关于印发《某办法》的通知")
    assert not is_rule("关于春节放假的通知")
    assert not is_rule("招商引资工作要点（2024年）")
