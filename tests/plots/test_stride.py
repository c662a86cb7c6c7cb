"""The sheet of a stride: signs and units, measured bands in their place, names that can be read."""

from collections.abc import Iterator
from pathlib import Path

import jax
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from stridesim.economy import Evaluation, evaluate
from stridesim.plots.curve_names import Curve, name_curves
from stridesim.plots.stride import (
    CAUSES,
    cause_power,
    draw_stride,
    nearest_speed,
    save_stride,
)
from stridesim.plots.stride_sheet import Ghost, draw_sheet
from stridesim.plots.style import figure_style
from stridesim.results import InputError, Status
from stridesim.runner import GROUPS, Runner
from stridesim.runner.curves import measured_curves

KEY_NUMBERS, VERTICAL, FORE_AFT, MEDIOLATERAL = range(4)
HIP, KNEE, ANKLE, FRONTAL = range(4, 8)
HIP_MOMENT, KNEE_MOMENT, ANKLE_MOMENT, ABDUCTOR_MOMENT = range(8, 12)
KNEE_ANKLE_FORCE, HIP_FORCE, TENDONS, COST = range(12, 16)
"""Panels of the sheet in the order of `figure.axes`."""


@pytest.fixture(scope="module", autouse=True)
def _ranks() -> Iterator[None]:
    """The model itself multiplies (M, N) by (N,); these tests are not about that."""
    with jax.numpy_rank_promotion("allow"):
        yield


@pytest.fixture(scope="module")
def solved() -> Evaluation:
    """The shipped runner's stride, taken as good whatever its muscles say of it."""
    found = evaluate(Runner.load())
    return found._replace(stride=jax.tree.map(np.asarray, found.stride), status=Status.ok)


@pytest.fixture(autouse=True)
def _style() -> Iterator[None]:
    with figure_style():
        yield
    plt.close("all")


def _line(axes: Axes, dashed: bool = False) -> np.ndarray:
    """The model's curve, or the dashed measured mean. (n, 2)"""
    lines = [line for line in axes.get_lines() if len(np.atleast_1d(line.get_xdata())) > 2]
    found = [line for line in lines if line.is_dashed() == dashed]
    assert len(found) == 1
    return np.asarray(found[0].get_xydata())


def _texts(figure: Figure) -> str:
    return "\n".join(text.get_text() for text in figure.findobj(Text))


def test_every_axis_says_its_unit(solved: Evaluation) -> None:
    figure = draw_stride(solved)
    assert len(figure.axes) == 16
    for axes in figure.axes[1:COST]:
        assert axes.get_ylabel().endswith(("(BW)", "(deg)", "(N m/kg)", "(J)")), axes.get_title()
    shown = [axes.get_xlabel() for axes in figure.axes if axes.get_xlabel()]
    assert all(label.endswith(("(%)", "(W/kg)")) for label in shown)
    assert figure.axes[COST].get_xlabel().endswith("(W/kg)")


def test_model_curves_are_the_stride_in_its_units(solved: Evaluation) -> None:
    axes = draw_stride(solved).axes
    results = {name: float(value) for name, value in solved.results.items()}
    peaks = {
        VERTICAL: results["peak_vertical_force"],
        FORE_AFT: results["peak_propulsive_force"],
        ANKLE_MOMENT: results["peak_ankle_plantarflexion_moment"],
        KNEE_MOMENT: results["peak_knee_extension_moment"],
    }
    for panel, peak in peaks.items():
        assert _line(axes[panel])[:, 1].max() == pytest.approx(peak, rel=1e-9)
    assert _line(axes[FORE_AFT])[:, 1].min() == pytest.approx(-results["peak_braking_force"])
    first = {HIP: "hip_flexion_at_contact", KNEE: "knee_flexion_at_contact"}
    for panel, name in first.items():
        curve = _line(axes[panel])
        assert curve[0, 1] == pytest.approx(results[name])
        np.testing.assert_allclose(curve[-1], [100.0, curve[0, 1]])
    # The ground pushes the runner inward while he stands on the outer side of his path.
    assert _line(axes[MEDIOLATERAL])[:, 1].mean() < 0


def test_measured_curves_lie_behind(solved: Evaluation) -> None:
    axes = draw_stride(solved).axes
    measured = measured_curves()
    knee = _line(axes[KNEE], dashed=True)
    np.testing.assert_allclose(knee, measured["stride", 3.5, "knee_flex_abs"][:, :2])
    adduction = _line(axes[FRONTAL], dashed=True)
    expected = measured["stride", 3.5, "hip_add"][:, 1]
    np.testing.assert_allclose(adduction[:, 1], expected)
    # Hip: stance from forces at 10 Hz, a gap, then swing; the rest of the stride is covered once.
    hip = _line(axes[HIP_MOMENT], dashed=True)
    gap = int(np.flatnonzero(np.isnan(hip[:, 1]))[0])
    np.testing.assert_allclose(hip[:gap, 1], measured["stance", 3.5, "hip_mom_f10"][:, 1])
    assert 30 < hip[gap - 1, 0] < hip[gap + 1, 0] < 36
    assert np.all(np.diff(hip[:gap, 0]) > 0)


@pytest.mark.parametrize(
    ("speed", "nearest"), [(3.33, 3.5), (2.5, 2.5), (2.21, 2.5), (2.19, None), (5.0, None)]
)
def test_measured_curves_only_near_a_measured_speed(speed: float, nearest: float | None) -> None:
    assert nearest_speed(speed) == nearest


