"""Torn files of Chroma's indexes are known before Chroma reads them: that would end the process."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from kb import hnsw
from kb.models import Audience
from kb.vectors import VectorIndex

COUNT = 1200


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index large enough that Chroma has written its files."""
    folder = tmp_path_factory.mktemp("hnsw")
    vectors = np.random.default_rng(2).normal(size=(COUNT, 8)).astype(np.float32)
    index = VectorIndex(folder, "e/1/8")
    index.add(Audience.PUBLIC, range(COUNT), vectors)
    index.close()
    return folder


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def longer(content: bytes) -> bytes:
    return content + bytes(4 * len(content) + 400)


def wild(content: bytes) -> bytes:
    return content[:4] + b"\xff" * 8 + content[12:]


def miscounted(content: bytes) -> bytes:
    return content[:20] + b"\xff\xff\x01" + content[23:]


HARMS: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("header.bin", cut),
    ("header.bin", miscounted),
    ("data_level0.bin", cut),
    ("data_level0.bin", wild),
    ("link_lists.bin", cut),
    ("link_lists.bin", longer),
    ("link_lists.bin", wild),
    ("length.bin", cut),
    ("index_metadata.pickle", cut),
    ("index_metadata.pickle", lambda _: b""),
]


def test_whole_files_are_whole(made: Path) -> None:
    assert len(list(made.rglob("link_lists.bin"))) == 1
    assert hnsw.is_whole(made)


@pytest.mark.parametrize(("name", "harm"), HARMS)
def test_torn_files_are_known_and_the_index_begins_anew(
    made: Path, name: str, harm: Callable[[bytes], bytes]
) -> None:
    (file,) = made.rglob(name)
    before = file.read_bytes()
    file.write_bytes(harm(before))
    try:
        assert not hnsw.is_whole(made)
    finally:
        file.write_bytes(before)
    assert hnsw.is_whole(made)


def test_an_index_with_torn_files_opens_empty(tmp_path: Path) -> None:
    vectors = np.random.default_rng(2).normal(size=(COUNT, 8)).astype(np.float32)
    index = VectorIndex(tmp_path, "e/1/8")
    index.add(Audience.PUBLIC, range(COUNT), vectors)
    index.close()
    (file,) = tmp_path.rglob("link_lists.bin")
    file.write_bytes(longer(file.read_bytes()))
    again = VectorIndex(tmp_path, "e/1/8")
    assert again.count() == 0
    again.add(Audience.PUBLIC, [7], vectors[:1])
    assert again.keys(Audience.PUBLIC) == {7}
    again.close()
