"""The words of the overview for admins, in Chinese and in English."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OverviewTexts:
    """The words of one language."""

    title: str
    lead: str
    held: str
    documents: str
    passages: str
    terms: str
    public: str
    internal: str
    by_kind: str
    by_validity: str
    look: str
    nothing: str
    running: str
    idle: str
    at_work: str
    waiting: str


ZH = OverviewTexts(
    title="管理",
    lead="资料库现在的样子，以及需要您看一眼的事。",
    held="库中资料",
    documents="文档",
    passages="条文段落",
    terms="术语",
    public="公开",
    internal="内部",
    by_kind="按类型",
    by_validity="按效力",
    look="需要处理",
    nothing="没有需要处理的事。",
    running="正在进行的任务",
    idle="没有任务在进行。",
    at_work="{who} 的导入：已处理 {done} / {files} 个文件",
    waiting="{who} 的导入：等待中",
)

EN = OverviewTexts(
    title="Administration",
    lead="What the base holds now, and what needs a look.",
    held="In the base",
    documents="Documents",
    passages="Passages",
    terms="Terms",
    public="Public",
    internal="Internal",
    by_kind="By kind",
    by_validity="By validity",
    look="Needs a look",
    nothing="Nothing needs a look.",
    running="Jobs at work",
    idle="No job is at work.",
    at_work="Ingest of {who}: {done} of {files} files done",
    waiting="Ingest of {who}: waiting",
)


def overview_texts(lang: str) -> OverviewTexts:
    """The words of a language; anything but ``en`` is Chinese."""
    return EN if lang == "en" else ZH
