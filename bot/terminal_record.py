"""How the command line shows one document's record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from rich.markup import escape

from bot.record import Field, Origin, Record
from bot.terminal import VALIDITY, out, say
from kb.family import Relation
from kb.models import Passage
from kb.validity import validity

_ORIGIN = {
    Origin.CORRECTION: ("更正", "corrected"),
    Origin.INFERRED: ("推断", "inferred"),
    Origin.TEXT: ("原文", "in the text"),
    Origin.FILE_NAME: ("文件名", "the file's name"),
    Origin.GIVEN: ("文首、导入选项或默认", "given in the file, at ingest, or by default"),
}
_RELATION = {
    Relation.EARLIER: ("较早版本", "earlier edition"),
    Relation.LATER: ("较新版本", "later edition"),
    Relation.REPLACED: ("被本文取代", "replaced by this"),
    Relation.SUCCESSOR: ("取代本文", "replaces this"),
    Relation.COPY: ("内容相同", "same text"),
    Relation.FORWARDED: ("被本文转发或印发", "passed on by this"),
    Relation.FORWARDING: ("转发或印发本文", "passes this on"),
    Relation.SAME_NAME: ("同名", "same name"),
}


def print_record(
    made: Record, on: date, lang: str, passages: Sequence[tuple[Passage, str]] = ()
) -> None:
    """Header with origins, notes, family, and the passages if they are given."""
    header = made.info.header
    state = say(lang, *VALIDITY[validity(header, on)])
    out.print(f"《{header.title}》 {header.doc_number}", markup=False)
    out.print(f"{made.info.document_id}  {state}  {on.isoformat()}", markup=False, style="dim")
    for field in made.fields:
        out.print(f"  {field.key}: {_written(field.value)}", f"[dim]{_origin(field, lang)}[/]")
    for note in made.notes:
        out.print(f"[yellow]※ {escape(say(lang, note.zh, note.en))}[/]")
    if made.relatives:
        out.print(say(lang, "相关版本与副本：", "Editions and copies:"))
    for relative in made.relatives:
        other = relative.info.header
        days = " → ".join(
            day.isoformat() if day else "…"
            for day in (other.effective or other.published, other.superseded_on or other.expires)
        )
        out.print(
            f"  {say(lang, *_RELATION[relative.relation])}  {relative.info.document_id}  "
            f"《{other.title}》 {other.doc_number}  {days}  "
            f"[{say(lang, *VALIDITY[validity(other, on)])}]",
            markup=False,
        )
    for passage, text in passages:
        out.print(f"[{passage.ordinal}] {' › '.join(passage.path)}", markup=False, style="dim")
        out.print(f"    {text}", markup=False)


def _written(value: Any) -> str:
    if value is None:
        return "—"
    return escape("、".join(map(str, value)) if isinstance(value, list) else str(value))


def _origin(field: Field, lang: str) -> str:
    words = say(lang, *_ORIGIN[field.origin])
    if field.origin is Origin.TEXT:
        page = say(lang, f"第{field.page}页", f"page {field.page}") if field.page else ""
        words = " ".join(part for part in (words, page, f"“{field.quote}”") if part)
    return escape(f"[{words}]")
