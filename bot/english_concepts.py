"""What an English sentence speaks of, and how the Chinese documents would say it. Pure.

Words cannot be compared across the two languages, and vectors do not tell a subsidy from a credit;
so the things a policy is about stand here by name in both. An English sentence that names one must
rest on a clause that names it too.
"""

from __future__ import annotations

import re
from functools import cache

_CONCEPTS: dict[str, str] = {
    r"subsid\w+|cash|grants?": "补贴|补助|奖补|奖励|资助|奖金|贴息",
    r"approv\w+": "批准|审批|核准|报批|审核|同意|许可",
    r"loans?|lend\w*|borrow\w*": "贷款|借款|融资",
    r"fines?|fined|penalt\w+": "罚|滞纳金|处分",
    r"interest": "利息|利率|贴息",
    r"advertis\w+": "广告",
    r"apples?": "苹果",
    r"fruits?": "果",
    r"vegetables?": "蔬菜",
    r"flowers?": "花卉",
    r"exports?": "出口",
    r"imports?": "进口",
    r"register\w*|registration": "登记|注册|成立|设立",
    r"licen[cs]\w+": "许可|执照|证照|牌照",
    r"mayor\w*|governor": "市长|省长|县长",
    r"water": "水",
    r"energy": "能源|节能|能耗|能",
    r"environment\w*": "环境|环保|生态",
    r"coal": "煤",
    r"oil": "油",
    r"gas": "气",
    r"mine|mining|mineral\w*": "矿",
    r"nuclear": "核电",
    r"hydropower": "水电",
    r"railways?": "铁路",
    r"ports?": "港",
    r"airports?": "机场",
    r"photovoltaic|solar|pv": "光伏|太阳能",
    r"wind": "风电|风能|风力",
    r"land": "地",
    r"rent\w*|leas\w+": "租",
    r"hous(?:e|es|ing)|buildings?": "房|建筑|厂房|住宅",
    r"equipment|machin\w+": "设备|器具|机械|机器|工业母机",
    r"patents?|intellectual property": "专利|知识产权",
    r"technolog\w+": "技术|科技|高新",
    r"software": "软件",
    r"train(?:ing|ed)": "培训|实训",
    r"school\w*|education": "学校|教育|入学",
    r"medical|hospital\w*": "医疗|医院|医药",
    r"salar\w+|wages?": "工资|薪",
    r"employees?|staff|workers?|people": "人员|员工|职工|从业人数|工人|人",
    r"dividends?": "股息|分红|红利",
    r"profits?": "利润|分红|盈利",
    r"dispute\w*|arbitrat\w+": "仲裁|争议|纠纷",
    r"courts?": "法院|诉讼",
    r"insurance": "保险",
    r"pension\w*": "养老|退休",
    r"deposits?": "保证金|定金|押金|存款",
    r"government bod\w+|authorit\w+|public institution\w*": "机关|部门|政府|单位",
    r"suppl\w+": "供应|供货|供给|中小企业|供",
    r"consum\w+": "消费",
    r"tobacco": "烟草",
    r"hotels?|catering": "住宿|酒店|餐饮|饭店",
    r"retail|wholesale": "零售|批发",
    r"real estate": "房地产|不动产",
    r"transport\w*": "运输|交通",
    r"construction": "建筑|施工|建设|工程",
    r"waste\w*|sewage|garbage": "废|污水|垃圾",
    r"inspect\w+": "检查|查验|核查",
    r"securit(?:y|ies)|shares?|stocks?": "安全|股|证券",
    r"negative list": "负面清单",
    r"catalogue|directory": "目录",
    r"invest\w+": "投资|出资|入股|投入|投",
    r"capital": "资本|出资|资金",
    r"shareholders?": "股东",
    r"depreciat\w+": "折旧",
    r"carr(?:y|ied) forward": "结转|往以后",
    r"refund\w*": "退还|退税|返还|退",
    r"deadline": "期限|截止|日内",
    r"permanent\w*": "长期|永久",
    r"free of charge": "免费|无偿",
}


@cache
def _compiled() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    return tuple(
        (re.compile(rf"\b(?:{english})\b"), re.compile(chinese))
        for english, chinese in _CONCEPTS.items()
    )


def concept_fails(said: str, context: str) -> str | None:
    """A thing that a normalised English sentence names and its evidence does not."""
    for english, chinese in _compiled():
        found = english.search(said)
        if found and not chinese.search(context) and not english.search(context):
            return found.group()
    return None
