"""``kb llm``: the language model that may word the answers."""

from __future__ import annotations

from dataclasses import asdict

import typer

from bot.command import Data, Json, Lang, reporting

llm_app = typer.Typer(no_args_is_help=True, help="the language model, if one is set · 大模型")


@llm_app.callback()
def _of() -> None:
    """The language model, if one is set. · 大模型"""


@llm_app.command()
def check(as_json: Json = False, data: Data = None, lang: Lang = None) -> None:
    """Try the language model, and say what is wrong. · 检查大模型"""
    del data  # an option of every command; no document is needed for this one
    with reporting(lang, as_json) as settings:
        from bot.llm_check import check as examine
        from bot.terminal import out, print_json, say

        found = examine(settings)
        if as_json:
            print_json([asdict(f) for f in found])
        else:
            for f in found:
                out.print(("✓ " if f.good else "✗ ") + say(settings.lang, f.zh, f.en), markup=False)
    if not all(f.good for f in found):
        raise typer.Exit(1)
