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
from stridesim.plots.scattered import MOST_DOTS, shape_for, survivors
from stridesim.plots.style import figure_style
from stridesim.plots.sweep import draw_sweep
from stridesim.runner import PARAMETERS
from stridesim.sweeps import SweepResult, run_in_memory
from stridesim.sweeps.design import design_from_tables
from stridesim.sweeps.result import result_of

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
        "this runner, all else its own",
        "points, all else varied",
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
    for table in (CLOUD, LINE):
        figure = _drawn(draw_sweep(_result({**table, "task": TASKS})))
        assert _legend(figure)[:2] == ["flat", "uphill"]
        named = {line.get_label(): line.get_color() for line in figure.axes[0].get_lines()}
        assert named["flat"] != named["uphill"]
        assert len(_places(figure, "*")) == 2


def test_two_axes_are_a_map_for_every_task_in_the_same_colours() -> None:
    table = {**MAP, "constraints": [f"{STRENGTH} < 1.1"], "task": TASKS}
    figure = _drawn(draw_sweep(_result(table)))
    assert [axes.get_title(loc="left") for axes in figure.axes[:2]] == ["flat", "uphill"]
    limits = [axes.collections[0].get_clim() for axes in figure.axes[:2]]
    assert limits[0] == limits[1]
    assert [len(_places(figure, "*", k)) for k in range(2)] == [1, 1]


def test_more_tasks_than_colours_are_small_multiples_on_one_scale() -> None:
    tasks = [{"name": f"t{k}"} for k in range(7)]
    figure = _drawn(draw_sweep(_result({**LINE, "task": tasks})))
    assert [axes.get_title(loc="left") for axes in figure.axes] == [f"t{k}" for k in range(7)]
    assert len({axes.get_ylim() for axes in figure.axes}) == 1
    many = [{"name": f"t{k}"} for k in range(20)]
    figure = _drawn(draw_sweep(_result({**LINE, "task": many})))
    assert len(figure.axes) == 1
    assert "each of 20 runners and tasks" in _legend(figure)


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


SLOPE = {
    "name": "slope",
    "axis": [
        {"parameter": STRENGTH, "from": 0.6, "to": 1.1},
        {"parameter": "posture.trunk_lean", "from": "0 deg", "to": "15 deg"},
        {"parameter": STIFFNESS, "from": 0.5, "to": 2.0},
    ],
}
SCATTER = {"sampling": {"method": "sobol", "points": 1024}}
COMBINED = {
    "axis": [{**axis, "points": 11 if k < 2 else 3} for k, axis in enumerate(SLOPE["axis"])],
}


def _weak_costs_more_and_fails_where_it_is_dear(points: dict) -> dict:
    """Weakness costs 0.2 J/kg/m per unit, leaning far more; weak and leaning is no stride.

    So the weak that are left lean little, and their median is the cheapest.
    """
    strength, lean = points[STRENGTH], np.rad2deg(points["posture.trunk_lean"])
    cost = 3.9 - 0.2 * strength + 0.05 * lean
    status = np.where(lean > 30 * (strength - 0.5), "strength_too_low", "ok")
    return {"cost_of_transport": np.where(status == "ok", cost, np.nan), "status": status}


@pytest.mark.parametrize("table", [{**SLOPE, **SCATTER}, {**SLOPE, **COMBINED}])
def test_where_the_weak_fail_more_often_weak_does_not_look_cheaper(table: dict) -> None:
    result = run_in_memory(
        design_from_tables(table, "x"),
        _weak_costs_more_and_fails_where_it_is_dear,
    )
    strength, cost, ok = result[STRENGTH], result["cost_of_transport"], result.ok
    weak, strong = (strength < 0.75) & ok, (strength > 0.95) & ok
    assert np.median(cost[weak]) < np.median(cost[strong])  # what the survivors say is wrong
    figure = _drawn(draw_sweep(result))
    line = next(
        x for x in figure.axes[0].get_lines() if str(x.get_label()).startswith("this runner")
    )
    x, y = np.asarray(line.get_xydata()).T
    solved = np.isfinite(y)
    slopes = np.diff(y[solved]) / np.diff(x[solved])
    np.testing.assert_allclose(slopes, -0.2, rtol=1e-9)
    assert solved.sum() >= 5
    own = float(result.design.nominal[1])
    np.testing.assert_allclose(y[solved], 3.9 - 0.2 * x[solved] + 0.05 * own)


def test_the_panel_says_where_survivors_differ() -> None:
    result = run_in_memory(
        design_from_tables({**SLOPE, **SCATTER}, "x"), _weak_costs_more_and_fails_where_it_is_dear
    )
    figure = _drawn(draw_sweep(result))
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles[0].startswith("points with a result:\n29 % at 0.6")
    assert titles[2] == ""  # the tendon has no part in it


def test_survivors_are_counted_at_values_or_in_bins() -> None:
    x = np.repeat([1.0, 2.0], 100)
    ok = np.concatenate([np.arange(100) < 40, np.ones(100, bool)])
    assert survivors(x, ok) == "points with a result:\n40 % at 1, 100 % at 2"
    assert survivors(x, np.ones(200, bool)) == ""
    chance = np.random.default_rng(0).random(200) < 0.5
    assert survivors(x, chance) == ""
    even = np.linspace(0, 1, 600)
    assert survivors(even, even > 0.5).startswith("points with a result:\n0 % at 0.08")


def test_lines_pass_through_the_runner_and_stop_where_there_is_no_result() -> None:
    result = _result(CLOUD)
    figure = _drawn(draw_sweep(result))
    for k in range(4):
        line = next(
            x for x in figure.axes[k].get_lines() if str(x.get_label()).startswith("this runner")
        )
        x, y = np.asarray(line.get_xydata()).T
        near = int(np.abs(x - result.design.nominal[k]).argmin())
        assert (x[near], y[near]) == (
            pytest.approx(result.design.nominal[k]),
            pytest.approx(result.nominal["cost_of_transport"]),
        )
    failed = [x for x, _ in _places(figure, "x")]
    assert failed
    assert min(failed) > 2.0


def test_of_many_inputs_those_are_shown_that_move_it() -> None:
    paths = ["hip.stiffness", "hip.damping", "leg.loss", "task.air_drag", "task.slope"]
    quiet = [{"parameter": path, "from": 0.1, "to": 0.2} for path in paths]
    table = {**CLOUD, "axis": [*quiet, *CLOUD["axis"][:2]]}
    figure = _drawn(draw_sweep(_result(table)))
    labels = [axes.get_xlabel().replace("\n", " ") for axes in figure.axes]
    assert len(labels) == 6
    assert labels[-2:] == ["Tendon stiffness scale", "Hip stabiliser strength"]
    texts = [" ".join(text.get_text().split()) for text in figure.texts]
    assert any("not shown, as they move it least:" in text for text in texts)


def test_without_a_model_a_grid_shows_its_nearest_lines_and_a_cloud_none() -> None:
    for table, lines in (({**SLOPE, **COMBINED}, 3), ({**SLOPE, **SCATTER}, 0)):
        found = run_in_memory(
            design_from_tables(table, "x"), _weak_costs_more_and_fails_where_it_is_dear
        )
        alone = result_of(found.design, found.columns, found.statuses)
        assert len(alone.nominal_lines) == lines
        _drawn(draw_sweep(alone))


def test_panels_fill_a_sheet() -> None:
    assert [shape_for(n) for n in (1, 3, 4, 5, 6, 8, 12)] == [
        (1, 1), (1, 3), (1, 4), (2, 3), (2, 3), (2, 4), (3, 4)
    ]  # fmt: skip
