"""The words of the page where an upload is looked at, in Chinese and in English."""

from __future__ import annotations

from dataclasses import dataclass

from bot.review import Fate


@dataclass(frozen=True, slots=True)
class ReviewTexts:
    """The words of one language; ``fates`` by what would become of the upload."""

    lead: str
    reading: str
    reading_more: str
    failed: str
    objected: str
    taken: str
    fates: dict[Fate, str]
    kept_as: str
    fixed: str
    target: str
    target_none: str
    target_id: str
    target_change: str
    header: str
    header_lead: str
    save: str
    accept: str
    accept_objected: str
    discard: str
    discard_lead: str
    back: str
    differences: str
    header_differences: str
    before: str
    after: str
    field: str
    unchanged: str
    identical: str
    taken_out: str
    put_in: str
    remarks: str
    cut: str
    cut_lead: str
    page: str
    picture: str
    empty_page: str
    done: dict[str, str]


ZH = ReviewTexts(
    lead="入库前的审核。现在还没有入库，谁也查不到。",
    reading="正在读取这份文件。",
    reading_more="读完后刷新本页即可审核；也可以先离开，结果会保存。",
    failed="没有读出这份文件：",
    objected="读取有疑问，请对照原件核对。确认无误可以照收：",
    taken="这份文件正在入库，请到任务页查看。",
    fates={
        Fate.NEW: "入库后是一份新资料。",
        Fate.REPLACES: "入库后替换 {title}（{id}）。",
        Fate.SAME: "与库里的 {title}（{id}）内容相同，入库不会改变正文。",
        Fate.GONE: "要替换的资料 {id} 已被删除。请改为新增，或另选一份。",
    },
    kept_as="现在的版本保留为较早版本 {id}，仍回答它那段时间的问题。",
    fixed="文件自己写明了编号，按编号入库。",
    target="替换哪份资料",
    target_none="不替换，作为新资料",
    target_id="编号",
    target_change="改为替换这份",
    header="资料信息",
    header_lead="每一项后面写着它从哪里来；可以直接改，入库时一并生效。",
    save="保存更正",
    accept="入库",
    accept_objected="核对无误，照收入库",
    discard="丢弃",
    discard_lead="丢弃后文件即删除，不能恢复。",
    back="返回添加页",
    differences="与现在版本的差别",
    header_differences="资料信息的差别",
    before="现在",
    after="新的",
    field="项目",
    unchanged="相同的 {n} 段",
    identical="正文没有差别。",
    taken_out="删去",
    put_in="新增",
    remarks="读取时的说明",
    cut="切分结果",
    cut_lead="正文按条款切成 {n} 条；上面的路径就是引用时显示的出处。",
    page="第 {page} 页",
    picture="第 {page} 页的图像",
    empty_page="这一页没有读出文字。",
    done={
        "saved": "已保存更正。",
        "same": "没有改动。",
        "undone": "已撤回更正。",
        "target": "已改变要替换的资料。",
    },
)

EN = ReviewTexts(
    lead="A look before it goes live. It is not in the base yet: nobody finds it.",
    reading="This file is being read.",
    reading_more="Reload this page when it is read, or leave: what was read is kept.",
    failed="This file could not be read:",
    objected="There are doubts about what was read. Check it against the original; if it is right "
    "you may take it in all the same:",
    taken="This file is being taken in; see the jobs.",
    fates={
        Fate.NEW: "It will be a new document.",
        Fate.REPLACES: "It will replace {title} ({id}).",
        Fate.SAME: "It is the same as {title} ({id}) in the base: the text will not change.",
        Fate.GONE: "The document {id} that it was to replace has been removed. Add it as a new "
        "one, or choose another.",
    },
    kept_as="The present version stays as the earlier edition {id} and answers for its own time.",
    fixed="The file itself says which document it is.",
    target="Which document it replaces",
    target_none="None: a new document",
    target_id="Id",
    target_change="Replace this one",
    header="What is known of it",
    header_lead="Below each value stands where it is from. Change what is wrong; it takes effect "
    "with the document.",
    save="Save the corrections",
    accept="Take it in",
    accept_objected="It is right: take it in",
    discard="Discard",
    discard_lead="A discarded file is deleted for good.",
    back="Back to adding",
    differences="What differs from the present version",
    header_differences="What differs in the header",
    before="Now",
    after="New",
    field="Field",
    unchanged="{n} paragraphs that are the same",
    identical="The text does not differ.",
    taken_out="taken out",
    put_in="put in",
    remarks="Remarks of the reader",
    cut="How it was cut",
    cut_lead="The text is cut into {n} passages; the path above each is what a citation shows.",
    page="Page {page}",
    picture="Picture of page {page}",
    empty_page="No text was read on this page.",
    done={
        "saved": "The corrections are saved.",
        "same": "Nothing was changed.",
        "undone": "The correction is taken back.",
        "target": "What it replaces was changed.",
    },
)


def review_texts(lang: str) -> ReviewTexts:
    """The words of a language; anything but ``en`` is Chinese."""
    return EN if lang == "en" else ZH
