"""What the command line shows: answers, hits, lists and progress, in the user's language."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from bot.table_text import heads, left_out, lines, marked
from kb.answer_table import AnswerTable
from kb.models import Answer, Citation, DocumentInfo, Hit, Status, Validity

if TYPE_CHECKING:
    from kb.examinations import Finding

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

VALIDITY = {
    Validity.IN_FORCE: ("现行有效", "in force"),
    Validity.EXPIRING: ("即将到期", "expiring"),
    Validity.NOT_YET: ("尚未施行", "not yet in force"),
    Validity.EXPIRED: ("已失效", "expired"),
    Validity.SUPERSEDED: ("已被取代", "superseded"),
    Validity.UNDATED: ("未注明日期", "undated"),
}


def say(lang: str, zh: str, en: str) -> str:
    """The text in the user's language."""
    return en if lang == "en" else zh


def print_json(value: Any) -> None:
    """One JSON value on standard output, Chinese readable."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def print_answer(answer: Answer, lang: str) -> None:
    """The sentences with their citation numbers, the sources, the notes; or the refusal."""
    if answer.status is Status.REFUSED:
        out.print(
            say(
                lang,
                "[bold]资料库没有收录能回答这个问题的内容。[/]请换个问法，或向主管部门核实。",
                "[bold]The base does not cover this question.[/] Ask in other words, or check "
                "with the competent authority.",
            )
        )
        if answer.nearest:
            out.print(say(lang, "最接近的资料：", "Nearest documents:"))
        for near in answer.nearest:
            number = f" {near.doc_number}" if near.doc_number else ""
            out.print(f"  · {escape(near.title + number)}  [dim]{escape(near.document_id)}[/]")
    if answer.status is Status.NEAREST:
        out.print(
            say(
                lang,
                "[bold]没有找到直接回答这个问题的内容。[/]资料中最接近的是：",
                "[bold]Nothing answers this question directly.[/] The nearest in the base is:",
            )
        )
    if answer.table is not None:
        out.print(_grid(answer.table, lang), soft_wrap=False)
        if more := left_out(answer.table, lang):
            out.print(escape(more))
    for claim in () if answer.table is not None else answer.claims:
        marks = "".join(f"[{n}]" for n in claim.citations)
        out.print(escape(claim.text), f"[cyan]{escape(marks)}[/]")
    if answer.citations:
        out.print()
    for c in answer.citations:
        out.print(f"[cyan]{escape(f'[{c.n}]')}[/]", escape(_place(c, lang)))
        out.print(f"    [dim]“{escape(c.quote)}”[/]")
    for note in answer.notes:
        out.print(f"[yellow]※ {escape(say(lang, note.zh, note.en))}[/]")
    if answer.table is None:  # whose cells are each decided on their own
        out.print(f"[dim]{say(lang, '可信度', 'confidence')} {answer.confidence:.2f}[/]")


def _grid(table: AnswerTable, lang: str) -> Table:
    """An answer's table; the head of a row stands on its first line only."""
    shown = Table(show_lines=True)
    for name in heads(table, lang):
        shown.add_column(escape(name), overflow="fold")
    for line in lines(table, lang):
        cells = (escape(marked(cell)) for cell in line.cells)
        shown.add_row(escape(line.title) if line.lines else "", *cells)
    return shown


def _place(c: Citation, lang: str) -> str:
    parts = [f"《{c.title}》", c.doc_number, " › ".join(c.path)]
    if c.page is not None:
        parts.append(say(lang, f"第{c.page}页", f"page {c.page}"))
    zh, en = VALIDITY[c.validity]
    until = f" → {c.expires.isoformat()}" if c.expires else ""
    parts.append(f"[{say(lang, zh, en)}{until}]")
    return "  ".join(part for part in parts if part)


def print_hits(hits: Sequence[Hit], lang: str) -> None:
    """Hits, best first."""
    if not hits:
        out.print(say(lang, "没有找到。请换个词试试。", "Nothing found. Try other words."))
    for i, hit in enumerate(hits, 1):
        path = " › ".join(hit.passages[0].path) if hit.passages else ""
        zh, en = VALIDITY[hit.validity]
        head = f"{i}. 《{hit.document.header.title}》 {path}"
        out.print(f"[bold]{escape(head)}[/] [dim]{say(lang, zh, en)}[/]")
        out.print(f"   {escape(hit.text)}")


def print_documents(documents: Sequence[tuple[DocumentInfo, Validity]], lang: str) -> None:
    """A table of documents with kind, audience, validity and grade."""
    heads = (
        ("编号", "id"), ("标题", "title"), ("类型", "kind"), ("对象", "audience"),
        ("效力", "validity"), ("到期", "ends"), ("核实", "grade"), ("条款", "passages"),
    )  # fmt: skip
    table = Table(*(say(lang, zh, en) for zh, en in heads))
    for info, state in documents:
        h = info.header
        table.add_row(
            escape(info.document_id), escape(h.title), h.kind.value, h.audience.value,
            say(lang, *VALIDITY[state]), h.expires.isoformat() if h.expires else "",
            h.grade.value if h.grade else "", str(info.passage_count),
        )  # fmt: skip
    out.print(table)


def print_removed(document_ids: Sequence[str], erased: bool, lang: str) -> None:
    """What was removed, and whether traces are left in files."""
    for document_id in document_ids:
        out.print(escape(say(lang, f"已删除 {document_id}", f"removed {document_id}")))
    if not erased:
        out.print(
            say(
                lang,
                "资料库较大，索引文件中的痕迹留待 kb doctor --repair 清除。",
                "The base is large: kb doctor --repair erases the traces in the index files.",
            )
        )


def print_findings(findings: Sequence[Finding], lang: str) -> None:
    """What the doctor found, and below each finding the command that mends it."""
    for f in findings:
        out.print(f"[{f.severity}] {say(lang, f.zh, f.en)}", markup=False)
        if f.command:
            out.print(f"    → {f.command}", markup=False, style="dim")


def bar(*columns: ProgressColumn) -> Progress:
    """A bar that leaves nothing behind; where nobody watches, in a log or a pipe, none at all."""
    disable = not err.is_terminal
    return Progress(*columns, TimeRemainingColumn(), console=err, transient=True, disable=disable)


@contextmanager
def counting(lang: str) -> Iterator[Any]:
    """A plain ``progress(stage, done, total)`` bar on standard error."""
    names = {
        "encoder": ("首次生成离线编码器", "building the offline encoder"),
        "encode": ("计算向量", "encoding"),
        "copy": ("清除痕迹", "erasing"),
        "ingest": ("读取资料", "documents"),
        "backup": ("备份", "backing up"),
        "check": ("校验备份", "checking the backup"),
        "index": ("重建索引", "making the indexes"),
        "ask": ("提问", "asking"),
    }
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with bar(*columns) as shown:
        tasks: dict[str, Any] = {}

        def progress(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = shown.add_task(say(lang, *names.get(stage, (stage, stage))))
            shown.update(tasks[stage], completed=done, total=total)

        yield progress
