"""Fixtures shared by all tests: the real encoder, built once, and empty bases on it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import kb as _kb  # noqa: F401  (offline switches first)
from ingest.parse import parse_text
from kb import loaded
from kb.encoder import Encoder, load_encoder
from kb.knowledge_base import KnowledgeBase
from kb.models import ParsedDocument
from kb.reranker import Reranker, load_reranker
from kb.settings import Settings
from tests.remembering import Remembering

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    """The offline encoder, as a user gets it; it remembers what it computed."""
    return Remembering(load_encoder("offline", tmp_path_factory.mktemp("encoder") / "encoder"))


@pytest.fixture(scope="session", autouse=True)
def _one_reranker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Our reranker is built once: building it anew for every base would take most of the time."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("reranker") / "reranker"
        ours = cache(lambda: load_reranker("offline", folder))

        def load(name: str, folder: Path, **options: Any) -> Reranker | None:
            return ours() if name == "offline" else load_reranker(name, folder, **options)

        patch.setattr(loaded, "load_reranker", load)
        yield


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the settings or the data folder of the person who runs it."""
    for name in list(os.environ):
        if name.startswith("KB_") and name != "KB_FACTS":
            monkeypatch.delenv(name)
    monkeypatch.setenv("KB_CONFIG", str(tmp_path / "none.toml"))


@pytest.fixture
def open_base(encoder: Encoder, tmp_path: Path) -> Iterator[Callable[..., KnowledgeBase]]:
    """Open (or open again) a base in a folder of this test; all are closed at the end."""
    opened: list[KnowledgeBase] = []

    def open_(name: str = "data", **changes: object) -> KnowledgeBase:
        base = KnowledgeBase(Settings(data=tmp_path / name, **changes), encoder=encoder)  # type: ignore[arg-type]
        opened.append(base)
        return base

    yield open_
    for base in opened:
        base.close()


@pytest.fixture
def base(open_base: Callable[..., KnowledgeBase]) -> KnowledgeBase:
    """An empty base."""
    return open_base()


@pytest.fixture
def document() -> Callable[..., ParsedDocument]:
    """Make a parsed document from plain text."""

    def make(document_id: str, text: str, title: str = "测试办法") -> ParsedDocument:
        return parse_text(text, title=title, document_id=document_id)

    return make


@pytest.fixture
def run_async() -> Callable[[Coroutine[Any, Any, Any]], Any]:
    """Run a coroutine in a thread of its own: the browser tests keep a loop running in this one."""

    def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
        with ThreadPoolExecutor(1) as other:
            return other.submit(asyncio.run, coroutine).result()

    return run
