"""Calibration and the price of refusing, against values that can be worked out by hand."""

import pytest

from evals.calibration import (
    Bin,
    calibration_error,
    cheapest,
    false_answers_at,
    reliability,
    risk_coverage,
    trade_off,
)


def test_bins_hold_what_was_promised_and_what_was_kept() -> None:
    bins = reliability([0.05, 0.95, 0.95, 1.0], [False, True, True, False])
    assert bins == (Bin(1, 0.05, 0.0), Bin(3, pytest.approx(2.9 / 3), pytest.approx(2 / 3)))
    assert calibration_error(bins) == pytest.approx((0.05 + 3 * (2.9 / 3 - 2 / 3)) / 4)
    assert calibration_error(()) is None


def test_every_threshold_has_its_price() -> None:
    points = trade_off([0.9, 0.8, 0.4], [0.7, 0.1])
    first, last = points[0], points[-1]
    assert (first.false_refusals, first.false_answers) == (0.0, 1.0)
    assert (last.false_refusals, last.false_answers) == (1.0, 0.0)
    assert false_answers_at(points, 0.0) == 0.5
    assert false_answers_at(points, 1 / 3) == 0.0
    assert trade_off([], [0.5]) == ()
    assert false_answers_at((), 0.05) is None


def test_equal_confidences_fall_on_the_same_side() -> None:
    points = trade_off([0.5, 0.5], [0.5])
    assert {(p.false_refusals, p.false_answers) for p in points} == {(0.0, 1.0), (1.0, 0.0)}


def test_the_surest_answers_come_first() -> None:
    curve = risk_coverage([0.9, 0.2, 0.6], [True, False, True])
    assert [round(c.share, 2) for c in curve] == [0.33, 0.67, 1.0]
    assert [round(c.risk, 2) for c in curve] == [0.0, 0.0, 0.33]


def test_the_threshold_follows_from_what_a_false_answer_costs() -> None:
    yes, no = [0.9, 0.8, 0.4], [0.7, 0.1]
    dear, cheap = cheapest(yes, no, 5.0), cheapest(yes, no, 0.5)
    assert dear is not None
    assert cheap is not None
    assert dear.threshold == pytest.approx(0.75)
    assert (dear.false_refusals, dear.false_answers) == (pytest.approx(1 / 3), 0.0)
    assert cheap.threshold == pytest.approx(0.25)
    assert cheap.false_answers == 0.5
    assert cheapest([], [0.5], 5.0) is None
