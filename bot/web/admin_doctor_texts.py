"""The words of the page of the examination, in Chinese and in English."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DoctorTexts:
    """The words of one language. ``advice`` says by the code of a finding what to do about it, and
    what its button does.
    """

    title: str
    lead: str
    severities: dict[str, str]
    sorts: dict[str, str]
    advice: dict[str, str]
    otherwise: str
    examine: str
    examined: str
    examining: str
    repairing: str
    running_more: str
    repair: str
    repaired: str
    failed: str
    document: str
    quarantine: str
    unfold: str
    command_more: str


ZH = DoctorTexts(
    title="体检",
    lead="目录、索引和原文件是否一致，哪些资料要留意。每一项写明是什么、怎么办。",
    severities={"error": "错误", "warning": "警告", "info": "提示", "ok": "正常"},
    sorts={
        "store_differs": "索引与目录不一致",
        "vectors_torn": "向量文件损坏",
        "erasure_owed": "已删除资料的痕迹",
        "bloat": "旧版本占用空间",
        "source_missing": "原文件不见了",
        "source_changed": "原文件被改动",
        "quarantined": "待处理的文件",
        "low_confidence": "识别把握不大的页",
        "expiring": "快到期的资料",
        "expired": "已到期的资料",
        "same_text": "内容相同的资料",
        "passed_on": "转发的资料",
        "stores_agree": "全部一致",
    },
    advice={
        "store_differs": "“修复”按目录把索引补齐：缺的补上，多的去掉。资料不会丢失。",
        "vectors_torn": "“修复”按目录重新计算读不出来的向量，资料多时要几分钟。资料不会丢失。",
        "erasure_owed": "“修复”重写索引文件，把已删除资料的痕迹全部清除。",
        "bloat": "“修复”重写索引文件，收回旧版本占用的空间。",
        "source_missing": "把同一个文件再导入一次，就补回来了。",
        "source_changed": "把同一个文件再导入一次，就换回原样。",
        "quarantined": "在隔离区逐个处理：改好再导入，照收，或者删除。",
        "low_confidence": "打开资料对照原件看这几页；最好换成有文字的版本再导入。",
        "expiring": "找有没有接续的文件：有就导入；没有就不用管，到期后自动停用。",
        "expired": "只回答关于过去的问题，不用处理；不再需要的可以在资料页删除。",
        "same_text": "留一份就够；打开两份比一比，不需要的在资料页删除。",
        "passed_on": "两份都会被引用，通常不用处理；只要一份的，在资料页删除另一份。",
    },
    otherwise="在命令行处理。",
    examine="再查一次",
    examined="检查于 {at}，用了 {seconds} 秒。",
    examining="正在检查…",
    repairing="正在修复…",
    running_more="可以离开这一页，做完后结果留在这里。期间提问照常；导入和更正要等它做完。",
    repair="修复",
    repaired="已修复，并重新检查过。",
    failed="没有做完",
    document="打开资料",
    quarantine="去隔离区",
    unfold="全部列出",
    command_more="这一项没有按钮，要在服务器上运行下面的命令；先停掉网页（Ctrl-C），做完再启动：",
)

EN = DoctorTexts(
    title="Examination",
    lead="Whether catalog, indexes and source files agree, and which documents need a look. Each "
    "finding says what it is and what to do.",
    severities={"error": "error", "warning": "warning", "info": "note", "ok": "good"},
    sorts={
        "store_differs": "An index differs from the catalog",
        "vectors_torn": "Vectors are damaged",
        "erasure_owed": "Traces of removed documents",
        "bloat": "Replaced versions take space",
        "source_missing": "A source file is gone",
        "source_changed": "A source file was changed",
        "quarantined": "Files set aside",
        "low_confidence": "Pages read with little certainty",
        "expiring": "Documents that end soon",
        "expired": "Documents that have ended",
        "same_text": "Documents with the same text",
        "passed_on": "Documents that pass another on",
        "stores_agree": "All agree",
    },
    advice={
        "store_differs": "“Repair” makes the index equal to the catalog: what lacks is added, what "
        "is too much goes. No document is lost.",
        "vectors_torn": "“Repair” computes the vectors that cannot be read again, minutes in a "
        "large base. No document is lost.",
        "erasure_owed": "“Repair” writes the index files anew, without any trace of what was "
        "removed.",
        "bloat": "“Repair” writes the index files anew and frees the space of replaced versions.",
        "source_missing": "Ingest the same file once more to restore it.",
        "source_changed": "Ingest the same file once more to restore it.",
        "quarantined": "Deal with each in quarantine: mend and ingest it, take it as it is, or "
        "delete it.",
        "low_confidence": "Open the document and check these pages against the original; better, "
        "ingest an edition that holds text.",
        "expiring": "Look for a successor and ingest it; without one there is nothing to do, it "
        "stops by itself.",
        "expired": "It only answers questions about the past, there is nothing to do; remove it "
        "on its page when it is of no use.",
        "same_text": "One is enough: open both, and remove the other on its page.",
        "passed_on": "Both are cited, usually there is nothing to do; remove the one you do not "
        "need on its page.",
    },
    otherwise="Deal with it on the command line.",
    examine="Examine again",
    examined="Examined at {at}, which took {seconds} s.",
    examining="Examining…",
    repairing="Repairing…",
    running_more="You may leave this page; the result stays here. Questions are answered "
    "meanwhile; ingests and corrections wait until it is finished.",
    repair="Repair",
    repaired="Repaired, and examined again.",
    failed="Not finished",
    document="Open the document",
    quarantine="To quarantine",
    unfold="List all",
    command_more="There is no button for this; run the command below on the server. Stop the page "
    "first (Ctrl-C), and start it again afterwards:",
)


def doctor_texts(lang: str) -> DoctorTexts:
    """The words of a language; anything but ``en`` is Chinese."""
    return EN if lang == "en" else ZH
