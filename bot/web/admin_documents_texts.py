"""The words of the pages where admins look after documents, in Chinese and in English."""

from __future__ import annotations

from dataclasses import dataclass

from kb.family import Relation


@dataclass(frozen=True, slots=True)
class DocumentsTexts:
    """The words of one language; ``done`` by what was just done, ``sorts`` by key of ``SORTS``."""

    title: str
    lead: str
    words: str
    kind: str
    audience: str
    validity: str
    grade: str
    any: str
    no_grade: str
    sort: str
    sorts: dict[str, str]
    find: str
    clear: str
    found: str
    nothing: str
    document: str
    passages: str
    cited: str
    added: str
    public: str
    internal: str
    facts: str
    id: str
    file: str
    characters: str
    read: str
    header: str
    header_lead: str
    save: str
    actions: str
    new_version: str
    retire: str
    retire_lead: str
    retire_day: str
    retire_by: str
    do_retire: str
    remove: str
    remove_lead: str
    notes: str
    editions: str
    no_editions: str
    relations: dict[Relation, str]
    cut: str
    cut_lead: str
    removal: str
    removal_lead: str
    goes: str
    goes_passages: str
    goes_terms: str
    goes_questions: str
    goes_corrections: str
    goes_file: str
    stays: str
    back: str
    comes_back: str
    later: str
    no_undo: str
    do_remove: str
    keep: str
    done: dict[str, str]


ZH = DocumentsTexts(
    title="文档",
    lead="库里的全部资料。点标题查看、更正、停用或删除。",
    words="标题、文号、机关、编号或文件名",
    kind="类型",
    audience="给谁看",
    validity="效力",
    grade="核对等级",
    any="全部",
    no_grade="没有等级",
    sort="排序",
    sorts={
        "added": "最近入库",
        "title": "标题（拼音）",
        "published": "最近发布",
        "expires": "最早到期",
        "passages": "条款最多",
        "cited": "引用最多",
        "id": "编号",
    },
    find="筛选",
    clear="清除",
    found="共 {n} 份",
    nothing="没有符合条件的资料。换个词，或清除筛选条件。",
    document="资料",
    passages="条款",
    cited="近 90 天被引用",
    added="入库",
    public="公开",
    internal="内部",
    facts="概况",
    id="编号",
    file="文件",
    characters="{n} 字",
    read="阅读全文",
    header="资料信息",
    header_lead="每一项后面写着它从哪里来。改动一经保存立即生效，以后更新版本也保留。",
    save="保存更正",
    actions="停用与删除",
    new_version="上传新版本",
    retire="停用",
    retire_lead="写上最后有效日，此后它不再回答今天的问题，但仍能回答当时的问题。不需要删除。",
    retire_day="最后有效日",
    retire_by="由哪份资料取代（可不填）",
    do_retire="停用",
    remove="删除",
    remove_lead="只在资料不该存在时删除，例如误传。删除前会先列出将消失的内容。",
    notes="读取时的说明",
    editions="版本与副本",
    no_editions="没有其他版本或副本。",
    relations={
        Relation.EARLIER: "较早版本",
        Relation.LATER: "较新版本",
        Relation.REPLACED: "被本文取代",
        Relation.SUCCESSOR: "取代本文",
        Relation.COPY: "内容相同",
        Relation.FORWARDED: "被本文转发或印发",
        Relation.FORWARDING: "转发或印发本文",
        Relation.SAME_NAME: "同名",
    },
    cut="切分结果",
    cut_lead="资料按条款切分；回答引用的就是这些条款。",
    removal="删除这份资料？",
    removal_lead="《{title}》（{id}）",
    goes="将从所有存储中删除，不能恢复：",
    goes_passages="{n} 条条款，共 {chars} 字，连同索引",
    goes_terms="{n} 个只在这里解释的术语：{names}",
    goes_questions="{n} 道评测题以它为依据，删除后会答不出",
    goes_corrections="{n} 项人工更正：{names}",
    goes_file="保存的原文件 {name}",
    stays="不受影响，仍在库里：",
    back="以下资料现在被它取代，删除后将重新视为有效：",
    comes_back="文件 {file} 还在资料文件夹里，服务下次启动时会再次导入它。"
    "要彻底删除，请先移走这个文件。",
    later="资料库较大：资料立即不可见，残留的索引数据要等运行 kb doctor --repair 才清除。",
    no_undo="不能撤销。只想让它不再回答今天的问题，请改用“停用”。",
    do_remove="确认删除",
    keep="不删除，返回",
    done={
        "saved": "已保存更正。",
        "same": "没有改动。",
        "undone": "已撤回更正。",
        "retired": "已停用。",
        "removed": "已删除。",
        "later": "资料已不可见；残留的索引数据要等运行 kb doctor --repair 才清除。",
    },
)

