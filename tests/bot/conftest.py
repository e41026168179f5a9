"""The whole corpus as a data folder, made once, and copies of it that cost next to nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.outcome import Result
from ingest.pipeline import ingest
from kb.encoder import Encoder
from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings

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


def copy_data(source: Path, target: Path) -> Path:
    """A copy of a closed data folder; the encoder's large files are shared, not copied."""

    def copy(from_: str, to: str) -> None:
        link: Callable[[str, str], object] = (
            os.link if "encoder" in Path(from_).parts else shutil.copy2
        )
        link(from_, to)

    shutil.copytree(source, target, copy_function=copy)
    return target
