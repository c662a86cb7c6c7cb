"""Tornado, Sobol bars and Morris' points: the numbers drawn, in words and steps that people say."""

from collections.abc import Iterator
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.text import Text

from stridesim.analysis import Effects, Elasticity, Indices, elasticities
from stridesim.analysis.spoken import all_spoken, spoken
from stridesim.parameter import get_value
from stridesim.plots.shares import draw_judged
from stridesim.plots.style import figure_style
from stridesim.plots.tornado import draw_tornado, label_of
from stridesim.runner import PARAMETERS, Runner
from stridesim.runner.changeable import KINDS, kind_of, said_step
from stridesim.units import to_si

COST = "cost_of_transport"
PATHS = ["leg.stiffness", "gait.step_frequency", "posture.trunk_lean", "body.height"]


@pytest.fixture(autouse=True)
def _style() -> Iterator[None]:
    with figure_style():
        yield
    plt.close("all")


def _widths(axes: Axes) -> list[float]:
    """Of the bars, in the order in which they were drawn."""
    bars: list[Any] = list(axes.patches)
    return [bar.get_width() for bar in bars]


def _effects(slopes: dict[str, float]) -> list[Elasticity]:
    """Elasticities of a cost of 4 J/kg/m with these derivatives (by SI)."""
    runner = Runner.load().at_speed()
    values = {path: float(get_value(runner, path)) for path in PARAMETERS}
    return elasticities(COST, 4.0, dict.fromkeys(PARAMETERS, 0.0) | slopes, values, PARAMETERS)


@pytest.mark.parametrize(
    ("path", "slope", "label", "change"),
    [
        ("task.slope", 8.0, "slope, +1 % grade", 2.0),
        ("posture.trunk_lean", 4.0 * 0.01 * 180 / np.pi, "trunk lean, +1 deg", 1.0),
        ("leg.soft_tissue_stiffness", 4e-6, "leg soft tissue stiffness, +10 N/mm", 1.0),
        ("leg.stiffness", -8e-5, "leg stiffness, +1 kN/m", -2.0),
        ("gait.step_frequency", 0.48, "step frequency, +5 steps/min", 1.0),
        ("task.foot_load", 0.4, "foot load, +100 g", 1.0),
        ("hip.onset_delay", 4.0, "hip stabiliser onset delay, +10 ms", 1.0),
    ],
)
def test_a_step_is_one_that_people_say(path: str, slope: float, label: str, change: float) -> None:
    """The change is the derivative times the step, per cent of the result."""
    one = spoken(next(e for e in _effects({path: slope}) if e.parameter.path == path))
    assert label_of(one) == label
    assert one.change == pytest.approx(change)


def test_every_declared_step_has_the_unit_of_its_parameter() -> None:
    for path, parameter in PARAMETERS.items():
        said = said_step(path)
        if said is not None:
            assert (
                0
                < to_si(said.size, said.unit)
                < abs(
                    to_si(parameter.bounds[1], parameter.unit)
                    - to_si(parameter.bounds[0], parameter.unit)
                )
            )


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("gait.step_frequency", "gait"),
        ("leg.stiffness", "gait"),
        ("posture.knee_flexion_at_contact", "posture"),
        ("muscle.soleus.peak_isometric_force", "training"),
        ("tendon.soleus.strain_at_peak_force", "training"),
        ("hip.strength", "training"),
        ("task.slope", "task"),
        ("body.height", "inborn"),
        ("tendon.soleus.slack_length", "inborn"),
        ("muscle.soleus.slow_twitch_fraction", "inborn"),
    ],
)
def test_who_can_change_what(path: str, kind: str) -> None:
    assert kind_of(path) == kind
    assert all(kind_of(other) in KINDS for other in PARAMETERS)


def test_the_tornado_keeps_what_can_be_changed_apart() -> None:
    slopes = {"leg.stiffness": -8e-5, "task.slope": 8.0, "body.height": 1.0, "hip.strength": 0.1}
    effects = _effects(slopes)
    figure = draw_tornado({COST: effects}, {COST: "Said."}, conditions="me at 3 m/s")
    drawn = {
        axes.get_title(loc="left"): [t.get_text() for t in axes.get_yticklabels()]
        for axes in figure.axes
    }
    assert drawn == {
        "What the runner can change": ["leg stiffness, +1 kN/m", "hip stabiliser strength, +1 %"],
        "The task": ["slope, +1 % grade"],
        "Born with": ["body height, +1 cm"],
    }
    widths = [width for axes in figure.axes for width in _widths(axes)]
    wanted = {one.effect.parameter.path: one.change for one in all_spoken(effects)}
    order = ("leg.stiffness", "hip.strength", "task.slope", "body.height")
    assert widths == pytest.approx([wanted[path] for path in order])


def _indices(total: list[float]) -> Indices:
    values = np.array(total)
    known = {
        name: values * (0.8 if name.startswith("first") else 1.0)
        for name in Indices._fields
        if name.startswith(("first", "total"))
    }
    given: dict[str, Any] = {name: known.get(name, 64) for name in Indices._fields}
    return Indices(**given)


def test_sobol_says_every_index_once() -> None:
    found = {
        COST: _indices([0.1, 0.6, 0.3, 0.0]),
        "peak_vertical_force": _indices([0.9, 0, 0, 0.1]),
    }
    figure = draw_judged(PATHS, found)
    assert len(figure.axes) == 2, "a panel for each result and nothing else"
    assert not any(axes.images for axes in figure.axes)
    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert names == ["step frequency", "trunk lean", "leg stiffness", "body height"]
    totals = _widths(figure.axes[1])[4:]
    assert totals == pytest.approx([0.0, 0.0, 0.9, 0.1]), "in the order of the first panel"
    assert {text.get_text() for text in figure.legends[0].get_texts()} == {
        "alone (first order)", "with interactions (total)"
    }  # fmt: skip


def test_morris_names_stand_at_their_points() -> None:
    mu_star, sigma = np.array([0.30, 0.29, 0.12, 0.001]), np.array([0.2, 0.19, 0.05, 0.0])
    given: dict[str, Any] = dict.fromkeys(Effects._fields, 20) | {"mu": mu_star}
    judged = Effects(**given | {"mu_star": mu_star, "sigma": sigma})
    figure = draw_judged(PATHS, {COST: judged})
    (axes,) = figure.axes
    named = {text.get_text(): text for text in axes.texts}
    for name, x, y in zip(("leg stiffness", "step frequency", "trunk lean"), mu_star, sigma,
                          strict=False):  # fmt: skip
        assert named[name].xy == pytest.approx((x, y))  # type: ignore[attr-defined]
    assert "body height" not in named
    assert any("1 below 3 % of the largest" in text for text in named)
    boxes = []
    for text in axes.texts:
        text.get_window_extent()  # places an annotation
        boxes.append(Text.get_window_extent(text))
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])
    assert not figure.legends
