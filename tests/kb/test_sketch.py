"""Sketches tell how alike texts are."""

from __future__ import annotations

import random
import time

import numpy as np
import pytest

from kb.sketch import PERMUTATIONS, alike_pairs, held, similarity, sketch


def words(count: int, seed: int) -> str:
    rng = random.Random(seed)
    return "".join(chr(0x4E00 + rng.randrange(3000)) for _ in range(count))


def grams(text: str) -> set[str]:
    return {text[i : i + 5] for i in range(len(text) - 4)}


@pytest.mark.parametrize("kept", [0, 400, 1000, 1600, 1900, 2000])
def test_the_estimate_is_near_the_jaccard_index(kept: int) -> None:
    one = words(2000, 1)
    other = one[:kept] + words(2000 - kept, 2)
    true = len(grams(one) & grams(other)) / len(grams(one) | grams(other))
    # four standard errors of 128 permutations
    assert abs(similarity(sketch(one), sketch(other)) - true) <= 4 * 0.044


def test_only_letters_count() -> None:
    assert sketch("外商投资企業，享受優惠。\n") == sketch("外商投资企业享受优惠")
    assert similarity(sketch("外商投资企业享受优惠"), sketch("外商投资企业享受优惠")) == 1


def test_a_missing_or_empty_text_is_like_nothing() -> None:
    assert similarity(b"", sketch("外商投资企业")) == 0
    assert similarity(sketch(""), sketch("")) == 0
    assert len(sketch("")) == len(sketch("外商投资")) == 4 * (PERMUTATIONS + 1)


def test_a_sketch_is_the_same_on_every_machine() -> None:
    numbers = np.frombuffer(sketch("外商投资企业享受优惠"), dtype="<u4")
    assert numbers[0] == 6
    assert list(numbers[1:4]) == [682357515, 151247896, 332844374]


def test_the_share_of_the_smaller_text() -> None:
    inner, frame = words(1500, 3), words(500, 4)
    a, b = sketch(inner), sketch(frame + inner)
    assert held(similarity(a, b), 1496, 1996) > 0.9
    assert held(0.0, 100, 100) == 0
    assert held(0.5, 0, 10) == 0


def test_pairs_are_found_among_many() -> None:
    texts = [words(800, i) for i in range(40)]
    texts[7] = texts[3][:780] + words(20, 99)
    texts[30] = texts[3]
    found = {(a, b) for a, b, _ in alike_pairs([sketch(t) for t in texts], 0.8)}
    assert found == {(3, 7), (3, 30), (7, 30)}
    assert list(alike_pairs([], 0.8)) == [] == list(alike_pairs([b"", b""], 0.8))


def test_ten_thousand_sketches_take_less_than_two_seconds() -> None:
    rng = np.random.default_rng(5)
    rows = rng.integers(0, 2**32, (10_000, PERMUTATIONS + 1), dtype=np.uint32)
    rows[5000:5100] = rows[0]  # a hundred copies of one text
    sketches = [row.astype("<u4").tobytes() for row in rows]
    started = time.perf_counter()
    pairs = list(alike_pairs(sketches, 0.9))
    assert time.perf_counter() - started < 2
    assert {b for a, b, _ in pairs if a == 0} == set(range(5000, 5100))
