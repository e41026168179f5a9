"""The words of the pages of usage, in Chinese and in English."""

from __future__ import annotations

from dataclasses import dataclass

from bot.asked import Way
from kb.models import Role, Status


@dataclass(frozen=True, slots=True)
class UsageTexts:
    """The words of one language."""

    title: str
    lead: str
    spans: str
    first: str
    last: str
    role: str
    way: str
    status: str
    anybody: str
    any_way: str
    any_status: str
    show: str
    roles: dict[Role, str]
    ways: dict[Way, str]
    statuses: dict[Status, str]
    questions: str
    share: str
    in_all: str
    days: str
    days_more: str
    day: str
    by_way: str
    way_and_role: str
    cited: str
    cited_more: str
    document: str
    times: str
    gone: str
    never: str
    never_more: str
    all_cited: str
    stages: str
    stages_more: str
    stage: str
    total: str
    half: str
    most: str
    confidence: str
    confidence_more: str
    bin: str
    any_bin: str
    table: str
    nothing: str
    listed: str
    listed_lead: str
    listed_heads: tuple[str, str, str, str, str, str, str]
    found: str
    list_link: str
    unanswered: str
    back: str
    bad_days: str


ZH = UsageTexts(
    title="用量",
    lead="提了多少问题、答得怎么样、用到哪些资料、慢在哪里。只有数字，没有提问人，也没有问题原文。",
    spans="最近 {n} 天",
    first="从哪天",
    last="到哪天",
    role="角色",
    way="入口",
    status="结果",
    anybody="所有人",
    any_way="全部入口",
    any_status="全部结果",
    show="显示",
    roles={Role.INVESTOR: "投资者", Role.CADRE: "干部", Role.ADMIN: "管理员"},
    ways={Way.CHAT: "网页", Way.API: "接口", Way.OPENAI: "兼容接口", Way.MCP: "MCP"},
    statuses={
        Status.ANSWERED: "已回答", Status.NEAREST: "给出最接近的", Status.REFUSED: "没有回答",
    },
    questions="问题",
    share="{n}（{percent}%）",
    in_all="合计",
    days="每天的问题",
    days_more="点一根柱子看那天的清单；按住拖过几天，只看那一段。",
    day="日期",
    by_way="从哪里问、谁在问",
    way_and_role="入口 · 角色",
    cited="引用最多的资料",
    cited_more="一个问题引用同一份资料算一次。点一条打开资料。",
    document="资料",
    times="次数",
    gone="已删除",
    never="没有被引用过的资料（{n} 份）",
    never_more="这段时间里没有回答用到它们。可能没人问，也可能问了没找到：看看未答问题。",
    all_cited="现有的资料都被引用过。",
    stages="各步骤的时间",
    stages_more="按最近 {n} 个问题计算，单位毫秒，最慢的在前。一半的问题不超过前一个数，"
    "100 个里 95 个不超过后一个数。",
    stage="步骤",
    total="合计",
    half="一半不超过",
    most="95% 不超过",
    confidence="可信度的分布",
    confidence_more="达到 {answer} 才回答；{nearest} 到 {answer} 之间给出最接近的内容。"
    "点一根柱子看清单。",
    bin="可信度",
    any_bin="任何可信度",
    table="看表格",
    nothing="这段时间里没有人提问。换一段时间看看。",
    listed="问题清单",
    listed_lead="单个问题保留 {days} 天，以后只留每天的合计。没有问题原文；没有回答的原文在"
    "“未答问题”。",
    listed_heads=("时间", "结果", "可信度", "毫秒", "入口", "角色", "引用的资料"),
    found="共 {n} 个",
    list_link="看清单",
    unanswered="看未答问题",
    back="回到用量",
    bad_days="日期看不懂，或者先后反了，显示的是最近 30 天。请写成 2026-07-01 这样。",
)  # fmt: skip

EN = UsageTexts(
    title="Usage",
    lead="How much is asked, how it ends, which documents are used and what is slow. Only "
    "numbers: nobody's name, and no question's text.",
    spans="last {n} days",
    first="From day",
    last="To day",
    role="Role",
    way="Way in",
    status="Result",
    anybody="everybody",
    any_way="every way in",
    any_status="every result",
    show="Show",
    roles={Role.INVESTOR: "investor", Role.CADRE: "cadre", Role.ADMIN: "admin"},
    ways={Way.CHAT: "page", Way.API: "API", Way.OPENAI: "compatible API", Way.MCP: "MCP"},
    statuses={
        Status.ANSWERED: "answered",
        Status.NEAREST: "nearest shown",
        Status.REFUSED: "not answered",
    },
    questions="Questions",
    share="{n} ({percent} %)",
    in_all="All",
    days="Questions a day",
    days_more="Choose a column for that day's list; drag over several days to see only those.",
    day="Day",
    by_way="Where from and by whom",
    way_and_role="Way in · role",
    cited="Most cited documents",
    cited_more="A question that cites a document several times counts once. Choose one to open it.",
    document="Document",
    times="Times",
    gone="removed",
    never="Documents never cited ({n})",
    never_more="No answer used them in this time. Perhaps nobody asked, perhaps they were not "
    "found: see the unanswered questions.",
    all_cited="Every document has been cited.",
    stages="Time of each stage",
    stages_more="Of the latest {n} questions, in milliseconds, slowest first. Half of the "
    "questions take the first number at most, 95 of 100 the second.",
    stage="Stage",
    total="all together",
    half="half take at most",
    most="95 % take at most",
    confidence="Confidence",
    confidence_more="From {answer} upwards a question is answered, from {nearest} to {answer} the "
    "nearest is shown. Choose a column for its list.",
    bin="Confidence",
    any_bin="any confidence",
    table="Show as a table",
    nothing="Nothing was asked in this time. Choose another.",
    listed="List of questions",
    listed_lead="Single questions are kept for {days} days, after that only sums by day. No text "
    "is kept here; that of what was not answered is under “Unanswered”.",
    listed_heads=("Time", "Result", "Confidence", "ms", "Way in", "Role", "Documents cited"),
    found="{n} in all",
    list_link="List",
    unanswered="Unanswered questions",
    back="Back to usage",
    bad_days="The days cannot be read, or the last is before the first; these are the last 30 "
    "days. Write them as 2026-07-01.",
)  # fmt: skip


def usage_texts(lang: str) -> UsageTexts:
    """The words of a language; anything but ``en`` is Chinese."""
    return EN if lang == "en" else ZH
