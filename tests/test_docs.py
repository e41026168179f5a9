"""The documents tell the truth: commands, options, settings, front matter keys, links, files."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import click
import pytest
import typer

from bot.cli import app
from ingest.front_matter import KEYS
from kb.models import Grade
from kb.settings import PREFIX, Settings

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
GUIDE = ROOT / "docs" / "user-guide.zh.md"
ADMIN_GUIDE = ROOT / "docs" / "admin-guide.zh.md"
DOCS = sorted([README, ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/**/*.md")])
SHARED = {"--data", "--lang", "--json"}

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
_LINK = re.compile(r"!?\[[^\]\n]*\]\(([^)\s]+)\)|<img\s[^>]*src=\"([^\"]+)\"")
_FILE = re.compile(r"`((?:kb|ingest|bot|evals|tests|corpus|docs)/[\w./-]*)`")


def commands() -> dict[str, click.Command]:
    """The commands of ``kb`` by name, those of a group by both names."""
    found: dict[str, click.Command] = {}
    for name, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]
        below = getattr(command, "commands", None)
        found |= {f"{name} {n}": c for n, c in below.items()} if below else {name: command}
    return found


def options(command: click.Command) -> set[str]:
    """The long options of a command, ``--help`` aside."""
    names = {name for parameter in command.params for name in parameter.opts}
    return {name for name in names if name.startswith("--")} - {"--help"}


def rows(text: str) -> Iterator[list[str]]:
    """The cells of every table row."""
    for line in text.splitlines():
        if line.startswith("|"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def shell_lines() -> list[tuple[str, str]]:
    """(document, command line) of every line in a fenced ``sh`` block."""
    return [
        (doc.name, line.strip())
        for doc in DOCS
        for language, body in _FENCE.findall(doc.read_text(encoding="utf-8"))
        if language == "sh"
        for line in body.splitlines()
        if line.strip()
    ]


def make_targets() -> set[str]:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z]+):", text, re.M))


@pytest.mark.parametrize("name", sorted(commands()))
def test_readme_names_every_command_with_all_its_options(name: str) -> None:
    found = [
        row
        for row in rows(README.read_text(encoding="utf-8"))
        if re.match(rf"`kb {name}[ `]", row[0])
    ]
    assert len(found) == 1, f"kb {name} needs one row in README.md"
    told = set(re.findall(r"--[a-z-]+", found[0][-1]))
    assert told == options(commands()[name]) - SHARED


def test_readme_tells_which_commands_take_the_shared_options() -> None:
    without_json = [name for name, c in commands().items() if "--json" not in options(c)]
    assert all({"--data", "--lang"} <= options(c) for c in commands().values())
    assert sorted(without_json) == ["mcp", "serve"]
    assert "all but `serve` and `mcp` take `--json`" in README.read_text(encoding="utf-8")


def test_readme_names_every_setting_with_its_default() -> None:
    table = {
        row[0].strip("`"): [cell.strip("`") for cell in row[1:3]]
        for row in rows(README.read_text(encoding="utf-8"))
        if row[0].startswith(f"`{PREFIX}")
    }
    assert table == {
        PREFIX + name.upper(): [name, str(field.default)]
        for name, field in Settings.model_fields.items()
    }


def test_guide_explains_every_front_matter_key_and_grade() -> None:
    first_cells = {row[0] for row in rows(GUIDE.read_text(encoding="utf-8"))}
    assert {f"`{key}`" for key in KEYS} <= first_cells
    assert {f"`{grade.value}`" for grade in Grade} <= first_cells


def test_example_of_the_admin_guide_explains_every_front_matter_key() -> None:
    text = ADMIN_GUIDE.read_text(encoding="utf-8")
    (example,) = (body for lang, body in _FENCE.findall(text) if lang == "yaml")
    explained = re.findall(r"(?m)^(\w+): .+ # \S", example)
    assert sorted(explained) == sorted(KEYS)


@pytest.mark.parametrize("guide", [GUIDE, ADMIN_GUIDE], ids=lambda guide: guide.name)
def test_example_front_matter_of_the_guides_is_valid(guide: Path) -> None:
    from ingest.front_matter import split

    blocks = [
        body for lang, body in _FENCE.findall(guide.read_text(encoding="utf-8")) if lang == "yaml"
    ]
    assert blocks
    for block in blocks:
        front, rest = split(block + "\n正文。\n")
        assert front is not None
        assert front.document_id
        assert rest.strip() == "正文。"


@pytest.mark.parametrize("doc", DOCS, ids=lambda doc: doc.name)
def test_links_and_pictures_exist(doc: Path) -> None:
    text = _FENCE.sub("", doc.read_text(encoding="utf-8"))
    targets = [a or b for a, b in _LINK.findall(text)]
    local = [t for t in targets if not re.match(r"[a-z]+:", t)]
    missing = [t for t in local if not (doc.parent / unquote(t.partition("#")[0])).exists()]
    assert not missing


def test_every_picture_is_used() -> None:
    told = "".join(doc.read_text(encoding="utf-8") for doc in DOCS)
    unused = [f.name for f in (ROOT / "docs/images").iterdir() if f"images/{f.name}" not in told]
    assert not unused


@pytest.mark.parametrize("doc", DOCS, ids=lambda doc: doc.name)
def test_files_named_exist(doc: Path) -> None:
    named = {m for m in _FILE.findall(doc.read_text(encoding="utf-8")) if "FORMAT" not in m}
    missing = sorted(name for name in named if not (ROOT / name).exists())
    assert not missing


@pytest.mark.parametrize("package", ["kb", "ingest", "bot"])
def test_architecture_names_every_module(package: str) -> None:
    told = README.read_text(encoding="utf-8")
    modules = [f for f in (ROOT / package).glob("*.py") if f.name != "__init__.py"]
    missing = sorted(f.name for f in modules if f"`{package}/{f.name}`" not in told)
    assert not missing


def test_commands_shown_are_known() -> None:
    assert shell_lines()
    for name, line in shell_lines():
        words = shlex.split(line)
        while re.fullmatch(r"[A-Z_]+=\S*", words[0]):
            key = words.pop(0).partition("=")[0]
            assert key.removeprefix(PREFIX).lower() in Settings.model_fields, (name, line)
        program, rest = words[0], words[1:]
        if program == "kb":
            command = commands().get(rest[0]) or commands().get(" ".join(rest[:2]))
            assert command is not None, (name, line)
            given = {word for word in rest if word.startswith("--")}
            assert given <= options(command), (name, line)
        elif program == "make":
            assert {word for word in rest if "=" not in word} <= make_targets(), (name, line)
        else:
            assert program in {"curl", ".venv/bin/pytest", ".venv/bin/ruff"}, (name, line)


@pytest.mark.parametrize("doc", DOCS, ids=lambda doc: doc.name)
def test_no_machine_paths(doc: Path) -> None:
    found = re.findall(r"(?<![\w.])/(?:home|root|tmp|work|Users)/\S*", doc.read_text("utf-8"))
    assert not found
