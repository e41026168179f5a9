"""Damaged files of tantivy are known before it reads them: it would find less, or panic."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kb import generations, segments
from kb.errors import StoreError
from kb.lexical import LexicalIndex
from kb.models import Audience

HARMS: dict[str, Callable[[bytes], bytes]] = {
    "cut": lambda content: content[: len(content) // 2],
    "cleared": lambda content: bytes(len(content)),
    "a bit": lambda content: bytes([content[0] ^ 1]) + content[1:],
    "the footer": lambda content: content[:-9] + b"?" + content[-8:],
    "empty": lambda _: b"",
}


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """The folder of an index, some entries of which are deleted."""
    index = LexicalIndex(tmp_path)
    index.add([(n, n % 2, Audience.PUBLIC, f"第{n}条 奖励") for n in range(20)])
    index.delete_versions([1])
    index.close()
    return generations.current(tmp_path)


def parts(folder: Path) -> list[Path]:
    return sorted(p for p in folder.iterdir() if p.suffix not in ("", ".json", ".lock"))


def test_whole_files_are_whole(made: Path) -> None:
    assert segments.is_whole(made)
    assert {p.suffix for p in parts(made)} >= {".idx", ".pos", ".term", ".store", ".fast"}


def test_every_harm_to_every_file_is_seen(made: Path) -> None:
    for file in parts(made):
        before = file.read_bytes()
        for name, harm in HARMS.items():
            file.write_bytes(harm(before))
            assert not segments.is_whole(made), (file.name, name)
        file.unlink()
        assert not segments.is_whole(made), file.name
        file.write_bytes(before)
    assert segments.is_whole(made)


def test_a_damaged_index_does_not_open(made: Path) -> None:
    file = next(p for p in parts(made) if p.suffix == ".idx")
    file.write_bytes(HARMS["a bit"](file.read_bytes()))
    with pytest.raises(StoreError, match="kb doctor --repair"):
        LexicalIndex(made.parent)


def test_an_index_that_is_not_there_yet_is_whole(tmp_path: Path) -> None:
    assert segments.is_whole(tmp_path)
    (tmp_path / "meta.json").write_text("{")
    assert not segments.is_whole(tmp_path)
