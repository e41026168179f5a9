"""Every word the page shows, in Chinese and in English. Plain values, no markup."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.table_text import as_text
from kb.models import Answer, Citation, Grade, Kind, Status, Validity

LANGS = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Example:
    """A question offered on the empty page, and what it is about."""

    topic: str
    question: str


@dataclass(frozen=True, slots=True)
class Texts:
    """The words of one language."""

    lang: str
    html_lang: str
    product: str
    page: str
    switch: str
    skip: str
    hero: str
    hero_sub: str
    try_one: str
    placeholder: str
    question_label: str
    send: str
    day_label: str
    day_help: str
    day_said: str
    day_empty: str
    day_clear: str
    day_bad: str
    thread_label: str
    answered_for: str
    searching: str
    sources: str
    sources_of: str
    cite_label: str
    source_label: str
    panel_title: str
    panel_empty: str
    panel_back: str
    open_original: str
    doc_number: str
    issuers: str
    published: str
    effective: str
    expires: str
    clause: str
    page_no: str
    page_picture: str
    page_picture_of: str
    checked: str
    context: str
    replaced: str
    replaced_by: str
    stale: str
    holdings: str
    badges_title: str
    refused: str
    refused_why: str
    nearest: str
    near_miss: str
    near_miss_why: str
    next_step: str
    next_rephrase: str
    next_contact: str
    notes: str
    basis: str
    confidence: str
    confidence_help: str
    timings: str
    total: str
    copy: str
    copied: str
    verbatim: str
    failed: str
    not_found: str
    not_found_more: str
    outline: str
    whole_text: str
    back_home: str
    footer: str
    kept: str
    examples: tuple[Example, ...]
    begins: str
    validity: dict[Validity, str]
    grade: dict[Grade, str]
    kind: dict[Kind, str]
    stage: dict[str, str]
    levels: tuple[str, str, str]
    colon: str
    join: str


ZH = Texts(
    lang="zh",
    html_lang="zh-CN",
    product="延安招商知识库",
    page="政策问答",
    switch="English",
    skip="跳到提问框",
    hero="在延安投资，政策怎么说？",
    hero_sub="每一句回答都注明出处，点开即见原文。资料库里没有的，会直接告诉您没有。",
    try_one="可以这样问",
    placeholder="请输入您的问题",
    question_label="您的问题",
    send="提问",
    day_label="按某日有效的政策回答",
    day_help="不选即为今天",
    day_said="y年m月d日",
    day_empty="今天",
    day_clear="改回今天",
    day_bad="日期“{day}”无法识别。请写成 2026-01-31 这样的格式，或留空表示今天。",
    thread_label="问答记录",
    answered_for="按 {day} 有效的政策回答",
    searching="正在查找条款……",
    sources="出处",
    sources_of="本条回答的出处",
    cite_label="出处 {n}：{title}",
    source_label="出处与原文",
    panel_title="出处",
    panel_empty="提问后，这里显示每句回答所依据的条款：文号、效力、施行日期和原文。",
    panel_back="返回回答",
    open_original="打开原文",
    doc_number="文号",
    issuers="发文机关",
    published="发布日期",
    effective="施行日期",
    expires="有效期至",
    clause="条款位置",
    page_no="页码",
    page_picture="看页面图像",
    page_picture_of="原件图像，{page}，引用处已框出",
    checked="核对情况",
    context="原文上下文",
    replaced="取代情况",
    replaced_by="已由{by}取代",
    stale="这份资料在回答之后更新过，原引文位置已变动。请重新提问，或打开原文查看现行文本。",
    holdings="收录范围",
    badges_title="效力标识",
    refused="资料库未收录这个问题的答案",
    refused_why="现有资料中没有足以回答这个问题的条款，为免误导，不作推测。",
    nearest="最接近的资料",
    near_miss="没有找到直接回答这个问题的内容",
    near_miss_why="资料中最接近的是下面的条款，但它没有直接回答您的问题，请勿当作答案使用。",
    next_step="接下来可以",
    next_rephrase="换个问法：写出政策名称、税种、行业或文号，一次只问一件事。",
    next_contact="向延安市招商部门或该事项的主管部门核实。",
    notes="提示",
    basis="依据与可信度",
    confidence="可信度",
    confidence_help="由检索与原句匹配情况计算得出，表示所引条款正好回答这个问题的可能性。",
    timings="用时",
    total="合计",
    copy="复制回答与出处",
    copied="已复制",
    verbatim="",
    failed="系统出了点问题，这个问题没有回答成功。请稍后再试；若反复出现，请联系管理员。",
    not_found="没有找到这份资料",
    not_found_more="它可能已被删除或更换编号。请回到问答页重新提问。",
    outline="目录",
    whole_text="全文",
    back_home="返回政策问答",
    footer="内容为资料库摘编，办理前请以主管机关公布的原文和认定为准。",
    kept="没有答出的问题会留存文字，用于补充资料；不记录姓名和地址，请勿填写个人信息。",
    examples=(
        Example("税收", "投资延安的鼓励类产业企业所得税税率是多少，执行到哪一年？"),
        Example("土地", "工业用地可以零地价吗？"),
        Example("税收", "研发费用加计扣除比例是多少？"),
        Example("农业", "种苹果要交企业所得税吗？"),
        Example("外资", "外商投资准入负面清单有多少条？"),
        Example("经验", "昆山之路精神是什么？"),
    ),
    begins="{day}起施行",
    validity={
        Validity.IN_FORCE: "现行有效",
        Validity.EXPIRING: "即将到期",
        Validity.NOT_YET: "尚未施行",
        Validity.EXPIRED: "已失效",
        Validity.SUPERSEDED: "已被取代",
        Validity.UNDATED: "未注明日期",
    },
    grade={
        Grade.A: "已与条文全文或政府网站文本核对",
        Grade.B: "已与官方媒体或政策库文本核对",
        Grade.C: "核对自转载文本，办理前请对照官方原文",
        Grade.MEMORY: "部分内容没有对照到官方原文（文中标“待核”），办理前请对照原文",
    },
    kind={Kind.POLICY: "政策法规", Kind.EXPERIENCE: "外地经验", Kind.GLOSSARY: "术语解释"},
    stage={
        "read": "理解问题",
        "encode": "编码",
        "search": "检索",
        "sentences": "选句",
        "verify": "核对引文",
        "plan": "对比和列举",
        "llm": "大模型写作",
    },
    levels=("高", "中", "低"),
    colon="：",
    join="、",
)

EN = Texts(
    lang="en",
    html_lang="en",
    product="Yan'an Investment Knowledge Base",
    page="Policy Q&A",
    switch="中文",
    skip="Skip to the question box",
    hero="Investing in Yan'an: what do the rules say?",
    hero_sub="Every sentence of an answer names its source, one click away. What the base does not "
    "hold, it says so.",
    try_one="Try asking",
    placeholder="Ask a question",
    question_label="Your question",
    send="Ask",
    day_label="Answer by the rules in force on",
    day_help="empty means today",
    day_said="y-m-d",
    day_empty="today",
    day_clear="Back to today",
    day_bad="The date “{day}” cannot be read. Write it like 2026-01-31, or leave it empty for "
    "today.",
    thread_label="Questions and answers",
    answered_for="Answered by the rules in force on {day}",
    searching="Looking up the clauses…",
    sources="Sources",
    sources_of="Sources of this answer",
    cite_label="Source {n}: {title}",
    source_label="Source and original text",
    panel_title="Source",
    panel_empty="Once you ask, this shows the clause each sentence rests on: document number, "
    "validity, dates and the original text.",
    panel_back="Back to the answer",
    open_original="Open the original",
    doc_number="Number",
    issuers="Issued by",
    published="Published",
    effective="In effect from",
    expires="In effect until",
    clause="Clause",
    page_no="Page",
    page_picture="look at the page",
    page_picture_of="Picture of the original, {page}, the quote framed",
    checked="Checked",
    context="In its context",
    replaced="Replaced",
    replaced_by="Superseded by {by}",
    stale="This document was updated after the answer, so the place quoted has moved. Ask again, "
    "or open the original to read the current text.",
    holdings="What the base holds",
    badges_title="Validity marks",
    refused="The base does not cover this question",
    refused_why="No clause it holds is enough to answer, so it does not guess.",
    nearest="Nearest documents",
    near_miss="Nothing answers this question directly",
    near_miss_why="The clauses below are the nearest the base holds. They do not answer the "
    "question; do not rely on them as an answer.",
    next_step="What you can do next",
    next_rephrase="Rephrase: name the policy, tax, industry or document number, one thing at a "
    "time.",
    next_contact="Ask Yan'an's investment promotion office, or the authority in charge.",
    notes="Notes",
    basis="Basis and confidence",
    confidence="Confidence",
    confidence_help="Computed from retrieval and sentence matching: how likely the cited clauses "
    "answer this very question.",
    timings="Time",
    total="total",
    copy="Copy answer with sources",
    copied="Copied",
    verbatim="Answers quote the Chinese documents in their own words.",
    failed="Something went wrong and the question was not answered. Please try again later; if it "
    "keeps happening, tell the administrator.",
    not_found="There is no such document",
    not_found_more="It may have been removed or renumbered. Go back and ask again.",
    outline="Contents",
    whole_text="Full text",
    back_home="Back to Policy Q&A",
    footer="A digest made for this knowledge base; before acting, rely on the published originals "
    "and the decision of the authority in charge.",
    kept="The text of questions that could not be answered is kept, to see what is missing; no "
    "names and no addresses. Please put nothing personal into a question.",
    examples=(
        Example(
            "Tax",
            "What corporate income tax rate applies to encouraged industries in western China, "
            "and until when?",
        ),
        Example("Land", "Can industrial land be granted at zero price?"),
        Example("Tax", "What is the super-deduction ratio for R&D expenses?"),
        Example("Farming", "Is income from growing apples exempt from corporate income tax?"),
        Example("Foreign", "How many items are on the foreign investment negative list?"),
        Example("Lessons", "What is the spirit of the Kunshan Road?"),
    ),
    begins="from {day}",
    validity={
        Validity.IN_FORCE: "In force",
        Validity.EXPIRING: "Expiring soon",
        Validity.NOT_YET: "Not yet in force",
        Validity.EXPIRED: "Expired",
        Validity.SUPERSEDED: "Superseded",
        Validity.UNDATED: "Undated",
    },
    grade={
        Grade.A: "checked against the full official text",
        Grade.B: "checked against official media or a policy library",
        Grade.C: "checked against a reprint; compare with the official text before acting",
        Grade.MEMORY: "parts (marked 待核) not compared with an official text; check before acting",
    },
    kind={Kind.POLICY: "Policies", Kind.EXPERIENCE: "Lessons", Kind.GLOSSARY: "Terms"},
    stage={
        "read": "read",
        "encode": "encode",
        "search": "search",
        "sentences": "choose",
        "verify": "verify",
        "plan": "compare, list",
        "llm": "write (LLM)",
    },
    levels=("high", "medium", "low"),
    colon=": ",
    join=", ",
)


def texts(lang: str) -> Texts:
    """The words of a language; anything but ``en`` is Chinese."""
    return EN if lang == "en" else ZH


def day_text(day: date | None, lang: str) -> str:
    """A date for readers, empty when unknown: ``2026年1月31日`` or ``2026-01-31``."""
    if day is None:
        return ""
    return day.isoformat() if lang == "en" else f"{day.year}年{day.month}月{day.day}日"


def validity_text(
    validity: Validity, expires: date | None, lang: str, effective: date | None = None
) -> str:
    """The words of a validity badge, with the day it ends or begins where that matters."""
    t = texts(lang)
    words = t.validity[validity]
    if validity is Validity.NOT_YET and effective is not None:
        return f"{words} · {t.begins.format(day=day_text(effective, lang))}"
    if validity in (Validity.EXPIRING, Validity.EXPIRED) and expires is not None:
        return f"{words} · {day_text(expires, lang)}"
    return words


def confidence_level(confidence: float, lang: str) -> str:
    """High from 0.95, medium from 0.85, low below: what is answered at all is at least likely."""
    high, medium, low = texts(lang).levels
    return high if confidence >= 0.95 else medium if confidence >= 0.85 else low


def copy_text(answer: Answer, on: date | None, lang: str) -> str:
    """The answer as plain text with numbered sources, for the clipboard."""
    t = texts(lang)
    lines = [answer.question, ""]
    if answer.status is Status.NEAREST:
        lines += [t.near_miss, t.near_miss_why, ""]
    if answer.table is not None:
        lines += as_text(answer.table, lang)
    else:
        lines += [f"{c.text}{''.join(f'[{n}]' for n in c.citations)}" for c in answer.claims]
    if on is not None:
        lines += ["", t.answered_for.format(day=day_text(on, lang))]
    if answer.citations:
        lines += ["", f"{t.sources}{t.colon.rstrip()}"]
        lines += [_source_line(c, lang) for c in answer.citations]
    if answer.notes:
        lines += ["", f"{t.notes}{t.colon.rstrip()}"]
        lines += [f"- {n.en if lang == 'en' else n.zh}" for n in answer.notes]
    return "\n".join(lines)


def _source_line(c: Citation, lang: str) -> str:
    t = texts(lang)
    parts = [f"《{c.title}》", c.doc_number, " › ".join(c.path)]
    if c.page is not None:
        parts.append(f"{t.page_no} {c.page}")
    parts.append(validity_text(c.validity, c.expires, lang, c.effective))
    return f"[{c.n}] " + " · ".join(p for p in parts if p) + f"\n    “{c.quote.strip()}”"
