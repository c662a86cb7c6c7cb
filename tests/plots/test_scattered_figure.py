"""Figures of scattered points, of runners and of tasks: every panel, mark and colour."""

from collections.abc import Iterator
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pytest
from fake_sweep import LINE, MAP, STIFFNESS, STRENGTH, Fake
from matplotlib.figure import Figure

from stridesim.parameter import lookup
from stridesim.plots.panels import label_axis
from stridesim.plots.scattered import MOST_DOTS, running_median
from stridesim.plots.style import figure_style
from stridesim.plots.sweep import draw_sweep
from stridesim.runner import PARAMETERS
from stridesim.sweeps import SweepResult, run_in_memory
from stridesim.sweeps.design import design_from_tables

TASKS = [{"name": "flat"}, {"name": "uphill", "set": {"task.slope": "5 %"}}]
CLOUD = {
    "name": "cloud",
    "sampling": {"method": "sobol", "points": 256},
    "axis": [
        {"parameter": STIFFNESS, "from": 0.3, "to": 3, "scale": "log"},
        {"parameter": STRENGTH, "from": 0.5, "to": 1.3},
        {"parameter": "task.speed", "from": 3, "to": 5},
        {"parameter": "posture.trunk_lean", "from": "0 deg", "to": "15 deg"},
    ],
}
LISTED = {
    "name": "listed",
    "sampling": {"method": "list"},
    "axis": [
        {"parameter": STIFFNESS, "values": [0.8, 1.6]},
        {"parameter": STRENGTH, "values": [1.0, 0.9]},
    ],
}


@pytest.fixture(autouse=True)
def _style() -> Iterator[None]:
    with figure_style():
        yield
    plt.close("all")


def _result(table: dict, limit: float = 2.0) -> SweepResult:
    def evaluate(points: dict, case: int = 0) -> dict:
        answers = Fake(limit)(points)
        return answers | {"cost_of_transport": answers["cost_of_transport"] + case}

    return run_in_memory(design_from_tables(table, "x.toml"), evaluate)


def _drawn(figure: Figure) -> Figure:
    figure.canvas.draw()  # what only fails when it is rendered fails here
    return figure


def _legend(figure: Figure) -> list[str]:
    return [text.get_text() for legend in figure.legends for text in legend.get_texts()]


def _places(figure: Figure, marker: str, panel: int = 0) -> list[tuple[float, float]]:
    lines = [line for line in figure.axes[panel].get_lines() if line.get_marker() == marker]
    return [(float(x), float(y)) for line in lines for x, y in np.asarray(line.get_xydata())]


def test_every_input_has_a_panel_with_all_its_points() -> None:
    result = _result(CLOUD)
    figure = _drawn(draw_sweep(result))
    labels = [axes.get_xlabel() for axes in figure.axes]
    assert labels[:2] == ["Tendon stiffness scale", "Hip stabiliser strength"]
    assert labels[2:] == ["Speed (m/s)", "Trunk lean (deg)"]
    best = result.optimum()
    assert best is not None
    for k in range(4):
        assert len(_places(figure, ".", k)) == result.ok.sum()
        assert _places(figure, "*", k) == [(best.inputs[k], best.value)]
    assert figure.axes[0].get_xscale() == "log"
    assert _legend(figure) == [
        "median of the points",
        "lowest",
        "this runner",
        f"no result: no flight ({(~result.ok).sum()})",
    ]


@pytest.mark.parametrize(("low", "high", "wanted"), [(14, 25, [15, 20, 25]), (0.3, 3, [0.3, 1, 3])])
def test_logarithmic_axes_have_a_few_round_ticks(
    low: float, high: float, wanted: list[float]
) -> None:
    axes = Figure().add_subplot()
    axes.plot([low, high], [1, 2])
    axis = SimpleNamespace(scale="log", parameter=lookup(PARAMETERS, "tendon.stiffness_scale"))
    label_axis(axes, axis, "x")  # pyright: ignore[reportArgumentType]
    shown = [tick for tick in axes.get_xticks() if low <= tick <= high]
    assert set(wanted) <= {round(float(tick), 9) for tick in shown}
    assert len(shown) <= 6


def test_tasks_have_their_colours_and_names() -> None:
    for table in (CLOUD, LINE, {**MAP, "constraints": [f"{STRENGTH} < 1"]}):
        figure = _drawn(draw_sweep(_result({**table, "task": TASKS})))
        assert _legend(figure)[:2] == ["flat", "uphill"]
        named = {line.get_label(): line.get_color() for line in figure.axes[0].get_lines()}
        assert named["flat"] != named["uphill"]
        assert len(_places(figure, "*")) == 2


def test_a_constraint_leaves_a_map_white() -> None:
    figure = _drawn(draw_sweep(_result({**MAP, "constraints": [f"{STRENGTH} > {STIFFNESS}"]})))
    assert "outside the constraints" in _legend(figure)
    assert "outside the constraints" not in _legend(draw_sweep(_result(MAP)))


def test_lists_and_failures_draw() -> None:
    _drawn(draw_sweep(_result(LISTED)))
    for table in (CLOUD, LISTED, {**LINE, "task": TASKS}):
        figure = _drawn(draw_sweep(_result(table, limit=0.1)))
        assert "no flight" in _legend(figure)[-1]


def test_a_million_points_are_not_all_drawn() -> None:
    table = {**CLOUD, "sampling": {"method": "sobol", "points": 8192}}
    shown = len(_places(draw_sweep(_result(table)), "."))
    assert MOST_DOTS / 2 < shown <= MOST_DOTS


def test_running_median_is_that_of_its_bins() -> None:
    x = np.random.default_rng(0).permutation(1000) / 1000
    at, middle = running_median(x, 3 * x + 1)
    np.testing.assert_allclose(middle, 3 * at + 1)
    assert len(at) == 12
    at, middle = running_median(np.array([1.0, 2, 1, 2, 1]), np.array([5.0, 1, 6, 3, 9]), (1, 2, 3))
    np.testing.assert_array_equal([at, middle], [[1, 2], [6, 2]])
    assert len(running_median(x[:15], x[:15])[0]) == 0
