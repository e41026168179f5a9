"""The whole corpus as a data folder, made once, and copies of it that cost next to nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from bot import api_keys
from bot.engine import Engine
from bot.jobs import Jobs
from bot.traffic import Traffic
from bot.web.app import build_app
from ingest.outcome import Result
from ingest.pipeline import ingest
from kb.encoder import Encoder
from kb.knowledge_base import KnowledgeBase
from kb.models import Role
from kb.settings import Settings
from tests.browser.site import base_of, serving

CORPUS = Path(__file__).parents[2] / "corpus"


@pytest.fixture(scope="session")
def encoder_folder(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the session's encoder was built."""
    return next(tmp_path_factory.getbasetemp().glob("encoder*/encoder"))


@pytest.fixture(scope="session")
def corpus_folder(
    encoder: Encoder, encoder_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A data folder with all of the corpus and the encoder, closed. Copy it; never write to it."""
    folder = tmp_path_factory.mktemp("corpus") / "data"
    with KnowledgeBase(Settings(data=folder), encoder=encoder) as kb:
        outcomes = ingest(kb, [CORPUS])
        assert [o.path.name for o in outcomes if o.result is not Result.ADDED] == []
    shutil.copytree(encoder_folder, folder / "encoder", copy_function=os.link)
    return folder


@pytest.fixture(scope="module")
def corpus_copy(corpus_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the corpus' data folder for the tests of one file."""
    return copy_data(corpus_folder, tmp_path_factory.mktemp("copy") / "data")


@pytest.fixture(scope="module")
def empty_folder(encoder_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the encoder and nothing else."""
    folder = tmp_path_factory.mktemp("empty") / "data"
    shutil.copytree(encoder_folder, folder / "encoder", copy_function=os.link)
    return folder


KEYED_FILES = (
    "policy/T01-西部大开发企业所得税.md",
    "policy/T09-研发费用加计扣除.md",
    "experience/N01-延安招商短板自评（内部）.md",
    "glossary/税收术语.md",
)


@dataclass(frozen=True, slots=True)
class KeyedSite:
    """A site for programs: its base, the application, and the secret of a key of each role."""

    kb: KnowledgeBase
    app: FastAPI
    keys: dict[Role, str]

    def client(self, role: Role | None = None) -> TestClient:
        """A client with the key of a role, or with none."""
        return TestClient(self.app, raise_server_exceptions=False, headers=self.headers(role))

    def headers(self, role: Role | None) -> dict[str, str]:
        """What such a client sends along."""
        return {} if role is None else {"authorization": f"Bearer {self.keys[role]}"}


@pytest.fixture(scope="session")
def keyed_site(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeyedSite]:
    """One site for all tests of the interfaces; what a test adds it removes again."""
    folder = tmp_path_factory.mktemp("keyed") / "data"
    with base_of(folder, encoder, [CORPUS / f for f in KEYED_FILES], reranker="none") as kb:
        jobs = Jobs(kb, Traffic())
        keys = {role: api_keys.add(kb.catalog, role.value, role)[1] for role in Role}
        yield KeyedSite(kb, build_app(Engine(kb), kb.settings, jobs), keys)
        jobs.close()


@pytest.fixture(scope="session")
def keyed_url(keyed_site: KeyedSite) -> Iterator[str]:
    """The address of the same base served for real."""
    with serving(keyed_site.kb) as url:
        yield url


def copy_data(source: Path, target: Path) -> Path:
    """A copy of a closed data folder; the encoder's large files are shared, not copied."""

    def copy(from_: str, to: str) -> None:
        link: Callable[[str, str], object] = (
            os.link if "encoder" in Path(from_).parts else shutil.copy2
        )
        link(from_, to)

    shutil.copytree(source, target, copy_function=copy)
    return target
