"""``kb show`` and ``kb set``: one document's record, and putting its header right."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.command import (
    As,
    Data,
    Json,
    Lang,
    On,
    day_of,
    open_base,
    open_to_change,
    reporting,
)
from kb.errors import SettingsError
from kb.models import Role
from kb.text import sendable

if TYPE_CHECKING:
    from bot.record import Record


def show(
    document_id: Annotated[str, typer.Argument(help="id of kb list · 资料编号")],
    as_json: Json = False,
    role: As = Role.INVESTOR,
    on: On = None,
    data: Data = None,
    lang: Lang = None,
) -> None:
    """One document: its header and where it is from, its editions, its passages. · 查看一份资料"""
    with reporting(lang, as_json) as settings:
        from bot.record import record
        from bot.terminal import print_json
        from bot.terminal_record import print_record

        day = day_of(on) or date.today()
        with open_base(settings, data) as kb:
            made = record(kb, document_id, role.audiences)
            text = kb.text(made.info)
            passages = kb.catalog.passages(made.info.version_id)
        if as_json:
            print_json(
                _to_json(made, day)
                | {
                    "text": text,
                    "passages": [
                        {
                            "ordinal": p.ordinal, "path": p.path, "start": p.start, "end": p.end,
                            "page": p.page, "kind": p.kind.value, "text": text[p.start : p.end],
                        }
                        for p in passages
                    ],
                }
            )  # fmt: skip
            return
        print_record(made, day, settings.lang, [(p, text[p.start : p.end]) for p in passages])


def set_header(
    document_id: Annotated[str, typer.Argument(help="id of kb list · 资料编号")],
    facts: Annotated[
        list[str] | None,
        typer.Argument(help="field=value …; field= clears · 项=值，项= 清空"),
    ] = None,
    undo: Annotated[
        list[str] | None, typer.Option("--undo", help="drop the correction of a field · 撤回更正")
    ] = None,
    as_json: Json = False,
    data: Data = None,
    lang: Lang = None,
) -> None:
    """Put a document's header right; later versions keep it. · 更正资料信息"""
    with reporting(lang, as_json) as settings:
        from bot.record import record
        from bot.terminal import print_json
        from bot.terminal_record import print_record
        from ingest.correcting import correction, field_named

        if not facts and not undo:
            raise SettingsError(
                "没有写要更正什么。写成 项=值，例如 effective=2025-01-01；撤回用 --undo。",
                "Nothing to correct. Write field=value, for example effective=2025-01-01, or use "
                "--undo.",
            )
        values = dict(correction(sendable(fact)) for fact in facts or ())
        dropped = [field_named(key) for key in undo or ()]
        day = date.today()
        with open_to_change(settings, data) as kb:
            kb.correct(document_id, values, dropped)
            made = record(kb, document_id, Role.ADMIN.audiences)
        if as_json:
            print_json(_to_json(made, day))
        else:
            print_record(made, day, settings.lang)


def _to_json(made: Record, day: date) -> dict[str, Any]:
    from bot.record import fields_to_json, relatives_to_json
    from kb.header_json import header_to_json

    header = header_to_json(made.info.header)
    shown = {f.key for f in made.fields}
    hidden = {"superseded_by", "superseded_on"} - shown
    return {
        "document_id": made.info.document_id,
        "header": {k: v for k, v in header.items() if k not in hidden},
        "fields": fields_to_json(made.fields),
        "family": relatives_to_json(made.relatives, day),
        "notes": [{"code": n.code, "zh": n.zh, "en": n.en} for n in made.notes],
    }
