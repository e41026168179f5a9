"""The words of the pages of unanswered questions, in Chinese and in English."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cases import State
from kb.models import Status


@dataclass(frozen=True, slots=True)
class UnansweredTexts:
    """The words of one language."""

    title: str
    lead: str
    states: dict[State, str]
    tabs: str
    heads: tuple[str, ...]
    more_ways: str
    waits: str
    nobody: str
    nothing: dict[State, str]
    again_all: str
    again_all_more: str
    running: str
    closed_n: str
    export: str
    excel: str
    csv: str
    sheet: tuple[str, ...]
    yes: str
    case: str
    back: str
    ways_of_asking: str
    question_heads: tuple[str, ...]
    submitted: str
    on_day: str
    outcomes: dict[Status, str]
    not_yet: str
    wants: str
    wants_more: str
    looking_after: str
    assignee: str
    note: str
    note_hint: str
    linked: str
    link_one: str
    link_hint: str
    save: str
    answer_now: str
    answer_now_more: str
    no_answer: str
    again: str
    settle: str
    close_answered: str
    close_declined: str
    close_more: str
    reopen: str
    reopen_more: str
    closed_by: str
    closed_itself: str
    asked_again: str
    saved: dict[str, str]


ZH = UnansweredTexts(
    title="未答问题",
    lead="资料库没有答出的问题，按意思归组。每次导入资料后自动重新提问，一组问题全部能答出时自动关闭。",
    states={State.OPEN: "待处理", State.ANSWERED: "已答复", State.DECLINED: "不处理"},
    tabs="按状态",
    heads=("问题", "次数", "最早", "最近", "等待答复", "负责人"),
    more_ways="{n} 种问法",
    waits="{n} 人",
    nobody="—",
    nothing={
        State.OPEN: "没有待处理的问题。",
        State.ANSWERED: "还没有已答复的问题。",
        State.DECLINED: "没有标为不处理的问题。",
    },
    again_all="全部重新提问",
    again_all_more="在后台依次重新提问所有待处理的问题，能答出的自动关闭。",
    running="正在重新提问……",
    closed_n="重新提问完成：{n} 组问题已能答出，自动关闭。",
    export="导出",
    excel="导出 Excel",
    csv="导出 CSV",
    sheet=(
        "组号",
        "问题",
        "身份",
        "入口",
        "次数",
        "最早",
        "最近",
        "主动提交",
        "状态",
        "负责人",
        "关联资料",
        "备注",
    ),
    yes="是",
    case="第 {n} 组问题",
    back="返回列表",
    ways_of_asking="问法",
    question_heads=("问题", "身份", "入口", "次数", "最早", "最近", "重新提问的结果"),
    submitted="主动提交",
    on_day="按 {day} 的政策",
    outcomes={Status.ANSWERED: "能答出", Status.NEAREST: "只有相近条款", Status.REFUSED: "答不出"},
    not_yet="还没有重新提问",
    wants="等待答复的人",
    wants_more="联系方式只给管理员看，关闭这组问题或满 90 天即删除。",
    looking_after="处理",
    assignee="负责人",
    note="备注",
    note_hint="最多 2000 字，只有管理员能看到。",
    linked="能回答这组问题的资料",
    link_one="再关联一份资料（编号）",
    link_hint="输入编号或标题选择；取消勾选即解除关联。",
    save="保存",
    answer_now="现在的回答",
    answer_now_more="按提问人的身份，对第一种问法现在能给出的回答。",
    no_answer="现在仍然答不出。",
    again="重新提问",
    settle="关闭",
    close_answered="标为已答复",
    close_declined="不处理",
    close_more="“已答复”以后又有人问而答不出时会重新打开；“不处理”的不再重新提问。关闭时删除联系方式。",
    reopen="重新打开",
    reopen_more="现在的回答会被视为没有答到点子上，不会凭它再次自动关闭。",
    closed_by="{who} 于 {at} 关闭",
    closed_itself="{at} 重新提问时全部答出，自动关闭",
    asked_again="上次重新提问：{at}",
    saved={
        "saved": "已保存。",
        "closed": "已关闭。",
        "reopened": "已重新打开。",
        "again": "已重新提问，结果见下表。",
        "answered": "重新提问后全部答出，已自动关闭。",
    },
)

EN = UnansweredTexts(
    title="Unanswered questions",
    lead="What the base could not answer, grouped by meaning. After each ingest they are asked "
    "again; a group closes by itself when all its questions are answered.",
    states={State.OPEN: "Open", State.ANSWERED: "Answered", State.DECLINED: "Declined"},
    tabs="By state",
    heads=("Question", "Times", "First", "Last", "Waiting", "Looked after by"),
    more_ways="asked in {n} ways",
    waits="{n}",
    nobody="—",
    nothing={
        State.OPEN: "No question is open.",
        State.ANSWERED: "No question has been answered yet.",
        State.DECLINED: "No question was declined.",
    },
    again_all="Ask all again",
    again_all_more="Asks every open question again in the background; what is answered closes.",
    running="Asking again…",
    closed_n="Asked again: {n} groups can be answered now and were closed.",
    export="Export",
    excel="Export as Excel",
    csv="Export as CSV",
    sheet=(
        "Group", "Question", "As", "Way in", "Times", "First", "Last", "Submitted", "State",
        "Looked after by", "Documents", "Note",
    ),
    yes="yes",
    case="Questions, group {n}",
    back="Back to the list",
    ways_of_asking="How it was asked",
    question_heads=("Question", "As", "Way in", "Times", "First", "Last", "Asked again"),
    submitted="submitted",
    on_day="by the rules of {day}",
    outcomes={
        Status.ANSWERED: "answered",
        Status.NEAREST: "near clauses only",
        Status.REFUSED: "not answered",
    },
    not_yet="not yet asked again",
    wants="Who waits for an answer",
    wants_more="Only admins see contacts; they are deleted when the group is closed, or after 90 "
    "days.",
    looking_after="Looking after it",
    assignee="Looked after by",
    note="Note",
    note_hint="At most 2,000 characters, seen by admins only.",
    linked="Documents that answer it",
    link_one="Link another document (id)",
    link_hint="Type an id or a title to choose; untick to unlink.",
    save="Save",
    answer_now="The answer of today",
    answer_now_more="What the first question is answered now, as whom it was asked.",
    no_answer="It still cannot be answered.",
    again="Ask again",
    settle="Close",
    close_answered="Close as answered",
    close_declined="Decline",
    close_more="An answered group opens again when somebody asks in vain; a declined one is not "
    "asked again. Closing deletes the contacts.",
    reopen="Open again",
    reopen_more="Today's answer is then taken for none, and does not close the group again.",
    closed_by="closed by {who}, {at}",
    closed_itself="all answered when asked again, closed by itself, {at}",
    asked_again="Last asked again: {at}",
    saved={
        "saved": "Saved.",
        "closed": "Closed.",
        "reopened": "Opened again.",
        "again": "Asked again; see the table.",
        "answered": "Asked again: all are answered, so the group was closed.",
    },
)  # fmt: skip


def unanswered_texts(lang: str) -> UnansweredTexts:
    """The words of a language; anything but ``en`` is Chinese."""
    return EN if lang == "en" else ZH
