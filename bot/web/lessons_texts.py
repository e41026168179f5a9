"""The words of the pages for cadres, in Chinese and in English."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LessonsTexts:
    """The words of one language; ``facets`` by key of ``bot.lessons.FACETS``."""

    title: str
    lead: str
    search_label: str
    placeholder: str
    search: str
    filters: str
    facets: dict[str, str]
    more_values: str
    chosen: str
    drop: str
    clear: str
    everything: str
    found: str
    browsing: str
    nothing: str
    nothing_more: str
    widen: str
    internal: str
    open_at: str
    collect: str
    collected: str
    tray: str
    tray_note: str
    tray_clear: str
    tray_remove: str
    export: str
    export_page: str
    pick: str
    save: str
    save_as: str
    saved: str
    saved_none: str
    forget: str
    new: str
    new_ones: str
    nothing_new: str
    previous: str
    next: str
    pages: str
    compare: str
    compare_lead: str
    topic: str
    topic_placeholder: str
    place: str
    no_place: str
    do_compare: str
    aspect: str
    other: str
    empty_cell: str
    empty_column: str
    choose_two: str
    held: str
    back: str
    bad_request: str


ZH = LessonsTexts(
    title="经验检索",
    lead="按词语和分类查外地经验和政策，逐条看原文，摘录后导出 Word。",
    search_label="检索词",
    placeholder="如：缺什么招什么、基金招商、拿地即开工",
    search="检索",
    filters="筛选",
    facets={
        "region": "地区",
        "chain": "产业链",
        "topic": "主题",
        "year": "年份",
        "kind": "类型",
    },
    more_values="其余 {n} 个",
    chosen="已选",
    drop="去掉“{value}”",
    clear="全部去掉",
    everything="包括已失效和尚未施行的",
    found="{n} 份资料有相关内容",
    browsing="{n} 份资料",
    nothing="没有找到相关内容",
    nothing_more="换个说法，或少选几个条件。",
    widen="去掉全部条件再查",
    internal="内部",
    open_at="打开原文",
    collect="加入摘录",
    collected="已摘录",
    tray="摘录清单",
    tray_note="清单只在这个浏览器窗口里，关闭后清空。",
    tray_clear="清空",
    tray_remove="从清单去掉",
    export="导出 Word",
    export_page="把选中的导出 Word",
    pick="选入导出：{title}",
    save="保存这次检索",
    save_as="名称",
    saved="我的检索",
    saved_none="还没有保存的检索。保存后在任何电脑上登录都能看到。",
    forget="删除“{name}”",
    new="新",
    new_ones="，其中 {n} 份是上次查看以后新增或更新的",
    nothing_new="，上次查看以后没有新增",
    previous="上一页",
    next="下一页",
    pages="分页",
    compare="多地对比",
    compare_lead="选一个主题和两三个地方，并排看各地的做法，每格都有出处。",
    topic="主题",
    topic_placeholder="如：产业链、园区、解放思想",
    place="地方 {n}",
    no_place="（不选）",
    do_compare="对比",
    aspect="方面",
    other="其他相关内容",
    empty_cell="资料中没有这方面的内容",
    empty_column="资料中没有{place}在“{topic}”方面的内容",
    choose_two="请写一个主题，并至少选两个地方。",
    held="{n} 条",
    back="返回检索",
    bad_request="这个请求看不懂，请回到检索页重试。",
)

EN = LessonsTexts(
    title="Lessons",
    lead="Search the lessons of other places and policies by words and facets, read each passage "
    "in its document, and export what you pick as Word.",
    search_label="Words",
    placeholder="Chinese or English, such as 缺什么招什么",
    search="Search",
    filters="Filters",
    facets={
        "region": "Region",
        "chain": "Industry chain",
        "topic": "Topic",
        "year": "Year",
        "kind": "Kind",
    },
    more_values="{n} more",
    chosen="Chosen",
    drop="Remove “{value}”",
    clear="Remove all",
    everything="Also what is not in force",
    found="{n} documents speak of it",
    browsing="{n} documents",
    nothing="Nothing found",
    nothing_more="Try other words or fewer conditions.",
    widen="Search without conditions",
    internal="internal",
    open_at="Open the original",
    collect="Pick",
    collected="Picked",
    tray="Picked passages",
    tray_note="The list is kept in this browser window only and goes when it is closed.",
    tray_clear="Empty",
    tray_remove="Remove from the list",
    export="Export as Word",
    export_page="Export what is ticked as Word",
    pick="Tick for export: {title}",
    save="Save this search",
    save_as="Name",
    saved="My searches",
    saved_none="No saved searches yet. Saved ones are there wherever you log in.",
    forget="Delete “{name}”",
    new="new",
    new_ones=", {n} of them added or replaced since you last looked",
    nothing_new=", none of them new since you last looked",
    previous="Previous",
    next="Next",
    pages="Pages",
    compare="Compare places",
    compare_lead="Choose a topic and two or three places and read side by side what each did; "
    "every cell names its source.",
    topic="Topic",
    topic_placeholder="such as 产业链, 园区, 解放思想",
    place="Place {n}",
    no_place="(none)",
    do_compare="Compare",
    aspect="Aspect",
    other="Other passages",
    empty_cell="The documents say nothing of this",
    empty_column="The documents say nothing of {place} on “{topic}”",
    choose_two="Write a topic and choose at least two places.",
    held="{n} passages",
    back="Back to the search",
    bad_request="This request cannot be understood; go back to the search and try again.",
)


def lessons_texts(lang: str) -> LessonsTexts:
    """The words of a language; anything but ``en`` is Chinese."""
    return EN if lang == "en" else ZH
