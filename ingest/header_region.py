"""For which place a document holds, by who issued it or by what its title begins with. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.places import places_in

NATION = "全国"
_NATIONAL = re.compile(
    r"(?:中华人民共和国|国务院|全国人民代表大会|中共中央|中央|国家|最高人民|财政部|商务部|教育部|科学?技术?部|工业和信息化部|公安部|民政部|司法部|"
    r"人力资源和?社会保障部|自然资源部|生态环境部|住房和?城乡建设部|交通运输部|水利部|农业农村部|文化和旅游部|应急管理部|审计署|海关总署|税务总局|"
    r"市场监管总局|中国人民银行|人民银行\Z|中国证监会|中国银保监会|退役军人事务部)"
)
_BRANCH = re.compile(r"[\u4e00-\u9fff]{0,8}(?:局|行|办|处|中心)")
_STEP = re.compile(r"特别行政区|(?:壮族|回族|维吾尔)?自治[区州县]|地区|[省市区县州]")


def region(names: Sequence[str], title: str, acts: Sequence[str]) -> tuple[str, ...]:
    """The place whose authority speaks: of the issuers, else of the title's beginning, else of
    the acts under the title (国务院令第711号公布). Empty when none says it.
    """
    for speakers in (names, (title.split("关于")[0],), acts):
        found = tuple(dict.fromkeys(place for name in speakers if (place := _place(name))))
        if found:
            return found[:1] if speakers is acts else found
    return ()


def _place(name: str) -> str:
    """The smallest place a name begins with (陕西省延安市商务局 → 延安), or the nation."""
    bare = re.sub(r"\A(?:中共|中国共产党)", "", name.strip("《》 "))
    if bare.startswith(("国家", "中国")):  # 国家税务总局陕西省税务局
        for place in reversed(places_in(bare)):
            if _BRANCH.match(bare, bare.rfind(place) + len(place)):
                return place
    at, last = 0, ""
    while (places := places_in(bare[at : at + 8])) and bare.startswith(places[0], at):
        last, at = places[0], at + len(places[0])
        step = _STEP.match(bare, at)
        at = step.end() if step else at
    return last or (NATION if _NATIONAL.match(bare) else "")
