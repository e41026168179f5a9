"""The rules of the house, as far as a program can check them."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("kb", "ingest", "bot", "evals")
FORBIDDEN = {
    "kb": {"ingest", "bot", "evals", "tests"},
    "ingest": {"bot", "evals", "tests"},
    "bot": {"evals", "tests"},
    "evals": {"tests"},
}
"""Arrows only point down."""
HEAVY = {"torch", "sentence_transformers", "transformers", "gradio", "llama_index"}
FACES = {"bot/web/page.py", "bot/web/theme.py"}
"""Only loaded by who serves the page."""
LONGEST = 400

FILES = sorted(
    str(path.relative_to(ROOT)) for package in PACKAGES for path in (ROOT / package).rglob("*.py")
)


def tree(name: str) -> ast.Module:
    return ast.parse((ROOT / name).read_text(encoding="utf-8"), name)


def imported(node: ast.AST) -> Iterator[tuple[ast.stmt, str]]:
    """Every import below a node: the statement, and the package it is of."""
    for found in ast.walk(node):
        if isinstance(found, ast.Import):
            yield from ((found, alias.name.partition(".")[0]) for alias in found.names)
        elif isinstance(found, ast.ImportFrom) and found.level == 0:
            yield found, (found.module or "").partition(".")[0]


def at_load(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that run when a module is imported: all but functions' bodies and type checks."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            continue
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        yield child
        yield from at_load(child)


def test_there_is_something_to_check() -> None:
    assert {name.partition("/")[0] for name in FILES} == set(PACKAGES)
    assert len(FILES) > 40


@pytest.mark.parametrize("name", FILES)
def test_arrows_only_point_down(name: str) -> None:
    package = name.partition("/")[0]
    module = tree(name)
    allowed: set[ast.AST] = set()
    if name == "bot/cli_eval.py":  # ``kb eval`` is where the two meet
        (command,) = (
            node
            for node in module.body
            if isinstance(node, ast.FunctionDef) and node.name == "evaluate"
        )
        allowed = set(ast.walk(command))
    wrong = [
        f"{name}:{statement.lineno} imports {other}"
        for statement, other in imported(module)
        if other in FORBIDDEN[package] and statement not in allowed
    ]
    assert wrong == []


@pytest.mark.parametrize("name", FILES)
def test_files_stay_small(name: str) -> None:
    assert len((ROOT / name).read_text(encoding="utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize("name", FILES)
def test_every_module_says_what_it_is(name: str) -> None:
    assert ast.get_docstring(tree(name))


@pytest.mark.parametrize("name", [n for n in FILES if not n.startswith("evals/")])
def test_nothing_prints_behind_the_users_back(name: str) -> None:
    calls = [
        node.lineno
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("print", "breakpoint")
    ]
    assert calls == []


@pytest.mark.parametrize("name", [n for n in FILES if not n.startswith("evals/")])
def test_heavy_imports_wait_until_they_are_needed(name: str) -> None:
    if name in FACES or name.startswith(("kb/llama_", "bot/llama_")):
        return
    heavy = [
        f"{name}:{node.lineno} imports {other}"
        for node in at_load(tree(name))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for _, other in imported(node)
        if other in HEAVY
    ]
    assert heavy == []


@pytest.mark.parametrize("name", [n for n in FILES if not n.startswith("evals/")])
def test_modules_hold_no_changing_state(name: str) -> None:
    """No ``global``, and no empty list, dict or set to be filled later."""
    module = tree(name)
    assert not any(isinstance(node, ast.Global) for node in ast.walk(module))
    for node in module.body:
        if isinstance(node, (ast.Assign, ast.AnnAssign)):
            assert not to_be_filled(node.value), f"{name}:{node.lineno}"


def to_be_filled(value: ast.expr | None) -> bool:
    """Whether it is a container that starts empty."""
    if isinstance(value, (ast.List, ast.Dict)):
        return ast.unparse(value) in ("[]", "{}")
    makers = ("dict", "list", "set", "defaultdict")
    return isinstance(value, ast.Call) and ast.unparse(value.func) in makers and not value.args


@pytest.mark.parametrize("name", FILES)
def test_every_module_can_be_imported(name: str) -> None:
    parts = list(Path(name).with_suffix("").parts)
    if parts[-1] == "__init__":
        parts.pop()
    if parts[-1] != "__main__":
        importlib.import_module(".".join(parts))


def test_only_the_project_is_spoken_of() -> None:
    """No path of the machine it was written on, in code or texts."""
    texts = [ROOT / name for name in FILES]
    texts += [p for p in (ROOT / "corpus").rglob("*") if p.is_file()]
    texts += [p for p in ROOT.glob("*") if p.suffix in (".md", ".toml")]
    machine = ("/work" + "/", "/tmp" + "/", "/root" + "/", "/home" + "/")
    for path in texts:
        told = path.read_text(encoding="utf-8")
        assert not any(place in told for place in machine), path
