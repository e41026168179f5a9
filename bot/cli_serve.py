"""``kb serve``: take in the corpus if it changed, and serve the web page."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.command import Data, Lang, open_base, reporting
from kb.errors import BusyError
from kb.settings import Settings


def serve(
    open_page: Annotated[
        bool, typer.Option("--open", help="open the browser · 打开浏览器")
    ] = False,
    corpus: Annotated[Path | None, typer.Option(help="take this in first · 先导入")] = None,
    host: Annotated[str | None, typer.Option()] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535)] = None,
    data: Data = None,
    lang: Lang = None,
) -> None:
    """Take in the corpus if it changed, and serve the web page. · 启动网页"""
    with reporting(lang) as configured:
        from bot import llm
        from bot.asking_again import after_ingest
        from bot.attended import AttendedEngine
        from bot.jobs import Jobs
        from bot.logs import set_up
        from bot.taking import print_outcomes, progress_bar
        from bot.terminal import out, say
        from bot.traffic import Traffic
        from bot.web.app import serve as run
        from ingest.pipeline import ingest as take_in

        changes = {"host": host, "port": port, "corpus": corpus}
        given = {k: v for k, v in changes.items() if v is not None}
        settings = configured.model_copy(update=given)
        set_up(settings.log)
        # without this a stop by a service manager would skip all that closes the base
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        _check_port(settings)
        with open_base(settings, data) as kb:
            if settings.corpus.is_dir():
                with progress_bar(settings.lang) as on_event:
                    outcomes = take_in(kb, [settings.corpus], on_event=on_event)
                print_outcomes(outcomes, settings.lang)
            _ = kb.encoder, kb.models.reranker  # built or loaded before the first question
            if llm.is_on(settings):
                llm.warm()

            def ready(url: str) -> None:
                kb.owner.announce(url)
                out.print(say(settings.lang, f"网页已就绪：{url}", f"The page is ready: {url}"))
                if open_page:
                    import webbrowser

                    webbrowser.open(url)

            traffic = Traffic()
            jobs = Jobs(kb, traffic, after_ingest(kb))
            jobs.catch_up()
            try:
                run(AttendedEngine(kb, traffic), settings, ready, jobs)
            finally:
                jobs.close()


def _check_port(settings: Settings) -> None:
    """Fail early, with a message, when somebody else listens at the address."""
    import socket

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise BusyError(
                f"端口 {settings.port} 已被占用。请用 --port 换一个，或停止占用它的程序。",
                f"Port {settings.port} is taken. Choose another with --port, or stop the program "
                "that holds it.",
            ) from error
