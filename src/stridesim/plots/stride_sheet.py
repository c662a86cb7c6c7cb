"""One stride on a slide: six panels, with the same runner without the settings as a ghost.

What a person at the back of a lecture room can read: the push on the ground, what the joints do,
what the tendons carry, what each muscle costs, and eight numbers. The ghost is what the settings
are compared with. Where the speed is near a measured one, bands are mean and SD of 13 runners
(Fukuchi 2017, doi:10.7717/peerj.3298). The full sheet is `plots.stride`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from stridesim.constants import GRAVITY
from stridesim.economy import Evaluation
from stridesim.plots.curve_names import Curve, name_curves
from stridesim.plots.set_words import stated
from stridesim.plots.sheet import headline, legend_below, panel_grid
from stridesim.plots.stride import over_stride, stance_percent
from stridesim.plots.stride_bands import Band, hip_moment_band, measured_band, nearest_speed
from stridesim.plots.style import SMALLEST, figure_style, save_figure
from stridesim.results import REASONS, Status
from stridesim.runner import GROUPS
from stridesim.words.everyday import everyday, everyday_number, everyday_value
from stridesim.words.wording import change

NUMBERS: Final = (
    "cost_of_transport",
    "oxygen_uptake",
    "step_frequency",
    "contact_time",
    "peak_vertical_force",
    "vertical_oscillation",
    "leg_stiffness",
    "achilles_peak_strain",
)
"""The panel of numbers."""

JOINTS: Final = {"hip": "C0", "knee": "C1", "ankle": "C2"}
TENDONS: Final = {
    "soleus": "C0",
    "gastrocnemius": "C5",
    "vasti": "C1",
    "gluteus_maximus": "C2",
}
MOST_MUSCLES: Final = 6
"""Bars of groups; the others are one bar."""

_GHOST: Final[dict[str, Any]] = {"ls": (0, (3, 1.6)), "lw": 1.8, "alpha": 0.8}
_BAND: Final = 0.16
_STANCE: Final = "0.945"
_NAME: Final = SMALLEST


class Ghost(NamedTuple):
    """What the stride is compared with, and what it is in words."""

    evaluation: Evaluation
    words: str


def draw_sheet(
    evaluation: Evaluation,
    metabolic: str,
    settings: Mapping[str, str] | None = None,
    *,
    ghost: Ghost | None = None,
    own: float | None = None,
) -> Figure:
    """The slide of one stride; call within `figure_style` and close it after use.

    `settings` are what was set, as written; `own` as in `habit_words.notes`.
    """
    figure, grid = panel_grid(2, 3)
    panels = grid.ravel()
    other = ghost.evaluation if ghost else None
    speed = nearest_speed(float(evaluation.stride.template.speed))
    _push(panels[0], evaluation, other, speed)
    named = [
        _angles(panels[1], evaluation, other, speed),
        _moments(panels[2], evaluation, other, speed),
        _tendons(panels[3], evaluation, other),
    ]
    _numbers(panels[4], evaluation, other)
    _cost(panels[5], evaluation, other)
    headline(
        figure,
        f"One stride of {evaluation.runner.name}",
        _answer(evaluation, ghost),
        stated(evaluation.runner, metabolic, settings or {}, own),
    )
    _legend(figure, ghost, speed)
    figure.draw_without_rendering()
    for axes, curves in named:
        name_curves(axes, curves, size=_NAME)
    return figure


def save_sheet(
    path: Path,
    evaluation: Evaluation,
    metabolic: str,
    settings: Mapping[str, str] | None = None,
    *,
    ghost: Ghost | None = None,
    own: float | None = None,
) -> None:
    """Draw and write to `path`; the suffix picks the format."""
    with figure_style():
        figure = draw_sheet(evaluation, metabolic, settings, ghost=ghost, own=own)
        try:
            save_figure(figure, path)
        finally:
            plt.close(figure)


def _answer(evaluation: Evaluation, ghost: Ghost | None) -> str:
    """What the stride costs, against the ghost; or why it is none."""
    status = Status(int(evaluation.status))
    if status != Status.ok:
        return f"Not a valid stride: {REASONS[status]}."
    name = "cost_of_transport"
    cost = float(evaluation.results[name])
    said = f"It costs {everyday_value(name, cost)}"
    if ghost is None:
        return f"{said}."
    before = float(ghost.evaluation.results[name])
    share = change(100 * (cost / before - 1))
    return f"{said}, {share} against {ghost.words} ({everyday_number(name, before)})."


def _frame(axes: Axes, title: str, ylabel: str, xlabel: str, stance: float | None = None) -> None:
    axes.axhline(0.0, color="0.6", lw=0.7, zorder=1)
    if stance is not None:
        axes.axvspan(0, stance, color=_STANCE, lw=0, zorder=0)
    axes.set(xlim=(0, 100), ylabel=ylabel, xlabel=xlabel, title=title)
    axes.set_xticks([0, 25, 50, 75, 100])
    axes.margins(y=0.08)


def _push(axes: Axes, one: Evaluation, other: Evaluation | None, speed: float | None) -> None:
    band = measured_band("stance", speed, "grf_y")
    _shade(axes, band, "0.45")
    for evaluation, look in _pair(one, other):
        line = evaluation.stride.timeline
        weight = float(evaluation.runner.body.mass) * GRAVITY
        axes.plot(100 * np.asarray(line.stance_phase), np.asarray(line.force.z) / weight,
                  color="C0", **look)  # fmt: skip
    _frame(axes, "Vertical ground force", "force (BW)", "stance (%)")


def _pair(one: Evaluation, other: Evaluation | None) -> list[tuple[Evaluation, dict[str, Any]]]:
    """The ghost first, so that the stride lies over it."""
    return [*([(other, _GHOST)] if other else []), (one, {"lw": 2.8})]


def _shade(axes: Axes, band: Band | None, colour: str) -> None:
    if band is not None:
        axes.fill_between(band.percent, band.mean - band.sd, band.mean + band.sd, color=colour,
                          alpha=_BAND, lw=0)  # fmt: skip


def _of_joints(evaluation: Evaluation) -> dict[str, tuple[Any, Any]]:
    """Joint -> angle (deg) and extensor moment (N m/kg), over the nodes of the stride."""
    angle, moment = evaluation.stride.posture.joints, evaluation.stride.moments
    mass = float(evaluation.runner.body.mass)
    found = {
        "hip": (angle.hip_flexion, moment.hip_extension),
        "knee": (angle.knee_flexion, moment.knee_extension),
        "ankle": (angle.ankle_dorsiflexion, moment.ankle_plantarflexion),
    }
    return {
        joint: (np.rad2deg(np.asarray(a)), np.asarray(m) / mass) for joint, (a, m) in found.items()
    }


def _curves_of_joints(
    axes: Axes, one: Evaluation, other: Evaluation | None, which: int
) -> list[Curve]:
    curves = []
    for evaluation, look in _pair(one, other):
        for joint, values in _of_joints(evaluation).items():
            percent, closed = over_stride(evaluation, values[which])
            axes.plot(percent, closed, color=JOINTS[joint], **look)
            name = joint if evaluation is one else ""
            curves.append(Curve(percent, closed, name, JOINTS[joint]))
    return curves


def _angles(
    axes: Axes, one: Evaluation, other: Evaluation | None, speed: float | None
) -> tuple[Axes, list[Curve]]:
    for joint, variable in (
        ("hip", "hip_flex"),
        ("knee", "knee_flex_abs"),
        ("ankle", "ankle_df_abs"),
    ):
        _shade(axes, measured_band("stride", speed, variable), JOINTS[joint])
    curves = _curves_of_joints(axes, one, other, 0)
    _frame(axes, "Joint flexion", "angle (deg)", "stride (%), grey: stance", stance_percent(one))
    return axes, curves


def _moments(
    axes: Axes, one: Evaluation, other: Evaluation | None, speed: float | None
) -> tuple[Axes, list[Curve]]:
    bands = {
        "hip": hip_moment_band(speed),
        "knee": measured_band("stride", speed, "knee_mom"),
        "ankle": measured_band("stride", speed, "ankle_mom"),
    }
    for joint, band in bands.items():
        _shade(axes, band, JOINTS[joint])
    curves = _curves_of_joints(axes, one, other, 1)
    _frame(
        axes, "Joint moments", "extension (N m/kg)", "stride (%), grey: stance", stance_percent(one)
    )
    return axes, curves


def _tendons(axes: Axes, one: Evaluation, other: Evaluation | None) -> tuple[Axes, list[Curve]]:
    curves = []
    for evaluation, look in _pair(one, other):
        weight = float(evaluation.runner.body.mass) * GRAVITY
        percent, force = over_stride(evaluation, evaluation.stride.muscles.force)
        for group, colour in TENDONS.items():
            values = force[GROUPS.index(group)] / weight
            axes.plot(percent, values, color=colour, **look)
            name = group.replace("_", " ") if evaluation is one else ""
            curves.append(Curve(percent, values, name, colour))
    _frame(
        axes,
        "Tendon forces, one leg",
        "force (BW)",
        "stride (%), grey: stance",
        stance_percent(one),
    )
    axes.set_ylim(top=1.2 * max(float(np.max(curve.y)) for curve in curves))
    return axes, curves


def bars_of(evaluation: Evaluation, groups: list[str]) -> list[float]:
    """Metabolic power of `groups`, of all others together, and of rest and breathing, W/kg."""
    power = dict(zip(GROUPS, np.asarray(evaluation.stride.power, float), strict=True))
    others = sum(float(value) for group, value in power.items() if group not in groups)
    upkeep = sum(float(value) for value in evaluation.stride.upkeep)
    return [*(float(power[group]) for group in groups), others, upkeep]


def _cost(axes: Axes, one: Evaluation, other: Evaluation | None) -> None:
    """The dearest muscles first; a bar for the stride, a mark for the ghost."""
    power = np.asarray(one.stride.power, float)
    groups = [GROUPS[i] for i in np.argsort(-power, kind="stable")[:MOST_MUSCLES]]
    labels = [*(group.replace("_", " ") for group in groups),
              f"other {len(GROUPS) - len(groups)} groups", "rest and breathing"]  # fmt: skip
    values = bars_of(one, groups)
    rows = np.arange(len(values))
    axes.barh(rows, values, color=["C0"] * (len(values) - 1) + ["0.65"], height=0.68)
    if other is not None:
        axes.plot(bars_of(other, groups), rows, "|", color="black", ms=12, mew=2.2)
    axes.set_yticks(rows, labels)
    axes.invert_yaxis()
    axes.tick_params(axis="y", length=0)
    axes.axvline(0.0, color="0.3", lw=0.7)
    axes.set(xlabel="both legs (W/kg)", title="Metabolic power")


def _numbers(axes: Axes, one: Evaluation, other: Evaluation | None) -> None:
    """A line for each number: its words, the stride's, the ghost's."""
    axes.set_axis_off()
    axes.set_title("In numbers", x=-0.16)
    look: dict[str, Any] = {"transform": axes.transAxes, "fontsize": SMALLEST}
    left, right, end = -0.16, 1.06 if other else 1.3, 1.3
    if other:
        axes.text(end, 1.04, "before", ha="right", va="bottom", color="0.4", **look)
    for i, name in enumerate(NUMBERS):
        said, height = everyday(name), 0.98 - i / len(NUMBERS)
        unit = "" if said.unit == "1" else f" {said.unit}"
        text = everyday_number(name, float(one.results[name])) + unit
        axes.text(left, height, said.words, va="top", **look)
        axes.text(right, height, text, va="top", ha="right", weight="bold", **look)
        if other:
            before = everyday_number(name, float(other.results[name]))
            axes.text(end, height, before, va="top", ha="right", color="0.4", **look)


def _legend(figure: Figure, ghost: Ghost | None, speed: float | None) -> None:
    entries: list[Any] = []
    if ghost is not None:
        entries.append(Line2D([], [], color="0.3", lw=2.8, label="this stride"))
        label = "before (in the bars a mark)"
        entries.append(Line2D([], [], color="0.3", label=label, **_GHOST))
    if speed is not None:
        words = f"mean ± SD of 13 runners at {speed:g} m/s"
        entries.append(Patch(color="0.45", alpha=_BAND + 0.1, lw=0, label=words))
    legend_below(figure, entries)
