"""The words of the form for a document's header, in Chinese and in English."""

from __future__ import annotations

from dataclasses import dataclass

from bot.record import Origin


@dataclass(frozen=True, slots=True)
class HeaderTexts:
    """The words of one language; ``labels`` by key of front matter."""

    labels: dict[str, str]
    origins: dict[Origin, str]
    page: str
    several: str
    unknown: str
    undo: str
    undo_of: str
    more: str
    public: str
    internal: str


ZH = HeaderTexts(
    labels={
        "title": "标题",
        "doc_number": "文号",
        "issuer": "发文机关",
        "kind": "类型",
        "audience": "给谁看",
        "published": "发布日期",
        "effective": "施行日期",
        "expires": "最后有效日",
        "superseded_by": "被哪份取代（编号或标题）",
        "superseded_on": "从哪天起被取代",
        "supersedes": "取代哪些（编号、文号或标题）",
        "region": "地区",
        "chains": "产业链",
        "topics": "主题",
        "years": "年份",
        "grade": "核对等级",
        "sources": "来源",
        "facts": "依据的事实编号",
    },
    origins={
        Origin.CORRECTION: "人工更正",
        Origin.INFERRED: "由其他资料推断",
        Origin.TEXT: "在原文中找到",
        Origin.FILE_NAME: "取自文件名",
        Origin.GIVEN: "文首、导入选项或默认",
    },
    page="第 {page} 页",
    several="一行一个。",
    unknown="（没有）",
    undo="撤回更正",
    undo_of="撤回对“{label}”的更正",
    more="更多项目",
    public="公开（人人可见）",
    internal="内部（干部和管理员）",
)

EN = HeaderTexts(
    labels={
        "title": "Title",
        "doc_number": "Document number",
        "issuer": "Issuer",
        "kind": "Kind",
        "audience": "For whom",
        "published": "Published",
        "effective": "In force from",
        "expires": "Last day in force",
        "superseded_by": "Superseded by (id or title)",
        "superseded_on": "Superseded from",
        "supersedes": "Supersedes (ids, numbers or titles)",
        "region": "Regions",
        "chains": "Industry chains",
        "topics": "Topics",
        "years": "Years",
        "grade": "Verified how well",
        "sources": "Sources",
        "facts": "Numbers of the facts it rests on",
    },
    origins={
        Origin.CORRECTION: "corrected by hand",
        Origin.INFERRED: "inferred from other documents",
        Origin.TEXT: "found in the text",
        Origin.FILE_NAME: "from the file's name",
        Origin.GIVEN: "given in the file, at ingest, or by default",
    },
    page="page {page}",
    several="One a line.",
    unknown="(none)",
    undo="Take back",
    undo_of="Take back the correction of “{label}”",
    more="More fields",
    public="Public (everybody)",
    internal="Internal (cadres and admins)",
)


def header_texts(lang: str) -> HeaderTexts:
    """The words of a language; anything but ``en`` is Chinese."""
    return EN if lang == "en" else ZH
