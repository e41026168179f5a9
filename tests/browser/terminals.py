"""Save pictures of the command line for the admin guide: ``python -m tests.browser.terminals``.

Every picture shows what the commands really print, in a folder with a few papers made for it.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from tests.browser.site import ARGUMENTS, CHROMIUM

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "docs" / "images"
WIDTH = 104
THEME = TerminalTheme(
    (250, 250, 247), (32, 32, 32),
    [(32, 32, 32), (176, 32, 32), (16, 112, 48), (150, 96, 0), (24, 80, 168), (128, 48, 128),
     (0, 110, 120), (90, 90, 90)],
)  # fmt: skip
PAGE = """<html><style>
body {{ margin: 0 }}
pre {{ display: inline-block; margin: 0; padding: 18px 22px; background: #fafaf7; color: #202020;
  font: 15px/1.5 'Noto Sans Mono CJK SC', monospace }}
s {{ display: inline-block; width: .5em; height: 1.5em; overflow: hidden; text-indent: -.25em;
  text-decoration: none; vertical-align: bottom }}
</style><body><pre>{code}</pre></body></html>"""
"""``s`` holds one line-drawing character: the font draws these twice as wide as a terminal does."""

OLD = """---
id: R20
kind: policy
title: 示例市招商引资若干措施（要点）
doc_number: 示政发〔2026〕1号
issuer: [示例市人民政府]
effective: 2026-02-01
grade: B
---
# 示例市招商引资若干措施（要点）

## 一、奖励
1. 示例市招商引资项目的固定资产投资奖励比例是2%，每个项目最高奖励200万元。
"""
NEW = """---
id: R21
kind: policy
title: 示例市招商引资若干措施（2027年）
doc_number: 示政发〔2027〕9号
issuer: [示例市人民政府]
effective: 2027-06-01
supersedes: [R20]
grade: B
---
# 示例市招商引资若干措施（2027年）

## 一、奖励
1. 示例市招商引资项目的固定资产投资奖励比例是1%，每个项目最高奖励100万元。
"""
WRONG = """---
id: R22
titel: 示例市用地指南
---
# 示例市用地指南

1. 示例市工业用地由自然资源部门统一供应。
"""
GARBLED = f"示例市物流补助办法\n\n一、补助标准\n1. 示例市物流补助按{6 * chr(0xFFFD)}的比例发放。\n"
QUESTION = "示例市招商引资的固定资产投资奖励比例是多少？"
Run = Callable[..., str]


def ingest_and_list(run: Run, folder: Path) -> None:
    """Two papers taken in, two set aside; what an investor sees, and what an admin sees."""
    policy = folder / "corpus" / "policy"
    policy.mkdir(parents=True)
    (policy / "R20-示例市招商引资若干措施.md").write_text(OLD, "utf-8")
    (policy / "R22-示例市用地指南.md").write_text(WRONG, "utf-8")
    inner = folder / "corpus" / "experience" / "internal"
    inner.mkdir(parents=True)
    shutil.copy(next((ROOT / "corpus/experience").glob("N01-*.md")), inner)
    (policy / "R23-示例市物流补助办法.txt").write_text(GARBLED, "utf-8")
    _save("admin-ingest", [run("ingest", "corpus")])
    _save("admin-quarantine", [run("list", "--quarantined", "--as", "admin")])
    for name in ("R22-示例市用地指南.md", "R23-示例市物流补助办法.txt"):
        (policy / name).unlink()
    _save("admin-list", [run("list"), run("list", "--as", "cadre")])


def retire(run: Run, folder: Path) -> None:
    """The old paper is superseded: each answers for its own days."""
    policy = folder / "corpus" / "policy"
    (policy / "R21-示例市招商引资若干措施.md").write_text(NEW, "utf-8")
    shown = [run("ingest", "corpus"), run("list", "--on", "2027-07-01")]
    shown += [run("ask", QUESTION, "--on", day) for day in ("2027-07-01", "2026-07-01")]
    _save("admin-retire", shown)


def correct(run: Run, folder: Path) -> None:
    """Where each fact of a paper without front matter was found; three of them put right."""
    paper = "西部大开发企业所得税"
    run("ingest", str(ROOT / f"docs/examples/{paper}.pdf"))
    shown = run("show", paper, "--as", "admin").split("[0]", 1)[0]
    _save("admin-show", [shown])
    _save("admin-set", [run("set", paper, "issuer=财政部、税务总局", "region=陕西", "grade=C")])


def facts(run: Run, folder: Path) -> None:
    """A fact and the sentences that rest on it."""
    _save("admin-facts", [run("E02-02", program=("python", "-m", "evals.facts"))])


PICTURES = (ingest_and_list, retire, correct, facts)


def main() -> None:
    """Take every picture."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        terminal = {"FORCE_COLOR": "1", "COLUMNS": str(WIDTH), "KB_LANG": "zh"}
        terminal |= {"PYTHONPATH": str(ROOT)}

        def run(*arguments: str, program: Sequence[str] = ("kb",)) -> str:
            module = ["bot.cli"] if program == ("kb",) else [program[-1]]
            done = subprocess.run(
                [sys.executable, "-m", *module, *arguments],
                cwd=folder,
                env=os.environ
                | {
                    "FORCE_COLOR": "1",
                    "COLUMNS": str(WIDTH),
                    "KB_LANG": "zh",
                    "PYTHONPATH": str(ROOT),
                },
                capture_output=True,
                encoding="utf-8",
                check=False,
            )
            shown = [f'"{word}"' if " " in word or "？" in word else word for word in arguments]
            told = done.stdout if done.returncode < 2 else done.stderr  # the rest are bars
            return f"\033[1m$ {' '.join([*program, *shown])}\033[0m\n{told}"

        for picture in PICTURES:
            picture(run, folder)


def _save(name: str, outputs: Sequence[str]) -> None:
    from playwright.sync_api import sync_playwright

    console = Console(record=True, width=WIDTH, file=io.StringIO())
    console.print(Text.from_ansi("\n".join(outputs).rstrip()))
    html = console.export_html(theme=THEME, inline_styles=True, code_format=PAGE)
    html = re.sub(r"[\u2500-\u257f]", r"<s>\g<0></s>", html)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        tab = browser.new_page(viewport={"width": 1200, "height": 800})
        tab.set_content(html)
        tab.locator("pre").screenshot(path=str(IMAGES / f"{name}.png"))
        browser.close()


if __name__ == "__main__":
    main()
