import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from kb.errors import EncoderMismatch
from kb.models import Audience
from kb.vectors import VectorIndex

PUBLIC, INTERNAL = Audience.PUBLIC, Audience.INTERNAL


def unit(rows: int) -> np.ndarray:
    made = np.random.default_rng(0).normal(size=(rows, 8)).astype(np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


def test_each_audience_has_its_own_collection(tmp_path: Path) -> None:
    index, vectors = VectorIndex(tmp_path, "e/1/8"), unit(20)
    index.add(PUBLIC, list(range(10)), vectors[:10])
    index.add(INTERNAL, list(range(10, 20)), vectors[10:])
    assert index.search(vectors[15], [PUBLIC], 10)[0][1] < 0.99
    key, cosine = index.search(vectors[15], [PUBLIC, INTERNAL], 3)[0]
    assert key == 15
    assert cosine == pytest.approx(1.0, abs=1e-5)
    assert set(index.get([PUBLIC], [3, 15])) == {3}
    index.close()


def test_fewer_are_found_where_there_are_fewer(tmp_path: Path) -> None:
    index, vectors = VectorIndex(tmp_path, "e/1/8"), unit(3)
    assert index.search(vectors[0], [PUBLIC, INTERNAL], 60) == []
    index.add(PUBLIC, [1, 2, 3], vectors)
    assert len(index.search(vectors[0], [PUBLIC, INTERNAL], 60)) == 3
    index.delete([1, 2, 3])
    assert index.search(vectors[0], [PUBLIC, INTERNAL], 60) == []
    index.close()


def test_deleting_and_counting(tmp_path: Path) -> None:
    index, vectors = VectorIndex(tmp_path, "e/1/8"), unit(5)
    index.add(PUBLIC, list(range(5)), vectors)
    index.delete([1, 2, 99])
    assert index.keys(PUBLIC) == {0, 3, 4}
    assert index.count() == 3
    index.close()


def test_another_encoder_is_refused_with_the_remedy(tmp_path: Path) -> None:
    VectorIndex(tmp_path, "e/1/8").close()
    with pytest.raises(EncoderMismatch, match="kb doctor --repair"):
        VectorIndex(tmp_path, "other/1/8")
    VectorIndex(tmp_path, "e/1/8").close()


def test_erased_vectors_are_in_no_file(tmp_path: Path) -> None:
    """Enough of them that Chroma writes its HNSW files, which never forget by themselves."""
    made = np.random.default_rng(1).normal(size=(2500, 8)).astype(np.float32)
    vectors = made / np.linalg.norm(made, axis=1, keepdims=True)
    index = VectorIndex(tmp_path, "e/1/8")
    index.add(PUBLIC, list(range(2500)), vectors)
    held = index.get([PUBLIC], range(2500))

    def files_with(key: int) -> set[str]:
        needle = held[key].tobytes()
        return {p.name for p in tmp_path.rglob("*") if p.is_file() and needle in p.read_bytes()}

    index.delete(range(5, 2500, 5))
    assert "data_level0.bin" in files_with(10), "Chroma does not forget by itself"
    assert {"data_level0.bin", "chroma.sqlite3"} & files_with(2495)
    index.rewrite({PUBLIC: {k for k in range(2500) if k % 5 or not k}, INTERNAL: set()})
    assert all(not files_with(key) for key in range(5, 2500, 5))
    assert files_with(7)
    assert index.count() == 2001
    assert index.search(vectors[7], [PUBLIC], 1)[0][0] == 7
    index.close()
    again = VectorIndex(tmp_path, "e/1/8")
    assert again.keys(PUBLIC) == {k for k in range(2500) if k % 5 or not k}
    again.close()


def test_files_hold_no_memory_of_other_things(tmp_path: Path) -> None:
    """A new HNSW file has room that Chroma does not clear."""
    index = VectorIndex(tmp_path, "e/1/8")
    index.add(PUBLIC, [1], unit(1))
    (data,) = tmp_path.rglob("data_level0.bin")
    data.write_bytes(bytes([7]) * data.stat().st_size)
    index.sync()
    assert set(data.read_bytes()) == {0}
    index.add(PUBLIC, range(2, 1500), np.repeat(unit(1), 1498, axis=0))
    before = data.read_bytes()
    index.sync()
    assert data.read_bytes() == before
    index.close()


USE = """
import sys, pathlib, numpy
from kb.models import Audience
from kb.vectors import VectorIndex

folder, audience = pathlib.Path(sys.argv[1]), Audience.PUBLIC
vectors = numpy.eye(8, dtype=numpy.float32)
index = VectorIndex(folder, "e/1/8")
index.add(audience, range(8), vectors)
index.sync()
index.delete([1, 2])
index.rewrite({audience: {0, 3, 4}})
index.search(vectors[0], list(Audience), 60)
index.close()
index = VectorIndex(folder, "e/1/8")
index.readable(audience)
index.search(vectors[0], list(Audience), 60)
index.close()
"""


def test_memory_is_never_written_into_files(tmp_path: Path) -> None:
    """Memory that is full of a pattern shows wherever a file is made of it."""
    patterned = os.environ | {"MALLOC_PERTURB_": "165"}
    subprocess.run([sys.executable, "-c", USE, str(tmp_path)], check=True, env=patterned)
    (data,) = tmp_path.rglob("data_level0.bin")
    assert set(data.read_bytes()) == {0}
