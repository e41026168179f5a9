from collections.abc import Sequence

import numpy as np

from bot.memo import VectorMemo


class Counting:
    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        self.asked += texts
        return np.array([[float(len(t))] for t in texts], dtype=np.float32)


def test_a_text_is_encoded_once_and_rows_keep_their_order() -> None:
    encode = Counting()
    memo = VectorMemo(encode)
    assert memo(["a", "bbb", "a"]).tolist() == [[1.0], [3.0], [1.0]]
    assert memo(["bbb", "cc"]).tolist() == [[3.0], [2.0]]
    assert encode.asked == ["a", "bbb", "cc"]


def test_the_least_recently_used_is_let_go() -> None:
    encode = Counting()
    memo = VectorMemo(encode, size=2)
    for text in ("a", "bb", "a", "ccc", "a", "bb"):
        memo([text])
    assert encode.asked == ["a", "bb", "ccc", "bb"]
