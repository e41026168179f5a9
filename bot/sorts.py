"""What sort of thing a question asks for (an amount, a share, a time, a name, a list …).

And whether a text holds anything of the sort. Pure; questions and texts come normalised.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ingest.numbering import numeral

_ASIDE = re.compile(r"[（(][^（）()]*(?:第[^（）()]*[条款项章]|号|标准|法|条例)[^（）()]*[）)]")
"""A clause named in brackets; its numbers are no quantities."""


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort of answer: how it is asked for, and how it looks."""

    name: str
    asked: re.Pattern[str]
    held: re.Pattern[str]


SORTS = (
    Sort(
        "money",
        re.compile(
            r"多少钱|什么价|价格|单价|多少[万亿]?(?:元|美元|块)|总投资|费用|费(?:多少|怎么收|是多少)|gdp"
            r"|生产总值|产值|补贴多少|补多少|奖多少|罚多少|罚款|到位资金|工资|投了多少"
            r"|how much (?:money|does|is|will|would)|\bprice\b|\bcosts?\b|\bfees?\b|\bfine\b"
        ),
        re.compile(r"\d[\d.,]*\s*[万亿千百]*\s*(?:元|美元|块)|免费|不收|%|lpr|不得"),
    ),
    Sort(
        "people",
        re.compile(
            r"多少人|多少(?:名)?(?:工人|员工|职工)|几个人|人口|how many (?:people|workers|staff)"
        ),
        re.compile(r"\d[\d.,]*\s*[万多余]*(?:人|名)"),
    ),
    Sort(
        "share",
        re.compile(
            r"比例|百分之几|几成|税率|占比|增速|增长多少|几个点|\brates?\b|\bratio\b|percent"
        ),
        re.compile(r"%|百分之|成|分之|倍|免|减半"),
    ),
    Sort(
        "until",
        re.compile(
            r"执行到|截止|到期|到什么时候|到哪一?[年天]|还(?:有没有|有效|生效|作数|管用|在执行)|过期了|失效了|取消了[没吗]"
            r"|until when|till when|expir|still (?:in force|valid|apply|available)"
        ),
        re.compile(
            r"[至到]\s*\d{4}年|\d{4}年[^，。；]{0,8}(?:(?<![废停终禁])止|前|到期|届满)|长期|没有规定(?:截止|期限)"
        ),
    ),
    Sort(
        "date",
        re.compile(r"(?<!到)哪一?年"),
        re.compile(r"\d{4}年(?![版本第度])|长期"),
    ),
    Sort(
        "duration",
        re.compile(
            r"多久|多长时间|期限|有效期|管?几年|(?:几|多少)个?(?:天|工作日|月|小时)"
            r"|how long|how many days"
        ),
        re.compile(
            r"\d\s*(?:个?工作日|个月|天|小时|周)|(?<![\d月])\d{1,3}\s*日(?![起至公发通印施修])"
            r"|(?<!\d)\d{1,2}\s*年(?![\d度版底末])|[一二三五十两半]年|[至到]\s*\d{4}年"
            r"|长期|之日|当[日场天]|即时|期限"
        ),
    ),
    Sort(
        "time",
        re.compile(r"何时|什么时候|哪一?[月天日]|几[月号]|\bwhen\b|deadline"),
        re.compile(
            r"\d{4}年|\d[\d.]*\s*(?:年|个月|日|天|个工作日|小时)|长期|[一二三五十两半]年|之日"
        ),
    ),
    Sort(
        "papers",
        re.compile(r"(?:填|交|报|用)(?:什么|哪张|哪些)表|(?:什么|哪些)(?:材料|资料|证明|手续)"),
        re.compile(r"表(?![示明决达扬彰面])|材料|资料|证明|申请书|手续|证书|执照|许可"),
    ),
    Sort(
        "condition",
        re.compile(r"条件|门槛|什么要求|哪些要求|\b(?:conditions?|requirements?|criteria|eligib)"),
        re.compile(
            r"不低于|不少于|不超过|不高于|以上|以下|以内|才[能可算]|必须|应当|须|要(?:有|拥有|满足|列入|占|求)"
            r"|符合|具备|满\d|没有发生"
        ),
    ),
    Sort(
        "contact",
        re.compile(r"电话|联系方式|邮箱|手机号|网址|phone|e-?mail|website"),
        re.compile(r"\d{7,}|\d{3,4}-\d{6,}|@|http|www"),
    ),
    Sort(
        "name",
        re.compile(r"姓什么|叫什么名字|是谁|谁来|姓名|\bwho\b"),
        re.compile(r"领导|部门|局|厅|委|机关|先生|女士|政府"),
    ),
    Sort(
        "list",
        re.compile(
            r"哪(?:几|[一二三四五六七八九十\d]+)[个条项家种类]|都?有哪些|都是哪些|分别是|名单|列一下"
            r"|列出来|都叫什么"
        ),
        re.compile(r"、[^、。]+、|；[^；]+；|和"),
    ),
)
_COUNT = re.compile(
    r"(?<![第\d两二三四五六七八九十])(\d{1,3}|[两二三四五六七八九十]{1,3})(?=[大项条个类种家款])"
)
_MEMBERS = 5
"""A longer list counts as told from so many members on: sentences seldom hold more."""


def asked_sorts(question: str) -> tuple[Sort, ...]:
    """The sorts a normalised question asks for; often none, now and then two.

    A list of a known length (7大集群分别是哪七个) is told only by a sentence with as many members.
    """
    sorts = tuple(sort for sort in SORTS if sort.asked.search(question))
    members = asked_members(question)
    if members < 3:
        return sorts
    apart = re.compile(rf"(?:[^、；。\n]{{1,60}}[、；]){{{min(members, _MEMBERS) - 1},}}")
    return tuple(replace(s, held=apart) if s.name == "list" else s for s in sorts)


def is_untold_list(question: str, said: str) -> bool:
    """Whether a list of a known length is asked for, and a text does not tell its members."""
    lists = tuple(sort for sort in asked_sorts(question) if sort.name == "list")
    return asked_members(question) >= 3 and bool(lists) and held_share(lists, said) == 0


def asked_members(question: str) -> int:
    """How many members a list asked for has, by the question; 0 when it does not say."""
    return max((numeral(m.replace("两", "二")) for m in _COUNT.findall(question)), default=0)


def held_share(sorts: tuple[Sort, ...], said: str) -> float:
    """Share (0..1) of the sorts that a normalised text holds; 1 when none is asked for."""
    if not sorts:
        return 1.0
    plain = _ASIDE.sub("", said)
    return sum(sort.held.search(plain) is not None for sort in sorts) / len(sorts)
