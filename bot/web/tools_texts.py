"""The words of what can be done with a whole conversation, in Chinese and in English."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ToolsTexts:
    """The words of one language."""

    label: str
    word: str
    link: str
    again: str
    link_label: str
    link_help: str
    copy: str
    copied: str
    drop: str
    dropped: str
    gone_question: str
    gone: tuple[str, str]
    changed: str
    failed: str
    title: str
    related: str
    meant: str
    alone: str
    clear: str


ZH = ToolsTexts(
    label="整个对话",
    word="导出 Word",
    link="生成链接",
    again="更新链接",
    link_label="对话链接",
    link_help="打开链接会按当时的日期重新回答这些问题。链接只保存问题，不保存回答，90 天后失效。",
    copy="复制链接",
    copied="已复制",
    drop="删除链接",
    dropped="链接已删除，不能再打开。",
    gone_question="打开对话链接",
    gone=(
        "这个链接已失效或已被删除。请直接提问，或请对方重新发送链接。",
        "This link is over or was deleted. Ask your question here, or ask for a new link.",
    ),
    changed="资料在生成链接之后更新过，这里的回答与当时不同。",
    failed="没有完成，请再试一次。",
    title="政策问答记录",
    related="相关问题",
    meant="按“{question}”查找。",
    alone="按原话查找",
    clear="清空对话",
)

EN = ToolsTexts(
    label="The whole conversation",
    word="Export as Word",
    link="Make a link",
    again="Renew the link",
    link_label="Link to this conversation",
    link_help="Opening it asks these questions again, by the rules of the days they were asked. "
    "Only the questions are kept, not the answers, for 90 days.",
    copy="Copy the link",
    copied="Copied",
    drop="Delete the link",
    dropped="The link is deleted and opens nothing any more.",
    gone_question="Open a conversation",
    gone=ZH.gone,
    changed="The documents changed after the link was made: this answer differs from that one.",
    failed="That did not work. Please try again.",
    title="Questions and answers",
    related="Related questions",
    meant="Searched as “{question}”.",
    alone="Search my own words",
    clear="Clear the conversation",
)


def tools_texts(lang: str) -> ToolsTexts:
    """The words of a language; anything but ``en`` is Chinese."""
    return EN if lang == "en" else ZH
