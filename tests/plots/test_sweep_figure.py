"""A sweep's figure: optimum, nominal runner and failures are there, and the bytes repeat."""

from collections.abc import Iterator
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
from fake_sweep import LINE, MAP, STIFFNESS, Fake
from matplotlib.figure import Figure

from stridesim.plots.panels import cell_edges
from stridesim.plots.style import figure_style
from stridesim.plots.sweep import draw_sweep, save_sweep
from stridesim.results import InputError
from stridesim.sweeps import SweepResult, run_in_memory
from stridesim.sweeps.design import design_from_tables
from stridesim.words.sweep_answer import answer


@pytest.fixture(autouse=True)
def _style() -> Iterator[None]:
    with figure_style():
        yield
    plt.close("all")


def _result(table: dict, limit: float = 2.0) -> SweepResult:
    return run_in_memory(design_from_tables(table, "x.toml"), Fake(limit))


def _legend(figure: Figure) -> list[str]:
    return [text.get_text() for legend in figure.legends for text in legend.get_texts()]


def _markers(figure: Figure, marker: str) -> list[tuple[float, float]]:
    return [
        (float(x), float(y))
        for line in figure.axes[0].get_lines()
        if line.get_marker() == marker
        for x, y in np.asarray(line.get_xydata())
    ]


def test_line_marks_optimum_nominal_and_failures() -> None:
    result = _result(LINE)
    figure = draw_sweep(result)
    assert _markers(figure, "*") == [(0.8, pytest.approx(result["cost_of_transport"][1]))]
    assert _markers(figure, "o") == [(1.0, pytest.approx(result.nominal["cost_of_transport"]))]
    assert [x for x, _ in _markers(figure, "x")] == [3.0]
    assert _legend(figure) == ["lowest", "this runner", "no result: no flight (1)"]


def test_axes_say_name_and_unit_and_the_answer_stands_above() -> None:
    result = _result(LINE)
    figure = draw_sweep(result)
    axes = figure.axes[0]
    assert axes.get_xlabel() == "Tendon stiffness scale"
    assert axes.get_ylabel() == "Cost of transport (J/kg/m)"
    assert answer(result) in [" ".join(text.get_text().split()) for text in figure.texts]


def test_map_hatches_failures_by_reason() -> None:
    figure = draw_sweep(_result(MAP))
    hatches = {hatch for c in figure.axes[0].collections for hatch in getattr(c, "hatches", [])}
    assert {"///", "..."} <= hatches
    assert _legend(figure)[2:] == [
        "no result: no flight (22)",
        "no result: strength too low (7)",
    ]
    assert len(_markers(figure, "*")) == len(_markers(figure, "o")) == 1


def test_few_values_of_a_second_axis_are_lines() -> None:
    table = {**MAP, "axis": [MAP["axis"][0], {"parameter": "task.speed", "values": [3, 4]}]}
    figure = draw_sweep(_result(table))
    assert _legend(figure)[:2] == ["speed 3 m/s", "speed 4 m/s"]


def test_nominal_outside_the_range_is_not_drawn() -> None:
    table = {**LINE, "axis": [{"parameter": STIFFNESS, "values": [1.5, 1.8]}]}
    figure = draw_sweep(_result(table))
    assert _markers(figure, "o") == []
    assert "this runner" not in _legend(figure)


def test_sweep_without_any_result_still_draws() -> None:
    assert "no flight (4)" in _legend(draw_sweep(_result(LINE, 0.1)))[-1]
    assert "no flight" in _legend(draw_sweep(_result(MAP, 0.1)))[-1]


def test_same_numbers_same_bytes(tmp_path: Path) -> None:
    for suffix in ("svg", "png"):
        paths = [tmp_path / f"{i}.{suffix}" for i in range(2)]
        for path in paths:
            save_sweep(_result(MAP), path)
        assert paths[0].read_bytes() == paths[1].read_bytes()
    assert "<text" in (tmp_path / "0.svg").read_text()


def test_unknown_format_and_unwritable_place_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a\.gif: figures are written as"):
        save_sweep(_result(LINE), tmp_path / "a.gif")
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        save_sweep(_result(LINE), tmp_path / "file" / "a.png")


def test_cell_edges_lie_halfway_in_the_axis_scale() -> None:
    np.testing.assert_allclose(cell_edges(np.array([1.0, 2.0, 4.0])), [0.5, 1.5, 3.0, 5.0])
    np.testing.assert_allclose(cell_edges(np.array([1.0, 4.0, 16.0]), "log"), [0.5, 2.0, 8.0, 32.0])


def test_failures_stand_outside_the_data() -> None:
    """Below the axis, where no value is read off: a leakage is not negative because some fail."""
    figure = draw_sweep(_result(LINE))
    axes = figure.axes[0]
    figure.canvas.draw()
    cross = next(line for line in axes.get_lines() if line.get_marker() == "x")
    box = cross.get_tightbbox()
    assert box is not None
    assert box.y1 < axes.bbox.y0
    assert axes.get_ylim()[0] > 3.0
    assert axes.get_xlim()[1] > 3.0  # the failed point lies inside the range that is shown


def test_a_flat_curve_is_flat() -> None:
    def flat(points: dict) -> dict:
        answers = Fake()(points)
        return answers | {"cost_of_transport": 3.6 + 0.01 * points[STIFFNESS]}

    figure = draw_sweep(run_in_memory(design_from_tables(LINE, "x"), flat))
    low, high = figure.axes[0].get_ylim()
    assert high - low >= 0.2 * 3.6 * 0.99
    colours = draw_sweep(run_in_memory(design_from_tables(MAP, "x"), flat)).axes[0].collections[0]
    low, high = colours.get_clim()
    assert high - low >= 0.2 * 3.6 * 0.99


def test_figure_says_speed_model_strategy_and_what_was_set() -> None:
    table = {
        **LINE,
        "metabolic": "minetti1997",
        "set": {"task.speed": "5 m/s", "hip.strength": 0.9},
    }
    text = " ".join(draw_sweep(_result(table)).texts[2].get_text().split())
    assert text.startswith("rbds011 at 5 m/s (18 km/h) · Minetti 1997 · measured: ")
    assert "set: hip stabiliser strength 0.9" in text
    assert "extrapolated to 5 m/s" in text


def test_ends_of_the_range_and_an_optimum_there_are_marked() -> None:
    table = {**LINE, "axis": [{"parameter": STIFFNESS, "values": [1.0, 1.5, 1.8]}]}
    figure = draw_sweep(_result(table))
    assert "lowest (end of the range)" in _legend(figure)
    left, right = figure.axes[0].get_xlim()
    bands = [patch.get_extents().transformed(figure.axes[0].transData.inverted())
             for patch in figure.axes[0].patches]  # fmt: skip
    assert [(b.x0, b.x1) for b in bands] == [
        (pytest.approx(left), pytest.approx(1.0)),
        (pytest.approx(1.8), pytest.approx(right)),
    ]


def test_many_lines_are_coloured_in_order_beside_a_scale() -> None:
    table = {**MAP, "figure": {"kind": "lines"}}
    figure = draw_sweep(_result(table))
    assert figure.axes[1].get_ylabel() == "Hip stabiliser strength"
    lines = [line for line in figure.axes[0].get_lines() if "strength" in str(line.get_label())]
    assert len({line.get_color() for line in lines}) == len(lines) == 11
    assert len(_markers(figure, "*")) == 1
    assert not any("strength 0" in text for text in _legend(figure))
