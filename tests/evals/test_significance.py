"""Comparing two runs, against values that can be worked out by hand."""

import pytest

from evals.significance import compare, interval, mcnemar


def test_mcnemar_is_the_two_sided_binomial_tail() -> None:
    assert mcnemar(0, 0) == 1.0
    assert mcnemar(5, 5) == 1.0
    assert mcnemar(6, 0) == pytest.approx(2 / 2**6)
    assert mcnemar(0, 6) == mcnemar(6, 0)
    assert mcnemar(8, 2) == pytest.approx(2 * (1 + 10 + 45) / 2**10)


def test_a_clear_gain_is_significant_and_a_single_question_is_not() -> None:
    before = [0.0] * 40 + [1.0] * 60
    clear = compare(before, [1.0] * 20 + [0.0] * 20 + [1.0] * 60)
    assert (clear.before, clear.now, clear.questions) == (0.6, 0.8, 100)
    assert clear.change == pytest.approx(0.2)
    assert clear.significant
    assert 0.1 < clear.low < 0.2 < clear.high < 0.3
    single = compare(before, [1.0, *before[1:]])
    assert not single.significant
    assert single.p == 1.0


def test_values_between_are_compared_by_resampling() -> None:
    before = [0.5, 0.25, 0.1, 0.2] * 25
    same = compare(before, before)
    assert (same.change, same.p) == (0.0, 1.0)
    better = compare(before, [v + 0.1 for v in before])
    assert better.significant
    assert better.low == pytest.approx(0.1)
    mixed = compare(before, [v + d for v, d in zip(before, [0.1, -0.1] * 50, strict=True)])
    assert not mixed.significant


def test_the_interval_holds_the_mean_and_narrows_with_more_questions() -> None:
    few, many = interval([0, 1] * 10), interval([0, 1] * 1000)
    assert few[0] < 0.5 < few[1]
    assert many[1] - many[0] < (few[1] - few[0]) / 5


def test_runs_over_different_questions_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="2 questions before, 1 now"):
        compare([1, 0], [1])
    with pytest.raises(ValueError, match="no values"):
        interval([])