EN = DocumentsTexts(
    title="Documents",
    lead="All that the base holds. Open one to look at it, correct, retire or remove it.",
    words="Title, number, issuer, id or file name",
    kind="Kind",
    audience="For whom",
    validity="Validity",
    grade="Verified how well",
    any="All",
    no_grade="Without a grade",
    sort="Order",
    sorts={
        "added": "Added last",
        "title": "Title (pinyin)",
        "published": "Published last",
        "expires": "Ends soonest",
        "passages": "Most passages",
        "cited": "Most cited",
        "id": "Id",
    },
    find="Filter",
    clear="Clear",
    found="Documents: {n}",
    nothing="No document fits. Try other words, or clear the filters.",
    document="Document",
    passages="Passages",
    cited="Cited in 90 days",
    added="Added",
    public="Public",
    internal="Internal",
    facts="At a glance",
    id="Id",
    file="File",
    characters="{n} characters",
    read="Read the whole text",
    header="What is known of it",
    header_lead="Below each value stands where it is from. A change takes effect at once and stays "
    "with later versions.",
    save="Save the corrections",
    actions="Retire or remove",
    new_version="Upload a new version",
    retire="Retire",
    retire_lead="Say its last day in force: after it the document no longer answers questions "
    "about today, and still answers those about its own time. Nothing is deleted.",
    retire_day="Last day in force",
    retire_by="Superseded by which document (may be left empty)",
    do_retire="Retire",
    remove="Remove",
    remove_lead="Only for what should not be there, such as a wrong upload. You will first see "
    "what disappears.",
    notes="Remarks of the reader",
    editions="Editions and copies",
    no_editions="There are no other editions or copies.",
    relations={
        Relation.EARLIER: "Earlier edition",
        Relation.LATER: "Later edition",
        Relation.REPLACED: "Replaced by this",
        Relation.SUCCESSOR: "Replaces this",
        Relation.COPY: "Same text",
        Relation.FORWARDED: "Passed on by this",
        Relation.FORWARDING: "Passes this on",
        Relation.SAME_NAME: "Same name",
    },
    cut="How it was cut",
    cut_lead="A document is cut into clauses; these are what answers cite.",
    removal="Remove this document?",
    removal_lead="{title} ({id})",
    goes="Removed from every store, for good:",
    goes_passages="Passages: {n}, with {chars} characters and their entries in the indexes",
    goes_terms="Terms explained nowhere else: {n} ({names})",
    goes_questions="Evaluation questions that rest on it and will fail: {n}",
    goes_corrections="Corrections by hand: {n} ({names})",
    goes_file="The kept file {name}",
    stays="Not touched, still in the base:",
    back="Now superseded by it; in force again once it is removed:",
    comes_back="The file {file} is still in the corpus folder: the server will take it in again at "
    "its next start. To be rid of it, move that file away first.",
    later="The base is large: the document is out of sight at once, and what is left of it in the "
    "indexes waits for kb doctor --repair.",
    no_undo="This cannot be undone. If it should only stop answering questions about today, retire "
    "it.",
    do_remove="Remove it",
    keep="Keep it and go back",
    done={
        "saved": "The corrections are saved.",
        "same": "Nothing was changed.",
        "undone": "The correction is taken back.",
        "retired": "The document is retired.",
        "removed": "The document is removed.",
        "later": "The document is out of sight; what is left of it in the indexes waits for kb "
        "doctor --repair.",
    },
)


def documents_texts(lang: str) -> DocumentsTexts:
    """The words of a language; anything but ``en`` is Chinese."""
    return EN if lang == "en" else ZH
