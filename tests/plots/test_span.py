"""The rule of what an axis spans: no flat curve a mountain, no small spike a cliff."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from stridesim.plots.span import CHANGE, LEAST, honest_limits, span_honestly


def test_a_flat_curve_spans_a_fifth_of_its_level() -> None:
    low, high = honest_limits([30.4, 30.8, 31.2])
    assert high - low == pytest.approx(0.2 * 30.8)
    assert low + high == pytest.approx(2 * 30.8)


def test_a_spike_of_three_per_cent_covers_a_sixth_of_the_axis() -> None:
    values = np.full(50, 0.41)
    values[-1] *= 1.03
    low, high = honest_limits(values)
    assert (values.max() - values.min()) / (high - low) == pytest.approx(0.03 / LEAST)
    assert low < 0.41 < values.max() < high


def test_changes_are_measured_against_what_changes() -> None:
    low, high = honest_limits([0.0, 2.5], level=CHANGE)
    assert high - low == pytest.approx(20.0)
    assert low < 0 < 2.5 < high


def test_large_differences_fill_the_axis() -> None:
    low, high = honest_limits([2.0, np.nan, 10.0])
    assert low == pytest.approx(2.0 - 0.06 * 8.0)
    assert high == pytest.approx(10.0 + 0.06 * 8.0)


def test_what_cannot_be_negative_has_no_negative_axis() -> None:
    assert honest_limits([0.0, 0.016])[0] == 0.0
    assert honest_limits([-0.4, 12.0])[0] < -0.4


@pytest.mark.parametrize("values", [[], [np.nan], [0.0], [0.0, 0.0], [-3.0]])
def test_there_is_always_an_axis(values: list[float]) -> None:
    low, high = honest_limits(values)
    assert np.isfinite([low, high]).all()
    assert low < high


def test_marks_that_stand_at_no_value_do_not_widen_a_panel() -> None:
    _, axes = plt.subplots()
    axes.plot([0, 1], [3.6, 3.7])
    axes.plot([0], [-0.03], "x", transform=axes.get_xaxis_transform(), clip_on=False)
    axes.axvline(0.5)
    span_honestly(axes)
    assert axes.get_ylim() == pytest.approx(honest_limits([3.6, 3.7]))
    plt.close("all")
