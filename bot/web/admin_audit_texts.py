"""The words of the page of what was done, in Chinese and in English."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AuditTexts:
    """The words of one language."""

    title: str
    lead: str
    who: str
    what: str
    target: str
    first: str
    last: str
    anybody: str
    anything: str
    nobody: str
    machine: str
    filter: str
    reset: str
    heads: tuple[str, str, str, str]
    found: str
    nothing: str
    bad_day: str
    export: str
    csv: str
    excel: str
    too_many: str


ZH = AuditTexts(
    title="审计",
    lead="谁在什么时候登录、改了什么。记录里没有密码，也没有提过的问题。时间按本机时钟（{zone}）。",
    who="谁",
    what="做了什么",
    target="对象",
    first="从哪天",
    last="到哪天",
    anybody="所有人",
    anything="所有操作",
    nobody="（未知）",
    machine="{name}（命令行）",
    filter="筛选",
    reset="清除筛选",
    heads=("时间", "谁", "做了什么", "对象"),
    found="共 {n} 条",
    nothing="没有符合条件的记录。",
    bad_day="日期“{day}”看不懂，没有按它筛选。请写成 2026-07-01 这样。",
    export="导出这些记录",
    csv="导出 CSV",
    excel="导出 Excel",
    too_many="符合条件的超过 {n} 条，一次导不完。请缩小日期范围后再导出。",
)

EN = AuditTexts(
    title="Audit",
    lead="Who logged in and changed what, and when. It holds no passwords and no questions. Times "
    "are by this machine's clock ({zone}).",
    who="Who",
    what="Did what",
    target="To what",
    first="From day",
    last="To day",
    anybody="everybody",
    anything="everything",
    nobody="(unknown)",
    machine="{name} (command line)",
    filter="Filter",
    reset="Clear the filter",
    heads=("Time", "Who", "Did what", "To what"),
    found="{n} entries",
    nothing="There are no such entries.",
    bad_day="The day “{day}” cannot be read and was not used. Write it as 2026-07-01.",
    export="Export these entries",
    csv="Export as CSV",
    excel="Export as Excel",
    too_many="There are more than {n} such entries, too many for one file. Choose fewer days, "
    "then export.",
)


def audit_texts(lang: str) -> AuditTexts:
    """The words of a language; anything but ``en`` is Chinese."""
    return EN if lang == "en" else ZH
