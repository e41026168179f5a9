"""What an asker says of their own firm: amounts, headcount, line of business, place. Pure.

Only what is said outright is read. A profit is no taxable income, and a sum without a word for
what it is the sum of is no fact.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.quantities import AMOUNT, Quantity, quantity
from kb.places import place_spans
from kb.text import normalise


class Measure(StrEnum):
    """What a quantity is of: the same word for the asker's facts and for conditions."""

    INCOME = "taxable income"
    STAFF = "headcount"
    ASSETS = "assets"
    REVENUE = "revenue"
    INVESTMENT = "investment"
    RND_SHARE = "share of research in revenue"
    AGE = "years since founding"
    MAIN_SHARE = "share of the main business in revenue"
    UNIT_VALUE = "value of one piece of equipment"
    TECH_STAFF_SHARE = "share of technical staff"
    HIGH_TECH_SHARE = "share of high-tech products in revenue"
    TRANSFER_INCOME = "income from technology transfer"


UNIT = {
    Measure.STAFF: "people", Measure.AGE: "year", Measure.RND_SHARE: "percent",
    Measure.MAIN_SHARE: "percent", Measure.TECH_STAFF_SHARE: "percent",
    Measure.HIGH_TECH_SHARE: "percent",
}  # fmt: skip
"""The unit of a measure where it is not yuan."""
CALLED = {
    Measure.INCOME: "年应纳税所得额", Measure.STAFF: "从业人数", Measure.ASSETS: "资产总额",
    Measure.REVENUE: "销售收入", Measure.INVESTMENT: "投资额",
    Measure.RND_SHARE: "研发费用占销售收入比例",
    Measure.AGE: "注册成立满年限", Measure.MAIN_SHARE: "主营业务收入占比",
    Measure.UNIT_VALUE: "设备单位价值", Measure.TECH_STAFF_SHARE: "科技人员占职工总数比例",
    Measure.HIGH_TECH_SHARE: "高新技术产品收入占比", Measure.TRANSFER_INCOME: "技术转让所得",
}  # fmt: skip
"""What to search conditions on a measure by."""

NAMES = (
    (Measure.TECH_STAFF_SHARE, r"科技人员(?:占[^,，。;；]{0,10}?)?(?:的?比例|占比)?"),
    (Measure.HIGH_TECH_SHARE,
     r"高新技术产品(?:[(（]服务[)）])?收入(?:占[^,，。;；]{0,10}?)?(?:的?比例|占比)?"),
    (Measure.MAIN_SHARE,
     r"(?:鼓励类)?主营(?:业务)?收入要?占到?(?:企业)?(?:总收入|收入总额)?(?:的?比例|比)?"),
    (Measure.RND_SHARE,
     r"研发(?:费用|投入|经费)?(?:总额)?占(?:同期)?(?:销售|营业)?(?:总)?(?:收入)?(?:总额)?(?:的?比例|比)?"),
    (Measure.TRANSFER_INCOME, r"技术转让所得"),
    (Measure.INCOME, r"(?:年度?)?应纳税所得额?"),
    (Measure.STAFF, r"(?:从业人数|从业人员|员工(?:人数|总数)?|职工(?:人数|总数)?|用工)"),
    (Measure.ASSETS, r"资产(?:总额|总计|规模)?"),
    (Measure.UNIT_VALUE,
     r"(?:单位价值|单价|(?:买|购买|购置|购进|采购)(?:了|一)?[一1]?(?:台|套)|每台|一台)"),
    (Measure.REVENUE,
     r"(?:最近一年|上年度?|年)?(?:销售收入|营业收入|销售额|营业额|营收)"),
    (Measure.INVESTMENT, r"(?:计划|项目|固定资产)?(?:总投资额?|投资额|投资)"),
    (Measure.AGE, r"(?:注册)?(?:成立|设立|注册)"),
)  # fmt: skip
"""How each measure is named, the closer names first."""
YEARLY = r"(?<![月季均亩])(?<!季度)"
"""Before a measure's name: what is of a month, a quarter or one of many is another measure."""
_BETWEEN = r"(?:大概|大约|约|差不多|有|是|为|达到?|超过了|了|已经?|才|刚|共|,|，|:|：|的|在|\s)*"
_FACT = tuple(
    (m, re.compile(rf"(?<!科技){YEARLY}(?:{name}){_BETWEEN}{AMOUNT}")) for m, name in NAMES
)
_BEFORE = tuple(
    (m, re.compile(rf"{AMOUNT}的?(?:{name})")) for m, name in NAMES if m not in (Measure.AGE,)
)
_STAFF_BEFORE = re.compile(
    r"(?P<n>\d[\d,]*)\s*(?:多|来)?(?P<scale>[万千])?\s*(?P<unit>[人名个])(?:的)?(?:员工|职工|工人)"
)
_INDUSTRY = re.compile(
    r"烟草制造业?|住宿(?:和餐饮)?业?|餐饮业?|批发(?:和零售)?业?|零售业?|房地产业?|租赁(?:和商务服务)?业?|商务服务业?|娱乐业?"
    r"|酒店|宾馆|饭店|商贸|集成电路|工业母机"
)
_ASKS_WHAT = re.compile(
    r"能(?:不能)?(?:够)?享受|可以享受|享受(?:到|得)?(?:什么|哪些)|能不能享|符合(?:什么|哪些|条件)|是否符合|符不符合"
    r"|适用(?:什么|哪些)|有(?:什么|哪些)(?:税收)?(?:优惠|政策|扶持|支持)|够(?:不够)?(?:条件|资格|格)|算不算|能不能算|属于不属于"
    r"|能申请|可以申请|能拿到?(?:什么|哪些)|能不能申请|qualif|eligible|benefit|entitled"
)
_APPROXIMATE = re.compile(
    r"大概|大约|约|左右|多(?=万|亿|人|元|名|个)|来(?=万|人|名|个)|几|差不多|上下"
)
_OVER = re.compile(r"(?:超过了?|多于|大于|高于|至少|不少于|不低于)\s*$")
_UNDER = re.compile(r"(?:不到|不足|不满|少于|小于|低于|不超过|没超过|最多)\s*$")
_OVER_AFTER = re.compile(r"\s*(?:及|\(含\))?(?:以上|出头)")
_UNDER_AFTER = re.compile(r"\s*(?:及|\(含\))?(?:以下|以内)")
_RANGE_BEFORE = re.compile(r"\d\s*[万亿]?\s*[到至~—-]\s*$")
_RANGE_AFTER = re.compile(r"\s*[到至~—-]\s*\d")


