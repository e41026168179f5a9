"""The words of the timeline of documents, in Chinese and in English."""

from __future__ import annotations

from dataclasses import dataclass

from bot.timeline import Sort


@dataclass(frozen=True, slots=True)
class ExpiringTexts:
    """The words of one language."""

    title: str
    lead: str
    sorts: dict[Sort, str]
    counted: dict[Sort, str]
    from_month: str
    months: str
    months_of: str
    what: str
    everything: str
    show: str
    earlier: str
    later: str
    chart: str
    chart_more: str
    month: str
    months_short: tuple[str, ...]
    nothing_in: str
    today: str
    heads: tuple[str, str, str, str]
    nothing: str
    unknown: str
    unknown_more: str
    by: str
    corrected: str
    inferred: str
    internal: str
    bad_month: str


ZH = ExpiringTexts(
    title="到期",
    lead="哪些资料在哪个月施行、到期、被取代。到期前先找接续的文件；到期后它自动不再回答当前的问题。",
    sorts={Sort.BEGINS: "施行", Sort.EXPIRES: "到期", Sort.SUPERSEDED: "被取代"},
    counted={
        Sort.BEGINS: "{n} 份施行",
        Sort.EXPIRES: "{n} 份到期",
        Sort.SUPERSEDED: "{n} 份被取代",
    },
    from_month="从哪个月",
    months="看多久",
    months_of="{n} 个月",
    what="看什么",
    everything="全部",
    show="显示",
    earlier="更早",
    later="更晚",
    chart="按月的时间轴",
    chart_more="每一栏是一个月，点一栏跳到下面表中的那个月。",
    month="{year}年{month}月",
    months_short=tuple(f"{n}月" for n in range(1, 13)),
    nothing_in="没有",
    today="今天",
    heads=("日期", "事件", "资料", "说明"),
    nothing="这段时间里没有资料施行、到期或被取代。换一段时间看看。",
    unknown="被取代，但不知道从哪天起",
    unknown_more="这些资料已经停止回答当前的问题。知道日期的，在资料页更正“从哪天起被取代”。",
    by="被“{by}”取代",
    corrected="更正过",
    inferred="由新版本推断",
    internal="内部",
    bad_month="月份“{month}”看不懂，显示的是默认的时间。请写成 2026-07 这样。",
)

EN = ExpiringTexts(
    title="Expiring",
    lead="Which documents take force, end or are superseded, and in which month. Look for the "
    "successor before one ends; afterwards it answers no more questions about today by itself.",
    sorts={Sort.BEGINS: "takes force", Sort.EXPIRES: "ends", Sort.SUPERSEDED: "superseded"},
    counted={
        Sort.BEGINS: "{n} take force",
        Sort.EXPIRES: "{n} end",
        Sort.SUPERSEDED: "{n} superseded",
    },
    from_month="From month",
    months="For how long",
    months_of="{n} months",
    what="What",
    everything="everything",
    show="Show",
    earlier="Earlier",
    later="Later",
    chart="Timeline by month",
    chart_more="Each column is a month; choose one to go to that month in the table below.",
    month="{year}-{month:02}",
    months_short=(
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ),
    nothing_in="nothing",
    today="today",
    heads=("Day", "What", "Document", "More"),
    nothing="No document takes force, ends or is superseded in this time. Choose another.",
    unknown="Superseded, since when is not known",
    unknown_more="These no longer answer questions about today. Where you know the day, correct "
    "“superseded on” on the document's page.",
    by="by “{by}”",
    corrected="corrected",
    inferred="inferred from a newer edition",
    internal="internal",
    bad_month="The month “{month}” cannot be read; this is the usual time. Write it as 2026-07.",
)  # fmt: skip


def expiring_texts(lang: str) -> ExpiringTexts:
    """The words of a language; anything but ``en`` is Chinese."""
    return EN if lang == "en" else ZH
