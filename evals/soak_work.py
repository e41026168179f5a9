"""What is done to a data folder while it is being killed, and what must hold afterwards.

``work`` adds, replaces and removes until it dies. ``check`` opens the folder after that and looks
whether it is whole. Both run in processes of their own; see ``evals.soak``.
"""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np

import kb as _kb
from evals.hash_encoder import HashEncoder
from ingest.parse import parse_bytes
from ingest.pipeline import ingest
from kb import vectors
from kb.catalog import Waste
from kb.doctor import examine_open, mend
from kb.entries import entries_of
from kb.errors import KbError
from kb.healing import compare
from kb.knowledge_base import KnowledgeBase
from kb.models import Audience, Query
from kb.settings import Settings
from kb.text import tokens

DOCUMENTS = tuple(f"D{n:02}" for n in range(12))
State = dict[str, int]
"""Document id -> the revision that is live."""
_STORES = str(Path(_kb.__file__).parent)
_AWAY = {"text.py", "unigram.py", "glossary.py", "retriever.py", "models.py", "sentences.py"}
"""Modules of kb that write nothing: calls in them are not worth a kill."""


def mark(document_id: str, revision: int) -> str:
    """The word that stands in one revision of one document, and nowhere else."""
    return f"mark{document_id.lower()}r{revision:06}end"


def source(document_id: str, revision: int) -> bytes:
    """The file of a document in a revision; every third one is internal."""
    head = f"---\nid: {document_id}\ntitle: 办法{document_id}\n"
    if int(document_id[1:]) % 3 == 0:
        head += "audience: internal\n"
    body = "\n".join(
        f"第{n}条 {mark(document_id, revision)} 第{revision}版规定第{i}项事务由{document_id}办理。"
        for i, n in enumerate("一二三四五六七"[: 3 + revision % 5], 1)
    )
    return f"{head}---\n{body}\n".encode()


def open_folder(folder: Path) -> KnowledgeBase:
    """The data folder, with the encoder that costs nothing."""
    return KnowledgeBase(Settings.model_validate({"data": folder}), encoder=HashEncoder())


