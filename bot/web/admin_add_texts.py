"""The words of the pages for adding documents, in Chinese and in English."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AddTexts:
    """The words of one language; ``script`` is what the page's script says."""

    title: str
    lead: str
    for_document: str
    choose: str
    drop: str
    limits: str
    kind: str
    audience: str
    told: str
    public: str
    internal: str
    then: str
    then_look: str
    then_take: str
    send: str
    waiting: str
    waiting_lead: str
    none: str
    file: str
    size: str
    state: str
    since: str
    tick: str
    take: str
    discard: str
    states: dict[str, str]
    page_of: str
    done: dict[str, str]
    kept: str
    script: dict[str, str]


ZH = AddTexts(
    title="添加",
    lead="上传文件。可以先逐份审核再入库，也可以直接入库。",
    for_document="作为《{title}》（{id}）的新版本",
    choose="选择文件",
    drop="把文件拖到这里，或点击选择；可以一次选很多个",
    limits="PDF、扫描件、Word、Excel、PPT、网页、OFD、文本和压缩包；每个最多 {mb} MB。",
    kind="类型（文件没有写明时）",
    audience="给谁看（文件没有写明时）",
    told="由文件或文件夹名判断",
    public="公开（人人可见）",
    internal="内部（干部和管理员）",
    then="上传以后",
    then_look="逐份审核，再入库",
    then_take="直接入库，不审核",
    send="上传",
    waiting="等待处理",
    waiting_lead="这些文件已保存，还没有入库，谁也查不到。重启服务也不会丢失。",
    none="没有等待处理的文件。",
    file="文件",
    size="大小",
    state="状态",
    since="上传",
    tick="选中 {name}",
    take="把选中的直接入库",
    discard="丢弃选中的",
    states={
        "waiting": "等待读取",
        "reading": "正在读取",
        "ready": "待审核",
        "objected": "待审核（读取有疑问）",
        "failed": "没有读出",
        "taken": "正在入库",
    },
    page_of="第 {page} / {pages} 页",
    done={
        "sent": "文件已上传。读完后即可审核。",
        "discarded": "已丢弃。",
    },
    kept="有 {n} 个文件已保存，其余的没有：",
    script={
        "sending": "上传中",
        "queued": "排队",
        "kept": "已上传",
        "failed": "没有上传",
        "cancelled": "已取消",
        "cancel": "取消",
        "rate": "{rate} MB/秒",
        "left": "剩约 {left}",
        "seconds": "{n} 秒",
        "minutes": "{n} 分",
        "large": "超过 {mb} MB 的上限",
        "empty": "是空文件",
        "broken": "连接中断，没有上传。请检查网络后重试。",
        "review": "审核",
        "reload": "有文件读完了，刷新列表",
        "started": "其余文件已开始入库，查看任务",
    },
)

EN = AddTexts(
    title="Add",
    lead="Upload files. Look at each before it goes live, or have them taken in at once.",
    for_document="As a new version of {title} ({id})",
    choose="Choose files",
    drop="Drop files here, or click to choose; as many as you like",
    limits="PDF, scans, Word, Excel, PowerPoint, web pages, OFD, text and archives; {mb} MB each.",
    kind="Kind (for files that do not say)",
    audience="For whom (for files that do not say)",
    told="As the file or its folder tells",
    public="Public (everybody)",
    internal="Internal (cadres and admins)",
    then="After the upload",
    then_look="I look at each before it goes live",
    then_take="Take them in at once, without a look",
    send="Upload",
    waiting="Waiting for you",
    waiting_lead="These files are kept, but not in the base: nobody finds them. They survive a "
    "restart of the server.",
    none="No file waits for a decision.",
    file="File",
    size="Size",
    state="State",
    since="Uploaded",
    tick="Tick {name}",
    take="Take the ticked ones in",
    discard="Discard the ticked ones",
    states={
        "waiting": "waits to be read",
        "reading": "being read",
        "ready": "ready for your look",
        "objected": "ready for your look (with doubts)",
        "failed": "could not be read",
        "taken": "being taken in",
    },
    page_of="page {page} of {pages}",
    done={
        "sent": "The files are uploaded. You can look at them once they are read.",
        "discarded": "The files are discarded.",
    },
    kept="Files kept: {n}. The others were not:",
    script={
        "sending": "uploading",
        "queued": "in line",
        "kept": "uploaded",
        "failed": "not uploaded",
        "cancelled": "cancelled",
        "cancel": "Cancel",
        "rate": "{rate} MB/s",
        "left": "about {left} left",
        "seconds": "{n} s",
        "minutes": "{n} min",
        "large": "is larger than {mb} MB",
        "empty": "is empty",
        "broken": "The connection broke; it was not uploaded. Check the network and try again.",
        "review": "Look at it",
        "reload": "Files have been read: show them",
        "started": "The others are being taken in: see the job",
    },
)


def add_texts(lang: str) -> AddTexts:
    """The words of a language; anything but ``en`` is Chinese."""
    return EN if lang == "en" else ZH
