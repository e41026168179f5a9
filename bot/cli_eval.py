"""``kb eval``: the one command that looks into ``evals``, where the measuring lives."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import typer

from bot.command import Data, Json, Lang, need_documents, open_base, reporting

Shown = Literal["wrong", "refused", "false-answers", "all"]


def evaluate(
    folder: Annotated[Path, typer.Argument(help="a question set · 题集文件夹")],
    baselines: Annotated[
        bool,
        typer.Option(
            "--baselines", help="also plain rankings of the same candidates · 同时给出基线"
        ),
    ] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="only the first questions")] = None,
    show: Annotated[Shown | None, typer.Option(help="list single questions · 逐题列出")] = None,
    against: Annotated[
        Path | None, typer.Option(help="compare with this kept run; default: the set's own")
    ] = None,
    keep: Annotated[Path | None, typer.Option(help="keep this run in a file · 保存结果")] = None,
    html: Annotated[
        Path | None, typer.Option(help="write a page with charts · 生成图表网页")
    ] = None,
    as_json: Json = False,
    data: Data = None,
    lang: Lang = None,
) -> None:
    """Measure finding, answering and refusing on a question set. · 评测"""
    with reporting(lang, as_json) as settings:
        from bot.engine import Engine
        from bot.terminal import counting, print_json
        from evals.browser import Show, print_outcomes
        from evals.dataset import load_set
        from evals.kept import compared, keep_run
        from evals.page import page
        from evals.report import print_report
        from evals.runner import ingest_set, run

        questions = load_set(folder, limit)
        own = questions.folder(settings.data)
        with open_base(settings, data or own) as kb, counting(settings.lang) as progress:
            ingest_set(kb, questions, progress)
            need_documents(kb)
            figures = run(Engine(kb), questions, baselines=baselines, progress=progress)
        figures["differences"] = compared(figures, against)
        today = date.today()
        if keep:
            keep_run(figures, keep, today)
        if html:
            html.write_text(page([figures], settings.refuse_below, today), encoding="utf-8")
        if as_json:
            changes = {name: asdict(d) for name, d in figures["differences"].items()}
            print_json(
                {k: v for k, v in figures.items() if k != "outcomes"} | {"differences": changes}
            )
        else:
            print_report(figures)
            if show:
                print_outcomes(figures["outcomes"], Show(show))
        if figures["problems"]:
            raise typer.Exit(1)
