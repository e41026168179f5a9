"""What ``kb ingest`` shows: how far it is, what became of each file, what was set aside and why."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.markup import escape
from rich.progress import BarColumn, TextColumn
from rich.table import Table

from bot.terminal import bar, out, say
from ingest.outcome import NOT_IN, Outcome, Result, summary
from ingest.progress import Event, OnEvent, Pace, pace
from kb.quarantine import SetAside

RESULT = {
    Result.ADDED: ("新增", "added"),
    Result.REPLACED: ("替换", "replaced"),
    Result.UNCHANGED: ("未变", "unchanged"),
    Result.QUARANTINED: ("待处理", "set aside"),
    Result.REFUSED: ("未入库", "refused"),
}


def told(event: Event, now: Pace, lang: str) -> str:
    """How far a run is, in one line: ``已读 12/50 份 · 1,234 条 · 61 条/秒 · 剩约 2 分``."""
    parts = [
        say(
            lang,
            f"已读 {event.files_done}/{event.files} 份",
            f"{event.files_done}/{event.files} files",
        )
    ]
    if event.passages_done:
        count = f"{event.passages_done:,}"
        parts.append(say(lang, f"{count} 条", f"{count} passages"))
    if now.rate:
        parts.append(say(lang, f"{now.rate:.0f} 条/秒", f"{now.rate:.0f}/s"))
    if now.left:
        parts.append(_left(now.left, lang))
    if event.pages:
        page = f"{event.page}/{event.pages}"
        parts.append(say(lang, f"{event.file} 第 {page} 页", f"{event.file} page {page}"))
    return " · ".join(parts)


def _left(seconds: float, lang: str) -> str:
    if seconds < 60:
        return say(lang, f"剩约 {seconds:.0f} 秒", f"about {seconds:.0f} s left")
    if seconds < 5400:
        minutes = round(seconds / 60)
        return say(lang, f"剩约 {minutes} 分", f"about {minutes} min left")
    return say(lang, f"剩约 {seconds / 3600:.1f} 小时", f"about {seconds / 3600:.1f} h left")


@contextmanager
def progress_bar(lang: str) -> Iterator[OnEvent]:
    """A bar for an ingest run, on standard error, gone when it ends."""
    with bar(BarColumn(), TextColumn("{task.description}", markup=False)) as shown:
        task = shown.add_task(say(lang, "查看文件", "looking at files"), total=None)
        going: Pace | None = None

        def on_event(event: Event) -> None:
            nonlocal going
            going = pace(going, event, time.monotonic())
            shown.update(
                task,
                completed=event.files_done,
                total=event.files or None,
                description=told(event, going, lang),
            )

        yield on_event


def outcomes_json(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """What became of each file, for programs."""
    return [
        {
            "path": str(o.path), "name": o.name, "result": o.result.value,
            "document_id": o.document_id, "title": o.title, "passages": o.passages,
            "pages": o.pages, "notes": [{"code": n.code, "zh": n.zh, "en": n.en} for n in o.notes],
            "quarantine_id": o.quarantine_id, "can_accept": o.can_accept, "zh": o.zh, "en": o.en,
        }
        for o in outcomes
    ]  # fmt: skip


def print_outcomes(outcomes: Sequence[Outcome], lang: str) -> None:
    """A table of the files that are new, changed or not in, what there is to say of them, the
    counts, and what to do next.
    """
    rows = [o for o in outcomes if o.result is not Result.UNCHANGED]
    if rows:
        heads = (
            ("文件", "file"), ("结果", "result"), ("编号", "id"), ("标题", "title"),
            ("条款", "passages"), ("页", "pages"),
        )  # fmt: skip
        table = _table(heads, lang)
        for o in rows:
            style = "red" if o.result in NOT_IN else "green"
            table.add_row(
                escape(o.name), f"[{style}]{say(lang, *RESULT[o.result])}[/]",
                escape(o.quarantine_id or o.document_id), escape(o.title),
                str(o.passages or ""), str(o.pages or ""),
            )  # fmt: skip
        out.print(table)
    for o in rows:
        for remark in _remarks(o, lang):
            style = "red" if o.result in NOT_IN else "yellow"
            out.print(f"[{style}]※ {escape(o.name)}[/]  {escape(remark)}")
    counts = summary(outcomes)
    out.print("  ".join(f"{say(lang, *RESULT[r])} {counts[r.value]}" for r in Result))
    _print_next(outcomes, lang)


def _table(heads: Sequence[tuple[str, str]], lang: str) -> Table:
    """An empty table that breaks long words and loses nothing."""
    table = Table()
    for zh, en in heads:
        table.add_column(say(lang, zh, en), overflow="fold")
    return table


def _remarks(o: Outcome, lang: str) -> list[str]:
    if o.result not in NOT_IN:
        return [say(lang, note.zh, note.en) for note in o.notes]
    reason = say(lang, o.zh, o.en)
    if o.document_id:
        zh = f"（库里仍是上一版 {o.document_id}）"
        reason += say(lang, zh, f" (the version before, {o.document_id}, stays)")
    return [reason]


def _print_next(outcomes: Sequence[Outcome], lang: str) -> None:
    """What to do about the files that are not in."""
    aside = [o for o in outcomes if o.result is Result.QUARANTINED]
    if aside:
        out.print(
            say(
                lang,
                "待处理的文件没有入库，已原样保存：按说明改好后重新导入即可；"
                "查看用 kb list --quarantined --as admin，不要了用 kb remove 编号。",
                "Files set aside are kept as they are, and not in the base: mend them as told and "
                "ingest them again. See them with kb list --quarantined --as admin, drop one with "
                "kb remove ID.",
            )
        )
    acceptable = list(dict.fromkeys(o.quarantine_id for o in aside if o.can_accept))
    if acceptable:
        ids = " ".join(f"--accept {i}" for i in acceptable[:3])
        out.print(
            say(
                lang,
                f"其中 {len(acceptable)} 份读出了内容，核对后可以照收：kb ingest {ids}",
                f"{len(acceptable)} of them were read; after checking they can be taken in as "
                f"they are: kb ingest {ids}",
            )
        )
    if any(o.result is Result.REFUSED for o in outcomes):
        out.print(
            say(
                lang,
                "未入库的文件没有保存，按说明处理后重新导入。",
                "Refused files were not kept; do as told, then ingest them again.",
            )
        )


def entries_json(entries: Sequence[SetAside]) -> list[dict[str, Any]]:
    """The files set aside, for programs."""
    return [
        {
            "quarantine_id": e.quarantine_id, "source_name": e.source_name, "size": e.size,
            "kind": e.kind, "audience": e.audience, "can_accept": e.can_accept,
            "added_at": e.added_at, "zh": e.zh, "en": e.en,
        }
        for e in entries
    ]  # fmt: skip


def print_entries(entries: Sequence[SetAside], lang: str) -> None:
    """The files set aside, each with the reason and whether it can be accepted."""
    if not entries:
        out.print(say(lang, "没有待处理的文件。", "No file is set aside."))
        return
    heads = (
        ("编号", "id"), ("文件", "file"), ("大小", "size"), ("日期", "since"),
        ("可照收", "can be accepted"),
    )  # fmt: skip
    table = _table(heads, lang)
    for e in entries:
        table.add_row(
            e.quarantine_id, escape(e.source_name), f"{max(1, round(e.size / 1000)):,} KB",
            e.added_at[:10], say(lang, "是", "yes") if e.can_accept else "",
        )  # fmt: skip
    out.print(table)
    for e in entries:
        out.print(f"[red]※ {e.quarantine_id}[/]  {escape(say(lang, e.zh, e.en))}")
