"""``kb ingest --server``: files sent to a real server with an admin's key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import api_keys
from bot.sending import KEY, MOST_FILES, Parcel, key_of, parcels, send
from ingest.outcome import Result
from kb.encoder import Encoder
from kb.errors import KbError, NotFound, ReadError
from kb.knowledge_base import KnowledgeBase
from kb.models import Audience, Role
from kb.settings import Settings
from tests.bot.upload_samples import NOTICE
from tests.browser.site import serving


@pytest.fixture(scope="module")
def base(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    folder = tmp_path_factory.mktemp("sending")
    settings = Settings(data=folder / "data", reranker="none", max_file_mb=1)
    with KnowledgeBase(settings, encoder=encoder) as kb:
        yield kb


@pytest.fixture(scope="module")
def site(base: KnowledgeBase) -> Iterator[str]:
    with serving(base) as address:
        yield address


def key(base: KnowledgeBase, name: str, role: Role) -> str:
    return api_keys.add(base.catalog, name, role, None, by="test")[1]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Documents in folders that tell what they are."""
    texts = {
        "policy/苹果.txt": NOTICE,
        "internal/苹果.txt": NOTICE.replace("苹果", "红枣"),
        "experience/坏.pdf": "%PDF-1.4 damaged",
    }
    for name, text in texts.items():
        file = tmp_path / "docs" / name
        file.parent.mkdir(parents=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path / "docs"


def test_files_called_alike_go_together(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        for i in range(MOST_FILES - 10):
            (tmp_path / folder / f"{i}.txt").write_text("x", encoding="utf-8")
    packed = parcels([tmp_path])
    assert all(len(p.files) <= MOST_FILES for p in packed)
    names = [{path.name for path, _ in p.files} for p in packed]
    assert sum(map(len, names)) == len(set().union(*names)) == MOST_FILES - 10
    assert packed[0].files[0][1].endswith("/a/0.txt")
    with pytest.raises(ReadError):
        parcels([tmp_path / "nowhere"])


def test_a_server_takes_in_what_it_is_sent(site: str, base: KnowledgeBase, folder: Path) -> None:
    outcomes = send(f"{site}/", key(base, "admin", Role.ADMIN), parcels([folder]))
    assert sorted((o.name.rpartition("/")[2], o.result) for o in outcomes) == [
        ("坏.pdf", Result.QUARANTINED), ("苹果.txt", Result.ADDED), ("苹果.txt", Result.ADDED),
    ]  # fmt: skip
    assert [i.header.title for i in base.documents([Audience.PUBLIC])] == ["延安市苹果产业扶持办法"]
    assert len(base.documents([Audience.PUBLIC, Audience.INTERNAL])) == 2


def test_a_server_says_why_not(site: str, base: KnowledgeBase, folder: Path) -> None:
    packed = parcels([folder / "policy"])
    for secret in ("nonsense", key(base, "cadre", Role.CADRE)):
        with pytest.raises(KbError) as caught:
            send(site, secret, packed)
        assert caught.value.zh
    large = folder / "policy" / "大.txt"
    large.write_bytes(b"x" * 2_000_000)
    with pytest.raises(KbError):
        send(site, key(base, "second", Role.ADMIN), [Parcel(((large, "大.txt"),))])
    with pytest.raises(KbError, match="连不上"):
        send("http://127.0.0.1:9", "x", packed)
    with pytest.raises(KbError, match="连不上"):
        send("nonsense", "x", packed)


def test_a_key_is_of_the_environment_or_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    assert key_of(lambda: " typed ") == "typed"
    monkeypatch.setenv(KEY, "kept")
    assert key_of(lambda: "typed") == "kept"
    monkeypatch.delenv(KEY)
    with pytest.raises(NotFound):
        key_of(lambda: "")
