"""The examples of docs/api.md and docs/examples/python do what they say."""

from __future__ import annotations

import json
import re
import runpy
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from kb.knowledge_base import KnowledgeBase
from kb.models import Role
from tests.bot.conftest import KEYED_FILES, KeyedSite
from tests.browser.site import CORPUS, base_of

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
SITE = "http://127.0.0.1:7860"
LINES = [
    line
    for body in re.findall(r"^```sh\n(.*?)^```$", TEXT, re.M | re.S)
    for line in body.splitlines()
    if line.startswith("curl ")
]
NOTICE = "# 通知\n\n一、事项\n\n1. 示例文件，测试后删除。\n"


def run(line: str, url: str, **variables: str) -> str:
    """What a line of the document prints, asked of a running site as an admin."""
    done = subprocess.run(
        ["sh", "-c", line.replace(SITE, url)],
        env=variables,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=True,
        cwd=variables["HERE"],
    )
    return done.stdout


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_every_curl_example_works(keyed_site: KeyedSite, keyed_url: str, tmp_path: Path) -> None:
    (tmp_path / "notice.md").write_text(NOTICE, encoding="utf-8")
    variables = {"KEY": keyed_site.keys[Role.ADMIN], "HERE": str(tmp_path), "JOB": ""}
    assert len(LINES) >= 16
    for line in LINES:
        shown = run(line, keyed_url, **variables)
        if "event-stream" in line:
            assert "event: done" in shown
            continue
        made = json.loads(shown)
        assert "error" not in made or "state" in made, (line, made)
        variables["JOB"] = made.get("job_id", variables["JOB"])
        if "-F files" in line:
            _wait(keyed_site)
        if "turns" in line:
            assert "西部大开发" in made["resolved"]["text"]


def _wait(site: KeyedSite) -> None:
    """Until what was sent is there."""
    until = time.monotonic() + 20
    while "notice" not in site.kb.snapshot.by_id and time.monotonic() < until:
        time.sleep(0.05)


@pytest.fixture(scope="module")
def folder(encoder: Any, encoder_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed data folder, as a reader of the examples has one."""
    data = tmp_path_factory.mktemp("python") / "data"
    with base_of(data, encoder, [CORPUS / f for f in KEYED_FILES], reranker="none"):
        pass
    (data / "encoder").symlink_to(encoder_folder)
    return data


@pytest.mark.parametrize(
    ("name", "shown"),
    [("ask", "answered"), ("retriever", "T09"), ("query_engine", "出处")],
)
def test_every_python_example_works(
    folder: Path, name: str, shown: str, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setenv("KB_DATA", str(folder))
    monkeypatch.setenv("KB_RERANKER", "none")
    runpy.run_path(str(ROOT / "docs" / "examples" / "python" / f"{name}.py"))
    out = capsys.readouterr().out
    assert shown in out
    assert "加计扣除" in out


def test_the_public_names_load_nothing_else() -> None:
    code = (
        "import sys, kb, bot; kb.Settings; heavy = {'torch', 'chromadb', 'llama_index', 'gradio', "
        "'fastapi', 'sentence_transformers'}; print(sorted(heavy & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("package", ["kb", "bot"])
def test_every_public_name_is_there(package: str) -> None:
    import importlib

    module = importlib.import_module(package)
    for name in module.__all__:
        assert getattr(module, name).__name__ == name
    with pytest.raises(AttributeError):
        module.NoSuchName  # noqa: B018


def test_a_query_engine_answers_as_the_engine_does(keyed_site: KeyedSite, run_async: Any) -> None:
    from bot import Engine, KbQueryEngine

    kb: KnowledgeBase = keyed_site.kb
    asked = "研发费用加计扣除比例是多少？"
    made = KbQueryEngine(Engine(kb)).query(asked)
    answer = Engine(kb).ask(asked)
    assert made.metadata["status"] == "answered"
    assert [n.text for n in made.source_nodes] == [c.quote for c in answer.citations]
    assert answer.claims[0].text in str(made)
    again = run_async(KbQueryEngine(Engine(kb)).aquery(asked))
    assert str(again) == str(made)
    title = kb.snapshot.by_id["N01"].header.title
    for role in (Role.INVESTOR, Role.CADRE):
        told = KbQueryEngine(Engine(kb), role).query(title)
        ids = {n.metadata["document_id"] for n in told.source_nodes}
        assert ("N01" in ids) is (role is Role.CADRE)
