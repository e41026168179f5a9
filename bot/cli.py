"""The command line ``kb``. Every command takes ``--json`` where a program might call it.

Imports of the heavy parts happen inside the commands, so that ``kb --help`` is instant and
``kb ask`` never loads torch or gradio.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

import typer

import bot as _bot  # noqa: F401  (sets the offline switches)
from bot import cli_backup, cli_ingest
from bot.cli_eval import evaluate
from bot.cli_keys import keys_app
from bot.cli_llm import llm_app
from bot.cli_mcp import mcp
from bot.cli_record import set_header, show
from bot.cli_serve import serve
from bot.cli_users import users_app
from bot.command import (
    BY_SERVER,
    As,
    Data,
    Json,
    Lang,
    On,
    Server,
    day_of,
    need_documents,
    open_base,
    reporting,
)
from kb.errors import QuestionError
from kb.models import Kind, Role
from kb.text import sendable

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    help="延安招商知识库 · Investment promotion knowledge base for Yan'an",
)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(callback=sendable, help="the question · 问题")],
    as_json: Json = False,
    role: As = Role.INVESTOR,
    on: On = None,
    server: Server = "",
    explain: Annotated[
        bool, typer.Option("--explain", help="show candidates and scores · 显示检索过程")
    ] = False,
    data: Data = None,
    lang: Lang = None,
) -> None:
    """Answer a question, every sentence quoted from a clause. · 回答问题，逐句引用原文"""
    with reporting(lang, as_json) as settings:
        if server and role is not Role.INVESTOR:
            raise QuestionError(
                "正在运行的服务只以投资者身份回答。请去掉 --as，或停止服务后在本机查询。",
                "A running server answers as an investor only. Leave out --as, or stop the server "
                "and ask on this machine.",
            )
        if server:
            from bot.client import ask_server

            remote = ask_server(server, question, day_of(on))
            _show_remote(remote, as_json, settings.lang)
            return
        from bot.answering import answer_events, last
        from bot.api import answer_to_json
        from bot.engine import Engine
        from bot.terminal import print_answer, print_json
        from bot.terminal_explain import print_explanation

        with open_base(settings, data, BY_SERVER) as kb:
            need_documents(kb)
            done = last(answer_events(Engine(kb), question, role, day_of(on)))
        if as_json:
            print_json(answer_to_json(done.answer, done.why if explain else None))
            return
        print_answer(done.answer, settings.lang)
        if explain:
            print_explanation(done.why, settings.lang)


def _show_remote(remote: dict[str, Any], as_json: bool, lang: str) -> None:
    from bot.client import answer_from_json
    from bot.terminal import print_answer, print_json

    if as_json:
        print_json(remote)
    else:
        print_answer(answer_from_json(remote), lang)


@app.command()
def search(
    words: Annotated[str, typer.Argument(callback=sendable, help="what to look for · 检索词")],
    as_json: Json = False,
    role: As = Role.INVESTOR,
    on: On = None,
    kind: Annotated[list[Kind] | None, typer.Option(help="policy, experience, glossary")] = None,
    region: Annotated[list[str] | None, typer.Option(help="地区")] = None,
    chain: Annotated[list[str] | None, typer.Option(help="产业链")] = None,
    topic: Annotated[list[str] | None, typer.Option(help="主题")] = None,
    year: Annotated[list[int] | None, typer.Option(help="年份")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="also what is not in force · 包括已失效的")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=100)] = 10,
    data: Data = None,
    lang: Lang = None,
) -> None:
    """Find clauses and lessons by words and facets. · 按词语和分类检索"""
    with reporting(lang, as_json) as settings:
        from bot.api import hit_to_json
        from bot.engine import Engine
        from bot.terminal import print_hits, print_json

        with open_base(settings, data) as kb:
            need_documents(kb)
            hits = Engine(kb).search(
                words,
                role,
                day_of(on),
                kinds=tuple(kind or ()),
                regions=tuple(region or ()),
                chains=tuple(chain or ()),
                topics=tuple(topic or ()),
                years=tuple(year or ()),
                include_out_of_force=everything,
                limit=limit,
            )
        if as_json:
            print_json([hit_to_json(hit) for hit in hits])
        else:
            print_hits(hits, settings.lang)


app.command()(cli_ingest.ingest)


@app.command(name="list")
def list_documents(
    as_json: Json = False,
    role: As = Role.INVESTOR,
    on: On = None,
    quarantined: Annotated[
        bool, typer.Option("--quarantined", help="files set aside, for admins · 待处理文件")
    ] = False,
    data: Data = None,
    lang: Lang = None,
) -> None:
    """All documents with kind, audience, validity and grade. · 列出资料"""
    with reporting(lang, as_json) as settings:
        if quarantined:
            cli_ingest.list_quarantined(settings, data, role, as_json)
            return
        from bot.terminal import print_documents, print_json
        from kb.header_json import header_to_json
        from kb.validity import validity

        day = day_of(on) or date.today()
        with open_base(settings, data) as kb:
            documents = [(d, validity(d.header, day)) for d in kb.documents(role.audiences)]
        if as_json:
            print_json(
                [
                    {
                        "document_id": d.document_id, "validity": state.value,
                        "passages": d.passage_count, "characters": d.characters,
                        "source_name": d.source_name, **header_to_json(d.header),
                    }
                    for d, state in documents
                ]
            )  # fmt: skip
        else:
            print_documents(documents, settings.lang)


app.command()(show)
app.command(name="set")(set_header)
app.command()(cli_ingest.remove)


@app.command()
def doctor(
    repair: Annotated[
        bool, typer.Option("--repair", help="mend what can be mended · 修复")
    ] = False,
    as_json: Json = False,
    data: Data = None,
    lang: Lang = None,
) -> None:
    """Check that all stores agree; --repair rebuilds the indexes. · 检查与修复"""
    with reporting(lang, as_json) as settings:
        from bot.terminal import counting, print_findings, print_json
        from kb.doctor import examine
        from kb.doctor import repair as mend

        chosen = settings if data is None else settings.model_copy(update={"data": data})
        with counting(settings.lang) as progress:
            findings = mend(chosen, progress) if repair else examine(chosen, progress)
        if as_json:
            print_json([asdict(f) for f in findings])
        else:
            print_findings(findings, settings.lang)
        if any(f.severity == "error" for f in findings):
            raise typer.Exit(1)


app.command()(cli_backup.backup)
app.command(name="verify-backup")(cli_backup.verify_backup)
app.command()(cli_backup.restore)
app.command(name="eval")(evaluate)
app.command()(serve)
app.command()(mcp)
app.add_typer(users_app, name="users")
app.add_typer(llm_app, name="llm")
app.add_typer(keys_app, name="keys")


def main() -> None:
    """Entry point of the ``kb`` command."""
    app()


if __name__ == "__main__":
    main()
