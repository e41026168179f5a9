"""The words of the pages of jobs and of files set aside, in Chinese and in English."""

from __future__ import annotations

from dataclasses import dataclass

from bot.jobs import Stage, State
from ingest.outcome import Result


@dataclass(frozen=True, slots=True)
class JobsTexts:
    """The words of one language."""

    title: str
    lead: str
    none: str
    job: str
    what: str
    state: str
    states: dict[State, str]
    stages: dict[Stage, str]
    results: dict[Result, str]
    who: str
    began: str
    file: str
    result: str
    progress: str
    progress_label: str
    cancel: str
    cancelled: str
    every: str
    counts: str
    page_of: str
    remarks: str
    stays: str
    quarantine: str
    aside: str
    aside_lead: str
    aside_none: str
    why: str
    size: str
    since: str
    accept: str
    cannot_accept: str
    remove: str
    remove_title: str
    remove_lead: str
    do_remove: str
    keep: str
    removed: str
    add_again: str


ZH = JobsTexts(
    title="任务",
    lead="导入在后台进行，不影响提问。服务重启后这里只列新的任务；没做完的文件仍在“添加”页。",
    none="还没有任务。",
    job="任务",
    what="内容",
    state="状态",
    states={
        State.WAITING: "等待中",
        State.RUNNING: "进行中",
        State.DONE: "已完成",
        State.CANCELLED: "已取消",
        State.FAILED: "未完成",
    },
    stages={Stage.READING: "正在读取", Stage.ENCODING: "正在编码", Stage.SETTLED: "已处理"},
    results={
        Result.ADDED: "新增",
        Result.REPLACED: "替换",
        Result.UNCHANGED: "未变",
        Result.QUARANTINED: "进隔离区",
        Result.REFUSED: "未入库",
    },
    who="由谁",
    began="开始",
    file="文件",
    result="结果",
    progress="进度",
    progress_label="已处理的文件",
    cancel="取消任务",
    cancelled="已取消。做完的部分保留。",
    every="全部任务",
    counts="{done} / {files} 个文件",
    page_of="第 {page} / {pages} 页",
    remarks="说明",
    stays="库里仍是上一版",
    quarantine="到隔离区处理",
    aside="隔离区",
    aside_lead="没有入库的文件：读不出来，或读取时可能丢了内容。原文件保存在这里，等您决定。",
    aside_none="隔离区是空的。",
    why="原因和办法",
    size="大小",
    since="日期",
    accept="照收入库",
    cannot_accept="没有读出内容，不能照收。改好后重新上传。",
    remove="删除",
    remove_title="删除隔离区里的这个文件？",
    remove_lead="《{name}》没有入库，删除后原文件也不再保存，不能恢复。",
    do_remove="确认删除",
    keep="不删除，返回",
    removed="已删除。",
    add_again="重新上传",
)

EN = JobsTexts(
    title="Jobs",
    lead="Files are taken in behind the server, in the way of no question. After a restart only "
    "new jobs are listed; files that were not finished still wait under “Add”.",
    none="There was no job yet.",
    job="Job",
    what="What",
    state="State",
    states={
        State.WAITING: "waiting",
        State.RUNNING: "at work",
        State.DONE: "done",
        State.CANCELLED: "cancelled",
        State.FAILED: "not finished",
    },
    stages={Stage.READING: "being read", Stage.ENCODING: "being encoded", Stage.SETTLED: "settled"},
    results={
        Result.ADDED: "added",
        Result.REPLACED: "replaced",
        Result.UNCHANGED: "unchanged",
        Result.QUARANTINED: "set aside",
        Result.REFUSED: "refused",
    },
    who="By",
    began="Began",
    file="File",
    result="Result",
    progress="Progress",
    progress_label="Files settled",
    cancel="Cancel the job",
    cancelled="The job is cancelled. What was finished stays.",
    every="All jobs",
    counts="{done} of {files} files",
    page_of="page {page} of {pages}",
    remarks="Remarks",
    stays="the version before stays",
    quarantine="Deal with it in the quarantine",
    aside="Quarantine",
    aside_lead="Files that are not in the base: they could not be read, or text may have been "
    "lost. The files are kept here until you decide.",
    aside_none="The quarantine is empty.",
    why="Reason and remedy",
    size="Size",
    since="Since",
    accept="Take it in as it is",
    cannot_accept="It was not read, so it cannot be taken in. Mend it and upload it again.",
    remove="Remove",
    remove_title="Remove this file from the quarantine?",
    remove_lead="{name} is not in the base. Once it is removed the file is no longer kept, for "
    "good.",
    do_remove="Remove it",
    keep="Keep it and go back",
    removed="The file is removed.",
    add_again="Upload it again",
)


def jobs_texts(lang: str) -> JobsTexts:
    """The words of a language; anything but ``en`` is Chinese."""
    return EN if lang == "en" else ZH