class Side(StrEnum):
    """What of a quantity was said: just so much, or that much at least or at most."""

    EXACT = "exact"
    LEAST = "at least"
    MOST = "at most"


@dataclass(frozen=True, slots=True)
class Fact:
    """One quantity the asker names, in their own words; ``rough`` when it is only about so much."""

    measure: Measure
    quantity: Quantity
    said: str
    rough: bool = False
    side: Side = Side.EXACT


@dataclass(frozen=True, slots=True)
class Asker:
    """What is known of an asker: quantities, lines of business, places."""

    facts: tuple[Fact, ...]
    industries: tuple[str, ...] = ()
    places: tuple[str, ...] = ()

    def of(self, measure: Measure) -> Fact | None:
        """The fact of a measure, if exactly one was said."""
        found = [fact for fact in self.facts if fact.measure is measure]
        return found[0] if len(found) == 1 else None


def asker(question: str) -> Asker | None:
    """What an asker says of themselves, if they ask what that entitles them to; else None."""
    normal = normalise(question)
    if not _ASKS_WHAT.search(normal):
        return None
    facts = tuple(_facts(normal))
    industries = tuple(dict.fromkeys(_INDUSTRY.findall(normal)))
    if not facts:
        return None
    return Asker(facts, industries, tuple(p for *_, p in place_spans(normal)))


def _facts(normal: str) -> Iterator[Fact]:
    taken: set[int] = set()
    for measure, pattern in (*_FACT, *_BEFORE):
        for m in pattern.finditer(normal):
            if taken & set(range(m.start(), m.end())):
                continue
            fact = _fact(measure, m, normal)
            if fact is not None:
                taken |= set(range(m.start(), m.end()))
                yield fact
    for m in _STAFF_BEFORE.finditer(normal):
        if not taken & set(range(m.start(), m.end())):
            value, side = quantity(f"{m['n']}{m['scale'] or ''}人"), _side(normal, m)
            if value is not None and side is not None:
                yield Fact(Measure.STAFF, value, _said(normal, m), _rough(normal, m), side)


def _fact(measure: Measure, m: re.Match[str], normal: str) -> Fact | None:
    unit = UNIT.get(measure, "yuan")
    told = m["unit"] or ("" if unit == "percent" else m["scale"] or "")
    if unit in ("percent", "year") and not m["unit"] and not m["n"].startswith("百分之"):
        return None  # 研发占比 5: of what
    if unit == "yuan" and not told:
        return None  # 收入 300: of what
    value, side = quantity(normal[m.start("n") :], unit), _side(normal, m)
    if value is None or value.unit != unit or side is None:
        return None
    return Fact(measure, value, _said(normal, m), _rough(normal, m), side)


def _side(normal: str, m: re.Match[str]) -> Side | None:
    """Whether a fact's quantity is a bound of it; None for a range."""
    before, after = normal[: m.start("n")], normal[m.end() :]
    if _RANGE_BEFORE.search(before) or _RANGE_AFTER.match(after):
        return None
    if _UNDER.search(before) or _UNDER_AFTER.match(after):
        return Side.MOST
    return Side.LEAST if _OVER.search(before) or _OVER_AFTER.match(after) else Side.EXACT


def _said(normal: str, m: re.Match[str]) -> str:
    """A fact in the asker's words, with the words that make it a bound."""
    before, after = normal[: m.start()], normal[m.end() :]
    lead = _UNDER.search(before) or _OVER.search(before)
    tail = _UNDER_AFTER.match(after) or _OVER_AFTER.match(after)
    said = f"{lead.group() if lead else ''}{m.group()}{tail.group() if tail else ''}"
    return said.strip(" ,，")


def _rough(normal: str, m: re.Match[str]) -> bool:
    return _APPROXIMATE.search(m.group() + normal[m.end() : m.end() + 2]) is not None