def test_far_from_measured_speeds_the_model_stands_alone(
    solved: Evaluation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stridesim.plots.stride.nearest_speed", lambda speed: None)
    figure = draw_stride(solved)
    assert "Fukuchi" not in _texts(figure)
    for axes in figure.axes[VERTICAL : ABDUCTOR_MOMENT + 1]:
        assert not [line for line in axes.get_lines() if line.is_dashed()]


def test_cost_bars_add_up_to_the_muscles(solved: Evaluation) -> None:
    power = cause_power(solved)
    assert power.shape == (len(CAUSES), len(GROUPS))
    np.testing.assert_allclose(power.sum(axis=0), solved.stride.power, rtol=1e-12)
    axes = draw_stride(solved, metabolic="umberger2010").axes[COST]
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names == [*(g.replace("_", " ") for g in GROUPS), *solved.stride.upkeep._fields]
    assert "umberger2010" in axes.get_title(loc="left")
    widths = sum(patch.get_width() for patch in axes.patches)  # type: ignore[attr-defined]
    assert widths == pytest.approx(float(solved.results["metabolic_power"]), rel=1e-9)


def test_a_failed_stride_says_so(solved: Evaluation) -> None:
    failed = solved._replace(status=Status.activation_above_one)
    assert "Not a valid stride: a muscle would need" in _texts(draw_stride(failed))
    assert "Not a valid" not in _texts(draw_stride(solved))


def test_names_are_inside_their_panel_and_apart(solved: Evaluation) -> None:
    figure = draw_stride(solved)
    for panel in (KNEE_ANKLE_FORCE, HIP_FORCE, TENDONS):
        axes = figure.axes[panel]
        boxes = [_extent(text) for text in axes.texts]
        assert len(boxes) >= 4
        inside = axes.get_window_extent().padded(1.0)
        for i, box in enumerate(boxes):
            assert inside.x0 <= box.x0
            assert box.x1 <= inside.x1
            assert box.y1 <= inside.y1
            assert not any(box.overlaps(other) for other in boxes[:i])


def _extent(text: Text) -> Bbox:
    """Of the words alone, without the line that joins them to their curve."""
    text.get_window_extent()  # places an annotation
    return Text.get_window_extent(text)


def test_the_slide_has_six_panels_with_the_ghost_behind(solved: Evaluation) -> None:
    """What is drawn is the stride; the ghost is the other stride, dashed, and both are told."""
    softer = solved.results | {"cost_of_transport": 1.25 * solved.results["cost_of_transport"]}
    force = solved.stride.muscles.force
    muscles = solved.stride.muscles._replace(force=0.5 * np.asarray(force))
    before = solved._replace(results=softer, stride=solved.stride._replace(muscles=muscles))
    settings = {"tendon.stiffness_scale": "1.5"}
    figure = draw_sheet(solved, "umberger2010", settings, ghost=Ghost(before, "the runner before"))
    assert len(figure.axes) == 6
    width, height = figure.get_size_inches()
    assert width / height == pytest.approx(16 / 9)
    said = _texts(figure).replace("\xa0", " ")
    assert "tendon stiffness scale 1.5" in " ".join(said.split())
    assert "−20.0 % against the runner before" in " ".join(said.split())
    tendons = next(a for a in figure.axes if a.get_title(loc="left").startswith("Tendon forces"))
    whole, dashed = (
        max(np.max(line.get_ydata()) for line in tendons.get_lines() if line.is_dashed() == ghost
            and len(np.atleast_1d(line.get_xdata())) > 2)
        for ghost in (False, True)
    )  # fmt: skip
    assert dashed == pytest.approx(0.5 * whole)
    force = next(a for a in figure.axes if "ground force" in a.get_title(loc="left"))
    peak = max(np.max(line.get_ydata()) for line in force.get_lines())
    assert peak == pytest.approx(float(solved.results["peak_vertical_force"]), rel=1e-9)
    assert not any(line.is_dashed() for a in draw_sheet(solved, "umberger2010").axes
                   for line in a.get_lines())  # fmt: skip


def test_a_name_keeps_off_the_curves_where_there_is_room() -> None:
    figure = plt.figure(figsize=(5, 4))
    axes = figure.add_subplot()
    x = np.linspace(0, 100, 60)
    curves = [
        Curve(x, np.exp(-(((x - 30) / 10) ** 2)), "first", "C0"),
        Curve(x, 0.6 * np.exp(-(((x - 40) / 10) ** 2)), "second", "C1"),
        Curve(x, 0.3 + 0 * x, "", "0.6"),
    ]
    for curve in curves:
        axes.plot(curve.x, curve.y)
    figure.draw_without_rendering()
    name_curves(axes, curves)
    assert [text.get_text() for text in axes.texts] == ["first", "second"]
    for text in axes.texts:
        box = _extent(text)
        for curve in curves:
            fine = np.linspace(0, 100, 4000)
            at = np.column_stack([fine, np.interp(fine, curve.x, curve.y)])
            points = axes.transData.transform(at)
            assert not np.any(np.all((points > box.min) & (points < box.max), axis=1))


def test_same_stride_same_bytes(solved: Evaluation, tmp_path: Path) -> None:
    paths = [tmp_path / f"{i}.svg" for i in range(2)]
    for path in paths:
        save_stride(solved, path)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert "<text" in paths[0].read_text()


def test_unknown_format_is_named(solved: Evaluation, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a\.gif: figures are written as"):
        save_stride(solved, tmp_path / "a.gif")
