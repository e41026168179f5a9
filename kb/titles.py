"""What of a title names the rule, and what only names its edition. Pure.

关于印发《延安市招商引资办法（2019年修订）》的通知  →  延安市招商引资办法, edition 2019
鼓励外商投资产业目录（2025年版）（要点）            →  鼓励外商投资产业目录, edition 2025
延安市2025年招商引资工作要点                        →  itself: next year's is another document
"""

from __future__ import annotations

import re
from functools import lru_cache

from kb.text import normalise

_WRAPPED = re.compile(
    r"(?:关于)?(?:印发|发布|公布|转发|下发|颁布|批准发布|修订印发|重新印发)(?:新修订的|修订后的)?"
    r"《(?P<name>.+)》(?:的(?:通知|公告|通告|决定|命令|令|函))?\Z"
)
_UNMARKED = re.compile(
    r"关于(?:印发|发布|公布|修订印发|重新印发)(?P<name>[^《》]{4,})的(?:通知|公告|通告|决定)\Z"
)
_GROUP = re.compile(r"[(（][^()（）]*[)）]")
_STATUS = re.compile(r"[(（](?:要点|摘编|摘要|节选|全文|正文|已[^()（）]{1,12}|失效|废止)[)）]")
_EDITION = re.compile(
    r"[(（](?:[^()（）]*\d年?(?:版|本)|[^()（）]*(?:修订|修正|修改|新版)[^()（）]*|(?:试行|暂行)(?:稿|版)?)[)）]"
)
_YEAR_ONLY = re.compile(r"[(（][12]\d{3}年?[)）]")
"""An edition of a rule or a list (目录（2022年）), but one of many plans (工作要点（2024年）)."""
_OPEN_EDITION = re.compile(r"[12]\d{3}年?(?:版|本|修订版|修正版)")
_YEAR = re.compile(r"(?<!\d)([12]\d{3})(?!\d)")
_DRAFT = re.compile(r"征求意见|草案|送审稿|讨论稿|意见稿|起草")
_STATE = "中华人民共和国"
_RULE = re.compile(
    r"(?:法|法典|条例|规定|办法|细则|规则|规程|目录|清单|章程|标准|规范|准则|指南|指引|预案|解释|通则)\Z"
)
_NOT_LETTER = re.compile(r"[\W_]+")


@lru_cache(maxsize=65536)
def exact_key(title: str) -> str:
    """A title as it is compared when a document names another: the edition counts."""
    return _NOT_LETTER.sub("", _bare(title))


@lru_cache(maxsize=65536)
def family_key(title: str) -> str:
    """What all editions of a document are called; empty for a draft, which is none of them."""
    if _DRAFT.search(title):
        return ""
    bare = _EDITION.sub("", _bare(title))
    return _NOT_LETTER.sub(
        "", _OPEN_EDITION.sub("", _YEAR_ONLY.sub("", bare) if is_rule(title) else bare)
    )


@lru_cache(maxsize=65536)
def edition_of(title: str) -> tuple[bool, int]:
    """Whether a title says which edition it is, and that edition's year (0: not said)."""
    bare = _bare(title)
    marks = _EDITION.findall(bare) + _OPEN_EDITION.findall(bare)
    marks += _YEAR_ONLY.findall(bare) if is_rule(title) else []
    years = [int(year) for mark in marks for year in _YEAR.findall(mark)]
    return bool(marks), max(years, default=0)


def is_draft(title: str) -> bool:
    """Whether a title says that the document is not decided yet (征求意见稿)."""
    return _DRAFT.search(title) is not None


def passes_on(title: str) -> bool:
    """Whether a title says that the document only sends another one on (转发《…》的通知)."""
    return "转发" in title


def is_rule(title: str) -> bool:
    """Whether what a title names is a rule that is amended, and not one act of its day."""
    return _RULE.search(_GROUP.sub("", _bare(title)).strip("《》 ")) is not None


def _bare(title: str) -> str:
    """Without the notice it came with, the name of the state, and what says how it is now."""
    plain = _STATUS.sub("", normalise(title)).strip()
    for pattern in (_WRAPPED, _UNMARKED):
        wrapped = pattern.search(plain)
        if wrapped:
            plain = wrapped["name"]
    return plain.strip("《》 ").removeprefix(_STATE)
