"""The conditions on quantities that a clause sets, and whether a fact meets them. Pure.

A condition is a measure, a bound and the word that says which side of it counts (不超过, 以上, 满,
占比). Where a clause says 的企业， behind a bound, the bound says whom the clause is for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bot.asker import NAMES, UNIT, YEARLY, Asker, Fact, Measure, Side
from bot.quantities import AMOUNT, Quantity, quantity
from kb.answer_table import Verdict
from kb.text import normalise

ROUGHLY = Decimal("0.1")
"""A fact that is only about so much says nothing of a bound that is no farther from it."""
_UPPER = "不超过|不高于|不多于|不大于|未超过|没有超过|不得超过|不能超过"
_LOWER = "不低于|不少于|不小于|不得低于|不能低于|达到|满|占到"
_BELOW, _ABOVE = "低于|少于|小于", "超过|高于|大于|多于"
_OPERATOR = rf"(?P<word>{_UPPER}|{_LOWER}|{_BELOW}|{_ABOVE}|在)?"
_TO = AMOUNT.replace("?P<n>", "?P<n2>").replace("?P<scale>", "?P<scale2>").replace(
    "?P<unit>", "?P<unit2>"
)  # fmt: skip
_BETWEEN = r"(?:[，,]?的|[,，]|的|要|应|应当|须|必须|比例|占比|总额|合计|企业|收入总额|[到是为\s])*"
_BOUND = (
    rf"{_OPERATOR}\s*{AMOUNT}"
    rf"(?:\s*(?P<range>至|到|—|-|~)\s*{_TO})?(?P<side>\s*(?:及|\(含\))?以上|\s*(?:及|\(含\))?(?:以下|以内)|之间)?"
)
_PATTERNS = tuple(
    (measure, re.compile(rf"{YEARLY}(?:{name}){_BETWEEN}{_BOUND}")) for measure, name in NAMES
)
_OTHER_BOUND = re.compile(rf"(?:[,、]?(?:但|且|并|又|同时)|、|){_BOUND}")
"""What follows a bound to set the other one: 超过100万元但不超过300万元."""
_ILLUSTRATES = re.compile(r"例如|举例|比如|旧门槛|旧规定|旧政策|曾|买一台|罚款|旧的")
_DENIES = re.compile(r"不能|不得享受|不适用|不予|不享受|不可以")
_FOR_WHOM = re.compile(r"^(?:的|之间的)?(?:企业|项目|设备|单位|纳税人)[，,]")


@dataclass(frozen=True, slots=True)
class Condition:
    """A measure between two bounds (None: open); ``strict`` bounds are not met by themselves.

    ``for_whom`` says that the condition tells whom the clause is for, not what they must meet.
    """

    measure: Measure
    least: Quantity | None
    most: Quantity | None
    strict: bool = False
    for_whom: bool = False


def conditions(text: str) -> tuple[Condition, ...]:
    """The conditions on quantities that a sentence sets; none for examples and what is past."""
    normal = normalise(text)
    if _ILLUSTRATES.search(normal) or _DENIES.search(normal):
        return ()
    return tuple(_conditions(normal))


def _conditions(normal: str) -> Iterator[Condition]:
    taken: set[int] = set()
    for measure, pattern in _PATTERNS:
        for m in pattern.finditer(normal):
            if taken & set(range(m.start(), m.end())):
                continue
            made = _condition(measure, m, normal)
            if made is None:
                continue
            further = _OTHER_BOUND.match(normal, m.end())
            other = _condition(measure, further, normal) if further is not None else None
            end = m.end()
            both = [made]
            if further is not None and other is not None and _opposite(made, other):
                both = [replace(made, for_whom=other.for_whom), other]
                end = further.end()
            taken |= set(range(m.start(), end))
            yield from both


def _opposite(one: Condition, other: Condition) -> bool:
    """Whether two bounds leave something between them."""
    for low, high in ((one, other), (other, one)):
        if low.least and not low.most and high.most and not high.least:
            return low.least.value < high.most.value
    return False


def _condition(measure: Measure, m: re.Match[str], normal: str) -> Condition | None:
    unit = UNIT.get(measure, "yuan")
    first = _read(m["n"], m["scale"], m["unit"], m["unit2"], unit)
    second = _read(m["n2"], m["scale2"], m["unit2"], None, unit) if m["range"] else None
    if first is None or first.unit != unit or (second is not None and second.unit != unit):
        return None
    word, side = m["word"] or "", (m["side"] or "").strip()
    whom = _FOR_WHOM.match(normal[m.end() :]) is not None
    if second is not None:
        return Condition(measure, first, second, for_whom=whom)
    if re.fullmatch(_UPPER, word) or side.endswith(("以下", "以内")):
        return Condition(measure, None, first, for_whom=whom)
    if re.fullmatch(_LOWER, word) or side.endswith("以上"):
        return Condition(measure, first, None, for_whom=whom)
    if word and re.fullmatch(_BELOW, word):
        return Condition(measure, None, first, strict=True, for_whom=whom)
    if word and re.fullmatch(_ABOVE, word):
        return Condition(measure, first, None, strict=True, for_whom=whom)
    return None


def _read(
    number: str, scale: str | None, unit: str | None, later: str | None, default: str
) -> Quantity | None:
    """A bound; in 5000万元至2亿元 or 2—6年 the first may leave its unit to the second."""
    return quantity(f"{number}{scale or ''}{unit or later or ''}", default)


def judged(condition: Condition, asker: Asker) -> tuple[Verdict, Fact | None]:
    """Whether what the asker says meets a condition, and the fact that was compared."""
    fact = asker.of(condition.measure)
    if fact is None:
        return Verdict.UNKNOWN, None
    value = fact.quantity
    bounds = [b for b in (condition.least, condition.most) if b is not None]
    if any(b.unit != value.unit for b in bounds):
        return Verdict.UNKNOWN, None
    if fact.rough and any(abs(value.value - b.value) <= ROUGHLY * b.value for b in bounds):
        return Verdict.UNKNOWN, fact
    if fact.side is not Side.EXACT:
        return _one_sided(condition, fact), fact
    low, high = condition.least, condition.most
    inside = (low is None or value.value >= low.value) and (
        high is None or value.value <= high.value
    )
    if condition.strict:
        inside = inside and all(value.value != b.value for b in bounds)
    return (Verdict.MET if inside else Verdict.UNMET), fact


def _one_sided(condition: Condition, fact: Fact) -> Verdict:
    """What a fact tells of which only a bound was said (300人以上, 不到300人)."""
    value, at_least = fact.quantity.value, fact.side is Side.LEAST
    near, far = (condition.least, condition.most) if at_least else (condition.most, condition.least)
    if far is not None and (value > far.value if at_least else value < far.value):
        return Verdict.UNMET
    if far is not None or near is None:
        return Verdict.UNKNOWN
    beyond = value > near.value if at_least else value < near.value
    return (
        Verdict.MET if beyond or (value == near.value and not condition.strict) else Verdict.UNKNOWN
    )


def together(verdicts: Sequence[Verdict]) -> Verdict:
    """Of several conditions that must all be met: unmet if one is, else unknown if one is."""
    for verdict in (Verdict.UNMET, Verdict.UNKNOWN):
        if verdict in verdicts:
            return verdict
    return Verdict.MET if verdicts else Verdict.UNKNOWN
