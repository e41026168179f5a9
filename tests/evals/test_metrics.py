import pytest

from evals import metrics


def test_ranks() -> None:
    assert metrics.hit_at(["a", "b"], ["b"], 1) == 0
    assert metrics.hit_at(["a", "b"], ["b"], 2) == 1
    assert metrics.reciprocal_rank(["a", "b"], ["b"]) == 0.5
    assert metrics.reciprocal_rank(["a"] * 10 + ["b"], ["b"]) == 0
    assert metrics.recall_at(["a", "b"], ["b", "c"]) == 0.5


def test_answers_are_compared_without_spaces_and_punctuation() -> None:
    assert metrics.inside(["减按 15% 征收。"], ["其他", "（减按15%征收）"])
    assert not metrics.inside(["减按15%征收", "到2030年"], ["减按15%征收"])
    assert metrics.covered(["一二三四五"], "前一二三四后")
    assert not metrics.covered(["一二三四五"], "五四三二一")


@pytest.mark.parametrize(
    ("a", "b", "length"),
    [("abcde", "ace", 3), ("", "a", 0), ("ab", "ba", 1), ("税率15%", "税15率%", 4)],
)
def test_longest_common_subsequence(a: str, b: str, length: int) -> None:
    assert metrics.common_subsequence(a, b) == length


def test_auc_counts_ties_as_half() -> None:
    assert metrics.auc([0.9, 0.8], [0.1]) == 1.0
    assert metrics.auc([0.5], [0.5]) == 0.5
    assert metrics.auc([0.9, 0.1], [0.5]) == 0.5
    assert metrics.auc([], [0.5]) is None