def work(folder: Path, state: State, journal: Path, seed: int, how: str) -> None:
    """Change the base until killed. Each step is told to the journal before and after it.

    ``how``: ``signal`` waits for somebody else's kill; ``point`` kills itself between two
    operations of the stores' code; ``full`` also lets the disk be full now and then.
    """
    chance = random.Random(seed)  # noqa: S311  (not for secrets)
    vectors._HNSW["sync_threshold"] = 10  # Chroma writes its files at every batch, not each 1,000
    told = os.open(journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def tell(**entry: Any) -> None:
        os.write(told, (json.dumps(entry) + "\n").encode())

    tell(event="ready")
    if how == "point":
        _die_after(int(10 ** chance.uniform(1.5, 4.5)))
    try:
        with open_folder(folder) as kb:
            for step in range(40):
                after, action = _step(kb, state, chance, folder.parent / "in", step)
                tell(event="begin", after=after)
                try:
                    with _limit(chance if how == "full" and step % 2 else None):
                        action()
                except KbError as error:
                    tell(event="failed", error=error.en)
                    return
                state = after
                tell(event="done")
    except BaseException:
        tell(event="broken", error=traceback.format_exc())
        raise


def _step(
    kb: KnowledgeBase, state: State, chance: random.Random, inbox: Path, step: int
) -> tuple[State, Callable[[], object]]:
    """The next thing to do, and the state it leads to."""
    if state and chance.random() < 0.3:
        gone = chance.sample(sorted(state), min(len(state), chance.randint(1, 3)))
        after = {d: r for d, r in state.items() if d not in gone}
        return after, lambda: kb.remove(*gone)
    changed = chance.sample(DOCUMENTS, chance.randint(1, 4))
    revision = max(state.values(), default=0) + 1 + chance.randint(0, 3)
    place = inbox / f"{os.getpid()}-{step}"
    place.mkdir(parents=True)
    for document_id in changed:
        (place / f"{document_id}.md").write_bytes(source(document_id, revision))
    return state | dict.fromkeys(changed, revision), lambda: ingest(kb, [place])


@contextmanager
def _limit(chance: random.Random | None) -> Iterator[None]:
    """No file may grow beyond a size met by chance: what a full disk does to a write."""
    if chance is None:
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(10 ** chance.uniform(2, 5.6)), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _die_after(calls: int) -> None:
    """Kill this process at the n-th call or return in the stores' code, C functions included."""
    left = calls

    def count(frame: FrameType, _event: str, _argument: object) -> None:
        nonlocal left
        file = frame.f_code.co_filename
        if file.startswith(_STORES) and os.path.basename(file) not in _AWAY:
            left -= 1
            if left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(count)


def check(folder: Path, legal: list[State], ever: list[tuple[str, int]]) -> dict[str, Any]:
    """Open the folder and look whether it is whole. ``ever``: all revisions there have been.

    Returns the ``state`` found and the ``faults``, in words.
    """
    faults: list[str] = []
    with open_folder(folder) as kb:
        state = {
            info.document_id: int(kb.text(info).split("第", 2)[2].partition("版")[0])
            for info in kb.snapshot.live.values()
        }
        if state not in legal:
            faults.append(f"state {state} is none of {legal}")
        faults += _whole(kb, state)
        mend(kb)
        faults += [f"doctor: {f.en}" for f in examine_open(kb) if f.severity != "ok"]
        faults += _whole(kb, state)
        faults += _leftovers(kb, state, ever)
    return {"state": state, "faults": faults}


def _whole(kb: KnowledgeBase, state: State) -> Iterator[str]:
    """Every live passage in every store, and nothing else."""
    live = kb.snapshot.live.values()
    found = compare(kb.stores, live)
    if found.lexical or found.to_encode or any(found.extra.values()):
        yield f"stores differ: {found}"
    if kb.catalog.hidden():
        yield f"hidden versions {kb.catalog.hidden()}"
    if set(kb.files.hashes()) != {info.content_hash for info in live}:
        yield "source files differ"
    encoder = HashEncoder()
    for info in live:
        if kb.files.read(info.content_hash) != source(info.document_id, state[info.document_id]):
            yield f"source of {info.document_id} is not what came in"
        parsed = parse_bytes(kb.files.read(info.content_hash), info.source_name)
        if kb.text(info) != parsed.text or info.passage_count != len(parsed.passages):
            yield f"{info.document_id} is not whole"
        for key, _, audience, text in entries_of(kb.catalog, [info]):
            (vector,) = encoder.encode_passages([text])
            if key not in [k for k, score in kb.vectors.search(vector, [audience], 10)]:
                yield f"vector {key} of {info.document_id} is not found"
            if not np.allclose(kb.vectors.get([audience], [key])[key], vector, atol=1e-5):
                yield f"vector {key} of {info.document_id} is not right"
            words = tokens(mark(info.document_id, state[info.document_id]))
            if key not in [k for k, _ in kb.lexical.search(words, [audience], 100)]:
                yield f"terms {key} of {info.document_id} are not found"
    for hit in kb.search(Query(text="规定第2项事务", on=date.today(), audiences=tuple(Audience))):
        if mark(hit.document.document_id, state[hit.document.document_id]) not in hit.text:
            yield f"a hit shows another revision: {hit.text}"


def _leftovers(kb: KnowledgeBase, state: State, ever: list[tuple[str, int]]) -> Iterator[str]:
    """Files that should not be there, and marks of what is gone in those that should."""
    if kb.catalog.waste() != Waste(0, 0):
        yield f"waste is left: {kb.catalog.waste()}"
    known = {"catalog.sqlite", "files", "lexical", "vectors", "reranker", "owner.lock"}
    top = {p.name.removesuffix("-wal").removesuffix("-shm") for p in kb.folder.iterdir()}
    if top - known:
        yield f"unknown files {top - known}"
    for store in ("lexical", "vectors"):
        if len(list((kb.folder / store).iterdir())) != 2:
            yield f"{store} has more than one generation"
    files = [path for path in kb.folder.rglob("*") if path.is_file()]
    content = b"\n".join(path.read_bytes() for path in files)
    for document_id, revision in ever:
        if state.get(document_id) != revision and mark(document_id, revision).encode() in content:
            yield f"the text of {document_id} revision {revision} is still in a file"
    if any(path.suffix == ".part" for path in files):
        yield "half-written files"
