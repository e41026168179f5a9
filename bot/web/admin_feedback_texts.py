"""The words of the page of feedback, in Chinese and in English."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FeedbackTexts:
    """The words of one language."""

    title: str
    lead: str
    tabs: str
    open: str
    done: str
    nothing_open: str
    nothing_done: str
    by_document: str
    by_document_heads: tuple[str, ...]
    gone_document: str
    whole: str
    citation: str
    remark: str
    said: str
    stood: str
    this_one: str
    open_source: str
    removed: str
    note: str
    settle: str
    reopen: str
    save: str
    settled_by: str
    saved: str
    only: str
    every: str


ZH = FeedbackTexts(
    title="反馈",
    lead="读者指出的问题：问了什么、当时怎么回答、引用的条款原样。“有用”“没用”只计数，不留问题。",
    tabs="按状态",
    open="待处理",
    done="已处理",
    nothing_open="没有待处理的反馈。",
    nothing_done="还没有处理过的反馈。",
    by_document="各份资料收到的反馈",
    by_document_heads=("资料", "引用有误", "没用", "有用"),
    gone_document="资料已删除",
    whole="整个回答",
    citation="引用 [{n}]",
    remark="说明",
    said="当时的回答",
    stood="引用的条款（当时的文字）",
    this_one="读者指出的是这一条",
    open_source="打开原文",
    removed="资料已删除，当时的文字一并删除了。",
    note="备注（只有管理员能看到）",
    settle="标为已处理",
    reopen="改回待处理",
    save="只保存备注",
    settled_by="{who} 于 {at} 处理",
    saved="已保存。",
    only="只看指出《{title}》引用有误的",
    every="查看全部",
)

EN = FeedbackTexts(
    title="Feedback",
    lead="What readers say is wrong: the question, the answer and the clause as they stood. Votes "
    "are only counted; the question is not kept.",
    tabs="By state",
    open="Open",
    done="Dealt with",
    nothing_open="No feedback waits.",
    nothing_done="No feedback has been dealt with yet.",
    by_document="Feedback by document",
    by_document_heads=("Document", "Wrong citation", "Not useful", "Useful"),
    gone_document="removed",
    whole="The answer as a whole",
    citation="Citation [{n}]",
    remark="Remark",
    said="The answer that was given",
    stood="The clause cited, as it stood",
    this_one="This is the one the reader flagged",
    open_source="Open the source",
    removed="The document was removed, and its text with it.",
    note="Note (seen by admins only)",
    settle="Mark as dealt with",
    reopen="Open again",
    save="Save the note only",
    settled_by="dealt with by {who}, {at}",
    saved="Saved.",
    only="Only wrong citations of “{title}”",
    every="Show all",
)


def feedback_texts(lang: str) -> FeedbackTexts:
    """The words of a language; anything but ``en`` is Chinese."""
    return EN if lang == "en" else ZH
