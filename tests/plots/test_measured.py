"""Measured points over a curve: at their places, never joined, and the panel reaches them."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from fake_sweep import LINE, Fake
from matplotlib.figure import Figure

from stridesim.evidence.points import MeasuredPoint
from stridesim.plots.measured import axis_in, beside, curves, measured, moved
from stridesim.plots.style import figure_style
from stridesim.sweeps import SweepResult, run_in_memory
from stridesim.sweeps.design import design_from_tables

POINTS = (
    MeasuredPoint(0.6, 5.0, 4.0, 9.0, "doi:a"),
    MeasuredPoint(2.0, 4.0, None, None, "doi:b"),
)


def _result() -> SweepResult:
    return run_in_memory(design_from_tables(LINE, "x.toml"), Fake(2.0))


def _drawn() -> tuple[Figure, SweepResult]:
    result = _result()
    figure, axes = plt.subplots()
    curves(axes, result, [("model", result.grid("cost_of_transport"))], points=POINTS)
    measured(axes, POINTS, label="people")
    return figure, result


def test_points_are_squares_at_their_places_and_the_panel_reaches_their_bands() -> None:
    with figure_style():
        figure, _ = _drawn()
    [axes] = figure.axes
    squares = [line for line in axes.get_lines() if line.get_marker() == "s"]
    assert [tuple(np.ravel(line.get_xydata())) for line in squares] == [(0.6, 5.0), (2.0, 4.0)]
    assert all(line.get_linestyle() == "None" for line in squares)
    low, high = axes.get_ylim()
    assert low < 4.0 < 9.0 < high
    plt.close(figure)


def test_the_model_is_read_between_its_points_and_not_where_it_has_none() -> None:
    result = _result()
    cost = result.grid("cost_of_transport")
    between, beyond = beside(result, cost, POINTS)
    assert between == pytest.approx(0.5 * (cost[0] + cost[1]))
    assert np.isnan(beyond), "the next point to the right has no result"


def test_places_and_numbers_of_the_axis_follow_the_unit() -> None:
    assert [p.at for p in moved(POINTS, lambda at: 10 * at)] == [6.0, 20.0]
    figure, axes = plt.subplots()
    axes.set_xlim(-0.2, 0.2)
    axis_in(axes, "Slope (%)", 100.0)
    assert axes.xaxis.get_major_formatter()(-0.1, 0) == "−10"
    plt.close(figure)
