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
